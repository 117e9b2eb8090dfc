import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HeardSegment, type HeardWord, settleWords } from './settle.js';

type Row = readonly [text: string, start: number | null, end: number | null, speaker?: number, segment?: number];

const heard = (rows: readonly Row[]): HeardWord[] =>
  rows.map(([text, start, end, speaker = 0, segment]) => ({ text, start, end, speaker, segment: segment ?? null }));

/** `text start-end`, with * for interpolated times. */
function settled(rows: readonly Row[], segments: readonly HeardSegment[] = []): string[] {
  const { words, interpolated } = settleWords(heard(rows), segments);
  const isMarked = (i: number) =>
    interpolated.some((from, at) => at % 2 === 0 && from <= i && i < interpolated[at + 1]!);
  return words.map(({ text, start, end }, i) => `${text} ${start}-${end}${isMarked(i) ? '*' : ''}`);
}

test.each<[string, Row[], HeardSegment[], string[]]>([
  [
    'sound times stay',
    [
      ['a', 0, 1],
      ['b', 1.5, 2.0004],
    ],
    [],
    ['a 0-1', 'b 1.5-2'],
  ],
  [
    'words of no length stay',
    [
      ['a', 1, 1],
      ['b', 1, 1],
    ],
    [],
    ['a 1-1', 'b 1-1'],
  ],
  [
    'an end before its start is found anew',
    [
      ['a', 1, 0.5],
      ['b', 1.5, 2],
    ],
    [],
    ['a 1-1.5*', 'b 1.5-2'],
  ],
  ['the last one too', [['abcd', 1, 0.5]], [], ['abcd 1-1.28*']],
  [
    'no number and below 0',
    [
      ['a', -1, 1],
      ['b', Number.NaN, 2],
    ],
    [],
    ['a 0-1', 'b 1-2*'],
  ],
  [
    'an overlap is cut',
    [
      ['a', 0, 1.5],
      ['b', 1, 2],
    ],
    [],
    ['a 0-1', 'b 1-2'],
  ],
  [
    'a start too late is out of order',
    [
      ['a', 0, 1],
      ['b', 9, 9.5],
      ['c', 2, 3],
    ],
    [],
    ['a 0-1', 'b 1-2*', 'c 2-3'],
  ],
  [
    'a start too early too',
    [
      ['a', 4, 5],
      ['b', 5, 6],
      ['c', 1, 2],
      ['d', 7, 8],
    ],
    [],
    ['a 4-5', 'b 5-6', 'c 6-7*', 'd 7-8'],
  ],
  [
    'absent times share the gap by letters',
    [
      ['x', 0, 1],
      ['a', null, null],
      ['bbb', null, null],
      ['y', 5, 6],
    ],
    [],
    ['x 0-1', 'a 1-2*', 'bbb 2-5*', 'y 5-6'],
  ],
  [
    'an open end lasts a second at most',
    [
      ['a', 0, null],
      ['b', 0.5, null],
      ['c', 5, 6],
    ],
    [],
    ['a 0-0.5', 'b 0.5-1.5*', 'c 5-6'],
  ],
  [
    'no times at all',
    [
      ['ab', null, null],
      ['cd', null, null],
    ],
    [],
    ['ab 0-0.14*', 'cd 0.14-0.28*'],
  ],
  [
    'nor a gap to put them in',
    [
      ['a', 0, 1],
      ['b', null, null, 1],
      ['c', 1, 2],
    ],
    [],
    ['a 0-1', 'b 1-1*', 'c 1-2'],
  ],
  [
    'the words of a cue fill it',
    [
      ['abc', null, null, 0, 0],
      ['d', null, null, 0, 0],
    ],
    [{ start: 2, end: 4 }],
    ['abc 2-3.5*', 'd 3.5-4*'],
  ],
  ['one word has the times of its cue', [['a', null, null, 0, 0]], [{ start: 2, end: 4 }], ['a 2-4']],
  [
    'a time outside the segment moves to its edge',
    [
      ['a', 1, 2.5, 0, 0],
      ['b', 3, 9, 0, 0],
    ],
    [{ start: 2, end: 4 }],
    ['a 2-2.5', 'b 3-4'],
  ],
  [
    'cues in any order',
    [
      ['b', null, null, 0, 0],
      ['a', null, null, 0, 1],
    ],
    [
      { start: 2, end: 4 },
      { start: 0, end: 1 },
    ],
    ['a 0-1', 'b 2-4'],
  ],
  [
    'a cue ends where the same speaker goes on',
    [
      ['a', null, null, 0, 0],
      ['b', null, null, 0, 0],
      ['c', null, null, 0, 1],
    ],
    [
      { start: 0, end: 4 },
      { start: 2, end: 5 },
    ],
    ['a 0-1*', 'b 1-2*', 'c 2-5'],
  ],
  [
    'but not where another speaks',
    [
      ['a', null, null, 0, 0],
      ['b', null, null, 0, 0],
      ['c', null, null, 1, 1],
    ],
    [
      { start: 0, end: 4 },
      { start: 1, end: 5 },
    ],
    ['a 0-2*', 'c 1-5', 'b 2-4*'],
  ],
  [
    'cues of one speaker that start together are one',
    [
      ['a', null, null, 0, 0],
      ['b', null, null, 0, 0],
      ['c', null, null, 0, 1],
      ['d', null, null, 0, 1],
    ],
    [
      { start: 0, end: 2 },
      { start: 0, end: 4 },
    ],
    ['a 0-1*', 'b 1-2*', 'c 2-3*', 'd 3-4*'],
  ],
])('%s', (_, rows, segments, expected) => {
  expect(settled(rows, segments)).toEqual(expected);
});

test('what was wrong is told', () => {
  const rows: Row[] = [
    ['a', 1, 0.5],
    ['b', 9, 10],
    ['c', 2, 4],
    ['d', 3, 5],
  ];
  expect(settleWords(heard(rows), []).notes).toEqual([
    '1 word ended before the start; the end is interpolated.',
    '1 word had a time out of order; it is interpolated.',
    "1 word lasted into the same speaker's next word; the end is cut.",
  ]);
});

const time = fc.option(fc.integer({ min: -2, max: 40 }).map((tenths) => tenths / 10));
const anyWord = fc.record({
  text: fc.constantFrom('a', 'bcd', 'efghij', '—'),
  start: time,
  end: time,
  speaker: fc.integer({ min: 0, max: 2 }),
  segment: fc.option(fc.integer({ min: 0, max: 3 })),
});
const anySegment = fc.record({ start: fc.integer({ min: 0, max: 4 }), end: fc.integer({ min: -1, max: 5 }) });

test('whatever was heard, the times are sound and no word is lost', () => {
  fc.assert(
    fc.property(
      fc.array(anyWord, { maxLength: 12 }),
      fc.array(anySegment, { minLength: 4, maxLength: 4 }),
      (words, segments) => {
        const { words: sound, interpolated } = settleWords(words, segments);
        expect(sound.map(({ text }) => text).sort()).toEqual(words.map(({ text }) => text).sort());
        const lastEnd = new Map<number, number>();
        for (const [i, { start, end, speaker }] of sound.entries()) {
          expect(start).toBeGreaterThanOrEqual(Math.max(0, sound[i - 1]?.start ?? 0));
          expect(end).toBeGreaterThanOrEqual(start);
          expect(start).toBeGreaterThanOrEqual(lastEnd.get(speaker) ?? 0);
          lastEnd.set(speaker, end);
        }
        expect(interpolated).toEqual([...interpolated].sort((a, b) => a - b));
        // Sound words stay as they are, but for the marks.
        const again = settleWords(
          sound.map((word) => ({ ...word, segment: null })),
          [],
        );
        expect(again.words).toEqual(sound);
        expect(again.notes).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});
