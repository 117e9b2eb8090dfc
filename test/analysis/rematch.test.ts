// Topics change while calls are stored: every call's entry becomes what the naive implementation makes of the new topics,
// and exactly the calls whose entry changed move in the feed.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#debrief/clock.js';
import { analyzeCall, createTopicSets } from '#debrief/services/analysis/analyze-call.js';
import type { Topic } from '../naive/analysis.js';
import { differences } from '../naive/cases.js';
import { type Dialogue, randomDialogue } from '../naive/random-dialogue.js';
import {
  atRest,
  expectOk,
  naiveEntry,
  naively,
  participantsOf,
  setTopics,
  type TopicEntry,
  topicEntries,
  wholeFeed,
} from '../support/analysed.js';
import { makeAccount, startService, type TestClient, type TestService, until } from '../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const CANONICAL = 1;
const SILENT: Topic = { id: CANONICAL, name: 'Canonical questions', words: ['xylophone'] };

/** More than one turn of re-matching takes. */
const dialogues = Array.from({ length: 60 }, (_, i) => randomDialogue(2_000 + i));

async function giveAll(client: TestClient): Promise<Map<string, Dialogue>> {
  const lines = dialogues.map(({ words, duration, speakerTypes }, i) => ({
    id: `call-${i}`,
    callTime: '2026-03-01T14:30:00Z',
    direction: 'INBOUND',
    duration,
    transcript: words,
    participants: participantsOf(speakerTypes),
  }));
  const body = lines.map((line) => JSON.stringify(line)).join('\n');
  await expectOk(client.send('POST', '/api/v1/calls/import', body, { 'content-type': 'application/x-ndjson' }));
  await atRest(service, client.accountId);
  return new Map(dialogues.map((dialogue, i) => [`call-${i}`, dialogue]));
}

function expectEntries(entries: Map<string, TopicEntry>, calls: Map<string, Dialogue>, topics: readonly Topic[]): void {
  expect(entries.size).toBe(calls.size);
  for (const [callId, { words, speakerTypes }] of calls) {
    const { questionCounts, topicMatches } = entries.get(callId)!;
    const expected = naiveEntry({ words, speakerTypes, topics, canonicalTopicId: CANONICAL });
    expect(differences({ questionCounts, topicMatches }, expected), callId).toEqual([]);
  }
}

/** Ids of the entries whose stamp moved; fails where an entry changed without it, or it moved without a change. */
function moved(before: Map<string, TopicEntry>, after: Map<string, TopicEntry>): string[] {
  const ids: string[] = [];
  for (const [callId, { modified, ...entry }] of after) {
    const { modified: modifiedBefore, ...entryBefore } = before.get(callId)!;
    const isMoved = modified !== modifiedBefore;
    expect(isMoved, `${callId} moves if and only if it changes`).toBe(
      JSON.stringify(entry) !== JSON.stringify(entryBefore),
    );
    if (!isMoved) continue;
    expect(modified > modifiedBefore, `${callId} moves forward`).toBe(true);
    ids.push(callId);
  }
  return ids;
}

describe('stored calls and new topics', () => {
  let client: TestClient;
  let calls: Map<string, Dialogue>;
  let topics: Topic[] = [SILENT];
  let entries: Map<string, TopicEntry>;

  beforeAll(async () => {
    client = await (await makeAccount(service)).client('admin');
    await setTopics(service, client, topics, CANONICAL);
    calls = await giveAll(client);
    entries = await topicEntries(client);
    expectEntries(entries, calls, topics);
  });

  /** The account gets these topics by way of `change`; answers how many calls moved. */
  async function afterwards(newTopics: Topic[], change: () => Promise<unknown>): Promise<number> {
    const callsBefore = await wholeFeed<{ modified: string }>(client, 'calls');
    await change();
    await atRest(service, client.accountId);
    topics = newTopics;
    const now = await topicEntries(client);
    expectEntries(now, calls, topics);
    const ids = moved(entries, now);
    entries = now;
    // Both feeds of calls tell it.
    for (const [id, { modified }] of await wholeFeed<{ modified: string }>(client, 'calls')) {
      expect(modified !== callsBefore.get(id)!.modified, id).toBe(ids.includes(id));
    }
    return ids.length;
  }

  test('a new topic', async () => {
    const price: Topic = { id: 2, name: 'Price', words: ['price', 'price list', 'how much'] };
    const count = await afterwards([...topics, price], () =>
      client.send('POST', '/api/v1/topics', { name: price.name, words: price.words }),
    );
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(calls.size);
  });

  test('one that matches nothing moves nothing', async () => {
    const nothing: Topic = { id: 3, name: 'Nothing', words: ['zeppelin'] };
    const count = await afterwards([...topics, nothing], () =>
      client.send('POST', '/api/v1/topics', { name: nothing.name, words: nothing.words }),
    );
    expect(count).toBe(0);
  });

  test('other words', async () => {
    const words = ['list', 'no no', 'a'];
    const changed = topics.map((topic) => (topic.id === 2 ? { ...topic, words } : topic));
    expect(await afterwards(changed, () => client.send('PATCH', '/api/v1/topics/2', { words }))).toBeGreaterThan(10);
  });

  test('one more word that nobody says moves nothing', async () => {
    const words = ['list', 'no no', 'a', 'dirigible'];
    const changed = topics.map((topic) => (topic.id === 2 ? { ...topic, words } : topic));
    expect(await afterwards(changed, () => client.send('PATCH', '/api/v1/topics/2', { words }))).toBe(0);
  });

  test('another name moves the calls that show it', async () => {
    const showing = [...entries.values()].filter((entry) => entry.topicMatches.length > 0).length;
    const renamed = topics.map((topic) => (topic.id === 2 ? { ...topic, name: 'Listed' } : topic));
    expect(await afterwards(renamed, () => client.send('PATCH', '/api/v1/topics/2', { name: 'Listed' }))).toBe(showing);
  });

  test('the same again moves nothing', async () => {
    expect(await afterwards(topics, () => client.send('PATCH', '/api/v1/topics/2', { name: 'Listed' }))).toBe(0);
  });

  test('canonical questions', async () => {
    const words = ['what', 'how', 'no'];
    const changed = topics.map((topic) => (topic.id === CANONICAL ? { ...topic, words } : topic));
    const counted = (each: Map<string, TopicEntry>) =>
      [...each.values()].flatMap(({ questionCounts }) => Object.values(questionCounts)).reduce((a, b) => a + b, 0);
    expect(counted(entries)).toBe(0);
    expect(await afterwards(changed, () => client.send('PATCH', '/api/v1/topics/1', { words }))).toBeGreaterThan(10);
    expect(counted(entries)).toBeGreaterThan(20);
  });

  test('they can be edited, not deleted', async () => {
    const count = await afterwards(topics, async () => {
      expect((await client.send('DELETE', '/api/v1/topics/1')).status).toBe(409);
    });
    expect(count).toBe(0);
  });

  test('a topic that goes, and comes again', async () => {
    const without = topics.filter((topic) => topic.id !== 2);
    const listed = topics.find((topic) => topic.id === 2)!;
    const showing = [...entries.values()].filter(({ topicMatches }) =>
      topicMatches.some((block) => block.topicsWithMatches.some((topic) => topic.topicId === '2')),
    ).length;
    expect(await afterwards(without, () => client.send('DELETE', '/api/v1/topics/2'))).toBe(showing);
    const back = () => client.send('PATCH', '/api/v1/topics/2', { active: true });
    expect(await afterwards([...without, listed], back)).toBe(showing);
  });

  test('sets of random topics', async () => {
    for (const seed of [3_001, 3_002, 3_003]) {
      const random = randomDialogue(seed).topics;
      await afterwards(random, () => setTopics(service, client, random, CANONICAL));
    }
  });
});

describe('what changes while a call is analysed', () => {
  const heard = {
    words: [
      { start: '0', end: '1', word: 'price', p: '?', v: 0 },
      { start: '1', end: '3', word: 'what', v: 1 },
    ],
    duration: 60,
    speakerTypes: new Map(),
    topics: [SILENT],
    canonicalTopicId: CANONICAL,
  };

  async function givenCall() {
    const account = await makeAccount(service);
    const client = await account.client('admin');
    await setTopics(service, client, heard.topics, CANONICAL);
    const id = await client.upsertCall({
      callTime: '2026-03-01T14:30:00Z',
      direction: 'INBOUND',
      duration: heard.duration,
      transcript: heard.words,
      participants: [{ speakerNumber: 1, email: 'late@example.com' }],
    });
    return { account, client, id };
  }

  /** Analyses the call; `change` happens once, after the analysis has read it. */
  async function analyseMeanwhile(client: TestClient, id: string, change: () => Promise<unknown>): Promise<void> {
    const topicSets = createTopicSets();
    let changed = false;
    await analyzeCall(
      {
        db: service.db,
        clock: systemClock,
        summarizes: false,
        topicSets: {
          async of(db, scope, version) {
            const set = await topicSets.of(db, scope, version);
            if (!changed) {
              changed = true;
              await change();
              // Whatever follows from the change is done before the analysis goes on: it would be the last to write.
              await atRest(service, client.accountId);
            }
            return set;
          },
        },
      },
      client,
      id,
    );
  }

  async function read(client: TestClient, id: string) {
    await atRest(service, client.accountId);
    return (await client.get(`/api/ev/2/call/${id}`)).json();
  }

  test('new topics', async () => {
    const { client, id } = await givenCall();
    const topics: Topic[] = [
      { ...SILENT, words: ['what'] },
      { id: 2, name: 'Price', words: ['price'] },
    ];
    await analyseMeanwhile(client, id, () => setTopics(service, client, topics, CANONICAL));
    const entry = (await topicEntries(client)).get(id)!;
    await atRest(service, client.accountId);
    const { questionCounts, topicMatches } = naively({ ...heard, topics });
    expect(differences(entry.questionCounts, questionCounts)).toEqual([]);
    expect(differences(entry.topicMatches, topicMatches)).toEqual([]);
  });

  test('a new user', async () => {
    const { account, client, id } = await givenCall();
    await analyseMeanwhile(client, id, () => account.addUser('late@example.com'));
    const { stats } = naively({ ...heard, speakerTypes: new Map([[1, 'INTERNAL']]) });
    expect(differences((await read(client, id)).stats, stats)).toEqual([]);
  });

  test('another transcript', async () => {
    const { client, id } = await givenCall();
    const words = [{ start: '0', end: '10', word: 'other', v: 5 }];
    await analyseMeanwhile(client, id, () => client.send('PATCH', `/api/v1/calls/${id}`, { transcript: words }));
    const call = await read(client, id);
    expect(call.transcript).toEqual(words);
    expect(differences(call.stats, naively({ ...heard, words }).stats)).toEqual([]);
  });

  test('no transcript any more', async () => {
    const { client, id } = await givenCall();
    await analyseMeanwhile(client, id, () => client.send('PATCH', `/api/v1/calls/${id}`, { transcript: null }));
    expect(await read(client, id)).toMatchObject({ state: 'PENDING', transcript: null, stats: null });
    expect(await topicEntries(client)).toEqual(new Map());
  });

  test('no call any more', async () => {
    const account = await makeAccount(service);
    const client = await account.client('admin', 'delete');
    const id = await client.upsertCall({
      callTime: '2026-03-01T14:30:00Z',
      direction: 'INBOUND',
      transcript: heard.words,
    });
    await analyseMeanwhile(client, id, () => client.send('DELETE', `/api/ev/2/call/${id}`));
    expect((await client.get(`/api/ev/2/call/${id}`)).status).toBe(404);
    const left = await service.pool.query('select 1 from fragments where account_id = $1', [client.accountId]);
    expect(left.rows).toEqual([]);
  });

  test('calls that come in while topics change again and again', async () => {
    const client = await (await makeAccount(service)).client('admin');
    const given = giveAll(client);
    let topics: Topic[] = [];
    for (let seed = 4_000; seed < 4_005; seed++) {
      topics = randomDialogue(seed).topics;
      await setTopics(service, client, topics, CANONICAL);
    }
    const calls = await given;
    await atRest(service, client.accountId);
    expectEntries(await topicEntries(client), calls, topics);
  });

  test('what cannot be analysed is an ERROR, once, and holds nothing else up', async () => {
    const { client, id } = await givenCall();
    const other = await client.upsertCall({
      callTime: '2026-03-01T14:30:00Z',
      direction: 'INBOUND',
      transcript: heard.words,
    });
    await service.pool.query(`update analysis_forms set deflated = '\\x00' where account_id = $1 and call_id = $2`, [
      client.accountId,
      id,
    ]);
    await client.send('POST', '/api/v1/topics', { name: 'Price', words: ['price'] });
    await atRest(service, client.accountId);
    const failed = (await client.get(`/api/v1/calls/${id}`)).json();
    expect(failed.state).toBe('ERROR');
    expect(failed.errorReason).toBeTruthy();
    const entries = await topicEntries(client);
    expect([...entries.keys()]).toEqual([other]);
    expect(entries.get(other)!.topicMatches).toHaveLength(1);
    // Failing again is no news.
    await analyseMeanwhile(client, id, async () => {});
    expect((await client.get(`/api/v1/calls/${id}`)).json()).toEqual(failed);
    // Its transcript, given anew, heals it.
    await client.send('PATCH', `/api/v1/calls/${id}`, { transcript: [...heard.words].reverse() });
    await until(async () => (await client.get(`/api/ev/2/call/${id}`)).json().state === 'COMPLETE');
  });
});
