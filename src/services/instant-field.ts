import { INSTANT_TEXT } from '../contract/fields.js';
import { isWithinBounds } from '../contract/instant-bounds.js';
import { invalid } from '../errors.js';
import { type Micros, parseInstant } from '../wire/instants.js';

/**
 * Reads an instant in a field of a body. Throws `invalid` for a date without a time, for other text, and for years out
 * of bounds.
 */
export function instantField(field: string, text: string): Micros {
  const written = parseInstant(text);
  if (written?.precision === 'date') throw invalid(field, `"${text.slice(0, 40)}" has no time of day`, INSTANT_TEXT);
  if (written === null || !isWithinBounds(written.micros)) {
    throw invalid(field, `"${text.slice(0, 40)}" is not a valid time`, INSTANT_TEXT);
  }
  return written.micros;
}
