import { englishHeads, englishStem } from './english.js';
import type { PhraseToken } from './prefixes.js';
import { unsignedToken } from './tokens.js';

/**
 * What tokens of phrases ask of a word: that it is written so (a number with or without a sign of its own), begins so, or is an
 * English form. Each has a number, from 0 on.
 */
export interface Patterns {
  count: number;
  readonly written: Map<string, number>;
  readonly prefixes: Map<string, number>;
  readonly prefixLengths: Set<number>;
  readonly stems: Map<string, number>;
}

export function createPatterns(): Patterns {
  return { count: 0, written: new Map(), prefixes: new Map(), prefixLengths: new Set(), stems: new Map() };
}

/** The number of what a token asks; a new one where none has asked it. */
export function patternOf(patterns: Patterns, { token, isPrefix }: PhraseToken, wordForms: boolean): number {
  if (isPrefix) {
    patterns.prefixLengths.add(token.length);
    return numberOf(patterns, patterns.prefixes, token);
  }
  if (wordForms && /^[a-z]+$/.test(token)) return numberOf(patterns, patterns.stems, englishStem(token));
  return numberOf(patterns, patterns.written, token);
}

function numberOf(patterns: Patterns, of: Map<string, number>, text: string): number {
  const number = of.get(text) ?? patterns.count++;
  of.set(text, number);
  return number;
}

/** The patterns that a token of a call fits, each once, by number. */
export function patternsOf(patterns: Patterns, token: string): number[] {
  const found = new Set<number>();
  const add = (number: number | undefined) => {
    if (number !== undefined) found.add(number);
  };
  for (const text of [token, unsignedToken(token)]) {
    add(patterns.written.get(text));
    for (const length of patterns.prefixLengths) {
      if (length <= text.length) add(patterns.prefixes.get(text.slice(0, length)));
    }
  }
  if (patterns.stems.size > 0) add(patterns.stems.get(englishStem(token)));
  return [...found].sort((a, b) => a - b);
}

/** Whether a number, and so one with a sign, may fit. */
export function takeNumbers({ written, prefixes }: Patterns): boolean {
  return [...written.keys(), ...prefixes.keys()].some((text) => /\p{N}/u.test(text));
}

/** Each word that fits a prefix or a stem, with as many `\0` behind it as it takes, begins with one of these. */
export function headsOf({ prefixes, stems }: Patterns): string[] {
  return [...prefixes.keys(), ...[...stems.keys()].flatMap(englishHeads)];
}
