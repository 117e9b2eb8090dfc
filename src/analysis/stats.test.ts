import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeForm } from './form.js';
import { encodeForm } from './form-encoder.js';
import { madeWords, type Row } from './made-words.js';
import { callStats } from './stats.js';
import type { SpeakerType } from './words.js';

const TYPES: readonly SpeakerType[] = ['EXTERNAL', 'INTERNAL', 'UNKNOWN'];

/** Speaker 0 is EXTERNAL, 1 INTERNAL, all others UNKNOWN. */
function statsOf(rows: readonly Row[], durationSeconds: number | null = null) {
  return callStats(decodeForm(encodeForm(madeWords(rows))), durationSeconds, (speaker) => TYPES[speaker] ?? 'UNKNOWN');
}

describe('talk times and ratio', () => {
  it('gives the reference’s 418 and 238 s and their ratio', () => {
    const stats = statsOf([
      [1, 0, 300.25, 'a'],
      [0, 300.5, 538.1, 'b'],
      [1, 540, 657.5, 'c'],
    ]);
    expect(stats).toMatchObject({ internalTalkTime: 418, externalTalkTime: 238, talkRatio: 0.6371951219512195 });
  });

  it('counts a block from its first word’s start to its last word’s end, short silences included', () => {
    const stats = statsOf([
      [1, 1, 2, 'a'],
      [1, 4, 5, 'b'],
      [1, 8, 9, 'c'],
    ]);
    expect([stats.internalTalkTime, stats.longestSegmentDurations]).toEqual([5, { 1: 4 }]);
  });

  it('takes the last word in order of start for a block’s end', () => {
    expect(
      statsOf([
        [1, 0, 10, 'a'],
        [1, 1, 4, 'b'],
      ]).internalTalkTime,
    ).toBe(4);
  });

  it('counts unknown speakers in the ratio alone, from their rounded time', () => {
    const stats = statsOf([
      [1, 0, 3, 'a'],
      [0, 3, 5, 'b'],
      [2, 5, 6.5, 'c'],
      [3, 10, 12, 'd'],
    ]);
    // 1.5 s and 2 s are unknown: 3.5 s, rounded to 4.
    expect([stats.internalTalkTime, stats.externalTalkTime, stats.talkRatio]).toEqual([3, 2, 3 / 9]);
  });

  it.each([
    ['0.5 up', [0.5], 1],
    ['under 0.5 down', [0.499], 0],
    ['0.5 up where its parts add up to less as doubles', [0.7, 0.1, 0.7], 2],
  ])('rounds %s', (_, lengths, seconds) => {
    const rows = lengths.map((length, i): Row => [1, i * 10, i * 10 + length, 'a']);
    expect(statsOf(rows).internalTalkTime).toBe(seconds);
  });

  it('goes by exact seconds where all rounded ones are 0', () => {
    const rows: Row[] = [
      [1, 0, 0.4, 'a'],
      [0, 1, 1.1, 'b'],
      [2, 2, 2.3, 'c'],
    ];
    const { internalTalkTime, externalTalkTime, talkRatio } = statsOf(rows);
    expect([internalTalkTime, externalTalkTime]).toEqual([0, 0]);
    expect(talkRatio).toBeCloseTo(0.4 / 0.8, 12);
    expect(statsOf(rows.slice(0, 1)).talkRatio).toBe(1);
    expect(statsOf(rows.slice(1)).talkRatio).toBe(0);
    // One time that rounds up is enough for the rounded times to be used.
    expect(statsOf([...rows, [2, 9, 9.5, 'd']]).talkRatio).toBe(0);
  });

  it.each<[string, Row[]]>([
    ['there is no word', []],
    ['no word lasts', [[1, 1, 1, 'a']]],
  ])('has no ratio where %s', (_, rows) => expect(statsOf(rows).talkRatio).toBeNull());
});

describe('interchangesPerMinute', () => {
  const rows: Row[] = [
    [0, 0, 1, 'a'],
    [1, 1, 2, 'b'],
    [1, 10, 11, 'c'],
    [0, 12, 13, 'd'],
    [2, 13, 14, 'e'],
    [2, 13.5, 13.6, 'f'],
  ];
  // The changes are 0 → 1, 1 → 0 and 0 → 2; the pause of speaker 1 is not a change.
  it.each([
    ['the duration', 90, 2],
    ['the latest end for a duration of 0', 0, 3 / (14 / 60)],
    ['the latest end for no duration', null, 3 / (14 / 60)],
  ])('divides changes of speaker by %s', (_, duration, rate) => {
    expect(statsOf(rows, duration).interchangesPerMinute).toBe(rate);
  });

  it('is 0 over no time', () => {
    const stats = statsOf([
      [0, 0, 0, 'a'],
      [1, 0, 0, 'b'],
    ]);
    expect([stats.interchangesPerMinute, stats.talkSpeeds]).toEqual([
      0,
      [{ start: 0, end: 0, wordsPerMinute: { 0: 0, 1: 0 } }],
    ]);
  });
});

describe('longestSegmentDurations', () => {
  it('gives each speaker’s longest block as plain doubles', () => {
    const stats = statsOf([
      [0, 0, 76, 'a'],
      [1, 100.26, 134.73, 'b'],
      [0, 140, 141, 'c'],
      [1, 150, 150, 'd'],
      [7, 150, 150, 'e'],
    ]);
    expect(stats.longestSegmentDurations).toEqual({ 0: 76, 1: 134.73 - 100.26, 7: 0 });
    expect(134.73 - 100.26).not.toBe(34.47);
  });
});

describe('talkSpeeds', () => {
  it('gives the reference’s rates for 282 and 512 words in a section', () => {
    const count = 282 + 512;
    const rows = Array.from({ length: count }, (_, i): Row => {
      const start = Math.round((76.24 + (i * 298) / count) * 100) / 100;
      return [i < 282 ? 1 : 0, start, i === count - 1 ? 375.23 : start + 0.01, 'a'];
    });
    const later: Row[] = [
      [0, 375.74, 376.5, 'b'],
      [1, 675.4, 675.63, 'c'],
      [1, 675.64, 727.1, 'd'],
    ];
    expect(statsOf([...rows, ...later]).talkSpeeds).toEqual([
      { start: 76.24, end: 375.23, wordsPerMinute: { 1: 56.59052142212114, 0: 102.74591123448945 } },
      {
        start: 375.74,
        end: 675.63,
        wordsPerMinute: { 0: 1 / ((675.63 - 375.74) / 60), 1: 1 / ((675.63 - 375.74) / 60) },
      },
      { start: 675.64, end: 727.1, wordsPerMinute: { 1: 1 / ((727.1 - 675.64) / 60) } },
    ]);
  });

  it.each<[string, Row[], [number, number][]]>([
    ['none', [], []],
    [
      'one up to a word that ends 300 s on',
      [
        [0, 10, 11, 'a'],
        [0, 309, 310, 'b'],
        [0, 310, 310.1, 'c'],
      ],
      [
        [10, 310],
        [310, 310.1],
      ],
    ],
    [
      'one where the doubles make it more than 300 s',
      [
        [0, 212.003, 213, 'a'],
        [0, 512, 512.003, 'b'],
      ],
      [[212.003, 512.003]],
    ],
    [
      'one for a word longer than that',
      [
        [0, 0, 400, 'a'],
        [1, 350, 401, 'b'],
      ],
      [
        [0, 400],
        [350, 401],
      ],
    ],
    [
      'the next at the first word that ends later, whatever follows',
      [
        [0, 0, 1, 'a'],
        [1, 200, 301, 'b'],
        [0, 210, 220, 'c'],
      ],
      [
        [0, 1],
        [200, 220],
      ],
    ],
    [
      'none for a long pause',
      [
        [0, 0, 1, 'a'],
        [0, 1000, 1001, 'b'],
      ],
      [
        [0, 1],
        [1000, 1001],
      ],
    ],
  ])('makes %s', (_, rows, sections) => {
    expect(statsOf(rows).talkSpeeds.map(({ start, end }) => [start, end])).toEqual(sections);
  });

  it('counts no word without a letter or digit, which belongs to its section all the same', () => {
    const rows: Row[] = [
      [0, 0, 0.5, '—'],
      [0, 1, 2, '5', '%'],
      [0, 2, 3, 'well'],
      [1, 3, 4, '...'],
      [0, 4, 6, '👍'],
      [0, 300, 301, '-'],
    ];
    expect(statsOf(rows).talkSpeeds).toEqual([
      { start: 0, end: 6, wordsPerMinute: { 0: 20, 1: 0 } },
      { start: 300, end: 301, wordsPerMinute: { 0: 0 } },
    ]);
  });

  it('counts as the rule says it, word by word', () => {
    const row = fc.tuple(
      fc.nat(2),
      fc.integer({ min: 0, max: 200_000 }),
      fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 50_000 })),
      fc.constantFrom('a', 'two words', '—', '5'),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (made) => {
        const rows = made
          .sort((a, b) => a[1] - b[1])
          .map(([speaker, start, length, text]): Row => [speaker, start / 100, (start + length) / 100, text]);
        const sections: Row[][] = [];
        for (const word of rows) {
          const section = sections.at(-1);
          if (section && Math.round((word[2] - section[0]![1]) * 100) <= 30_000) section.push(word);
          else sections.push([word]);
        }
        const speeds = sections.map((section) => {
          const start = section[0]![1];
          const end = section.at(-1)![2];
          const wordsPerMinute: Record<string, number> = {};
          for (const [speaker] of section) {
            const count = section.filter((word) => word[0] === speaker && word[3] !== '—').length;
            wordsPerMinute[speaker] = end > start ? count / ((end - start) / 60) : 0;
          }
          return { start, end, wordsPerMinute };
        });
        expect(statsOf(rows).talkSpeeds).toEqual(speeds);
      }),
      { numRuns: 300 },
    );
  });
});

describe('callStats', () => {
  it('has v2’s fields in its order', () => {
    expect(JSON.stringify(statsOf([[1, 0, 1.5, 'a']], 3))).toBe(
      '{"internalTalkTime":2,"externalTalkTime":0,"talkRatio":1,"interchangesPerMinute":0,' +
        '"longestSegmentDurations":{"1":1.5},"talkSpeeds":[{"start":0,"end":1.5,"wordsPerMinute":{"1":40}}]}',
    );
  });

  it.each([0, null, 5e-324, 1e308, Number.NaN, -1])('has finite numbers alone for a duration of %s', (duration) => {
    const stats = statsOf(
      [
        [0, 0, 0, 'a'],
        [1, 0, 1e-9, 'b'],
      ],
      duration,
    );
    const numbers = [stats.interchangesPerMinute, ...Object.values(stats.longestSegmentDurations)];
    for (const speed of stats.talkSpeeds) numbers.push(...Object.values(speed.wordsPerMinute));
    expect(numbers.every(Number.isFinite)).toBe(true);
  });
});
