import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { entryKeys } from '#debrief/client/feed.js';
import { type Client, type Cursor, createClient, v2Routes } from '#debrief/client/index.js';
import { systemClock } from '#debrief/clock.js';
import type { RouteContract } from '#debrief/contract/route.js';
import { readCallBody } from '#debrief/ingest/call-body.js';
import { deleteCall } from '#debrief/services/calls/call-erasure.js';
import { updateCall, upsertCall } from '#debrief/services/calls/calls.js';
import { atRest } from '../support/analysed.js';
import {
  makeAccount,
  makeClient,
  startService,
  type TestAccount,
  type TestService,
  until,
} from '../support/service.js';
import { type Fate, startFlakyProxy } from './flaky-proxy.js';

// What the client's feeds collect is what is there: over a bad way, while writers are at work, after a crash.

let service: TestService;
beforeAll(async () => {
  service = await startService({ connections: 10 });
});
afterAll(() => service.close());

const SINCE = '2020-01-01T00:00Z';
const transcript = [
  { start: '0.5', end: '1', word: 'what', v: 0 },
  { start: '1', end: '1.5', word: 'price', p: '?', v: 0 },
];

interface Setting {
  readonly account: TestAccount;
  readonly connect: (baseUrl?: string, more?: object) => Promise<Client>;
  /** Gives a new call, or one again; answers its id. */
  readonly give: (fields: object) => Promise<string>;
}

async function setUp(): Promise<Setting> {
  const account = await makeAccount(service);
  const deps = { db: service.db, clock: systemClock };
  return {
    account,
    async connect(baseUrl = service.url, more = {}) {
      const { username, password } = await makeClient(service, account.accountId, ['read']);
      return createClient({ baseUrl, username, password, ...more });
    },
    async give(fields) {
      const call = { callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND', ...fields };
      return (await upsertCall(deps, account.actor, readCallBody(Buffer.from(JSON.stringify(call))))).id;
    },
  };
}

describe('a feed', () => {
  test('comes entry by entry or page by page, and ends', async () => {
    const { connect, give } = await setUp();
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) ids.push(await give({}));
    const client = await connect();
    const feed = client.feeds.calls({ since: SINCE, limit: 3 });
    const entries: string[] = [];
    for await (const call of feed) {
      expectTypeOf(call.state).toEqualTypeOf<'PENDING' | 'TRANSCRIBING' | 'ANALYZING' | 'COMPLETE' | 'ERROR'>();
      expect(call).not.toHaveProperty('crmMatches');
      entries.push(call.id);
    }
    expect(entries).toEqual(ids);
    const pages = [];
    for await (const page of client.feeds
      .calls({ since: new Date(SINCE), limit: 3, include_crm_matches: true })
      .pages()) {
      expect(page.entries[0]).toHaveProperty('crmMatches');
      pages.push(page);
    }
    expect(pages.map((page) => page.entries.map(({ id }) => id))).toEqual([ids.slice(0, 3), ids.slice(3, 6), [ids[6]]]);
    expect(pages.map(({ more }) => more)).toEqual([true, true, false]);
    for (const { cursor, entries } of pages) {
      expect(cursor).toEqual({ since: entries.at(-1)!.modified, last_id: entries.at(-1)!.id });
    }
    expect(feed.position).toEqual(pages.at(-1)!.cursor);
  });

  test('goes on from a stored cursor, and from its position', async () => {
    const { connect, give } = await setUp();
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) ids.push(await give({}));
    const client = await connect();
    const feed = client.feeds.calls({ since: SINCE, limit: 2 });
    expect(feed.position).toEqual({ since: SINCE });
    const seen: string[] = [];
    for await (const { id } of feed) {
      seen.push(id);
      if (seen.length === 3) break;
    }
    // The second page was broken off: it is not behind us.
    const { position } = feed;
    expect(position).toMatchObject({ last_id: ids[1] });
    for await (const { id } of feed) seen.push(id);
    expect(seen).toEqual([...ids.slice(0, 3), ...ids.slice(2)]);
    const stored = JSON.parse(JSON.stringify(position)) as Cursor;
    const rest: string[] = [];
    for await (const { id } of client.feeds.calls({ ...stored, limit: 2 })) rest.push(id);
    expect(rest).toEqual(ids.slice(2));
  });

  test('is followed: what comes later comes, once, until it is aborted', async () => {
    const { connect, give } = await setUp();
    const polls: number[] = [];
    const client = await connect(service.url, {
      async wait(ms: number, signal: AbortSignal) {
        polls.push(ms);
        signal.throwIfAborted();
        if (polls.length < 4) ids.push(await give({}));
      },
    });
    const ids = [await give({})];
    const stop = new AbortController();
    const seen: string[] = [];
    const following = async () => {
      for await (const { id } of client.feeds.calls({ since: SINCE, follow: { everyMs: 77 }, signal: stop.signal })) {
        seen.push(id);
        if (seen.length === 4) stop.abort(new Error('enough'));
      }
    };
    await expect(following()).rejects.toThrow('enough');
    expect(seen).toEqual(ids);
    expect(polls).toEqual([77, 77, 77, 77]);
  });

  test('an answer that is lost comes again whole', async () => {
    const { account, connect, give } = await setUp();
    const ids: string[] = [];
    for (const fields of [{ transcript }, { transcript }, {}]) {
      ids.push(await give(fields));
      // An analysis moves its call in the feed.
      await atRest(service, account.accountId);
    }
    const fates: Fate[] = ['breaks off', { status: 504, retryAfter: 0 }, 'arrives cut', 'passes', 'is lost'];
    const proxy = await startFlakyProxy(service.url, (request) => fates[request] ?? 'passes');
    try {
      const client = await connect(proxy.url, { wait: async () => {} });
      const seen: string[] = [];
      for await (const call of client.feeds.calls({ since: SINCE, limit: 2, include_transcripts: true })) {
        seen.push(`${call.id} ${JSON.stringify(call.transcript)}`);
      }
      const words = JSON.stringify(transcript);
      expect(seen).toEqual([`${ids[0]} ${words}`, `${ids[1]} ${words}`, `${ids[2]} null`]);
      const [first, ...others] = proxy.asked;
      expect(others.slice(0, 3)).toEqual([first, first, first]);
      expect(others.length).toBe(5);
    } finally {
      await proxy.close();
    }
  });

  test.each(Object.entries(v2Routes as Record<string, RouteContract>).filter(([, route]) => 'since' in route.query))(
    '%s: its entries have the fields that a cursor is made of',
    (name, { answer }) => {
      const { items } = answer as unknown as { items: { properties: object } };
      const { id, stamp } = entryKeys(name);
      expect(items.properties).toHaveProperty(id);
      expect(items.properties).toHaveProperty(stamp);
    },
  );
});

const WRITERS = 3;
const CHANGES = 800;

/** Writes down what comes, and that no version of anything comes twice or out of order. */
class Warehouse {
  /** The newest stamp, by id. */
  readonly newest = new Map<string, string>();
  cursor: Cursor = { since: SINCE };
  #last = '';
  readonly #versions = new Set<string>();

  take(id: string, stamp: string): void {
    const version = `${id} ${stamp}`;
    expect(this.#versions.has(version), `${version} came twice`).toBe(false);
    expect(stamp > this.#last, `${stamp} came after ${this.#last}`).toBe(true);
    this.#versions.add(version);
    this.#last = stamp;
    this.newest.set(id, stamp);
  }
}

test('writers at work, a bad way, and a loader that crashes: nothing lost, nothing twice', {
  timeout: 120_000,
}, async () => {
  const { account, connect, give } = await setUp();
  const deps = { db: service.db, clock: systemClock };
  const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)]!;
  const bad: Fate[] = [
    ...([
      'is lost',
      'breaks off',
      'breaks off',
      'arrives cut',
      { status: 502 },
      { status: 503, retryAfter: 0 },
    ] as const),
    ...([{ status: 504, retryAfter: 0 }, { delayMs: 5 }] as const),
  ];
  const proxy = await startFlakyProxy(service.url, () => (Math.random() < 0.4 ? pick(bad) : 'passes'));
  const bounded = { retry: { attempts: 100, firstMs: 1, maxMs: 5 } };
  const stop = new AbortController();
  const follow = { signal: stop.signal, follow: { everyMs: 20 } };
  const stopped = (error: unknown) => {
    if (!stop.signal.aborted) throw error;
  };

  const known: string[] = [];
  let left = CHANGES;
  async function write(): Promise<void> {
    for (let n = left--; n > 0; n = left--) {
      const roll = Math.random();
      const gone = (error: Error) => expect(error.message).toBe('There is no such call.');
      if (known.length < 30 || roll < 0.4) known.push(await give(Math.random() < 0.1 ? { transcript } : {}));
      else if (roll < 0.9) {
        const patch = readCallBody(Buffer.from(`{"originalPath":"take-${n}"}`));
        await updateCall(deps, account.actor, pick(known), patch).catch(gone);
      } else await deleteCall(deps, account.actor, pick(known)).catch(gone);
    }
  }

  const client = await connect(proxy.url, bounded);
  const entries = {
    calls: new Warehouse(),
    deleted: new Warehouse(),
    topics: new Warehouse(),
    loaded: new Warehouse(),
  };
  const readers = [
    (async () => {
      for await (const call of client.feeds.calls({ since: SINCE, limit: 50, include_transcripts: true, ...follow })) {
        entries.calls.take(call.id, call.modified);
      }
    })(),
    (async () => {
      for await (const { id, deletedAt } of client.feeds.deletedCalls({ since: SINCE, limit: 3, ...follow })) {
        entries.deleted.take(id, deletedAt);
      }
    })(),
    (async () => {
      for await (const { callId, modified } of client.feeds.callTopics({ since: SINCE, limit: 7, ...follow })) {
        entries.topics.take(callId, modified);
      }
    })(),
    (async () => {
      // A loader that stores each batch with its cursor, and now and then dies before it could.
      const warehouse = entries.loaded;
      while (!stop.signal.aborted) {
        const loader = await connect(proxy.url, bounded);
        for await (const page of loader.feeds.calls({ ...warehouse.cursor, limit: 20, ...follow }).pages()) {
          if (Math.random() < 0.2) break;
          for (const { id, modified } of page.entries) warehouse.take(id, modified);
          warehouse.cursor = page.cursor;
        }
      }
    })(),
  ].map((reading) => reading.catch(stopped));

  const truth = async (from: ReturnType<typeof sql>) => {
    const rows = await sql<{ id: string; stamp: string }>`select call_id as id,
      to_char(stamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as stamp from ${from} and account_id = ${account.accountId}`.execute(
      service.db,
    );
    return new Map(rows.rows.map(({ id, stamp }) => [id, stamp]));
  };
  try {
    await Promise.all(Array.from({ length: WRITERS }, write));
    await atRest(service, account.accountId);
    const expected: [Warehouse, Map<string, string>][] = [
      [entries.calls, await truth(sql`calls where true`)],
      [entries.deleted, await truth(sql`deleted_calls where true`)],
      [entries.topics, await truth(sql`calls where state = 'COMPLETE'`)],
      [entries.loaded, await truth(sql`calls where true`)],
    ];
    const missing = () =>
      expected.flatMap(([{ newest }, now]) => [...now].filter(([id, stamp]) => newest.get(id) !== stamp));
    for (const [, now] of expected) expect(now.size).toBeGreaterThan(10);
    const arrived = until(async () => missing().length === 0).catch(() => expect(missing()).toEqual([]));
    // A reader that fails says more than what it is missing.
    await Promise.race([arrived, ...readers]);
  } finally {
    stop.abort(new Error('the test is over'));
    await Promise.all(readers);
    await proxy.close();
  }
});
