import type { Form } from './form.js';
import { MAX_DISTANCE, MAX_SPAN, type SearchQuery, searchToken, type Term } from './search-query.js';
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
  const { tokens, blockToken, blockCount } = form;
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

/** The text of a tsquery that a section with a match of the term fits. */
export function termText(term: Term, mark: string): string {
  const phrase = (tokens: readonly string[]) => `(${tokens.map((token) => lexeme(token, mark)).join(' <-> ')})`;
  if (term.kind === 'phrase') return phrase(term.tokens);
  const [left, right] = [phrase(term.left), phrase(term.right)];
  const distances = Array.from({ length: term.distance }, (_, i) => i + 1);
  return `(${distances.map((n) => `${left} <${n}> ${right} | ${right} <${n}> ${left}`).join(' | ')})`;
}

/** The text of a tsquery that sections fit which hold all that one alternative requires. */
export function togetherText(query: SearchQuery, mark: string): string {
  return query.alternatives.map(({ required }) => required.map((term) => termText(term, mark)).join(' & ')).join(' | ');
}
