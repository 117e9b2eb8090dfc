import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWhisper } from '#debrief/adapters/speech/whisper.js';
import { VOCABULARIES, writeMeaninglessWhisper } from '../support/meaningless-whisper.js';
import { speak } from '../support/spoken-dialogue.js';
import { itConforms } from './speech-conformance.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'debrief-whisper-'));
  await writeMeaninglessWhisper(join(folder, 'model.bin'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const recognizer = (name: string) => createWhisper(join(folder, name), process.env);

itConforms({
  engine: 'whisper',
  recognizer: () => recognizer('model.bin'),
  broken: () => recognizer('missing.bin'),
  complaint: /SPEECH_MODEL \(.*missing\.bin\) cannot be read \(ENOENT\); it takes a ggml file/,
  examine({ engine, channels }, { lines }) {
    expect(engine).toBe('whisper model.bin');
    for (const [number, { segments, words }] of channels.entries()) {
      expect(segments).toHaveLength(lines.filter(({ channel }) => channel === number).length);
      for (const { text, start, end } of words) {
        expect(text).toMatch(/^\S+$/);
        expect(end! >= start! && start! >= segments[0]!.start && end! <= segments[0]!.end).toBe(true);
      }
    }
    expect(channels.flatMap(({ words }) => words).length).toBeGreaterThan(0);
  },
});

const request = (path: string, durationSeconds: number, language: string | null) => ({
  channels: [{ path }],
  durationSeconds,
  language,
  names: [],
  folder,
  signal: new AbortController().signal,
  onProgress: () => {},
});

test('characters of several tokens are whole', async () => {
  await writeMeaninglessWhisper(join(folder, 'halves.bin'), VOCABULARIES.halves);
  const { paths, durationSeconds } = await speak([{ channel: 0, text: 'Good morning.' }], join(folder, 'halves'));
  const { channels } = await recognizer('halves.bin').recognize(request(paths[0], durationSeconds, null));
  expect(channels[0]!.words.map(({ text }) => text).join(' ')).toMatch(/ä/);
});

test('a failure inside, after which the engine never answers, is an error', async () => {
  const { paths, durationSeconds } = await speak([{ channel: 0, text: 'Good morning.' }], join(folder, 'failure'));
  await writeMeaninglessWhisper(join(folder, 'failing.bin'), VOCABULARIES.noBlank);
  const failing = recognizer('failing.bin').recognize(request(paths[0], durationSeconds, null));
  await expect(failing).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/^whisper failing\.bin failed with status 13.*SPEECH_MODEL may be damaged/),
  });
});

test('a model of English alone refuses other languages', async () => {
  await expect(recognizer('model.bin').recognize(request('/tmp/call.wav', 1, 'de'))).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/English alone, and the call’s language is de; take a file without \.en/),
  });
});

test.each([
  ['a WAV file', Buffer.from('RIFF....WAVEfmt ')],
  ['an empty file', Buffer.alloc(0)],
  ['another ggml file', Buffer.from('lmgg\u0001\u0000\u0000\u0000\u0001\u0000\u0000\u0000')],
])('%s is no model, which is said before native code reads it', async (_, bytes) => {
  await writeFile(join(folder, 'wrong.bin'), bytes);
  await expect(recognizer('wrong.bin').check()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/wrong\.bin\) is no model of Whisper; it takes a ggml file of Whisper, such as/),
  });
});
