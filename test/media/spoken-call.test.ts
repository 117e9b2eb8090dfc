// The whole way with real parts: a dialogue that flite speaks and lame encodes, sent to a real server, decoded by ffmpeg
// and recognised by pocketsphinx in a real worker, in three ways, becomes a finished call.

import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TopicEntry, topicEntries } from '../support/analysed.js';
import { untilProcessed } from '../support/processing.js';
import { basic } from '../support/raw-http.js';
import { serve } from '../support/served.js';
import { makeAccount, makeClient } from '../support/service.js';
import { type SpeechServer, startSpeechServer } from '../support/speech-server.js';
import { recall, SALES_CALL, type SpokenDialogue, speak } from '../support/spoken-dialogue.js';
import { openAlone } from '../support/suite.js';
import { readSpeech } from './click-track.js';
import { useFolders } from './media-suite.js';

const run = promisify(execFile);
const RATE = 16_000;
const TOPICS = { Size: ['many people', 'forty people', 'small offices'], Price: ['twenty dollars'] };
/** How far a word may be from its line, in seconds: pocketsphinx takes breaths and echoes for parts of words. */
const NEAR_SECONDS = 0.4;
const SEEK_SECONDS = 0.02;

const folders = useFolders();
const { database, service } = await openAlone();
const account = await makeAccount(service);
let callerId: string;
let dialogue: SpokenDialogue;
let mp3: Buffer;
let speechServer: SpeechServer;
let program: string;

/** What pocketsphinx hears in a file, as OpenAI's `verbose_json` without segments. */
async function heard(path: string): Promise<object> {
  const { stdout } = await run('pocketsphinx_continuous', ['-infile', path, '-time', 'yes'], { maxBuffer: 1e8 });
  const words = stdout.split('\n').flatMap((line) => {
    const [, word = '', start, end] = /^([a-z'.]+)(?:\(\d\))? ([\d.]+) ([\d.]+) [\d.]+$/.exec(line) ?? [];
    return word === '' ? [] : [{ word, start: Number(start), end: Number(end) }];
  });
  return { language: 'english', words };
}

/** The same as JSON for SPEECH_COMMAND. */
const PROGRAM = `#!/bin/sh
pocketsphinx_continuous -infile "$1" -time yes | awk '
  BEGIN { printf "[" }
  $1 ~ /^[a-z]/ && NF == 4 && $2 ~ /^[0-9.]+$/ {
    sub(/\\(.*/, "", $1); printf "%s{\\"word\\":\\"%s\\",\\"start\\":%s,\\"end\\":%s}", comma, $1, $2, $3; comma = ","
  }
  END { print "]" }'
`;

beforeAll(async () => {
  const folder = folders.fresh();
  dialogue = await speak(SALES_CALL, join(folder, 'dialogue'));
  const both = join(folder, 'both.wav');
  await run('sox', ['-M', ...dialogue.paths, both]);
  await run('lame', ['--quiet', both, join(folder, 'both.mp3')]);
  mp3 = await readFile(join(folder, 'both.mp3'));
  speechServer = await startSpeechServer(async ({ file }) => {
    const path = join(folder, 'sent.wav');
    await writeFile(path, file);
    return { body: await heard(path) };
  });
  program = join(folder, 'transcribe');
  await writeFile(program, PROGRAM);
  await chmod(program, 0o755);
  callerId = await account.addUser('tom@example.com', { firstName: 'Tom' });
  const client = await account.client();
  for (const [name, words] of Object.entries(TOPICS)) await client.send('POST', '/api/v1/topics', { name, words });
}, 120_000);
afterAll(() => speechServer.stop());

const ENGINES: readonly (readonly [string, () => Record<string, string>])[] = [
  ['pocketsphinx', () => ({ SPEECH: 'pocketsphinx' })],
  ['openai', () => ({ SPEECH: 'openai', SPEECH_URL: speechServer.url })],
  ['command', () => ({ SPEECH: 'command', SPEECH_COMMAND: program })],
];

interface Word {
  readonly start: string;
  readonly end: string;
  readonly word: string;
  readonly v: number;
}

test.each(ENGINES)(
  'a dialogue becomes a finished call: %s',
  async (engine, settings) => {
    const served = await serve({
      DATABASE_URL: database.databaseUrl,
      DATA_DIR: database.dataDir,
      LOG_LEVEL: 'warn',
      WORKERS: '1',
      SUMMARY: 'extractive',
      FFMPEG_PATH: 'ffmpeg',
      ...settings(),
    });
    try {
      const client = await makeClient({ ...service, url: served.url }, account.accountId, ['admin']);
      const about = { callTime: '2026-03-01T14:30:00Z', direction: 'OUTBOUND', callerId, ours: 'left' };
      const query = new URLSearchParams({ ...about, externalId: `by ${engine}` });
      const made = await client.send('POST', `/api/v1/recordings?${query}`, mp3, { 'content-type': 'audio/mpeg' });
      expect([made.status, made.json().state]).toEqual([201, 'TRANSCRIBING']);
      const { id } = made.json();
      const steps = await untilProcessed(client, id, 200);
      expect(steps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);

      const call = (await client.get(`/api/v1/calls/${id}`)).json();
      expect(call).toMatchObject({ state: 'COMPLETE', errorReason: null, callerId });
      expect(Math.abs(call.duration - dialogue.durationSeconds)).toBeLessThan(0.1);
      const speakers = (await client.get(`/api/v1/calls/${id}/speakers`)).json().items;
      expect(speakers).toMatchObject([
        { speakerNumber: 0, userId: callerId, speakerType: 'INTERNAL' },
        { speakerNumber: 1, userId: null, speakerType: 'EXTERNAL' },
      ]);
      expectWords(engine, call.transcript);
      expectTalkTimes(engine, call.stats);

      expectTopics((await topicEntries(client)).get(id)!.topicMatches);

      const summary = (await client.get(`/api/v1/calls/${id}/summary`)).json();
      expect(summary).toMatchObject({ origin: 'extractive', step: { state: 'done' } });
      expect(summary.summary[0].text).toMatch(/^Tom Byron and .* spoke for /);
      expect(call.callSummary.summary).toBe(summary.summary.map(({ text }: { text: string }) => text).join(' '));

      await expectSeekable(
        new URL(`/api/v1/calls/${id}/audio`, served.url).href,
        basic(client.username, client.password),
      );
    } finally {
      await served.stop();
    }
  },
  300_000,
);

const linesOf = (v: number) => dialogue.lines.filter(({ channel }) => channel === v);
function expectWords(engine: string, transcript: readonly Word[]): void {
  expect(new Set(transcript.map(({ v }) => v))).toEqual(new Set([0, 1]));
  for (const v of [0, 1]) {
    const own = transcript.filter((word) => word.v === v);
    const words = own.map(({ word }) => word);
    const share = recall(
      linesOf(v)
        .map(({ text }) => text)
        .join(' '),
      words,
    );
    console.log(`${engine}, channel ${v}: recall ${share.toFixed(2)}`);
    expect(share, words.join(' ')).toBeGreaterThanOrEqual(0.75);
    for (const { word, start, end } of own) {
      const isInLine = linesOf(v).some(
        (line) => Number(start) > line.start - NEAR_SECONDS && Number(end) < line.end + NEAR_SECONDS,
      );
      expect(isInLine, `${word} ${start} ${end}`).toBe(true);
    }
  }
}

/** By the rules of `stats`, each line is a block, from the start of its first word to the end of its last one. */
function expectTalkTimes(
  engine: string,
  stats: { readonly [name: string]: number } & { readonly longestSegmentDurations: Readonly<Record<string, number>> },
): void {
  for (const [v, field] of ['internalTalkTime', 'externalTalkTime'].entries()) {
    const lengths = linesOf(v).map(({ start, end }) => end - start);
    const scripted = lengths.reduce((sum, length) => sum + length, 0);
    const longest = stats.longestSegmentDurations[v]!;
    console.log(
      `${engine}, channel ${v}: talk time ${stats[field]} of ${scripted.toFixed(2)} s, longest ${longest.toFixed(2)}`,
      `of ${Math.max(...lengths).toFixed(2)} s`,
    );
    expect(Math.abs(stats[field]! / scripted - 1)).toBeLessThan(0.1);
    expect(Math.abs(longest / Math.max(...lengths) - 1)).toBeLessThan(0.1);
  }
}

/** Every phrase is found once where it is in the script, as said by who says it there. */
function expectTopics(topicMatches: TopicEntry['topicMatches']): void {
  const found = topicMatches.flatMap(({ speakerType, topicsWithMatches }) =>
    topicsWithMatches
      .filter(({ topicName }) => topicName in TOPICS)
      .flatMap(({ topicName, matches }) =>
        matches.map(({ matchingText, matchStartTime }) => {
          const isIn = ({ start, end }: { start: number; end: number }) =>
            matchStartTime > start - NEAR_SECONDS && matchStartTime < end;
          return [topicName, matchingText, speakerType, dialogue.lines.find(isIn)?.text];
        }),
      ),
  );
  const scripted = Object.entries(TOPICS).flatMap(([name, phrases]) =>
    phrases.map((phrase) => {
      const { channel, text } = dialogue.lines.find((line) => line.text.includes(phrase))!;
      return [name, phrase, channel === 0 ? 'INTERNAL' : 'EXTERNAL', text];
    }),
  );
  const inOrder = (rows: unknown[][]) => rows.map((row) => row.join(' · ')).sort();
  expect(inOrder(found)).toEqual(inOrder(scripted));
}

/** A range of the sound is a part of the whole; and a player that seeks over HTTP hears what was spoken at that time. */
async function expectSeekable(url: string, authorization: string): Promise<void> {
  const get = async (headers: Record<string, string> = {}) => {
    const answer = await fetch(url, { headers: { authorization, ...headers } });
    return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
  };
  const { body: whole } = await get();
  const from = Math.floor(whole.length / 2);
  const part = await get({ range: `bytes=${from}-${from + 999}` });
  expect([part.status, part.headers.get('content-range')]).toEqual([
    206,
    `bytes ${from}-${from + 999}/${whole.length}`,
  ]);
  expect(part.body.equals(whole.subarray(from, from + 1000))).toBe(true);

  const spoken = await Promise.all(dialogue.paths.map(readSpeech));
  for (const { channel, start } of dialogue.lines) {
    const args = ['-v', 'error', '-headers', `Authorization: ${authorization}\r\n`, '-ss', String(start), '-i', url];
    const mono = ['-t', '0.5', '-af', `pan=mono|c0=c${channel}`, '-ar', String(RATE), '-f', 'f32le', '-'];
    const { stdout } = await run('ffmpeg', [...args, ...mono], { encoding: 'buffer' });
    const samples = new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
    expect(samples.length / RATE).toBeCloseTo(0.5, 1);
    expect(Math.abs(lagOf(samples, spoken[channel]!, Math.round(start * RATE)) / RATE)).toBeLessThan(SEEK_SECONDS);
  }
}

/** By about how many samples, up to a tenth of a second, what was heard is later than at `at` in what was spoken. */
function lagOf(heard: Float32Array, spoken: Float32Array, at: number): number {
  let best = { lag: Number.NaN, likeness: 0 };
  for (let lag = -RATE / 10; lag <= RATE / 10; lag += 4) {
    const likeness = heard.reduce((sum, sample, i) => sum + sample * (spoken[at + i - lag] ?? 0), 0);
    if (likeness > best.likeness) best = { lag, likeness };
  }
  return best.lag;
}
