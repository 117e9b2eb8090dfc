import { SAMPLE_RATE, type SpeechWav } from './speech-wav.js';

// Cuts sound into pieces at silences, for engines that take only so much at once.

/** A piece of a WAV file, in samples. */
export interface SoundPiece {
  readonly start: number;
  readonly end: number;
}

const FRAME = SAMPLE_RATE / 50;
/** About -60 dB: below the noise of any line, above that of codecs. */
const SILENT_AMPLITUDE = 33;
/** What is kept of a silence before speech. */
const LEAD = SAMPLE_RATE / 2;
/** A tenth of a second has no word, and servers refuse less. */
const LEAST_PIECE = SAMPLE_RATE / 10;
const BLOCK = 30 * SAMPLE_RATE;
/** The length of the quiet spot that is looked for, in frames. */
const SPOT = 20;
/** How far before the latest end of a piece a quiet spot is looked for. */
const SEARCH_SECONDS = 60;

/**
 * Finds the next piece at or after a sample: without the digital silence before it, of at most `maxSeconds`, and cut
 * where it is quietest in its last minute, or its second half if that is shorter. Null if only silence is left,
 * or next to nothing.
 */
export async function nextPiece(wav: SpeechWav, from: number, maxSeconds: number): Promise<SoundPiece | null> {
  const sound = await firstSound(wav, from);
  if (sound === null) return null;
  const start = Math.max(from, sound - LEAD);
  if (wav.sampleCount - start < LEAST_PIECE) return null;
  const latest = start + Math.floor(maxSeconds * SAMPLE_RATE);
  if (latest >= wav.sampleCount) return { start, end: wav.sampleCount };
  const search = Math.min(SEARCH_SECONDS, maxSeconds / 2) * SAMPLE_RATE;
  const earliest = latest - Math.floor(search);
  return { start, end: earliest + quietest(await wav.read(earliest, latest - earliest)) };
}

async function firstSound(wav: SpeechWav, from: number): Promise<number | null> {
  for (let at = from; at < wav.sampleCount; at += BLOCK) {
    const found = (await wav.read(at, BLOCK)).findIndex((sample) => Math.abs(sample) > SILENT_AMPLITUDE);
    if (found !== -1) return at + found;
  }
  return null;
}

/** The middle of the quietest spot of these samples. */
function quietest(samples: Int16Array): number {
  const frames = Math.floor(samples.length / FRAME);
  const sums = new Float64Array(frames + 1);
  for (let i = 0; i < frames; i++) {
    let energy = 0;
    for (let k = i * FRAME; k < (i + 1) * FRAME; k++) energy += samples[k]! ** 2;
    sums[i + 1] = sums[i]! + energy;
  }
  let best = 0;
  for (let i = 1; i + SPOT <= frames; i++) {
    if (sums[i + SPOT]! - sums[i]! < sums[best + SPOT]! - sums[best]!) best = i;
  }
  return Math.floor(best + Math.min(SPOT, frames) / 2) * FRAME;
}
