import { AppError, invalid } from '../errors.js';
import { settleWords } from '../transcripts/settle.js';
import { type StoredTranscript, storedTranscript } from './call-body.js';
import { type StoredWords, type WireWord, wireWords } from './written-transcript.js';

/** A word as the wire shows it, with whether its times are interpolated. */
export interface MarkedWord extends WireWord {
  readonly interpolated?: true;
}

/** A word that replaces others. What it lacks is taken from its place. */
interface NewWord {
  readonly word: string;
  readonly p?: string | null;
  readonly start?: number | null;
  readonly end?: number | null;
  readonly v?: number;
}

/** A change of the words from the index `from` up to that before `to`. */
export interface WordsChange {
  readonly from: number;
  readonly to: number;
  /** The words that replace them, the speaker that they get, or the words that were there before. */
  readonly change:
    | { readonly words: readonly NewWord[] }
    | { readonly speaker: number }
    | { readonly restored: readonly MarkedWord[] };
  /** Ranges of words whose times are interpolated: index of the first, index after the last, and so on. */
  readonly interpolated: readonly number[];
}

/** A transcript with a change made. */
export interface EditedTranscript {
  readonly transcript: StoredTranscript;
  readonly interpolated: readonly number[];
  readonly removed: readonly MarkedWord[];
  readonly added: readonly MarkedWord[];
}

/**
 * Changes a range of a stored transcript's words. New words without times share the time of those that they replace, or
 * the pause that they are put into.
 * @throws AppError `invalid` for a range that the transcript does not have, words that would not stay in order, and a
 *   change that changes nothing.
 */
export function editTranscript(stored: StoredWords, { from, to, change, interpolated }: WordsChange): EditedTranscript {
  const words = wireWords(stored);
  if (from > to) throw invalid('from', `(${from}) is behind to (${to})`, 'an index up to that of to');
  if (to > words.length) throw invalid('to', `is ${to}, but the call has ${words.length} words`, 'an index up to that');
  const marks = rangeOfWords(interpolated, words.length);
  const marked = (word: WireWord, isInterpolated: boolean): MarkedWord =>
    isInterpolated ? { ...word, interpolated: true } : word;
  const removed = words.slice(from, to).map((word, i) => marked(word, marks[from + i]! >= 0));
  const added =
    'restored' in change
      ? change.restored
      : 'speaker' in change
        ? removed.map((word) => ({ ...word, v: change.speaker }))
        : placedWords(words, { from, to, isMeasured: removed.length > 0 && removed.every(isMeasured) }, change.words);
  if (JSON.stringify(removed) === JSON.stringify(added)) {
    throw new AppError('invalid', 'The change would change nothing: the words are so already.');
  }
  const edited = [...words.slice(0, from), ...added.map(({ interpolated, ...word }) => word), ...words.slice(to)];
  requireOrder(edited, from, from + added.length);
  // A range of the new words is none of the others.
  const fresh = words.length;
  const addedMarks = added.map((word, i) => {
    if (word.interpolated !== true) return -1;
    return 'speaker' in change ? marks[from + i]! : fresh;
  });
  const editedMarks = [...marks.slice(0, from), ...addedMarks, ...marks.slice(to)];
  return { transcript: storedTranscript(edited), interpolated: rangesOfMarks(editedMarks), removed, added };
}

/** A range of words, and whether the times of all of them are measured. */
interface Place {
  readonly from: number;
  readonly to: number;
  readonly isMeasured: boolean;
}

const isMeasured = (word: MarkedWord) => word.interpolated !== true;

/** New words, with what they lack taken from their place. */
function placedWords(words: readonly WireWord[], place: Place, given: readonly NewWord[]): MarkedWord[] {
  const { from, to } = place;
  const [before, first, behind] = [words[from - 1], from < to ? words[from] : undefined, words[to]];
  const v = (first ?? before ?? behind)?.v ?? 0;
  const nextStart = behind === undefined ? Number.POSITIVE_INFINITY : Number(behind.start);
  const heard = given.map(({ word, p, start, end, v: speaker = v }) => {
    return { text: word, punctuation: p ?? '', start: start ?? null, end: end ?? null, speaker, segment: 0 };
  });
  const segment = timeOfPlace(words, from, to, nextStart, given);
  const { words: placed, interpolated } = settleWords(heard, [segment]);
  const marks = rangeOfWords(interpolated, placed.length);
  return placed.map(({ text, punctuation, start, end, speaker }, i) => {
    // The words behind keep their place, even if another speaker begins before these would end.
    const isGiven = heard[i]!.start !== null && heard[i]!.end !== null;
    const isInterpolated = marks[i]! >= 0 || !(isGiven || place.isMeasured);
    const from = isInterpolated ? Math.min(start, nextStart) : start;
    return {
      start: String(from),
      end: String(Math.max(from, end)),
      word: text,
      ...(punctuation !== '' && { p: punctuation }),
      v: speaker,
      ...(isInterpolated && { interpolated: true as const }),
    };
  });
}

/** When the words of a place are spoken, in seconds: that of the words in it, or the pause between two. */
function timeOfPlace(
  words: readonly WireWord[],
  from: number,
  to: number,
  nextStart: number,
  given: readonly NewWord[],
): { readonly start: number; readonly end: number } {
  const replaced = words.slice(from, to);
  const before = words[from - 1];
  const pauseStart = before === undefined ? 0 : Math.min(Number(before.end), Math.max(nextStart, Number(before.start)));
  let start = replaced.length > 0 ? Number(replaced[0]!.start) : pauseStart;
  const openEnd = Number.isFinite(nextStart) ? nextStart : start + given.length * SECONDS_PER_NEW_WORD;
  let end = replaced.reduce(
    (latest, word) => Math.max(latest, Number(word.end)),
    replaced.length > 0 ? start : openEnd,
  );
  for (const word of given) {
    for (const time of [word.start, word.end]) {
      if (time === undefined || time === null) continue;
      start = Math.min(start, time);
      end = Math.max(end, time);
    }
  }
  return { start, end };
}

/** How long a word that is added behind the last one is taken to last. */
const SECONDS_PER_NEW_WORD = 0.35;

/** Throws `invalid` unless the words of a range begin in order, also after the word before and before the one behind. */
function requireOrder(words: readonly WireWord[], from: number, to: number): void {
  for (let i = Math.max(1, from); i <= Math.min(to, words.length - 1); i++) {
    const [start, previous] = [words[i]!.start, words[i - 1]!.start];
    if (Number(start) >= Number(previous)) continue;
    const at = i < to ? `words[${i - from}]` : 'words';
    throw invalid(at, `would not stay in order: ${start} comes after ${previous}`, 'starts between the words around');
  }
}

/** The start of the range that each word is in; -1 for none. */
function rangeOfWords(ranges: readonly number[], count: number): number[] {
  const marks = new Array<number>(count).fill(-1);
  for (let i = 0; i < ranges.length; i += 2) marks.fill(ranges[i]!, ranges[i]!, ranges[i + 1]!);
  return marks;
}

function rangesOfMarks(marks: readonly number[]): number[] {
  const ranges: number[] = [];
  for (const [i, mark] of marks.entries()) {
    if (mark < 0) continue;
    if (ranges.at(-1) === i && marks[i - 1] === mark) ranges[ranges.length - 1] = i + 1;
    else ranges.push(i, i + 1);
  }
  return ranges;
}
