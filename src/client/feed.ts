import type { RouteContract } from '../contract/route.js';
import { type Connection, request } from './request.js';
import type { EntryOf, QueryOf } from './route-types.js';

/** A place in a feed: everything up to it has been read. JSON, to be kept beside what was read. */
export interface Cursor {
  /** The last entry's stamp, as the server wrote it; at the beginning, from when on. */
  readonly since: string;
  /** The last entry's id; none at the beginning. */
  readonly last_id?: string | undefined;
}

export interface FeedPage<Entry> {
  readonly entries: readonly Entry[];
  /** Where to go on once these entries are safe. */
  readonly cursor: Cursor;
  /** Whether it is known that there are more. */
  readonly more: boolean;
}

/**
 * A feed's entries, in the order in which they became visible: `for await (const entry of feed)`. Iterated again, it goes on
 * from `position`.
 */
export interface Feed<Entry> extends AsyncIterable<Entry> {
  /** The same by pages; one without entries does not come. */
  pages(): AsyncGenerator<FeedPage<Entry>, void, undefined>;
  /**
   * Up to where entries were taken: the end of the last page whose every entry has been, that is, after which the next
   * was asked for. Going on from here loses nothing; of a page that was broken off, entries come again.
   */
  readonly position: Cursor;
}

interface FeedSettings {
  readonly signal?: AbortSignal | undefined;
  /** Goes on for ever: at the end, asks for what has come since. `true` asks every 10 seconds. */
  readonly follow?: boolean | { readonly everyMs: number } | undefined;
}

/** `since`, a feed's own parameters, and how it is read; a stored cursor can be spread into it. */
export type FeedOptions<R extends RouteContract> = Omit<QueryOf<R>, 'last_id'> & {
  readonly last_id?: string | undefined;
} & FeedSettings;

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

/** What entries are known by, where it is not their `id` and their `modified`. */
const KEYS: Readonly<Record<string, Partial<EntryKeys>>> = {
  deletedCalls: { stamp: 'deletedAt' },
  callTopics: { id: 'callId' },
  scores: { id: 'resultId' },
  meetings: { id: 'meetingId' },
  plans: { id: 'planId' },
};

/** By which fields a feed's entries are known. */
export function entryKeys(feedName: string): EntryKeys {
  return { id: 'id', stamp: 'modified', ...KEYS[feedName] };
}

const POLL_MS = 10_000;

type AnyOptions = FeedSettings & { readonly since: string | Date; readonly last_id?: string | undefined };

export function createFeed(
  connection: Connection,
  name: string,
  route: RouteContract,
  { signal, follow = false, since, last_id, ...query }: AnyOptions,
): Feed<unknown> {
  const keys = entryKeys(name);
  let position: Cursor = { since: since instanceof Date ? since.toISOString() : since, ...(last_id && { last_id }) };

  async function read(): Promise<FeedPage<unknown>> {
    // Sent again after a failure it is the same request, which the server answers by the same page.
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

/** What the `Link` of a full page says to ask next. Only that is taken of it: behind a proxy, its host may be another. */
function nextOf(link: string | null): Cursor | null {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  const query = new URLSearchParams(target?.split('?')[1] ?? '');
  const [since, lastId] = [query.get('since'), query.get('last_id')];
  return since === null || lastId === null ? null : { since, last_id: lastId };
}
