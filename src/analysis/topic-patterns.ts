import { englishHeads, englishStem } from './english.js';
import type { PhraseToken } from './prefixes.js';
import { unsignedToken } from './tokens.js';

/**
 * What the tokens of phrases require of a word, numbered from 0. A *pattern* is a token as written (a number with or
 * without a sign), a prefix, or the stem of English forms.
 */
export interface Patterns {
  count: number;
  readonly written: Map<string, number>;
  readonly prefixes: Map<string, number>;
  readonly prefixLengths: Set<number>;
  readonly stems: Map<string, number>;
}

/** Makes an empty set of patterns. */
export function createPatterns(): Patterns {
  return { count: 0, written: new Map(), prefixes: new Map(), prefixLengths: new Set(), stems: new Map() };
}

/** The number of the pattern of a phrase's token; a new pattern gets the next number. */
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

/** The numbers of the patterns that a token of a call fits, in order. */
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

/** Whether any pattern may fit a number, and so a signed one. */
export function mayFitNumbers({ written, prefixes }: Patterns): boolean {
  return [...written.keys(), ...prefixes.keys()].some((text) => /\p{N}/u.test(text));
}

/**
 * Beginnings of words for a quick filter: each word that fits a prefix or stem, padded with `\0`, begins with one of
 * them.
 */
export function headsOf({ prefixes, stems }: Patterns): string[] {
  return [...prefixes.keys(), ...[...stems.keys()].flatMap(englishHeads)];
}
