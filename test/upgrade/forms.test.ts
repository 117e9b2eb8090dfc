import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#debrief/clock.js';
import { createCopyOut } from '#debrief/db/connection/copy.js';
import { migrate } from '#debrief/db/connection/migrate.js';
import { analyzeCall, createTopicSets } from '#debrief/services/analysis/analyze-call.js';
import { rematchPart } from '#debrief/services/analysis/rematch.js';
import { bindStoredCalls } from '#debrief/services/analysis/speaker-bindings.js';
import { atRest, wholeFeed } from '../support/analysed.js';
import { type StartedCommand, startCommand } from '../support/command.js';
import type { TemporaryDatabase } from '../support/database.js';
import {
  lockIsWaitedFor,
  makeClient,
  startService,
  type TestClient,
  type TestService,
  until,
} from '../support/service.js';
import { type Recording, readRecording, startRecorded } from './recorded.js';

// Calls of a version with another form are written anew while the server serves, is searched and crawled, and gets new
// calls; and a worker is killed in the midst of it.

/** Of the recorded calls, those that are short, many times. */
const NAMES = ['signs', 'scripts', 'short', 'brought-in'] as const;
const COPIES = 31;
const CALLS = NAMES.length * COPIES;
/** Without the one that is analysed by itself first. */
const LEFT = CALLS - 1;
const BATCH = 50;
const OF_CALLS = ['participants', 'analysis_forms', 'call_sections', 'call_topic_hits', 'fragments'];

type Row = Readonly<Record<string, string | null>>;

const recorded = await readRecording('0.1.0');
const accountId = recorded.rows.get('accounts')![0]!.account_id!;
/** The newest first. */
const newestFirst: string[] = [];
const nameOf = (callId: string) => callId.replace(/-\d+$/, '');

let database: TemporaryDatabase;
let service: TestService;
let client: TestClient;
let worker: StartedCommand;

/** What was recorded, but of calls the short ones only, each so many times, a minute apart. */
function manyShortCalls({ migrations, rows, feeds }: Recording): Recording {
  const calls = rows.get('calls')!;
  const copies = new Map<string, Row[]>(OF_CALLS.map((table) => [table, []]));
  copies.set('calls', []);
  let fragments = 0;
  for (let i = 0; i < CALLS; i++) {
    const name = NAMES[i % NAMES.length]!;
    const call = calls.find((row) => row.external_id === name)!;
    const id = `${name}-${i}`;
    const minutes = String(Math.floor(i / 60)).padStart(2, '0');
    const callTime = `2026-10-21T${minutes}:${String(i % 60).padStart(2, '0')}:00Z`;
    const stamp = `2026-11-01T00:00:00.${String(i).padStart(5, '0')}1Z`;
    const own = new Map<string | null, string>();
    for (const table of OF_CALLS) {
      for (const row of rows.get(table)!.filter(({ call_id }) => call_id === call.call_id)) {
        const fragment = table === 'fragments' ? { fragment_id: String(++fragments) } : {};
        if (table === 'fragments') own.set(row.fragment_id!, String(fragments));
        copies.get(table)!.push({ ...row, ...fragment, call_id: id });
      }
    }
    const fragmentOf = (of: string) => own.get(call[of]!) ?? null;
    copies.get('calls')!.push({
      ...call,
      call_id: id,
      external_id: id,
      call_time: callTime,
      stamp,
      first_stamp: stamp,
      transcript_fragment_id: fragmentOf('transcript_fragment_id'),
      topics_fragment_id: fragmentOf('topics_fragment_id'),
      sections_fragment_id: fragmentOf('sections_fragment_id'),
    });
    newestFirst.unshift(id);
  }
  const others = [...rows].filter(([table]) => !copies.has(table) && SETTINGS.includes(table));
  return { migrations, feeds, rows: new Map([...others, ...copies]) };
}

/** The other tables that a call needs. */
const SETTINGS = ['accounts', 'users', 'teams', 'departments', 'topics', 'feed_heads', 'rematches'];

beforeAll(async () => {
  database = await startRecorded(manyShortCalls(recorded));
  const { databaseUrl } = database;
  service = await startService({ databaseUrl });
  await migrate(service.pool, () => {});
  // Speakers are bound already: what is held below is not to hold that up.
  await bindStoredCalls(service.db, new AbortController().signal);
  client = await makeClient(service, accountId, ['admin']);
}, 120_000);

afterAll(async () => {
  worker.process.kill('SIGTERM');
  await once(worker.process, 'close');
  await service.close();
  await database.stop();
});

const work = () => startCommand(['work'], { DATABASE_URL: database.databaseUrl, LOG_LEVEL: 'error' });

async function search(q: string) {
  const answer = await client.get(`/api/v1/calls?limit=100&q=${encodeURIComponent(q)}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json();
}

/** Which kinds of calls a search finds. */
const kinds = async (q: string) => {
  const { items } = await search(q);
  return [...new Set(items.map(({ id }: { id: string }) => nameOf(id)))].sort();
};

const progress = async () => (await client.get('/api/v1/topics/rematch')).json();

async function idsInForm(version: number): Promise<string[]> {
  const found = await service.pool.query<{ id: string }>(
    `select call_id as id from analysis_forms join calls using (account_id, call_id)
     where account_id = $1 and form_version = $2 order by call_time desc`,
    [accountId, version],
  );
  return found.rows.map(({ id }) => id);
}

/** What is stored of each call: its form and its sections, without their account's mark, and its statistics. */
async function storedOf(): Promise<Map<string, string>> {
  const found = await service.pool.query<{ id: string; stored: string }>(
    `select call_id as id, json_build_array(form_version, md5(deflated), stats, question_counts, (
         select json_agg(tsv::text order by section_no) from call_sections s
         where s.account_id = c.account_id and s.call_id = c.call_id))::text as stored
     from analysis_forms join calls c using (account_id, call_id) where account_id = $1`,
    [accountId],
  );
  return new Map(found.rows.map(({ id, stored }) => [id, stored]));
}

/** What each call shows in both feeds that have its stamp, and the stamp. */
async function entries() {
  const topics = await wholeFeed<{ modified: string }>(client, 'call_topics');
  const calls = await wholeFeed<{ modified: string }>(client, 'calls');
  return new Map(
    Array.from(calls, ([id, { modified, ...shown }]) => {
      const { modified: _, ...matches } = topics.get(id)!;
      return [id, { modified, content: JSON.stringify([shown, matches]) }];
    }),
  );
}

/** Crawls the calls by small pages until told to stop and all is read; answers what it read last of each. */
async function crawl(isLast: () => boolean): Promise<Map<string, string>> {
  const read = new Map<string, string>();
  let [since, lastId] = ['2020-01-01T00:00:00Z', ''];
  for (;;) {
    const last = isLast();
    const answer = await client.get(`/api/ev/2/calls?since=${since}&last_id=${lastId}&limit=7`);
    const page: { id: string; modified: string }[] = answer.json();
    for (const call of page) {
      expect(call.modified > since, `${call.modified} after ${since}`).toBe(true);
      [since, lastId] = [call.modified, call.id];
      read.set(call.id, JSON.stringify(call));
    }
    if (page.length === 0 && last) return read;
  }
}

let before: Awaited<ReturnType<typeof entries>>;

test('until they are written anew, calls are found as they were, and searches say how many are so', async () => {
  before = await entries();
  expect(await search('price')).toMatchObject({ callsInOldForm: CALLS, next: null });
  expect(await kinds('price')).toEqual(['signs']);
  expect(await kinds('"c"')).toEqual(['signs']);
  expect(await kinds('价格')).toEqual([]);
  expect(await progress()).toMatchObject({ state: 'running', callsTotal: CALLS, callsDone: 0, callsInOldForm: CALLS });
});

test('a call that is analysed while a batch has it in hand is left as that leaves it', async () => {
  const callId = newestFirst.at(-1)!;
  const { topicsVersion } = await progress();
  const shown = async () => (await client.get(`/api/v1/calls/${callId}`)).json().modified;
  const topicSets = createTopicSets();
  let analysed = '';
  const deps = {
    db: service.db,
    clock: systemClock,
    copyOut: createCopyOut(service.pool),
    summarizes: false,
    topicSets: {
      async of(...of: Parameters<typeof topicSets.of>) {
        await analyzeCall({ ...deps, topicSets }, client, callId);
        analysed = await shown();
        return topicSets.of(...of);
      },
    },
  };
  const { rows } = await service.pool.query('select call_time as time from calls where call_id = $1', [callId]);
  const range = { after: null, to: { callTime: rows[0].time, callId } };
  const only = { accountId, topicsVersion, part: 0, ...range };
  await service.pool.query('update calls set topics_version = $2 where call_id <> $1', [callId, topicsVersion]);
  await rematchPart(deps, only, false);
  await service.pool.query('update calls set topics_version = 0 where call_id <> $1', [callId]);
  expect(analysed).not.toBe(before.get(callId)!.modified);
  expect(await shown()).toBe(analysed);
  expect(await idsInForm(2)).toEqual([callId]);
});

test('each batch is whole or not at all, the newest first, though the worker is killed; new calls have their turn', async () => {
  const old = await storedOf();
  let isDone = false;
  const crawled = crawl(() => isDone);
  // One of each batch but the first is held: whoever writes that batch waits in the middle.
  const holder = await service.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from calls where account_id = $1 and call_id = any($2) for update', [
    accountId,
    newestFirst.filter((_, i) => i > BATCH && i % BATCH === 10),
  ]);
  const first = work();
  await until(async () => (await progress()).callsInOldForm === LEFT - BATCH);
  await until(() => lockIsWaitedFor(service, 'for no key update'));
  expect(await idsInForm(2)).toEqual([...newestFirst.slice(0, BATCH), newestFirst.at(-1)]);
  const word = { start: '0', end: '1', word: '价格', v: 0 };
  await client.upsertCall({ id: 'new-0', callTime: '2026-12-01T00:00Z', direction: 'INBOUND', transcript: [word] });
  expect(await search('价格')).toMatchObject({ callsInOldForm: LEFT - BATCH });
  expect(await kinds('价格')).toEqual(['new', 'scripts']);

  const killed = once(first.process, 'close');
  first.process.kill('SIGKILL');
  await killed;
  const meanwhile = await storedOf();
  for (const id of newestFirst.slice(BATCH)) expect(meanwhile.get(id), id).toBe(old.get(id));
  await holder.query('rollback');
  holder.release();

  worker = work();
  await atRest(service, accountId);
  isDone = true;
  const all = await wholeFeed<{ modified: string }>(client, 'calls');
  expect(await crawled).toEqual(new Map(Array.from(all, ([id, call]) => [id, JSON.stringify(call)])));
  expect(await progress()).toMatchObject({ state: 'idle', callsTotal: LEFT, callsDone: LEFT, callsInOldForm: 0 });
});

test('in the end all are found anew, alike, and only those stamped whose entries differ', async () => {
  expect(await idsInForm(1)).toEqual([]);
  expect(await search('价格')).toMatchObject({ callsInOldForm: 0 });
  expect(await kinds('"c"')).toEqual([]);
  expect(await kinds('customer')).toEqual(['signs']);
  const { items } = await search('价格 -new-0');
  for (const { matches } of items) {
    for (const { text, ranges } of matches) expect(text.slice(...ranges[0])).toBe('价格');
  }
  const stored = await storedOf();
  for (const [id, state] of stored) {
    if (id !== 'new-0') expect(state, id).toBe(stored.get(newestFirst.find((other) => nameOf(other) === nameOf(id))!));
  }
  const after = await entries();
  const moved = new Set<string>();
  for (const [id, { modified, content }] of before) {
    expect(after.get(id)!.modified !== modified, id).toBe(after.get(id)!.content !== content);
    if (after.get(id)!.modified !== modified) moved.add(nameOf(id));
  }
  expect([...moved].sort()).toEqual(['scripts', 'short', 'signs']);
});
