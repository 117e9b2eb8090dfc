import { type RawBuilder, sql } from 'kysely';
import { MINUTE, type Micros, precisionUnit, toTimestamp, type WrittenInstant } from '../wire/instants.js';
import type { Db, Scope } from './schema.js';

/** A place in a feed's order. A page holds the entries strictly after one. */
export interface Position {
  readonly stamp: Micros;
  /** '' sorts before every id: just before the stamp's own entry. */
  readonly id: string;
}

/** What a feed knows of one of its entries, also when it has been deleted since. */
export interface KnownEntry {
  /** Where it stands now; null for a tombstone. */
  readonly stamp: Micros | null;
  readonly firstStamp: Micros;
  /** The timestamps that it shows besides its stamps, such as callTime. */
  readonly times: readonly Micros[];
}

export interface Feed {
  readonly name: string;
  /** Whether the one timestamp that an entry shows besides its stamps is a place in the feed, too: that of shares is. */
  readonly timeLikeStamp?: boolean;
  findEntry(db: Db, scope: Scope, id: string): Promise<KnownEntry | null>;
  /** Whether some entry stands at exactly this stamp. */
  hasStamp(db: Db, scope: Scope, stamp: Micros): Promise<boolean>;
}

/** Who reads: a credential remembers its own ends. */
export interface Reader extends Scope {
  readonly credentialId: string;
}

export interface FeedRequest {
  readonly since: WrittenInstant;
  readonly sinceAsSent: string;
  /** Null where none, or an empty one, was sent. */
  readonly lastId: string | null;
}

export interface PageStart {
  readonly position: Position;
  /** When this request was first answered, for a replay; null for a request that is new. */
  readonly firstAnsweredAt: Micros | null;
}

/** How long an identical request repeats its page: long enough for a lost answer and its retry. */
const REPLAY_WINDOW: Micros = 120 * 1_000_000;
const REMEMBERED_FOR: Micros = 7 * 24 * 3600 * 1_000_000;
/** Ends that one credential keeps. A crawl with forgotten ends goes on by its stamps. */
const MAX_ENDS = 10_000;

const before = (stamp: Micros): Position => ({ stamp, id: '' });

/** Where a page starts: the rules of api-v2 §2, in their order; the first that fits decides. */
export async function startOfPage(
  db: Db,
  reader: Reader,
  feed: Feed,
  request: FeedRequest,
  now: Micros,
): Promise<PageStart> {
  const replayed = await findReplay(db, reader, feed, request, now);
  if (replayed !== null) return replayed;
  const position =
    request.lastId === null
      ? await startBySince(db, reader, feed, request.since)
      : await startByLastId(db, reader, feed, request.since, request.lastId);
  return { position, firstAnsweredAt: null };
}

async function startByLastId(
  db: Db,
  reader: Reader,
  feed: Feed,
  since: WrittenInstant,
  lastId: string,
): Promise<Position> {
  const end = await findEnd(
    db,
    reader,
    feed,
    sql`entry_id = ${lastId} and (
    ${stampWrittenAs(since)} or ${toTimestamp(since.micros)}::timestamptz = any(times))`,
    since,
  );
  if (end !== null) return end;
  const entry = await feed.findEntry(db, reader, lastId);
  if (entry === null) return startBySince(db, reader, feed, since);
  if (entry.stamp !== null && isCutTo(entry.stamp, since)) return { stamp: entry.stamp, id: lastId };
  if (entry.times.includes(since.micros)) return before(entry.firstStamp);
  return { stamp: since.micros, id: lastId };
}

async function startBySince(db: Db, reader: Reader, feed: Feed, since: WrittenInstant): Promise<Position> {
  const { micros, precision } = since;
  if (typeof precision === 'number' && precision >= 3) {
    const byStamp = stampWrittenAs(since);
    const matches = feed.timeLikeStamp
      ? sql<boolean>`(${byStamp} or times[1] = ${toTimestamp(micros)}::timestamptz)`
      : byStamp;
    const end = await findEnd(db, reader, feed, matches, since);
    if (end !== null) return end;
    if (precision === 6 && (await feed.hasStamp(db, reader, micros))) return before(micros);
  }
  return before(Math.floor(micros / MINUTE) * MINUTE);
}

/** Whether `since` is this stamp, cut to the digits that it was written with: at least seconds. */
function isCutTo(stamp: Micros, { micros, precision }: WrittenInstant): boolean {
  if (precision === 'date' || precision === 'minute') return false;
  return stamp >= micros && stamp < micros + precisionUnit(precision);
}

function stampWrittenAs({ micros, precision }: WrittenInstant): RawBuilder<boolean> {
  const unit = precision === 'date' ? 1 : precisionUnit(precision);
  return sql`(stamp >= ${toTimestamp(micros)}::timestamptz and stamp < ${toTimestamp(micros + unit)}::timestamptz)`;
}

async function findEnd(
  db: Db,
  reader: Reader,
  feed: Feed,
  matches: RawBuilder<boolean>,
  since: WrittenInstant,
): Promise<Position | null> {
  // A timestamp that is equal beats one that only begins alike: clients that drop trailing zeros send full stamps.
  const exact = sql`(stamp = ${toTimestamp(since.micros)}::timestamptz or ${toTimestamp(since.micros)}::timestamptz = any(times))`;
  const found = await sql<Position>`select stamp, entry_id as id from feed_ends
    where account_id = ${reader.accountId} and credential_id = ${reader.credentialId} and feed = ${feed.name}
      and ${matches}
    order by ${exact} desc, remembered_at desc, stamp desc limit 1`.execute(db);
  return found.rows[0] ?? null;
}

async function findReplay(
  db: Db,
  reader: Reader,
  feed: Feed,
  request: FeedRequest,
  now: Micros,
): Promise<PageStart | null> {
  const found = await sql<{ stamp: Micros; id: string; first: Micros }>`
    select start_stamp as stamp, start_id as id, first_answered_at as first from feed_ends
    where account_id = ${reader.accountId} and credential_id = ${reader.credentialId} and feed = ${feed.name}
      and asked_since = ${request.sinceAsSent} and asked_last_id = ${request.lastId ?? ''}
      and first_answered_at > ${toTimestamp(now - REPLAY_WINDOW)}::timestamptz
    order by first_answered_at desc limit 1`.execute(db);
  const row = found.rows[0];
  return row ? { position: { stamp: row.stamp, id: row.id }, firstAnsweredAt: row.first } : null;
}

/** A page's last entry, as it was served. */
export interface PageEnd {
  readonly id: string;
  readonly stamp: Micros;
  readonly times: readonly Micros[];
}

/** Remembers where a page with entries ends. Must be done before the page is sent. */
export async function rememberEnd(
  db: Db,
  reader: Reader,
  feed: Feed,
  request: FeedRequest,
  start: PageStart,
  end: PageEnd,
  now: Micros,
): Promise<void> {
  const at = toTimestamp(now);
  const row = {
    start_stamp: toTimestamp(start.position.stamp),
    start_id: start.position.id,
    first_answered_at: start.firstAnsweredAt === null ? at : toTimestamp(start.firstAnsweredAt),
    times: end.times.map(toTimestamp),
    remembered_at: at,
  };
  await db
    .insertInto('feed_ends')
    .values({
      account_id: reader.accountId,
      credential_id: reader.credentialId,
      feed: feed.name,
      asked_since: request.sinceAsSent,
      asked_last_id: request.lastId ?? '',
      entry_id: end.id,
      stamp: toTimestamp(end.stamp),
      ...row,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'credential_id', 'feed', 'asked_since', 'asked_last_id', 'entry_id', 'stamp'])
        .doUpdateSet(row),
    )
    .execute();
}

/** Forgets ends older than seven days, and each credential's oldest over its bound. */
export async function sweepEnds(db: Db, now: Micros): Promise<void> {
  await sql`delete from feed_ends where remembered_at < ${toTimestamp(now - REMEMBERED_FOR)}::timestamptz`.execute(db);
  await sql`delete from feed_ends as ends using (
      select account_id, credential_id, (array_agg(remembered_at order by remembered_at desc))[${MAX_ENDS}::int] as oldest
      from feed_ends group by account_id, credential_id having count(*) > ${MAX_ENDS}::int) as bounds
    where ends.account_id = bounds.account_id and ends.credential_id = bounds.credential_id
      and ends.remembered_at < bounds.oldest`.execute(db);
}
