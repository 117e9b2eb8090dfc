import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Recognizer, SpeechRequest } from '#debrief/adapters/speech/recognizer.js';
import { AppError } from '#debrief/errors.js';
import type { Recognition } from '#debrief/transcripts/recognition.js';
import { recognizedTranscript } from '#debrief/transcripts/recognized-words.js';
import { SHORT_CALL, type SpokenDialogue, speak, writeWav } from '../support/spoken-dialogue.js';

/** An engine, for the suite that all engines pass. */
export interface Conformance {
  readonly engine: string;
  /** One that works. */
  readonly recognizer: () => Recognizer;
  /** One that lacks something, and what `check` and `recognize` say of that. */
  readonly broken: () => Recognizer;
  readonly complaint: RegExp;
  /** Resolves when a recognition is under way. By default, when a process has the request's folder in its arguments. */
  readonly underWay?: () => Promise<unknown>;
  /** What is to be true of the recognition of the dialogue, besides its shape. */
  readonly examine?: (recognition: Recognition, dialogue: SpokenDialogue) => void;
}

/** Holds an engine to what the port promises. */
export function itConforms({ engine, recognizer, broken, complaint, underWay, examine }: Conformance): void {
  describe(`${engine} keeps what the port promises`, () => {
    let folder: string;
    let dialogue: SpokenDialogue;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'debrief-speech-'));
      dialogue = await speak(SHORT_CALL, join(folder, 'dialogue'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    const request = (more: Partial<SpeechRequest> = {}): SpeechRequest => ({
      channels: dialogue.paths.map((path) => ({ path })),
      durationSeconds: dialogue.durationSeconds,
      language: 'en',
      names: [],
      folder,
      signal: new AbortController().signal,
      onProgress: () => {},
      ...more,
    });

    test('it recognises each channel, on the timeline', async () => {
      const progress: number[] = [];
      const recognition = await recognizer().recognize(request({ onProgress: (done) => progress.push(done) }));
      expect(recognition.channels).toHaveLength(2);
      expect(progress).toEqual(progress.toSorted((a, b) => a - b));
      expect(progress.at(-1)).toBe(1);
      for (const { words, segments } of recognition.channels) {
        for (const { start, end, segment } of words) {
          for (const time of [start, end]) {
            if (time !== null) expect(time > -0.5 && time < dialogue.durationSeconds + 0.5, String(time)).toBe(true);
          }
          if (segment !== null) expect(segments[segment]).toBeDefined();
        }
      }
      const { durationSeconds } = dialogue;
      const { words } = recognizedTranscript(recognition, { durationSeconds, channels: [0, 1] });
      expect(words.every(({ start, end }) => Number(start) <= Number(end) && Number(end) <= durationSeconds)).toBe(
        true,
      );
      examine?.(recognition, dialogue);
      expect(await processesNaming(folder)).toEqual([]);
    });

    test('silence has no words', async () => {
      const path = await writeWav(join(folder, 'silence.wav'), Buffer.alloc(3 * 32_000));
      const progress: number[] = [];
      const onProgress = (done: number) => progress.push(done);
      const { channels } = await recognizer().recognize(
        request({ channels: [{ path }], durationSeconds: 3, onProgress }),
      );
      expect(channels.map(({ words }) => words)).toEqual([[]]);
      expect(progress.at(-1)).toBe(1);
    });

    test('aborting ends it at once, with every process', async () => {
      const controller = new AbortController();
      const running = recognizer().recognize(request({ signal: controller.signal }));
      const settled = expect(running).rejects.toThrow('the call was deleted');
      await Promise.race([underWay?.() ?? appeared(folder), running]);
      controller.abort(new Error('the call was deleted'));
      await settled;
      expect(await gone(folder)).toBe(true);
    });

    test('what is aborted already does not start', async () => {
      const signal = AbortSignal.abort(new Error('the call was deleted'));
      await expect(recognizer().recognize(request({ signal }))).rejects.toThrow('the call was deleted');
    });

    test('a file that is not there is an error', async () => {
      const channels = [{ path: join(folder, 'nothing.wav') }];
      await expect(recognizer().recognize(request({ channels }))).rejects.toThrow(/nothing\.wav|No such file/);
    });

    test('it says what is missing', async () => {
      await expect(recognizer().check()).resolves.toBeUndefined();
      for (const attempt of [() => broken().check(), () => broken().recognize(request())]) {
        const error = await attempt().then(
          () => null,
          (error: unknown) => error,
        );
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).code).toBe('unavailable');
        expect((error as AppError).message).toMatch(complaint);
      }
    });
  });
}

/** The ids of processes that have this text in their arguments. */
async function processesNaming(text: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(text)) found.push(Number(name));
  }
  return found;
}

/** Resolves when a process has this text in its arguments. */
export async function appeared(text: string): Promise<void> {
  while ((await processesNaming(text)).length === 0) await delay(20);
}

/** Whether all processes with this text in their arguments end within some seconds. */
export async function gone(text: string): Promise<boolean> {
  for (let tries = 0; tries < 250; tries++) {
    if ((await processesNaming(text)).length === 0) return true;
    await delay(20);
  }
  return false;
}
