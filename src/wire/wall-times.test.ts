import { expect, test } from 'vitest';
import { type DateOrder, parseWallTime } from './wall-times.js';

const at = (iso: string) => Date.parse(`${iso}Z`) * 1000;

test.each<[text: string, order: DateOrder | null, iso: string, hasTime: boolean]>([
  ['8.3.2026', null, '2026-03-08', false],
  ['08.03.2026', 'MDY', '2026-03-08', false],
  ['3/8/2026', 'MDY', '2026-03-08', false],
  ['3/8/2026', 'DMY', '2026-08-03', false],
  ['31/12/2026', 'DMY', '2026-12-31', false],
  ['29.2.2024', null, '2024-02-29', false],
  ['8.3.2026 14:05', null, '2026-03-08T14:05', true],
  ['8.3.2026, 14:05:09', null, '2026-03-08T14:05:09', true],
  ['8.3.2026 4:05:09,123', null, '2026-03-08T04:05:09.123', true],
  ['8.3.2026T23:59', null, '2026-03-08T23:59', true],
  ['3/8/2026 2:05 PM', 'MDY', '2026-03-08T14:05', true],
  ['3/8/2026 2:05:06 p.m.', 'MDY', '2026-03-08T14:05:06', true],
  ['3/8/2026 12:05am', 'MDY', '2026-03-08T00:05', true],
  ['3/8/2026 12:05 pm', 'MDY', '2026-03-08T12:05', true],
])('%s (%s) is %s', (text, order, iso, hasTime) => {
  expect(parseWallTime(text, order)).toEqual({ micros: at(iso.length === 10 ? `${iso}T00:00` : iso), hasTime });
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
  ['2026-03-08', 'DMY'],
  ['', null],
])('%j (%s) is none', (text, order) => {
  expect(parseWallTime(text, order)).toBeNull();
});
