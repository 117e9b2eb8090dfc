import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInstant } from './instants.js';
import { formatZoned, fromWallTime, wallTime } from './zoned.js';

const at = (text: string) => parseInstant(text)!.micros;

describe('instants with the offset of a zone', () => {
  test.each([
    // The reference's own examples, and variations of them.
    ['2020-08-12T12:46:45.23184Z', 'America/New_York', '2020-08-12T08:46:45.23184-04:00'],
    ['2020-08-12T12:46:52.408Z', 'America/New_York', '2020-08-12T08:46:52.408-04:00'],
    ['2020-08-17T19:00:00Z', 'America/New_York', '2020-08-17T15:00:00-04:00'],
    ['2020-08-06T17:41:35.135707Z', 'America/New_York', '2020-08-06T13:41:35.135707-04:00'],
    ['2020-12-31T23:00:00.000010Z', 'America/New_York', '2020-12-31T18:00:00.00001-05:00'],
    ['2020-12-31T23:00:00.1Z', 'Asia/Kolkata', '2021-01-01T04:30:00.1+05:30'],
    ['2020-12-31T23:00:10Z', 'UTC', '2020-12-31T23:00:10+00:00'],
    ['2020-12-31T00:15:00Z', 'America/St_Johns', '2020-12-30T20:45:00-03:30'],
  ])('%s in %s', (utc, zone, shown) => {
    expect(formatZoned(at(utc), zone)).toBe(shown);
  });

  test('read back, they are the same instant', () => {
    const zones = fc.constantFrom('America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC');
    const micros = fc.integer({ min: at('1950-01-01T00:00Z'), max: at('2100-01-01T00:00Z') });
    fc.assert(fc.property(micros, zones, (instant, zone) => at(formatZoned(instant, zone)) === instant));
  });
});

describe("what a zone's clocks show", () => {
  test.each([
    ['2026-03-08T01:59:59', '2026-03-08T06:59:59Z'],
    // Skipped: later by as much as the clocks skip.
    ['2026-03-08T02:30:00', '2026-03-08T07:30:00Z'],
    ['2026-03-08T03:00:00', '2026-03-08T07:00:00Z'],
    // Shown twice: the earlier instant.
    ['2026-11-01T01:30:00', '2026-11-01T05:30:00Z'],
    ['2026-11-01T02:00:00', '2026-11-01T07:00:00Z'],
  ])('%s in New York', (wall, utc) => {
    expect(fromWallTime(at(`${wall}Z`), 'America/New_York')).toBe(at(utc));
  });

  test.each([
    // Half an hour is skipped, and shown twice.
    ['2026-10-04T02:15:00', 'Australia/Lord_Howe', '2026-10-03T15:45:00Z'],
    ['2026-04-05T01:45:00', 'Australia/Lord_Howe', '2026-04-04T14:45:00Z'],
    // A whole day is skipped.
    ['2011-12-29T23:59:59', 'Pacific/Apia', '2011-12-30T09:59:59Z'],
    ['2011-12-30T12:00:00', 'Pacific/Apia', '2011-12-30T22:00:00Z'],
    ['2011-12-31T00:00:00', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
    ['2026-03-08T02:30:00', 'Asia/Kolkata', '2026-03-07T21:00:00Z'],
  ])('%s in %s', (wall, zone, utc) => {
    expect(fromWallTime(at(`${wall}Z`), zone)).toBe(at(utc));
  });

  test('and back', () => {
    const summer = at('2026-07-01T12:00Z');
    expect(wallTime(summer, 'America/New_York')).toBe(at('2026-07-01T08:00Z'));
  });
});
