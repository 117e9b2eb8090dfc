import { type RawBuilder, sql } from 'kysely';
import { type Micros, precisionUnit, toTimestamp, type WrittenInstant } from '../wire/instants.js';
import type { Db } from './database.js';
import type { Feed, FeedRequest, PageStart, Position, Reader } from './feed.js';

// What is remembered of the pages that credentials were served: where each ended (`feed_ends`), and of the newest one of
// a feed how it was asked for and where it started (`feed_pages`).

/** A page's last entry, as it was served. */
export interface PageEnd {
  readonly id: string;
  readonly stamp: Micros;
  /** The other timestamps that it shows: at most three, which have indexes. */
  readonly times: readonly Micros[];
}

/** The newest page with entries that a credential was served of a feed. */
export interface NewestPage extends Omit<PageEnd, 'times'> {
  readonly askedSince: string;
  /** '' where none was sent. */
  readonly askedLastId: string;
  readonly start: Position;
  readonly firstAnsweredAt: Micros;
  readonly servedAt: Micros;
  readonly replays: number;
  /** Whether its last entry shows the `since` of the request under way, besides its stamp. */
  readonly showsSince: boolean;
}

/** How often a page is repeated that may as well be followed by itself. */
export const MAX_REPLAYS = 3;
const REMEMBERED_FOR: Micros = 7 * 24 * 3600 * 1_000_000;
/** Ends that one credential keeps. A crawl with forgotten ends goes on by its stamps. */
export const MAX_ENDS = 10_000;

const timestamp = (micros: Micros): RawBuilder<unknown> => sql`${toTimestamp(micros)}::timestamptz`;

/** The rows about a feed that are this credential's. */
const own = ({ accountId, credentialId }: Reader, { name }: Feed): RawBuilder<unknown> =>
  sql`account_id = ${accountId} and credential_id = ${credentialId} and feed = ${name}`;

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

/** Whether the page is still the newest, and may be repeated once more: then that is counted. */
export async function countReplay(db: Db, reader: Reader, feed: Feed, page: NewestPage): Promise<boolean> {
  const counted = await sql`update feed_pages set replays = replays + 1
    where ${own(reader, feed)} and ${isPage(page.askedSince, page.askedLastId, page.firstAnsweredAt)}
      and replays < ${MAX_REPLAYS} returning 1`.execute(db);
  return counted.rows.length > 0;
}

/** Takes back that a page was repeated: its answer did not arrive. */
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

/** A page is known by how it was asked for, and when that was first answered. */
const isPage = (askedSince: string, askedLastId: string, firstAnsweredAt: Micros): RawBuilder<unknown> =>
  sql`asked_since = ${askedSince} and asked_last_id = ${askedLastId} and first_answered_at = ${timestamp(firstAnsweredAt)}`;

/** The first end, in an order, that a condition leaves. */
export async function findEnd(
  db: Db,
  reader: Reader,
  feed: Feed,
  condition: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
): Promise<Position | null> {
  // Materialized, or PostgreSQL would go through all of them in the order, in the hope of soon finding one that matches.
  const found = await sql<Position>`with matching as materialized (
      select stamp, entry_id, times, remembered_at from feed_ends where ${own(reader, feed)} and ${condition})
    select stamp, entry_id as id from matching order by ${order} limit 1`.execute(db);
  return found.rows[0] ?? null;
}

/** Whether the stamp, cut to the digits of `since`, is it. */
export function stampWrittenAs({ micros, precision }: WrittenInstant): RawBuilder<unknown> {
  const unit = precision === 'date' ? 1 : precisionUnit(precision);
  return sql`(stamp >= ${timestamp(micros)} and stamp < ${timestamp(micros + unit)})`;
}

/** Whether it is among the other times. */
export const timeIn = (micros: Micros): RawBuilder<unknown> => sql`${timestamp(micros)} = any(times)`;

/** The same by the indexes on each of them. */
export function timeShown(micros: Micros): RawBuilder<unknown> {
  const time = timestamp(micros);
  return sql`(times[1] = ${time} or times[2] = ${time} or times[3] = ${time})`;
}

/** A timestamp that is equal beats one that only begins alike: clients that drop trailing zeros send full stamps. */
export const newestFirst = ({ micros }: WrittenInstant): RawBuilder<unknown> =>
  sql`(stamp = ${timestamp(micros)} or ${timeIn(micros)}) desc, remembered_at desc, stamp desc`;

/** By place in the feed, whenever each was served. */
export const oldestFirst: RawBuilder<unknown> = sql`stamp, entry_id`;

/** Remembers a page with entries and where it ends. Must be done before the page is sent. */
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
  // What is counted of a page that comes again stays: some of it may have been taken back meanwhile.
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

/** Forgets pages and ends older than seven days, and each credential's oldest ends over its bound. */
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
