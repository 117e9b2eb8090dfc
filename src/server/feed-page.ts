import type { ServerResponse } from 'node:http';
import type { limit, since } from '../contract/params.js';
import type { RouteContract } from '../contract/route.js';
import type { Feed, FeedRequest, Position, Reader } from '../db/feed.js';
import { type PageEnd, rememberPage, uncountReplay } from '../db/feed-ends.js';
import { startOfPage } from '../db/page-start.js';
import { AppError } from '../errors.js';
import type { Actor } from '../services/actor.js';
import { formatInstant } from '../wire/instants.js';
import { originOf } from './auth/origin.js';
import type { RouteContext } from './context.js';
import type { SentInstant } from './query.js';
import { logOf } from './request-log.js';

type FeedRoute = RouteContract & { query: { since: typeof since; limit: typeof limit } };

/**
 * Reads a page of a feed: finds where it starts, reads its entries, remembers where it ends, and links to the next page
 * if it is full.
 */
export async function readFeedPage<Row>(
  { deps, caller, query, request, reply }: RouteContext<FeedRoute>,
  feed: Feed,
  read: (after: Position, limit: number) => Promise<Row[]>,
  endOf: (row: Row) => PageEnd,
): Promise<Row[]> {
  const { since, limit, last_id: lastId } = query as typeof query & { last_id: string | null };
  const now = deps.clock.now();
  const reader = readerOf(caller);
  const getsEntries = limit > 0 && request.method !== 'HEAD';
  const feedRequest: FeedRequest = { since, sinceAsSent: (since as SentInstant).text, lastId, getsEntries };
  await Promise.all(uncounting);
  const start = await startOfPage(deps.db, reader, feed, feedRequest, now);
  if (start.kind === 'counted replay') {
    onCutOff(reply.raw, () => {
      const done = uncountReplay(deps.db, reader, feed, feedRequest, start.firstAnsweredAt)
        .catch((error) => logOf(request).error({ err: error }, 'a replay that was cut off stays counted'))
        .finally(() => uncounting.delete(done));
      uncounting.add(done);
    });
  }
  const rows = limit === 0 ? [] : await read(start.position, limit);
  const last = rows.at(-1);
  if (last === undefined) return rows;
  const end = endOf(last);
  if (getsEntries) await rememberPage(deps.db, reader, feed, feedRequest, start, end, now);
  if (rows.length === limit) {
    const origin = originOf(request);
    const next = new URL(request.url, origin === '' ? 'http://localhost' : origin);
    next.searchParams.set('since', formatInstant(end.stamp));
    next.searchParams.set('last_id', end.id);
    reply.header('link', `<${origin}${next.pathname}${next.search}>; rel="next"`);
  }
  return rows;
}

/** Replays being uncounted. A client that asks again at once, on another connection, must find that done. */
const uncounting = new Set<Promise<void>>();

/** Calls back if the client did not receive the end of the answer, or received an error instead of entries. */
function onCutOff(raw: ServerResponse, cutOff: () => void): void {
  const closed = () => {
    if (!raw.writableFinished || raw.statusCode >= 400) cutOff();
  };
  if (raw.closed) closed();
  else raw.once('close', closed);
}

/** The ends of pages are remembered per credential: feeds are not for users. */
function readerOf({ accountId, by }: Actor): Reader {
  if (by.kind !== 'credential') throw new AppError('forbidden', 'API v2 takes credentials only.');
  return { accountId, credentialId: by.id };
}
