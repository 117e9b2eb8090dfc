import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCommandRecognizer } from '#debrief/adapters/speech/command.js';
import { createOpenAiRecognizer } from '#debrief/adapters/speech/openai.js';
import { createPocketsphinx } from '#debrief/adapters/speech/pocketsphinx.js';
import type { Recognizer } from '#debrief/adapters/speech/recognizer.js';
import { recognizedTranscript } from '#debrief/transcripts/recognized-words.js';
import { writeMeaninglessOnnx } from '../support/meaningless-onnx.js';
import { writeMeaninglessWhisper } from '../support/meaningless-whisper.js';
import { type SpeechServer, startSpeechServer } from '../support/speech-server.js';
import { type Line, recall, type SpokenDialogue, speak, writeWav } from '../support/spoken-dialogue.js';

// A whole dialogue, recognised by pocketsphinx in three ways; and how much memory long recordings take.

const SALES_CALL: readonly Line[] = [
  { channel: 0, text: 'Good morning. This is Tom from the sales office. How are you today?' },
  { channel: 1, text: 'I am fine. We are looking for a phone system for our company.' },
  { channel: 0, text: 'How many people work in your office?' },
  { channel: 1, text: 'We have forty people and three small offices in the north.' },
  { channel: 0, text: 'Our system costs twenty dollars a month for every person.' },
  { channel: 1, text: 'That is a lot of money. What is the price for a year?' },
  { channel: 0, text: 'The price for the whole year is two hundred dollars. I will send you a letter.' },
  { channel: 1, text: 'Thank you very much. Please call me again on Monday morning.' },
];

const run = promisify(execFile);
let folder: string;
let dialogue: SpokenDialogue;
let server: SpeechServer;

/** What pocketsphinx hears in a file, as OpenAI's `verbose_json` without segments. */
async function heard(path: string): Promise<object> {
  const { stdout } = await run('pocketsphinx_continuous', ['-infile', path, '-time', 'yes'], { maxBuffer: 1e8 });
  const words = stdout.split('\n').flatMap((line) => {
    const [, word = '', start, end] = /^([a-z'.]+)(?:\(\d\))? ([\d.]+) ([\d.]+) [\d.]+$/.exec(line) ?? [];
    return word === '' ? [] : [{ word, start: Number(start), end: Number(end) }];
  });
  return { language: 'english', words };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'debrief-media-'));
  dialogue = await speak(SALES_CALL, join(folder, 'dialogue'));
  server = await startSpeechServer(async ({ file }) => {
    const path = join(folder, 'sent.wav');
    await writeFile(path, file);
    return { body: await heard(path) };
  });
  const script = `#!/bin/sh
    pocketsphinx_continuous -infile "$1" -time yes | awk '
      BEGIN { printf "[" }
      $1 ~ /^[a-z]/ && NF == 4 && $2 ~ /^[0-9.]+$/ {
        sub(/\\(.*/, "", $1); printf "%s{\\"word\\":\\"%s\\",\\"start\\":%s,\\"end\\":%s}", comma, $1, $2, $3; comma = ","
      }
      END { print "]" }'\n`;
  await writeFile(join(folder, 'transcribe'), script);
  await chmod(join(folder, 'transcribe'), 0o755);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test.each<[string, () => Recognizer]>([
  ['pocketsphinx', () => createPocketsphinx({ environment: process.env })],
  ['openai', () => createOpenAiRecognizer({ url: server.url, apiKey: null, model: null })],
  ['command', () => createCommandRecognizer({ command: join(folder, 'transcribe'), environment: process.env })],
])('a dialogue of two channels is recognised: %s', async (_, recognizer) => {
  const { durationSeconds, lines, paths } = dialogue;
  const recognition = await recognizer().recognize({
    channels: paths.map((path) => ({ path })),
    durationSeconds,
    language: 'en',
    names: [],
    folder,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  const { words } = recognizedTranscript(recognition, { durationSeconds, channels: [0, 1] });
  for (const number of [0, 1]) {
    const said = lines.filter(({ channel }) => channel === number);
    const own = words.filter(({ v }) => v === number);
    const text = own.map(({ word }) => word);
    const share = recall(said.map((line) => line.text).join(' '), text);
    console.log(`${_} channel ${number}: recall ${share.toFixed(2)}`);
    expect(share, text.join(' ')).toBeGreaterThanOrEqual(0.75);
    for (const { start, end, word } of own) {
      const isInLine = said.some((line) => Number(start) > line.start - 0.4 && Number(end) < line.end + 0.4);
      expect(isInLine, `${word} ${start} ${end}`).toBe(true);
    }
    // Talk time: from the first word to the last of each line.
    const talked = said.reduce((sum, line) => {
      const inLine = own.filter(({ start, end }) => Number(start) > line.start - 0.4 && Number(end) < line.end + 0.4);
      return sum + Number(inLine.at(-1)!.end) - Number(inLine[0]!.start);
    }, 0);
    const scripted = said.reduce((sum, line) => sum + line.end - line.start, 0);
    console.log(`${_} channel ${number}: talk time ${talked.toFixed(1)} of ${scripted.toFixed(1)} s`);
    expect(Math.abs(talked / scripted - 1)).toBeLessThan(0.15);
  }
});

/** The most memory that a child had while it worked on so many copies of a channel, in MB. */
async function peakMegabytes(engine: string, model: string, copies: number): Promise<number> {
  const samples = (await readFile(dialogue.paths[0])).subarray(44);
  const path = await writeWav(join(folder, `long-${copies}.wav`), Buffer.concat(Array(copies).fill(samples)));
  const task = JSON.stringify({ engine, model, channels: [path], language: 'en', names: [] });
  const child = spawn(process.execPath, ['dist/adapters/speech/native-child.js', task], { stdio: 'ignore' });
  let isRunning = true;
  const ended = once(child, 'exit').finally(() => {
    isRunning = false;
  });
  let peak = 0;
  while (isRunning) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    await delay(50);
  }
  expect(await ended).toEqual([0, null]);
  return peak;
}

test.each([
  ['whisper', 2, 6],
  ['sherpa-onnx', 2, 60],
])('the memory of %s does not grow with the recording', async (engine, few, many) => {
  const model =
    engine === 'whisper'
      ? await writeMeaninglessWhisper(join(folder, 'model.bin'))
      : await writeMeaninglessOnnx(join(folder, 'model'));
  const short = await peakMegabytes(engine, model, few);
  const long = await peakMegabytes(engine, model, many);
  console.log(`${engine}: ${short.toFixed(0)} MB for ${few} copies, ${long.toFixed(0)} MB for ${many}`);
  expect(long - short).toBeLessThan(40);
});
