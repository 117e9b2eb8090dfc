// Small calls with the analysis that the specification gives them, worked out by hand (the arithmetic is beside each).
// Data only, so that the same cases can go through the reference and through the real thing. A case states only what it
// is about. Its topics are in order of id, the canonical questions topic first.

import type { BlockMatches, QuestionCounts, SpeakerType, Stats, Topic, TranscriptRow, Word } from './analysis.js';

export interface Case {
  name: string;
  words: Word[];
  duration: number | null;
  /** By speaker number; a speaker who is not here is UNKNOWN. */
  speakerTypes: [number, SpeakerType][];
  topics: Topic[];
  canonicalTopicId: number;
  window?: { length: number; minimumMatches: number };
  expected: {
    transcript?: TranscriptRow[];
    stats?: Partial<Stats>;
    topicMatches?: BlockMatches[];
    /** What is left of the matches under `window`. */
    topicMatchesInWindow?: BlockMatches[];
    questionCounts?: QuestionCounts;
  };
}

export const CANONICAL_TOPIC_ID = 1;

function w(v: number, start: string, end: string, word: string, p?: string): Word {
  return p === undefined ? { start, end, word, v } : { start, end, word, p, v };
}

/** Words a second apart, each half a second long: the nth, from zero, lasts from `from + n` to `from + n + 0.5`. */
function said(v: number, from: number, ...words: (string | [word: string, p: string])[]): Word[] {
  return words.map((word, n) => {
    const [text, p] = typeof word === 'string' ? [word] : word;
    return w(v, `${from + n}.0`, `${from + n}.5`, text, p);
  });
}

function canonical(...words: string[]): Topic {
  return { id: CANONICAL_TOPIC_ID, name: 'Canonical questions', words };
}

/** A canonical questions topic that matches nothing said in these cases. */
const SILENT = canonical('xylophone');

function counts(internal: number, external: number, unknown: number): QuestionCounts {
  return {
    internalSpeakerQuestionCount: internal,
    externalSpeakerQuestionCount: external,
    unknownSpeakerQuestionCount: unknown,
  };
}

type MadeCase = Pick<Case, 'name' | 'words' | 'expected'> & Partial<Case>;

function made(given: MadeCase): Case {
  return { duration: 60, speakerTypes: [], topics: [SILENT], canonicalTopicId: CANONICAL_TOPIC_ID, ...given };
}

type HandMatch = [searchText: string[], matchingText: string, times: [number, number], indices: [number, number]];

function matched(topic: Topic, ...matches: HandMatch[]): BlockMatches['topicsWithMatches'][number] {
  return {
    topicId: `${topic.id}`,
    topicName: topic.name,
    matches: matches.map(([searchText, matchingText, times, indices]) => ({
      searchText,
      matchingText,
      matchStartTime: times[0],
      matchStartIndex: indices[0],
      matchEndTime: times[1],
      matchEndIndex: indices[1],
    })),
  };
}

// --- blocks -----------------------------------------------------------------------------------------------------------

const blockCases: Case[] = [
  made({
    name: 'blocks: another speaker or a silence over 2 s ends one, exactly 2 s does not',
    words: [
      w(0, '0', '0.5', 'hello'),
      w(0, '0.6', '1.0', 'there', ','),
      w(1, '1.2', '1.5', 'hi', '.'),
      w(1, '3.5', '4', 'again'), // 3.5 − 1.5 = 2: not over 2
      w(1, '6.001', '6.5', 'late', '?'), // 6.001 − 4 = 2.001 > 2
    ],
    expected: {
      transcript: [
        { endTime: 1, speakerNumber: 0, startTime: 0, text: 'hello there,' },
        { endTime: 4, speakerNumber: 1, startTime: 1.2, text: 'hi. again' },
        { endTime: 6.5, speakerNumber: 1, startTime: 6.001, text: 'late?' },
      ],
    },
  }),
  made({
    name: 'blocks: exactly 2 s is 2 s also where binary fractions make it a little more',
    // 4.4 − 2.4 = 2, though in binary floating point 4.4 − 2.4 = 2.0000000000000004
    words: [w(0, '2', '2.4', 'one'), w(0, '4.4', '5', 'two')],
    expected: { transcript: [{ endTime: 5, speakerNumber: 0, startTime: 2, text: 'one two' }] },
  }),
  made({
    name: 'blocks: words are put in order of start; those that start together keep their order',
    words: [
      w(0, '3.0', '3.5', 'fourth'),
      w(0, '1.0', '1.6', 'first'),
      w(0, '10.0', '10.5', 'fifth'), // 10 − 3.5 > 2; and 10 comes after 3, as it would not by spelling
      w(0, '1', '1.2', 'second'),
      w(0, '1.00', '1.5', 'third'),
    ],
    expected: {
      transcript: [
        { endTime: 3.5, speakerNumber: 0, startTime: 1, text: 'first second third fourth' },
        { endTime: 10.5, speakerNumber: 0, startTime: 10, text: 'fifth' },
      ],
    },
  }),
  made({
    name: 'blocks: starts that tie between speakers keep their order too',
    // in order: a(0) b(1) c(0), so three blocks; had 0's words come together there would be two
    words: [w(0, '1', '2', 'a'), w(1, '1', '2', 'b'), w(0, '1', '2', 'c')],
    expected: {
      transcript: [
        { endTime: 2, speakerNumber: 0, startTime: 1, text: 'a' },
        { endTime: 2, speakerNumber: 1, startTime: 1, text: 'b' },
        { endTime: 2, speakerNumber: 0, startTime: 1, text: 'c' },
      ],
    },
  }),
  made({
    name: 'blocks: a word within a word: silence and end go by the last word in order of start',
    // 4.5 − 2 = 2.5 > 2: a silence, although the long word lasts to 10. The first block ends at 2, not at 10.
    words: [w(0, '0', '10', 'looong'), w(0, '1', '2', 'in'), w(0, '4.5', '5', 'after')],
    speakerTypes: [[0, 'INTERNAL']],
    expected: {
      transcript: [
        { endTime: 2, speakerNumber: 0, startTime: 0, text: 'looong in' },
        { endTime: 5, speakerNumber: 0, startTime: 4.5, text: 'after' },
      ],
      // (2 − 0) + (5 − 4.5) = 2.5, halves up: 3; longest 2
      stats: { internalTalkTime: 3, externalTalkTime: 0, talkRatio: 1, longestSegmentDurations: { '0': 2 } },
    },
  }),
  made({
    name: 'blocks: a word of another in the midst parts one, and overlapping blocks count in full',
    words: [w(0, '0', '5', 'well'), w(1, '2', '2.5', 'mhm'), w(0, '5.1', '6.1', 'then')],
    speakerTypes: [
      [0, 'INTERNAL'],
      [1, 'EXTERNAL'],
    ],
    expected: {
      transcript: [
        { endTime: 5, speakerNumber: 0, startTime: 0, text: 'well' },
        { endTime: 2.5, speakerNumber: 1, startTime: 2, text: 'mhm' },
        { endTime: 6.1, speakerNumber: 0, startTime: 5.1, text: 'then' },
      ],
      // internal 5 + 1 = 6; external 0.5, halves up: 1; 6 ÷ (6 + 1) = 0.857142…; 2 changes in 60 s = 2 a minute
      stats: { internalTalkTime: 6, externalTalkTime: 1, talkRatio: 0.8571428571428571, interchangesPerMinute: 2 },
    },
  }),
  made({
    name: 'blocks: no words, none',
    words: [],
    topics: [canonical('what')],
    expected: {
      transcript: [],
      stats: {
        internalTalkTime: 0,
        externalTalkTime: 0,
        talkRatio: null,
        interchangesPerMinute: 0,
        longestSegmentDurations: {},
        talkSpeeds: [],
      },
      topicMatches: [],
      questionCounts: counts(0, 0, 0),
    },
  }),
];

// --- stats ------------------------------------------------------------------------------------------------------------

/** The words of one section of the vendor's example: of `each[v]` words of every speaker, a word every `step` hundredths. */
function section(from: number, to: number, step: number, each: Record<number, number>): Word[] {
  const voices = Object.entries(each).flatMap(([v, n]) => Array.from({ length: n }, () => Number(v)));
  return voices.map((v, i) => {
    const start = from + step * i;
    // Each word ends with the next one's start, and the last one with the section.
    const end = i === voices.length - 1 ? to : start + step;
    return w(v, (start / 100).toFixed(2), (end / 100).toFixed(2), 'word');
  });
}

const statsCases: Case[] = [
  made({
    name: 'stats: the example of the reference, 418 ÷ (418 + 238)',
    words: [
      w(0, '0.00', '200.00', 'mmm'),
      w(0, '201.50', '417.60', 'mmm'), // block 417.6 − 0 = 417.6, rounded 418
      w(1, '420.00', '657.90', 'mmm'), // block 657.9 − 420 = 237.9, rounded 238
    ],
    duration: 730,
    speakerTypes: [
      [0, 'INTERNAL'],
      [1, 'EXTERNAL'],
    ],
    expected: {
      stats: {
        internalTalkTime: 418,
        externalTalkTime: 238,
        talkRatio: 0.6371951219512195, // 418 ÷ 656, from the rounded figures; 417.6 ÷ 655.5 would be 0.63707…
        interchangesPerMinute: 0.0821917808219178, // 1 ÷ (730 ÷ 60) = 60 ÷ 730
        longestSegmentDurations: { '0': 417.6, '1': 237.9 },
      },
    },
  }),
  made({
    name: 'stats: who is not known counts in the ratio alone',
    // 6 ÷ (6 + 3 + 3) = 0.5; speakers 2 (unknown) and 3 (no type) 1 + 2 = 3
    words: [w(0, '0', '6', 'a'), w(1, '6', '9', 'b'), w(2, '9', '10', 'c'), w(3, '10', '12', 'd')],
    speakerTypes: [
      [0, 'INTERNAL'],
      [1, 'EXTERNAL'],
      [2, 'UNKNOWN'],
    ],
    expected: { stats: { internalTalkTime: 6, externalTalkTime: 3, talkRatio: 0.5, interchangesPerMinute: 3 } },
  }),
  made({
    name: 'stats: several speakers of a type add up, and the sum is rounded, not the blocks',
    // internal 0.4 + 0.4 + 0.4 = 1.2 → 1, where each alone would round to 0; external 0.4 → 0; 1 ÷ (1 + 0) = 1
    words: [w(0, '0', '0.4', 'a'), w(2, '1', '1.4', 'b'), w(1, '2', '2.4', 'c'), w(0, '5', '5.4', 'd')],
    speakerTypes: [
      [0, 'INTERNAL'],
      [1, 'EXTERNAL'],
      [2, 'INTERNAL'],
    ],
    expected: { stats: { internalTalkTime: 1, externalTalkTime: 0, talkRatio: 1 } },
  }),
  made({
    name: 'stats: the ratio goes by exact seconds where the rounded times sum to nothing',
    // 0.4 → 0, 0.1 → 0; 0.4 ÷ (0.4 + 0.1)
    words: [w(0, '0', '0.4', 'a'), w(1, '1', '1.1', 'b')],
    speakerTypes: [[0, 'INTERNAL']],
    expected: { stats: { internalTalkTime: 0, externalTalkTime: 0, talkRatio: 0.8, interchangesPerMinute: 1 } },
  }),
  made({
    name: 'stats: the ratio is null where no word lasts',
    words: [w(0, '1', '1', 'a'), w(1, '2', '2', 'b')],
    speakerTypes: [[0, 'INTERNAL']],
    expected: { stats: { internalTalkTime: 0, externalTalkTime: 0, talkRatio: null } },
  }),
  made({
    name: 'stats: the ratio is 0 where only others speak',
    words: [w(1, '0', '3', 'a')],
    speakerTypes: [[1, 'EXTERNAL']],
    expected: { stats: { internalTalkTime: 0, externalTalkTime: 3, talkRatio: 0 } }, // 0 ÷ (0 + 3)
  }),
  made({
    name: 'stats: a pause of up to 2 s inside a block is talk time, one between blocks is not',
    // [0, 1] pause 2 s [3, 4]: one block of 4 s; pause 3 s; [7, 8]: 1 s. 4 + 1 = 5
    words: [w(0, '0', '1', 'a'), w(0, '3', '4', 'b'), w(0, '7', '8', 'c')],
    speakerTypes: [[0, 'INTERNAL']],
    expected: { stats: { internalTalkTime: 5, longestSegmentDurations: { '0': 4 }, interchangesPerMinute: 0 } },
  }),
  made({
    name: 'stats: half a second rounds up, also where binary fractions make it a little less',
    // 4.1 − 1.6 = 2.5 → 3, though in binary floating point 4.1 − 1.6 = 2.4999999999999996
    words: [w(0, '1.6', '4.1', 'a')],
    speakerTypes: [[0, 'EXTERNAL']],
    expected: { stats: { internalTalkTime: 0, externalTalkTime: 3, talkRatio: 0 } },
  }),
  made({
    name: 'stats: interchanges are changes of speaker by the minutes of the call',
    // blocks 0 0 1 0 2: 3 changes (the silence within 0 is none); 3 ÷ (90 ÷ 60) = 2
    words: [w(0, '0', '1', 'a'), w(0, '5', '6', 'b'), w(1, '6', '7', 'c'), w(0, '7', '8', 'd'), w(2, '8', '9', 'e')],
    duration: 90,
    expected: { stats: { interchangesPerMinute: 2 } },
  }),
  made({
    name: 'stats: no duration: the latest end of a word, be it the last word or not',
    // 1 change ÷ (12 ÷ 60) = 5; by the last word's end it would be 1 ÷ (6 ÷ 60) = 10
    words: [w(0, '0', '12', 'a'), w(1, '5', '6', 'b')],
    duration: null,
    expected: { stats: { interchangesPerMinute: 5 } },
  }),
  made({
    name: 'stats: a duration of zero is as good as none',
    words: [w(0, '0', '12', 'a'), w(1, '5', '6', 'b')],
    duration: 0,
    expected: { stats: { interchangesPerMinute: 5 } }, // 1 ÷ (12 ÷ 60)
  }),
  made({
    name: 'stats: words after the duration count, and the duration stands',
    // 2 changes ÷ (6 ÷ 60) = 20; longest 2 and 4; the whole is one section: 2 and 1 words ÷ (14 ÷ 60)
    words: [w(0, '0', '2', 'a'), w(1, '8', '12', 'b'), w(0, '12', '14', 'c')],
    duration: 6,
    speakerTypes: [[0, 'INTERNAL']],
    expected: {
      stats: {
        internalTalkTime: 4,
        talkRatio: 0.5, // 4 ÷ (4 + 0 + 4)
        interchangesPerMinute: 20,
        longestSegmentDurations: { '0': 2, '1': 4 },
        talkSpeeds: [{ start: 0, end: 14, wordsPerMinute: { '0': 8.571428571428571, '1': 4.285714285714286 } }],
      },
    },
  }),
  made({
    name: 'stats: rates over no time are 0',
    words: [w(0, '0', '0', 'a'), w(1, '0', '0', 'b')],
    duration: null,
    expected: {
      stats: {
        talkRatio: null,
        interchangesPerMinute: 0,
        longestSegmentDurations: { '0': 0, '1': 0 },
        talkSpeeds: [{ start: 0, end: 0, wordsPerMinute: { '0': 0, '1': 0 } }],
      },
    },
  }),
  made({
    name: 'stats: the longest block of each speaker, by speaker number',
    // 12: blocks 1 and 2.5, longest 2.5; 3: 0.25
    words: [w(12, '0', '1', 'a'), w(3, '1', '1.25', 'b'), w(12, '2', '3', 'c'), w(12, '4', '4.5', 'd')],
    expected: { stats: { longestSegmentDurations: { '3': 0.25, '12': 2.5 } } },
  }),
];

const talkSpeedCases: Case[] = [
  made({
    name: 'talk speeds: the example of the reference',
    words: [
      // 794 words: the last starts at 76.24 + 793 × 0.37 = 369.65. In 375.23 − 76.24 = 298.99 s:
      // 282 ÷ (298.99 ÷ 60) = 56.59052142212114 and 512 ÷ (298.99 ÷ 60) = 102.74591123448945
      ...section(7624, 37523, 37, { 1: 282, 0: 512 }),
      // The next word ends at 375.74 + 0.34 = 376.08, within 76.24 + 300 = 376.24; so the first must be long: to 376.25.
      w(0, '375.74', '376.25', 'word'),
      // With it 601 and 273 words: 873 from here, the last starting at 376.25 + 872 × 0.34 = 672.73.
      // In 675.63 − 375.74 = 299.89 s: 601 ÷ (299.89 ÷ 60) = 120.244… and 273 ÷ (299.89 ÷ 60) = 54.620…
      ...section(37625, 67563, 34, { 0: 600, 1: 273 }),
      // 675.64 + 0.37 = 676.01 > 375.74 + 300 = 675.74. 138 words, the last starting at 675.64 + 137 × 0.37 = 726.33.
      // In 727.1 − 675.64 = 51.46 s: 76 ÷ (51.46 ÷ 60) = 88.6125… and 62 ÷ (51.46 ÷ 60) = 72.2891…
      ...section(67564, 72710, 37, { 1: 76, 0: 62 }),
    ],
    duration: 730,
    expected: {
      stats: {
        talkSpeeds: [
          { start: 76.24, end: 375.23, wordsPerMinute: { '1': 56.59052142212114, '0': 102.74591123448945 } },
          { start: 375.74, end: 675.63, wordsPerMinute: { '0': 120.24408949948315, '1': 54.62002734335924 } },
          { start: 675.64, end: 727.1, wordsPerMinute: { '1': 88.61251457442668, '0': 72.28915662650597 } },
        ],
      },
    },
  }),
  made({
    name: 'talk speeds: a word that ends exactly 300 s after the start belongs, one that ends later does not',
    // from 10: 310 − 10 = 300 belongs; 310.001 − 10 = 300.001 does not, though it starts before 310
    words: [w(0, '10', '11', 'a'), w(0, '308', '310', 'b'), w(1, '309', '310.001', 'c'), w(1, '311', '312.001', 'd')],
    duration: 400,
    expected: {
      stats: {
        talkSpeeds: [
          { start: 10, end: 310, wordsPerMinute: { '0': 0.4 } }, // 2 ÷ (300 ÷ 60)
          { start: 309, end: 312.001, wordsPerMinute: { '1': 39.98667110963012 } }, // 2 ÷ (3.001 ÷ 60) = 120 ÷ 3.001
        ],
      },
    },
  }),
  made({
    name: 'talk speeds: 300 s is 300 s also where binary fractions make it a little more',
    // 512.07 − 212.07 = 300, though in binary floating point it is 300.00000000000006; 2 ÷ (300 ÷ 60) = 0.4
    words: [w(0, '212.07', '213', 'a'), w(0, '511', '512.07', 'b')],
    duration: 600,
    expected: { stats: { talkSpeeds: [{ start: 212.07, end: 512.07, wordsPerMinute: { '0': 0.4 } }] } },
  }),
  made({
    name: 'talk speeds: sections start at words, not every 300 s',
    // 0…1; 400 > 300: from 400 to 402 (2 words); nothing between
    words: [w(0, '0', '1', 'a'), w(0, '400', '401', 'b'), w(1, '401', '402', 'c')],
    duration: 500,
    expected: {
      stats: {
        talkSpeeds: [
          { start: 0, end: 1, wordsPerMinute: { '0': 60 } }, // 1 ÷ (1 ÷ 60)
          { start: 400, end: 402, wordsPerMinute: { '0': 30, '1': 30 } }, // 1 ÷ (2 ÷ 60)
        ],
      },
    },
  }),
  made({
    name: 'talk speeds: a word of over 300 s is a section',
    // a: 400 s, 1 ÷ (400 ÷ 60) = 0.15; b ends 500 after a's start: the next, 1 ÷ (90 ÷ 60) = 0.666…
    words: [w(0, '0', '400', 'aaah'), w(0, '410', '500', 'b')],
    duration: 500,
    expected: {
      stats: {
        talkSpeeds: [
          { start: 0, end: 400, wordsPerMinute: { '0': 0.15 } },
          { start: 410, end: 500, wordsPerMinute: { '0': 0.6666666666666666 } },
        ],
      },
    },
  }),
];

// --- topic matches ----------------------------------------------------------------------------------------------------

const PRICE: Topic = { id: 2, name: 'Price', words: ['price', 'How much', 'price list', 'list of prices'] };

interface OneBlock {
  name: string;
  words: Word[];
  text: string;
  times: [number, number];
  phrases: string[];
  matches: HandMatch[];
}

/** One block of speaker 0, looked up for one topic's phrases. */
function inOneBlock({ name, words, text, times, phrases, matches }: OneBlock): Case {
  const topic: Topic = { id: 2, name: 'Sought', words: phrases };
  return made({
    name: `matches: ${name}`,
    words,
    topics: [SILENT, topic],
    expected: {
      topicMatches:
        matches.length === 0
          ? []
          : [
              {
                startTime: times[0],
                endTime: times[1],
                text,
                speakerType: 'UNKNOWN',
                topicsWithMatches: [matched(topic, ...matches)],
              },
            ],
    },
  });
}

const matchCases: Case[] = [
  made({
    name: 'matches: words and phrases in blocks, by speaker type; blocks without a match are left out',
    words: [
      ...said(0, 0, 'so', 'how', ['much', '?']),
      ...said(1, 3, 'the', 'price', 'is', 'ten'),
      ...said(2, 7, 'nothing', 'here'),
      ...said(3, 9, ['Price', '.']),
    ],
    speakerTypes: [
      [0, 'INTERNAL'],
      [1, 'EXTERNAL'],
    ],
    topics: [SILENT, PRICE],
    expected: {
      topicMatches: [
        {
          startTime: 0,
          endTime: 2.5,
          text: 'so how much?',
          speakerType: 'INTERNAL',
          topicsWithMatches: [matched(PRICE, [['How much'], 'how much?', [1, 2.5], [1, 2]])],
        },
        {
          startTime: 3,
          endTime: 6.5,
          text: 'the price is ten',
          speakerType: 'EXTERNAL',
          topicsWithMatches: [matched(PRICE, [['price'], 'price', [4, 4.5], [1, 1]])],
        },
        {
          startTime: 9,
          endTime: 9.5,
          text: 'Price.',
          speakerType: 'UNKNOWN',
          topicsWithMatches: [matched(PRICE, [['price'], 'Price.', [9, 9.5], [0, 0]])],
        },
      ],
    },
  }),
  made({
    name: 'matches: topics by id as a number, matches by position, the canonical one among them',
    words: said(0, 0, 'beta', 'alpha', 'gamma', 'alpha'),
    topics: [
      canonical('gamma'),
      { id: 9, name: 'Zebra', words: ['beta'] },
      { id: 10, name: 'Aardvark', words: ['gamma', 'alpha'] },
    ],
    expected: {
      topicMatches: [
        {
          startTime: 0,
          endTime: 3.5,
          text: 'beta alpha gamma alpha',
          speakerType: 'UNKNOWN',
          topicsWithMatches: [
            matched(canonical(), [['gamma'], 'gamma', [2, 2.5], [2, 2]]),
            matched({ id: 9, name: 'Zebra', words: [] }, [['beta'], 'beta', [0, 0.5], [0, 0]]),
            matched(
              { id: 10, name: 'Aardvark', words: [] },
              [['alpha'], 'alpha', [1, 1.5], [1, 1]],
              [['gamma'], 'gamma', [2, 2.5], [2, 2]],
              [['alpha'], 'alpha', [3, 3.5], [3, 3]],
            ),
          ],
        },
      ],
    },
  }),
  inOneBlock({
    name: 'whole tokens only',
    words: said(0, 0, 'prices', 'pricey', 'reprice', 'price'),
    text: 'prices pricey reprice price',
    times: [0, 3.5],
    phrases: ['price'],
    matches: [[['price'], 'price', [3, 3.5], [3, 3]]],
  }),
  inOneBlock({
    name: 'a part of a phrase is no match',
    words: said(0, 0, 'how', 'very', 'much', 'how'),
    text: 'how very much how',
    times: [0, 3.5],
    phrases: ['how much'],
    matches: [],
  }),
  inOneBlock({
    name: 'case is folded on both sides',
    words: said(0, 0, 'PRICE', 'Élan'),
    text: 'PRICE Élan',
    times: [0, 1.5],
    phrases: ['éLAN', 'Price'],
    matches: [
      [['Price'], 'PRICE', [0, 0.5], [0, 0]],
      [['éLAN'], 'Élan', [1, 1.5], [1, 1]],
    ],
  }),
  inOneBlock({
    name: 'apostrophes of any style are dropped',
    words: said(0, 0, "don't", 'don’t', 'don‘t', 'donʼt', 'don＇t', 'don`t', 'don´t', 'don′t', 'dont', "'Dont'", 'do'),
    text: "don't don’t don‘t donʼt don＇t don`t don´t don′t dont 'Dont' do",
    times: [0, 10.5],
    phrases: ['don’t'],
    matches: [
      [['don’t'], "don't", [0, 0.5], [0, 0]],
      [['don’t'], 'don’t', [1, 1.5], [1, 1]],
      [['don’t'], 'don‘t', [2, 2.5], [2, 2]],
      [['don’t'], 'donʼt', [3, 3.5], [3, 3]],
      [['don’t'], 'don＇t', [4, 4.5], [4, 4]],
      [['don’t'], 'don`t', [5, 5.5], [5, 5]],
      [['don’t'], 'don´t', [6, 6.5], [6, 6]],
      [['don’t'], 'don′t', [7, 7.5], [7, 7]],
      [['don’t'], 'dont', [8, 8.5], [8, 8]],
      [['don’t'], "'Dont'", [9, 9.5], [9, 9]],
    ],
  }),
  inOneBlock({
    name: 'hyphens separate, on both sides',
    // tokens: follow up, follow up, followup, follow up
    words: said(0, 0, 'follow-up', 'follow', 'up', 'followup', 'Follow‑Up'),
    text: 'follow-up follow up followup Follow‑Up',
    times: [0, 4.5],
    phrases: ['follow-up'],
    matches: [
      [['follow-up'], 'follow-up', [0, 0.5], [0, 0]],
      [['follow-up'], 'follow up', [1, 2.5], [1, 2]],
      [['follow-up'], 'Follow‑Up', [4, 4.5], [4, 4]],
    ],
  }),
  inOneBlock({
    name: 'a match inside a piece takes the piece whole',
    // tokens by piece: 0 pre | 1 pre, follow, up | 2 ok. pre pre ends inside piece 1, up ok begins inside it.
    words: said(0, 0, 'pre', 'pre-follow-up', 'ok'),
    text: 'pre pre-follow-up ok',
    times: [0, 2.5],
    phrases: ['pre pre', 'up ok'],
    matches: [
      [['pre pre'], 'pre pre-follow-up', [0, 1.5], [0, 1]],
      [['up ok'], 'pre-follow-up ok', [1, 2.5], [1, 2]],
    ],
  }),
  inOneBlock({
    name: 'phrases span punctuation, also words that are nothing else',
    // pieces: 0 well, | 1 — | 2 how | 3 ... | 4 much?!  — the pieces between are part of the matching text
    words: said(0, 0, ['well', ','], '—', 'how', '...', ['much', '?!'], '!'),
    text: 'well, — how ... much?! !',
    times: [0, 5.5],
    phrases: ['well how', 'much!'],
    matches: [
      [['well how'], 'well, — how', [0, 2.5], [0, 2]],
      [['much!'], 'much?!', [4, 4.5], [4, 4]],
    ],
  }),
  inOneBlock({
    name: 'a phrase of no tokens never matches',
    words: said(0, 0, '...', '!', 'a', ["'", '?']),
    text: "... ! a '?",
    times: [0, 3.5],
    phrases: ['...', '!', "'"],
    matches: [],
  }),
  inOneBlock({
    name: 'a word may be a phrase with blanks inside: indices go by pieces, times by words',
    // pieces: 0 thank | 1 you | 2 very | 3 much, | 4 indeed; words: 0–0.5 (pieces 0, 1), 1–1.5 (2, 3), 2–2.5 (4)
    words: said(0, 0, 'thank you', ['very much', ','], 'indeed'),
    text: 'thank you very much, indeed',
    times: [0, 2.5],
    phrases: ['you very', 'indeed', 'thank'],
    matches: [
      [['thank'], 'thank', [0, 0.5], [0, 0]],
      [['you very'], 'you very', [0, 1.5], [1, 2]],
      [['indeed'], 'indeed', [2, 2.5], [4, 4]],
    ],
  }),
  inOneBlock({
    name: 'tokens are compared after NFKC',
    // full-width ＡＢＣ, the ligature ﬁ, e with a combining acute, superscript two; ½ is 1⁄2, so the tokens 1 and 2
    words: said(0, 0, 'ＡＢＣ', 'ﬁne', 'cafe\u0301', 'm²', '½'),
    text: 'ＡＢＣ ﬁne cafe\u0301 m² ½',
    times: [0, 4.5],
    phrases: ['abc fine', 'caf\u00e9', 'M2', '1 2'],
    matches: [
      [['abc fine'], 'ＡＢＣ ﬁne', [0, 1.5], [0, 1]],
      [['caf\u00e9'], 'cafe\u0301', [2, 2.5], [2, 2]],
      [['M2'], 'm²', [3, 3.5], [3, 3]],
      [['1 2'], '½', [4, 4.5], [4, 4]],
    ],
  }),
  inOneBlock({
    name: 'combining marks are part of a token',
    // x + diaeresis below has no composed form: one token, not x and n; हिन्दी has vowel signs and a virama
    words: said(0, 0, 'x\u0324n', 'हिन्दी', 'x', 'n', 'हिन्दी'),
    text: 'x\u0324n हिन्दी x n हिन्दी',
    times: [0, 4.5],
    phrases: ['x n', 'हिन्दी', 'ह'],
    matches: [
      [['हिन्दी'], 'हिन्दी', [1, 1.5], [1, 1]],
      [['x n'], 'x n', [2, 3.5], [2, 3]],
      [['हिन्दी'], 'हिन्दी', [4, 4.5], [4, 4]],
    ],
  }),
  inOneBlock({
    name: 'symbols and digits',
    // tokens: 3.5 | c++ | $1000 | (none) | at t
    words: said(0, 0, '3.5', 'C++', '$1,000', '👍', 'AT&T'),
    text: '3.5 C++ $1,000 👍 AT&T',
    times: [0, 4.5],
    phrases: ['5', 'c', '1', '000', '3.5 c++', '$1000 at'],
    matches: [
      [['3.5 c++'], '3.5 C++', [0, 1.5], [0, 1]],
      [['$1000 at'], '$1,000 👍 AT&T', [2, 4.5], [2, 4]],
    ],
  }),
  inOneBlock({
    name: 'a phrase with the sign of a number matches that only, one without it both',
    // tokens: $25 | 25 | 25% | €3.5 | 3.50 | 25000 | 18+ | c++ | c
    words: said(0, 0, '$25', '25', '25%', '€3.5', '3.50', '25,000', '18+', 'C++', 'C'),
    text: '$25 25 25% €3.5 3.50 25,000 18+ C++ C',
    times: [0, 8.5],
    phrases: ['25', '$25', '3.5', '$3.5', '3', '25,000', '000', '18', 'c', 'C++ c'],
    matches: [
      [['25', '$25'], '$25', [0, 0.5], [0, 0]],
      [['25'], '25', [1, 1.5], [1, 1]],
      [['25'], '25%', [2, 2.5], [2, 2]],
      [['3.5'], '€3.5', [3, 3.5], [3, 3]],
      [['25,000'], '25,000', [5, 5.5], [5, 5]],
      [['c', 'C++ c'], 'C++ C', [7, 8.5], [7, 8]],
    ],
  }),
  inOneBlock({
    name: 'what only formats hides no word',
    words: said(0, 0, 'dis\u00adcount', 're\u200bnewal', 'pr\u2060ice', 'list'),
    text: 'dis\u00adcount re\u200bnewal pr\u2060ice list',
    times: [0, 3.5],
    phrases: ['discount', 'renewal', 'pr\u00adice list', 'dis count', 'newal'],
    matches: [
      [['discount'], 'dis\u00adcount', [0, 0.5], [0, 0]],
      [['renewal'], 're\u200bnewal', [1, 1.5], [1, 1]],
      [['pr\u00adice list'], 'pr\u2060ice list', [2, 3.5], [2, 3]],
    ],
  }),
  inOneBlock({
    name: 'letters of scripts without spaces are found inside a run',
    words: said(0, 0, '你好请问价格是多少', 'ราคาเท่าไร', '4G网', '가격표'),
    text: '你好请问价格是多少 ราคาเท่าไร 4G网 가격표',
    times: [0, 3.5],
    phrases: ['价格', '格价', '多少ราคา', '网', '4g', '가격'],
    matches: [
      // Letters 4 and 5 of the first; its last two and the four of `ราคา`.
      [['价格'], '你好请问价格是多少', [0, 0.5], [0, 0]],
      [['多少ราคา'], '你好请问价格是多少 ราคาเท่าไร', [0, 1.5], [0, 1]],
      [['4g'], '4G网', [2, 2.5], [2, 2]],
      [['网'], '4G网', [2, 2.5], [2, 2]],
    ],
  }),
  inOneBlock({
    name: 'a star is any end of a word, or none',
    words: said(0, 0, 'Pricing', 'list', 'price', 'pri', 'lists', '$2500', 'don’ts'),
    text: 'Pricing list price pri lists $2500 don’ts',
    times: [0, 6.5],
    phrases: ['pric* list', 'pri*', 'pric* lis*', 'pricings*', '250*', "don't*"],
    matches: [
      [['pric* list', 'pri*', 'pric* lis*'], 'Pricing list', [0, 1.5], [0, 1]],
      [['pri*'], 'price', [2, 2.5], [2, 2]],
      [['pri*'], 'pri', [3, 3.5], [3, 3]],
      [['250*'], '$2500', [5, 5.5], [5, 5]],
      [["don't*"], 'don’ts', [6, 6.5], [6, 6]],
    ],
  }),
  made({
    name: 'matches: English forms, where a topic says so; a star is no form',
    words: said(0, 0, 'pricing', 'lists', 'prices', 'list', 'priced', 'listing'),
    topics: [
      SILENT,
      { id: 2, name: 'As written', words: ['price', 'prices list'] },
      { id: 3, name: 'Forms', words: ['price list', 'prices', 'lis* price'], wordForms: true },
    ],
    expected: {
      topicMatches: [
        {
          startTime: 0,
          endTime: 5.5,
          text: 'pricing lists prices list priced listing',
          speakerType: 'UNKNOWN',
          topicsWithMatches: [
            matched({ id: 2, name: 'As written', words: [] }, [['prices list'], 'prices list', [2, 3.5], [2, 3]]),
            matched({ id: 3, name: 'Forms', words: [] }, [
              ['price list', 'prices', 'lis* price'],
              'pricing lists prices list priced listing',
              [0, 5.5],
              [0, 5],
            ]),
          ],
        },
      ],
    },
  }),
  made({
    name: 'questions: a canonical questions topic has prefixes, forms and letters of any script, too',
    words: [...said(0, 0, 'do', 'you', ['list', '。'], 'yes', ['多少钱', '？'], 'no'), ...said(1, 10, 'listed', 'why')],
    speakerTypes: [[0, 'INTERNAL']],
    topics: [{ ...canonical('do you*', 'list', '多少'), wordForms: true }],
    // do you list。 | yes 多少钱？ | no; and listed why
    expected: { questionCounts: counts(2, 0, 1) },
  }),
  inOneBlock({
    name: 'those that share a token merge, and list their phrases in the order of the topic',
    // tokens 0 price | 1 list | 2 of | 3 prices. price 0–0, price list 0–1, list of prices 1–3: by sharing 0 and 1, 0–3
    words: said(0, 0, 'price', 'list', 'of', 'prices', 'price'),
    text: 'price list of prices price',
    times: [0, 4.5],
    phrases: ['list of prices', 'nowhere', 'PRICE', 'price list'],
    matches: [
      [['list of prices', 'PRICE', 'price list'], 'price list of prices', [0, 3.5], [0, 3]],
      [['PRICE'], 'price', [4, 4.5], [4, 4]],
    ],
  }),
  inOneBlock({
    name: 'a phrase that overlaps itself merges, and is listed once',
    // no no at 0–1, 1–2; then yes; then 4–5
    words: said(0, 0, 'no', 'no', 'no', 'yes', 'no', 'no'),
    text: 'no no no yes no no',
    times: [0, 5.5],
    phrases: ['no no'],
    matches: [
      [['no no'], 'no no no', [0, 2.5], [0, 2]],
      [['no no'], 'no no', [4, 5.5], [4, 5]],
    ],
  }),
  inOneBlock({
    name: 'neighbours that share no token stay apart, also within one piece',
    // tokens 0 no | 1 no | 2 follow, 3 up
    words: said(0, 0, 'no', 'no', 'follow-up'),
    text: 'no no follow-up',
    times: [0, 2.5],
    phrases: ['up', 'follow', 'no'],
    matches: [
      [['no'], 'no', [0, 0.5], [0, 0]],
      [['no'], 'no', [1, 1.5], [1, 1]],
      [['follow'], 'follow-up', [2, 2.5], [2, 2]],
      [['up'], 'follow-up', [2, 2.5], [2, 2]],
    ],
  }),
  inOneBlock({
    name: 'two spellings of a phrase are both listed',
    words: said(0, 0, 'follow-up'),
    text: 'follow-up',
    times: [0, 0.5],
    phrases: ['Follow up', 'follow-up'],
    matches: [[['Follow up', 'follow-up'], 'follow-up', [0, 0.5], [0, 0]]],
  }),
  made({
    name: 'matches: topics do not merge with one another',
    words: said(0, 0, 'price', 'list'),
    topics: [SILENT, { id: 2, name: 'A', words: ['price list'] }, { id: 3, name: 'B', words: ['list'] }],
    expected: {
      topicMatches: [
        {
          startTime: 0,
          endTime: 1.5,
          text: 'price list',
          speakerType: 'UNKNOWN',
          topicsWithMatches: [
            matched({ id: 2, name: 'A', words: [] }, [['price list'], 'price list', [0, 1.5], [0, 1]]),
            matched({ id: 3, name: 'B', words: [] }, [['list'], 'list', [1, 1.5], [1, 1]]),
          ],
        },
      ],
    },
  }),
  made({
    name: 'matches: phrases do not span blocks, neither by speaker nor by silence',
    // 0: price | 1: list price | silence 10 − 2.5 = 7.5 > 2 | 1: list
    words: [...said(0, 0, 'price'), ...said(1, 1, 'list', 'price'), ...said(1, 10, 'list')],
    topics: [SILENT, { id: 2, name: 'A', words: ['price list'] }],
    expected: { topicMatches: [] },
  }),
  made({
    name: 'matches: the times are of the words that hold the first and last token, in order of start',
    // how 0–9, much 1–2: the match starts at 0 and ends at 2, with the block
    words: [w(0, '1', '2', 'much'), w(0, '0', '9', 'how')],
    topics: [SILENT, { id: 2, name: 'A', words: ['how much'] }],
    expected: {
      topicMatches: [
        {
          startTime: 0,
          endTime: 2,
          text: 'how much',
          speakerType: 'UNKNOWN',
          topicsWithMatches: [matched({ id: 2, name: 'A', words: [] }, [['how much'], 'how much', [0, 2], [0, 1]])],
        },
      ],
    },
  }),
];

// --- canonical questions ----------------------------------------------------------------------------------------------

const questionCases: Case[] = [
  made({
    name: 'questions: sentences with a match, by speaker type, each once',
    words: [
      // INTERNAL: "What do you need, what else?" one though twice matched; "I see." none; "And what" to the block's end: 2
      ...said(0, 0, 'What', 'do', 'you', ['need', ','], 'what', ['else', '?'], 'I', ['see', '.'], 'And', 'what'),
      // EXTERNAL: "what!" and "how much": 2
      ...said(1, 10, ['what', '!'], 'how', 'much'),
      // UNKNOWN (no type): "what." 1; INTERNAL again: "how" alone is no match, 0
      ...said(2, 13, ['what', '.']),
      ...said(0, 14, ['how', '?']),
    ],
    speakerTypes: [
      [0, 'INTERNAL'],
      [1, 'EXTERNAL'],
    ],
    topics: [canonical('what', 'how much')],
    expected: { questionCounts: counts(2, 2, 1) },
  }),
  made({
    name: 'questions: a sentence ends with a p or a word that ends in a mark',
    // sentences: [what...] [what?!] [what, what; what ok.] [what] = 4
    words: said(0, 0, ['what', '...'], ['what', '?!'], ['what', ','], ['what', ';'], 'what', 'ok.', 'what'),
    topics: [canonical('what')],
    expected: { questionCounts: counts(0, 0, 4) },
  }),
  made({
    name: 'questions: a mark within a word ends nothing',
    // "what 3.5 what?no what" is one sentence
    words: said(0, 0, 'what', '3.5', 'what?no', 'what'),
    topics: [canonical('what')],
    expected: { questionCounts: counts(0, 0, 1) },
  }),
  made({
    name: 'questions: a word of nothing but a mark ends the sentence',
    // [what ?] [what] = 2
    words: said(0, 0, 'what', '?', 'what'),
    topics: [canonical('what')],
    expected: { questionCounts: counts(0, 0, 2) },
  }),
  made({
    name: 'questions: a block ends the sentence',
    // 0 "what" | 1 "what" | 0 "what" | silence 10 − 2.5 > 2 | 0 "what": INTERNAL 3, EXTERNAL 1
    words: [...said(0, 0, 'what'), ...said(1, 1, 'what'), ...said(0, 2, 'what'), ...said(0, 10, 'what')],
    speakerTypes: [
      [0, 'INTERNAL'],
      [1, 'EXTERNAL'],
    ],
    topics: [canonical('what')],
    expected: { questionCounts: counts(3, 1, 0) },
  }),
  made({
    name: 'questions: a match counts for the sentence in which it begins',
    // "so how." | "much is it?": how much begins in the first, 1
    words: said(0, 0, 'so', ['how', '.'], 'much', 'is', ['it', '?']),
    topics: [canonical('how much')],
    expected: { questionCounts: counts(0, 0, 1) },
  }),
  made({
    name: 'questions: merged matches are one, and begin where the first does',
    // "a. b c.": "a b" and "b c" share b, so one match, that begins in "a.": 1
    words: said(0, 0, ['a', '.'], 'b', ['c', '.']),
    topics: [canonical('a b', 'b c')],
    expected: { questionCounts: counts(0, 0, 1) },
  }),
  made({
    name: 'questions: other topics do not count',
    words: said(0, 0, ['what', '?']),
    topics: [canonical('why'), { id: 2, name: 'Other', words: ['what'] }],
    expected: { questionCounts: counts(0, 0, 0) },
  }),
];

// --- windows ----------------------------------------------------------------------------------------------------------

const ALPHA: Topic = { id: 2, name: 'Alpha', words: ['alpha'] };
const BETA: Topic = { id: 3, name: 'Beta', words: ['beta'] };

/** Blocks of one word, half a second long, of speaker 0; only their starts matter to the window. */
function alone(start: number, word: string): Word {
  return w(0, `${start}`, `${start + 0.5}`, word);
}

function aloneMatched(start: number, topic: Topic): BlockMatches {
  const word = topic.words[0]!;
  return {
    startTime: start,
    endTime: start + 0.5,
    text: word,
    speakerType: 'UNKNOWN',
    topicsWithMatches: [matched(topic, [[word], word, [start, start + 0.5], [0, 0]])],
  };
}

const windowCases: Case[] = [
  made({
    name: 'windows: a match counts if some window that holds it holds enough of its topic',
    // alpha at 0, 10, 20, 40, 100; windows of 20 with at least 3: [0, 20] holds 0 10 20 (closed); [10, 30] 10 20;
    // [20, 40] 20 40 (two). So 40 and 100 go.
    words: [0, 10, 20, 40, 100].map((start) => alone(start, 'alpha')),
    duration: 120,
    topics: [SILENT, ALPHA],
    window: { length: 20, minimumMatches: 3 },
    expected: { topicMatchesInWindow: [0, 10, 20].map((start) => aloneMatched(start, ALPHA)) },
  }),
  made({
    name: 'windows: just over the length is over',
    // alpha at 0 and 20.001: no window of 20 holds both
    words: [alone(0, 'alpha'), w(0, '20.001', '20.501', 'alpha')],
    topics: [SILENT, ALPHA],
    window: { length: 20, minimumMatches: 2 },
    expected: { topicMatchesInWindow: [] },
  }),
  made({
    name: 'windows: closed also where binary fractions make the distance a little more',
    // 62.4 − 2.4 = 60
    words: [w(0, '2.4', '2.9', 'alpha'), w(0, '62.4', '62.9', 'alpha')],
    duration: 70,
    topics: [SILENT, ALPHA],
    window: { length: 60, minimumMatches: 2 },
    expected: { topicMatchesInWindow: [aloneMatched(2.4, ALPHA), aloneMatched(62.4, ALPHA)] },
  }),
  made({
    name: 'windows: each topic for itself',
    // alpha at 0 and 10: 2 in [0, 10]; beta at 5 alone; together they would be 3
    words: [alone(0, 'alpha'), alone(5, 'beta'), alone(10, 'alpha')],
    topics: [SILENT, ALPHA, BETA],
    window: { length: 10, minimumMatches: 2 },
    expected: { topicMatchesInWindow: [aloneMatched(0, ALPHA), aloneMatched(10, ALPHA)] },
  }),
  made({
    name: 'windows: one match is enough where one is asked for',
    words: [alone(0, 'alpha'), alone(50, 'beta')],
    topics: [SILENT, ALPHA, BETA],
    window: { length: 1, minimumMatches: 1 },
    expected: { topicMatchesInWindow: [aloneMatched(0, ALPHA), aloneMatched(50, BETA)] },
  }),
  made({
    name: 'windows: a block keeps the topics and matches that count, its text and indices as they were',
    // one block: alpha 0, beta 1, alpha 2; another: alpha 30. Windows of 2, at least 2: alpha 0 and 2. beta and 30 go.
    words: [...said(0, 0, 'alpha', 'beta', 'alpha'), ...said(0, 30, 'alpha')],
    topics: [SILENT, ALPHA, BETA],
    window: { length: 2, minimumMatches: 2 },
    expected: {
      topicMatchesInWindow: [
        {
          startTime: 0,
          endTime: 2.5,
          text: 'alpha beta alpha',
          speakerType: 'UNKNOWN',
          topicsWithMatches: [
            matched(ALPHA, [['alpha'], 'alpha', [0, 0.5], [0, 0]], [['alpha'], 'alpha', [2, 2.5], [2, 2]]),
          ],
        },
      ],
    },
  }),
  made({
    name: 'windows: across speakers, by the starts of the matches, not their ends',
    // "alpha" 0–0.5 (0) and 9.9–10.4 (1): starts 9.9 apart, within 10, though the second ends at 10.4
    words: [w(0, '0', '0.5', 'alpha'), w(1, '9.9', '10.4', 'alpha')],
    topics: [SILENT, ALPHA],
    window: { length: 10, minimumMatches: 2 },
    expected: { topicMatchesInWindow: [aloneMatched(0, ALPHA), aloneMatched(9.9, ALPHA)] },
  }),
  made({
    name: 'windows: merged matches count once',
    // "alpha alpha" over alpha alpha alpha: two that overlap, so one match; two are asked for
    words: said(0, 0, 'alpha', 'alpha', 'alpha'),
    topics: [SILENT, { id: 2, name: 'Pairs', words: ['alpha alpha'] }],
    window: { length: 60, minimumMatches: 2 },
    expected: { topicMatchesInWindow: [] },
  }),
];

export const cases: Case[] = [
  ...blockCases,
  ...statsCases,
  ...talkSpeedCases,
  ...matchCases,
  ...questionCases,
  ...windowCases,
];

// --- comparing --------------------------------------------------------------------------------------------------------

/**
 * Where `actual` is not as `expected`: one line for each place, none if they agree. Numbers may differ by what floating
 * point arithmetic loses; everything else must be the same, with the same keys.
 */
export function differences(actual: unknown, expected: unknown, at = 'value'): string[] {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const near = Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
    return near ? [] : [`${at}: ${actual}, expected ${expected}`];
  }
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) {
    return actual === expected ? [] : [`${at}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`];
  }
  if (Array.isArray(actual) !== Array.isArray(expected)) return [`${at}: an array on one side alone`];
  const left = new Map<string, unknown>(Object.entries(actual));
  const right = new Map<string, unknown>(Object.entries(expected));
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].flatMap((key) => {
    if (!left.has(key)) return [`${at}.${key}: missing, expected ${JSON.stringify(right.get(key))}`];
    if (!right.has(key)) return [`${at}.${key}: ${JSON.stringify(left.get(key))}, expected none`];
    return differences(left.get(key), right.get(key), `${at}.${key}`);
  });
}
