import { expect, test } from 'vitest';

// Run by zones.test.ts alone: that its zones and languages are in force, so that what goes by the machine's own is seen.

test('the language of the machine is not English', () => {
  expect(new Intl.NumberFormat().format(0.5)).not.toBe('0.5');
});

test.fails('a time by the zone of the machine is not one in UTC', () => {
  expect(new Date(2026, 2, 8, 12).toISOString()).toBe('2026-03-08T12:00:00.000Z');
});

test.fails('a date that is written for people is not as in UTC', () => {
  expect(new Date('2026-03-08T12:00:00Z').toLocaleString()).toBe('3/8/2026, 12:00:00 PM');
});
