import { sql } from 'kysely';
import { MINUTE, type Micros, precisionUnit, type WrittenInstant } from '../wire/instants.js';
import type { Db } from './database.js';
import type { Feed, FeedRequest, PageStart, Position, Reader } from './feed.js';
import {
  countReplay,
  findEnd,
  findNewestPage,
  MAX_REPLAYS,
  type NewestPage,
  newestFirst,
  oldestFirst,
  stampWrittenAs,
  timeIn,
  timeShown,
} from './feed-ends.js';

/** How long an identical request repeats its page, in microseconds: long enough for a lost answer and its retry. */
const REPLAY_WINDOW: Micros = 2 * MINUTE;
/**
 * How long a sent time is read as that of the newest page's last entry, in microseconds, whatever else it could mean.
 */
const NEWEST_WINDOW: Micros = 10 * MINUTE;

const before = (stamp: Micros): Position => ({ stamp, id: '' });
const after = ({ stamp, id }: NewestPage): Position => ({ stamp, id });
const minuteOf = (micros: Micros): Position => before(Math.floor(micros / MINUTE) * MINUTE);

/** Where a page starts. The rules of api-v2 §2 are tried in their order; the first that applies decides. */
export async function startOfPage(
  db: Db,
  reader: Reader,
  feed: Feed,
  request: FeedRequest,
  now: Micros,
): Promise<PageStart> {
  const newest = await findNewestPage(db, reader, feed, request.since.micros);
  const replay = newest === null ? null : await startOfReplay(db, reader, feed, request, newest, now);
  if (replay !== null) return replay;
  const { since, lastId } = request;
  const position =
    (lastId === null ? null : await startByLastId(db, reader, feed, since, lastId)) ??
    (await startBySince(db, reader, feed, since, newest, now));
  return { position, firstAnsweredAt: now, kind: 'new' };
}

/**
 * Where the newest page started, if this request asks for it again; null if it does not. The request for a page whose
 * last entry shows the same `since` could also mean the page after it: such a page is repeated a few times, and then
 * the next one is sent.
 */
async function startOfReplay(
  db: Db,
  reader: Reader,
  feed: Feed,
  request: FeedRequest,
  newest: NewestPage,
  now: Micros,
): Promise<PageStart | null> {
  const { start, firstAnsweredAt } = newest;
  const isAgain = newest.askedSince === request.sinceAsSent && newest.askedLastId === (request.lastId ?? '');
  if (!isAgain || firstAnsweredAt <= now - REPLAY_WINDOW) return null;
  const isLastEntry = request.lastId === null || request.lastId === newest.id;
  const isAmbiguous = isLastEntry && (newest.showsSince || isCutTo(newest.stamp, request.since));
  if (isAmbiguous && newest.replays >= MAX_REPLAYS) return null;
  const counted = isAmbiguous && request.getsEntries;
  if (counted && !(await countReplay(db, reader, feed, newest))) return null;
  return { position: start, firstAnsweredAt, kind: counted ? 'counted replay' : 'replay' };
}

/** The position of the entry with this `last_id`; null if no such entry is known. */
async function startByLastId(
  db: Db,
  reader: Reader,
  feed: Feed,
  since: WrittenInstant,
  lastId: string,
): Promise<Position | null> {
  const shown = sql`entry_id = ${lastId} and (${stampWrittenAs(since)} or ${timeIn(since.micros)})`;
  const end = await findEnd(db, reader, feed, shown, newestFirst(since));
  if (end !== null) return end;
  const entry = await feed.findEntry(db, reader, lastId);
  if (entry === null) return null;
  const hasSeconds = since.precision !== 'minute';
  if (hasSeconds && entry.stamp !== null && isCutTo(entry.stamp, since)) return { stamp: entry.stamp, id: lastId };
  if (entry.times.includes(since.micros)) return before(entry.firstStamp);
  return { stamp: since.micros, id: lastId };
}

async function startBySince(
  db: Db,
  reader: Reader,
  feed: Feed,
  since: WrittenInstant,
  newest: NewestPage | null,
  now: Micros,
): Promise<Position> {
  const { micros, precision } = since;
  if (typeof precision === 'number' && precision >= 3) {
    const end = await findEnd(db, reader, feed, stampWrittenAs(since), newestFirst(since));
    if (end !== null) return end;
    if (precision === 6 && (await feed.hasStamp(db, reader, micros))) return before(micros);
  }
  if (feed.pagedByTimes && precision !== 'date') {
    if (newest?.showsSince && newest.servedAt > now - NEWEST_WINDOW) return after(newest);
    // A whole minute may also be where a person chose to start. Of several ends the oldest is taken: this repeats
    // entries, but never loses any.
    const end = micros % MINUTE === 0 ? null : await findEnd(db, reader, feed, timeShown(micros), oldestFirst);
    if (end !== null) return end;
  }
  if (micros <= now + MINUTE) return minuteOf(micros);
  return newest === null ? minuteOf(now) : after(newest);
}

/** Whether `since` is this stamp, cut to the number of digits that `since` was written with. */
function isCutTo(stamp: Micros, { micros, precision }: WrittenInstant): boolean {
  return precision !== 'date' && stamp >= micros && stamp < micros + precisionUnit(precision);
}
