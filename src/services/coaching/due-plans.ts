import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { findDueAccount, lockDuePlans, writeAllDueNow, writeDueTimes } from '../../db/due-plans.js';
import { stampEntries } from '../../db/feed-table.js';
import { lockAllPlans, plansFeed, selectPlansById } from '../../db/plans.js';
import { STAMP_BATCH } from '../../db/stamps.js';
import type { PlanRow } from '../../wire/coaching-json.js';
import type { Micros } from '../../wire/instants.js';
import type { Deps } from '../deps.js';
import { missedMeetings, nextChangeAt } from './plan-schedule.js';

// Time alone changes a plan's estimatedMissedMeetings. The figure is computed for each request; here the entry moves.

/**
 * Stores when time alone changes locked plans next, and returns the plans. Their meetings are counted behind the locks,
 * so that of two meetings that end at once the second counts both.
 */
export async function schedulePlans(
  tx: Tx,
  scope: Scope,
  planIds: readonly string[],
  now: Micros,
  timeZone: string,
): Promise<PlanRow[]> {
  const plans = await selectPlansById(tx, scope, planIds);
  const due = plans.map((plan) => ({ planId: plan.planId, dueAt: nextChangeAt(plan, now, timeZone) }));
  await writeDueTimes(tx, scope, due);
  return plans;
}

/** Restamps the plans of all accounts whose estimatedMissedMeetings time alone has changed. Runs every minute. */
export async function restampDuePlans({ db, clock }: Deps, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const account = await findDueAccount(db, clock.now());
    if (account === null) return;
    await atomic(db, (tx) => restampBatch(tx, account, account.timeZone, clock.now()));
  }
}

async function restampBatch(tx: Tx, scope: Scope, timeZone: string, now: Micros): Promise<void> {
  const dueTimes = await lockDuePlans(tx, scope, now, STAMP_BATCH);
  const plans = await schedulePlans(tx, scope, [...dueTimes.keys()], now, timeZone);
  const changed = plans.filter((plan) => {
    const before = missedMeetings(plan, dueTimes.get(plan.planId)! - 1, timeZone);
    return missedMeetings(plan, now, timeZone) !== before;
  });
  const ids = changed.map(({ planId }) => planId);
  await stampEntries(tx, scope, plansFeed, ids);
}

/** In another time zone, meetings are due at other times: makes the account's plans due, for the next minute's run. */
export async function rescheduleAccount(tx: Tx, scope: Scope): Promise<void> {
  await lockAllPlans(tx, scope);
  await writeAllDueNow(tx, scope);
}
