import { encodeInto, encodeUtf8 } from './utf8.js';

/**
 * JSON as it is written, in UTF-8: bytes that are copied together take a quarter of the time that concatenated strings take.
 * `length` says how much of `bytes` is written.
 */
export interface JsonBytes {
  bytes: Uint8Array;
  length: number;
}

/** Up to this length a loop copies faster than the engine's own copying, which has to be called. */
const SHORT = 32;

const [ZERO, DOT] = encodeUtf8('0.') as unknown as [number, number];

/** Makes room for so many bytes more; answers the bytes, to be written from `length` on. */
export function reserve(json: JsonBytes, more: number): Uint8Array {
  if (json.length + more > json.bytes.length) {
    const larger = new Uint8Array((json.length + more) * 2);
    larger.set(json.bytes.subarray(0, json.length));
    json.bytes = larger;
  }
  return json.bytes;
}

export function putAll(json: JsonBytes, source: Uint8Array): void {
  json.length = copyBytes(reserve(json, source.length), json.length, source, 0, source.length);
}

export function putText(json: JsonBytes, text: string): void {
  const bytes = reserve(json, text.length * 3);
  json.length += encodeInto(text, bytes, json.length);
}

export function putNumber(json: JsonBytes, value: number): void {
  json.length = writeNumber(reserve(json, NUMBER_BYTES), json.length, value);
}

// Into room that was made for all of them at once. Each answers where it ended.

/** Copies the bytes of `source` from one place up to another. */
export function copyBytes(bytes: Uint8Array, at: number, source: Uint8Array, from: number, to: number): number {
  const end = at + to - from;
  if (end - at > SHORT) bytes.set(source.subarray(from, to), at);
  else for (let i = from; i < to; i++) bytes[at++] = source[i]!;
  return end;
}

/** Bytes that a number takes at most. */
export const NUMBER_BYTES = 25;

/** A number as `JSON.stringify` writes it; of time and place, whose decimals are few. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  const thousandths = Math.round(value * 1000);
  // Two decimals of up to 15 digits are never one double, so these are the shortest that the number can be told by.
  if (!(thousandths >= 0 && thousandths < 2 ** 31 && thousandths / 1000 === value)) {
    return at + encodeInto(JSON.stringify(value), bytes, at);
  }
  const whole = ((thousandths | 0) / 1000) | 0;
  const fraction = (thousandths | 0) - whole * 1000;
  let end = writeWhole(bytes, at, whole);
  if (fraction === 0) return end;
  const hundreds = (fraction / 100) | 0;
  const tens = ((fraction / 10) | 0) - hundreds * 10;
  const ones = fraction - hundreds * 100 - tens * 10;
  bytes[end++] = DOT;
  bytes[end++] = ZERO + hundreds;
  if (tens > 0 || ones > 0) bytes[end++] = ZERO + tens;
  if (ones > 0) bytes[end++] = ZERO + ones;
  return end;
}

/** A whole number from 0 up to 2^31. */
export function writeWhole(bytes: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let power = 10; end < at + 10 && value >= power; power *= 10) end++;
  let rest = value;
  for (let place = end - 1; place >= at; place--) {
    const tenth = (rest / 10) | 0;
    bytes[place] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}
