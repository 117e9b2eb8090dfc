import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWhisper } from '#debrief/adapters/speech/whisper.js';
import { writeMeaninglessWhisper } from '../support/meaningless-whisper.js';
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
