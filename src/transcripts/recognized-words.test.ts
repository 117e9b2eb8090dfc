import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recognition, RecognizedSegment, RecognizedWord } from './recognition.js';
import { recognizedTranscript } from './recognized-words.js';

type Given = readonly [text: string, start?: number | null, end?: number | null, more?: Partial<RecognizedWord>];

const word = ([text, start = null, end = null, more = {}]: Given): RecognizedWord => ({
  text,
  start,
  end,
  speaker: null,
  confidence: null,
  segment: null,
  ...more,
});

function recognition(...channels: { words: readonly Given[]; segments?: readonly RecognizedSegment[] }[]): Recognition {
  return {
    engine: 'test',
    language: null,
    channels: channels.map(({ words, segments = [] }) => ({ words: words.map(word), segments })),
  };
}

/** One channel of 60 seconds, as lines of `start end word p`. */
function lines(words: readonly Given[], segments: readonly RecognizedSegment[] = [], durationSeconds = 60) {
  const { words: made, ...rest } = recognizedTranscript(recognition({ words, segments }), {
    durationSeconds,
    channels: [0],
  });
  return { words: made.map(({ start, end, word, p = '' }) => `${start} ${end} ${word} ${p}`.trim()), ...rest };
}

test('sound words stay as they are', () => {
  const given: Given[] = [
    ['Hello', 0.1, 0.5],
    ['there', 0.5, 0.9],
    ['Ann', 2, 2.3456],
  ];
  expect(lines(given)).toEqual({
    words: ['0.1 0.5 Hello', '0.5 0.9 there', '2 2.346 Ann'],
    interpolated: [],
    notes: [],
  });
});

test.each<[string, Given[], string[]]>([
  ['the marks after a word are apart', [['Hello,', 0, 1]], ['0 1 Hello ,']],
  ['several marks stay together', [['What?!', 0, 1]], ['0 1 What ?!']],
  [
    'marks before and within a word are its own',
    [
      ['¿Qué', 0, 1],
      ['it’s', 1, 2],
      ['$1,500.50', 2, 3],
    ],
    ['0 1 ¿Qué', '1 2 it’s', '2 3 $1,500.50'],
  ],
  [
    'the dots of an abbreviation are its own',
    [
      ['U.S.', 0, 1],
      ['p.m.', 1, 2],
    ],
    ['0 1 U.S.', '1 2 p.m.'],
  ],
  [
    'a mark that is alone belongs to the word before',
    [
      ['Hello', 0, 1],
      [' ,', 1, 1.1],
    ],
    ['0 1 Hello ,'],
  ],
  [
    'a mark before all words goes',
    [
      ['.', 0, 1],
      ['Hello', 1, 2],
    ],
    ['1 2 Hello'],
  ],
  [
    'empty words go',
    [
      ['', 0, 1],
      [' ', 1, 2],
      ['Hello', 2, 3],
    ],
    ['2 3 Hello'],
  ],
  [
    'what is not speech goes',
    [
      ['[BLANK_AUDIO]', 0, 1],
      ['♪♪', 1, 2],
      ['[', 2, 3],
    ],
    ['2 3 ['],
  ],
  ['what the wire refuses goes', [['a\0b\ud800', 0, 1]], ['0 1 ab\ufffd']],
  ['Chinese marks are marks', [['你好。', 0, 1]], ['0 1 你好 。']],
])('%s', (_, given, expected) => {
  expect(lines(given).words).toEqual(expected);
});

test('several words in one share its time', () => {
  expect(
    lines([
      ['Old York', 1, 2],
      ['city', 2, 2.5],
    ]),
  ).toMatchObject({
    words: ['1 1.452 Old', '1.452 2 York', '2 2.5 city'],
    interpolated: [0, 2],
  });
});

test('a word that ends before it starts keeps its start', () => {
  expect(
    lines([
      ['one', 1, 0.5],
      ['two', 1.2, 1.5],
    ]),
  ).toMatchObject({
    words: ['1 1.2 one', '1.2 1.5 two'],
    interpolated: [0, 1],
  });
});

test('a word without length lasts as long as it takes to say', () => {
  expect(
    lines([
      ['one', 1, 1],
      ['two', 5, 5.2],
    ]).words,
  ).toEqual(['1 1.28 one', '5 5.2 two']);
});

test('words that overlap are cut where the next starts', () => {
  expect(
    lines([
      ['one', 1, 1.8],
      ['two', 1.5, 2],
    ]),
  ).toEqual({
    words: ['1 1.5 one', '1.5 2 two'],
    interpolated: [],
    notes: ['The end of 1 word was moved: it overlapped the next word.'],
  });
});

test('a word stretched over a silence is cut', () => {
  expect(
    lines([
      ['you', 1, 29],
      ['two', 30, 30.3],
    ]),
  ).toMatchObject({ words: ['1 1.28 you', '30 30.3 two'] });
});

test('words that start together share the time up to the next', () => {
  expect(
    lines([
      ['one', 1, 1],
      ['two', 1, 1],
      ['six', 1, 1],
      ['ten', 1.6, 2],
    ]),
  ).toMatchObject({
    words: ['1 1.2 one', '1.2 1.4 two', '1.4 1.6 six', '1.6 2 ten'],
    interpolated: [0, 3],
  });
});

test('one start that contradicts all others is not relied on', () => {
  expect(
    lines([
      ['one', 1, 1.2],
      ['two', 50, 50.2],
      ['six', 2, 2.2],
      ['ten', 3, 3.2],
    ]),
  ).toMatchObject({
    words: ['1 1.2 one', '1.2 1.48 two', '2 2.2 six', '3 3.2 ten'],
    interpolated: [1, 2],
  });
});

test('words without times share their segment by their length', () => {
  const segments = [
    { start: 1, end: 3 },
    { start: 5, end: 6 },
  ];
  const given: Given[] = [
    ['aa', null, null, { segment: 0 }],
    ['bb', null, null, { segment: 0 }],
    ['cc', null, null, { segment: 1 }],
  ];
  expect(lines(given, segments)).toMatchObject({
    words: ['1 2 aa', '2 3 bb', '5 6 cc'],
    interpolated: [0, 3],
    notes: ['The times of 3 words are interpolated: the engine gave none, or none that can be right.'],
  });
});

test('words without any times follow each other at the pace of speech', () => {
  expect(lines([['aa'], ['bb'], ['cc']]).words).toEqual(['0 0.22 aa', '0.22 0.44 bb', '0.44 0.66 cc']);
});

test('segments that come by speaker are put in order', () => {
  const segments = [
    { start: 5, end: 6 },
    { start: 1, end: 2 },
  ];
  expect(
    lines(
      [
        ['bb', 5, 6, { segment: 0 }],
        ['aa', 1, 2, { segment: 1 }],
      ],
      segments,
    ).words,
  ).toEqual(['1 2 aa', '5 6 bb']);
});

test('times beyond the recording are not relied on; a little beyond is rounding', () => {
  expect(
    lines(
      [
        ['one', -0.3, 0.2],
        ['two', 2, 2.2],
        ['six', 900, 901],
      ],
      [],
      4,
    ).words,
  ).toEqual(['0 0.2 one', '2 2.2 two', '2.2 2.48 six']);
  expect(
    lines(
      [
        ['one', 1, 1.5],
        ['two', 4.1, 4.4],
      ],
      [],
      4,
    ).words,
  ).toEqual(['1 1.5 one', '3.98 4 two']);
});

const again = (count: number, each: (k: number) => Given[]) => Array.from({ length: count }, (_, k) => each(k)).flat();

test.each<[string, number, Given[]]>([
  ['a real "no no no no"', 4, again(4, (k) => [['no', 1 + k * 0.3, 1.25 + k * 0.3]])],
  ['a listener who says yes again and again', 30, again(30, (k) => [['yes', k * 2, k * 2 + 0.3]])],
  [
    'a phrase squeezed into nothing',
    2,
    again(10, () => [
      ['thank', 5, 5],
      ['you', 5, 5],
    ]),
  ],
  [
    'a phrase stretched over a silence',
    2,
    again(5, (k) => [
      ['Thank', k * 10, k * 10 + 5],
      ['you.', k * 10 + 5, k * 10 + 10],
    ]),
  ],
  [
    'a phrase said thirty times without a pause',
    3,
    again(30, (k) => [
      ['I', k, k + 0.2],
      ['don’t', k + 0.2, k + 0.5],
      ['know', k + 0.5, k + 0.9],
    ]),
  ],
  ['two sayings, however long', 2, again(2, (k) => [['you', k * 10, k * 10 + 10]])],
  ['sayings without times', 4, again(4, () => [['no']])],
])('repeats: of %s, %i words stay', (_, count, given) => {
  const { words, notes } = lines(given);
  expect(words).toHaveLength(count);
  const left = given.length - count;
  expect(notes.filter((note) => note.includes('repeated'))).toEqual(
    left === 0 ? [] : [`The engine repeated itself as nobody speaks: ${left} words were left out.`],
  );
});

test('each of several channels is a speaker, whatever the engine says of speakers', () => {
  const given = recognition(
    {
      words: [
        ['Hello', 1, 2, { speaker: 'A' }],
        ['Bob', 2, 3, { speaker: 'B' }],
      ],
    },
    { words: [['Hi', 1.5, 2.5]] },
  );
  expect(recognizedTranscript(given, { durationSeconds: 9, channels: [0, 2] }).words).toEqual([
    { start: '1', end: '2', word: 'Hello', v: 0 },
    { start: '1.5', end: '2.5', word: 'Hi', v: 2 },
    { start: '2', end: '3', word: 'Bob', v: 0 },
  ]);
});

test('one channel has the speakers that the engine told apart, who may talk at once', () => {
  const given: Given[] = [
    ['Hello', 1, 2, { speaker: 'B' }],
    ['Hi', 1.5, 2.5, { speaker: 'A' }],
    ['there', 2.5, 3],
    ['Bob', 2, 3, { speaker: 'B' }],
  ];
  const { words, notes } = recognizedTranscript(recognition({ words: given }), { durationSeconds: 9, channels: [0] });
  expect(words.map(({ start, end, word, v }) => `${v} ${start} ${end} ${word}`)).toEqual([
    '0 1 2 Hello',
    '1 1.5 2.5 Hi',
    '0 2 3 Bob',
    '1 2.5 3 there',
  ]);
  expect(notes).toEqual([]);
});

test('one channel of an engine that tells no speakers apart is one speaker: the channel', () => {
  const given = recognition({ words: [['Hello', 1, 2]] });
  expect(recognizedTranscript(given, { durationSeconds: 9, channels: [1] }).words).toMatchObject([{ v: 1 }]);
});

test('channels that nobody named are a mistake', () => {
  expect(() => recognizedTranscript(recognition({ words: [] }), { durationSeconds: 9, channels: [] })).toThrow(
    '1 channels were recognised, but 0 are named',
  );
});

test('whatever an engine returns, the transcript is sound', () => {
  const time = fc.option(fc.oneof(fc.double(), fc.double({ min: -2, max: 40 }), fc.integer({ min: 0, max: 30 })));
  const anyWord = fc.record({
    text: fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom('no', 'a b', 'Yes.', ',', '')),
    start: time,
    end: time,
    speaker: fc.option(fc.constantFrom('A', 'B')),
    confidence: fc.constant(null),
    segment: fc.option(fc.integer({ min: 0, max: 3 })),
  });
  const seconds = fc.oneof(fc.double(), fc.double({ min: -1, max: 35 }));
  const channel = fc.record({
    words: fc.array(anyWord, { maxLength: 20 }),
    segments: fc.array(fc.record({ start: seconds, end: seconds }), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(channel, { maxLength: 3 }), (channels) => {
      const { words, interpolated } = recognizedTranscript(
        { engine: 'test', language: null, channels },
        { durationSeconds: 30, channels: channels.map((_, i) => i) },
      );
      const ends = new Map<number, number>();
      let last = 0;
      for (const { start, end, word, p, v } of words) {
        expect(`${start} ${end}`).toMatch(/^\d+(\.\d{1,3})? \d+(\.\d{1,3})?$/);
        expect(Number(start)).toBeGreaterThanOrEqual(Math.max(last, ends.get(v) ?? 0));
        expect(Number(end)).toBeGreaterThan(Number(start));
        expect(Number(end)).toBeLessThanOrEqual(30);
        expect(word).toMatch(/^\S{1,1000}$/su);
        expect(word.isWellFormed() && !word.includes('\0') && p !== '').toBe(true);
        last = Number(start);
        ends.set(v, Number(end));
      }
      expect(interpolated.every((at, i) => at > (interpolated[i - 1] ?? -1) && at <= words.length)).toBe(true);
    }),
  );
});
