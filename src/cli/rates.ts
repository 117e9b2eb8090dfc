import { invalid } from '../errors.js';
import type { DayHours, Rates } from '../services/accounts/rates.js';

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
  const [start, end, ...more] = text.split('-');
  if (end === undefined || more.length > 0) {
    throw invalid('--rate-hours', `is "${text}"`, 'when day begins and ends, such as 06:00-21:00');
  }
  return { start: start!, end };
}
