import { sql } from 'kysely';
import type { Db, Scope, Tx } from '../db/database.js';
import type { Micros } from '../wire/instants.js';
import type { Actor } from './actor.js';

/** Something that was changed, as /api/v1 shows it before and after; null where it was not there. */
export interface Change {
  /** A noun of /api/v1, such as `topics`. */
  readonly kind: string;
  readonly id: string | number;
  readonly before: object | null;
  readonly after: object | null;
  /** The call that it is about: what is erased with the call. */
  readonly callId?: string;
}

/** Writes down a change, in its own transaction. Nothing is written where nothing changed. */
export async function recordChange(tx: Tx, actor: Actor, change: Change): Promise<void> {
  const [before, after] = [change.before, change.after].map((side) => (side === null ? null : JSON.stringify(side)));
  if (before === after) return;
  const action = before === null ? 'create' : after === null ? 'delete' : 'update';
  const byId = actor.by.kind === 'command' ? null : actor.by.id;
  await sql`insert into audit (account_id, by_kind, by_id, action, kind, id, call_id, before, after)
    values (${actor.accountId}, ${actor.by.kind}, ${byId}, ${action}, ${change.kind}, ${String(change.id)},
      ${change.callId ?? null}, ${before}, ${after})`.execute(tx);
}

/** Erases what changes show of a call; that it was changed, and by whom, stays. */
export async function eraseFromAudit(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await sql`update audit set before = null, after = null
    where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
}

export interface AuditEntry {
  readonly id: number;
  readonly at: Micros;
  readonly byKind: string;
  readonly byId: string | null;
  readonly action: string;
  readonly kind: string;
  readonly thingId: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Changes, the newest first, before one of them. */
export async function listChanges(
  db: Db,
  scope: Scope,
  page: {
    readonly before: number | null;
    readonly limit: number;
    readonly kind: string | null;
    readonly thingId: string | null;
  },
): Promise<AuditEntry[]> {
  const found = await sql<AuditEntry>`select audit_id as id, at, by_kind as "byKind", by_id as "byId", action, kind,
      id as "thingId", before, after from audit
    where account_id = ${scope.accountId} and audit_id < coalesce(${page.before}::bigint, 9223372036854775807)
      ${page.kind === null ? sql`` : sql`and kind = ${page.kind}`}
      ${page.thingId === null ? sql`` : sql`and id = ${page.thingId}`}
    order by audit_id desc limit ${page.limit}`.execute(db);
  return found.rows;
}
