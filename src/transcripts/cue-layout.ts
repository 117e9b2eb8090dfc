import { settleWords } from './settle.js';
import type { ShownTranscript, ShownWord } from './shown-transcript.js';
import { followsWord, isSpoken } from './spoken-text.js';

/** Words that are shown together. */
export interface CueLayout {
  readonly words: readonly ShownWord[];
  readonly speaker: number;
  readonly start: number;
  readonly end: number;
  /** Whether a reader finds the words' times from those of the cue. */
  readonly isPlain: boolean;
  /** Whether the words' times are interpolated, and a reader would not find that by itself. */
  readonly needsMark: boolean;
}

/** Captions are read at about this pace: two lines of 42 characters, for 7 seconds. */
const MAX_CHARACTERS = 84;
const MAX_CUE_SECONDS = 7;
const MAX_PAUSE_SECONDS = 1;

/**
 * Puts words into cues. One cue has one speaker. Words that were interpolated together, as those of a caption file are,
 * stay one cue. Other cues end at a pause, or when they get long.
 */
export function layOut({ words, interpolated }: ShownTranscript): CueLayout[] {
  const ranges = rangeStarts(interpolated, words.length);
  const groups: ShownWord[][] = [];
  let characters = 0;
  for (const [i, word] of words.entries()) {
    const [last, first] = [words[i - 1], groups.at(-1)?.[0]];
    const length = word.text.length + word.punctuation.length + 1;
    const isOneRange = ranges[i]! >= 0 && ranges[i] === ranges[i - 1];
    const joins =
      last !== undefined &&
      first !== undefined &&
      last.speaker === word.speaker &&
      ranges[i] === ranges[i - 1] &&
      fits(last, word) &&
      (isOneRange ||
        (word.start - last.end <= MAX_PAUSE_SECONDS &&
          word.end - first.start <= MAX_CUE_SECONDS &&
          characters + length <= MAX_CHARACTERS));
    if (joins) groups.at(-1)!.push(word);
    else groups.push([word]);
    characters = joins ? characters + length : length;
  }
  let first = 0;
  return groups.map((group) => {
    const [start, end] = [group[0]!.start, group.at(-1)!.end];
    const isRange = ranges[first]! >= 0;
    const isPlain = group.length === 1 || (isRange && isFoundAgain(group, { start, end }));
    const needsMark = isRange && (!isPlain || group.length === 1);
    first += group.length;
    return { words: group, speaker: group[0]!.speaker, start, end, isPlain, needsMark };
  });
}

/** Whether a reader that finds the next word in the same cue can tell it from the one before it. */
function fits(last: ShownWord, word: ShownWord): boolean {
  return (
    word.start >= last.end &&
    last.end > last.start &&
    word.end > word.start &&
    (isSpoken(word.text) || !followsWord(last, word.text))
  );
}

/** The start of the range that each word is in; -1 for none. */
function rangeStarts(interpolated: readonly number[], count: number): number[] {
  const starts = new Array<number>(count).fill(-1);
  for (let i = 0; i < interpolated.length; i += 2)
    starts.fill(interpolated[i]!, interpolated[i]!, interpolated[i + 1]!);
  return starts;
}

function isFoundAgain(words: readonly ShownWord[], cue: { readonly start: number; readonly end: number }): boolean {
  const untimed = words.map(({ text, speaker }) => ({ text, speaker, start: null, end: null, segment: 0 }));
  const found = settleWords(untimed, [cue]).words;
  return words.every(({ start, end }, i) => found[i]!.start === start && found[i]!.end === end);
}
