import type { RatePiece } from '../../db/rate-turns.js';
import { MINUTE, type Micros, zoneOffsetMinutes } from '../../wire/instants.js';

/** The hours of the day, on the clocks of a zone, and the rates by day and by night in requests per second. */
export interface RateHours {
  readonly timeZone: string;
  /** Minutes after midnight on the wall clock. If the day ends before it starts, it lasts past midnight. */
  readonly dayStartMinute: number;
  readonly dayEndMinute: number;
  readonly dayRate: number;
  readonly nightRate: number;
}

/** The hours and rates of an account without settings (api-v2 §3). */
export const DEFAULT_HOURS: RateHours = {
  timeZone: 'America/New_York',
  dayStartMinute: 6 * 60,
  dayEndMinute: 21 * 60,
  dayRate: 5,
  nightRate: 25,
};

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The rate at an instant, by the wall clock, in requests per second. */
export function rateAt(hours: RateHours, instant: Micros): number {
  const { dayStartMinute: start, dayEndMinute: end } = hours;
  const sinceMidnight = (instant + zoneOffsetMinutes(hours.timeZone, instant) * MINUTE) % DAY;
  const minute = Math.floor(sinceMidnight / MINUTE);
  const day = start < end ? start <= minute && minute < end : start <= minute || minute < end;
  return day ? hours.dayRate : hours.nightRate;
}

/**
 * The rates from `from` up to `to`, one piece for each change. The rate may change when the wall clock reaches or
 * passes one of the two times of day, and when the clocks change. A day that skips 02:30 has no edge there, and a day
 * that has 02:30 twice has two.
 */
export function ratePieces(hours: RateHours, from: Micros, to: Micros): RatePiece[] {
  const changes = [...wallTimes(hours, from, to), ...clockChanges(hours.timeZone, from, to)]
    .filter((instant) => from < instant && instant < to)
    .sort((a, b) => a - b);
  const pieces: RatePiece[] = [{ from, rate: rateAt(hours, from) }];
  for (const instant of changes) {
    const rate = rateAt(hours, instant);
    if (rate !== pieces.at(-1)!.rate) pieces.push({ from: instant, rate });
  }
  return pieces;
}

/** When the wall clock may show one of the two times of day, for each offset in use around that date. */
function wallTimes(hours: RateHours, from: Micros, to: Micros): Micros[] {
  const instants: Micros[] = [];
  for (let midnight = from - (from % DAY) - DAY; midnight < to + DAY; midnight += DAY) {
    for (const minute of [hours.dayStartMinute, hours.dayEndMinute]) {
      const wall = midnight + minute * MINUTE;
      for (const near of [wall - DAY, wall + DAY]) {
        instants.push(wall - zoneOffsetMinutes(hours.timeZone, near) * MINUTE);
      }
    }
  }
  return instants;
}

/** When a zone's clocks change, to the minute. */
function clockChanges(timeZone: string, from: Micros, to: Micros): Micros[] {
  const instants: Micros[] = [];
  for (let start = from - (from % HOUR); start < to; start += HOUR) {
    const offset = zoneOffsetMinutes(timeZone, start);
    if (zoneOffsetMinutes(timeZone, start + HOUR) === offset) continue;
    let [before, after] = [start, start + HOUR];
    while (after - before > MINUTE) {
      const middle = before + Math.floor((after - before) / 2 / MINUTE) * MINUTE;
      if (zoneOffsetMinutes(timeZone, middle) === offset) before = middle;
      else after = middle;
    }
    instants.push(after);
  }
  return instants;
}
