// Summaries of calls: made after the analysis and on request, by a real worker with a summarizer of the test's.

import { once } from 'node:events';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { createExtractiveSummarizer } from '#debrief/adapters/summaries/extractive.js';
import type { Summarizer, SummaryRequest } from '#debrief/adapters/summaries/summarizer.js';
import { createPool } from '#debrief/db/connection/pool.js';
import { databaseOf } from '#debrief/db/database.js';
import { AppError } from '#debrief/errors.js';
import { summarizeCall } from '#debrief/services/analysis/summaries.js';
import { type RunningWorker, startWorker } from '#debrief/worker/worker.js';
import { runCommand, startCommand } from '../support/command.js';
import { makeAccount, type TestClient, until } from '../support/service.js';
import { openAlone } from '../support/suite.js';

const { database, service } = await openAlone();

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A worker in this process. */
async function work(summarizer: Summarizer | null): Promise<RunningWorker> {
  const connection = { connectionString: database.databaseUrl };
  const pool = createPool({ connection, max: 4, onError: () => {} });
  const worker = await startWorker({
    db: databaseOf(pool),
    pool,
    connection,
    log: pino({ level: 'silent' }),
    summarizer,
    store: service.store,
    openDecoder: () => Promise.reject(new Error('nothing is decoded here')),
    recognizer: null,
    keepsUploads: true,
  });
  let isStopped = false;
  const stop = async () => {
    if (isStopped) return;
    isStopped = true;
    await worker.stop();
    await pool.end();
  };
  stops.push(stop);
  return { done: worker.done, stop };
}

/** A summarizer that does what the test says. */
function summarizer(run: (request: SummaryRequest) => Promise<string>): Summarizer {
  return {
    name: 'test 1',
    sends: null,
    async summarize(request) {
      const text = await run(request);
      return { summary: [{ text, seconds: 0 }], nextSteps: [], questionsAndAnswers: [] };
    },
    async check() {},
  };
}

const TALK = [
  'Our warehouse in Fresno loses two hours a day because the carriers call about every appointment.',
  'The carriers book their own appointments in our portal, and the warehouse sees them at once.',
  'What does the portal cost for one warehouse?',
  'A warehouse costs nine hundred dollars a month, and the portal for the carriers is included.',
  "I'll send you the quote by Friday.",
];

/** The words of these turns, by two speakers in turn. */
function wordsOf(turns: readonly string[]) {
  let at = 0;
  return turns.flatMap((turn, v) =>
    turn.split(' ').map((each) => {
      const [, word, p] = /^(.*?)([.,?]?)$/.exec(each)!;
      at += 0.5;
      return { start: String(at), end: String(at + 0.4), word, ...(p && { p }), v: v % 2 };
    }),
  );
}

const CALL = {
  callTime: '2026-03-01T10:00Z',
  direction: 'INBOUND',
  transcript: wordsOf(TALK),
  participants: [
    { speakerNumber: 0, firstName: 'Bo', lastName: 'Berg', type: 'EXTERNAL' },
    { speakerNumber: 1, firstName: 'Ann', lastName: 'Lee', type: 'INTERNAL' },
  ],
};
const GIVEN = { nextSteps: ['Ours'], questionsAndAnswers: [], summary: 'Given.' };

const clientOf = async () => (await makeAccount(service)).client('admin');
const summaryOf = async (client: TestClient, id: string) => (await client.get(`/api/v1/calls/${id}/summary`)).json();
const wireOf = async (client: TestClient, id: string) => (await client.get(`/api/ev/2/call/${id}`)).json();

/** Waits until the making of a call's summary is over. */
async function over(client: TestClient, id: string, state = 'done') {
  await until(async () => (await summaryOf(client, id)).step?.state === state, { left: () => summaryOf(client, id) });
  return summaryOf(client, id);
}

test('a new call gets a summary from its own words, with moments in v1 and in the shape of v2', async () => {
  await work(createExtractiveSummarizer());
  const client = await clientOf();
  const id = await client.upsertCall(CALL);
  const made = await over(client, id);
  expect(made).toEqual({
    origin: 'extractive',
    engine: 'extractive',
    madeAt: expect.any(String),
    summary: [
      { text: 'Ann Lee and Bo Berg spoke for 1 minute, mostly about warehouse, carriers, portal.', seconds: null },
      { text: `Bo Berg: “${TALK[0]}”`, seconds: 0.5 },
      { text: `Ann Lee: “${TALK[1]}”`, seconds: 8.5 },
    ],
    nextSteps: [{ text: `Bo Berg: “${TALK[4]}”`, seconds: 28.5 }],
    questionsAndAnswers: [{ question: { text: TALK[2], seconds: 16.5 }, answer: { text: TALK[3], seconds: 20.5 } }],
    step: { state: 'done', attempts: 1, reason: null, finishedAt: expect.any(String) },
  });
  const { callSummary, modified, state } = await wireOf(client, id);
  expect(state).toBe('COMPLETE');
  expect(JSON.stringify(callSummary)).toBe(
    JSON.stringify({
      nextSteps: [`Bo Berg: “${TALK[4]}”`],
      questionsAndAnswers: [{ question: TALK[2], answer: TALK[3] }],
      summary: made.summary.map(({ text }: { text: string }) => text).join(' '),
    }),
  );
  // Asked for again, it is the same, and nothing shows a change.
  expect((await client.send('POST', `/api/v1/calls/${id}/summary`)).status).toBe(200);
  await over(client, id);
  expect((await wireOf(client, id)).modified).toBe(modified);
});

test('a summary that was given is never replaced, and one that is given replaces ours', async () => {
  await work(summarizer(async () => 'Made.'));
  const client = await clientOf();
  const id = await client.upsertCall({ ...CALL, externalId: 'a' });
  expect(await over(client, id)).toMatchObject({ origin: 'model', engine: 'test 1' });
  // A loader sends the call again, with the null that it has.
  const again = await client.send('POST', '/api/v1/calls', { ...CALL, externalId: 'a', callSummary: null });
  expect(again.status).toBe(200);
  expect((await wireOf(client, id)).callSummary.summary).toBe('Made.');
  await client.send('PATCH', `/api/v1/calls/${id}`, { callSummary: GIVEN });
  expect(await summaryOf(client, id)).toMatchObject({
    origin: 'given',
    engine: null,
    summary: [{ text: 'Given.', seconds: null }],
    nextSteps: [{ text: 'Ours', seconds: null }],
    step: null,
  });
  expect((await client.send('POST', `/api/v1/calls/${id}/summary`)).status).toBe(409);
  const other = await client.upsertCall({ ...CALL, externalId: 'b', callSummary: GIVEN });
  // Its words change, and it is analysed again.
  const transcript = wordsOf(TALK.slice(1));
  await client.send('PATCH', `/api/v1/calls/${other}`, { transcript });
  await until(async () => (await wireOf(client, other)).state === 'COMPLETE');
  expect((await wireOf(client, other)).callSummary).toEqual(GIVEN);
  expect((await summaryOf(client, other)).step).toBeNull();
});

test('one that is given while ours is made wins', async () => {
  let begun = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let go = () => {};
  const mayGo = new Promise<void>((resolve) => {
    go = resolve;
  });
  await work(
    summarizer(async () => {
      begun();
      await mayGo;
      return 'Made.';
    }),
  );
  const client = await clientOf();
  const id = await client.upsertCall(CALL);
  await hasBegun;
  await client.send('PATCH', `/api/v1/calls/${id}`, { callSummary: GIVEN });
  go();
  await over(client, id, 'skipped');
  expect((await wireOf(client, id)).callSummary).toEqual(GIVEN);
});

test('ours follows the words, and goes with them', async () => {
  let words = '';
  await work(
    summarizer(async ({ sentences }) => {
      words = sentences.map(({ text }) => text).join(' ');
      return `${sentences.length} sentences`;
    }),
  );
  const client = await clientOf();
  const id = await client.upsertCall(CALL);
  expect((await over(client, id)).summary).toEqual([{ text: '5 sentences', seconds: 0 }]);
  await client.send('PATCH', `/api/v1/calls/${id}`, { transcript: wordsOf(TALK.slice(0, 2)) });
  await over(client, id);
  expect([words, (await wireOf(client, id)).callSummary.summary]).toEqual([TALK.slice(0, 2).join(' '), '2 sentences']);
  await client.send('PATCH', `/api/v1/calls/${id}`, { transcript: null });
  expect(await wireOf(client, id)).toMatchObject({ callSummary: null, state: 'PENDING' });
  expect(await summaryOf(client, id)).toMatchObject({ origin: null, summary: [], step: null });
  expect((await client.send('POST', `/api/v1/calls/${id}/summary`)).status).toBe(409);
});

test('a call whose words change while it is summarised is summarised again', async () => {
  const client = await clientOf();
  let id = '';
  let runs = 0;
  await work(
    summarizer(async ({ sentences }) => {
      runs++;
      if (runs === 1) {
        await until(async () => id !== '');
        await client.send('PATCH', `/api/v1/calls/${id}`, { transcript: wordsOf(TALK.slice(0, 3)) });
        await until(async () => (await wireOf(client, id)).state === 'COMPLETE');
      }
      return `${sentences.length} sentences`;
    }),
  );
  id = await client.upsertCall(CALL);
  await over(client, id);
  expect((await wireOf(client, id)).callSummary.summary).toBe('3 sentences');
});

test('what fails waits with its reason, and is set aside if it cannot pass', async () => {
  let fault: AppError | null = new AppError('unavailable', 'The model sleeps.', { retryAfterSeconds: 4000 });
  await work(
    summarizer(async () => {
      if (fault) throw fault;
      return 'Made.';
    }),
  );
  const client = await clientOf();
  const id = await client.upsertCall(CALL);
  expect((await over(client, id, 'waiting')).step).toMatchObject({ attempts: 1, reason: 'The model sleeps.' });
  const { rows } = await service.pool.query(
    `select max(extract(epoch from run_at - now()))::int as wait from graphile_worker.jobs`,
  );
  expect(rows[0].wait).toBeGreaterThan(3900);
  // Whoever asks again does not wait.
  fault = new AppError('invalid', 'Its answer is no JSON.');
  await client.send('POST', `/api/v1/calls/${id}/summary`);
  expect((await over(client, id, 'failed')).step).toMatchObject({ attempts: 1, reason: 'Its answer is no JSON.' });
  fault = null;
  await client.send('POST', `/api/v1/calls/${id}/summary`);
  expect((await over(client, id)).summary).toEqual([{ text: 'Made.', seconds: 0 }]);
  // The try that was put off finds nothing to do.
  await service.pool.query(
    `select graphile_worker.reschedule_jobs(array_agg(id), run_at := now()) from graphile_worker.jobs`,
  );
  await until(async () => (await service.pool.query('select 1 from graphile_worker.jobs')).rows.length === 0);
  expect((await summaryOf(client, id)).step).toMatchObject({ state: 'done', attempts: 1 });
});

test('a worker that is stopped hands its summary on, and the try does not count', async () => {
  const client = await clientOf();
  const idle = await work(null);
  const id = await client.upsertCall(CALL);
  await idle.stop();
  await client.send('POST', `/api/v1/calls/${id}/summary`);
  const stopping = new AbortController();
  const endless = summarizer(
    ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        stopping.abort(new Error('stopping'));
      }),
  );
  const payload = { accountId: client.accountId, callId: id };
  const run = summarizeCall({ db: service.db, summarizer: endless }, payload, stopping.signal);
  await expect(run).rejects.toThrow('stopping');
  expect((await summaryOf(client, id)).step).toMatchObject({ state: 'waiting', attempts: 0 });
  await work(summarizer(async () => 'Made.'));
  expect((await over(client, id)).step).toMatchObject({ attempts: 1 });
});

test('a worker that is killed loses nothing', async () => {
  const client = await clientOf();
  const settings = { DATABASE_URL: database.databaseUrl, LOG_LEVEL: 'warn', SUMMARY: 'extractive' };
  const first = startCommand(['work'], settings);
  const sent = await Promise.all(Array.from({ length: 12 }, () => client.send('POST', '/api/v1/calls', CALL)));
  const ids = sent.map((each): string => each.json().id);
  const made = async () =>
    (await service.pool.query('select 1 from call_summaries where account_id = $1', [client.accountId])).rows.length;
  await until(async () => (await made()) > 0);
  first.process.kill('SIGKILL');
  await once(first.process, 'close');
  await work(createExtractiveSummarizer());
  for (const id of ids) await over(client, id);
  expect(await made()).toBe(12);
  const summaries = await Promise.all(ids.map(async (id) => (await wireOf(client, id)).callSummary));
  expect(new Set(summaries.map((each) => JSON.stringify(each))).size).toBe(1);
});

test('stored calls are summarised on request only: one by the API, all by the command', async () => {
  const client = await clientOf();
  const idle = await work(null);
  const ids = [];
  for (const callTime of ['2026-01-01T10:00Z', '2026-02-01T10:00Z', '2026-03-01T10:00Z']) {
    ids.push(await client.upsertCall({ ...CALL, callTime }));
  }
  const short = await client.upsertCall({ ...CALL, transcript: wordsOf(['Hello.', 'Wrong number.']) });
  const given = await client.upsertCall({ ...CALL, callSummary: GIVEN });
  expect((await wireOf(client, ids[0]!)).callSummary).toBeNull();
  await client.send('POST', `/api/v1/calls/${ids[0]}/summary`);
  expect((await over(client, ids[0]!, 'skipped')).step.reason).toBe('SUMMARY is none: calls are not summarised');
  await idle.stop();

  const settings = { DATABASE_URL: database.databaseUrl, SUMMARY: 'extractive' };
  const command = async (...words: string[]) => {
    const { code, stdout, stderr } = await runCommand(['summarize', '--account', client.accountId, ...words], settings);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    return JSON.parse(stdout);
  };
  expect(await command('--since', '2026-02-01')).toEqual({ summarized: 2, skipped: 1, failed: 0 });
  expect((await wireOf(client, ids[0]!)).callSummary).toBeNull();
  expect(await command('--again', 'yes')).toEqual({ summarized: 3, skipped: 1, failed: 0 });
  expect((await wireOf(client, given)).callSummary).toEqual(GIVEN);
  expect((await summaryOf(client, short)).step.reason).toBe('the call has too few sentences to summarise');
});
