import { expect, test } from 'vitest';
import { type DateOrder, parseWrittenTime } from './written-times.js';

const at = (iso: string) => Date.parse(`${iso}${iso.includes('T') ? '' : 'T00:00'}Z`) * 1000;

test.each<[text: string, order: DateOrder | null, kind: string, iso: string]>([
  ['2026-03-08T14:05:00Z', null, 'instant', '2026-03-08T14:05'],
  ['2026-03-08T14:05-05:00', null, 'instant', '2026-03-08T19:05'],
  ['2026-03-08 14:05:00 -0500', null, 'instant', '2026-03-08T19:05'],
  ['2026-03-08T14:05+05', 'DMY', 'instant', '2026-03-08T09:05'],
  ['2026-03-08 14:05:00 UTC', null, 'instant', '2026-03-08T14:05'],
  ['2026-03-08T14:05', null, 'wall', '2026-03-08T14:05'],
  ['2026-03-08 14:05:09.5', null, 'wall', '2026-03-08T14:05:09.5'],
  ['2026-03-08', null, 'day', '2026-03-08'],
  ['8.3.2026', null, 'day', '2026-03-08'],
  ['08.03.2026', 'MDY', 'day', '2026-03-08'],
  ['3/8/2026', 'MDY', 'day', '2026-03-08'],
  ['3/8/2026', 'DMY', 'day', '2026-08-03'],
  ['31/12/2026', 'DMY', 'day', '2026-12-31'],
  ['29.2.2024', null, 'day', '2024-02-29'],
  ['8.3.2026 14:05', null, 'wall', '2026-03-08T14:05'],
  ['8.3.2026, 14:05:09', null, 'wall', '2026-03-08T14:05:09'],
  ['8.3.2026 4:05:09,123', null, 'wall', '2026-03-08T04:05:09.123'],
  ['8.3.2026T23:59', null, 'wall', '2026-03-08T23:59'],
  ['3/8/2026 2:05 PM', 'MDY', 'wall', '2026-03-08T14:05'],
  ['3/8/2026 2:05:06 p.m.', 'MDY', 'wall', '2026-03-08T14:05:06'],
  ['3/8/2026 12:05am', 'MDY', 'wall', '2026-03-08T00:05'],
  ['3/8/2026 12:05 pm', 'MDY', 'wall', '2026-03-08T12:05'],
])('%s (%s) is the %s %s', (text, order, kind, iso) => {
  expect(parseWrittenTime(text, order)).toEqual({ kind, micros: at(iso) });
});

test.each<[text: string, order: DateOrder | null]>([
  ['3/8/2026', null],
  ['13/8/2026', 'MDY'],
  ['8/13/2026', 'DMY'],
  ['29.2.2026', null],
  ['8.3.26', null],
  ['8.3/2026', 'DMY'],
  ['8-3-2026', 'DMY'],
  ['8.3.2026 24:00', null],
  ['8.3.2026 14:60', null],
  ['8.3.2026 14', null],
  ['8.3.2026 pm', null],
  ['8.3.2026 13:05 pm', null],
  ['8.3.2026 0:05 am', null],
  ['2026-02-30', 'DMY'],
  ['', null],
])('%j (%s) is none', (text, order) => {
  expect(parseWrittenTime(text, order)).toBeNull();
});
