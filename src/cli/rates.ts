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

/** Hours as an account has them, if they are two times; the service reads the times. */
export function readDayHours(text: string): string {
  if (text.split('-').length === 2) return text;
  throw invalid('--rate-hours', `is "${text}"`, 'when day begins and ends, such as 06:00-21:00');
}
