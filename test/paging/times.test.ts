import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKpi } from '#debrief/services/coaching/kpis.js';
import { createObservation, updateObservation } from '#debrief/services/coaching/observations.js';
import {
  type DrivenClock,
  drivenClock,
  makeAccount,
  startService,
  type TestAccount,
  type TestClient,
  type TestService,
} from '../support/service.js';
import { Crawler, feeds } from './crawler.js';

// Clients that send `since` alone, with a time of the last entry that is not its stamp.

const MINUTE_MS = 60_000;

let service: TestService;
let clock: DrivenClock;

beforeAll(async () => {
  clock = drivenClock();
  service = await startService({ clock });
});
afterAll(() => service.close());

/** An account whose people observe each other, each another one once. */
class Observed {
  readonly ids: string[] = [];

  constructor(
    readonly account: TestAccount,
    readonly people: readonly string[],
    readonly kpiId: number,
  ) {}

  static async make(people: number): Promise<Observed> {
    const account = await makeAccount(service);
    const ids: string[] = [];
    for (let i = 0; i < people; i++) ids.push(await account.addUser(`rep-${i}@example.com`));
    const kpi = { description: 'Dials', frequency: 'DAILY', target: 50 };
    return new Observed(account, ids, (await createKpi({ db: service.db }, account.actor, kpi)).id);
  }

  async observe(observedAt: string): Promise<string> {
    const [n, people] = [this.ids.length, this.people.length];
    const [observerId, observedId] = [this.people[Math.floor(n / people)], this.people[n % people]];
    const observation = { kpiId: this.kpiId, observerId, observedId, observedAt, value: 1 };
    const { id } = await createObservation({ db: service.db }, this.account.actor, observation);
    this.ids.push(id);
    return id;
  }

  async change(id: string, patch: object): Promise<void> {
    await updateObservation({ db: service.db }, this.account.actor, id, patch);
  }

  async newest(): Promise<Map<string, string>> {
    const rows = await sql<{ id: string; stamp: string }>`select observation_id as id,
      to_char(stamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as stamp from kpi_observations
      where account_id = ${this.account.accountId}`.execute(service.db);
    return new Map(rows.rows.map(({ id, stamp }) => [id, stamp]));
  }
}

const TIMES = [
  '2023-08-15T10:00:00Z',
  '2023-08-15T10:00:01Z',
  '2023-08-15T10:00:01.250Z',
  '2199-12-31T23:59:00Z',
  '2199-12-31T23:59:59Z',
];

type Step =
  | { do: 'observe'; time: string }
  | { do: 'change'; which: number; time: string | null }
  | { do: 'read' | 'lose'; limit: number }
  | { do: 'wait'; minutes: number };

const index = fc.nat({ max: 30 });
const time = fc.constantFrom(...TIMES);
const limit = fc.constantFrom(1, 2, 3, 1000);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('observe' as const), time }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('change' as const), which: index, time: fc.option(time) }) },
  {
    weight: 9,
    arbitrary: fc.record({ do: fc.constantFrom('read' as const, 'read' as const, 'lose' as const), limit }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(3, 11) }) },
);

test('random changes, reads, lost answers and waits', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40, size: 'max' }), async (steps) => {
      const world = await Observed.make(7);
      const crawler = new Crawler(await world.account.client('read'), clock, feeds.kpis, 'observedAtAlone');
      let served = clock.now() / 1000;
      let isLost = false;
      let value = 1;
      // What was served ten minutes ago is not taken for the page that the client has: entries may come again.
      const paused = () => clock.now() / 1000 - served > 9.9 * MINUTE_MS;
      const read = async (size: number) => {
        isLost = false;
        const came = await crawler.read(size, paused() ? () => true : undefined);
        if (came > 0) served = clock.now() / 1000;
        return came;
      };
      for (const each of steps) {
        if (each.do === 'observe') await world.observe(each.time);
        else if (each.do === 'change') {
          const id = world.ids[each.which % world.ids.length];
          const patch = { value: ++value, ...(each.time !== null && { observedAt: each.time }) };
          if (id !== undefined) await world.change(id, patch);
        } else if (each.do === 'wait') {
          // Who lost an answer asks again while it is repeated.
          if (isLost) await read(1000);
          clock.advance(each.minutes * MINUTE_MS);
        } else if (each.do === 'lose' && crawler.mayLose && !paused()) {
          await crawler.lose(each.limit);
          isLost = true;
        } else await read(each.do === 'lose' ? 1 : each.limit);
      }
      for (let pages = 0; (await read(1000)) > 0; pages++) expect(pages).toBeLessThan(50);
      expect(crawler.newest).toEqual(await world.newest());
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

describe('where a page starts, by example', () => {
  const [MINUTE, SECOND, MILLIS] = TIMES as [string, string, string];

  async function setUp(times: readonly string[]) {
    const world = await Observed.make(3);
    for (const at of times) await world.observe(at);
    const client = await world.account.client('read');
    const page = async (since: string, limit = 1000) =>
      (await client.get(`/api/ev/2/kpis?since=${since}&limit=${limit}`)).json().map(({ id }: { id: string }) => id);
    return { world, ids: world.ids, client, page };
  }

  test('in any number of digits and any zone, it is the same time', async () => {
    for (const written of [
      '10:00:01.25Z',
      '10:00:01.250000Z',
      '10:00:01,250Z',
      '06:00:01.25-04:00',
      '12:00:01.25 02:00',
    ]) {
      const { page, ids } = await setUp([MILLIS, SECOND, SECOND]);
      await page('2020-01-01T00:00Z', 1);
      expect(await page(`2023-08-15T${written}`), written).toEqual(ids.slice(1));
    }
  });

  test('a whole minute is the last entry of the newest page for ten minutes, and then the minute again', async () => {
    const { page, ids } = await setUp([MINUTE, SECOND]);
    await page('2020-01-01T00:00Z', 1);
    clock.advance(9 * MINUTE_MS);
    expect(await page(MINUTE)).toEqual(ids.slice(1));
    const again = await setUp([MINUTE, SECOND]);
    await again.page('2020-01-01T00:00Z', 1);
    clock.advance(11 * MINUTE_MS);
    expect(await again.page(MINUTE)).toEqual(again.ids);
  });

  test('of several ends that show it, the newest page counts for ten minutes, and then the oldest', async () => {
    const { page, ids } = await setUp([SECOND, MILLIS, SECOND, MILLIS]);
    await page('2020-01-01T00:00Z', 1);
    await page(SECOND, 1);
    await page(MILLIS, 1);
    expect(await page(SECOND, 1)).toEqual([ids[3]]);
    // The newest page ends at another time now: which of the two is meant cannot be told.
    clock.advance(3 * MINUTE_MS);
    expect(await page(SECOND, 2)).toEqual(ids.slice(1, 3));
    expect(await page(SECOND, 1)).toEqual(ids.slice(1, 2));
    const old = await setUp([SECOND, SECOND, MILLIS]);
    await old.page('2020-01-01T00:00Z', 1);
    await old.page(SECOND, 1);
    clock.advance(11 * MINUTE_MS);
    expect(await old.page(SECOND)).toEqual(old.ids.slice(1));
  });

  test('a day is no time of an entry', async () => {
    const { page, ids } = await setUp(['2023-08-15T00:00:00Z', SECOND]);
    await page('2020-01-01T00:00Z', 1);
    expect(await page('2023-08-15')).toEqual(ids);
  });

  test('what lies ahead of the clock is where the newest page ended, or now', async () => {
    const { page, world } = await setUp([SECOND, SECOND]);
    // Five minutes and more ahead of the database's, where those two are; the others are later than that.
    clock.advance(5 * MINUTE_MS);
    await sql`update feed_heads set head = clock_timestamp() + interval '2 days'
      where account_id = ${world.account.accountId}`.execute(service.db);
    const ids = [await world.observe(SECOND), await world.observe(SECOND)];
    expect(await page('2199-01-01T00:00Z', 1)).toEqual([ids[0]]);
    expect(await page('2198-01-01T00:00Z')).toEqual([ids[1]]);
    const late = await world.observe('2199-12-31T23:59:00Z');
    expect(await page('2198-01-01T00:00:00Z')).toEqual([late]);
    // Even long after, when a whole minute is no longer taken for the newest page's.
    clock.advance(11 * MINUTE_MS);
    expect(await page('2199-12-31T23:59:00Z')).toEqual([]);
  });

  test('of calls, callTime alone is none: they have last_id', async () => {
    const account = await makeAccount(service);
    const client: TestClient = await account.client();
    const ids: string[] = [];
    for (let i = 0; i < 2; i++) {
      const call = { callTime: SECOND, direction: 'INBOUND' };
      ids.push((await client.send('POST', '/api/v1/calls', call)).json().id);
    }
    const page = async (query: string) =>
      (await client.get(`/api/ev/2/calls?${query}`)).json().map(({ id }: { id: string }) => id);
    expect(await page('since=2020-01-01T00:00Z&limit=1')).toEqual([ids[0]]);
    expect(await page(`since=${SECOND}`)).toEqual(ids);
    expect(await page(`since=${SECOND}&last_id=${ids[0]}`)).toEqual([ids[1]]);
  });
});
