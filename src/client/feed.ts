import type { RouteContract } from '../contract/route.js';
import { type Connection, request } from './request.js';
import type { EntryOf, QueryOf } from './route-types.js';

/** A place in a feed: everything before it has been read. It is JSON, to be stored with what was read. */
export interface Cursor {
  /** The last entry's stamp, as the server wrote it; at the beginning, where the feed begins. */
  readonly since: string;
  /** The last entry's id; none at the beginning. */
  readonly last_id?: string | undefined;
}

/** A page of a feed. */
export interface FeedPage<Entry> {
  readonly entries: readonly Entry[];
  /** Where to continue once these entries are stored safely. */
  readonly cursor: Cursor;
  /** Whether more entries are known to exist. */
  readonly more: boolean;
}

/**
 * A feed's entries, in the order in which they became visible: `for await (const entry of feed)`. A second iteration
 * continues from `position`.
 */
export interface Feed<Entry> extends AsyncIterable<Entry> {
  /** The same in pages. Empty pages are skipped. */
  pages(): AsyncGenerator<FeedPage<Entry>, void, undefined>;
  /**
   * The end of the last page whose entries have all been taken, that is, after which the next one was asked for.
   * Continuing from here loses nothing; entries of a page that was broken off are repeated.
   */
  readonly position: Cursor;
}

interface FeedSettings {
  readonly signal?: AbortSignal | undefined;
  /** Reads forever: at the end, polls for new entries. `true` polls every 10 seconds. */
  readonly follow?: boolean | { readonly everyMs: number } | undefined;
}

/** `since`, a feed's own parameters, and how to read it. A stored cursor can be spread into it. */
export type FeedOptions<R extends RouteContract> = Omit<QueryOf<R>, 'last_id'> & {
  readonly last_id?: string | undefined;
} & FeedSettings;

/** A function for each feed of a route table. */
export type Feeds<Routes> = {
  readonly [Name in keyof Routes as Routes[Name] extends { readonly query: { readonly since: unknown } }
    ? Name
    : never]: Routes[Name] extends RouteContract
    ? (options: FeedOptions<Routes[Name]>) => Feed<EntryOf<Routes[Name]>>
    : never;
};

interface EntryKeys {
  readonly id: string;
  readonly stamp: string;
}

/** The fields that identify entries, if they are not `id` and `modified`. */
const KEYS: Readonly<Record<string, Partial<EntryKeys>>> = {
  deletedCalls: { stamp: 'deletedAt' },
  callTopics: { id: 'callId' },
  scores: { id: 'resultId' },
  meetings: { id: 'meetingId' },
  plans: { id: 'planId' },
};

/** The fields that identify a feed's entries. */
export function entryKeys(feedName: string): EntryKeys {
  return { id: 'id', stamp: 'modified', ...KEYS[feedName] };
}

const POLL_MS = 10_000;

/** The options of a call of any feed. */
export type FeedRequest = FeedSettings & { readonly since: string | Date; readonly last_id?: string | undefined };

/** Makes a feed of a route. */
export function createFeed(
  connection: Connection,
  name: string,
  route: RouteContract,
  { signal, follow = false, since, last_id, ...query }: FeedRequest,
): Feed<unknown> {
  const keys = entryKeys(name);
  let position: Cursor = { since: since instanceof Date ? since.toISOString() : since, ...(last_id && { last_id }) };

  async function read(): Promise<FeedPage<unknown>> {
    // After a failure the same request is sent again, and the server answers with the same page.
    const answer = await request(connection, route, { query: { ...query, ...position }, signal });
    const entries = answer.data as readonly Readonly<Record<string, unknown>>[];
    const next = nextOf(answer.headers.get('link'));
    const last = entries.at(-1);
    const cursor = next ?? (last === undefined ? position : cursorAt(last, keys));
    return { entries, cursor, more: next !== null };
  }

  async function* pages(): AsyncGenerator<FeedPage<unknown>, void, undefined> {
    for (;;) {
      const page = await read();
      if (page.entries.length > 0) yield page;
      position = page.cursor;
      if (page.more) continue;
      if (follow === false) return;
      await connection.wait(follow === true ? POLL_MS : follow.everyMs, signal);
    }
  }

  return {
    pages,
    get position() {
      return position;
    },
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* page.entries;
    },
  };
}

function cursorAt(entry: Readonly<Record<string, unknown>>, { id, stamp }: EntryKeys): Cursor {
  const [since, lastId] = [entry[stamp], entry[id]];
  if (typeof since !== 'string' || lastId === undefined) throw new Error(`An entry has no ${stamp} or no ${id}.`);
  return { since, last_id: String(lastId) };
}

/**
 * The next page's parameters, from the `Link` header of a full page. Nothing else of it is used: behind a proxy, its
 * host may be wrong.
 */
function nextOf(link: string | null): Cursor | null {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  const query = new URLSearchParams(target?.split('?')[1] ?? '');
  const [since, lastId] = [query.get('since'), query.get('last_id')];
  return since === null || lastId === null ? null : { since, last_id: lastId };
}
