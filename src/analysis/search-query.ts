import { tokensOf } from './tokens.js';

/** A word or phrase: these tokens one after the other in a block. */
interface Phrase {
  readonly kind: 'phrase';
  readonly tokens: readonly string[];
}

/** Two words or phrases in one block, in either order, the later at most `distance` tokens after the end of the earlier. */
interface Near {
  readonly kind: 'near';
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly distance: number;
}

export type Term = Phrase | Near;

/** What a call must have, all of it, and what it must not. */
interface Alternative {
  /** At least one. */
  readonly required: readonly Term[];
  readonly excluded: readonly Term[];
}

/** A query over transcripts: a call is found that fits any of the alternatives. */
export interface SearchQuery {
  readonly alternatives: readonly Alternative[];
}

/** Why a text is no query, and the character (from 1) at which it is not. */
export interface SearchFault {
  readonly fault: string;
  readonly at: number;
}

/** Bounds that keep every query cheap to plan; what it reads is bounded by time. */
const MAX_TEXT_LENGTH = 500;
const MAX_TERMS = 20;
const MAX_PHRASE_TOKENS = 20;
const MAX_TOKENS = 60;
export const MAX_DISTANCE = 30;
/** The most tokens that one match can reach over. */
export const MAX_SPAN = 2 * MAX_PHRASE_TOKENS + MAX_DISTANCE - 1;

/** Tokens that are alike up to here are the same to a search: an index holds no lexeme of any length. */
const MAX_TOKEN_LENGTH = 200;

/** A token as searches compare it. */
export function searchToken(token: string): string {
  return token.length > MAX_TOKEN_LENGTH ? token.slice(0, MAX_TOKEN_LENGTH) : token;
}

/** The distinct terms that a call can be found by, in the order in which they are written. */
export function requiredTerms(query: SearchQuery): Term[] {
  const terms = query.alternatives.flatMap(({ required }) => required);
  return [...new Map(terms.map((term) => [JSON.stringify(term), term])).values()];
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

/** Reads a query: words, "phrases", -excluded ones, `or`, and `a NEAR/5 b`. */
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

const isOr = ({ text, quoted, excluded }: Item) => !quoted && !excluded && /^or$/i.test(text);
const isNear = ({ text, quoted, excluded }: Item) => !quoted && !excluded && /^near\//i.test(text);

function readQuery(items: readonly Item[]): SearchQuery {
  if (items.length === 0) throw new Fault('has no word', 1);
  const alternatives: Alternative[] = [];
  let terms = 0;
  let tokens = 0;
  for (let i = 0; i <= items.length; i++) {
    const first = i;
    const required: Term[] = [];
    const excluded: Term[] = [];
    for (; i < items.length && !isOr(items[i]!); i++) {
      const item = items[i]!;
      if (isNear(item)) throw new Fault(NEAR_TAKES, item.at);
      const left = phraseOf(item);
      const near = items[i + 1];
      let term: Term = { kind: 'phrase', tokens: left };
      if (near !== undefined && isNear(near)) {
        const other = items[i + 2];
        if (item.excluded || other === undefined || other.excluded || isOr(other) || isNear(other)) {
          throw new Fault(NEAR_TAKES, near.at);
        }
        term = { kind: 'near', left, right: phraseOf(other), distance: distanceOf(near) };
        i += 2;
      }
      (item.excluded ? excluded : required).push(term);
      terms += 1;
      tokens += term.kind === 'near' ? term.left.length + term.right.length : left.length;
      if (terms > MAX_TERMS) throw new Fault(`has more than ${MAX_TERMS} words and phrases`, item.at);
      if (tokens > MAX_TOKENS) throw new Fault(`has more than ${MAX_TOKENS} words in all`, item.at);
    }
    const { at } = items[Math.min(first, items.length - 1)]!;
    if (first === i) throw new Fault('has nothing on one side of an or', at);
    if (required.length === 0) throw new Fault('only excludes', at);
    alternatives.push({ required, excluded });
  }
  return { alternatives };
}

const NEAR_TAKES = 'has a NEAR without a word or phrase of its own on each side';

function distanceOf({ text, at }: Item): number {
  const distance = /^near\/(\d{1,2})$/i.exec(text)?.[1];
  if (distance !== undefined && Number(distance) >= 1 && Number(distance) <= MAX_DISTANCE) return Number(distance);
  throw new Fault(`has a NEAR without a number from 1 to ${MAX_DISTANCE}`, at);
}

function phraseOf({ at, text, quoted }: Item): string[] {
  // Read as separators they would be ignored, and find something else than what was meant.
  const operator = quoted ? null : /[()*]/.exec(text);
  if (operator) throw new Fault(`has a "${operator[0]}" outside quotes, which means nothing here,`, at);
  const tokens = tokensOf(text).map(searchToken);
  if (tokens.length === 0) throw new Fault('has no letter or digit', at);
  if (tokens.length > MAX_PHRASE_TOKENS) throw new Fault(`has a phrase of more than ${MAX_PHRASE_TOKENS} words`, at);
  return tokens;
}
