import { sql } from 'kysely';
import { loggedCalls } from './change-log.js';
import type { Db, Scope, Tx } from './database.js';

/**
 * The maximum number of entries that one transaction stamps, so that the account's lock is never held for long. Larger
 * changes are made in batches.
 */
export const STAMP_BATCH = 1000;

/**
 * Moves calls to the end of their feed. Called last in a transaction: it takes the account's stamp lock, which is held
 * until commit. The rows are locked first, in order, so that two writers cannot deadlock.
 */
export async function stampCalls(tx: Tx, scope: Scope, callIds: readonly string[]): Promise<void> {
  if (callIds.length === 0) return;
  await sql`select 1 from calls where account_id = ${scope.accountId} and call_id = any(${callIds})
    order by call_id for update`.execute(tx);
  await sql`with taken as materialized (select take_stamps(${scope.accountId}, ${callIds.length}) as first),
    stamped as (select call_id, nth_stamp(taken.first, ordinality - 1) as stamp
      from taken, unnest(${callIds}::text[]) with ordinality as ids (call_id, ordinality)),
    logged as (${loggedCalls(scope, 'call', callIds)})
    update calls set stamp = stamped.stamp, first_stamp = coalesce(calls.first_stamp, stamped.stamp)
    from stamped where calls.account_id = ${scope.accountId} and calls.call_id = stamped.call_id`.execute(tx);
}

/**
 * Stamps tombstones, which are locked or new, in the feed of deleted calls. Called last in a transaction, as
 * `stampCalls`.
 */
export async function stampDeletedCalls(tx: Tx, scope: Scope, callIds: readonly string[]): Promise<void> {
  if (callIds.length === 0) return;
  await sql`with taken as materialized (select take_stamps(${scope.accountId}, ${callIds.length}) as first),
    logged as (${loggedCalls(scope, 'deleted', callIds)})
    update deleted_calls set stamp = nth_stamp(taken.first, ids.place - 1)
    from taken, unnest(${callIds}::text[]) with ordinality as ids (call_id, place)
    where deleted_calls.account_id = ${scope.accountId} and deleted_calls.call_id = ids.call_id`.execute(tx);
}

/** The newest stamp in the feeds of all accounts, in seconds since the Unix epoch; null before the first account. */
export async function newestStampSeconds(db: Db): Promise<number | null> {
  const found = await sql<{ seconds: number | null }>`
    select extract(epoch from max(head))::float8 as seconds from feed_heads`.execute(db);
  return found.rows[0]?.seconds ?? null;
}
