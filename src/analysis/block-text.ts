import { type JsonBytes, jsonBytes, putText, reserve } from './json-bytes.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

/** Reused from block to block. */
const spacedText = jsonBytes(8192);
/**
 * Where the last block's text was written. `starts` has the place in `json` at which each piece of the text begins, and
 * at the end the place at which another piece would begin.
 */
export const pieces = { json: spacedText, starts: new Int32Array(1024) };

const [QUOTE] = encodeUtf8('"') as unknown as [number];
/** White space other than a single space between two words. */
const OTHER_SPACE = /[^\S ]| {2}/;
const SPACE = 32;
/** Kinds of bytes of a text. */
const IS_SPACE = 1;
const IS_ODD = 2;
const IS_WIDE = 4;
/**
 * Odd bytes are those that JSON escapes, and those with which white space other than a space may begin: a control
 * character, or a byte of a character beyond ASCII.
 */
const kindOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === SPACE) return IS_SPACE;
  if (byte < SPACE || [0x22, 0x5c, 0xc2, 0xe1, 0xe2, 0xe3, 0xef].includes(byte)) return IS_ODD;
  return byte < 0x80 ? 0 : IS_WIDE;
});

/**
 * Writes a block's text as a JSON string, and notes in `pieces` where its pieces begin, so that they can be copied from
 * the JSON. Where the pieces are not separated by a single space each, they are noted in a copy of the text in which
 * they are.
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

/** Does the same for a text without odd bytes. For any other text it returns false and has written nothing. */
function putPlainText(json: JsonBytes, utf8: Uint8Array, from: number, to: number): boolean {
  const bytes = reserve(json, to - from + 2);
  const starts = startsFor(to - from + 2);
  let at = json.length;
  bytes[at++] = QUOTE;
  starts[0] = at;
  let count = 1;
  let before = IS_SPACE;
  let kinds = 0;
  // Branch-free: most branches on the ends of words would be mispredicted.
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
  // Decoding throws on bytes that are not UTF-8: an answer must never hold such bytes, whatever is stored.
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

/** Notes the pieces, separated by a single space each, of the JSON string that begins at `from`. */
function findPieces(from: number): void {
  const { bytes, length } = pieces.json;
  const starts = startsFor(length - from);
  let count = 1;
  starts[0] = from + 1; // after the opening quote
  for (let i = from + 1; i < length; i++) if (bytes[i] === SPACE) starts[count++] = i + 1;
  starts[count] = length;
}

/** The text of a piece, by its index in the block. */
export function pieceText(index: number): string {
  const { json, starts } = pieces;
  return JSON.parse(`"${decodeUtf8(json.bytes.subarray(starts[index], starts[index + 1]! - 1))}"`);
}
