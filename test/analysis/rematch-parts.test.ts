// A history that is matched again by several worker processes, one of them killed, and what is told of it.

import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Topic } from '../naive/analysis.js';
import { differences } from '../naive/cases.js';
import { type Dialogue, randomDialogue } from '../naive/random-dialogue.js';
import {
  atRest,
  expectOk,
  naiveEntry,
  participantsOf,
  setTopics,
  topicEntries,
  wholeFeed,
} from '../support/analysed.js';
import { runCommand, startCommand } from '../support/command.js';
import {
  lockIsWaitedFor,
  makeAccount,
  startService,
  type TestClient,
  type TestService,
  until,
} from '../support/service.js';

let service: TestService;
let client: TestClient;
let topics: Topic[] = [{ id: 1, name: 'Canonical questions', words: ['xylophone'] }];

/** More parts than one worker process has jobs under way at once. */
const PARTS = 5;
const BUSY_AT_ONCE = 3;
const dialogues = new Map<string, Dialogue>(
  Array.from({ length: PARTS * 50 }, (_, i) => [`call-${String(i).padStart(3, '0')}`, randomDialogue(7_000 + i)]),
);

beforeAll(async () => {
  service = await startService();
  client = await (await makeAccount(service)).client('admin');
  await setTopics(service, client, topics, 1);
  const lines = Array.from(dialogues, ([id, { words, duration, speakerTypes }]) => ({
    ...{ id, callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND', duration },
    ...{ transcript: words, participants: participantsOf(speakerTypes) },
  }));
  const body = lines.map((line) => JSON.stringify(line)).join('\n');
  await expectOk(client.send('POST', '/api/v1/calls/import', body, { 'content-type': 'application/x-ndjson' }));
  await atRest(service, client.accountId);
});
afterAll(() => service.close());

const progress = async (of = client) => (await of.get('/api/v1/topics/rematch')).json();

async function expectEntries(): Promise<void> {
  const entries = await topicEntries(client);
  expect(entries.size).toBe(dialogues.size);
  for (const [id, { words, speakerTypes }] of dialogues) {
    const { questionCounts, topicMatches } = entries.get(id)!;
    const expected = naiveEntry({ words, speakerTypes, topics, canonicalTopicId: 1 });
    expect(differences({ questionCounts, topicMatches }, expected), id).toEqual([]);
  }
}

async function addTopic(name: string, words: string[]): Promise<void> {
  const { id } = (await client.send('POST', '/api/v1/topics', { name, words })).json();
  topics = [...topics, { id, name, words }];
}

/** Holds one call of each part while something is done: whoever works at a part waits so long. */
async function whileHeld(act: () => Promise<void>): Promise<void> {
  const connection = await service.pool.connect();
  const held = [...dialogues.keys()].filter((_, i) => i % 50 === 10);
  await connection.query('begin');
  try {
    await connection.query('select 1 from calls where account_id = $1 and call_id = any($2) for update', [
      client.accountId,
      held,
    ]);
    await act();
  } finally {
    await connection.query('rollback');
    connection.release();
  }
}

/** The processes that have parts in hand, by the names that they lock jobs under, each with how many. */
async function holders(): Promise<Map<string, number>> {
  const { rows } = await service.pool.query(
    `select locked_by as name, count(*)::int as count from graphile_worker.jobs
     where starts_with(key, $1) and locked_by is not null group by 1`,
    [`rematch:${client.accountId}:`],
  );
  return new Map(rows.map(({ name, count }) => [name, count]));
}

/** The names of the worker processes that live. */
async function workers(): Promise<string[]> {
  const { rows } = await service.pool.query('select unnest(worker_ids) as name from worker_heartbeats');
  return rows.map(({ name }) => name);
}

async function startAnother() {
  const known = await workers();
  const { process: child } = startCommand(['work'], { DATABASE_URL: inject('databaseUrl') });
  let name = '';
  await until(async () => {
    name = (await workers()).find((each) => !known.includes(each)) ?? '';
    return name !== '';
  });
  return { child, name };
}

describe('two worker processes', () => {
  test('share the history, and what a killed one had in hand is not lost', async () => {
    const { child, name } = await startAnother();
    await whileHeld(async () => {
      await addTopic('Price', ['price', 'price list', 'how much', 'what']);
      // No process works at more than three jobs at once.
      await until(async () => (await holders()).size === 2);
      await until(async () => [...(await holders()).values()].reduce((a, b) => a + b) === PARTS);
      for (const count of (await holders()).values()) expect(count).toBeLessThanOrEqual(BUSY_AT_ONCE);
      expect(await progress()).toMatchObject({ state: 'running', callsTotal: dialogues.size, finishedAt: null });

      expect((await holders()).get(name)).toBeGreaterThan(0);
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      await until(async () => !(await holders()).has(name));
    });
    await atRest(service, client.accountId);
    await expectEntries();
    const left = await service.pool.query('select key from graphile_worker.jobs where starts_with(key, $1)', [
      `rematch:${client.accountId}`,
    ]);
    expect(left.rows).toEqual([]);
  });

  test('newer topics take over from parts that are under way', async () => {
    let changed: Promise<unknown> | undefined;
    await whileHeld(async () => {
      await addTopic('No', ['no', 'no no']);
      await until(async () => (await holders()).size > 0);
      let isChanged = false;
      changed = client.send('PATCH', `/api/v1/topics/${topics.at(-1)!.id}`, { words: ['list', 'a'] }).finally(() => {
        isChanged = true;
      });
      // A part that waits in the middle of committing has the topics stay what they are until it is done.
      await until(async () => isChanged || (await lockIsWaitedFor(service, '^update "accounts".*topics_version')));
    });
    await changed;
    topics = [...topics.slice(0, -1), { ...topics.at(-1)!, words: ['list', 'a'] }];
    await atRest(service, client.accountId);
    await expectEntries();
    expect((await progress()).callsDone).toBe(dialogues.size);
  });
});

test('a part goes on from batch to batch, to its end and no further', async () => {
  const { accountId } = client;
  const bumped = await service.pool.query(
    'update accounts set topics_version = topics_version + 1 where account_id = $1 returning topics_version as version',
    [accountId],
  );
  const { version } = bumped.rows[0];
  const add = (kind: string, payload: object) =>
    service.pool.query('select graphile_worker.add_job($1, $2::json)', [kind, JSON.stringify(payload)]);
  await add('rematch_part', { accountId, topicsVersion: version, after: 'call-009', upTo: 'call-199' });
  const read = async (query: string) => (await service.pool.query(query, [accountId])).rows;
  await until(async () => {
    const jobs = await read(`select 1 from graphile_worker._private_jobs where payload ->> 'accountId' = $1`);
    return jobs.length === 0;
  });
  const due = await read(`select call_id as id from calls join accounts using (account_id)
    where account_id = $1 and calls.topics_version < accounts.topics_version order by 1`);
  const ids = [...dialogues.keys()];
  expect(due.map(({ id }) => id)).toEqual([...ids.slice(0, 10), ...ids.slice(200)]);
  await add('rematch', { accountId });
  await atRest(service, accountId);
  expect(await progress()).toMatchObject({ state: 'idle', topicsVersion: version, callsTotal: 60, callsDone: 60 });
});

describe('progress', () => {
  test('is told from the beginning to the end', async () => {
    const before = await progress();
    await whileHeld(async () => {
      await addTopic('How', ['how']);
      await until(async () => (await progress()).startedAt !== before.startedAt);
      const during = await progress();
      expect(during).toMatchObject({ state: 'running', topicsVersion: before.topicsVersion + 1, finishedAt: null });
      expect(during.callsTotal).toBe(dialogues.size);
      expect(during.callsDone).toBeLessThan(during.callsTotal);
    });
    await atRest(service, client.accountId);
    const after = await progress();
    expect(after).toMatchObject({ state: 'idle', callsDone: dialogues.size, secondsLeft: null });
    expect(after.callsPerSecond).toBeGreaterThan(0);
    expect(after.finishedAt > after.startedAt).toBe(true);
  });

  test('of an account that never had any', async () => {
    const fresh = await (await makeAccount(service)).client('read');
    expect(await progress(fresh)).toEqual({
      ...{ state: 'idle', topicsVersion: 1, callsTotal: 0, callsDone: 0 },
      ...{ callsPerSecond: null, secondsLeft: null, startedAt: null, finishedAt: null },
    });
  });

  test('started by hand, it goes over all calls and moves none', async () => {
    const before = await wholeFeed<{ modified: string }>(client, 'calls');
    const { topicsVersion } = await progress();
    const answer = await client.send('POST', '/api/v1/topics/rematch');
    expect([answer.status, answer.json().topicsVersion]).toEqual([200, topicsVersion + 1]);
    await atRest(service, client.accountId);
    expect(await progress()).toMatchObject({ state: 'idle', topicsVersion: topicsVersion + 1, callsDone: 250 });
    expect(await wholeFeed(client, 'calls')).toEqual(before);
    const { items } = (await client.get('/api/v1/audit?kind=topics&id=rematch')).json();
    expect(items).toMatchObject([{ action: 'update', after: { topicsVersion: topicsVersion + 1 } }]);
  });

  test('the command tells it, and starts it', async () => {
    const { topicsVersion } = await progress();
    const shown = await runCommand(['topics', 'rematch', '--account', client.accountId]);
    expect([shown.code, JSON.parse(shown.stdout)]).toMatchObject([0, { state: 'idle', topicsVersion }]);
    const again = await runCommand(['topics', 'rematch', '--account', client.accountId, '--again', 'yes']);
    expect([again.code, JSON.parse(again.stdout)]).toMatchObject([
      0,
      { state: 'idle', topicsVersion: topicsVersion + 1, callsDone: dialogues.size },
    ]);
    expect((await runCommand(['topics', 'rematch', '--account', client.accountId, '--again', 'maybe'])).code).toBe(2);
    expect((await runCommand(['topics', 'rematch', '--account', 'nobody'])).code).toBe(1);
  });
});
