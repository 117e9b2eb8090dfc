import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createEngine } from '#debrief/templates/engine.js';

// The filters of dates. test/time/zones.test.ts runs this again under other zones of the machine.

const engine = createEngine();

function rendered(source: string, timeZone = 'America/New_York', variables: object = {}): string {
  const rendering = engine.render(source, variables, timeZone);
  return 'error' in rendering ? `error: ${rendering.error}` : rendering.text;
}

function shown(value: unknown, format: string, timeZone = 'America/New_York', zone?: string): string {
  const named = zone === undefined ? '' : `, ${zone}`;
  return rendered(`{{ value | date: "${format}"${named} }}`, timeZone, { value });
}

describe('what GNU date shows (gnu-dates.sh)', () => {
  const [head, ...rows] = readFileSync(new URL('gnu-dates.tsv', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  const format = head!.split('\t')[2]!;
  test.each(rows.map((row) => row.split('\t') as [string, string, string]))('in %s at %s', (zone, instant, value) => {
    expect(shown(instant, format, zone).split('|')).toEqual(value.split('|'));
    // As the filter's zone, whatever the account's.
    for (const account of ['UTC', 'Pacific/Apia', 'America/New_York']) {
      expect(shown(instant, format, account, `"${zone}"`).split('|')).toEqual(value.split('|'));
    }
  });
});

test('what Ruby has beside', () => {
  const instant = '2026-03-08T06:59:59.123456Z';
  expect(shown(instant, '%L %N %3N %6N %9N %1L %Q')).toBe('123 123456000 123 123456 123456000 1 1772953199123');
  expect(shown(instant, '%v|%+|%Z')).toBe(' 8-MAR-2026|Sun Mar  8 01:59:59 EST 2026|EST');
  expect(shown(instant, '%-d%q %12F|%-012H|%n%t|%f %i %:H %')).toBe('8th   2026-03-08|1|\n\t|%f %i %:H %');
  expect(['01', '02', '03', '11', '12', '13', '21', '22', '23'].map((day) => shown(`2026-03-${day}`, '%-d%q'))).toEqual(
    ['1st', '2nd', '3rd', '11th', '12th', '13th', '21st', '22nd', '23rd'],
  );
});

describe('what a value stands for', () => {
  const FORMAT = '%F %T %z';
  test.each<[value: unknown, inNewYork: string, inKolkata: string]>([
    // Instants.
    ['2026-07-01T12:00:00Z', '2026-07-01 08:00:00 -0400', '2026-07-01 17:30:00 +0530'],
    ['2026-07-01T12:00+02:00', '2026-07-01 06:00:00 -0400', '2026-07-01 15:30:00 +0530'],
    ['2026-07-01 12:00 +0200', '2026-07-01 06:00:00 -0400', '2026-07-01 15:30:00 +0530'],
    ['2026-07-01 12:00:00 UTC', '2026-07-01 08:00:00 -0400', '2026-07-01 17:30:00 +0530'],
    ['Wed, 01 Jul 2026 12:00:00 GMT', '2026-07-01 08:00:00 -0400', '2026-07-01 17:30:00 +0530'],
    ['Wed, 01 Jul 2026 12:00:00 -0500', '2026-07-01 13:00:00 -0400', '2026-07-01 22:30:00 +0530'],
    ['Wed Jul 01 2026 12:00:00 GMT+0200 (CEST)', '2026-07-01 06:00:00 -0400', '2026-07-01 15:30:00 +0530'],
    [1782907200, '2026-07-01 08:00:00 -0400', '2026-07-01 17:30:00 +0530'],
    ['1782907200', '2026-07-01 08:00:00 -0400', '2026-07-01 17:30:00 +0530'],
    // A time without an offset is the account's; as the clocks skip it, and the first of two.
    ['2026-07-01T12:00', '2026-07-01 12:00:00 -0400', '2026-07-01 21:30:00 +0530'],
    ['2026-07-01 12:00:30', '2026-07-01 12:00:30 -0400', '2026-07-01 21:30:30 +0530'],
    ['1.7.2026 12:00', '2026-07-01 12:00:00 -0400', '2026-07-01 21:30:00 +0530'],
    ['7/1/2026 12:00 PM', '2026-07-01 12:00:00 -0400', '2026-07-01 21:30:00 +0530'],
    ['July 1, 2026 12:00', '2026-07-01 12:00:00 -0400', '2026-07-01 21:30:00 +0530'],
    ['2026-03-08T02:30', '2026-03-08 02:30:00 -0400', '2026-03-08 13:00:00 +0530'],
    ['2026-11-01T01:30', '2026-11-01 01:30:00 -0400', '2026-11-01 11:00:00 +0530'],
    // A date alone is that day everywhere.
    ['2026-07-01', '2026-07-01 00:00:00 -0400', '2026-07-01 00:00:00 +0530'],
    ['2026-01-01', '2026-01-01 00:00:00 -0500', '2026-01-01 00:00:00 +0530'],
    ['1.7.2026', '2026-07-01 00:00:00 -0400', '2026-07-01 00:00:00 +0530'],
    ['7/1/2026', '2026-07-01 00:00:00 -0400', '2026-07-01 00:00:00 +0530'],
    ['July 1, 2026', '2026-07-01 00:00:00 -0400', '2026-07-01 00:00:00 +0530'],
  ])('%j', (value, inNewYork, inKolkata) => {
    expect(shown(value, FORMAT)).toBe(inNewYork);
    expect(shown(value, FORMAT, 'America/New_York', '"Asia/Kolkata"')).toBe(inKolkata);
  });

  test.each([null, '', 'soon', 'stage 2', 'May', '2026-02-30', '31.2.2026', '13/13/2026', '1e30', 'July 2026x', true])(
    '%j is none, and shows as it is',
    (value) => {
      expect(shown(value, '%F')).toBe(String(value ?? ''));
    },
  );

  test('now is by the zone, too', () => {
    const hour = (zone: string) => Number(rendered('{{ "now" | date: "%s" }}', zone));
    expect(Math.abs(hour('America/New_York') - Date.now() / 1000)).toBeLessThan(600);
    expect(rendered('{{ "today" | date: "%:z" }}', 'Asia/Kolkata')).toBe('+05:30');
  });
});

describe("the filter's zone", () => {
  const instant = '1990-12-31T23:00:00Z';
  test.each([
    ['"Asia/Kolkata"', '1991-01-01 04:30 +0530 GMT+5:30'],
    ['"UTC"', '1990-12-31 23:00 +0000 UTC'],
    ['360', '1990-12-31 17:00 -0600 -0600'],
    ['-330', '1991-01-01 04:30 +0530 +0530'],
    ['"-06:00"', '1990-12-31 17:00 -0600 -0600'],
    ['nil', '1990-12-31 18:00 -0500 EST'],
  ])('%s', (zone, value) => {
    expect(shown(instant, '%F %R %z %Z', 'America/New_York', zone)).toBe(value);
  });

  test('is refused where there is no such', () => {
    expect(shown(instant, '%F', 'UTC', '"Mars/Olympus"')).toContain(
      'error: "Mars/Olympus" is not a time zone; the date',
    );
  });
});

test('the other filters of dates', () => {
  const given = (filter: string, value = '2026-03-08T04:59:59Z') => rendered(`{{ "${value}" | ${filter} }}`);
  expect(given('date')).toBe('Saturday, March 7, 2026 at 11:59 pm -0500');
  expect(given('date_to_xmlschema')).toBe('2026-03-07T23:59:59-05:00');
  expect(given('date_to_rfc822')).toBe('Sat, 07 Mar 2026 23:59:59 -0500');
  expect(given('date_to_string')).toBe('07 Mar 2026');
  expect(given('date_to_string: "ordinal", "US"')).toBe('Mar 7th, 2026');
  expect(given('date_to_long_string: "ordinal"')).toBe('7th March 2026');
  expect(given('date_to_long_string', '2026-03-08')).toBe('08 March 2026');
  expect(given('date_to_string', 'soon')).toBe('soon');
});
