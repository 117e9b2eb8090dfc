import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createOpenAiRecognizer } from '#debrief/adapters/speech/openai.js';
import {
  type SpeechServer,
  startSpeechServer,
  type TranscriptionAnswer,
  type TranscriptionRequest,
} from '../support/speech-server.js';
import { writeWav } from '../support/spoken-dialogue.js';
import { itConforms } from './speech-conformance.js';

const KEY = 'sk-secret-4711';
const RATE = 16_000;
const FORMS = {
  words: ['verbose_json', 'word,segment'],
  segments: ['verbose_json', undefined],
  speakers: ['diarized_json', undefined],
  text: ['json', undefined],
};
const formOf = ({ fields }: TranscriptionRequest) => [
  fields.response_format?.[0],
  fields['timestamp_granularities[]']?.join(),
];

let server: SpeechServer;
/** It knows no key. */
let strict: SpeechServer;
let folder: string;
/** Sounds of half a second, every two seconds for a minute. */
let bursts: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'debrief-openai-'));
  strict = await startSpeechServer(() => ({ status: 401 }), 401);
  server = await startSpeechServer(async () => {
    await delay(200);
    return {
      body: { language: 'english', text: 'Hello.', words: [{ word: 'Hello', start: 0.25, end: 0.5 }], segments: [] },
    };
  });
  const samples = new Int16Array(60 * RATE);
  for (let at = 0; at < samples.length; at++) if (at % (2 * RATE) < RATE / 2) samples[at] = at % 2 ? 5000 : -5000;
  bursts = await writeWav(join(folder, 'bursts.wav'), Buffer.from(samples.buffer));
});
afterAll(async () => {
  await server.stop();
  await strict.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A recogniser of a server that answers like this. */
async function answering(
  answer: (request: TranscriptionRequest, count: number) => TranscriptionAnswer,
  model: string | null = null,
) {
  const own = await startSpeechServer((request) => answer(request, own.requests.length));
  onTestFinished(() => own.stop());
  const recognizer = createOpenAiRecognizer({ url: own.url, apiKey: KEY, model });
  const recognize = (names: string[] = [], language: string | null = null) =>
    recognizer.recognize({
      channels: [{ path: bursts }],
      durationSeconds: 60,
      language,
      names,
      folder,
      signal: new AbortController().signal,
      onProgress: () => {},
    });
  return { recognizer, recognize, requests: own.requests };
}

const WORDS = { words: [{ word: 'Hi', start: 1, end: 2 }], segments: [], text: 'Hi' };

itConforms({
  engine: 'openai',
  recognizer: () => createOpenAiRecognizer({ url: server.url, apiKey: KEY, model: 'test-1' }),
  broken: () => createOpenAiRecognizer({ url: strict.url, apiKey: KEY, model: null }),
  complaint: /The speech server at http:.* refused the key \(401\): check SPEECH_API_KEY$/,
  underWay: () => server.arrival(),
  examine({ engine, language, channels }) {
    expect([engine, language]).toEqual(['openai test-1', 'en']);
    expect(channels[0]!.words).toMatchObject([{ text: 'Hello', start: expect.closeTo(0.25, 0), segment: null }]);
  },
});

test('it sends the sound with its length, the key, the language and the names', async () => {
  const { recognize, requests } = await answering(() => ({ body: WORDS }));
  await recognize(['Ann', 'Bob Lee'], 'de');
  const [{ headers, fields, file, fileName }] = requests as [TranscriptionRequest];
  expect(headers).toMatchObject({
    authorization: `Bearer ${KEY}`,
    'content-length': expect.stringMatching(/^19\d{5}$/),
  });
  expect(fields).toEqual({
    model: ['whisper-1'],
    response_format: ['verbose_json'],
    'timestamp_granularities[]': ['word', 'segment'],
    language: ['de'],
    prompt: ['Ann, Bob Lee'],
  });
  expect(fileName).toBe('call.wav');
  expect([file.toString('latin1', 0, 4), file.readUInt32LE(40), file.length]).toEqual([
    'RIFF',
    60 * RATE * 2,
    60 * RATE * 2 + 44,
  ]);
});

test('it asks for less where the server refuses more, and remembers what the server takes', async () => {
  const { recognize, requests } = await answering((request) =>
    formOf(request)[1] === undefined
      ? { body: { segments: [{ start: 1, end: 2, text: 'Hi Ann' }] } }
      : { status: 400, body: { error: { message: 'no words' } } },
  );
  const { channels } = await recognize();
  expect(channels[0]).toMatchObject({
    segments: [{ start: 1, end: 2 }],
    words: [{ text: 'Hi', start: null }, { text: 'Ann' }],
  });
  await recognize();
  expect(requests.map(formOf)).toEqual([FORMS.words, FORMS.segments, FORMS.segments]);
});

test.each([
  ['refuses other forms', { status: 400, body: 'response_format must be json' }],
  ['prints text in other forms', { body: 'Hello there' }],
  ['leaves the times out', { body: { text: 'Hello there' } }],
])('a server without times (it %s) gets short pieces', async (_, refusal) => {
  const { recognize, requests } = await answering((request) =>
    formOf(request)[0] === 'json' ? { body: { text: 'Hello there' } } : refusal,
  );
  const { channels } = await recognize();
  expect(requests.map(formOf)).toEqual([FORMS.words, FORMS.segments, FORMS.text, FORMS.text, FORMS.text]);
  for (const { file } of requests.slice(2)) expect(file.length).toBeLessThanOrEqual(30 * RATE * 2 + 44);
  const [{ words, segments }] = channels as [(typeof channels)[0]];
  expect(words.map(({ text, segment }) => `${text} ${segment}`)).toEqual([
    'Hello 0',
    'there 0',
    'Hello 1',
    'there 1',
    'Hello 2',
    'there 2',
  ]);
  expect(segments[0]!.start).toBe(0);
  expect(segments[2]!.end).toBe(60);
});

test('a recording that is refused in every way is invalid, and the next is asked for in full', async () => {
  let isBad = true;
  const { recognize, requests } = await answering(() =>
    isBad ? { status: 400, body: { error: { message: `bad sound, ${KEY}` } } } : { body: WORDS },
  );
  await expect(recognize()).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/refused the recording \(400: bad sound, …\)$/),
  });
  isBad = false;
  await recognize();
  expect(requests.map(formOf)).toEqual([FORMS.words, FORMS.segments, FORMS.text, FORMS.words]);
});

test('long sound is cut at silences under the upload limit, and its times are shifted back', async () => {
  const LIMIT = 1_000_000;
  const { recognize, requests } = await answering(({ file }) => {
    if (file.length > LIMIT) return { status: 413, body: 'too large' };
    const samples = new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.length));
    const words: { word: string; start: number; end: number }[] = [];
    for (const [at, sample] of samples.entries()) {
      if (sample === 0) continue;
      const last = words.at(-1);
      if (last !== undefined && at / RATE - last.end < 0.01) last.end = at / RATE;
      else words.push({ word: 'beep', start: at / RATE, end: at / RATE });
    }
    return { body: { words } };
  });
  const { channels } = await recognize();
  expect(channels[0]!.words.map(({ start, end }) => [start!.toFixed(2), end!.toFixed(2)])).toEqual(
    Array.from({ length: 30 }, (_, i) => [`${i * 2}.00`, `${i * 2}.50`]),
  );
  expect(requests.filter(({ file }) => file.length <= LIMIT).length).toBeGreaterThan(1);
  const again = requests.length;
  await recognize();
  expect(requests.slice(again).every(({ file }) => file.length <= LIMIT)).toBe(true);
});

test('it tries again when the server is busy, fails or hangs up', async () => {
  const answers: TranscriptionAnswer[] = [
    { hangUp: true },
    { status: 429, headers: { 'retry-after': '0' } },
    { status: 503, headers: { 'retry-after': new Date().toUTCString() } },
    { body: WORDS },
  ];
  const { recognize, requests } = await answering((_, count) => answers[count - 1]!);
  expect((await recognize()).channels[0]!.words).toMatchObject([{ text: 'Hi', start: 1, end: 2 }]);
  expect(requests).toHaveLength(4);
});

test('it gives up after five tries', async () => {
  const { recognize, requests } = await answering(() => ({
    status: 500,
    headers: { 'retry-after': '0' },
    body: { detail: 'out of memory' },
  }));
  await expect(recognize()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/answered 500: out of memory$/),
  });
  expect(requests).toHaveLength(5);
});

test('a long pause that the server asks for is left to the caller', async () => {
  const { recognize, requests } = await answering(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
  await expect(recognize()).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 3600 });
  expect(requests).toHaveLength(1);
});

test.each([
  [
    { status: 401, body: { error: { message: `Incorrect API key ${KEY}` } } },
    /refused the key \(401\): check SPEECH_API_KEY$/,
  ],
  [
    { status: 404, body: { error: { message: 'no such model' } } },
    /404: no such model\. Check SPEECH_URL and SPEECH_MODEL$/,
  ],
  [{ status: 308, headers: { location: 'http://elsewhere.example.com/' } }, /redirects \(308\)/],
])('what is set wrongly is told, without the key', async (answer, message) => {
  const { recognize, requests } = await answering(() => answer);
  await expect(recognize()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(message) });
  expect(requests).toHaveLength(1);
});

test('a password in the URL is shown to nobody', async () => {
  const url = strict.url.replace('//', '//ann:sesame@');
  const { check, sends } = createOpenAiRecognizer({ url, apiKey: KEY, model: null });
  const error = await check().catch((error: Error) => error);
  for (const text of [sends, (error as Error).message]) {
    expect(text).toContain(strict.url);
    expect(text).not.toContain('sesame');
  }
});

test('a server needs no list of models, but must be there', async () => {
  const own = await startSpeechServer(() => ({}), 404);
  const { check } = createOpenAiRecognizer({ url: own.url, apiKey: KEY, model: null });
  await expect(check()).resolves.toBeUndefined();
  await own.stop();
  await expect(check()).rejects.toThrow(/cannot be reached \(ECONNREFUSED\): check SPEECH_URL$/);
});

test('a model that tells speakers apart hears in later pieces who they were', async () => {
  const { recognize, requests } = await answering(({ file, fields }, count) => {
    if (file.length > 1_300_000) return { status: 413 };
    const known = fields['known_speaker_names[]'];
    return {
      body: {
        segments: [
          { start: 0, end: 4, speaker: known?.[0] ?? 'A', text: 'Hi' },
          { start: 4, end: 6, speaker: known === undefined ? 'B' : 'A', text: `Hello ${count}` },
        ],
      },
    };
  }, 'gpt-4o-transcribe-diarize');
  const { channels } = await recognize();
  const sent = requests.filter(({ file }) => file.length <= 1_300_000);
  expect(sent[0]!.fields).toMatchObject({ response_format: ['diarized_json'], chunking_strategy: ['auto'] });
  expect(sent[0]!.fields).not.toHaveProperty('known_speaker_names[]');
  expect(sent[1]!.fields['known_speaker_names[]']).toEqual(['speaker_1', 'speaker_2']);
  const clip = Buffer.from(
    sent[1]!.fields['known_speaker_references[]']![0]!.replace('data:audio/wav;base64,', ''),
    'base64',
  );
  expect(clip.length).toBe(4 * RATE * 2 + 44);
  // In the second piece, the server knows the first speaker, and names another one A.
  expect(channels[0]!.words.map(({ text, speaker }) => `${speaker} ${text}`).slice(0, 5)).toEqual([
    'speaker_1 Hi',
    'speaker_2 Hello',
    expect.stringMatching(/^speaker_2 \d/),
    'speaker_1 Hi',
    'speaker_3 Hello',
  ]);
});
