import type { CueToken } from './cue-text.js';

/** A cue as its file has it. Times are in seconds. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly CueToken[];
  /** From a name before the text; null if there is none. */
  readonly name: string | null;
}

/** Cues without what they only show again. */
export interface Undone {
  readonly cues: readonly Cue[];
  /** How many cues brought nothing new. */
  readonly repeats: number;
}

/** Cues with more pieces are no captions that roll or light up: comparing them would take too long. */
const MAX_PIECES = 200;
/** The longest pause, in seconds, after which a cue still goes on showing the one before it. */
const MAX_PAUSE_SECONDS = 0.05;

const sameTexts = (a: readonly CueToken[], b: readonly CueToken[]) =>
  a.length === b.length && a.every(({ text }, i) => text === b[i]!.text);

/**
 * Undoes lines that are shown once for each word, with that word underlined, as whisper and Debrief write SRT: each such
 * run becomes one cue in which the words have times. A run counts only if it underlines all its words, in order.
 */
export function undoHighlights(cues: readonly Cue[]): Undone {
  const result: Cue[] = [];
  let repeats = 0;
  for (let i = 0; i < cues.length; ) {
    const length = highlightedCues(cues, i);
    if (length === 0) {
      result.push(cues[i++]!);
      continue;
    }
    const run = cues.slice(i, i + length);
    const tokens = [...run[0]!.tokens];
    for (const { tokens: shown, start, end } of run) {
      const at = shown.findIndex(({ isUnderlined }) => isUnderlined);
      if (at >= 0) tokens[at] = { ...tokens[at]!, start, end };
    }
    const timed = run.filter((cue) => cue.tokens.some(({ isUnderlined }) => isUnderlined));
    result.push({ ...run[0]!, start: timed[0]!.start, end: timed.at(-1)!.end, tokens });
    repeats += length - 1;
    i += length;
  }
  return { cues: result, repeats };
}

/** How many cues from here on show one line, each with the next of its words underlined; 0 if they are not such. */
function highlightedCues(cues: readonly Cue[], from: number): number {
  const { tokens, name } = cues[from]!;
  let next = 0;
  // Between two words the line may be shown once without any underlined.
  const most = tokens.length > MAX_PIECES ? 0 : 2 * tokens.length + 1;
  for (let i = from; i < Math.min(cues.length, from + most); i++) {
    const cue = cues[i]!;
    if (cue.name !== name || !sameTexts(cue.tokens, tokens)) return 0;
    const underlined = cue.tokens.flatMap(({ isUnderlined }, at) => (isUnderlined ? [at] : []));
    if (underlined.length > 1 || (underlined.length === 1 && underlined[0] !== next)) return 0;
    next += underlined.length;
    if (next === tokens.length) return next === 0 ? 0 : i - from + 1;
  }
  return 0;
}

/**
 * Undoes rolling captions, in which a cue shows the last lines again above the new one, or the same line grown by some
 * words. People repeat themselves too, so that a file counts as rolling only if at least half of its cues that follow
 * without a pause begin with the end of the one before, and at least two of those bring something new.
 */
export function undoRolling(cues: readonly Cue[]): Undone {
  let [following, carrying, growing] = [0, 0, 0];
  const carried = cues.map((cue, i) => {
    const before = cues[i - 1];
    if (before === undefined || before.name !== cue.name || cue.tokens.length === 0 || before.tokens.length === 0)
      return 0;
    if (Math.abs(cue.start - before.end) > MAX_PAUSE_SECONDS) return 0;
    following++;
    const count = carriedTokens(before.tokens, cue.tokens);
    if (count > 0) carrying++;
    if (count > 0 && count < cue.tokens.length) growing++;
    return count;
  });
  if (growing < 2 || carrying * 2 < following) return { cues, repeats: 0 };
  let repeats = 0;
  const result = cues.flatMap((cue, i) => {
    const count = carried[i]!;
    if (count === 0) return [cue];
    if (count < cue.tokens.length) return [{ ...cue, tokens: cue.tokens.slice(count) }];
    repeats++;
    return [];
  });
  return { cues: result, repeats };
}

/** How many pieces at the start of a cue are those that the cue before it ended with, from the start of one of its lines. */
function carriedTokens(before: readonly CueToken[], shown: readonly CueToken[]): number {
  if (before.length > MAX_PIECES) return 0;
  for (const [i, { line }] of before.entries()) {
    if (i > 0 && before[i - 1]!.line === line) continue;
    const tail = before.slice(i);
    if (tail.length <= shown.length && sameTexts(tail, shown.slice(0, tail.length))) return tail.length;
  }
  return 0;
}
