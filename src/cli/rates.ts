import { invalid } from '../errors.js';
import type { Rate } from '../services/accounts.js';

/** Reads `unlimited` or two numbers of requests a second, by day and by night. */
export function readRate(text: string): Exclude<Rate, null> {
  if (text === 'unlimited') return 'unlimited';
  const [, day, night] = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const rates = { day: Number(day), night: Number(night) };
  if (!(rates.day > 0 && rates.night > 0)) {
    throw invalid('--rate', `is "${text}"`, 'unlimited, or two numbers of requests a second such as 5,25');
  }
  return rates;
}
