import { BACK_CHANNELS } from './phrases/transitions.js';
import type { Random } from './random.js';

/** A word as the API takes it. Times are in seconds, as decimals of up to three places. */
export interface TranscriptWord {
  readonly start: string;
  readonly end: string;
  readonly word: string;
  readonly p?: string;
  readonly v: number;
}

/** How a speaker talks. */
export interface Manner {
  /** Words per minute. */
  readonly pace: number;
  /** Fillers and false starts per word. */
  readonly hesitation: number;
}

/** What one speaker says at a time. */
export interface Turn {
  /** The index into the manners. */
  readonly speaker: number;
  /** Sentences, as written. */
  readonly text: string;
}

interface TimedWord {
  readonly startMs: number;
  readonly endMs: number;
  readonly word: string;
  readonly p: string;
  readonly v: number;
}

/**
 * Turns a script into spoken words with hesitations, pauses, back-channels and overlaps, in order of start. Speakers
 * are numbered in the order in which they first talk, as diarization does: `numbers[i]` is the number of the speaker
 * with manner `i`.
 */
export function speak(
  turns: readonly Turn[],
  manners: readonly Manner[],
  random: Random,
): { words: TranscriptWord[]; endMs: number; numbers: number[] } {
  const timed: TimedWord[] = [];
  /** Where each speaker's last word ended: nobody talks over themselves. */
  const free = manners.map(() => 0);
  let clock = random.int(400, 5200);
  let previous = -1;
  let lastWordMs = 0;
  for (const turn of turns) {
    const manner = manners[turn.speaker]!;
    const tokens = hesitant(tokenize(turn.text), manner.hesitation, random);
    if (tokens.length === 0) continue;
    let at = Math.max(clock + gapMs(previous === turn.speaker, lastWordMs, random), free[turn.speaker]! + 20, 0);
    const stretch = 150 / manner.pace;
    let sinceBackChannel = random.int(-12, 2);
    for (const [index, token] of tokens.entries()) {
      const length = Math.round((88 + 150 * syllables(token.word)) * stretch * random.between(0.8, 1.2));
      timed.push({ startMs: at, endMs: at + length, word: token.word, p: token.p, v: turn.speaker });
      at += length;
      lastWordMs = length;
      free[turn.speaker] = at;
      sinceBackChannel++;
      const pause = pauseMs(token.p, random) * stretch;
      if (sinceBackChannel > 14 && token.p !== '' && index < tokens.length - 4 && random.chance(0.2)) {
        sinceBackChannel = 0;
        backChannel(timed, free, manners, turn.speaker, at, length, random);
      }
      at += Math.round(pause);
    }
    clock = free[turn.speaker]!;
    previous = turn.speaker;
  }
  timed.sort((a, b) => a.startMs - b.startMs || a.v - b.v);
  const order: number[] = [];
  for (const word of timed) if (!order.includes(word.v)) order.push(word.v);
  for (const index of manners.keys()) if (!order.includes(index)) order.push(index);
  const numbers = manners.map((_, index) => order.indexOf(index));
  let endMs = 0;
  const words = timed.map((word): TranscriptWord => {
    if (word.endMs > endMs) endMs = word.endMs;
    const v = numbers[word.v]!;
    const start = String(word.startMs / 1000);
    const end = String(word.endMs / 1000);
    return word.p === '' ? { start, end, word: word.word, v } : { start, end, word: word.word, p: word.p, v };
  });
  return { words, endMs, numbers };
}

/** The listener's "mm-hm". It starts before the other's word has ended, at about the end of a clause. */
function backChannel(
  timed: TimedWord[],
  free: number[],
  manners: readonly Manner[],
  speaker: number,
  at: number,
  lastWordMs: number,
  random: Random,
): void {
  const others = manners.map((_, i) => i).filter((i) => i !== speaker);
  // The third person mostly listens in silence.
  const listener = others.length === 1 || random.chance(0.85) ? others[0]! : others[1]!;
  let start = at - Math.round(lastWordMs * random.between(0.1, 0.7));
  if (start < free[listener]! + 300) return;
  const phrase = random.pick(BACK_CHANNELS).split(' ');
  for (const [index, word] of phrase.entries()) {
    const length = Math.round((110 + 120 * syllables(word)) * random.between(0.85, 1.15));
    timed.push({ startMs: start, endMs: start + length, word, p: index === phrase.length - 1 ? '.' : '', v: listener });
    start += length + 20;
  }
  free[listener] = start;
}

function gapMs(samePerson: boolean, lastWordMs: number, random: Random): number {
  const draw = random.next();
  if (samePerson) return random.int(300, 900);
  if (draw < 0.13) return -Math.round(lastWordMs * random.between(0.1, 0.85));
  if (draw < 0.8) return random.int(60, 520);
  if (draw < 0.965) return random.int(520, 1500);
  return random.int(1800, 4600);
}

function pauseMs(punctuation: string, random: Random): number {
  if (punctuation === '') return random.next() < 0.03 ? random.int(180, 600) : random.int(8, 45);
  if (punctuation === ',' || punctuation === ':') return random.int(90, 320);
  return random.next() < 0.04 ? random.int(900, 2300) : random.int(240, 680);
}

interface Token {
  readonly word: string;
  readonly p: string;
}

const TAIL = /^(.*?)([.,?!:;—…]*)$/u;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const part of text.split(' ')) {
    const match = TAIL.exec(part);
    if (match?.[1]) tokens.push({ word: match[1], p: match[2] ?? '' });
  }
  return tokens;
}

const OPENERS = ['um', 'uh', 'well', 'I mean', 'you know', 'so', 'um', 'uh', 'honestly'];
const MIDDLES = ['um', 'uh', 'you know', 'like', 'I mean', 'uh', 'um'];
/** Words before which nothing is put at the start of a sentence: they are starters themselves, or stand alone. */
const STARTERS = new Set(
  'um uh well so yeah okay no yes right sure oh hm hi hello hey great good ha bye thanks thank sorry wow perfect and but or'.split(
    ' ',
  ),
);
/** Words that may lose their capital after a filler, and words that are repeated. */
const LOWERABLE = new Set(
  `we they the it that you there this if it's that's we've we're they're you're who what how when where which my our some
nobody somebody everyone everybody half most one two do does is are can could would has have had not only give let let's for
in on at because then last every by to from their your his her it'd that'd there's you'd we'd here's please who's a an`.split(
    /\s+/,
  ),
);
const REPEATED = new Set('we the they it I and our my to that a in is you'.split(' '));
const JOINTS = new Set(['and', 'but', 'because', 'so', 'or', 'then', 'that', 'which']);

/** Adds fillers and false starts where people have them: at starts, after joints, sometimes before a noun. */
function hesitant(tokens: readonly Token[], rate: number, random: Random): Token[] {
  if (tokens.length < 5) return [...tokens];
  const said: Token[] = [];
  const fill = (filler: string, capital: boolean) => {
    const parts = filler.split(' ');
    for (const [index, part] of parts.entries()) {
      const word = capital && index === 0 ? part[0]!.toUpperCase() + part.slice(1) : part;
      said.push({ word, p: index === parts.length - 1 ? ',' : '' });
    }
  };
  let starts = true;
  /** Words since the sentence began: nobody says "Thanks, um, bye". */
  let inSentence = 0;
  for (const token of tokens) {
    inSentence = starts ? 0 : inSentence + 1;
    const lower = token.word.toLowerCase();
    const before = said.at(-1);
    if (starts) {
      if (random.next() < rate * 5 && !STARTERS.has(lower) && (LOWERABLE.has(lower) || /^I\b/.test(token.word))) {
        fill(random.pick(OPENERS), true);
        said.push({ word: LOWERABLE.has(lower) ? lower : token.word, p: token.p });
        starts = endsSentence(token.p);
        continue;
      }
    } else if (
      before !== undefined &&
      (before.p === ',' || (before.p === '' && JOINTS.has(before.word.toLowerCase())))
    ) {
      if (random.next() < rate * 2.4 && inSentence > 2 && !STARTERS.has(lower)) fill(random.pick(MIDDLES), false);
    } else if (random.next() < rate * 0.25 && /^[a-z]{4}/.test(token.word)) {
      fill(random.next() < 0.5 ? 'uh' : 'um', false);
    }
    if (token.p === '' && REPEATED.has(lower) && random.next() < rate * 1.2) {
      said.push({ word: token.word, p: random.next() < 0.6 ? ',' : '' });
      said.push({ word: token.word === 'I' ? 'I' : lower, p: '' });
    } else said.push(token);
    starts = endsSentence(token.p);
  }
  return said;
}

function endsSentence(p: string): boolean {
  return /[.?!]/.test(p);
}

const SYLLABLES = new Map<string, number>();

/** The number of syllables, by groups of vowels: good enough for durations. Digits are read out. */
function syllables(word: string): number {
  let count = SYLLABLES.get(word);
  if (count === undefined) {
    const digits = word.replace(/\D/g, '').length;
    const letters = word.toLowerCase().replace(/[^a-zà-ÿ]/g, '');
    const groups = letters.replace(/e$/, '').match(/[aeiouyà-ÿ]+/g)?.length ?? 0;
    count = Math.max(1, groups + Math.ceil(digits * 1.6));
    SYLLABLES.set(word, count);
  }
  return count;
}
