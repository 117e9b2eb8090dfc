import { englishStem } from './english.js';
import { COMMON, list } from './spoken-english.js';

/** A call's words by how much they say of it. */
export interface TermWeights {
  /** The weight of a word in lower case; 0 for those of grammar, those of every call, and those said once. */
  readonly of: (word: string) => number;
  /** What the call was about: words and pairs of words that come back, the weightiest first. English only. */
  readonly subjects: readonly string[];
}

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu;

/** The words of a text, in lower case. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().replaceAll('’', "'").match(WORD) ?? [];
}

const MAX_SUBJECTS = 5;
/** In other languages, a word in more than one sentence of this many is one of grammar. */
const GRAMMAR_SHARE = 12;
/** What stands before a noun, and hardly ever before a verb. */
const BEFORE_NOUNS = list(`
  a an the our your their my his her its this that these those each every no any some of for with about on in from per
  two three four new more one
`);

interface Pair {
  readonly key: string;
  count: number;
  readonly forms: Map<string, number>;
}

/** Weighs the words of a call's sentences. `names` are words, in lower case, that name its speakers. */
export function weighTerms(texts: readonly string[], isEnglish: boolean, names: ReadonlySet<string>): TermWeights {
  const sentences = texts.map(wordsOf);
  return isEnglish ? weighEnglish(sentences, names) : weighOther(sentences);
}

function weighOther(sentences: readonly (readonly string[])[]): TermWeights {
  const counts = new Map<string, number>();
  for (const words of sentences) for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const most = Math.max(3, sentences.length / GRAMMAR_SHARE);
  const of = (word: string) => {
    const count = counts.get(word) ?? 0;
    return count < 2 || count > most || word.length < 4 ? 0 : Math.log2(count + 1);
  };
  return { of, subjects: [] };
}

function weighEnglish(sentences: readonly (readonly string[])[], names: ReadonlySet<string>): TermWeights {
  const isCommon = (word: string) =>
    word.length < 3 || /\d/.test(word) || names.has(word) || COMMON.has(word) || COMMON.has(word.replace(/'.*/, ''));
  const terms = new Map<string, Pair & { asNoun: number }>();
  const pairs = new Map<string, Pair>();
  for (const words of sentences) {
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      if (isCommon(word)) continue;
      const key = englishStem(word.replace(/'s$/, ''));
      const term = terms.get(key) ?? { key, count: 0, forms: new Map(), asNoun: 0 };
      terms.set(key, term);
      count(term, word.replace(/'s$/, ''));
      const before = words[i - 1];
      if (before !== undefined && BEFORE_NOUNS.has(before)) term.asNoun++;
      if (before === undefined || isCommon(before)) continue;
      const pairKey = `${englishStem(before)} ${key}`;
      const pair = pairs.get(pairKey) ?? { key: pairKey, count: 0, forms: new Map() };
      pairs.set(pairKey, pair);
      count(pair, `${before} ${word}`);
    }
  }
  const of = (word: string) => {
    if (isCommon(word)) return 0;
    const term = terms.get(englishStem(word.replace(/'s$/, '')));
    return term === undefined || term.count < 2 ? 0 : Math.log2(term.count + 1);
  };
  return { of, subjects: subjectsOf(terms, pairs) };
}

function count(term: Pair, form: string): void {
  term.count++;
  term.forms.set(form, (term.forms.get(form) ?? 0) + 1);
}

function subjectsOf(terms: ReadonlyMap<string, Pair & { asNoun: number }>, pairs: ReadonlyMap<string, Pair>): string[] {
  const nouns = [...terms.values()].filter((term) => term.count >= 3 && term.asNoun * 3 >= term.count);
  const phrases = [...pairs.values()].filter((pair) => pair.count >= 2);
  // Two words together say more than one, so they need not come back as often.
  const ranked = [
    ...nouns.map((term) => ({ ...term, rank: term.count })),
    ...phrases.map((pair) => ({ ...pair, rank: pair.count * 3 })),
  ];
  ranked.sort((a, b) => b.rank - a.rank || (a.key < b.key ? -1 : 1));
  const chosen: string[] = [];
  const used = new Set<string>();
  for (const { key, forms } of ranked) {
    const stems = key.split(' ');
    if (stems.some((stem) => used.has(stem))) continue;
    for (const stem of stems) used.add(stem);
    chosen.push(usualForm(forms));
    if (chosen.length === MAX_SUBJECTS) break;
  }
  return chosen;
}

/** The form said most often; of those said equally often, the first in the alphabet. */
function usualForm(forms: ReadonlyMap<string, number>): string {
  return [...forms].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]![0];
}
