import { invalid } from '../errors.js';
import { languageCode } from './language-code.js';
import { cleanText, followsWord, piecesOf, splitWord } from './spoken-text.js';
import type {
  CueCounts,
  FileSegment,
  FileSpeaker,
  FileWord,
  KnownSpeaker,
  TranscriptFile,
  TranscriptFormat,
} from './transcript-file.js';

/** The most words that a call has. */
const MAX_WORDS = 200_000;
const MAX_SPEAKERS = 1_000;
const MAX_SPEAKER_NUMBER = 65_535;
const MAX_NAME_LENGTH = 200;
/** Names that programs give to speakers whom they do not know: a number, not a name. */
const NUMBERED = /^(?:speaker|spk)[ _-]?(\d{1,5})$/i;

/** What is known of a speaker. */
interface SpeakerDetails {
  readonly name?: string | null;
  readonly email?: string | null;
  readonly channel?: number | null;
  readonly type?: FileSpeaker['type'];
  /** The number that the file itself gives in our numbering. */
  readonly number?: number | null;
}

/** When and by whom words are spoken. */
interface Spoken {
  /** From `speaker`. */
  readonly speaker: number;
  readonly start?: number | null;
  readonly end?: number | null;
  /** From `segment`. */
  readonly segment?: number | null;
  /** Whether the file says that the times are interpolated. */
  readonly isInterpolated?: boolean;
}

/** What a reader has found so far. */
export interface Draft {
  /** A speaker by a key of the reader's, found again or added. Numbers are given at the end. */
  speaker(key: string, details?: SpeakerDetails): number;
  /** Adds a segment, in seconds. */
  segment(start: number, end: number): number;
  /** Adds what is written between two times: nearly always one word. */
  words(written: string, spoken: Spoken): void;
  /** Adds punctuation behind the last word. */
  punctuation(written: string): void;
  note(sentence: string): void;
  finish(rest?: { readonly language?: string | null; readonly cues?: CueCounts }): TranscriptFile;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Begins what a reader returns. `known` are the speakers that the call already has. */
export function createDraft(format: TranscriptFormat, known: readonly KnownSpeaker[]): Draft {
  const words: Mutable<FileWord>[] = [];
  const segments: FileSegment[] = [];
  const speakers = new Map<string, { readonly index: number; readonly details: SpeakerDetails }>();
  const notes: string[] = [];

  function addWord(written: string, spoken: Spoken, isFirst: boolean, isLast: boolean): void {
    const last = words.at(-1);
    const segment = spoken.segment ?? null;
    const end = isLast ? (spoken.end ?? null) : null;
    const start = isFirst ? (spoken.start ?? null) : null;
    // A piece with a time of its own stands for itself, whatever it is.
    if (start === null && last?.speaker === spoken.speaker && last.segment === segment && followsWord(last, written)) {
      last.punctuation += ` ${written}`;
      if (end !== null) last.end = end;
      return;
    }
    if (words.length === MAX_WORDS) throw invalid('transcript', 'has too many words', `at most ${MAX_WORDS} words`);
    const isInterpolated = spoken.isInterpolated === true;
    words.push({ ...splitWord(written), start, end, speaker: spoken.speaker, segment, isInterpolated });
  }

  return {
    speaker(key, details = {}) {
      const found = speakers.get(key);
      if (found !== undefined) return found.index;
      if (speakers.size === MAX_SPEAKERS) {
        throw invalid('transcript', 'has too many speakers', `at most ${MAX_SPEAKERS} speakers`);
      }
      const name = cleanText(details.name ?? '')
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, MAX_NAME_LENGTH)
        .toWellFormed();
      const index = speakers.size;
      speakers.set(key, { index, details: { ...details, name: name === '' ? null : name } });
      return index;
    },
    segment(start, end) {
      segments.push({ start, end });
      return segments.length - 1;
    },
    words(written, spoken) {
      const pieces = piecesOf(cleanText(written));
      for (const [i, piece] of pieces.entries()) addWord(piece, spoken, i === 0, i === pieces.length - 1);
    },
    punctuation(written) {
      const mark = cleanText(written).trim();
      const last = words.at(-1);
      if (last === undefined || mark === '') return;
      const whole = splitWord(`${last.text}${last.punctuation}${mark}`);
      Object.assign(last, whole);
    },
    note(sentence) {
      if (!notes.includes(sentence)) notes.push(sentence);
    },
    finish({ language = null, cues = null }: { language?: string | null; cues?: CueCounts | null } = {}) {
      const details = [...speakers.values()].map((each) => each.details);
      const speaking = new Set(words.map(({ speaker }) => speaker));
      const numbers = numbersOf(details, speaking, known);
      for (const word of words) word.speaker = numbers[word.speaker]!;
      return {
        format,
        language: languageCode(language),
        speakers: details
          .map((each, i) => describe(each, numbers[i]!))
          .filter((_, i) => speaking.has(i))
          .sort((a, b) => a.number - b.number),
        words,
        segments,
        cues,
        notes,
      };
    },
  };
}

function describe(
  { name = null, email = null, channel = null, type = null }: SpeakerDetails,
  number: number,
): FileSpeaker {
  return { number, name: name !== null && NUMBERED.test(name) ? null : name, email, channel, type };
}

/**
 * The speakers' numbers. A speaker whom the call already has keeps that number, one named `Speaker 3` is number 3, and
 * the others get the lowest that are free, in the order in which the file brings them. Those who are not heard get 0.
 */
function numbersOf(
  details: readonly SpeakerDetails[],
  speaking: ReadonlySet<number>,
  known: readonly KnownSpeaker[],
): number[] {
  const numbers: (number | null)[] = details.map(() => null);
  const taken = new Set<number>();
  const give = (index: number, number: number | null) => {
    if (number === null || number > MAX_SPEAKER_NUMBER || numbers[index] !== null || taken.has(number)) return;
    if (!speaking.has(index)) return;
    numbers[index] = number;
    taken.add(number);
  };
  for (const [index, each] of details.entries()) give(index, knownNumber(each, known));
  for (const [index, each] of details.entries()) give(index, each.number ?? numberInName(each.name));
  // Somebody with a name is not the other person whom the call knows by that number.
  const named = new Set(known.filter(({ name, email }) => name ?? email).map(({ number }) => number));
  const lowestFree = (isNamed: boolean) => {
    let number = 0;
    while (taken.has(number) || (isNamed && named.has(number))) number++;
    return number;
  };
  return numbers.map((number, index) => {
    if (number !== null || !speaking.has(index)) return number ?? 0;
    const { name, email } = details[index]!;
    const free = lowestFree((name ?? email ?? null) !== null);
    taken.add(free);
    return free;
  });
}

function numberInName(name: string | null | undefined): number | null {
  const digits = name == null ? undefined : NUMBERED.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

function knownNumber({ name, email }: SpeakerDetails, known: readonly KnownSpeaker[]): number | null {
  const same = (a: string | null | undefined, b: string | null) => a != null && a.toLowerCase() === b?.toLowerCase();
  const found = known.find((each) => same(email, each.email)) ?? known.find((each) => same(name, each.name));
  return found?.number ?? null;
}
