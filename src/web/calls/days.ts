import { instantOf, localTimeOf } from '../local-times.js';

const DAY_MS = 86_400_000;

/** The day of an instant in a time zone, as YYYY-MM-DD. */
export function dayOf(instant: Date, timeZone: string): string {
  return localTimeOf(instant.getTime(), timeZone).slice(0, 10);
}

/** The day that many days after another. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** When a day begins in a time zone; null if it is not a day. */
export function beginningOf(day: string, timeZone: string): string | null {
  const beginning = /^\d{4}-\d\d-\d\d$/.test(day) ? instantOf(`${day}T00:00`, timeZone) : Number.NaN;
  return Number.isNaN(beginning) ? null : new Date(beginning).toISOString();
}

/** A day as people of the reader's language write it. */
export function formatDay(day: string): string {
  const instant = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(instant)) return day;
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' }).format(instant);
}
