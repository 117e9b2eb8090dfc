import { TIME_ZONE_TEXT } from '../contract/fields.js';
import { invalid } from '../errors.js';
import { zoneOffsetMinutes } from '../wire/instants.js';

/** Throws `invalid`, naming the field, for a time zone that is not known. */
export function checkTimeZone(field: string, timeZone: string): void {
  try {
    zoneOffsetMinutes(timeZone, 0);
  } catch {
    throw invalid(field, `"${timeZone}" is not known`, TIME_ZONE_TEXT);
  }
}
