import type { RecognizedWord } from './recognition.js';

// Engines repeat themselves on silence and noise: the same phrase again and again. A real "no no no" differs in its pace.

const MAX_PHRASE_WORDS = 8;
/** Of fewer sayings in a row, all are kept. */
const MIN_SAYINGS = 3;
/** Nobody says the same phrase more often without a pause. */
const MAX_SAYINGS = 12;
const PAUSE_SECONDS = 1;
/** The least and most seconds that a mouth takes for a word. Engines squeeze loops into nothing or stretch them. */
const LEAST_PACE = 0.04;
const MOST_PACE = 2;

/**
 * Removes what an engine repeated in a loop; the first saying stays. Where a phrase of up to 8 words comes 3 times in a
 * row or more, sayings go that take under 0.04 s or over 2 s a word by the engine's own times. Of more than 12 sayings
 * without a pause of a second, all but the first go. `words` are one speaker's, in order.
 */
export function dropLoops<W extends RecognizedWord>(words: readonly W[]): { kept: W[]; dropped: number } {
  const letters = words.map(({ text }) => text.toLowerCase());
  const kept: W[] = [];
  for (let i = 0; i < words.length; ) {
    const { length, sayings } = runAt(letters, i);
    const phrases = Array.from({ length: sayings }, (_, k) => words.slice(i + k * length, i + (k + 1) * length));
    if (sayings < MIN_SAYINGS) kept.push(words[i]!);
    else if (sayings > MAX_SAYINGS && phrases.every((phrase, k) => k === 0 || !isPause(phrases[k - 1]!, phrase))) {
      kept.push(...phrases[0]!);
    } else kept.push(...phrases.filter((phrase, k) => k === 0 || isSpoken(phrase)).flat());
    i += sayings < MIN_SAYINGS ? 1 : length * sayings;
  }
  return { kept, dropped: words.length - kept.length };
}

/** The run of the same phrase that starts at a word: the shortest phrase that comes three times, else the word alone. */
function runAt(letters: readonly string[], at: number): { length: number; sayings: number } {
  for (let length = 1; length <= MAX_PHRASE_WORDS; length++) {
    let end = at + length;
    while (end < letters.length && letters[end] === letters[end - length]) end++;
    const sayings = Math.floor((end - at) / length);
    if (sayings >= MIN_SAYINGS) return { length, sayings };
  }
  return { length: 1, sayings: 1 };
}

function isPause(before: readonly RecognizedWord[], after: readonly RecognizedWord[]): boolean {
  const end = before.at(-1)!.end;
  const start = after[0]!.start;
  return end !== null && start !== null && start - end >= PAUSE_SECONDS;
}

/** Whether the times of a phrase are a mouth's. Missing times prove nothing. */
function isSpoken(phrase: readonly RecognizedWord[]): boolean {
  let seconds = 0;
  for (const { start, end } of phrase) {
    if (start === null || end === null) return true;
    seconds += end - start;
  }
  const pace = seconds / phrase.length;
  return pace >= LEAST_PACE && pace <= MOST_PACE;
}
