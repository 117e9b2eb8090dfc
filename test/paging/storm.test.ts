import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { systemClock } from '#debrief/clock.js';
import { readCallBody } from '#debrief/ingest/call-body.js';
import { deleteCall } from '#debrief/services/calls/call-erasure.js';
import { updateCall, upsertCall } from '#debrief/services/calls/calls.js';
import { updateUser } from '#debrief/services/people/users.js';
import { makeClient, startService, type TestService, until } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { Crawler, type FeedUnderTest, feeds, type Strategy } from './crawler.js';

// Many writers on connections of their own, the worker, and readers of every kind, all at once. When the
// writers have stopped and the readers come to the end, each must hold the newest version of every entry.

const WRITERS = 8;
/** `npm run test:long` makes more of them. */
const CHANGES = Number(process.env.DEBRIEF_STORM_CHANGES ?? 4_000);
/** Calls that are changed all the time: polled through their states, and often a page's last entry. */
const HOT = 3;
const CALL_TIMES = ['2023-08-15T10:00:01Z', '2023-08-15T10:00:01.250Z', '2023-08-16T00:00:00Z', '2199-12-31T23:59:59Z'];
const transcript = [
  { start: '0.5', end: '1', word: 'what', v: 0 },
  { start: '1', end: '1.5', word: 'price', p: '?', v: 0 },
];

const { service, account } = await openSuite({ connections: WRITERS + 4 });

const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)]!;
const randomLimit = () => pick([1, 7, 50, 333, 1000]);

async function storm(userId: string): Promise<void> {
  const deps = { db: service.db, clock: systemClock };
  const hot: string[] = [];
  const known: string[] = [];
  let left = CHANGES;
  const give = (fields: object) => upsertCall(deps, account.actor, readCallBody(Buffer.from(JSON.stringify(fields))));

  async function change(n: number): Promise<void> {
    const roll = Math.random();
    if (hot.length < HOT || known.length < 50 || roll < 0.4) {
      const heard = Math.random() < 0.05 ? { transcript } : {};
      const caller = Math.random() < 0.1 ? { callerId: userId } : {};
      const { id } = await give({ callTime: pick(CALL_TIMES), direction: 'INBOUND', ...heard, ...caller });
      (hot.length < HOT ? hot : known).push(id);
    } else if (roll < 0.9) {
      const id = roll < 0.6 ? pick(hot) : pick(known);
      const fields = Math.random() < 0.1 ? { callTime: pick(CALL_TIMES) } : { originalPath: `take-${n}` };
      await updateCall(deps, account.actor, id, readCallBody(Buffer.from(JSON.stringify(fields)))).catch(ignoreDeleted);
    } else {
      await deleteCall(deps, account.actor, pick(known)).catch(ignoreDeleted);
    }
  }

  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      while (left > 0) {
        const n = left--;
        await change(n);
        // A new address restamps all of this caller's calls at once, in the worker.
        if (n % 1_000 === 0)
          await updateUser({ db: service.db }, account.actor, userId, { email: `caller-${n}@example.com` });
      }
    }),
  );
}

function ignoreDeleted(error: Error): void {
  expect(error.message).toBe('There is no such call.');
}

async function quiet(): Promise<void> {
  await until(
    async () => {
      const jobs = await sql`select 1 from graphile_worker._private_jobs
      where payload ->> 'accountId' = ${account.accountId}`.execute(service.db);
      return jobs.rows.length === 0;
    },
    { seconds: 60 + CHANGES / 100 },
  );
}

/** What the feed holds now: ids with stamps. */
async function truth(feed: FeedUnderTest): Promise<Map<string, string>> {
  const table =
    feed === feeds.deleted
      ? sql`deleted_calls where true`
      : sql`calls where ${feed === feeds.topics ? sql`state = 'COMPLETE'` : sql`true`}`;
  const found = await sql<{ id: string; stamp: string }>`select call_id as id,
    to_char(stamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as stamp from ${table}
    and account_id = ${account.accountId}`.execute(service.db);
  return new Map(found.rows.map(({ id, stamp }) => [id, stamp]));
}

test('writers, the worker and readers of every kind at once: nothing lost, nothing twice', {
  timeout: 120_000 + CHANGES * 30,
}, async () => {
  const userId = await account.addUser('caller@example.com');
  const groups: { strategies: Strategy[]; feed: FeedUnderTest }[] = [
    // Each group shares one credential.
    { strategies: ['full', 'full', 'link'], feed: feeds.calls },
    { strategies: ['sinceAlone', 'sinceAlone'], feed: feeds.calls },
    { strategies: ['milliseconds'], feed: feeds.calls },
    { strategies: ['seconds'], feed: feeds.calls },
    { strategies: ['callTime'], feed: feeds.calls },
    { strategies: ['full', 'sinceAlone'], feed: feeds.deleted },
    { strategies: ['callTime'], feed: feeds.deleted },
    { strategies: ['full', 'sinceAlone'], feed: feeds.topics },
    { strategies: ['seconds'], feed: feeds.topics },
  ];
  const services: TestService[] = [];
  const crawlers: { crawler: Crawler; feed: FeedUnderTest }[] = [];
  for (const { strategies, feed } of groups) {
    // A server of its own: several processes serve one database, too.
    const own = await startService({ connections: 3 });
    services.push(own);
    const client = await makeClient(own, account.accountId, ['read']);
    for (const strategy of strategies)
      crawlers.push({ crawler: new Crawler(client, systemClock, feed, strategy), feed });
  }
  try {
    let storming = true;
    const writing = storm(userId).finally(() => {
      storming = false;
    });
    const reading = crawlers.map(async ({ crawler }) => {
      while (storming) {
        if (Math.random() < 0.15 && crawler.mayLose) await crawler.lose(randomLimit());
        await crawler.read(randomLimit());
        // As clients do; and the two cores are the writers' too.
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });
    await Promise.all([writing, ...reading]);
    await quiet();
    for (const { crawler, feed } of crawlers) {
      await crawler.drain(Math.max(randomLimit(), 50));
      const now = await truth(feed);
      expect(now.size).toBeGreaterThan(50);
      const stale = [...now].filter(([id, stamp]) => crawler.newest.get(id) !== stamp);
      expect(stale, `${crawler.name} missed ${stale.length} of ${now.size}`).toEqual([]);
    }
  } finally {
    await Promise.all(services.map((each) => each.close()));
  }
  const stamps = await sql<{ all: number; distinct: number; whole: number }>`
    select count(*) as all, count(distinct stamp) as distinct,
      count(*) filter (where extract(microseconds from stamp)::bigint % 1000 = 0) as whole
    from (select stamp from calls where account_id = ${account.accountId}
      union all select stamp from deleted_calls where account_id = ${account.accountId}) as entries`.execute(
    service.db,
  );
  const { all, distinct, whole } = stamps.rows[0]!;
  expect(distinct, 'stamps are unique').toBe(all);
  expect(whole, 'no stamp is a whole millisecond').toBe(0);
});
