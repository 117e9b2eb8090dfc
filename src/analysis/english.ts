// The English stemmer of Snowball ("Porter2", https://snowballstem.org/algorithms/english/stemmer.html) as PostgreSQL has
// it. Tokens have no apostrophes, so it has no step for them. A `Y` is a consonant, a `y` a vowel.

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
/** Words that are stems as they are, but for a plural's `s`. */
const WHOLE = new Set(['inning', 'outing', 'canning', 'herring', 'earring', 'proceed', 'exceed', 'succeed']);

/** Endings and what they become. */
type Step = readonly (readonly [endings: RegExp, becomes: string])[];

// Within a step the first that fits counts, so what another one ends with comes after that.
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

/** Calls have the same words over and over, and a stem takes 2 µs: of so many tokens it is kept. */
const MOST_KEPT = 50_000;
const kept = new Map<string, string>();

const SHORT_SYLLABLE = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy])$/;

/**
 * The stem that the English forms of a word have in common (`price` of `prices` and `priced`); of a token that is no word
 * in English letters, the token itself.
 */
export function englishStem(token: string): string {
  if (token.length <= 2 || !/^[a-z]+$/.test(token)) return token;
  const known = kept.get(token);
  if (known !== undefined) return known;
  const stem = stemOf(token);
  if (kept.size === MOST_KEPT) kept.clear();
  kept.set(token, stem);
  return stem;
}

/** What rules have at the place of a stem's last letter, by that letter: where it is any other one, it stays. */
const LAST_LETTERS: Readonly<Record<string, string>> = { e: 'eaioy', i: 'iy', l: 'li' };
/** What is behind a stem of two or three letters in its words, beside that letter again: nothing, or an ending. */
const AFTER_SHORT = '\0sdeilfn';

/**
 * Each word of a stem, with as many `\0` behind it as it takes, begins with one of these, which have at least three letters:
 * for a filter that lets few other words through.
 */
export function englishHeads(stem: string): string[] {
  if (stem.length === 1) return [`${stem}\0\0`, `${stem}ed`, `${stem}ing`];
  const irregular = [...IRREGULAR].filter((entry) => entry[1] === stem).map(([word]) => word);
  const last = stem.at(-1)!;
  const heads = [...(LAST_LETTERS[last] ?? last)].map((letter) => stem.slice(0, -1) + letter);
  if (stem.length > 3) return [...irregular, ...heads];
  return [...irregular, ...heads.flatMap((head) => [...AFTER_SHORT, head.at(-1)!].map((next) => head + next))];
}

function stemOf(token: string): string {
  const irregular = IRREGULAR.get(token);
  if (irregular !== undefined) return irregular;
  const word = token.replace(/^y/, 'Y').replace(/([aeiouy])y/g, '$1Y');
  // Endings go where they lie behind the first consonant after a vowel, or behind the next such one.
  const near = /^(?:gener|commun|arsen)/.exec(word)?.[0].length ?? behindConsonant(word, 0);
  const far = behindConsonant(word, near);
  const singular = withoutPlural(word);
  if (WHOLE.has(singular)) return singular;
  let stem = withoutTense(singular, near).replace(/(?<=.[^aeiouy])[yY]$/, 'i');
  stem = shortened(stem, STEP_2, near);
  stem = shortened(stem, STEP_3, stem.endsWith('ative') ? far : near);
  stem = shortened(stem, STEP_4, far);
  return withoutEnd(stem, near, far).replaceAll('Y', 'y');
}

/** Where the first consonant ends that comes after a vowel, from a place on; the word's end where none does. */
function behindConsonant(word: string, from: number): number {
  const rest = word.slice(from);
  return from + (/^[^aeiouy]*[aeiouy]+[^aeiouy]/.exec(rest)?.[0].length ?? rest.length);
}

/** What a step makes of a word, if the ending that it has lies behind a place. */
function shortened(word: string, step: Step, from: number): string {
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

function withoutTense(word: string, near: number): string {
  const due = /eed(?:ly)?$/.exec(word);
  if (due) return due.index >= near ? `${word.slice(0, due.index)}ee` : word;
  const stem = word.replace(/(?<=[aeiouy].*)(?:ed|ing)(?:ly)?$/, '');
  if (stem === word) return word;
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) return /^[aeo]..$/.test(stem) ? stem : stem.slice(0, -1);
  return stem.length <= near && SHORT_SYLLABLE.test(stem) ? `${stem}e` : stem;
}

function withoutEnd(word: string, near: number, far: number): string {
  const stem = word.slice(0, -1);
  if (word.endsWith('e')) {
    return stem.length >= far || (stem.length >= near && !SHORT_SYLLABLE.test(stem)) ? stem : word;
  }
  return word.endsWith('ll') && stem.length >= far ? stem : word;
}
