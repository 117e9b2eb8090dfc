import { open } from 'node:fs/promises';
import { PEAKS_PER_CHANNEL } from './decoder.js';
import { SPEECH_RATE } from './graph.js';
import { createSameSound } from './same-sound.js';
import { HEADER_BYTES, padSpeech } from './speech-wav.js';

/** What is heard in files for speech. */
export interface Heard {
  /** Of each file, as it was decoded. */
  readonly seconds: readonly number[];
  /** Of each file: `PEAKS_PER_CHANNEL` of them, over the length of the longest file. */
  readonly peaks: readonly Uint8Array[];
  /** Whether nothing is heard in a file. */
  readonly silent: readonly boolean[];
  /** For each file the earlier or later one whose sound it repeats; null for a sound of its own. */
  readonly copyOf: readonly (number | null)[];
}

/** 5 ms: a peak in each. */
const BLOCK = 80;
/** Half a second: in each, channels are compared. */
const WINDOW = BLOCK * 100;
const READ_WINDOWS = 8;
/** -60 dBFS: the noise of a silent telephone line is below it, the faintest speech is above. */
const SILENCE = 33;

/**
 * Reads files for speech, side by side, and makes them of the same length.
 * @param paths WAV files of 16 kHz, 16 bits and one channel, without other chunks.
 */
export async function listen(paths: readonly string[], signal: AbortSignal): Promise<Heard> {
  const files = await Promise.all(paths.map((path) => open(path, 'r+')));
  try {
    const lengths = await Promise.all(
      files.map(async (file) => Math.max(0, ((await file.stat()).size - HEADER_BYTES) >> 1)),
    );
    const samples = Math.max(0, ...lengths);
    for (const [i, file] of files.entries()) if (lengths[i]! < samples) await padSpeech(file, samples);
    const blockPeaks = files.map(() => new Uint8Array(Math.ceil(samples / BLOCK)));
    const silent = files.map(() => true);
    const same = createSameSound(files.length);
    const buffers = files.map(() => new Int16Array(WINDOW * READ_WINDOWS));
    for (let at = 0; at < samples; at += WINDOW * READ_WINDOWS) {
      signal.throwIfAborted();
      const length = Math.min(WINDOW * READ_WINDOWS, samples - at);
      await Promise.all(
        files.map((file, i) => file.read(new Uint8Array(buffers[i]!.buffer), 0, length * 2, HEADER_BYTES + at * 2)),
      );
      buffers.forEach((buffer, i) => {
        const isQuiet = readPeaks(buffer.subarray(0, length), blockPeaks[i]!.subarray(at / BLOCK));
        silent[i] &&= isQuiet;
      });
      for (let from = 0; from < length; from += WINDOW) {
        same.add(buffers.map((buffer) => buffer.subarray(from, Math.min(from + WINDOW, length))));
      }
    }
    return {
      seconds: lengths.map((length) => length / SPEECH_RATE),
      peaks: blockPeaks.map(summarize),
      silent,
      copyOf: same.copies(silent),
    };
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

/** Writes the peak of each block. Returns whether nothing is heard in any: a constant offset is no sound. */
function readPeaks(samples: Int16Array, peaks: Uint8Array): boolean {
  let isQuiet = true;
  for (let block = 0, at = 0; at < samples.length; block++) {
    const end = Math.min(at + BLOCK, samples.length);
    const length = end - at;
    let sum = 0;
    let squares = 0;
    let low = 0;
    let high = 0;
    for (; at < end; at++) {
      const value = samples[at]!;
      sum += value;
      squares += value * value;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    peaks[block] = Math.min(255, Math.round(Math.max(high, -low) / 128.5));
    if (squares - (sum * sum) / length > SILENCE * SILENCE * length) isQuiet = false;
  }
  return isQuiet;
}

function summarize(blocks: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: PEAKS_PER_CHANNEL }, (_, i) => {
    const from = Math.floor((i * blocks.length) / PEAKS_PER_CHANNEL);
    const to = Math.max(from + 1, Math.floor(((i + 1) * blocks.length) / PEAKS_PER_CHANNEL));
    let peak = 0;
    for (let block = from; block < to && block < blocks.length; block++) peak = Math.max(peak, blocks[block]!);
    return peak;
  });
}
