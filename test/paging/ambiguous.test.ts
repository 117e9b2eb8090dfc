import { request as httpRequest } from 'node:http';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readCallBody } from '#debrief/ingest/call-body.js';
import { updateCall, upsertCall } from '#debrief/services/calls/calls.js';
import { atRest } from '../support/analysed.js';
import { makeCoached } from '../support/coached.js';
import {
  type DrivenClock,
  drivenClock,
  makeAccount,
  startService,
  type TestAccount,
  type TestClient,
  type TestService,
} from '../support/service.js';

// Pages that are followed by themselves: the next request is the one that brought them, and nobody can tell it from a retry.
// They come at most four times, whole; and what is lost on the way is not counted where the server can know.

let service: TestService;
let other: TestService;
let clock: DrivenClock;
let account: TestAccount;
let client: TestClient;

beforeAll(async () => {
  clock = drivenClock();
  service = await startService({ clock });
  // A second server on the same database, as behind a balancer.
  other = await startService({ clock, connections: 2 });
});
afterAll(() => Promise.all([service.close(), other.close()]));
beforeEach(async () => {
  account = await makeAccount(service);
  client = await account.client('read');
});

const SINCE = '2020-01-01T00:00Z';
const body = (fields: object) => readCallBody(Buffer.from(JSON.stringify(fields)));

async function give(fields: object = {}): Promise<string> {
  const call = { callTime: '2023-08-15T10:00:01Z', direction: 'INBOUND', ...fields };
  return (await upsertCall({ db: service.db, clock }, account.actor, body(call))).id;
}

let takes = 0;
const change = (id: string) =>
  updateCall({ db: service.db, clock }, account.actor, id, body({ originalPath: `take-${++takes}` }));

interface Call {
  readonly id: string;
  readonly callTime: string;
  readonly modified: string;
}

/** A client that pages as the reference's example does. */
class Follower {
  query = `since=${SINCE}`;

  constructor(
    readonly limit: number,
    readonly path = 'calls',
  ) {}

  get url(): string {
    return `/api/ev/2/${this.path}?${this.query}&limit=${this.limit}`;
  }

  async page(by = client): Promise<Call[]> {
    const answer = await by.get(this.url);
    expect(answer.status, answer.text).toBe(200);
    return this.take(answer.json());
  }

  take(calls: Call[]): Call[] {
    const last = calls.at(-1);
    if (last) this.query = `since=${last.callTime}&last_id=${last.id}`;
    return calls;
  }
}

const versions = (calls: readonly Call[]) => calls.map(({ id, modified }) => `${id} ${modified}`);

test('one call that is read twice on its way comes at most four times before the next one', async () => {
  const id = await give();
  const follower = new Follower(1);
  expect((await follower.page()).map((call) => call.id)).toEqual([id]);
  await change(id);
  const next = await give();
  const pages: string[] = [];
  for (let n = 0; n < 6; n++) pages.push(...(await follower.page()).map((call) => call.id));
  expect(pages).toEqual([id, id, id, id, next]);
  expect(await follower.page()).toEqual([]);
});

test('two calls that take turns move on with every page', async () => {
  const calls = [await give(), await give({ callTime: '2023-08-15T10:00:02Z' })];
  const follower = new Follower(1);
  const seen = new Set<string>();
  for (let turn = 0; turn < 12; turn++) {
    const [version] = versions(await follower.page());
    expect(version, `turn ${turn}`).toContain(calls[turn % 2]);
    expect(seen.has(version!), `turn ${turn}`).toBe(false);
    seen.add(version!);
    await change(calls[turn % 2]!);
  }
  // An identical request with a newer page since is no retry.
  expect(versions(await follower.page())[0]).toContain(calls[0]);
  expect(versions(await follower.page())[0]).toContain(calls[1]);
  expect(await follower.page()).toEqual([]);
});

test('it is counted for all servers that share the database; by HEAD and limit=0 it is not', async () => {
  const id = await give();
  const follower = new Follower(1);
  await follower.page();
  await change(id);
  const elsewhere = { ...client, get: (path: string) => fetchFrom(other, path) };
  let came = 0;
  for (let n = 0; n < 7; n++) {
    came += (await follower.page((n % 2 === 0 ? elsewhere : client) as TestClient)).length;
    await client.send('HEAD', follower.url);
    expect((await client.get(`/api/ev/2/calls?${follower.query}&limit=0`)).json()).toEqual([]);
  }
  expect(came).toBe(4);

  function fetchFrom({ url }: TestService, path: string) {
    const authorization = `Basic ${Buffer.from(`${client.username}:${client.password}`).toString('base64')}`;
    return fetch(new URL(path, url), { headers: { authorization } }).then(async (response) => ({
      status: response.status,
      text: '',
      json: await response.json().then((json) => () => json),
    }));
  }
});

describe.each([
  ['a whole minute', '2021-06-25T10:32:00Z'],
  ['a whole second', '2021-06-25T10:32:07Z'],
  ['microseconds', '2021-06-25T10:32:07.123456Z'],
])('a thousand observations of one time, %s, by since alone', (_, observedAt) => {
  test('all come, each at most four times', async () => {
    const ids = await observeAll(observedAt);
    const came = new Map<string, number>();
    let since = SINCE;
    for (let pages = 0; ; pages++) {
      expect(pages).toBeLessThan(50);
      const page = (await client.get(`/api/ev/2/kpis?since=${since}&limit=100`)).json();
      if (page.length === 0) break;
      for (const { id } of page) came.set(id, (came.get(id) ?? 0) + 1);
      since = page.at(-1).observedAt;
      expect(since).toBe(observedAt);
    }
    expect([...came.keys()]).toEqual(ids);
    expect(Math.max(...came.values())).toBe(4);
    // A page that came first by another request than the one that follows it comes once.
    expect(ids.slice(0, 100).map((id) => came.get(id))).toEqual(Array(100).fill(1));
  });
});

/** A thousand observations, of ten KPIs of ten people by ten people; answers their ids, in feed order. */
async function observeAll(observedAt: string): Promise<string[]> {
  const people: string[] = [];
  for (let i = 0; i < 10; i++) people.push(await account.addUser(`rep-${i}@example.com`));
  await service.pool.query(
    `insert into kpis (account_id, kpi_id, description, frequency, target)
     select $1, n::text, 'Dials', 'DAILY', 50 from generate_series(0, 9) as n`,
    [account.accountId],
  );
  const made = await service.pool.query<{ id: string }>(
    `with taken as materialized (select take_stamps($1, 1000) as first)
     insert into kpi_observations
       (account_id, observation_id, kpi_id, observed_at, observer_id, observed_id, value, first_stamp, stamp)
     select $1, 'o' || n, (n % 10)::text, $2, ($3::text[])[1 + n / 100], ($3::text[])[1 + n / 10 % 10], n, stamp, stamp
     from taken, generate_series(0, 999) as n, nth_stamp(taken.first, n) as stamp
     order by n returning observation_id as id`,
    [account.accountId, observedAt, people],
  );
  return made.rows.map((row) => row.id);
}

describe.each([1, 7, 1000])('limit=%i: an answer that is cut on the way', (limit) => {
  // What the kernel takes at once the server cannot know to be lost: these pages are larger than that.
  const words = Array.from({ length: 30_000 }, (_, n) => ({ start: `${n}`, end: `${n}`, word: 'w'.repeat(200), v: 0 }));
  const transcripts = '&include_transcripts=true';

  test('comes again, however often, and then no more often than a whole one', async () => {
    const hot = await give({ transcript: words });
    await atRest(service, account.accountId);
    const follower = new Follower(limit, 'calls');
    await follower.page();
    await change(hot);
    const { query } = follower;
    for (let n = 0; n < 5; n++) await cutOff(follower.url + transcripts);
    const whole: string[] = [];
    for (let n = 0; n < 5; n++) whole.push(...versions(follower.take((await client.get(follower.url)).json())));
    expect(follower.query).toBe(query);
    // The first answer was none, and the three replays are left.
    expect(whole).toEqual(Array(3).fill(whole[0]));
    expect(whole[0]).toContain(hot);
    const next = await give();
    expect((await follower.page()).map(({ id }) => id)).toEqual([next]);
  });

  test('comes again where its page leads on, too', async () => {
    const first = await give();
    const follower = new Follower(limit);
    await follower.page();
    const last = await give({ transcript: words, callTime: '2023-08-15T10:00:02Z' });
    await atRest(service, account.accountId);
    for (let n = 0; n < 5; n++) await cutOff(follower.url + transcripts);
    const page = await follower.page();
    expect(page.map(({ id }) => id)).toEqual([last]);
    expect(first).not.toBe(last);
    expect(await follower.page()).toEqual([]);
  });

  /** Reads the beginning of an answer and hangs up. */
  function cutOff(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const asked = httpRequest(
        new URL(path, service.url),
        { auth: `${client.username}:${client.password}`, headers: { 'accept-encoding': 'identity' } },
        (answer) => {
          expect(answer.statusCode).toBe(200);
          answer.once('data', () => {
            answer.destroy();
            resolve();
          });
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  }
});

test('an answer that fails is not counted', async () => {
  const coached = await makeCoached(service);
  const held = { dateTime: '2026-03-02T15:00:05Z', startTime: '2026-03-02T15:00:10Z', endTime: '2026-03-02T15:30:15Z' };
  const people = { coachId: coached.coachId, recipientId: coached.repId };
  const make = async () => (await coached.make('meetings', { ...held, ...people })).id;
  const first = await make();
  const page = (since: string) => coached.client.get(`/api/ev/2/meetings?since=${since}&limit=1`);
  const since = (await page(SINCE)).json()[0].endTime;
  const second = await make();
  expect((await page(since)).json()[0].meetingId).toBe(second);
  const questions = (json: string) =>
    sql`update meetings set questions = ${json} where account_id = ${coached.account.accountId}`.execute(service.db);
  // Not what was ever stored: any fault on our side will do.
  await questions('{}');
  for (let n = 0; n < 5; n++) expect((await page(since)).status).toBe(500);
  await questions('[]');
  expect((await page(since)).json()[0].meetingId).toBe(second);
  expect(first).not.toBe(second);
});
