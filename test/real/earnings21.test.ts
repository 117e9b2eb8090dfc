// Thirty real calls, 235,230 words, in by the real command and out by API v2: word for word, and with the analysis that the
// naive implementation gives them.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SpeakerType, Topic, Word } from '../naive/analysis.js';
import { differences } from '../naive/cases.js';
import {
  atRest,
  expectOk,
  hasToken,
  naiveEntry,
  naively,
  participantsOf,
  servedWords,
  topicEntries,
  wholeFeed,
} from '../support/analysed.js';
import { runCommand } from '../support/command.js';
import { makeAccount, startService, type TestClient, type TestService } from '../support/service.js';

interface RealCall {
  externalId: string;
  duration: number;
  originalPath: string;
  metadata: object;
  transcript: Word[];
}

interface Served extends RealCall {
  id: string;
  modified: string;
  state: string;
  stats: object;
}

const folder = process.env.DEBRIEF_REAL_DATA;
if (!folder) throw new Error('Set DEBRIEF_REAL_DATA to the folder that holds earnings21/calls.jsonl.gz.');

const TYPES: readonly SpeakerType[] = ['INTERNAL', 'EXTERNAL', 'UNKNOWN'];

/** Speakers in order of number are INTERNAL, EXTERNAL and UNKNOWN in turn, each call beginning with the next. */
function typesOf({ transcript }: RealCall, index: number): Map<number, SpeakerType> {
  const numbers = [...new Set(transcript.map((word) => word.v))].sort((a, b) => a - b);
  return new Map(numbers.map((v, i) => [v, TYPES[(i + index) % 3]!]));
}

/** Whole numbers from zero up to `n`, not included; the same every time. */
function numbersOf(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Ten topics of 30 phrases of one to four words, as they were said; a single word has at least five letters. */
function topicsFrom(calls: readonly RealCall[], seed: number): { name: string; words: string[] }[] {
  const upTo = numbersOf(seed);
  const phrase = (): string => {
    for (;;) {
      const { transcript } = calls[upTo(calls.length)]!;
      const length = 1 + upTo(4);
      const from = upTo(transcript.length - length);
      const said = transcript.slice(from, from + length).map(({ word }) => word);
      const text = said.join(' ');
      if (hasToken(text) && (length > 1 || text.length > 4)) return text;
    }
  };
  return Array.from({ length: 10 }, (_, i) => ({
    name: `Drawn ${i}`,
    words: [...new Set(Array.from({ length: 30 }, phrase))],
  }));
}

let service: TestService;
let client: TestClient;
let calls: RealCall[];
let topics: Topic[];
let served: Map<string, Served>;

beforeAll(async () => {
  const text = gunzipSync(await readFile(join(folder, 'earnings21', 'calls.jsonl.gz'))).toString();
  const lines = text.trimEnd().split('\n');
  calls = lines.map((line) => JSON.parse(line));
  service = await startService();
  client = await (await makeAccount(service)).client('admin');
  for (const topic of topicsFrom(calls, 21)) await expectOk(client.send('POST', '/api/v1/topics', topic));
  topics = (await client.get('/api/ev/2/topics')).json();
  const dir = await mkdtemp(join(tmpdir(), 'debrief-earnings21-'));
  try {
    const path = join(dir, 'calls.jsonl.gz');
    const given = calls.map((call, i) => JSON.stringify({ ...call, participants: participantsOf(typesOf(call, i)) }));
    await writeFile(path, gzipSync(`${given.join('\n')}\n`));
    const { code, stdout } = await runCommand(['import', 'calls', path, '--account', client.accountId]);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { lines: 30, created: 30, refused: [] }]);
  } finally {
    await rm(dir, { recursive: true });
  }
  await atRest(service, client.accountId, 120);
  const feed = await wholeFeed<Served>(client, 'calls', { limit: 7, query: '&include_transcripts=true' });
  served = new Map([...feed.values()].map((call) => [call.originalPath, call]));
});
afterAll(() => service?.close());

const callOf = (call: RealCall): Served => served.get(call.originalPath)!;
const heardIn = (call: RealCall, index: number) => ({
  words: call.transcript,
  duration: call.duration,
  speakerTypes: typesOf(call, index),
  topics,
  canonicalTopicId: 1,
});

describe('word for word', () => {
  test('the data is what it was', () => {
    expect(calls).toHaveLength(30);
    expect(calls.reduce((sum, call) => sum + call.transcript.length, 0)).toBe(235_230);
    expect(served.size).toBe(30);
  });

  test.each(['gzip', 'identity'])('%s', async (encoding) => {
    const feed = await wholeFeed<Served>(client, 'calls', {
      limit: 7,
      query: '&include_transcripts=true',
      headers: { 'accept-encoding': encoding },
    });
    const answered = new Map([...feed.values()].map((call) => [call.originalPath, call]));
    for (const call of calls) {
      const { state, transcript, duration, metadata } = answered.get(call.originalPath)!;
      expect([state, duration, metadata]).toEqual(['COMPLETE', call.duration, call.metadata]);
      const expected = servedWords(call.transcript);
      // Not through `expect`, which takes minutes to show where megabytes differ.
      const at = transcript.findIndex((word, i) => JSON.stringify(word) !== JSON.stringify(expected[i]));
      expect([transcript.length, transcript[at]], call.originalPath).toEqual([expected.length, expected[at]]);
    }
  });

  test('the bytes are a valid gzip stream of the identity answer', async () => {
    const path = '/api/ev/2/calls?since=2020-01-01T00:00Z&include_transcripts=true';
    const [packed, plain] = await Promise.all([
      client.get(path, { 'accept-encoding': 'gzip' }),
      client.get(path, { 'accept-encoding': 'identity' }),
    ]);
    expect([packed.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual(['gzip', null]);
    expect(Number(plain.headers.get('content-length'))).toBe(Buffer.byteLength(plain.text));
    expect(packed.text === plain.text).toBe(true);
  });
});

describe('the naive analysis', () => {
  test('statistics, matches, questions and simplified transcripts', async () => {
    const entries = await topicEntries(client);
    const sums = { matches: 0, merged: 0, questions: 0, blocks: 0 };
    for (const [i, call] of calls.entries()) {
      const { id, stats, modified } = callOf(call);
      const expected = naively(heardIn(call, i));
      const entry = entries.get(id)!;
      expect(entry.modified).toBe(modified);
      expect(differences(stats, expected.stats), call.originalPath).toEqual([]);
      expect(differences(entry.questionCounts, expected.questionCounts), call.originalPath).toEqual([]);
      expect(differences(entry.topicMatches, expected.topicMatches), call.originalPath).toEqual([]);
      const { speakers, transcript } = (await client.get(`/api/ev/2/transcript/${id}`)).json();
      expect(differences(transcript, expected.transcript), call.originalPath).toEqual([]);
      const typed = speakers.map((s: { speakerNumber: number; speakerType: SpeakerType }) => [
        s.speakerNumber,
        s.speakerType,
      ]);
      expect(new Map(typed)).toEqual(typesOf(call, i));
      const matches = entry.topicMatches.flatMap((block) => block.topicsWithMatches.flatMap((topic) => topic.matches));
      sums.matches += matches.length;
      sums.merged += matches.filter((match) => match.searchText.length > 1).length;
      sums.questions += Object.values(entry.questionCounts).reduce((a, b) => a + b, 0);
      sums.blocks += transcript.length;
    }
    expect(sums.matches).toBeGreaterThan(2_000);
    expect(sums.merged).toBeGreaterThan(20);
    expect(sums.questions).toBeGreaterThan(200);
    expect(sums.blocks).toBeGreaterThan(2_000);
  });

  test.each([
    { length: 60, minimumMatches: 3 },
    { length: 2.5, minimumMatches: 2 },
  ])('in a window: $length s, $minimumMatches', async (window) => {
    const entries = await topicEntries(client, window);
    let left = 0;
    for (const [i, call] of calls.entries()) {
      const entry = entries.get(callOf(call).id)!;
      const expected = naiveEntry(heardIn(call, i), window);
      expect(differences(entry.topicMatches, expected.topicMatches), call.originalPath).toEqual([]);
      expect(entry.questionCounts).toEqual(expected.questionCounts);
      left += entry.topicMatches.length;
    }
    expect(left).toBeGreaterThan(50);
  });

  test('after the topics changed', async () => {
    const before = await topicEntries(client);
    for (const [i, topic] of topicsFrom(calls, 22).entries()) {
      // The canonical one gets phrases of its own too.
      await expectOk(client.send('PATCH', `/api/v1/topics/${i + 1}`, topic));
    }
    await expectOk(client.send('DELETE', '/api/v1/topics/11'));
    await atRest(service, client.accountId, 120);
    topics = (await client.get('/api/ev/2/topics')).json();
    expect(topics).toHaveLength(10);
    const entries = await topicEntries(client);
    for (const [i, call] of calls.entries()) {
      const { callId, modified, ...entry } = entries.get(callOf(call).id)!;
      expect(differences(entry, naiveEntry(heardIn(call, i))), call.originalPath).toEqual([]);
      expect(modified > before.get(callId)!.modified).toBe(true);
    }
  });
});
