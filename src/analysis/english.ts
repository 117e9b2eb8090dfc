// Snowball's English stemmer ("Porter2", https://snowballstem.org/algorithms/english/stemmer.html), in PostgreSQL's
// version. Tokens have no apostrophes, so it has no step for them. In a word, `Y` is a consonant and `y` a vowel. `r1`
// and `r2` are where Snowball's regions R1 and R2 begin.

/** Words whose stems no rule gives. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word) => [word, word] as const),
]);
/** Words that are their own stems, apart from a plural's `s`. */
const WHOLE = new Set(['inning', 'outing', 'canning', 'herring', 'earring', 'proceed', 'exceed', 'succeed']);

/** Endings, and what replaces them. */
type Step = readonly (readonly [endings: RegExp, becomes: string])[];

// The first ending that fits counts, so an ending that is the end of another comes after it.
const STEP_2: Step = [
  [/(?:ization|izer)$/, 'ize'],
  [/(?:ational|ation|ator)$/, 'ate'],
  [/tional$/, 'tion'],
  [/enci$/, 'ence'],
  [/anci$/, 'ance'],
  [/abli$/, 'able'],
  [/entli$/, 'ent'],
  [/(?:alism|aliti|alli)$/, 'al'],
  [/(?:fulness|fulli)$/, 'ful'],
  [/(?:ousli|ousness)$/, 'ous'],
  [/(?:iveness|iviti)$/, 'ive'],
  [/(?:biliti|bli)$/, 'ble'],
  [/(?<=l)ogi$/, 'og'],
  [/lessli$/, 'less'],
  [/(?<=[cdeghkmnrt])li$/, ''],
];
const STEP_3: Step = [
  [/ational$/, 'ate'],
  [/tional$/, 'tion'],
  [/alize$/, 'al'],
  [/(?:icate|iciti|ical)$/, 'ic'],
  [/(?:ful|ness|ative)$/, ''],
];
const STEP_4: Step = [[/(?:al|[ae]nce|er|ic|[ai]ble|ant|(?:e?m)?ent|ism|ate|iti|ous|i[vz]e|(?<=[st])ion)$/, '']];

/** Stems kept in memory: a stem takes 2 µs to compute, and calls repeat the same words. */
const MAX_CACHED = 50_000;
const cache = new Map<string, string>();

/** A short syllable at the end of a word, as Snowball defines it. */
const SHORT_SYLLABLE = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy])$/;

/**
 * The stem that the English forms of a word share: `price` for `prices` and `priced`. A token that is not a word in
 * English letters is returned unchanged.
 */
export function englishStem(token: string): string {
  if (token.length <= 2 || !/^[a-z]+$/.test(token)) return token;
  const known = cache.get(token);
  if (known !== undefined) return known;
  const stem = stemOf(token);
  if (cache.size === MAX_CACHED) cache.clear();
  cache.set(token, stem);
  return stem;
}

/**
 * The letters that the rules may have put in place of a stem's last letter. Letters that are not listed never change.
 */
const LAST_LETTERS: Readonly<Record<string, string>> = { e: 'eaioy', i: 'iy', l: 'li' };
/**
 * What may follow a stem of two or three letters in its words, besides a repetition of the last letter: nothing (`\0`),
 * or the first letter of an ending.
 */
const AFTER_SHORT_STEM = '\0sdeilfn';

/**
 * Beginnings of at least three letters for a filter that passes few other words: each word of a stem, padded with `\0`,
 * begins with one of them.
 */
export function englishHeads(stem: string): string[] {
  if (stem.length === 1) return [`${stem}\0\0`, `${stem}ed`, `${stem}ing`];
  const irregular = [...IRREGULAR].filter((entry) => entry[1] === stem).map(([word]) => word);
  const last = stem.at(-1)!;
  const heads = [...(LAST_LETTERS[last] ?? last)].map((letter) => stem.slice(0, -1) + letter);
  if (stem.length > 3) return [...irregular, ...heads];
  return [...irregular, ...heads.flatMap((head) => [...AFTER_SHORT_STEM, head.at(-1)!].map((next) => head + next))];
}

function stemOf(token: string): string {
  const irregular = IRREGULAR.get(token);
  if (irregular !== undefined) return irregular;
  const word = token.replace(/^y/, 'Y').replace(/([aeiouy])y/g, '$1Y');
  // An ending is removed only if it lies in R1, or, for some, in R2.
  const r1 = /^(?:gener|commun|arsen)/.exec(word)?.[0].length ?? regionStart(word, 0);
  const r2 = regionStart(word, r1);
  const singular = withoutPlural(word);
  if (WHOLE.has(singular)) return singular;
  let stem = withoutTense(singular, r1).replace(/(?<=.[^aeiouy])[yY]$/, 'i');
  stem = applyStep(stem, STEP_2, r1);
  stem = applyStep(stem, STEP_3, stem.endsWith('ative') ? r2 : r1);
  stem = applyStep(stem, STEP_4, r2);
  return withoutEnd(stem, r1, r2).replaceAll('Y', 'y');
}

/**
 * Where the region begins that follows the first consonant after a vowel, searched from `from`; the word's end if there
 * is none.
 */
function regionStart(word: string, from: number): number {
  const rest = word.slice(from);
  return from + (/^[^aeiouy]*[aeiouy]+[^aeiouy]/.exec(rest)?.[0].length ?? rest.length);
}

/** Applies a step: replaces the word's ending, if it lies at or after `from`. */
function applyStep(word: string, step: Step, from: number): string {
  for (const [endings, becomes] of step) {
    const at = word.search(endings);
    if (at >= 0) return at >= from ? word.slice(0, at) + becomes : word;
  }
  return word;
}

function withoutPlural(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (/ie[ds]$/.test(word)) return word.slice(0, word.length > 4 ? -2 : -1);
  return /(?:us|ss)$/.test(word) ? word : word.replace(/(?<=[aeiouy].+)s$/, '');
}

function withoutTense(word: string, r1: number): string {
  const due = /eed(?:ly)?$/.exec(word);
  if (due) return due.index >= r1 ? `${word.slice(0, due.index)}ee` : word;
  const stem = word.replace(/(?<=[aeiouy].*)(?:ed|ing)(?:ly)?$/, '');
  if (stem === word) return word;
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) return /^[aeo]..$/.test(stem) ? stem : stem.slice(0, -1);
  return stem.length <= r1 && SHORT_SYLLABLE.test(stem) ? `${stem}e` : stem;
}

function withoutEnd(word: string, r1: number, r2: number): string {
  const stem = word.slice(0, -1);
  if (word.endsWith('e')) {
    return stem.length >= r2 || (stem.length >= r1 && !SHORT_SYLLABLE.test(stem)) ? stem : word;
  }
  return word.endsWith('ll') && stem.length >= r2 ? stem : word;
}
