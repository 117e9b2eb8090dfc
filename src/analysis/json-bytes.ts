import { encodeInto, encodeUtf8 } from './utf8.js';

/**
 * JSON being written, as UTF-8. Copying bytes takes a quarter of the time that concatenating strings takes. The first
 * `length` bytes of `bytes` are written; `view` is another view of the same buffer.
 */
export interface JsonBytes {
  bytes: Uint8Array;
  view: DataView;
  length: number;
}

/** The UTF-8 of a text, to copy from. */
export interface TextBytes {
  readonly view: DataView;
  readonly length: number;
}

/**
 * Bytes are copied this many at a time, and the last step may run past the end: every buffer has that much to spare.
 */
const STEP = 4;
/** Up to this length, the copying loop is faster than a call of the engine's own copying. */
const SHORT = 256;

const [ZERO, DOT] = encodeUtf8('0.') as unknown as [number, number];

/** Makes an empty buffer for `room` bytes; it grows beyond them. */
export function jsonBytes(room: number): JsonBytes {
  const bytes = new Uint8Array(room + STEP);
  return { bytes, view: new DataView(bytes.buffer), length: 0 };
}

/** The UTF-8 of a text, to copy into JSON any number of times. */
export function textBytes(text: string): TextBytes {
  const json = jsonBytes(text.length * 3);
  putText(json, text);
  return json;
}

/** Makes sure that `more` bytes can be written, and returns the bytes, to be written from `length` on. */
export function reserve(json: JsonBytes, more: number): Uint8Array {
  if (json.length + more + STEP > json.bytes.length) {
    const larger = jsonBytes((json.length + more) * 2);
    larger.bytes.set(json.bytes.subarray(0, json.length));
    json.bytes = larger.bytes;
    json.view = larger.view;
  }
  return json.bytes;
}

/** Appends bytes. */
export function putAll(json: JsonBytes, text: TextBytes): void {
  reserve(json, text.length);
  json.length = copyBytes(json.view, json.length, text.view, 0, text.length);
}

/** Appends a text as it is: it must be JSON already. */
export function putText(json: JsonBytes, text: string): void {
  const bytes = reserve(json, text.length * 3);
  json.length += encodeInto(text, bytes, json.length);
}

/** Appends a number as `JSON.stringify` writes it. */
export function putNumber(json: JsonBytes, value: number): void {
  json.length = writeNumber(reserve(json, NUMBER_BYTES), json.length, value);
}

// The following functions write into buffers that are large enough already. Each returns the place behind what it
// wrote.

/** Copies the bytes from `from` up to `to` of `source`, which must be the view of a `TextBytes` or `JsonBytes`. */
export function copyBytes(view: DataView, at: number, source: DataView, from: number, to: number): number {
  const end = at + to - from;
  if (to - from > SHORT) {
    new Uint8Array(view.buffer).set(new Uint8Array(source.buffer, from, to - from), at);
  } else for (let place = at; place < end; place += STEP) view.setInt32(place, source.getInt32(from + place - at));
  return end;
}

/** The most bytes that a number takes. */
export const NUMBER_BYTES = 25;

/**
 * Writes a number as `JSON.stringify` does. It is fast for numbers of at most three decimals, such as times and places.
 */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  const thousandths = Math.round(value * 1000);
  // No two decimals of up to 15 digits are the same double, so these digits are the shortest that identify the number.
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

/** Writes a whole number from 0 up to 2^31. */
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
