import type { Places } from './form.js';
import { isUnspaced, tokensOf, UNSPACED } from './tokens.js';

/** A part of a text: [from, to) in UTF-16 units. */
export type TextRange = readonly [from: number, to: number];

/** A block's text in its pieces, as it is shown: joined by a space each. */
export interface ShownBlock {
  readonly text: string;
  readonly pieces: readonly string[];
  /** Where each begins in the text. */
  readonly starts: readonly number[];
  /** The first one's number in the whole call. */
  readonly firstPiece: number;
}

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
 * Where a token stands in its block's text: a letter of a script without spaces itself, another one the piece it is in, without
 * the punctuation at its ends.
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
  // What joins pieces to one token, as a byte order mark between them does, has no place in any one of them.
  if (ranges.length !== places.wordToken[word + 1]! - firstToken) {
    return [block.starts[first]!, block.starts[end - 1]! + block.pieces[end - 1]!.length];
  }
  return ranges[token - firstToken]!;
}

/** Each letter of a script without spaces, with what belongs to it, and what is between them. */
const PARTS = new RegExp(`${UNSPACED}[\\p{M}\\p{Cf}\\uff9e\\uff9f]*|(?:(?!${UNSPACED}).)+`, 'gsu');

/** For each token of a piece, where in it. */
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

/** A piece without what is not part of a word at its ends; all of it where nothing else is left (`™` is two letters to a token). */
function wordIn(piece: string): TextRange {
  const from = /^[^\p{L}\p{N}]*/u.exec(piece)![0].length;
  if (from === piece.length) return [0, piece.length];
  return [from, piece.length - /[^\p{L}\p{N}\p{M}]*$/u.exec(piece)![0].length];
}
