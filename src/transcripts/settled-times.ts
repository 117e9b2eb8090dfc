import type { RecognizedSegment, RecognizedWord } from './recognition.js';

/** A word with times that can be relied on: within the recording, in the order of the words, without overlap. */
export interface SettledWord<W> {
  readonly word: W;
  /** Whole milliseconds on the call's timeline. */
  readonly startMs: number;
  /** After `startMs`, unless the recording is too short for its words. */
  readonly endMs: number;
  /** Whether its start is ours, because the engine gave none that can be right. */
  readonly isInterpolated: boolean;
  /** Whether the engine's end was too late. */
  readonly isShortened: boolean;
}

/** The time that every word has, in seconds. */
const ROOM = 0.02;
/** Times so far outside the recording are rounding; times farther out are wrong. */
const TOLERANCE = 1;
/** No word lasts longer. */
const MAX_WORD_SECONDS = 3;

/**
 * Settles the times of one speaker's words, which are in the order in which they were said.
 *
 * A start is relied on if it is within the recording and rises with the words; where starts contradict each other, most
 * of them win. The first word of a segment takes the segment's start if it has none. An end is relied on if it is after
 * its start and leaves room for the words that follow. Words without times share the time up to the last one's end, or
 * else the end of their segment, or else the time that they take to say; never more than there is before the next word.
 */
export function settleTimes<W extends RecognizedWord>(
  words: readonly W[],
  segments: readonly RecognizedSegment[],
  durationSeconds: number,
): SettledWord<W>[] {
  const count = words.length;
  const room = Math.min(ROOM, durationSeconds / Math.max(count, 1));
  const given = words.map((word, i) => {
    const previous = words[i - 1];
    // Of words that start together, the first does.
    if (word.start !== null) return word.start === previous?.start ? null : word.start;
    return segmentStart(word, previous, segments);
  });
  const starts = risingStarts(given, room, durationSeconds);
  const settled: SettledWord<W>[] = [];
  for (let i = 0; i < count; ) {
    let next = i + 1;
    while (next < count && starts[next] === null) next++;
    const limit = starts[next] ?? durationSeconds;
    let from = starts[i] ?? 0;
    let rest = words.slice(i, next);
    const word = words[i]!;
    if (starts[i] !== null && isEnd(word.end, from)) {
      const end = Math.min(word.end, limit - (rest.length - 1) * room);
      const isShortened = end < word.end - 0.001;
      settled.push({ word, ...milliseconds(from, end), isInterpolated: word.start === null, isShortened });
      from = end;
      rest = rest.slice(1);
    }
    const shared = share(rest, from, endOfShare(rest, from, limit, segments));
    // The first may have a start of its own, and lack an end alone.
    const isFirstSound = rest.length === next - i && starts[i] !== null && word.start !== null;
    settled.push(...shared.map((each, k) => ({ ...each, isInterpolated: k > 0 || !isFirstSound })));
    i = next;
  }
  return settled;
}

function segmentStart(
  word: RecognizedWord,
  previous: RecognizedWord | undefined,
  segments: readonly RecognizedSegment[],
): number | null {
  if (word.segment === null || word.segment === previous?.segment) return null;
  return segments[word.segment]?.start ?? null;
}

/**
 * Keeps the largest number of starts that rise and leave every word its room; the others become null. Slack is what a
 * start has beyond the room of the words before it: starts that leave room have slack that never falls.
 */
function risingStarts(starts: readonly (number | null)[], room: number, durationSeconds: number): (number | null)[] {
  const most = Math.max(0, durationSeconds - room * starts.length);
  const slack = starts.map((start, i) => {
    const isWithin = start !== null && start >= -TOLERANCE && start <= durationSeconds + TOLERANCE;
    return isWithin ? Math.min(Math.max(start - room * i, 0), most) : null;
  });
  // For each length, the chain of that length which ends lowest: the standard way to a longest rising chain.
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [i, value] of slack.entries()) {
    if (value === null) continue;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (slack[ends[middle]!]! <= value) low = middle + 1;
      else high = middle;
    }
    before[i] = ends[low - 1];
    ends[low] = i;
  }
  const kept: (number | null)[] = starts.map(() => null);
  for (let i = ends.at(-1); i !== undefined; i = before[i]) kept[i] = slack[i]! + room * i;
  return kept;
}

function isEnd(end: number | null, start: number): end is number {
  return end !== null && end - start >= ROOM / 2 && end - start <= MAX_WORD_SECONDS;
}

function endOfShare(
  words: readonly RecognizedWord[],
  from: number,
  limit: number,
  segments: readonly RecognizedSegment[],
): number {
  const last = words.at(-1);
  if (last === undefined) return from;
  const soonest = from + words.length * ROOM;
  // A word with a start has a length of its own, whatever its segment's is.
  const isUntimed = words.length > 1 || last.start === null;
  const segmentEnd = last.segment === null || !isUntimed ? undefined : segments[last.segment]?.end;
  const spoken = from + words.reduce((sum, word) => sum + spokenSeconds(word), 0);
  const end = [isUntimed ? last.end : null, segmentEnd].find((each) => each != null && each >= soonest);
  return Math.min(end ?? spoken, limit);
}

/** How long a word takes to say, roughly. */
const spokenSeconds = ({ text }: RecognizedWord) => 0.1 + 0.06 * Math.min(text.length, 20);

function share<W extends RecognizedWord>(words: readonly W[], from: number, to: number) {
  const total = words.reduce((sum, word) => sum + spokenSeconds(word), 0);
  let start = from;
  return words.map((word) => {
    const end = start + ((to - from) * spokenSeconds(word)) / total;
    const settled = { word, ...milliseconds(start, end), isShortened: false };
    start = end;
    return settled;
  });
}

function milliseconds(start: number, end: number): { startMs: number; endMs: number } {
  return { startMs: Math.round(start * 1000), endMs: Math.round(end * 1000) };
}
