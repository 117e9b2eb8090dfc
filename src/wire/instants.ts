/**
 * An instant, as a number of whole microseconds since the Unix epoch: exact up to the year 2255, and the resolution of
 * PostgreSQL's timestamps.
 */
export type Micros = number;

/**
 * How exactly a sender wrote an instant: a bare date, minutes, or the number of fraction digits of the seconds (0 to
 * 6).
 */
export type Precision = 'date' | 'minute' | 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** An instant, and how exactly it was written. */
export interface WrittenInstant {
  readonly micros: Micros;
  readonly precision: Precision;
}

/** A minute, in microseconds. */
export const MINUTE: Micros = 60_000_000;

// A space may stand for the T, and for the + of an offset that a query string decoded.
const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:([Zz])|([+\- ])(\d{2})(?::?(\d{2}))?)?)?$/;

/**
 * Reads an ISO 8601 date-time. Seconds may be missing. Without an offset it is in UTC. A bare date is its midnight in
 * UTC, with the precision 'date'. Digits beyond microseconds are cut. Returns null for any other text.
 */
export function parseInstant(text: string): WrittenInstant | null {
  const parts = INSTANT.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second, fraction, , sign, offsetHours, offsetMinutes] = parts;
  const date = utcDate(Number(year), Number(month), Number(day));
  if (date === null) return null;
  if (hour === undefined) return { micros: date * 1000, precision: 'date' };
  const [h, m, s] = [Number(hour), Number(minute), Number(second ?? 0)];
  if (h > 23 || m > 59 || s > 59) return null;
  const [oh, om] = [Number(offsetHours ?? 0), Number(offsetMinutes ?? 0)];
  if (oh > 23 || om > 59) return null;
  const offset = (sign === '-' ? -1 : 1) * (oh * 60 + om);
  const digits = (fraction ?? '').slice(0, 6);
  const seconds = date / 1000 + h * 3600 + (m - offset) * 60 + s;
  const micros = seconds * 1_000_000 + Number(digits.padEnd(6, '0'));
  return { micros, precision: second === undefined ? 'minute' : (digits.length as Precision) };
}

/** The midnight of a date in UTC, in milliseconds since the Unix epoch; null if the date does not exist. */
export function utcDate(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : null;
}

/** The unit, in microseconds, to which instants written with this precision are truncated. */
export function precisionUnit(precision: Exclude<Precision, 'date'>): Micros {
  return precision === 'minute' ? MINUTE : 10 ** (6 - precision);
}

/** Writes an instant in UTC with `Z` and 0, 3 or 6 fraction digits, as few as are exact. Null stays null. */
export function formatInstant(micros: Micros): string;
export function formatInstant(micros: Micros | null): string | null;
export function formatInstant(micros: Micros | null): string | null {
  if (micros === null) return null;
  const millis = Math.floor(micros / 1000);
  const iso = new Date(millis).toISOString();
  const below = micros - millis * 1000;
  if (below !== 0) return `${iso.slice(0, -1)}${String(below).padStart(3, '0')}Z`;
  return iso.endsWith('.000Z') ? `${iso.slice(0, -5)}Z` : iso;
}

/** Writes an instant in UTC with all six digits, the form that PostgreSQL reads back exactly. Null stays null. */
export function toTimestamp(micros: Micros): string;
export function toTimestamp(micros: Micros | null): string | null;
export function toTimestamp(micros: Micros | null): string | null {
  if (micros === null) return null;
  const millis = Math.floor(micros / 1000);
  return `${new Date(millis).toISOString().slice(0, -1)}${String(micros - millis * 1000).padStart(3, '0')}Z`;
}

/** Reads a timestamptz as PostgreSQL prints it in a session whose zone is UTC. */
export function fromTimestamp(text: string): Micros {
  const second = Date.UTC(
    Number(text.slice(0, 4)),
    Number(text.slice(5, 7)) - 1,
    Number(text.slice(8, 10)),
    Number(text.slice(11, 13)),
    Number(text.slice(14, 16)),
    Number(text.slice(17, 19)),
  );
  const zone = text.indexOf('+', 19);
  const fraction = text.slice(20, zone);
  return second * 1000 + (fraction === '' ? 0 : Number(fraction.padEnd(6, '0')));
}

const zoneFormats = new Map<string, Intl.DateTimeFormat>();

/**
 * A zone's offset from UTC at an instant, in minutes east.
 * @throws RangeError if the zone does not exist.
 */
export function zoneOffsetMinutes(timeZone: string, micros: Micros): number {
  let format = zoneFormats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      era: 'short',
    });
    zoneFormats.set(timeZone, format);
  }
  const minute = Math.floor(micros / MINUTE);
  const wall: Record<string, string> = {};
  for (const part of format.formatToParts(minute * 60_000)) wall[part.type] = part.value;
  const local = new Date(0);
  const year = Number(wall.year);
  local.setUTCFullYear(wall.era === 'BC' ? 1 - year : year, Number(wall.month) - 1, Number(wall.day));
  local.setUTCHours(Number(wall.hour), Number(wall.minute));
  return local.getTime() / 60_000 - minute;
}

/** The earlier of a date's midnights in UTC and in the zone; `utcMidnight` is the one in UTC. */
export function earlierMidnight(utcMidnight: Micros, timeZone: string): Micros {
  const guess = utcMidnight - zoneOffsetMinutes(timeZone, utcMidnight) * MINUTE;
  const inZone = utcMidnight - zoneOffsetMinutes(timeZone, guess) * MINUTE;
  return Math.min(utcMidnight, inZone);
}
