import { sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

// A plan is due at its `next_change_at`: when estimatedMissedMeetings next changes just because time passes. Null if it
// never will.

/** The account of the plan that has been due longest, among all accounts; null if no plan is due. */
export async function findDueAccount(
  db: Db | Tx,
  now: Micros,
): Promise<{ readonly accountId: string; readonly timeZone: string } | null> {
  const due = await sql<{ accountId: string; timeZone: string }>`
    select p.account_id as "accountId", a.time_zone as "timeZone" from plans p join accounts a using (account_id)
    where p.next_change_at <= ${toTimestamp(now)}::timestamptz
    order by p.next_change_at limit 1`.execute(db);
  return due.rows[0] ?? null;
}

/** At most `limit` of an account's due plans, locked until commit: by plan id, the time since which it is due. */
export async function lockDuePlans(
  tx: Tx,
  scope: Scope,
  now: Micros,
  limit: number,
): Promise<ReadonlyMap<string, Micros>> {
  const due = await sql<{ planId: string; dueAt: Micros }>`
    select plan_id as "planId", next_change_at as "dueAt" from plans
    where account_id = ${scope.accountId} and next_change_at <= ${toTimestamp(now)}::timestamptz
    order by plan_id limit ${limit} for no key update`.execute(tx);
  return new Map(due.rows.map(({ planId, dueAt }) => [planId, dueAt]));
}

/** Stores when plans are next due. */
export async function writeDueTimes(
  tx: Tx,
  scope: Scope,
  plans: readonly { readonly planId: string; readonly dueAt: Micros | null }[],
): Promise<void> {
  const ids = plans.map(({ planId }) => planId);
  const times = plans.map(({ dueAt }) => toTimestamp(dueAt));
  await sql`update plans set next_change_at = scheduled.next_change_at
    from unnest(${ids}::text[], ${times}::timestamptz[]) as scheduled (plan_id, next_change_at)
    where plans.account_id = ${scope.accountId} and plans.plan_id = scheduled.plan_id`.execute(tx);
}

/** Makes the account's open plans due now, and the completed ones that have a `next_change_at`. */
export async function writeAllDueNow(tx: Tx, scope: Scope): Promise<void> {
  await sql`update plans set next_change_at = clock_timestamp()
    where account_id = ${scope.accountId} and (completed_at is null or next_change_at is not null)`.execute(tx);
}
