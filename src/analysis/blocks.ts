import { TIME_NOISE_SECONDS } from './times.js';
import type { Words } from './words.js';

/** The longest silence inside a block. */
const MAX_SILENCE_SECONDS = 2;

/**
 * Finds the index of each block's first word. A block is a run of one speaker's words, in order of start, with no other
 * speaker's word between them and no silence over 2 s inside (api-v2 §5).
 *
 * Words may overlap or nest, even those of one speaker. Both rules about ends are read literally. A silence lasts from
 * the end of the preceding word, in order of start, to the word's start, even while an earlier word still lasts. A
 * block ends where its last word in that order ends. No block's length is negative: a word ends at or after its start,
 * which is at or after the block's.
 */
export function blockStarts(words: Words): number[] {
  const { count, start, end, speaker } = words;
  const firsts: number[] = [];
  for (let i = 0; i < count; i++) {
    const joins =
      i > 0 && speaker[i] === speaker[i - 1] && start[i]! - end[i - 1]! <= MAX_SILENCE_SECONDS + TIME_NOISE_SECONDS;
    if (!joins) firsts.push(i);
  }
  return firsts;
}
