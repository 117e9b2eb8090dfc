import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

// Dialogues that flite speaks: sound of which the words and times are known.

const run = promisify(execFile);
const RATE = 16_000;

/** A line of a dialogue. */
export interface Line {
  /** 0 is a man, 1 a woman. */
  readonly channel: 0 | 1;
  readonly text: string;
}

/** A line as it was spoken: from the start of its first sound to the end of its last one, in seconds. */
interface SpokenLine extends Line {
  readonly start: number;
  readonly end: number;
}

/** A dialogue as sound: a WAV file of 16 kHz, mono, 16 bits for each channel. */
export interface SpokenDialogue {
  readonly paths: readonly [string, string];
  readonly durationSeconds: number;
  readonly lines: readonly SpokenLine[];
}

const VOICES = ['rms', 'slt'] as const;
const PAUSE_SECONDS = 0.7;

/** Some seconds: pocketsphinx takes about as long as the sound lasts. */
export const SHORT_CALL: readonly Line[] = [
  { channel: 0, text: 'Good morning. This is Tom from the sales office.' },
  { channel: 1, text: 'We are looking for a phone system for our company.' },
];

/** A sale of a phone system, in words that pocketsphinx knows. */
export const SALES_CALL: readonly Line[] = [
  { channel: 0, text: 'Good morning. This is Tom from the sales office. How are you today?' },
  { channel: 1, text: 'I am fine. We are looking for a phone system for our company.' },
  { channel: 0, text: 'How many people work in your office?' },
  { channel: 1, text: 'We have forty people and three small offices in the north.' },
  { channel: 0, text: 'Our system costs twenty dollars a month for every person.' },
  { channel: 1, text: 'That is a lot of money. What is the price for a year?' },
  { channel: 0, text: 'The price for the whole year is two hundred dollars. I will send you a letter.' },
  { channel: 1, text: 'Thank you very much. Please call me again on Monday morning.' },
];

/** Speaks a dialogue into files of a folder, which is made. */
export async function speak(lines: readonly Line[], folder: string): Promise<SpokenDialogue> {
  await mkdir(folder, { recursive: true });
  const spoken: (SpokenLine & { samples: Buffer; at: number })[] = [];
  let at = 0.5;
  for (const line of lines) {
    const file = join(folder, 'line.wav');
    const { stdout } = await run('flite', [
      '-voice',
      VOICES[line.channel],
      '-psdur',
      '-t',
      line.text,
      '-o',
      file,
    ]).catch((error) => {
      throw error.code === 'ENOENT' ? new Error('The program flite is missing (Debian: flite)') : error;
    });
    const samples = (await readFile(file)).subarray(44);
    spoken.push({ ...line, samples, at, ...timesOf(stdout, at) });
    at += samples.length / 2 / RATE + PAUSE_SECONDS;
  }
  // It ends as it is spoken: engines must not need silence to hear the last word.
  const durationSeconds = Math.ceil((at - PAUSE_SECONDS) * RATE) / RATE;
  const channel = async (number: number): Promise<string> => {
    const sound = Buffer.alloc(Math.round(durationSeconds * RATE) * 2);
    for (const { samples, at } of spoken.filter((line) => line.channel === number)) {
      samples.copy(sound, Math.round(at * RATE) * 2);
    }
    return writeWav(join(folder, `${number}.wav`), sound);
  };
  return {
    paths: [await channel(0), await channel(1)],
    durationSeconds,
    lines: spoken.map(({ samples: _, at: __, ...line }) => line),
  };
}

/** When a line is heard: flite prints each sound with its end, and puts a pause before the first and after the last. */
function timesOf(printed: string, at: number): { start: number; end: number } {
  const ends = printed
    .trim()
    .split(' ')
    .map((sound) => Number(sound.split(':')[1]));
  return { start: at + ends[0]!, end: at + ends.at(-2)! };
}

/** Writes samples of 16 bits, 16 kHz, mono as a WAV file, and returns its path. */
export async function writeWav(path: string, samples: Buffer): Promise<string> {
  const header = Buffer.alloc(44);
  header.write('RIFF....WAVEfmt ');
  header.writeUInt32LE(36 + samples.length, 4);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  await writeFile(path, Buffer.concat([header, samples]));
  return path;
}

/** The share of the said words that were recognised, in order (longest common subsequence). */
export function recall(said: string, recognized: readonly string[]): number {
  const lettersOf = (word: string) => word.toLowerCase().replaceAll(/[^a-z]/g, '');
  const expected = said.split(/\s+/).map(lettersOf);
  const found = recognized.map(lettersOf);
  let row = new Array<number>(found.length + 1).fill(0);
  for (const word of expected) {
    const next = [0];
    for (const [i, other] of found.entries()) {
      next.push(word === other ? row[i]! + 1 : Math.max(row[i + 1]!, next[i]!));
    }
    row = next;
  }
  return row.at(-1)! / expected.length;
}
