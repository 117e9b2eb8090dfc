// Random small dialogues, the nasty sort, for checking one implementation of the analysis against another. The same seed
// gives the same dialogue.

import type { SpeakerType, Topic, Word } from './analysis.js';

export interface Dialogue {
  words: Word[];
  duration: number | null;
  speakerTypes: Map<number, SpeakerType>;
  topics: Topic[];
  canonicalTopicId: number;
  window: { length: number; minimumMatches: number };
}

/** Whole numbers from zero up to `n`, not included. Mulberry32. */
function randomNumbers(seed: number): (n: number) => number {
  let state = seed | 0;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

// Few plain words, so that they repeat, follow one another and overlap in phrases.
const PLAIN = ['no', 'price', 'list', 'what', 'how', 'much', 'a', 'b'];

const NASTY = [
  'Price',
  'prices',
  'WHAT',
  "don't",
  'don’t',
  'donʼt',
  'don´t',
  'don＇t',
  'dont',
  "O'Brien’s",
  "'no'",
  'follow-up',
  'Follow‑up',
  'follow',
  'up',
  'followup',
  'no-no-no',
  'thank you',
  'how much',
  'what - how',
  'price, list',
  '—',
  '...',
  '?',
  '-',
  "'",
  '👍',
  'what?',
  'no.',
  'etc.',
  'what?no',
  '3.5',
  '$1,000',
  'C++',
  'AT&T',
  'café',
  'cafe\u0301',
  'CAFÉ',
  'ﬁne',
  'fine',
  'ＡＢＣ',
  'abc',
  'Straße',
  'İstanbul',
  'ΟΔΟΣ',
  'οδος',
  'хорошо',
  '日本語',
  'हिन्दी',
  'm²',
  '½',
  'x\u0324n',
  'naïve',
  'Prices',
  'priced',
  'pricing',
  'lists',
  'listing',
  'pri\u00adce',
  'dis\u00adcount',
  'discounts',
  're\u200bnewal',
  'renewal',
  '25',
  '25,000',
  '25000',
  '$25',
  '$25,000',
  '25%',
  '25€',
  '100%',
  '100',
  '3.50',
  '€3.5',
  '1,2',
  '12.05.2024',
  'v2.0',
  '2.5%',
  '18+',
  'c#',
  'c',
  'c++11',
  '25円',
  '你好请问价格是多少',
  '价格',
  '多少。',
  'ราคาเท่าไร',
  'ราคา',
  'データ',
  'ລາຄາ',
  '가격',
  '4G网',
];

/** Beginnings of words, as phrases have them. */
const PREFIXES = [
  'pri*',
  'pric*',
  'price*',
  'lis*',
  'follow*',
  'dis*',
  'ren*',
  'ＡＢＣ*',
  'caf\u00e9*',
  '100*',
  '250*',
  "don't*",
  'etc* no',
];

const MARKS = [',', '.', '?', '!', '...', '?!', ';', ':', '-', '."', ')', '', "'s", '。', '%', '+', ',000'];

const GLUE = [' ', ' ', ' ', '-', ', ', '  '];

const TYPES: SpeakerType[] = ['INTERNAL', 'EXTERNAL', 'UNKNOWN'];

/** Milliseconds as seconds: `1500` as `1.5`, `1.50` or `1.500`. */
function seconds(milliseconds: number, zeros: number): string {
  const whole = Math.floor(milliseconds / 1000);
  const fraction = `${milliseconds % 1000}`.padStart(3, '0').replace(/0+$/, '');
  const padded = fraction.padEnd(zeros, '0');
  return padded === '' ? `${whole}` : `${whole}.${padded}`;
}

export function randomDialogue(seed: number): Dialogue {
  const upTo = randomNumbers(seed);
  const pick = <T>(list: readonly T[]): T => list[upTo(list.length)]!;
  const oneIn = (n: number): boolean => upTo(n) === 0;

  const voices = pick([[0], [0, 1], [0, 1], [1, 0, 2], [0, 3, 12]]);
  const nasty = 1 + upTo(4); // one word in so many is a nasty one
  const coarse = pick([1, 10, 100, 500]); // times are multiples of so many milliseconds
  const grid = (milliseconds: number): number => Math.round(milliseconds / coarse) * coarse;

  // In milliseconds, in order of making.
  const spoken: { start: number; end: number; word: string; p?: string; v: number }[] = [];
  let voice = pick(voices);
  let sectionStart = 0;
  const size = upTo(40);
  for (let i = 0; i < size; i++) {
    if (oneIn(4)) voice = pick(voices);
    const before = spoken.at(-1);
    const after = before?.end ?? grid(upTo(3000));
    let start = after;
    let length = grid(upTo(900));
    switch (upTo(14)) {
      case 0:
        start = after + 2000; // a silence of exactly 2 s
        break;
      case 1:
        start = after + 2001;
        break;
      case 2:
        start = after + 1999;
        break;
      case 3:
        start = after + grid(2500 + upTo(4000));
        break;
      case 4:
        start = before?.start ?? after; // together with the last
        break;
      case 5:
        start = Math.max(0, after - grid(upTo(1500))); // into the last, or before it
        break;
      case 6: // within the last
        start = before === undefined ? after : before.start + Math.floor((before.end - before.start) / 4);
        length = before === undefined ? length : Math.floor((before.end - before.start) / 2);
        break;
      case 7:
        length = 0;
        break;
      case 8:
        length = grid(2000 + upTo(9000)); // long, so that later ones fall within
        break;
      case 9:
        if (oneIn(3)) start = after + grid(100_000 + upTo(150_000));
        break;
      case 10: // ends exactly, or nearly, 300 s after some earlier word's start
        if (oneIn(2) && sectionStart + 299_000 > after) {
          start = sectionStart + 299_000;
          length = 1000 + pick([0, 0, 1, -1]);
        }
        break;
      case 11:
        if (oneIn(8)) length = 300_000 + pick([0, 1, 50_000]);
        break;
      default:
        start = after + grid(upTo(400));
    }
    const word = oneIn(nasty) ? pick(NASTY) : pick(PLAIN);
    const made = { start, end: start + length, word, v: voice };
    spoken.push(oneIn(3) ? { ...made, p: pick(MARKS) } : made);
    if (i === 0 || oneIn(10)) sectionStart = start;
  }

  const words = spoken.map((word): Word => {
    const { start, end, ...rest } = word;
    return { start: seconds(start, upTo(4)), end: seconds(end, upTo(4)), ...rest };
  });
  if (oneIn(2)) {
    for (let i = words.length - 1; i > 0; i--) {
      const j = upTo(i + 1);
      [words[i], words[j]] = [words[j]!, words[i]!];
    }
  }

  const phrase = (): string => {
    if (oneIn(12)) return pick(['...', '—', "'", '👍']); // no tokens
    // Often what was said, one word after another.
    if (oneIn(2) && spoken.length > 0) {
      const from = upTo(spoken.length);
      const said = spoken.slice(from, from + 1 + upTo(3)).map((word) => word.word);
      return said.join(pick(GLUE));
    }
    const parts = Array.from({ length: 1 + upTo(3) }, () => pick(oneIn(4) ? PREFIXES : oneIn(3) ? NASTY : PLAIN));
    return parts.join(pick(GLUE));
  };
  const phrases = (): string[] => {
    const list = Array.from({ length: 1 + upTo(5) }, phrase);
    // Now and then another spelling of one that is there.
    if (oneIn(4)) list.push(pick(list).toUpperCase());
    return [...new Set(list)];
  };
  const ids = pick([[1], [1, 2], [1, 2, 10], [1, 9, 10, 100]]);
  const topics = ids.map((id): Topic => ({ id, name: `Topic ${id}`, words: phrases(), wordForms: oneIn(2) }));
  if (oneIn(2)) topics.reverse();

  const speakerTypes = new Map<number, SpeakerType>();
  for (const v of voices) if (!oneIn(4)) speakerTypes.set(v, pick(TYPES));

  const lastEnd = Math.max(0, ...spoken.map((word) => word.end));
  const duration = pick([null, 0, Math.ceil(lastEnd / 1000), Math.ceil(lastEnd / 2000), 1, 61, lastEnd / 1000]);

  return {
    words,
    duration,
    speakerTypes,
    topics,
    canonicalTopicId: 1,
    window: { length: pick([0.5, 1, 2, 5, 30, 300]), minimumMatches: 1 + upTo(4) },
  };
}
