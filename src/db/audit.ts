import { sql } from 'kysely';
import type { Micros } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import { filtered } from './filters.js';

/** A recorded change. */
export interface ChangeRow {
  readonly id: number;
  readonly at: Micros;
  readonly byKind: 'user' | 'credential' | 'command';
  /** Null for a command. */
  readonly byId: string | null;
  readonly action: 'create' | 'update' | 'delete';
  /** A noun of /api/v1, such as `topics`. */
  readonly kind: string;
  readonly thingId: string;
  /** JSON as /api/v1 showed the thing; null if it did not exist, or if its call was erased. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Adds a change. What it shows of the call `callId` is erased together with the call. */
export async function insertChange(
  tx: Tx,
  scope: Scope,
  change: Omit<ChangeRow, 'id' | 'at'> & { readonly callId: string | null },
): Promise<void> {
  const { byKind, byId, action, kind, thingId, callId, before, after } = change;
  await sql`insert into audit (account_id, by_kind, by_id, action, kind, id, call_id, before, after)
    values (${scope.accountId}, ${byKind}, ${byId}, ${action}, ${kind}, ${thingId}, ${callId}, ${before},
      ${after})`.execute(tx);
}

/** Erases what the changes show of a call. The record that it was changed, and by whom, stays. */
export async function eraseFromAudit(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await sql`update audit set before = null, after = null
    where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
}

/** Filters of the list of changes, by kind and by thing; null means all. */
export interface ChangeFilter {
  readonly kind: string | null;
  readonly thingId: string | null;
}

/** Changes, newest first: at most `limit`, starting before a given change or with the newest. */
export async function selectChanges(
  db: Db | Tx,
  scope: Scope,
  { kind, thingId }: ChangeFilter,
  page: { readonly before: number | null; readonly limit: number },
): Promise<ChangeRow[]> {
  const found = await sql<ChangeRow>`select audit_id as id, at, by_kind as "byKind", by_id as "byId", action, kind,
      id as "thingId", before, after from audit
    where account_id = ${scope.accountId} and audit_id < coalesce(${page.before}::bigint, 9223372036854775807)
      and ${filtered({ kind, id: thingId })}
    order by audit_id desc limit ${page.limit}`.execute(db);
  return found.rows;
}
