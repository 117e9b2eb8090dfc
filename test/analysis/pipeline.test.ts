// The hand-made cases and random dialogues through the real thing, all the way: POST over a socket, a worker, API v2.
// The naive implementation says what must come out.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SpeakerType } from '../naive/analysis.js';
import { type Case, cases, differences } from '../naive/cases.js';
import { randomDialogue } from '../naive/random-dialogue.js';
import {
  type Heard,
  naiveEntry,
  naively,
  participantsOf,
  servedWords,
  setTopics,
  type Window,
} from '../support/analysed.js';
import { makeAccount, startService, type TestClient, type TestService } from '../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

/** Sends the call in an account of its own with those topics; answers all that API v2 tells of it. */
async function throughPipeline(heard: Heard, window: Window) {
  const client = await (await makeAccount(service)).client('admin');
  await setTopics(service, client, heard.topics, heard.canonicalTopicId);
  const id = await client.upsertCall({
    callTime: '2026-03-01T14:30:00Z',
    direction: 'OUTBOUND',
    duration: heard.duration,
    transcript: heard.words,
    participants: participantsOf(heard.speakerTypes),
  });
  const call = (await client.get(`/api/ev/2/call/${id}`)).json();
  const simplified = (await client.get(`/api/ev/2/transcript/${id}`)).json();
  const entry = await onlyEntry(client, '');
  const windowed = await onlyEntry(client, `&window_length=${window.length}&minimum_matches=${window.minimumMatches}`);
  const { questionCounts, topicMatches } = entry;
  expect((await client.get(`/api/v1/calls/${id}/topics`)).json()).toEqual({ questionCounts, topicMatches });
  expect(call.state).toBe('COMPLETE');
  expect([entry.callId, windowed.callId]).toEqual([id, id]);
  expect([entry.modified, windowed.modified]).toEqual([call.modified, call.modified]);
  return { call, simplified, entry, windowed };
}

async function onlyEntry(client: TestClient, query: string) {
  const entries = (await client.get(`/api/ev/2/call_topics?since=2020-01-01T00:00Z${query}`)).json();
  expect(entries).toHaveLength(1);
  return entries[0];
}

type Outcome = Awaited<ReturnType<typeof throughPipeline>>;

function compare({ call, simplified, entry, windowed }: Outcome, heard: Heard, window: Window): void {
  const { words, speakerTypes } = heard;
  const { stats, questionCounts, topicMatches, transcript } = naively(heard);
  expect(call.transcript).toEqual(servedWords(words));
  const latestEnd = Math.max(0, ...words.map((word) => Number(word.end)));
  expect(call.duration).toBe(heard.duration ?? latestEnd);
  expect(differences(call.stats, stats)).toEqual([]);
  expect(differences(entry.questionCounts, questionCounts)).toEqual([]);
  expect(differences(entry.topicMatches, topicMatches)).toEqual([]);
  expect(windowed.questionCounts).toEqual(entry.questionCounts);
  expect(differences(windowed.topicMatches, naiveEntry(heard, window).topicMatches)).toEqual([]);
  expect(differences(simplified.transcript, transcript)).toEqual([]);
  const numbers = [...new Set([...speakerTypes.keys(), ...words.map((word) => word.v)])].sort((a, b) => a - b);
  const speakerType = (v: number): SpeakerType => speakerTypes.get(v) ?? 'UNKNOWN';
  const names = { email: null, firstName: null, lastName: null };
  expect(simplified.speakers).toEqual(
    numbers.map((speakerNumber) => ({ ...names, speakerNumber, speakerType: speakerType(speakerNumber) })),
  );
}

function heardIn({ words, duration, speakerTypes, topics, canonicalTopicId }: Case): Heard {
  return { words, duration, speakerTypes: new Map(speakerTypes), topics, canonicalTopicId };
}

const SOME_WINDOW: Window = { length: 5, minimumMatches: 2 };

describe('by hand', () => {
  test.concurrent.each(cases)('$name', async (given) => {
    const heard = heardIn(given);
    const window = given.window ?? SOME_WINDOW;
    const outcome = await throughPipeline(heard, window);
    compare(outcome, heard, window);
    const { expected } = given;
    const { call, simplified, entry, windowed } = outcome;
    for (const [name, value] of Object.entries(expected.stats ?? {})) {
      expect(differences(call.stats[name], value), name).toEqual([]);
    }
    if (expected.transcript) expect(differences(simplified.transcript, expected.transcript)).toEqual([]);
    if (expected.topicMatches) expect(differences(entry.topicMatches, expected.topicMatches)).toEqual([]);
    if (expected.questionCounts) expect(entry.questionCounts).toEqual(expected.questionCounts);
    if (expected.topicMatchesInWindow) {
      expect(differences(windowed.topicMatches, expected.topicMatchesInWindow)).toEqual([]);
    }
  });

  test("the reference's figures, to the last digit", async () => {
    const named = (start: string) => heardIn(cases.find(({ name }) => name.startsWith(start))!);
    const ratio = await throughPipeline(named('stats: the example'), SOME_WINDOW);
    expect(ratio.call.stats.internalTalkTime).toBe(418);
    expect(ratio.call.stats.externalTalkTime).toBe(238);
    expect(ratio.call.stats.talkRatio).toBe(0.6371951219512195);
    const speeds = await throughPipeline(named('talk speeds: the example'), SOME_WINDOW);
    // 282 and 512 words in 375.23 − 76.24 = 298.99 s
    expect(speeds.call.stats.talkSpeeds[0]).toStrictEqual({
      start: 76.24,
      end: 375.23,
      wordsPerMinute: { '0': 102.74591123448945, '1': 56.59052142212114 },
    });
    expect(speeds.call.stats.talkSpeeds[2].wordsPerMinute['0']).toBe(72.28915662650597);
  });
});

describe('random dialogues', () => {
  const seeds = Array.from({ length: 60 }, (_, i) => 1_000 + i);
  test.concurrent.each(seeds)('%i', async (seed) => {
    const { window, ...heard } = randomDialogue(seed);
    compare(await throughPipeline(heard, window), heard, window);
  });
});

describe('what is refused on the way in', () => {
  test('an empty word, and a phrase without a letter or digit', async () => {
    const client = await (await makeAccount(service)).client('admin');
    const word = { start: '0', end: '1', word: '', v: 0 };
    const call = { callTime: '2026-03-01T14:30:00Z', direction: 'OUTBOUND', transcript: [word] };
    expect((await client.send('POST', '/api/v1/calls', call)).status).toBe(400);
    for (const phrase of ['...', '—', "'", '👍', '?!']) {
      expect((await client.send('POST', '/api/v1/topics', { name: 'Marks', words: ['price', phrase] })).status).toBe(
        400,
      );
    }
  });
});
