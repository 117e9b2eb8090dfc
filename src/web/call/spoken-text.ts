import { blockStarts } from '../../analysis/blocks.js';
import type { Words } from '../../analysis/words.js';

/** A word as /api/v1 shows it in a call. */
export interface ShownWord {
  readonly start: string;
  readonly end: string;
  readonly word: string;
  readonly p?: string;
  readonly v: number;
}

/** A run of one speaker's words. */
export interface SpokenBlock {
  readonly speaker: number;
  /** The indexes of its words: from `first` up to and without `after`. */
  readonly first: number;
  readonly after: number;
  readonly startSeconds: number;
  /** When its last word ends. */
  readonly endSeconds: number;
  readonly text: string;
}

/** A transcript as text: columns of words, and the blocks that they are shown in. No object is kept for a word. */
export interface SpokenText {
  /** Seconds; ascending. */
  readonly starts: Float64Array;
  /** Seconds. */
  readonly ends: Float64Array;
  /** Where each word is in the text of its block, in UTF-16 units. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly blocks: readonly SpokenBlock[];
  /** The first word of each block. */
  readonly firsts: readonly number[];
}

const made = new WeakMap<readonly ShownWord[], SpokenText>();

/** Makes the text of a transcript; once for each, because player and transcript both show it. */
export function spokenText(words: readonly ShownWord[]): SpokenText {
  const known = made.get(words);
  if (known !== undefined) return known;
  const fresh = makeSpokenText(words);
  made.set(words, fresh);
  return fresh;
}

function makeSpokenText(words: readonly ShownWord[]): SpokenText {
  const count = words.length;
  const starts = Float64Array.from(words, (word) => Number(word.start));
  const ends = Float64Array.from(words, (word) => Number(word.end));
  const speakers = Uint16Array.from(words, (word) => word.v);
  const from = new Uint32Array(count);
  const to = new Uint32Array(count);
  const columns: Words = { count, start: starts, end: ends, speaker: speakers, text: [], punctuation: [] };
  const firsts = blockStarts(columns);
  const blocks = firsts.map((first, i): SpokenBlock => {
    const after = firsts[i + 1] ?? count;
    let text = '';
    for (let at = first; at < after; at++) {
      const { word, p = '' } = words[at]!;
      if (at > first) text += ' ';
      from[at] = text.length;
      text += word;
      to[at] = text.length;
      text += p;
    }
    return {
      speaker: speakers[first]!,
      first,
      after,
      startSeconds: starts[first]!,
      endSeconds: ends[after - 1]!,
      text,
    };
  });
  return { starts, ends, from, to, blocks, firsts };
}

/** When the last word ends, in seconds; 0 without words. */
export const lengthOf = ({ ends }: SpokenText): number => ends.reduce((latest, end) => Math.max(latest, end), 0);

/** The index of the last value that is at or below `value` in ascending values; -1 if there is none. */
export function lastAtOrBelow(values: ArrayLike<number>, value: number, low = 0, high = values.length): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (values[middle]! <= value) from = middle + 1;
    else to = middle;
  }
  return from - 1 < low ? -1 : from - 1;
}

/** The block that holds a word. */
export const blockOf = ({ firsts }: SpokenText, word: number): number => lastAtOrBelow(firsts, word);

/** The word at a place in a block's text: the one that the place is in, or the last before it. */
export function wordAt({ from, blocks }: SpokenText, block: number, offset: number): number {
  const { first, after } = blocks[block]!;
  const found = lastAtOrBelow(from, offset, first, after);
  return found < 0 ? first : found;
}

/** A transcript of which only the blocks are known: each is heard as a whole. */
export function blocksAsWords(
  blocks: readonly {
    readonly startTime: number;
    readonly endTime: number;
    readonly speakerNumber: number;
    readonly text: string;
  }[],
): ShownWord[] {
  return blocks.map(({ startTime, endTime, speakerNumber, text }) => ({
    start: String(startTime),
    end: String(endTime),
    word: text,
    v: speakerNumber,
  }));
}
