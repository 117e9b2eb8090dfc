import { type JsonBytes, jsonBytes, putText, reserve } from './json-bytes.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

/** Used again from block to block: nothing of them is kept. */
const spacedText = jsonBytes(8192);
/** Where the JSON of the text of the block at hand is, and where in it each of its pieces begins, and one more would. */
export const pieces = { json: spacedText, starts: new Int32Array(1024) };

const [QUOTE] = encodeUtf8('"') as unknown as [number];
/** White space other than one space between two words. */
const OTHER_SPACE = /[^\S ]| {2}/;
const SPACE = 32;
/** Kinds of a text's bytes. */
const IS_SPACE = 1;
const IS_ODD = 2;
const IS_WIDE = 4;
/** Odd is what JSON escapes, and what white space other than a space may begin with, escaped or beyond ASCII. */
const kindOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === SPACE) return IS_SPACE;
  if (byte < SPACE || [0x22, 0x5c, 0xc2, 0xe1, 0xe2, 0xe3, 0xef].includes(byte)) return IS_ODD;
  return byte < 0x80 ? 0 : IS_WIDE;
});

/**
 * Writes a block's text, and finds where its pieces begin: in its JSON, so that they are copied from there. Where the
 * pieces are apart by more than a space each, it is in that of another text.
 */
export function putBlockText(json: JsonBytes, utf8: Uint8Array, from: number, to: number): void {
  pieces.json = json;
  if (putPlainText(json, utf8, from, to)) return;
  const text = decodeUtf8(utf8.subarray(from, to));
  const written = json.length;
  putText(json, JSON.stringify(text));
  findPieces(written);
  if (OTHER_SPACE.test(text)) {
    spacedText.length = 0;
    putText(spacedText, JSON.stringify(text.split(/\s+/).join(' ')));
    pieces.json = spacedText;
    findPieces(0);
  }
}

/** The same for a text without anything odd; answers false, having written nothing, where there is something. */
function putPlainText(json: JsonBytes, utf8: Uint8Array, from: number, to: number): boolean {
  const bytes = reserve(json, to - from + 2);
  const starts = startsFor(to - from + 2);
  let at = json.length;
  bytes[at++] = QUOTE;
  starts[0] = at;
  let count = 1;
  let before = IS_SPACE;
  let kinds = 0;
  // Without a branch for each word: most would be mispredicted.
  for (let i = from; i < to; i++) {
    const byte = utf8[i]!;
    const kind = kindOf[byte]!;
    bytes[at++] = byte;
    starts[count] = at;
    count += kind & IS_SPACE;
    kinds |= kind | ((kind & before & IS_SPACE) * IS_ODD);
    before = kind;
  }
  if ((kinds & IS_ODD) !== 0) return false;
  // Whatever is stored, no answer may hold what is not UTF-8.
  if ((kinds & IS_WIDE) !== 0) decodeUtf8(utf8.subarray(from, to));
  bytes[at++] = QUOTE;
  starts[count] = at;
  json.length = at;
  return true;
}

function startsFor(length: number): Int32Array {
  if (pieces.starts.length < length) pieces.starts = new Int32Array(length * 2);
  return pieces.starts;
}

/** Finds the pieces of a text in JSON that begins at a place, and are apart by a space each. */
function findPieces(from: number): void {
  const { bytes, length } = pieces.json;
  const starts = startsFor(length - from);
  let count = 1;
  // Behind the opening quote.
  starts[0] = from + 1;
  for (let i = from + 1; i < length; i++) if (bytes[i] === SPACE) starts[count++] = i + 1;
  starts[count] = length;
}

/** The text of one of the pieces. */
export function pieceText(index: number): string {
  const { json, starts } = pieces;
  return JSON.parse(`"${decodeUtf8(json.bytes.subarray(starts[index], starts[index + 1]! - 1))}"`);
}
