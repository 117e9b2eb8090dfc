import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);
/** A click is a tone that begins at once: short enough to be one point in time, long enough for every codec. */
const CLICK_SECONDS = 0.03;
const CLICK_HZ = 900;
/** No two clicks of a channel are closer. */
const APART_SECONDS = 0.3;

/** When clicks are, in seconds: a list for each channel. */
export type Clicks = readonly (readonly number[])[];

/** The clicks of ten seconds of one channel or more: no two channels click at the same time. */
export function clicksOf(channels: number): Clicks {
  return Array.from({ length: channels }, (_, channel) =>
    [0.5, 1.31, 2.77, 4.03, 5.92, 7.36, 8.8].map((at) => at + channel * 0.125),
  );
}

/** Writes a track of ten seconds with these clicks, as a WAV file of 16 bits. */
export async function writeClicks(path: string, clicks: Clicks, sampleRate: number, seconds = 10): Promise<void> {
  const channels = clicks.length;
  const bytes = Buffer.alloc(44 + seconds * sampleRate * channels * 2);
  bytes.write('RIFF    WAVEfmt ', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * channels * 2, 28);
  bytes.writeUInt16LE(channels * 2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(bytes.length - 44, 40);
  clicks.forEach((times, channel) => {
    for (const at of times) {
      const first = Math.round(at * sampleRate);
      for (let i = 0; i < CLICK_SECONDS * sampleRate; i++) {
        const value = Math.round(20_000 * Math.cos((2 * Math.PI * CLICK_HZ * i) / sampleRate));
        bytes.writeInt16LE(value, 44 + ((first + i) * channels + channel) * 2);
      }
    }
  });
  await writeFile(path, bytes);
}

/** Finds the clicks in samples: where they rise to a fifth of the loudest one. */
export function findClicks(samples: Float32Array, sampleRate: number): number[] {
  const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const found: number[] = [];
  for (let i = 0; i < samples.length; i++) {
    if (Math.abs(samples[i]!) < loudest / 5) continue;
    found.push(i / sampleRate);
    i += Math.round(APART_SECONDS * sampleRate);
  }
  return found;
}

/** Decodes a file with Debian's ffmpeg, beside what is tested: the samples of each channel. */
export async function samplesOf(path: string, channels: number, sampleRate: number): Promise<Float32Array[]> {
  const args = ['-v', 'error', '-i', path, '-ar', `${sampleRate}`, '-f', 'f32le', '-'];
  const { stdout } = await execute('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 30 });
  const all = new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + (stdout.length & ~3)));
  return Array.from({ length: channels }, (_, channel) => all.filter((_, i) => i % channels === channel));
}

/**
 * Reads a file for speech by its header, as engines do.
 * @throws Error if its sizes are not those of the file.
 */
export async function readSpeech(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  const header = [16, 1, 1, 16_000].join();
  const own = [bytes.readUInt32LE(16), bytes.readUInt16LE(20), bytes.readUInt16LE(22), bytes.readUInt32LE(24)].join();
  if (own !== header) throw new Error(`${path} is no WAV file of 16 kHz and one channel: ${own}`);
  if (bytes.readUInt32LE(4) !== bytes.length - 8 || bytes.readUInt32LE(40) !== bytes.length - 44) {
    throw new Error(`${path} has other sizes in its header than its own`);
  }
  return Float32Array.from({ length: (bytes.length - 44) / 2 }, (_, i) => bytes.readInt16LE(44 + i * 2) / 32_768);
}
