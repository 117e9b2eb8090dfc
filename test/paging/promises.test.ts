import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sweepEnds } from '#debrief/db/feed-ends.js';
import { readCallBody } from '#debrief/ingest/call-body.js';
import { deleteCall } from '#debrief/services/calls/call-erasure.js';
import { updateCall, upsertCall } from '#debrief/services/calls/calls.js';
import {
  type DrivenClock,
  drivenClock,
  makeAccount,
  startService,
  type TestAccount,
  type TestClient,
  type TestService,
} from '../support/service.js';
import { Crawler, type FeedUnderTest, feeds, type MayRepeat, type Strategy, sixDigits } from './crawler.js';

// Random sequences of changes and reads, one at a time, so that a failure shrinks to its shortest form. Every
// crawler checks itself (crawler.ts); here time passes, answers get lost and the server forgets.

let service: TestService;
let clock: DrivenClock;

beforeAll(async () => {
  clock = drivenClock();
  service = await startService({ clock });
});
afterAll(() => service.close());

const CALL_TIMES = ['2023-08-15T10:00:01Z', '2023-08-15T10:00:01.250Z', '2199-12-31T23:59:59Z'];

type Step =
  | { do: 'create'; callTime: number }
  | { do: 'edit' | 'delete'; call: number }
  | { do: 'read' | 'lose' | 'drain'; crawler: number; limit: number }
  | { do: 'editLast' | 'deleteLast'; crawler: number }
  | { do: 'wait' }
  | { do: 'forget' };

const index = fc.nat({ max: 30 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('create' as const), callTime: index }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('edit' as const), call: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), call: index }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom('read' as const, 'read' as const, 'lose' as const),
      crawler: index,
      limit: fc.constantFrom(1, 2, 3, 5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('drain' as const), crawler: index, limit: fc.constantFrom(1, 4, 1000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('editLast' as const, 'deleteLast' as const), crawler: index }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'wait' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'forget' as const }) },
);

class World {
  readonly calls: string[] = [];
  readonly crawlers: Crawler[] = [];
  readonly #feeds = new Map<Crawler, FeedUnderTest>();
  readonly #strategies = new Map<Crawler, Strategy>();
  /** Crawlers that the server has forgotten since they last read. */
  readonly #forgotten = new Set<Crawler>();
  /** Crawlers that have not asked again for an answer that got lost. */
  readonly #lost = new Set<Crawler>();
  #edits = 0;

  constructor(readonly account: TestAccount) {}

  async addCrawlers(groups: readonly { feed: FeedUnderTest; strategies: readonly Strategy[] }[]): Promise<void> {
    for (const { feed, strategies } of groups) {
      const client = await this.account.client('read');
      for (const strategy of strategies) {
        const crawler = new Crawler(client, clock, feed, strategy);
        this.crawlers.push(crawler);
        this.#feeds.set(crawler, feed);
        this.#strategies.set(crawler, strategy);
      }
    }
  }

  async run(step: Step): Promise<void> {
    const deps = { db: service.db, clock };
    switch (step.do) {
      case 'create': {
        await this.#pass('0.3 seconds');
        const callTime = CALL_TIMES[step.callTime % CALL_TIMES.length];
        const body = readCallBody(Buffer.from(JSON.stringify({ callTime, direction: 'INBOUND' })));
        this.calls.push((await upsertCall(deps, this.account.actor, body)).id);
        return;
      }
      case 'edit':
        return this.#edit(this.calls[step.call % this.calls.length]);
      case 'delete':
        return this.#delete(this.calls[step.call % this.calls.length]);
      case 'editLast':
        return this.#edit(this.#crawler(step).request.lastId ?? undefined);
      case 'deleteLast':
        return this.#delete(this.#crawler(step).request.lastId ?? undefined);
      case 'lose':
        return this.#lose(this.#crawler(step), step.limit);
      case 'read':
        return this.#read(this.#crawler(step), step.limit);
      case 'drain':
        return this.#drain(this.#crawler(step), step.limit);
      case 'wait':
        return this.#advance(200_000);
      case 'forget': {
        for (const crawler of this.crawlers) await this.#drain(crawler, 1000);
        await this.#advance(8 * 24 * 3600 * 1000);
        // The sweep is every account's, and other suites share the database: only our own ends grow old for it.
        await sql`update feed_ends set remembered_at = now() - interval '8 days'
          where account_id = ${this.account.accountId}`.execute(service.db);
        await sql`update feed_pages set served_at = now() - interval '8 days'
          where account_id = ${this.account.accountId}`.execute(service.db);
        await sweepEnds(service.db, Date.now() * 1000);
        await this.#pass('2 minutes');
        for (const crawler of this.crawlers) this.#forgotten.add(crawler);
      }
    }
  }

  #crawler(step: { crawler: number }): Crawler {
    return this.crawlers[step.crawler % this.crawlers.length]!;
  }

  /** Lets time pass for the stamps: a change is never in the millisecond of the one before, often in its second. */
  async #pass(interval: string): Promise<void> {
    await sql`update feed_heads set head = greatest(head, clock_timestamp()) + ${interval}::interval
      where account_id = ${this.account.accountId}`.execute(service.db);
  }

  /**
   * Lets time pass. Who lost an answer asks again before the time for that is over: a page that ends in the entry
   * it was asked from cannot be told from one that came, by clients whose `since` is coarser than the stamp.
   */
  async #advance(ms: number): Promise<void> {
    for (const crawler of this.#lost) await this.#read(crawler, 1000);
    clock.advance(ms);
  }

  async #edit(id: string | undefined): Promise<void> {
    if (id === undefined || !this.calls.includes(id)) return;
    await this.#pass('0.3 seconds');
    const body = readCallBody(Buffer.from(JSON.stringify({ originalPath: `take-${++this.#edits}` })));
    await updateCall({ db: service.db, clock }, this.account.actor, id, body);
  }

  async #delete(id: string | undefined): Promise<void> {
    if (id === undefined || !this.calls.includes(id)) return;
    await this.#pass('0.3 seconds');
    await deleteCall({ db: service.db }, this.account.actor, id);
    this.calls.splice(this.calls.indexOf(id), 1);
  }

  async #lose(crawler: Crawler, limit: number): Promise<void> {
    // While it is forgotten, a lost answer would be remembered anew: that is the next read's part.
    if (this.#forgotten.has(crawler) || !crawler.mayLose) return;
    await crawler.lose(limit);
    this.#lost.add(crawler);
  }

  async #read(crawler: Crawler, limit: number): Promise<void> {
    this.#lost.delete(crawler);
    const mayRepeat = this.#forgotten.has(crawler) ? await this.#afterForgetting(crawler) : undefined;
    if ((await crawler.read(limit, mayRepeat)) > 0) this.#forgotten.delete(crawler);
  }

  async #drain(crawler: Crawler, limit: number): Promise<void> {
    this.#lost.delete(crawler);
    const mayRepeat = this.#forgotten.has(crawler) ? await this.#afterForgetting(crawler) : undefined;
    // A forgotten client that was set back needs the allowance until it is past what it had; an empty page is no end.
    if ((await crawler.drain(limit, mayRepeat)) > 0) this.#forgotten.delete(crawler);
  }

  /** How far back each way of asking may be set when its end is no longer remembered. */
  async #afterForgetting(crawler: Crawler): Promise<MayRepeat> {
    const { since, lastId } = crawler.request;
    const strategy = this.#strategies.get(crawler)!;
    const entry = await this.#entry(this.#feeds.get(crawler)!, since, lastId);
    const from =
      (stamp: string): MayRepeat =>
      (repeated) =>
        repeated.stamp >= stamp;
    switch (strategy) {
      case 'full':
      case 'link':
        return () => false;
      case 'milliseconds':
      case 'seconds': {
        const unchanged = entry.stamp?.startsWith(since.slice(0, -1)) ?? false;
        return unchanged ? () => false : from(sixDigits(since));
      }
      case 'callTime':
        return from(entry.firstStamp ?? '');
      case 'sinceAlone':
        return entry.atSince
          ? (repeated) => repeated.stamp === sixDigits(since)
          : from(`${since.slice(0, 17)}00.000000Z`);
      case 'observedAtAlone':
        throw new Error('times.test.ts has those');
    }
  }

  async #entry(feed: FeedUnderTest, since: string, lastId: string | null) {
    const format = (column: string) => sql.raw(`to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);
    const { accountId } = this.account;
    const deleted = feed === feeds.deleted;
    const found = await sql<{ stamp: string | null; firstStamp: string | null; atSince: boolean }>`
      select
        (select ${format('stamp')} from ${deleted ? sql`deleted_calls` : sql`calls`} where account_id = ${accountId} and call_id = ${lastId}) as stamp,
        (select ${format(deleted ? 'stamp' : 'first_stamp')} from ${deleted ? sql`deleted_calls` : sql`(select account_id, call_id, first_stamp from calls union all select account_id, call_id, first_stamp from deleted_calls) e`}
          where account_id = ${accountId} and call_id = ${lastId}) as "firstStamp",
        exists (select 1 from ${deleted ? sql`deleted_calls` : sql`calls`} where account_id = ${accountId} and ${format('stamp')} = ${since}) as "atSince"`.execute(
      service.db,
    );
    return found.rows[0]!;
  }

  /** At the end every crawler holds the newest version of every entry. */
  async settle(): Promise<void> {
    for (const crawler of this.crawlers) {
      await this.#drain(crawler, 1000);
      const table = this.#feeds.get(crawler) === feeds.deleted ? sql`deleted_calls` : sql`calls`;
      const now = await sql<{ id: string; stamp: string }>`select call_id as id,
        to_char(stamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as stamp from ${table}
        where account_id = ${this.account.accountId}`.execute(service.db);
      for (const { id, stamp } of now.rows) expect(crawler.newest.get(id), `${crawler.name} has ${id}`).toBe(stamp);
    }
  }
}

test('random changes, reads, lost answers, waits and forgetting', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 50, size: 'max' }), async (steps) => {
      const world = new World(await makeAccount(service));
      await world.addCrawlers([
        { feed: feeds.calls, strategies: ['full', 'full', 'link'] },
        { feed: feeds.calls, strategies: ['sinceAlone', 'sinceAlone'] },
        { feed: feeds.calls, strategies: ['milliseconds'] },
        { feed: feeds.calls, strategies: ['seconds'] },
        { feed: feeds.calls, strategies: ['callTime'] },
        { feed: feeds.deleted, strategies: ['full', 'sinceAlone'] },
        { feed: feeds.deleted, strategies: ['callTime'] },
      ]);
      for (const each of steps) if (world.calls.length > 0 || each.do === 'create') await world.run(each);
      await world.settle();
    }),
    { numRuns: 20, endOnFailure: true },
  );
});

describe('where a page starts, by example', () => {
  let account: TestAccount;
  let client: TestClient;
  const ids: string[] = [];
  const stamps: string[] = [];

  beforeAll(async () => {
    account = await makeAccount(service);
    client = await account.client();
    for (let i = 0; i < 4; i++) {
      const callTime = `2023-08-15T10:00:0${i}Z`;
      ids.push((await client.send('POST', '/api/v1/calls', { callTime, direction: 'INBOUND' })).json().id);
    }
    for (const call of (await client.get('/api/ev/2/calls?since=2020-01-01T00:00Z')).json()) stamps.push(call.modified);
  });

  const page = async (query: string, by = client): Promise<string[]> =>
    (await by.get(`/api/ev/2/calls?${query}`)).json().map((call: { id: string }) => call.id);
  const minuteOf = (stamp: string) => `${stamp.slice(0, 16)}Z`;

  test('since alone is floored to its minute, whatever seconds it has', async () => {
    const fresh = await account.client('read');
    const inMinute = ids.filter((_, i) => minuteOf(stamps[i]!) === minuteOf(stamps[3]!));
    expect(await page(`since=${stamps[3]!.slice(0, 17)}59Z`, fresh)).toEqual(inMinute);
    expect(await page(`since=${stamps[3]!.slice(0, 17)}59.999Z`, fresh)).toEqual(inMinute);
    expect(await page(`since=${minuteOf(stamps[3]!)}`, fresh)).toEqual(inMinute);
  });

  test('an unknown last_id and an empty one count as none', async () => {
    const fresh = await account.client('read');
    expect(await page('since=2020-01-01T00:00Z&last_id=unknown', fresh)).toEqual(ids);
    expect(await page('since=2020-01-01T00:00Z&last_id=', fresh)).toEqual(ids);
  });

  test('the same instant in another zone, with a space for its plus, is the same since', async () => {
    const [date, time] = [stamps[1]!.slice(0, 10), stamps[1]!.slice(11, 26)];
    const hour = String((Number(time.slice(0, 2)) + 2) % 24).padStart(2, '0');
    // Two hours east; near midnight that is another day, which the test leaves to others.
    if (Number(hour) < 2) return;
    const fresh = await account.client('read');
    for (const offset of ['%2B02:00', '+02:00', '+0200', '%2B0200']) {
      const since = `${date}T${hour}${time.slice(2)}${offset}`;
      expect(await page(`since=${since}&last_id=${ids[1]}`, fresh), since).toEqual(ids.slice(2));
    }
  });

  test('a bare date is the earlier of its midnights', async () => {
    const fresh = await account.client('read');
    expect(await page(`since=${stamps[0]!.slice(0, 10)}`, fresh)).toEqual(ids);
    const auckland = await makeAccount(service, 'Pacific/Auckland');
    const there = await auckland.client();
    // Half an hour after the date began in Auckland, and long before it began in UTC.
    await sql`update feed_heads set head = '2030-05-09 12:30:00+00' where account_id = ${auckland.accountId}`.execute(
      service.db,
    );
    const { id } = (
      await there.send('POST', '/api/v1/calls', { callTime: '2023-01-01T00:00Z', direction: 'INBOUND' })
    ).json();
    expect(await page('since=2030-05-10', there)).toEqual([id]);
    expect(await page('since=2030-05-10T00:00Z', there)).toEqual([]);
  });

  test('HEAD and limit=0 leave no end; a page of entries does', async () => {
    const fresh = await account.client('read');
    const ends = async () =>
      (await service.pool.query('select 1 from feed_ends where credential_id = $1', [fresh.username])).rows.length;
    await fresh.send('HEAD', '/api/ev/2/calls?since=2020-01-01T00:00Z');
    expect(await page('since=2020-01-01T00:00Z&limit=0', fresh)).toEqual([]);
    expect(await ends()).toBe(0);
    await page('since=2020-01-01T00:00Z&limit=2', fresh);
    expect(await ends()).toBe(1);
  });

  test('a lost answer is repeated with what has come since, for two minutes', async () => {
    const fresh = await account.client('read');
    const ask = () => page(`since=2023-08-15T10:00:00Z&last_id=${ids[0]}`, fresh);
    await page('since=2020-01-01T00:00Z&limit=1', fresh);
    expect(await ask()).toEqual(ids.slice(1));
    expect(await ask()).toEqual(ids.slice(1));
    await client.send('PATCH', `/api/v1/calls/${ids[0]}`, { originalPath: 'again' });
    // The page ends with the same call as the one before it: its position alone would not tell them apart.
    expect(await ask()).toEqual([...ids.slice(1), ids[0]]);
    expect(await ask()).toEqual([...ids.slice(1), ids[0]]);
    clock.advance(100_000);
    expect(await ask()).toEqual([...ids.slice(1), ids[0]]);
    // Two minutes after the first answer, not after the latest: one who polls must come on.
    clock.advance(21_000);
    expect(await ask()).toEqual([]);
  });

  test("callTime without a remembered end starts at the entry's first stamp, with the entry", async () => {
    const own = await makeAccount(service);
    const writer = await own.client();
    const given: string[] = [];
    for (let i = 0; i < 3; i++) {
      const call = { callTime: `2099-01-0${i + 1}T00:00:00Z`, direction: 'INBOUND' };
      given.push((await writer.send('POST', '/api/v1/calls', call)).json().id);
    }
    const query = `since=2099-01-02T00:00:00Z&last_id=${given[1]}`;
    expect(await page(query, await own.client('read'))).toEqual(given.slice(1));
    await writer.send('DELETE', `/api/ev/2/call/${given[1]}`);
    expect(await page(query, await own.client('read'))).toEqual([given[2]]);
  });

  test("ends are a credential's own, and bounded", async () => {
    const fresh = await account.client('read');
    const fill = `insert into feed_ends (account_id, credential_id, feed, entry_id, stamp, times, remembered_at)
      select account_id, $2, feed, lpad(n::text, 5, '0'), stamp, times, remembered_at + n * interval '1 second'
      from (select * from feed_ends where account_id = $1 limit 1) one, generate_series(1, 10100) n`;
    await service.pool.query(fill, [account.accountId, fresh.username]);
    await sweepEnds(service.db, Date.now() * 1000);
    const left = await service.pool.query(
      'select min(entry_id) as first, count(*)::int as count from feed_ends where credential_id = $1',
      [fresh.username],
    );
    // The newest are kept.
    expect(left.rows[0]).toEqual({ first: '00101', count: 10_000 });
  });
});
