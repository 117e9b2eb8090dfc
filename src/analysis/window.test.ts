import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockMatches } from './topic-matches.js';
import { withinWindow } from './window.js';

/** Blocks of [topic id, match start times]. */
function blocksOf(...blocks: readonly (readonly (readonly [string, readonly number[]])[])[]): BlockMatches[] {
  return blocks.map((topics, index) => ({
    startTime: index,
    endTime: index + 1,
    text: `block ${index}`,
    speakerType: 'UNKNOWN',
    topicsWithMatches: topics.map(([topicId, starts]) => ({
      topicId,
      topicName: `Topic ${topicId}`,
      matches: starts.map((matchStartTime) => ({
        searchText: ['a'],
        matchingText: 'a',
        matchStartTime,
        matchStartIndex: 0,
        matchEndTime: matchStartTime + 100,
        matchEndIndex: 0,
      })),
    })),
  }));
}

describe('withinWindow', () => {
  it.each<[string, BlockMatches[], number, number, BlockMatches[]]>([
    ['all with a minimum of 1', blocksOf([['1', [0]]], [['1', [500]]]), 0, 1, blocksOf([['1', [0]]], [['1', [500]]])],
    ['those of a closed window', blocksOf([['1', [0, 10, 20.1]]]), 10, 2, blocksOf([['1', [0, 10]]])],
    ['a closed window of doubles', blocksOf([['1', [2.4, 4.4]]]), 2, 2, blocksOf([['1', [2.4, 4.4]]])],
    ['none where too few', blocksOf([['1', [0, 1]]]), 10, 3, []],
    ['any window, not only one from a match’s start', blocksOf([['1', [0, 8, 9]]]), 9, 3, blocksOf([['1', [0, 8, 9]]])],
    ['matches at one time', blocksOf([['1', [5, 5]]]), 0, 2, blocksOf([['1', [5, 5]]])],
    ['matches across blocks', blocksOf([['1', [0]]], [['1', [5]]]), 5, 2, blocksOf([['1', [0]]], [['1', [5]]])],
    [
      'none of another topic’s',
      blocksOf([
        ['1', [0]],
        ['2', [1]],
      ]),
      5,
      2,
      [],
    ],
    [
      'blocks and topics that are left with any',
      blocksOf(
        [
          ['1', [0]],
          ['2', [1]],
        ],
        [['2', [3, 30]]],
        [['1', [40]]],
      ),
      5,
      2,
      blocksOf([['2', [1]]], [['2', [3]]]),
    ],
    ['nothing of nothing', [], 5, 1, []],
  ])('keeps %s', (_, given, seconds, minimum, kept) => {
    // Blocks are compared by their topics: dropped blocks leave gaps in the numbers of the made ones.
    const topics = (blocks: BlockMatches[]) => blocks.map((block) => block.topicsWithMatches);
    expect(topics(withinWindow(given, seconds, minimum))).toEqual(topics(kept));
  });

  it('keeps a match exactly if a window that begins at some match holds it and enough others', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(100), { maxLength: 5 }), { maxLength: 6 }),
        fc.nat(30),
        fc.integer({ min: 1, max: 5 }),
        (made, seconds, minimum) => {
          const times = made.flat().sort((a, b) => a - b);
          const windows = times.map((from) => times.filter((time) => time >= from && time <= from + seconds));
          const expected = times.filter((time) =>
            windows.some((window) => window.length >= minimum && window.includes(time)),
          );
          const kept = withinWindow(blocksOf(...made.map((starts) => [['1', starts] as const])), seconds, minimum);
          const found = kept.flatMap((block) => block.topicsWithMatches.flatMap((topic) => topic.matches));
          expect(found.map((match) => match.matchStartTime).sort((a, b) => a - b)).toEqual(expected);
        },
      ),
    );
  });
});
