import { type RawBuilder, sql } from 'kysely';
import { type Micros, precisionUnit, toTimestamp, type WrittenInstant } from '../wire/instants.js';
import type { Db } from './database.js';
import type { Feed, FeedRequest, PageStart, Position, Reader } from './feed.js';

// What is remembered of the pages served to credentials: where each ended (`feed_ends`), and for the newest page of a
// feed also how it was requested and where it started (`feed_pages`).

/** The last entry of a page, as it was served. */
export interface PageEnd {
  readonly id: string;
  readonly stamp: Micros;
  /** The other timestamps that the entry shows: at most three, which are indexed. */
  readonly times: readonly Micros[];
}

/** The newest page with entries that a credential was served from a feed. */
export interface NewestPage extends Omit<PageEnd, 'times'> {
  readonly askedSince: string;
  /** '' if none was sent. */
  readonly askedLastId: string;
  readonly start: Position;
  readonly firstAnsweredAt: Micros;
  readonly servedAt: Micros;
  readonly replays: number;
  /** Whether its last entry shows the `since` of the current request as a timestamp other than its stamp. */
  readonly showsSince: boolean;
}

/** How often a page is repeated whose request could also be for the page after it. */
export const MAX_REPLAYS = 3;
const REMEMBERED_FOR: Micros = 7 * 24 * 3600 * 1_000_000;
/** The maximum number of ends kept for each credential. A crawl whose end was forgotten continues by its stamps. */
export const MAX_ENDS = 10_000;

const timestamp = (micros: Micros): RawBuilder<unknown> => sql`${toTimestamp(micros)}::timestamptz`;

/** The condition for the credential's rows of this feed. */
const own = ({ accountId, credentialId }: Reader, { name }: Feed): RawBuilder<unknown> =>
  sql`account_id = ${accountId} and credential_id = ${credentialId} and feed = ${name}`;

/** The newest page that the credential was served from the feed; null if none is remembered. */
export async function findNewestPage(db: Db, reader: Reader, feed: Feed, since: Micros): Promise<NewestPage | null> {
  type Row = Omit<NewestPage, 'start'> & { readonly startStamp: Micros; readonly startId: string };
  const found = await sql<Row>`select asked_since as "askedSince", asked_last_id as "askedLastId",
      start_stamp as "startStamp", start_id as "startId", first_answered_at as "firstAnsweredAt", served_at as "servedAt",
      replays, entry_id as id, stamp, ${timeIn(since)} as "showsSince"
    from feed_pages where ${own(reader, feed)}`.execute(db);
  const row = found.rows[0];
  if (row === undefined) return null;
  const { startStamp, startId, ...page } = row;
  return { ...page, start: { stamp: startStamp, id: startId } };
}

/**
 * Counts a replay of the page. False, with nothing counted, if the page is no longer the newest or has been repeated
 * `MAX_REPLAYS` times.
 */
export async function countReplay(db: Db, reader: Reader, feed: Feed, page: NewestPage): Promise<boolean> {
  const counted = await sql`update feed_pages set replays = replays + 1
    where ${own(reader, feed)} and ${isPage(page.askedSince, page.askedLastId, page.firstAnsweredAt)}
      and replays < ${MAX_REPLAYS} returning 1`.execute(db);
  return counted.rows.length > 0;
}

/** Uncounts a replay whose answer did not arrive. */
export async function uncountReplay(
  db: Db,
  reader: Reader,
  feed: Feed,
  request: FeedRequest,
  firstAnsweredAt: Micros,
): Promise<void> {
  await sql`update feed_pages set replays = replays - 1
    where ${own(reader, feed)} and ${isPage(request.sinceAsSent, request.lastId ?? '', firstAnsweredAt)}
      and replays > 0`.execute(db);
}

/** A page is identified by how it was requested and when that was first answered. */
const isPage = (askedSince: string, askedLastId: string, firstAnsweredAt: Micros): RawBuilder<unknown> =>
  sql`asked_since = ${askedSince} and asked_last_id = ${askedLastId} and first_answered_at = ${timestamp(firstAnsweredAt)}`;

/** The first end, in the given order, that matches a condition; null if none does. */
export async function findEnd(
  db: Db,
  reader: Reader,
  feed: Feed,
  condition: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
): Promise<Position | null> {
  // Materialized: otherwise PostgreSQL would read all ends in the given order, expecting to find a match soon.
  const found = await sql<Position>`with matching as materialized (
      select stamp, entry_id, times, remembered_at from feed_ends where ${own(reader, feed)} and ${condition})
    select stamp, entry_id as id from matching order by ${order} limit 1`.execute(db);
  return found.rows[0] ?? null;
}

/** The condition that the stamp, cut to the digits of `since`, equals `since`. */
export function stampWrittenAs({ micros, precision }: WrittenInstant): RawBuilder<unknown> {
  const unit = precision === 'date' ? 1 : precisionUnit(precision);
  return sql`(stamp >= ${timestamp(micros)} and stamp < ${timestamp(micros + unit)})`;
}

/** The condition that a time is among the entry's other timestamps. */
export const timeIn = (micros: Micros): RawBuilder<unknown> => sql`${timestamp(micros)} = any(times)`;

/** The same condition, in a form that uses the index on each of the timestamps. */
export function timeShown(micros: Micros): RawBuilder<unknown> {
  const time = timestamp(micros);
  return sql`(times[1] = ${time} or times[2] = ${time} or times[3] = ${time})`;
}

/**
 * Newest first. An exactly equal stamp comes before one that only starts with the same digits: clients that drop
 * trailing zeros send full stamps.
 */
export const newestFirst = ({ micros }: WrittenInstant): RawBuilder<unknown> =>
  sql`(stamp = ${timestamp(micros)} or ${timeIn(micros)}) desc, remembered_at desc, stamp desc`;

/** By position in the feed, regardless of when each was served. */
export const oldestFirst: RawBuilder<unknown> = sql`stamp, entry_id`;

/** Remembers a page with entries and where it ends. Must be called before the page is sent. */
export async function rememberPage(
  db: Db,
  reader: Reader,
  feed: Feed,
  request: FeedRequest,
  start: PageStart,
  end: PageEnd,
  now: Micros,
): Promise<void> {
  const times = sql`${end.times.map(toTimestamp)}::timestamptz[]`;
  const { position, firstAnsweredAt } = start;
  // The replay count of a repeated page is kept: another request may have changed it meanwhile.
  await sql`with page as (
      insert into feed_pages as newest (account_id, credential_id, feed, asked_since, asked_last_id, start_stamp, start_id,
        first_answered_at, entry_id, stamp, times, served_at)
      values (${reader.accountId}, ${reader.credentialId}, ${feed.name}, ${request.sinceAsSent}, ${request.lastId ?? ''},
        ${timestamp(position.stamp)}, ${position.id}, ${timestamp(firstAnsweredAt)}, ${end.id},
        ${timestamp(end.stamp)}, ${times}, ${timestamp(now)})
      on conflict (account_id, credential_id, feed) do update set
        asked_since = excluded.asked_since, asked_last_id = excluded.asked_last_id,
        start_stamp = excluded.start_stamp, start_id = excluded.start_id,
        first_answered_at = excluded.first_answered_at, entry_id = excluded.entry_id, stamp = excluded.stamp,
        times = excluded.times, served_at = excluded.served_at,
        replays = case when (newest.asked_since, newest.asked_last_id, newest.first_answered_at)
          = (excluded.asked_since, excluded.asked_last_id, excluded.first_answered_at) then newest.replays else 0 end)
    insert into feed_ends (account_id, credential_id, feed, entry_id, stamp, times, remembered_at)
    values (${reader.accountId}, ${reader.credentialId}, ${feed.name}, ${end.id}, ${timestamp(end.stamp)}, ${times},
      ${timestamp(now)})
    on conflict (account_id, credential_id, feed, entry_id, stamp)
      do update set times = excluded.times, remembered_at = excluded.remembered_at`.execute(db);
}

/** Forgets pages and ends older than seven days, and each credential's oldest ends beyond `MAX_ENDS`. */
export async function sweepEnds(db: Db, now: Micros): Promise<void> {
  const tooOld = timestamp(now - REMEMBERED_FOR);
  await sql`delete from feed_pages where served_at < ${tooOld}`.execute(db);
  await sql`delete from feed_ends where remembered_at < ${tooOld}`.execute(db);
  await sql`delete from feed_ends as ends using (
      select account_id, credential_id, (array_agg(remembered_at order by remembered_at desc))[${MAX_ENDS}::int] as oldest
      from feed_ends group by account_id, credential_id having count(*) > ${MAX_ENDS}::int) as bounds
    where ends.account_id = bounds.account_id and ends.credential_id = bounds.credential_id
      and ends.remembered_at < bounds.oldest`.execute(db);
}
