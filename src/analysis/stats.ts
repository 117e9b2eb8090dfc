import type { Form } from './form.js';
import { TIME_NOISE_SECONDS } from './times.js';
import type { SpeakerType } from './words.js';

/** A call's `stats` as v2 shows them. The keys of the objects are speaker numbers. */
export interface CallStats {
  /** Whole seconds. */
  readonly internalTalkTime: number;
  /** Whole seconds. */
  readonly externalTalkTime: number;
  /** The internal speakers' share of all talk time, from 0 to 1; null if nobody spoke. */
  readonly talkRatio: number | null;
  readonly interchangesPerMinute: number;
  /** Seconds. */
  readonly longestSegmentDurations: Readonly<Record<string, number>>;
  readonly talkSpeeds: readonly TalkSpeed[];
}

/** The talk speeds in one section of the call. Times are in seconds since the start of the call. */
interface TalkSpeed {
  readonly start: number;
  readonly end: number;
  readonly wordsPerMinute: Readonly<Record<string, number>>;
}

/** A word belongs to a section if it ends at most this long after the section's start. */
export const SECTION_SECONDS = 300;

/**
 * Computes a call's statistics by the rules of api-v2 §5. The names are those of the reference's "Call Stats". All
 * figures are plain doubles, never NaN or infinite. If `durationSeconds` is 0 or null, the latest end of a word is
 * used.
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

/** The internal share of the sum; null if the sum is 0. */
function share(internal: number, external: number, unknown: number): number | null {
  const all = internal + external + unknown;
  return all === 0 ? null : internal / all;
}

/**
 * Divides the call into sections. A section begins at a word's start. The following words, in order of start, belong to
 * it up to the first one that ends more than 300 s after that. It ends where its last word in that order ends. A word
 * longer than 300 s begins a section too. Words without a letter or digit belong to sections like others, but are not
 * counted.
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

/** A rate; 0 if the time is 0. */
function perMinute(count: number, seconds: number): number {
  const rate = count / (seconds / 60);
  return Number.isFinite(rate) ? rate : 0;
}

/** Rounds half up by the decimals that were summed: a sum of doubles may fall just short of a half. */
function wholeSeconds(seconds: number): number {
  return Math.round(seconds + TIME_NOISE_SECONDS);
}

function latest(ends: Float64Array): number {
  let seconds = 0;
  for (let i = 0; i < ends.length; i++) seconds = Math.max(seconds, ends[i]!);
  return seconds;
}
