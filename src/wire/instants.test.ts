import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  earlierMidnight,
  formatInstant,
  fromTimestamp,
  parseInstant,
  precisionUnit,
  toTimestamp,
  zoneOffsetMinutes,
} from './instants.js';

const at = (iso: string, micros = 0) => Date.parse(iso) * 1000 + micros;

describe('reading', () => {
  test.each([
    ['2021-12-31T09:15Z', at('2021-12-31T09:15:00Z'), 'minute'],
    ['2021-12-31T09:15', at('2021-12-31T09:15:00Z'), 'minute'],
    ['2021-12-31 09:15', at('2021-12-31T09:15:00Z'), 'minute'],
    ['2023-08-15T10:00:01Z', at('2023-08-15T10:00:01Z'), 0],
    ['2023-08-15T10:00:01.5Z', at('2023-08-15T10:00:01.500Z'), 1],
    ['2022-05-19T16:58:14.048648Z', at('2022-05-19T16:58:14.048Z', 648), 6],
    ['2022-05-19T16:58:14.0486489Z', at('2022-05-19T16:58:14.048Z', 648), 6],
    ['2022-05-19T16:58:14,048Z', at('2022-05-19T16:58:14.048Z'), 3],
    ['2020-08-17T15:00:00-04:00', at('2020-08-17T19:00:00Z'), 0],
    ['2020-08-17T15:00:00-0400', at('2020-08-17T19:00:00Z'), 0],
    ['2020-08-17T15:00:00+05:30', at('2020-08-17T09:30:00Z'), 0],
    ['2020-08-17T15:00:00 05:30', at('2020-08-17T09:30:00Z'), 0],
    ['2020-08-17', at('2020-08-17T00:00:00Z'), 'date'],
    ['2024-02-29', at('2024-02-29T00:00:00Z'), 'date'],
    ['0001-01-01T00:00:00Z', at('0001-01-01T00:00:00Z'), 0],
  ])('%s', (text, micros, precision) => {
    expect(parseInstant(text)).toEqual({ micros, precision });
  });

  test.each([
    '',
    'yesterday',
    '1700000000',
    '2023-02-29',
    '2023-13-01',
    '2023-00-10',
    '2023-08-15T24:00Z',
    '2023-08-15T10:60Z',
    '2023-08-15T10:00:60Z',
    '2023-08-15T10Z',
    '2023-08-15T10:00:01.Z',
    '2023-08-15T10:00:01+24:00',
    '2023-08-15T10:00:01Zx',
    ' 2023-08-15',
    '2023-08-15T10:00:01Z; drop table calls',
    '２０２３-08-15',
  ])('not %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});

test('writing takes 0, 3 or 6 digits, as few as are exact', () => {
  expect(formatInstant(at('2018-01-01T11:11:11Z'))).toBe('2018-01-01T11:11:11Z');
  expect(formatInstant(at('2022-05-19T16:58:09.749Z'))).toBe('2022-05-19T16:58:09.749Z');
  expect(formatInstant(at('2018-11-09T18:09:11.794Z', 403))).toBe('2018-11-09T18:09:11.794403Z');
  expect(formatInstant(at('2018-11-09T18:09:11.700Z', 1))).toBe('2018-11-09T18:09:11.700001Z');
  expect(formatInstant(at('1969-12-31T23:59:59.999Z', 999))).toBe('1969-12-31T23:59:59.999999Z');
});

test('what is written reads back, also by way of PostgreSQL', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2_208_988_800_000_000, max: 7_258_118_400_000_000 }), (micros) => {
      expect(parseInstant(formatInstant(micros))?.micros).toBe(micros);
      expect(parseInstant(toTimestamp(micros))).toEqual({ micros, precision: 6 });
      const printed = `${toTimestamp(micros).slice(0, -1).replace('T', ' ')}`.replace(/\.?0+$/, '');
      // PostgreSQL drops trailing zeros of the fraction, never of the seconds.
      fc.pre(printed.length >= 19);
      expect(fromTimestamp(`${printed}+00`)).toBe(micros);
    }),
  );
});

test('the unit of a precision', () => {
  expect([precisionUnit('minute'), precisionUnit(0), precisionUnit(3), precisionUnit(6)]).toEqual([6e7, 1e6, 1e3, 1]);
});

test('offsets follow the zone, daylight saving included', () => {
  expect(zoneOffsetMinutes('America/New_York', at('2026-01-15T12:00:00Z'))).toBe(-300);
  expect(zoneOffsetMinutes('America/New_York', at('2026-07-15T12:00:00Z'))).toBe(-240);
  expect(zoneOffsetMinutes('America/New_York', at('2026-03-08T06:59:00Z'))).toBe(-300);
  expect(zoneOffsetMinutes('America/New_York', at('2026-03-08T07:00:00Z'))).toBe(-240);
  expect(zoneOffsetMinutes('Asia/Kathmandu', at('2026-01-01T00:00:00Z'))).toBe(345);
  expect(() => zoneOffsetMinutes('Mars/Olympus', 0)).toThrow(RangeError);
});

test('a date begins where it begins first', () => {
  const date = at('2026-07-15T00:00:00Z');
  expect(earlierMidnight(date, 'America/New_York')).toBe(date);
  expect(earlierMidnight(date, 'Pacific/Auckland')).toBe(at('2026-07-14T12:00:00Z'));
  // In Auckland, the clocks went back on 5 April 2026, after midnight.
  expect(earlierMidnight(at('2026-04-05T00:00:00Z'), 'Pacific/Auckland')).toBe(at('2026-04-04T11:00:00Z'));
});
