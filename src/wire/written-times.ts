import { type Micros, parseInstant, utcDate } from './instants.js';

/** Which of the two numbers before the year comes first in a date with slashes. */
export type DateOrder = 'MDY' | 'DMY';

/** A time as people and spreadsheets write it. */
export type WrittenTime =
  /** With an offset. */
  | { readonly kind: 'instant'; readonly micros: Micros }
  /** Without an offset: the time on the clocks of some zone, as if it were in UTC. */
  | { readonly kind: 'wall'; readonly micros: Micros }
  /** A date alone is not an instant: its midnight, as if it were in UTC. */
  | { readonly kind: 'day'; readonly micros: Micros };

/** The offset of an ISO 8601 date-time, after its date. */
const OFFSET = /(?:[Zz]|[+\- ]\d{2}(?::?\d{2})?)$/;
const DATE =
  /^(\d{1,2})([./])(\d{1,2})\2(\d{4})(?:,?[ T]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s*([ap])\.?m\.?)?)?$/i;

/**
 * Reads ISO 8601 (also with a space before the offset), `D.M.YYYY`, and dates with slashes in the given order, each
 * with or without a time of day. Returns null for any other text, and for slashes if `order` is null.
 */
export function parseWrittenTime(text: string, order: DateOrder | null): WrittenTime | null {
  const iso = parseInstant(text.replace(/(\d)\s+(?=[+-]\d{2}:?\d{2}$)/, '$1').replace(/\s+utc$/i, 'Z'));
  if (iso === null) return parseLocal(text, order);
  if (iso.precision === 'date') return { kind: 'day', micros: iso.micros };
  const hasOffset = /utc$/i.test(text) || OFFSET.test(text.slice('YYYY-MM-DD'.length + 1));
  return { kind: hasOffset ? 'instant' : 'wall', micros: iso.micros };
}

function parseLocal(text: string, order: DateOrder | null): WrittenTime | null {
  const parts = DATE.exec(text);
  if (parts === null) return null;
  const [, first, separator, second, year, hour, minute, seconds = '0', fraction = '', half] = parts;
  if (separator === '/' && order === null) return null;
  const [month, day] = separator === '/' && order === 'MDY' ? [first, second] : [second, first];
  const midnight = utcDate(Number(year), Number(month), Number(day));
  if (midnight === null) return null;
  if (hour === undefined) return { kind: 'day', micros: midnight * 1000 };
  const [h, m, s] = [hourOf(Number(hour), half?.toLowerCase()), Number(minute), Number(seconds)];
  if (h === null || m > 59 || s > 59) return null;
  const micros = ((h * 60 + m) * 60 + s) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  return { kind: 'wall', micros: midnight * 1000 + micros };
}

/**
 * The hour from 0 to 23, from the hour of a 24-hour clock, or of a 12-hour clock if `half` is a or p; null if there is
 * no such hour.
 */
function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour <= 23 ? hour : null;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half === 'p' ? 12 : 0);
}
