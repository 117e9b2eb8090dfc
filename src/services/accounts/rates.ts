import { type DayHours, minuteOfDay } from '../../contract/day-hours.js';
import { invalid } from '../../errors.js';

// What the rate limit on API v2 may be set to (api-v2 §3).

/** Requests a second by day and by night. */
export interface Rates {
  readonly day: number;
  readonly night: number;
}

/** A credential's own rates; `unlimited` lifts both; null leaves its account's. */
export type Rate = 'unlimited' | Rates | null;

/** Slower, few requests could wait without being refused; faster, giving turns would be what is slow. */
const MIN_RATE = 0.1;
const MAX_RATE = 1000;

export function checkRates(rate: Rate): void {
  if (rate === null || rate === 'unlimited') return;
  for (const time of ['day', 'night'] as const) {
    if (!(rate[time] >= MIN_RATE && rate[time] <= MAX_RATE)) {
      throw invalid(`${time} rate`, `is ${rate[time]}`, `${MIN_RATE} to ${MAX_RATE} requests a second`);
    }
  }
}

/** The columns of day hours: minutes after midnight. */
export function readDayHours({ start, end }: DayHours): { day_start_minute: number; day_end_minute: number } {
  const hours = { day_start_minute: readMinute('day start', start), day_end_minute: readMinute('day end', end) };
  if (hours.day_start_minute === hours.day_end_minute) {
    throw invalid('day end', 'is the day start', 'another time; for one rate all day, set both rates to it');
  }
  return hours;
}

function readMinute(field: string, text: string): number {
  const minute = minuteOfDay(text);
  if (minute === null) throw invalid(field, `is "${text}"`, 'a time of day from 00:00 to 23:59 such as 06:00');
  return minute;
}
