// Calls as the demo company has them, in by the real command and out by API v2: word for word, and with the analysis that
// the naive implementation gives them.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoCall, demoCalls } from '#debrief/demo/calls.js';
import { DEMO_TOPICS } from '#debrief/demo/topics.js';
import type { SpeakerType, Topic, Word } from '../naive/analysis.js';
import { differences } from '../naive/cases.js';
import { atRest, expectOk, naiveEntry, naively, servedWords, topicEntries, wholeFeed } from '../support/analysed.js';
import { runCommand } from '../support/command.js';
import { makeAccount, startService, type TestClient, type TestService } from '../support/service.js';

const calls = [
  ...demoCalls({ seed: 'dialogues', now: Date.parse('2026-03-01T00:00:00Z'), count: 12, days: 30, maxMinutes: 8 }),
];
const emails = [...new Set(calls.flatMap((call) => call.participants.flatMap(({ email }) => email ?? [])))];

interface Served {
  id: string;
  originalPath: string;
  callerEmail: string | null;
  modified: string;
  state: string;
  transcript: Word[] | null;
  stats: object | null;
}

let service: TestService;
let client: TestClient;
let topics: Topic[];
let served: Map<string, Served>;

beforeAll(async () => {
  service = await startService();
  client = await (await makeAccount(service)).client('admin');
  for (const email of emails) {
    await expectOk(client.send('POST', '/api/v1/users', { email, firstName: 'A', lastName: 'Rep' }));
  }
  for (const { name, words } of DEMO_TOPICS) await expectOk(client.send('POST', '/api/v1/topics', { name, words }));
  topics = (await client.get('/api/ev/2/topics')).json();
  const dir = await mkdtemp(join(tmpdir(), 'debrief-dialogues-'));
  try {
    const path = join(dir, 'calls.jsonl');
    await writeFile(path, calls.map((call) => `${JSON.stringify(call)}\n`).join(''));
    const { code, stdout } = await runCommand(['import', 'calls', path, '--account', client.accountId]);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { lines: 12, created: 12, refused: [] }]);
  } finally {
    await rm(dir, { recursive: true });
  }
  await atRest(service, client.accountId);
  const feed = await wholeFeed<Served>(client, 'calls', { limit: 5, query: '&include_transcripts=true' });
  served = new Map([...feed.values()].map((call) => [call.originalPath, call]));
});
afterAll(() => service.close());

const wordsOf = (call: DemoCall): Word[] => (call.transcript ?? []).map((word) => ({ ...word }));

/** Reps are users; a customer is known where the CRM matched one of their name. */
function typesOf(call: DemoCall): Map<number, SpeakerType> {
  const contacts = call.crmMatches.flatMap((match) => match.contacts.map(({ name }) => name));
  return new Map(
    call.participants.map(({ speakerNumber, email, firstName, lastName, type }) => {
      if (email !== undefined) return [speakerNumber, 'INTERNAL'];
      return [speakerNumber, contacts.includes(`${firstName} ${lastName}`) ? 'EXTERNAL' : (type ?? 'UNKNOWN')];
    }),
  );
}

test('word for word', () => {
  expect(served.size).toBe(calls.length);
  expect(calls.filter((call) => (call.transcript?.length ?? 0) > 300).length).toBeGreaterThan(8);
  for (const call of calls) {
    const { transcript, callerEmail, state } = served.get(call.originalPath)!;
    expect(callerEmail).toBe(emails.includes(call.callerEmail) ? call.callerEmail : null);
    expect(transcript).toEqual(call.transcript === null ? null : servedWords(wordsOf(call)));
    expect(state).toBe(call.transcript === null ? 'PENDING' : 'COMPLETE');
  }
});

test('statistics, matches, questions and simplified transcripts', async () => {
  const window = { length: 60, minimumMatches: 2 };
  const entries = await topicEntries(client);
  const windowed = await topicEntries(client, window);
  const sums = { matches: 0, inWindow: 0, questions: 0 };
  for (const call of calls) {
    const { id, stats } = served.get(call.originalPath)!;
    if (call.transcript === null) {
      expect(stats).toBeNull();
      expect(entries.has(id)).toBe(false);
      continue;
    }
    const heard = {
      words: wordsOf(call),
      duration: call.duration,
      speakerTypes: typesOf(call),
      topics,
      canonicalTopicId: 1,
    };
    const expected = naively(heard);
    const entry = entries.get(id)!;
    expect(differences(stats, expected.stats)).toEqual([]);
    expect(differences(entry.questionCounts, expected.questionCounts)).toEqual([]);
    expect(differences(entry.topicMatches, expected.topicMatches)).toEqual([]);
    expect(differences(windowed.get(id)!.topicMatches, naiveEntry(heard, window).topicMatches)).toEqual([]);
    const { transcript } = (await client.get(`/api/ev/2/transcript/${id}`)).json();
    expect(differences(transcript, expected.transcript)).toEqual([]);
    sums.matches += entry.topicMatches.length;
    sums.inWindow += windowed.get(id)!.topicMatches.length;
    sums.questions += Object.values(entry.questionCounts).reduce((a, b) => a + b, 0);
  }
  expect(sums.matches).toBeGreaterThan(sums.inWindow);
  expect(Math.min(sums.inWindow, sums.questions)).toBeGreaterThan(10);
});
