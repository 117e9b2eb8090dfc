import type { Form } from './form.js';
import { TIME_NOISE_SECONDS } from './times.js';
import type { SpeakerType } from './words.js';

/** A call's `stats` as v2 shows them. Keys of the objects are speaker numbers. */
export interface CallStats {
  /** Whole seconds. */
  readonly internalTalkTime: number;
  /** Whole seconds. */
  readonly externalTalkTime: number;
  /** Of all that was spoken, the share of internal speakers; null where nobody spoke. */
  readonly talkRatio: number | null;
  readonly interchangesPerMinute: number;
  /** Seconds. */
  readonly longestSegmentDurations: Readonly<Record<string, number>>;
  readonly talkSpeeds: readonly TalkSpeed[];
}

/** A section of the call; times in seconds since its start. */
interface TalkSpeed {
  readonly start: number;
  readonly end: number;
  readonly wordsPerMinute: Readonly<Record<string, number>>;
}

/** A section holds words that end at most this long after its start. */
const SECTION_SECONDS = 300;

/**
 * The rules are spec/api-v2.md §5, the names the reference's "Call Stats". Figures are plain doubles, never NaN or
 * infinite. A `durationSeconds` of 0 or null uses the latest end of a word.
 */
export function callStats(
  form: Form,
  durationSeconds: number | null,
  typeOf: (speaker: number) => SpeakerType,
): CallStats {
  const { start, end } = form.times();
  const { blockCount, blockWord, blockSpeaker } = form;
  const talked: Record<SpeakerType, number> = { INTERNAL: 0, EXTERNAL: 0, UNKNOWN: 0 };
  const longestSegmentDurations: Record<string, number> = {};
  let changes = 0;
  for (let block = 0; block < blockCount; block++) {
    const speaker = blockSpeaker[block]!;
    const seconds = end[blockWord[block + 1]! - 1]! - start[blockWord[block]!]!;
    talked[typeOf(speaker)] += seconds;
    longestSegmentDurations[speaker] = Math.max(longestSegmentDurations[speaker] ?? 0, seconds);
    if (block > 0 && speaker !== blockSpeaker[block - 1]) changes++;
  }
  const internalTalkTime = wholeSeconds(talked.INTERNAL);
  const externalTalkTime = wholeSeconds(talked.EXTERNAL);
  return {
    internalTalkTime,
    externalTalkTime,
    talkRatio:
      share(internalTalkTime, externalTalkTime, wholeSeconds(talked.UNKNOWN)) ??
      share(talked.INTERNAL, talked.EXTERNAL, talked.UNKNOWN),
    interchangesPerMinute: perMinute(
      changes,
      durationSeconds !== null && durationSeconds > 0 ? durationSeconds : latest(end),
    ),
    longestSegmentDurations,
    talkSpeeds: talkSpeeds(form),
  };
}

/** The part of the first in all of them; null where that is nothing. */
function share(internal: number, external: number, unknown: number): number | null {
  const all = internal + external + unknown;
  return all === 0 ? null : internal / all;
}

/**
 * Sections begin at a word's start; words, in order of start, belong to one up to the first that ends more than 300 s
 * after it; a section ends where the last of its words in that order ends. A word longer than 300 s begins one all the
 * same. Those without a letter or digit belong to sections as others do, but are not counted.
 */
function talkSpeeds(form: Form): TalkSpeed[] {
  const { start, end } = form.times();
  const { wordToken } = form.places();
  const { blockCount, blockWord, blockSpeaker } = form;
  const speeds: TalkSpeed[] = [];
  let counts = new Map<number, number>();
  let sectionStart = 0;
  const close = (lastWord: number) => {
    const seconds = end[lastWord]! - sectionStart;
    const wordsPerMinute: Record<string, number> = {};
    for (const [speaker, count] of counts) wordsPerMinute[speaker] = perMinute(count, seconds);
    speeds.push({ start: sectionStart, end: end[lastWord]!, wordsPerMinute });
    counts = new Map();
  };
  for (let block = 0; block < blockCount; block++) {
    const speaker = blockSpeaker[block]!;
    const blockEnd = blockWord[block + 1]!;
    let counted = 0;
    const count = () => {
      counts.set(speaker, (counts.get(speaker) ?? 0) + counted);
      counted = 0;
    };
    for (let word = blockWord[block]!; word < blockEnd; word++) {
      if (word === 0 || end[word]! - sectionStart > SECTION_SECONDS + TIME_NOISE_SECONDS) {
        if (word > blockWord[block]!) count();
        if (word > 0) close(word - 1);
        sectionStart = start[word]!;
      }
      if (wordToken[word + 1]! > wordToken[word]!) counted++;
    }
    count();
  }
  if (form.wordCount > 0) close(form.wordCount - 1);
  return speeds;
}

/** Rates over no time are 0. */
function perMinute(count: number, seconds: number): number {
  const rate = count / (seconds / 60);
  return Number.isFinite(rate) ? rate : 0;
}

/** Halves up, as the decimals that were summed have it: a sum of doubles may fall just short of one. */
function wholeSeconds(seconds: number): number {
  return Math.round(seconds + TIME_NOISE_SECONDS);
}

function latest(ends: Float64Array): number {
  let seconds = 0;
  for (let i = 0; i < ends.length; i++) seconds = Math.max(seconds, ends[i]!);
  return seconds;
}
