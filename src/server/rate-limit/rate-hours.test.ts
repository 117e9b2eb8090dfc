import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_HOURS, rateAt, ratePieces } from '#debrief/server/rate-limit/rate-hours.js';
import { formatInstant, MINUTE } from '#debrief/wire/instants.js';

const micros = (text: string) => Date.parse(text) * 1000;
const shown = (from: string, to: string, hours = DEFAULT_HOURS) =>
  ratePieces(hours, micros(from), micros(to)).map((piece) => [formatInstant(piece.from), piece.rate]);

test('06:00 and 21:00 in New York, clocks set forward in between', () => {
  expect(shown('2026-03-07T12:00Z', '2026-03-09T12:00Z')).toEqual([
    ['2026-03-07T12:00:00Z', 5],
    ['2026-03-08T02:00:00Z', 25],
    ['2026-03-08T10:00:00Z', 5],
    ['2026-03-09T01:00:00Z', 25],
    ['2026-03-09T10:00:00Z', 5],
  ]);
});

test('and set back', () => {
  expect(shown('2026-10-31T12:00Z', '2026-11-02T12:00Z')).toEqual([
    ['2026-10-31T12:00:00Z', 5],
    ['2026-11-01T01:00:00Z', 25],
    ['2026-11-01T11:00:00Z', 5],
    ['2026-11-02T02:00:00Z', 25],
    ['2026-11-02T11:00:00Z', 5],
  ]);
});

test('a time of day that comes twice is an edge twice, and one that is skipped is one where it is passed', () => {
  const halfPastOne = { ...DEFAULT_HOURS, dayStartMinute: 90, dayEndMinute: 720 };
  expect(shown('2026-11-01T00:00Z', '2026-11-01T12:00Z', halfPastOne)).toEqual([
    ['2026-11-01T00:00:00Z', 25],
    ['2026-11-01T05:30:00Z', 5],
    ['2026-11-01T06:00:00Z', 25],
    ['2026-11-01T06:30:00Z', 5],
  ]);
  const halfPastTwo = { ...DEFAULT_HOURS, dayStartMinute: 150, dayEndMinute: 720 };
  expect(shown('2026-03-08T00:00Z', '2026-03-08T12:00Z', halfPastTwo)).toEqual([
    ['2026-03-08T00:00:00Z', 25],
    ['2026-03-08T07:00:00Z', 5],
  ]);
});

test('pieces say what the wall clock says at each minute, whatever the hours and the zone', () => {
  const zones = ['America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'];
  const minute = fc.integer({ min: 0, max: 1439 });
  // Around the days on which clocks change, and one other day.
  const days = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01', '2011-12-30'];
  const day = fc.oneof(
    fc.constantFrom(...days),
    fc.integer({ min: 0, max: 20_000 }).map((n) => n * 86_400_000),
  );
  fc.assert(
    fc.property(fc.constantFrom(...zones), minute, minute, day, (timeZone, start, end, date) => {
      fc.pre(start !== end);
      const hours = { ...DEFAULT_HOURS, timeZone, dayStartMinute: start, dayEndMinute: end };
      const from = new Date(date).getTime() * 1000 - 720 * MINUTE;
      const pieces = ratePieces(hours, from, from + 2880 * MINUTE);
      let piece = 0;
      for (let instant = from; instant < from + 2880 * MINUTE; instant += MINUTE) {
        while (pieces[piece + 1] !== undefined && pieces[piece + 1]!.from <= instant) piece++;
        if (pieces[piece]!.rate !== rateAt(hours, instant)) return false;
      }
      return true;
    }),
    { numRuns: 40 },
  );
});
