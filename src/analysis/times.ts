import { encodeVarints } from './varints.js';
import type { Words } from './words.js';

/** The words' times, in seconds since the start of the call. */
export interface Times {
  readonly start: Float64Array;
  readonly end: Float64Array;
}

/**
 * The most by which the difference of two decimals, read as doubles, may be off: 4.4 − 2.4 is more than 2. Differences
 * of times are compared with this tolerance, so that a rule holds for the decimals that were sent.
 */
export const TIME_NOISE_SECONDS = 1e-9;

/** In place of a number of fraction digits: the times are kept as plain doubles. */
const RAW_TIMES = 255;

const MAX_DIGITS = 6;
/**
 * Scaled times are below this, so that every sum and difference of two is a safe integer even after folding the sign.
 */
const MAX_SCALED = 2 ** 50;

/**
 * Encodes the words' times, each exact to the double. If all are decimals of at most six fraction digits, they are
 * whole numbers of 10^-digits s: for each word the gap since the last word's end, then its length, small numbers that
 * repeat. Otherwise they are the doubles themselves.
 */
export function encodeTimes(words: Words): { digits: number; bytes: Uint8Array } {
  const digits = fractionDigits(words);
  const scaled = digits === RAW_TIMES ? undefined : scaledTimes(words, 10 ** digits);
  if (scaled) return { digits, bytes: encodeVarints(scaled) };
  const raw = new Float64Array(words.count * 2);
  raw.set(words.start.subarray(0, words.count));
  raw.set(words.end.subarray(0, words.count), words.count);
  return { digits: RAW_TIMES, bytes: new Uint8Array(raw.buffer) };
}

/**
 * Decodes what `encodeTimes` wrote.
 * @throws RangeError if the bytes do not hold exactly `count` words' times.
 */
export function decodeTimes(digits: number, bytes: Uint8Array, count: number): Times {
  if (digits === RAW_TIMES) {
    if (bytes.length !== count * 16) throw new RangeError('analysis form: times do not fit the words');
    const raw = new Float64Array(bytes.slice().buffer);
    return { start: raw.subarray(0, count), end: raw.subarray(count) };
  }
  const start = new Float64Array(count);
  const end = new Float64Array(count);
  const scale = 10 ** digits;
  let time = 0;
  let at = 0;
  // Decoded inline: apart from the matching itself, most of the time that a call's matches take is spent here.
  for (let i = 0; i < count * 2; i++) {
    let byte = bytes[at++]!;
    let folded = byte & 127;
    if (byte >= 128) {
      byte = bytes[at++]!;
      folded |= (byte & 127) << 7;
      for (let unit = 2 ** 14; byte >= 128; unit *= 128) {
        byte = bytes[at++]!;
        folded += (byte & 127) * unit;
      }
    }
    time += unfold(folded);
    ((i & 1) === 0 ? start : end)[i >>> 1] = time / scale;
  }
  if (at !== bytes.length || !Number.isSafeInteger(time)) {
    throw new RangeError('analysis form: times do not fit the words');
  }
  return { start, end };
}

/** The fewest fraction digits with which every time can be written, or RAW_TIMES. */
function fractionDigits(words: Words): number {
  let digits = 0;
  let scale = 1;
  for (let i = 0; i < words.count * 2; i++) {
    const time = i < words.count ? words.start[i]! : words.end[i - words.count]!;
    while (Math.round(time * scale) / scale !== time) {
      if (++digits > MAX_DIGITS) return RAW_TIMES;
      scale *= 10;
    }
  }
  return digits;
}

function scaledTimes(words: Words, scale: number): Float64Array | undefined {
  const scaled = new Float64Array(words.count * 2);
  let before = 0;
  for (let i = 0; i < words.count; i++) {
    const start = scaledTime(words.start[i]!, scale);
    const end = scaledTime(words.end[i]!, scale);
    if (start === undefined || end === undefined) return undefined;
    scaled[i * 2] = fold(start - before);
    scaled[i * 2 + 1] = fold(end - start);
    before = end;
  }
  return scaled;
}

function scaledTime(time: number, scale: number): number | undefined {
  const whole = Math.round(time * scale);
  // Object.is tells 0 from -0, which a whole number cannot represent.
  return Math.abs(whole) < MAX_SCALED && Object.is(whole / scale, time) && !Object.is(time, -0) ? whole : undefined;
}

/** Moves the sign into the lowest bit: 0, -1, 1, -2, … become 0, 1, 2, 3, … */
function fold(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}

function unfold(folded: number): number {
  if (folded < 2 ** 31) return (folded >>> 1) ^ -(folded & 1);
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
}
