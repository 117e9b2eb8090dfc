import { phraseTokens } from './prefixes.js';
import { isUnspaced } from './tokens.js';

/** A word of a search. */
export interface SearchWord {
  readonly token: string;
  /** What matches: the token as written, also its English forms, or all tokens that begin with it. */
  readonly fits: 'written' | 'forms' | 'prefix';
}

/** A word or phrase: its words follow one another in a block. */
interface Phrase {
  readonly kind: 'phrase';
  readonly words: readonly SearchWord[];
}

/**
 * Two words or phrases in one block, in either order. The later begins at most `distance` tokens after the earlier
 * ends.
 */
interface Near {
  readonly kind: 'near';
  readonly left: readonly SearchWord[];
  readonly right: readonly SearchWord[];
  readonly distance: number;
}

/** What a call may be searched for. */
export type Term = Phrase | Near;

/** What a call must contain, all of it, and what it must not contain. */
interface Alternative {
  /** At least one term. */
  readonly required: readonly Term[];
  readonly excluded: readonly Term[];
}

/** A search over transcripts. It finds the calls that match any of the alternatives. */
export interface SearchQuery {
  readonly alternatives: readonly Alternative[];
}

/** Why a text is not a valid query, and the character, counted from 1, at which the fault is. */
export interface SearchFault {
  readonly fault: string;
  readonly at: number;
}

/** These limits keep every query cheap to plan. What a search reads is limited by time instead. */
const MAX_TEXT_LENGTH = 500;
const MAX_TERMS = 20;
const MAX_PHRASE_WORDS = 20;
const MAX_WORDS = 60;
/** In scripts without spaces, a run of up to this many letters counts as one word; longer runs are refused. */
const MAX_RUN_LETTERS = 50;
const MAX_PHRASE_LETTERS = 100;
/** The largest `distance` of a `Near`, in tokens. */
export const MAX_DISTANCE = 30;
/** The most tokens that one match can span. */
export const MAX_SPAN = 2 * MAX_PHRASE_WORDS + MAX_DISTANCE - 1;
/** The same for a match that has letters of scripts without spaces. */
export const MAX_LETTER_SPAN = 2 * (MAX_PHRASE_WORDS + MAX_PHRASE_LETTERS) + MAX_DISTANCE - 1;

/** Longer tokens are compared by this many characters: the index takes no lexemes of unlimited length. */
const MAX_TOKEN_LENGTH = 200;

/** A token in the form in which searches compare it. */
export function searchToken(token: string): string {
  return token.length > MAX_TOKEN_LENGTH ? token.slice(0, MAX_TOKEN_LENGTH) : token;
}

/** The distinct terms by which a call can be found, in the order written. */
export function requiredTerms(query: SearchQuery): Term[] {
  const terms = query.alternatives.flatMap(({ required }) => required);
  return [...new Map(terms.map((term) => [JSON.stringify(term), term])).values()];
}

/**
 * The query with every word as written, without its forms: for languages whose forms are unknown, and to rank literal
 * matches first.
 */
export function asWritten({ alternatives }: SearchQuery): SearchQuery {
  const words = (given: readonly SearchWord[]) =>
    given.map((word): SearchWord => (word.fits === 'forms' ? { ...word, fits: 'written' } : word));
  const terms = (given: readonly Term[]) =>
    given.map(
      (term): Term =>
        term.kind === 'phrase'
          ? { ...term, words: words(term.words) }
          : { ...term, left: words(term.left), right: words(term.right) },
    );
  return {
    alternatives: alternatives.map(({ required, excluded }) => ({
      required: terms(required),
      excluded: terms(excluded),
    })),
  };
}

interface Item {
  readonly at: number;
  readonly text: string;
  readonly quoted: boolean;
  readonly excluded: boolean;
}

class Fault extends Error {
  constructor(
    readonly fault: string,
    readonly at: number,
  ) {
    super(fault);
  }
}

/** Parses a query: words, "phrases", prefix*, -excluded ones, `or`, `AND`, `NOT`, and `a NEAR/5 b`. */
export function parseSearch(text: string): SearchQuery | SearchFault {
  try {
    if (text.length > MAX_TEXT_LENGTH) throw new Fault(`is longer than ${MAX_TEXT_LENGTH} characters`, MAX_TEXT_LENGTH);
    return readQuery(readItems(text));
  } catch (error) {
    if (error instanceof Fault) return { fault: error.fault, at: error.at };
    throw error;
  }
}

const SPACE = /\s/;
const QUOTE = /["\u201c\u201d\u201e\u201f\uff02]/;

function readItems(text: string): Item[] {
  const items: Item[] = [];
  let i = 0;
  const skipUntil = (end: (character: string) => boolean) => {
    while (i < text.length && !end(text[i]!)) i++;
  };
  for (;;) {
    skipUntil((character) => !SPACE.test(character));
    if (i === text.length) return items;
    const at = i + 1;
    const excluded = text[i] === '-' && i + 1 < text.length && !SPACE.test(text[i + 1]!);
    if (excluded) i++;
    const quoted = QUOTE.test(text[i]!);
    if (quoted) i++;
    const from = i;
    skipUntil((character) => QUOTE.test(character) || (!quoted && SPACE.test(character)));
    if (quoted && i === text.length) throw new Fault('has a quote that is not closed', at);
    items.push({ at, text: text.slice(from, i), quoted, excluded });
    if (quoted) i++;
  }
}

const operator = (pattern: RegExp) => (item: Item | undefined) =>
  item !== undefined && !item.quoted && !item.excluded && pattern.test(item.text);
const isOr = operator(/^or$/i);
// Only in capitals: "and" and "not" are words that people say and search for.
const isAnd = operator(/^AND$/);
const isNot = operator(/^NOT$/);
const isNear = operator(/^near\//i);

/** A word or phrase to which an operator can apply. */
const isOperand = (item: Item | undefined): item is Item =>
  item !== undefined && ![isOr, isAnd, isNot, isNear].some((is) => is(item));

/** A term, where it is in the text, and the index of the item after it. */
interface ReadTerm {
  readonly term: Term;
  readonly excluded: boolean;
  readonly at: number;
  readonly next: number;
}

function readQuery(items: readonly Item[]): SearchQuery {
  if (items.length === 0) throw new Fault('has no word', 1);
  const alternatives: Alternative[] = [];
  let terms = 0;
  let words = 0;
  for (let i = 0; i <= items.length; i++) {
    const first = i;
    const required: Term[] = [];
    const excluded: Term[] = [];
    while (i < items.length && !isOr(items[i])) {
      const read = readTerm(items, i);
      (read.excluded ? excluded : required).push(read.term);
      terms += 1;
      words += phrasesOf(read.term).reduce((sum, phrase) => sum + countWords(phrase), 0);
      if (terms > MAX_TERMS) throw new Fault(`has more than ${MAX_TERMS} words and phrases`, read.at);
      if (words > MAX_WORDS) throw new Fault(`has more than ${MAX_WORDS} words in all`, read.at);
      i = read.next;
      const and = items[i];
      if (!isAnd(and)) continue;
      i += 1;
      if (!isOperand(items[i]) && !isNot(items[i])) throw new Fault(AND_TAKES, and!.at);
    }
    const { at } = items[Math.min(first, items.length - 1)]!;
    if (first === i) throw new Fault('has nothing on one side of an or', at);
    if (required.length === 0) throw new Fault(items.some(isOr) ? EXCLUDES_ON_A_SIDE : ONLY_EXCLUDES, at);
    alternatives.push({ required, excluded });
  }
  return { alternatives };
}

function readTerm(items: readonly Item[], from: number): ReadTerm {
  const negated = isNot(items[from]);
  const place = negated ? from + 1 : from;
  const item = items[place];
  if (negated && (!isOperand(item) || item.excluded)) throw new Fault(NOT_TAKES, items[from]!.at);
  if (isAnd(item)) throw new Fault(AND_TAKES, item!.at);
  if (!isOperand(item)) throw new Fault(NEAR_TAKES, item!.at);
  const excluded = negated || item.excluded;
  const left = phraseOf(item);
  const near = items[place + 1];
  if (!isNear(near)) return { term: { kind: 'phrase', words: left }, excluded, at: item.at, next: place + 1 };
  const other = items[place + 2];
  if (excluded || !isOperand(other) || other.excluded) throw new Fault(NEAR_TAKES, near!.at);
  const term: Term = { kind: 'near', left, right: phraseOf(other), distance: distanceOf(near!) };
  return { term, excluded, at: item.at, next: place + 3 };
}

/** The words of a term: of each side of a NEAR, or of the phrase. */
export function phrasesOf(term: Term): readonly (readonly SearchWord[])[] {
  return term.kind === 'near' ? [term.left, term.right] : [term.words];
}

const AND_TAKES =
  'has an AND without a word or phrase on each side (write: price AND discount; the word itself is "and", in quotes)';
const NOT_TAKES =
  'has a NOT without a word or phrase after it (write: price NOT discount; the word itself is "not", in quotes)';
const NEAR_TAKES = 'has a NEAR without a word or phrase of its own on each side';
const ONLY_EXCLUDES = 'only excludes, but must also search for something (write: price NOT discount)';
const EXCLUDES_ON_A_SIDE =
  'only excludes on one side of an or, but each side must search for something (write: price or cost NOT discount)';
const STAR_TAKES =
  'has a "*" that does not end a word of at least three letters or digits (write: pri*, which finds what begins with pri)';

function distanceOf({ text, at }: Item): number {
  const distance = /^near\/(\d{1,2})$/i.exec(text)?.[1];
  if (distance !== undefined && Number(distance) >= 1 && Number(distance) <= MAX_DISTANCE) return Number(distance);
  throw new Fault(`has a NEAR without a number from 1 to ${MAX_DISTANCE}`, at);
}

function phraseOf({ at, text, quoted }: Item): SearchWord[] {
  // Read as separators, parentheses would be ignored, and the search would find something other than what was meant.
  const meant = quoted ? null : /[()]/.exec(text);
  if (meant) throw new Fault(`has a "${meant[0]}" outside quotes, which means nothing here,`, at);
  const tokens = phraseTokens(text);
  if (tokens === null) throw new Fault(STAR_TAKES, at);
  if (tokens.length === 0) throw new Fault('has no letter or digit', at);
  const words = tokens.map(({ token, isPrefix }): SearchWord => {
    return { token: searchToken(token), fits: isPrefix ? 'prefix' : quoted ? 'written' : 'forms' };
  });
  checkBounds(words, at);
  return words;
}

function checkBounds(words: readonly SearchWord[], at: number): void {
  if (countWords(words) > MAX_PHRASE_WORDS) throw new Fault(`has a phrase of more than ${MAX_PHRASE_WORDS} words`, at);
  const runs = letterRuns(words);
  if (Math.max(0, ...runs) > MAX_RUN_LETTERS) {
    throw new Fault(`has more than ${MAX_RUN_LETTERS} letters one after the other in a script without spaces`, at);
  }
  if (runs.reduce((sum, length) => sum + length, 0) > MAX_PHRASE_LETTERS) {
    throw new Fault(`has a phrase of more than ${MAX_PHRASE_LETTERS} letters in scripts without spaces`, at);
  }
}

/** The length of each run of letters in scripts without spaces. */
function letterRuns(words: readonly SearchWord[]): number[] {
  const runs: number[] = [];
  let before = false;
  for (const { token } of words) {
    const is = isUnspaced(token);
    if (is && before) runs.push(runs.pop()! + 1);
    else if (is) runs.push(1);
    before = is;
  }
  return runs;
}

/** Counts words; a run of letters counts as one. */
function countWords(words: readonly SearchWord[]): number {
  return words.length - letterRuns(words).reduce((more, length) => more + length - 1, 0);
}
