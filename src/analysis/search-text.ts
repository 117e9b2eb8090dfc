import type { Form } from './form.js';
import { MAX_DISTANCE, MAX_SPAN, requiredTerms, type SearchQuery, searchToken, type Term } from './search-query.js';
import { hashToken } from './tokens.js';
import { decodeUtf8 } from './utf8.js';

// Transcripts and queries as PostgreSQL's full text takes them: the text of tsvectors and tsqueries. Nothing of it is
// parsed as language there; the lexemes are our tokens, each behind a mark.

/** Positions that PostgreSQL keeps of one lexeme in one tsvector. */
const MAX_LEXEME_POSITIONS = 255;
/** Beyond this position it keeps none apart. */
const MAX_POSITION = 16_383;
/** About 2 KB of a row: few enough rows a call, and little to read for one that is found. */
const SECTION_TOKENS = 1000;
/** Between blocks: no phrase and no NEAR reaches over it. */
const BLOCK_GAP = MAX_DISTANCE + 1;

/** A short mark of an account, for its lexemes: 46,656 of them. */
export function accountMark(accountId: string): string {
  return (hashToken(accountId) % 36 ** 3).toString(36).padStart(3, '0');
}

/**
 * A call's tokens as the texts of tsvectors, a section each. Sections hold blocks, apart from each other; a block that
 * is too long for one goes on in the next, again from so far before its end that no match is lost between them.
 */
export function sectionTexts(form: Form, mark: string): string[] {
  const { blockToken, blockCount } = form;
  const tokens = form.tokens();
  const lexemes = lexemesOf(form, mark);
  const texts: string[] = [];
  let section = new Map<number, number[]>();
  let position = 0;
  let held = 0;
  const flush = () => {
    if (held > 0) texts.push([...section].map(([id, positions]) => `${lexemes[id]}:${positions}`).join(' '));
    section = new Map();
    position = 0;
    held = 0;
  };
  for (let block = 0; block < blockCount; block++) {
    const end = blockToken[block + 1]!;
    let from = blockToken[block]!;
    const length = end - from;
    if (held + length > SECTION_TOKENS || position + length > MAX_POSITION) flush();
    for (let at = from; at < end; at++) {
      const known = section.get(tokens[at]!);
      if (held === SECTION_TOKENS || known?.length === MAX_LEXEME_POSITIONS) {
        flush();
        from = Math.max(from, at - MAX_SPAN);
        at = from - 1;
        continue;
      }
      position += 1;
      held += 1;
      if (known) known.push(position);
      else section.set(tokens[at]!, [position]);
    }
    position += BLOCK_GAP;
  }
  flush();
  return texts;
}

function lexemesOf(form: Form, mark: string): string[] {
  const { count, offsets, bytes } = form.vocabulary();
  return Array.from({ length: count }, (_, id) =>
    lexeme(searchToken(decodeUtf8(bytes.subarray(offsets[id], offsets[id + 1]))), mark),
  );
}

/** Tokens are letters, digits and marks: nothing in them needs escaping inside quotes. */
function lexeme(token: string, mark: string): string {
  return `'${mark}${token}'`;
}

/** A term, as the texts of tsqueries. */
interface TermTexts {
  /** Sections with a match fit it, and with nothing else. */
  readonly match: string;
  /** Sections with all of its words fit it: what the index knows without a look into the sections. */
  readonly words: string;
  /** What ranks sections. A NEAR with each of its distances would take a hundred times as long as its two sides. */
  readonly rank: string;
}

function termTexts(term: Term, mark: string): TermTexts {
  const words = (tokens: readonly string[]) => [...new Set(tokens)].map((token) => lexeme(token, mark)).join(' & ');
  const phrase = (tokens: readonly string[]) => `(${tokens.map((token) => lexeme(token, mark)).join(' <-> ')})`;
  if (term.kind === 'phrase') {
    return { match: phrase(term.tokens), words: words(term.tokens), rank: phrase(term.tokens) };
  }
  const [left, right] = [phrase(term.left), phrase(term.right)];
  const sides = words([...term.left, ...term.right]);
  const distances = Array.from({ length: term.distance }, (_, i) => i + 1);
  return {
    // To see that a section lacks a word is quick; that two are nowhere near each other is not.
    match: `(${sides} & (${distances.map((n) => `${left} <${n}> ${right} | ${right} <${n}> ${left}`).join(' | ')}))`,
    words: sides,
    rank: `(${left} & ${right})`,
  };
}

/** A search, as the texts of tsqueries. */
export interface SearchTexts {
  readonly alternatives: readonly {
    readonly required: readonly TermTexts[];
    readonly excluded: readonly TermTexts[];
  }[];
  /** Ranks sections by whatever they have of what is searched for. */
  readonly any: string;
  /** Ranks sections that have all that one alternative requires. */
  readonly together: string;
}

export function searchTexts(query: SearchQuery, mark: string): SearchTexts {
  const texts = (terms: readonly Term[]) => terms.map((term) => termTexts(term, mark));
  const ranks = (terms: readonly Term[]) => texts(terms).map(({ rank }) => rank);
  return {
    alternatives: query.alternatives.map(({ required, excluded }) => ({
      required: texts(required),
      excluded: texts(excluded),
    })),
    any: ranks(requiredTerms(query)).join(' | '),
    together: query.alternatives.map(({ required }) => ranks(required).join(' & ')).join(' | '),
  };
}
