import { DAY_HOURS_TEXT, parseDayHours } from '../contract/day-hours.js';
import { invalid } from '../errors.js';

/**
 * Reads two rates in requests per second, by day and by night. `orElse` says what else the flag accepts. Throws
 * `invalid`.
 */
export function readRates(text: string, orElse = ''): { readonly day: number; readonly night: number } {
  const [, day, night] = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (day === undefined) {
    throw invalid(
      '--rate',
      `is "${text}"`,
      `${orElse}two numbers of requests per second, by day and by night, such as 5,25`,
    );
  }
  return { day: Number(day), night: Number(night) };
}

/**
 * Reads the day hours of an account's rates. Throws `invalid` if they are not two times; the service checks the times.
 */
export function readDayHours(text: string): string {
  if (parseDayHours(text) === null) throw invalid('--rate-hours', `is "${text}"`, DAY_HOURS_TEXT);
  return text;
}
