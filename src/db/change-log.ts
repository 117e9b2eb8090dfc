import { type RawBuilder, sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

// What changed, so that pages know what to read again. Rows have no content.

/** The channel on which it is told that an account's log has grown. */
export const CHANGES_CHANNEL = 'debrief_changes';

/** How long a row is kept, in microseconds. */
export const CHANGE_LIFE: Micros = 3_600_000_000;

/** A change of a thing. */
export interface LoggedChange {
  /** `call`, `processing`, `failure`, or a noun of /api/v1. */
  readonly kind: string;
  readonly thingId: string;
  /** The call that the thing belongs to; null for what belongs to none. */
  readonly callId: string | null;
  /** The people whose inbox it changes. */
  readonly userIds: readonly string[];
}

/**
 * Logs a change. `wakes` tells pages at once. That takes a lock of the whole server when the transaction commits, so it
 * is for what people do, not for loading calls: pages see those within two seconds.
 */
export async function logChange(tx: Tx, scope: Scope, change: LoggedChange, wakes: boolean): Promise<void> {
  const { kind, thingId, callId, userIds } = change;
  const logged = sql`insert into change_log (account_id, kind, thing_id, call_id, user_ids)
    values (${scope.accountId}, ${kind}, ${thingId}, ${callId}, ${[...userIds]})`;
  await (wakes
    ? sql`with logged as (${logged}) select pg_notify(${CHANGES_CHANNEL}, ${scope.accountId})`
    : logged
  ).execute(tx);
}

/** The insertion of changes of calls, to be part of the statement that makes them. */
export function loggedCalls(
  scope: Scope,
  kind: 'call' | 'deleted' | 'processing' | 'failure',
  callIds: readonly string[],
): RawBuilder<unknown> {
  const callId = kind === 'deleted' ? sql`null` : sql`call_id`;
  return sql`insert into change_log (account_id, kind, thing_id, call_id)
    select ${scope.accountId}, ${kind}, call_id, ${callId} from unnest(${callIds}::text[]) as call_id`;
}

/** What was committed between two snapshots of the database. */
export interface ChangesAfter {
  /** The snapshot of this reading, as `pg_snapshot` is written. */
  readonly snapshot: string;
  /** By account. */
  readonly changes: readonly (LoggedChange & Scope)[];
  /** Whether there are too many to tell, or those since the snapshot before are no longer known. */
  readonly isReset: boolean;
}

/** More changes than this at once are told as a reset. */
const MAX_CHANGES = 2_000;

/** The changes of accounts that were committed after a snapshot; without one, none, and the snapshot of now. */
export async function selectChangesAfter(
  db: Db,
  accountIds: readonly string[],
  snapshot: string | null,
): Promise<ChangesAfter> {
  const found = await sql<{ snapshot: string; isKnown: boolean; changes: string }>`select
      pg_current_snapshot()::text as snapshot,
      ${snapshot}::pg_snapshot is null
        or pg_snapshot_xmax(${snapshot}::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) as "isKnown",
      (select coalesce(json_agg(c), '[]') from (
        select account_id as "accountId", kind, thing_id as "thingId", call_id as "callId", user_ids as "userIds"
        from change_log where account_id = any(${[...accountIds]})
          and xid >= pg_snapshot_xmin(${snapshot}::pg_snapshot)
          and not pg_visible_in_snapshot(xid, ${snapshot}::pg_snapshot)
        limit ${MAX_CHANGES + 1}) as c) as changes`.execute(db);
  const row = found.rows[0]!;
  const changes: (LoggedChange & Scope)[] = JSON.parse(row.changes);
  return { snapshot: row.snapshot, changes, isReset: !row.isKnown || changes.length > MAX_CHANGES };
}

/** Removes what no page asks for any more. */
export async function sweepChanges(db: Db, now: Micros): Promise<void> {
  await sql`delete from change_log where at < ${toTimestamp(now - CHANGE_LIFE)}::timestamptz`.execute(db);
}
