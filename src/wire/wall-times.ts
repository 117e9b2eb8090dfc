import { type Micros, utcDate } from './instants.js';

/** Which of the two numbers before the year comes first in a date with slashes. */
export type DateOrder = 'MDY' | 'DMY';

export interface WallTime {
  /** What a clock and a calendar on the wall show, as if it were UTC. */
  readonly micros: Micros;
  readonly hasTime: boolean;
}

const DATE =
  /^(\d{1,2})([./])(\d{1,2})\2(\d{4})(?:,?[ T]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s*([ap])\.?m\.?)?)?$/i;

/**
 * Reads a date as spreadsheets write it, with or without a time of day: `D.M.YYYY`, or with slashes in the order that is
 * given. Null where it is none, and for slashes without an order.
 */
export function parseWallTime(text: string, order: DateOrder | null): WallTime | null {
  const parts = DATE.exec(text);
  if (parts === null) return null;
  const [, first, separator, second, year, hour, minute, seconds = '0', fraction = '', half] = parts;
  if (separator === '/' && order === null) return null;
  const [month, day] = separator === '/' && order === 'MDY' ? [first, second] : [second, first];
  const midnight = utcDate(Number(year), Number(month), Number(day));
  if (midnight === null) return null;
  if (hour === undefined) return { micros: midnight * 1000, hasTime: false };
  const [h, m, s] = [hourOf(Number(hour), half?.toLowerCase()), Number(minute), Number(seconds)];
  if (h === null || m > 59 || s > 59) return null;
  const micros = ((h * 60 + m) * 60 + s) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  return { micros: midnight * 1000 + micros, hasTime: true };
}

/** Of a clock of twelve hours where it says which half of the day; null where there is no such hour. */
function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour <= 23 ? hour : null;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half === 'p' ? 12 : 0);
}
