// A history that is matched again by several worker processes, one of them killed, and what is told of it.

import { once } from 'node:events';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { beginRematch, readDueCalls, readRematch, takeDueCalls } from '#debrief/db/rematches.js';
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

/** When each was: a minute apart. */
const timeOf = (callId: string) => new Date(Date.UTC(2026, 2, 1) + Number(callId.slice('call-'.length)) * 60_000);

beforeAll(async () => {
  service = await startService();
  client = await (await makeAccount(service)).client('admin');
  await setTopics(service, client, topics, 1);
  const lines = Array.from(dialogues, ([id, { words, duration, speakerTypes }]) => ({
    id,
    callTime: timeOf(id).toISOString(),
    direction: 'INBOUND',
    duration,
    transcript: words,
    participants: participantsOf(speakerTypes),
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

/** Makes every call due, without a job; answers the topics' new version. */
async function makeDue(): Promise<number> {
  const { accountId } = client;
  const bumped = await service.pool.query(
    'update accounts set topics_version = topics_version + 1 where account_id = $1 returning topics_version as version',
    [accountId],
  );
  return bumped.rows[0].version;
}

const newestFirst = [...dialogues.keys()].reverse();
const placeOf = (callId: string) => ({ callTime: timeOf(callId).getTime() * 1000, callId });

test('the newest calls are taken first, none twice', async () => {
  const rolledBack = new Error('no job works at them');
  const { accountId } = client;
  const taken: string[][] = [];
  const taking = service.db.transaction().execute(async (tx) => {
    await sql`update accounts set topics_version = topics_version + 1 where account_id = ${accountId}`.execute(tx);
    const { topicsVersion } = await readRematch(tx, client);
    // What is matched already is passed over.
    await sql`update calls set topics_version = ${topicsVersion} where account_id = ${accountId}
      and call_id = any(${newestFirst.slice(0, 30)})`.execute(tx);
    await beginRematch(tx, client, topicsVersion, dialogues.size);
    for (;;) {
      const range = await takeDueCalls(tx, client, topicsVersion, 100);
      if (range === null) break;
      taken.push((await readDueCalls(tx, client, topicsVersion, range, 1000)).map(({ callId }) => callId));
    }
    // Begun anew, it takes them again.
    await beginRematch(tx, client, topicsVersion, dialogues.size);
    expect(await takeDueCalls(tx, client, topicsVersion, 1)).toEqual({ after: null, to: placeOf(newestFirst[30]!) });
    throw rolledBack;
  });
  await expect(taking).rejects.toBe(rolledBack);
  expect(taken).toEqual([newestFirst.slice(30, 130), newestFirst.slice(130, 230), newestFirst.slice(230)]);
});

test('a part goes on from batch to batch, to its end and no further', async () => {
  const { accountId } = client;
  const version = await makeDue();
  const add = (kind: string, payload: object) =>
    service.pool.query('select graphile_worker.add_job($1, $2::json)', [kind, JSON.stringify(payload)]);
  const range = { after: placeOf(newestFirst[9]!), to: placeOf(newestFirst[39]!) };
  await add('rematch_part', { accountId, topicsVersion: version, part: 0, ...range });
  // Of a version before this one: its ranges are of ids.
  await add('rematch_part', { accountId, topicsVersion: version - 1, after: 'call-009', upTo: 'call-199' });
  const read = async (query: string) => (await service.pool.query(query, [accountId])).rows;
  await until(async () => {
    const jobs = await read(`select 1 from graphile_worker._private_jobs where payload ->> 'accountId' = $1`);
    return jobs.length === 0;
  });
  const due = await read(`select call_id as id from calls join accounts using (account_id)
    where account_id = $1 and calls.topics_version < accounts.topics_version order by call_time desc`);
  expect(due.map(({ id }) => id)).toEqual([...newestFirst.slice(0, 10), ...newestFirst.slice(40)]);
  await add('rematch', { accountId });
  await atRest(service, accountId);
  expect(await progress()).toMatchObject({ state: 'idle', topicsVersion: version, callsTotal: 220, callsDone: 220 });
});

test('what is due is seen to where no job is', async () => {
  const version = await makeDue();
  const shown = await runCommand(['topics', 'rematch', '--account', client.accountId]);
  expect([shown.code, JSON.parse(shown.stdout)]).toMatchObject([
    0,
    { state: 'idle', topicsVersion: version, callsDone: dialogues.size, callsInOldForm: 0 },
  ]);
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
      state: 'idle',
      topicsVersion: 1,
      callsTotal: 0,
      callsDone: 0,
      callsInOldForm: 0,
      callsPerSecond: null,
      secondsLeft: null,
      startedAt: null,
      finishedAt: null,
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
