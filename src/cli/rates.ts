import { DAY_HOURS_TEXT, parseDayHours } from '../contract/day-hours.js';
import { invalid } from '../errors.js';

/** Reads two numbers of requests a second, by day and by night; `orElse` says what else the flag takes. */
export function readRates(text: string, orElse = ''): { readonly day: number; readonly night: number } {
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

/** Day hours as an account has them. Throws `invalid` if they are not two times; the service checks the times. */
export function readDayHours(text: string): string {
  if (parseDayHours(text) === null) throw invalid('--rate-hours', `is "${text}"`, DAY_HOURS_TEXT);
  return text;
}
