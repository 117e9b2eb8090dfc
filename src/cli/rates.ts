import { DAY_HOURS_TEXT, type DayHours, parseDayHours } from '../contract/day-hours.js';
import { invalid } from '../errors.js';
import type { Rates } from '../services/accounts/rates.js';

/** Reads two numbers of requests a second, by day and by night. */
export function readRates(text: string, orElse = ''): Rates {
  const [, day, night] = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (day === undefined) {
    throw invalid(
      '--rate',
      `is "${text}"`,
      `${orElse}two numbers of requests a second, by day and by night, such as 5,25`,
    );
  }
  return { day: Number(day), night: Number(night) };
}

export function readDayHours(text: string): DayHours {
  const hours = parseDayHours(text);
  if (hours === null) throw invalid('--rate-hours', `is "${text}"`, DAY_HOURS_TEXT);
  return hours;
}
