import type { Places } from './form.js';
import { isUnspaced, tokensOf, UNSPACED } from './tokens.js';

/** A range [from, to) of a text, in UTF-16 units. */
export type TextRange = readonly [from: number, to: number];

/** A block's text as shown: its pieces, joined by a space each. */
export interface ShownBlock {
  readonly text: string;
  readonly pieces: readonly string[];
  /** Where each piece begins in the text. */
  readonly starts: readonly number[];
  /** The first piece's index in the whole call. */
  readonly firstPiece: number;
}

/** Splits a block's text into its pieces. `firstPiece` is the first one's index in the whole call. */
export function showBlock(text: string, firstPiece: number): ShownBlock {
  const pieces = text.split(/\s+/);
  let length = 0;
  const starts = pieces.map((piece) => {
    length += piece.length + 1;
    return length - piece.length - 1;
  });
  return { text: pieces.join(' '), pieces, starts, firstPiece };
}

/**
 * Where a token is in its block's text. A letter of a script without spaces has a range of its own. Any other token has
 * the range of its piece, without the punctuation at its ends.
 */
export function tokenRange(places: Places, block: ShownBlock, token: number): TextRange {
  const word = places.tokenWord[token]!;
  const firstToken = places.wordToken[word]!;
  const first = places.wordPiece[word]! - block.firstPiece;
  const end = places.wordPiece[word + 1]! - block.firstPiece;
  const ranges: TextRange[] = [];
  for (let piece = first; piece < end; piece++) {
    const start = block.starts[piece]!;
    for (const [from, to] of rangesIn(block.pieces[piece]!)) ranges.push([start + from, start + to]);
  }
  // A byte order mark joins the pieces around it to one token, which then has no range in any one of them.
  if (ranges.length !== places.wordToken[word + 1]! - firstToken) {
    return [block.starts[first]!, block.starts[end - 1]! + block.pieces[end - 1]!.length];
  }
  return ranges[token - firstToken]!;
}

/** Each letter of a script without spaces, with its marks, and each run of text between such letters. */
const PARTS = new RegExp(`${UNSPACED}[\\p{M}\\p{Cf}\\uff9e\\uff9f]*|(?:(?!${UNSPACED}).)+`, 'gsu');

/** The range of each token of a piece. */
function rangesIn(piece: string): TextRange[] {
  const tokens = tokensOf(piece);
  const whole = tokens.map(() => wordIn(piece));
  if (!tokens.some(isUnspaced)) return whole;
  const ranges: TextRange[] = [];
  for (const { 0: part, index } of piece.matchAll(PARTS)) {
    const [from, to] = wordIn(part);
    for (const _ of tokensOf(part)) ranges.push([index + from, index + to]);
  }
  return ranges.length === tokens.length ? ranges : whole;
}

/**
 * The range of a piece without what is not part of a word at its ends, or all of it if nothing else would be left: `™`
 * is the token `tm`.
 */
function wordIn(piece: string): TextRange {
  const from = /^[^\p{L}\p{N}]*/u.exec(piece)![0].length;
  if (from === piece.length) return [0, piece.length];
  return [from, piece.length - /[^\p{L}\p{N}\p{M}]*$/u.exec(piece)![0].length];
}
