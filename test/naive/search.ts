// A slow evaluator of searches that shares no code with src: over the tokens of a call's blocks, straight from the words
// of spec/api-v2.md §5 and docs/search.md. What a token is, and which are forms of one word, is written down by hand.

/** A token that somebody says. */
export interface Said {
  /** How it may be written. */
  readonly shown: readonly string[];
  /** The number alone, where it has a sign. */
  readonly number?: string;
  /** What its English forms have in common; itself where it has none. */
  readonly stem?: string;
  /** Whether it is a letter of a script without spaces. */
  readonly isLetter?: boolean;
}

/** By the token. */
export const VOCABULARY: Readonly<Record<string, Said>> = {
  a: { shown: ['a', 'A'] },
  b: { shown: ['b', 'B'] },
  c: { shown: ['c', 'C'] },
  d: { shown: ['d', 'd\u200b', '\u00add'] },
  é: { shown: ['é', 'É', 'e\u0301'] },
  dont: { shown: ['don’t', "DON'T", 'dont'] },
  price: { shown: ['price', 'pri\u00adce'], stem: 'price' },
  prices: { shown: ['prices', 'PRICES'], stem: 'price' },
  pricing: { shown: ['pricing'], stem: 'price' },
  universe: { shown: ['universe'], stem: 'univers' },
  universes: { shown: ['Universes'], stem: 'univers' },
  'c++': { shown: ['c++', 'C++'] },
  'c#': { shown: ['C#'] },
  100: { shown: ['100'] },
  '100%': { shown: ['100%', '１００％'], number: '100' },
  $100: { shown: ['$100'], number: '100' },
  25000: { shown: ['25,000', '25000'] },
  25: { shown: ['25'] },
  '3.5': { shown: ['3.5'] },
  价: { shown: ['价'], isLetter: true },
  格: { shown: ['格'], isLetter: true },
  า: { shown: ['า'], isLetter: true },
};

/** A word that is searched for. */
export interface Word {
  readonly token: string;
  readonly fits: 'written' | 'forms' | 'prefix';
}

export type Wanted =
  | { kind: 'phrase'; words: readonly Word[] }
  | { kind: 'near'; left: readonly Word[]; right: readonly Word[]; distance: number };

export interface Alternative {
  required: readonly Wanted[];
  excluded: readonly Wanted[];
  /** Whether operators are written out. */
  isWordy?: boolean;
}

/** Whether a call with these blocks of tokens is found. */
export function isFound(blocks: readonly string[][], alternatives: readonly Alternative[]): boolean {
  return alternatives.some(
    ({ required, excluded }) =>
      required.every((term) => blocks.some((block) => holds(block, term))) &&
      !excluded.some((term) => blocks.some((block) => holds(block, term))),
  );
}

function holds(block: readonly string[], term: Wanted): boolean {
  if (term.kind === 'phrase') return placesOf(block, term.words).length > 0;
  return placesOf(block, term.left).some((left) =>
    placesOf(block, term.right).some((right) => {
      const leftEnd = left + term.left.length - 1;
      const rightEnd = right + term.right.length - 1;
      const words = right > leftEnd ? right - leftEnd : left > rightEnd ? left - rightEnd : Number.POSITIVE_INFINITY;
      return words <= term.distance;
    }),
  );
}

function placesOf(block: readonly string[], words: readonly Word[]): number[] {
  return [...block.keys()].filter((at) => words.every((word, i) => fits(block[at + i], word)));
}

const stemOf = (token: string) => VOCABULARY[token]?.stem ?? token;
const numberOf = (token: string) => VOCABULARY[token]?.number ?? token;

function fits(token: string | undefined, word: Word): boolean {
  if (token === undefined) return false;
  if (word.fits === 'prefix') return token.startsWith(word.token) || numberOf(token).startsWith(word.token);
  if (token === word.token || numberOf(token) === word.token) return true;
  return word.fits === 'forms' && stemOf(token) === stemOf(word.token);
}

/** The same, to be found as it is written. */
export function asTheyStand(alternatives: readonly Alternative[]): Alternative[] {
  const words = (given: readonly Word[]) =>
    given.map((word): Word => (word.fits === 'forms' ? { ...word, fits: 'written' } : word));
  const term = (wanted: Wanted): Wanted =>
    wanted.kind === 'phrase'
      ? { ...wanted, words: words(wanted.words) }
      : { ...wanted, left: words(wanted.left), right: words(wanted.right) };
  return alternatives.map(({ required, excluded }) => ({ required: required.map(term), excluded }));
}

/** What a call can be found by: its tokens, numbers, stems and pairs of letters. */
function indexed(blocks: readonly string[][]): Set<string> {
  const pairs = blocks.flatMap((block) =>
    block.slice(1).flatMap((token, i) => (isLetter(block[i]!) && isLetter(token) ? [block[i]! + token] : [])),
  );
  return new Set([...blocks.flat().flatMap((token) => [token, numberOf(token), stemOf(token)]), ...pairs]);
}

const isLetter = (token: string) => VOCABULARY[token]?.isLetter === true;

function hasWords(index: ReadonlySet<string>, term: Wanted): boolean {
  return (term.kind === 'phrase' ? [term.words] : [term.left, term.right]).every((words) =>
    words.every(({ token, fits }, i) => {
      const [before, after] = [words[i - 1]?.token, words[i + 1]?.token];
      if (fits === 'prefix') return [...index].some((entry) => entry.startsWith(token));
      if (isLetter(token) && after !== undefined && isLetter(after)) return index.has(token + after);
      if (isLetter(token) && before !== undefined && isLetter(before)) return true;
      return index.has(token) || (fits === 'forms' && index.has(stemOf(token)));
    }),
  );
}

/**
 * The calls that are found, in the library's order, for calls that are a section each: what may fit is taken so many at a
 * time, the newest first, and shown in the order of `ranked`. A term is what calls may be found by if no more than
 * `foundSections` of them have all of its words.
 */
export function inStretches(
  newestFirst: readonly { id: string; blocks: readonly string[][] }[],
  alternatives: readonly Alternative[],
  ranked: readonly string[],
  foundSections: number,
  stretch: number,
): string[] {
  const calls = newestFirst.map((call) => ({ ...call, index: indexed(call.blocks) }));
  const rare = alternatives.map(({ required }) =>
    required.filter((term) => calls.filter(({ index }) => hasWords(index, term)).length <= foundSections),
  );
  const mayFit = calls.filter(
    ({ index }) =>
      rare.some((terms) => terms.length === 0) || rare.some((terms) => terms.every((term) => hasWords(index, term))),
  );
  const ids: string[] = [];
  for (let from = 0; from < mayFit.length; from += stretch) {
    const some = mayFit.slice(from, from + stretch).filter(({ blocks }) => isFound(blocks, alternatives));
    ids.push(...some.map(({ id }) => id).sort((a, b) => ranked.indexOf(a) - ranked.indexOf(b)));
  }
  return ids;
}

/** The query as a person writes it. */
export function written(alternatives: readonly Alternative[]): string {
  const word = ({ token, fits }: Word) => (fits === 'prefix' ? `${token}*` : token);
  // Bare words are one by a hyphen; where any is as it is written, they are in quotes.
  const phrase = (words: readonly Word[]) =>
    words.every(({ fits }) => fits === 'forms') || (words.length === 1 && words[0]!.fits === 'prefix')
      ? words.map(word).join('-')
      : `"${words.map(word).join(' ')}"`;
  const term = (wanted: Wanted) =>
    wanted.kind === 'phrase'
      ? phrase(wanted.words)
      : `${phrase(wanted.left)} NEAR/${wanted.distance} ${phrase(wanted.right)}`;
  return alternatives
    .map(({ required, excluded, isWordy }) =>
      [
        required.map(term).join(isWordy ? ' AND ' : ' '),
        ...excluded.map((wanted, i) => `${isWordy ? (i % 2 ? 'AND NOT ' : 'NOT ') : '-'}${term(wanted)}`),
      ].join(' '),
    )
    .join(alternatives[0]!.isWordy ? ' OR ' : ' or ');
}
