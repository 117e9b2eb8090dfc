import { sql } from 'kysely';
import type { ListenEntry } from '../contract/listens.js';
import { formatInstant, type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';

export const listensFeed = feedTable({ name: 'listens', table: 'listens', id: 'listen_id' });

/** Seconds of a row of `listens l`. */
export const timeListened = sql`(l.played_ms + l.imported_ms + l.merged_ms) / 1000.0::float8 as "timeListened"`;

export interface ListenRow {
  readonly id: string;
  readonly stamp: Micros;
  readonly entry: ListenEntry;
}

type Row = Omit<ListenEntry, 'modified'> & { readonly modified: Micros };

/** A page of the feed of listens. */
export async function listensAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<ListenRow[]> {
  const page = await sql<Row>`select l.date::text as date, l.stamp as modified, l.call_id as "callId", l.listener,
      c.caller_id as caller, ${timeListened}, l.listen_id as id
    from listens l join calls c on c.account_id = l.account_id and c.call_id = l.call_id
    ${pageAfter(listensFeed, 'l', scope, after, limit)}`.execute(db);
  return page.rows.map((row) => ({
    id: row.id,
    stamp: row.modified,
    entry: { ...row, modified: formatInstant(row.modified) },
  }));
}

/** The listens whose entries show these calls' caller. */
export const listensShowing = {
  call: (scope: Scope, callIds: readonly string[]) => sql`select listen_id as id from listens
    where account_id = ${scope.accountId} and call_id = any(${[...callIds]})`,
};

/** One change of a listener's days at a time: each reads what all before it wrote. */
export async function lockListener(tx: Tx, { accountId }: Scope, listener: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${accountId} ${listener}`}, 7310580))`.execute(tx);
}

/** Heartbeats come at most a week late, and a day is a day long. */
const SESSIONS_KEPT: Micros = 10 * 24 * 3600 * 1_000_000;

/** Forgets playback sessions that are over; what was listened to in them stays. */
export async function sweepListenSessions(db: Db, now: Micros): Promise<void> {
  await sql`delete from listen_sessions where last_at < ${toTimestamp(now - SESSIONS_KEPT)}::timestamptz`.execute(db);
}
