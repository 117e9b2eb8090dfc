import { LATEST } from '../../contract/instant-bounds.js';
import type { Micros } from '../../wire/instants.js';
import { fromWallTime, wallTime } from '../../wire/zoned.js';

/**
 * When a plan's meetings are due: one every `cadenceDays` after its start, the first at the end of the first such time, each
 * at the start's time of day on the clocks of the account's zone.
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

/** How many meetings are due at an instant, however many are planned. */
function dueMeetings(plan: PlanSchedule, now: Micros, timeZone: string): number {
  const elapsed = wallTime(now, timeZone) - wallTime(plan.startAt, timeZone);
  let due = Math.max(0, Math.floor(elapsed / (plan.cadenceDays * DAY)));
  // Clocks that were set between may put it one off.
  while (due > 0 && dueAt(plan, due, timeZone) > now) due -= 1;
  while (dueAt(plan, due + 1, timeZone) <= now) due += 1;
  return due;
}

/** The planned meetings that were due by now, or by the plan's completion, and were not held. */
export function missedMeetings(plan: PlanSchedule, now: Micros, timeZone: string): number {
  const until = Math.min(now, plan.completedAt ?? now);
  return Math.max(0, Math.min(plan.plannedMeetings, dueMeetings(plan, until, timeZone)) - plan.completedMeetings);
}

/** When time alone changes that next; null where it does not. */
export function nextChangeAt(plan: PlanSchedule, now: Micros, timeZone: string): Micros | null {
  const next = Math.max(dueMeetings(plan, now, timeZone), plan.completedMeetings) + 1;
  if (next > plan.plannedMeetings) return null;
  const at = dueAt(plan, next, timeZone);
  return at >= LATEST || (plan.completedAt !== null && at > plan.completedAt) ? null : at;
}
