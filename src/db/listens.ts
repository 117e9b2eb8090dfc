import { sql } from 'kysely';
import type { Listen, ListenEntry } from '../contract/listens.js';
import { formatInstant, type Micros, toTimestamp } from '../wire/instants.js';
import { ADVISORY_LOCKS } from './connection/advisory-locks.js';
import type { Db, Scope, Tx } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';
import { filtered, type TimedPage } from './filters.js';
import { isUser } from './named-users.js';
import { type CallViewer, visible } from './visibility.js';

// How long people listened: a row for each listener, call and day in the account's time zone. When a listener is merged
// into another user, the row stays in the feed with a time of 0.

/** The feed of listens (api-v2 §4). */
export const listensFeed = feedTable({ name: 'listens', table: 'listens', id: 'listen_id' });

/** Seconds: counted by heartbeats, imported, and taken over from merged users. */
const timeListened = sql`(l.played_ms + l.imported_ms + l.merged_ms) / 1000.0::float8 as "timeListened"`;
const source = sql`listens l join calls c on c.account_id = l.account_id and c.call_id = l.call_id`;

/** An entry of the feed, with what its position is remembered by. */
export interface ListenFeedRow {
  readonly id: string;
  readonly stamp: Micros;
  readonly entry: ListenEntry;
}

type EntryRow = Omit<ListenEntry, 'modified'> & { readonly modified: Micros };

/** A page of the feed of listens. */
export async function listensAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<ListenFeedRow[]> {
  const page = await sql<EntryRow>`select l.date::text as date, l.stamp as modified, l.call_id as "callId", l.listener,
      c.caller_id as caller, ${timeListened}, l.listen_id as id
    from ${source} ${pageAfter(listensFeed, 'l', scope, after, limit)}`.execute(db);
  return page.rows.map((row) => ({
    id: row.id,
    stamp: row.modified,
    entry: { ...row, modified: formatInstant(row.modified) },
  }));
}

/** Queries of the listens whose entries show the caller of any of these calls. */
export const listensShowing = {
  call: (scope: Scope, callIds: readonly string[]) => sql`select listen_id as id from listens
    where account_id = ${scope.accountId} and call_id = any(${[...callIds]})`,
};

/** Serializes changes of a listener's days until commit: each reads what the ones before it wrote. */
export async function lockListener(tx: Tx, { accountId }: Scope, listener: string): Promise<void> {
  const seed = ADVISORY_LOCKS.listener;
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${accountId} ${listener}`}, ${seed}))`.execute(tx);
}

const columns = sql`l.listen_id as id, l.date::text as date, l.call_id as "callId", l.listener, c.caller_id as caller,
  ${timeListened}`;

/** Filters of a list; null means any value. */
export interface ListenFilter {
  readonly callId: string | null;
  readonly listener: string | null;
}

/** A page of the listens to calls that the viewer sees, by day. */
export async function selectListens(
  db: Db | Tx,
  viewer: CallViewer,
  { callId, listener }: ListenFilter,
  { after, limit }: TimedPage,
): Promise<Listen[]> {
  const found = await sql<Listen>`select ${columns} from ${source}
    where l.account_id = ${viewer.accountId} and not l.emptied and ${visible(viewer.sight, 'c')}
      and ${filtered({ 'l.call_id': callId })} and ${isUser(viewer, 'l.listener', listener)}
      and (l.date, l.listen_id) > (${after.at}::timestamptz::date, ${after.id})
    order by l.date, l.listen_id limit ${limit}`.execute(db);
  return found.rows;
}

/** A listener's listens to a call on the given days, by day. */
export async function selectListensOn(
  tx: Tx,
  scope: Scope,
  listener: string,
  callId: string,
  dates: readonly string[],
): Promise<Listen[]> {
  const found = await sql<Listen>`select ${columns} from ${source}
    where l.account_id = ${scope.accountId} and l.listener = ${listener} and l.call_id = ${callId} and not l.emptied
      and l.date = any(${dates}::date[]) order by l.date`.execute(tx);
  return found.rows;
}

/** A day in the account's time zone, from its midnight to the next, in milliseconds since the Unix epoch. */
export interface Day {
  readonly date: string;
  readonly start: number;
  readonly end: number;
}

/** The account's days that overlap the time from `start` up to `end`, both in milliseconds since the Unix epoch. */
export async function selectDays(tx: Tx, scope: Scope, start: number, end: number): Promise<Day[]> {
  const found = await sql<Day>`
    select day::date::text as date, extract(epoch from day at time zone zone)::float8 * 1000 as start,
      extract(epoch from (day + interval '1 day') at time zone zone)::float8 * 1000 as "end"
    from (select time_zone as zone from accounts where account_id = ${scope.accountId}) as account,
      generate_series(date_trunc('day', ${toTimestamp(start * 1000)}::timestamptz at time zone zone),
        ${toTimestamp((end - 1) * 1000)}::timestamptz at time zone zone, interval '1 day') as day`.execute(tx);
  return found.rows;
}

/** The time that heartbeats counted for a listener's call on a day, in milliseconds. */
export interface PlayedRow {
  readonly id: string;
  readonly callId: string;
  readonly date: string;
  readonly playedMs: number;
}

/**
 * A listener's listens on the given days, locked until commit in the order of their ids, which is also the order in
 * which stamping locks them.
 */
export async function lockPlayed(
  tx: Tx,
  scope: Scope,
  listener: string,
  dates: readonly string[],
): Promise<PlayedRow[]> {
  const found = await sql<PlayedRow>`select listen_id as id, call_id as "callId", date::text as date,
      played_ms as "playedMs" from listens
    where account_id = ${scope.accountId} and listener = ${listener} and not emptied and date = any(${dates}::date[])
    order by listen_id for no key update`.execute(tx);
  return found.rows;
}

/** Adds a listen with the time that heartbeats counted. */
export async function insertPlayed(tx: Tx, scope: Scope, listener: string, row: PlayedRow): Promise<void> {
  const { id, callId, date, playedMs } = row;
  await sql`insert into listens (account_id, listen_id, listener, call_id, date, played_ms)
    values (${scope.accountId}, ${id}, ${listener}, ${callId}, ${date}::date, ${playedMs})`.execute(tx);
}

/** Stores the time that heartbeats counted, in milliseconds. */
export async function writePlayed(tx: Tx, scope: Scope, id: string, playedMs: number): Promise<void> {
  await sql`update listens set played_ms = ${playedMs}
    where account_id = ${scope.accountId} and listen_id = ${id}`.execute(tx);
}

/**
 * Stores the imported time of a day, replacing what was imported before. Returns the listen's id if that changed it.
 */
export async function writeImported(
  tx: Tx,
  scope: Scope,
  row: Pick<Listen, 'id' | 'listener' | 'callId' | 'date'> & { readonly importedMs: number },
): Promise<string | null> {
  const { id, listener, callId, date, importedMs } = row;
  const written = await sql<{ id: string }>`
    insert into listens (account_id, listen_id, listener, call_id, date, imported_ms)
    values (${scope.accountId}, ${id}, ${listener}, ${callId}, ${date}::date, ${importedMs})
    on conflict (account_id, listener, date, call_id) where not emptied do update set imported_ms = excluded.imported_ms
      where listens.imported_ms <> excluded.imported_ms
    returning listen_id as id`.execute(tx);
  return written.rows[0]?.id ?? null;
}
