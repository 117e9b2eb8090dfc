import { describe, expect, it } from 'vitest';
import { blockStarts } from './blocks.js';
import { madeWords, type Row } from './made-words.js';

describe('blockStarts', () => {
  it.each<[string, readonly Row[], number[]]>([
    ['no words', [], []],
    ['one word', [[0, 0, 1, 'a']], [0]],
    [
      'one speaker going on',
      [
        [0, 0, 1, 'a'],
        [0, 1, 2, 'b'],
      ],
      [0],
    ],
    [
      'another speaker between',
      [
        [0, 0, 1, 'a'],
        [1, 1, 2, 'b'],
        [0, 2, 3, 'c'],
      ],
      [0, 1, 2],
    ],
    [
      'a silence of 2 s',
      [
        [0, 0, 1, 'a'],
        [0, 3, 4, 'b'],
      ],
      [0],
    ],
    [
      'a silence of 2 s whose doubles differ by more',
      [
        [0, 0, 2.4, 'a'],
        [0, 4.4, 5, 'b'],
      ],
      [0],
    ],
    [
      'a silence just over 2 s',
      [
        [0, 0, 1, 'a'],
        [0, 3.000001, 4, 'b'],
      ],
      [0, 1],
    ],
    [
      'a long word that is no silence',
      [
        [0, 0, 60, 'a'],
        [0, 61, 62, 'b'],
      ],
      [0],
    ],
    [
      'a silence since the word before, though an earlier one goes on',
      [
        [0, 0, 10, 'a'],
        [0, 1, 2, 'b'],
        [0, 5, 6, 'c'],
      ],
      [0, 2],
    ],
    [
      'words that overlap',
      [
        [0, 0, 5, 'a'],
        [0, 1, 2, 'b'],
        [1, 1.5, 3, 'c'],
        [1, 1.5, 1.5, 'd'],
        [0, 2, 3, 'e'],
      ],
      [0, 2, 4],
    ],
  ])('parts %s', (_, rows, starts) => expect(blockStarts(madeWords(rows))).toEqual(starts));
});
