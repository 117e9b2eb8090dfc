import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../wire/instants.js';
import { missedMeetings, nextChangeAt, type PlanSchedule } from './plan-schedule.js';

const at = (text: string) => parseInstant(text)!.micros;
const NEW_YORK = 'America/New_York';

const weekly = (more: Partial<PlanSchedule> = {}): PlanSchedule => ({
  startAt: at('2026-03-01T10:00-05:00'),
  cadenceDays: 7,
  plannedMeetings: 3,
  completedAt: null,
  completedMeetings: 0,
  ...more,
});

describe('a weekly plan of three meetings, from a week before clocks go forward', () => {
  test.each([
    ['2026-02-01T10:00-05:00', 0],
    ['2026-03-01T10:00-05:00', 0],
    // Seven days by the clock on the wall are an hour less than 168.
    ['2026-03-08T09:59:59.999999-04:00', 0],
    ['2026-03-08T10:00:00-04:00', 1],
    ['2026-03-15T09:59:59-04:00', 1],
    ['2026-03-15T10:00:00-04:00', 2],
    ['2026-03-22T10:00:00-04:00', 3],
    // No more are planned.
    ['2027-01-01T00:00:00-05:00', 3],
  ])('at %s, %i are missed', (now, missed) => {
    expect(missedMeetings(weekly(), at(now), NEW_YORK)).toBe(missed);
  });

  test('completed meetings count, ahead of their time too', () => {
    const now = at('2026-03-15T12:00-04:00');
    const missed = (completedMeetings: number) => missedMeetings(weekly({ completedMeetings }), now, NEW_YORK);
    expect([0, 1, 2, 3, 7].map(missed)).toEqual([2, 1, 0, 0, 0]);
  });

  test('nothing is due after its completion, nor before one that is still to come', () => {
    const later = at('2026-12-01T00:00Z');
    const missed = (completedAt: string, now = later) =>
      missedMeetings(weekly({ completedAt: at(completedAt) }), now, NEW_YORK);
    expect(missed('2026-03-08T13:59:59Z')).toBe(0);
    expect(missed('2026-03-08T14:00:00Z')).toBe(1);
    expect(missed('2026-11-01T00:00Z', at('2026-03-15T14:00Z'))).toBe(2);
  });

  test('clocks that go back', () => {
    const plan = weekly({ startAt: at('2026-10-30T01:30-04:00'), cadenceDays: 1, plannedMeetings: 5 });
    const missed = (now: string) => missedMeetings(plan, at(now), NEW_YORK);
    // 01:30 comes twice on 1 November: the earlier counts.
    expect([missed('2026-11-01T05:29:59Z'), missed('2026-11-01T05:30Z'), missed('2026-11-01T06:30Z')]).toEqual([
      1, 2, 2,
    ]);
    expect([missed('2026-11-02T06:29:59Z'), missed('2026-11-02T06:30Z')]).toEqual([2, 3]);
  });

  test('when time changes it next', () => {
    const next = (plan: PlanSchedule, now: string) => nextChangeAt(plan, at(now), NEW_YORK);
    expect(next(weekly(), '2026-02-01T00:00Z')).toBe(at('2026-03-08T14:00Z'));
    expect(next(weekly(), '2026-03-08T14:00Z')).toBe(at('2026-03-15T14:00Z'));
    expect(next(weekly({ completedMeetings: 2 }), '2026-03-02T00:00Z')).toBe(at('2026-03-22T14:00Z'));
    expect(next(weekly(), '2026-03-22T14:00Z')).toBeNull();
    expect(next(weekly({ completedMeetings: 3 }), '2026-03-02T00:00Z')).toBeNull();
    const completed = weekly({ completedAt: at('2026-03-20T00:00Z') });
    expect(next(completed, '2026-03-10T00:00Z')).toBe(at('2026-03-15T14:00Z'));
    expect(next(completed, '2026-03-16T00:00Z')).toBeNull();
  });
});

test('from one change to the next the figure is the same, and at the next it is another', () => {
  const instants = fc.integer({ min: at('2024-01-01T00:00Z') / 1e6, max: at('2028-01-01T00:00Z') / 1e6 });
  const plans = fc.record({
    startAt: instants.map((seconds) => seconds * 1e6),
    cadenceDays: fc.integer({ min: 1, max: 60 }),
    plannedMeetings: fc.integer({ min: 0, max: 40 }),
    completedAt: fc.option(instants.map((seconds) => seconds * 1e6)),
    completedMeetings: fc.integer({ min: 0, max: 5 }),
  });
  const zones = fc.constantFrom(NEW_YORK, 'Australia/Lord_Howe', 'UTC');
  fc.assert(
    fc.property(plans, instants, zones, fc.double({ min: 0, max: 1, noNaN: true }), (plan, seconds, zone, between) => {
      const now = seconds * 1e6;
      const figure = (when: number) => missedMeetings(plan, when, zone);
      const next = nextChangeAt(plan, now, zone);
      const end = next ?? at('2040-01-01T00:00Z');
      const some = Math.floor(now + between * (end - 1 - now));
      return figure(some) === figure(now) && (next === null || (next > now && figure(next) === figure(now) + 1));
    }),
  );
});
