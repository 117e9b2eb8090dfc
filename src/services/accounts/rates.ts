import { minuteOfDay, parseDayHours } from '../../contract/day-hours.js';
import type { CredentialRate } from '../../db/credentials.js';
import { invalid } from '../../errors.js';

// What the rate limit on API v2 may be set to (api-v2 §3).

/**
 * At a lower rate, few requests could wait without being refused; at a higher one, giving turns would be the slow part.
 */
const MIN_RATE = 0.1;
const MAX_RATE = 1000;

/** Throws `invalid` for a rate out of bounds. */
export function checkRate(rate: CredentialRate): void {
  if (typeof rate !== 'string') checkRates(rate);
}

/** The same, of rates by day and by night where they are given. */
export function checkRates(rates: { readonly day?: number | undefined; readonly night?: number | undefined }): void {
  for (const time of ['day', 'night'] as const) {
    const rate = rates[time];
    if (rate === undefined || (rate >= MIN_RATE && rate <= MAX_RATE)) continue;
    throw invalid(`${time} rate`, `is ${rate}`, `${MIN_RATE} to ${MAX_RATE} requests a second`);
  }
}

/**
 * Reads when day begins and ends on the wall clock, as `HH:MM-HH:MM`, in minutes after midnight. A day goes on past
 * midnight where it ends before it begins. Throws `invalid` for other text, and for a day that ends as it begins.
 */
export function readDayHours(hours: string): { readonly dayStartMinute: number; readonly dayEndMinute: number } {
  const { start, end } = parseDayHours(hours) ?? { start: '', end: '' };
  const dayStartMinute = readMinute('day start', start);
  const dayEndMinute = readMinute('day end', end);
  if (dayStartMinute === dayEndMinute) {
    throw invalid('day end', 'is the day start', 'another time; for one rate all day, set both rates to it');
  }
  return { dayStartMinute, dayEndMinute };
}

function readMinute(field: string, text: string): number {
  const minute = minuteOfDay(text);
  if (minute === null) throw invalid(field, `is "${text}"`, 'a time of day from 00:00 to 23:59 such as 06:00');
  return minute;
}
