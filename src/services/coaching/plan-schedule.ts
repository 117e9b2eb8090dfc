import { LATEST } from '../../contract/instant-bounds.js';
import type { Micros } from '../../wire/instants.js';
import { fromWallTime, wallTime } from '../../wire/zoned.js';

/**
 * When a plan's meetings are due: the n-th one n × `cadenceDays` after the start, at the start's time of day in the
 * account's time zone.
 */
export interface PlanSchedule {
  readonly startAt: Micros;
  readonly cadenceDays: number;
  readonly plannedMeetings: number;
  /** Null while the plan is open. */
  readonly completedAt: Micros | null;
  /** How many of its meetings have ended. */
  readonly completedMeetings: number;
}

const DAY: Micros = 24 * 3600 * 1_000_000;

function dueAt({ startAt, cadenceDays }: PlanSchedule, n: number, timeZone: string): Micros {
  return fromWallTime(wallTime(startAt, timeZone) + n * cadenceDays * DAY, timeZone);
}

/** How many meetings are due by an instant, as if meetings without end were planned. */
function dueMeetings(plan: PlanSchedule, now: Micros, timeZone: string): number {
  const elapsed = wallTime(now, timeZone) - wallTime(plan.startAt, timeZone);
  let due = Math.max(0, Math.floor(elapsed / (plan.cadenceDays * DAY)));
  // A change of the clocks since the start may put the quotient one off.
  while (due > 0 && dueAt(plan, due, timeZone) > now) due -= 1;
  while (dueAt(plan, due + 1, timeZone) <= now) due += 1;
  return due;
}

/** How many planned meetings were due by now, or by the plan's completion, and were not held. */
export function missedMeetings(plan: PlanSchedule, now: Micros, timeZone: string): number {
  const until = Math.min(now, plan.completedAt ?? now);
  return Math.max(0, Math.min(plan.plannedMeetings, dueMeetings(plan, until, timeZone)) - plan.completedMeetings);
}

/** When time alone changes `missedMeetings` next; null where it never does. */
export function nextChangeAt(plan: PlanSchedule, now: Micros, timeZone: string): Micros | null {
  const next = Math.max(dueMeetings(plan, now, timeZone), plan.completedMeetings) + 1;
  if (next > plan.plannedMeetings) return null;
  const at = dueAt(plan, next, timeZone);
  return at >= LATEST || (plan.completedAt !== null && at > plan.completedAt) ? null : at;
}
