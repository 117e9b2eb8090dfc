import { englishStem } from './english.js';
import type { Form } from './form.js';
import {
  asWritten,
  MAX_DISTANCE,
  MAX_LETTER_SPAN,
  MAX_SPAN,
  requiredTerms,
  type SearchQuery,
  type SearchWord,
  searchToken,
  type Term,
} from './search-query.js';
import { hashToken, isUnspaced, unsignedToken } from './tokens.js';
import { decodeUtf8 } from './utf8.js';

// Transcripts and queries in the form in which PostgreSQL's full text takes them: the text of tsvectors and tsqueries.
// PostgreSQL parses no language here: the lexemes are our tokens, each behind a mark. A signed number is also indexed
// as the number alone. An English form is also indexed as its stem, at weight C, which tells it from a token that is
// spelled the same. Letters of scripts without spaces are also indexed as pairs of neighbours, at the first one's
// position: a single letter says little about where a phrase is.

/** The most positions of one lexeme that PostgreSQL keeps in one tsvector. */
const MAX_LEXEME_POSITIONS = 255;
/** PostgreSQL keeps all positions beyond this one as this one. */
const MAX_POSITION = 16_383;
/** About 2 KB of a row: few enough rows per call, and little to read for each one found. */
const SECTION_TOKENS = 1000;
/** Positions between blocks: no phrase or NEAR spans them. */
const BLOCK_GAP = MAX_DISTANCE + 1;
/** The suffix of a stem's position. A position without a letter has weight D. */
const STEM_WEIGHT = 'C';

/** A short mark of an account, which all its lexemes begin with. There are 46,656 of them. */
export function accountMark(accountId: string): string {
  return (hashToken(accountId) % 36 ** 3).toString(36).padStart(3, '0');
}

/**
 * A call's tokens as the texts of tsvectors, one for each section. A section holds whole blocks with gaps between them.
 * A block that is too long for one section continues in the next, which repeats enough of its end that no match is
 * lost.
 */
export function sectionTexts(form: Form, mark: string): string[] {
  const { blockToken, blockCount } = form;
  const tokens = form.tokens();
  const lexemes = lexemesOf(form, mark);
  const span = lexemes.hasLetters ? MAX_LETTER_SPAN : MAX_SPAN;
  const texts: string[] = [];
  /** The positions so far of each lexeme in the section. */
  let positions: (string[] | undefined)[] = [];
  let section: number[] = [];
  let position = 0;
  let held = 0;
  const isFull = (id: number) => positions[id]?.length === MAX_LEXEME_POSITIONS;
  const put = (id: number, at: string) => {
    const known = positions[id];
    if (known) known.push(at);
    else {
      positions[id] = [at];
      section.push(id);
    }
  };
  const flush = () => {
    if (held > 0) texts.push(section.map((id) => `${lexemes.texts[id]}:${positions[id]!.join()}`).join(' '));
    positions = [];
    section = [];
    position = 0;
    held = 0;
  };
  for (let block = 0; block < blockCount; block++) {
    const end = blockToken[block + 1]!;
    let from = blockToken[block]!;
    const length = end - from;
    if (held + length > SECTION_TOKENS || position + length > MAX_POSITION) flush();
    for (let at = from; at < end; at++) {
      const token = tokens[at]!;
      const more = lexemes.more(token, at + 1 < end ? tokens[at + 1]! : NONE);
      if (held === SECTION_TOKENS || isFull(token) || (more !== NONE && isFull(more))) {
        flush();
        from = Math.max(from, at - span);
        at = from - 1;
        continue;
      }
      position += 1;
      held += 1;
      const text = String(position);
      put(token, text);
      if (more !== NONE) put(more, lexemes.isStemmed[token] === 1 ? text + STEM_WEIGHT : text);
    }
    position += BLOCK_GAP;
  }
  flush();
  return texts;
}

/** In place of a token or a lexeme where there is none. */
const NONE = -1;

/** Lexemes by number. The tokens' own lexemes have the tokens' numbers. */
interface Lexemes {
  /** Grows when `more` returns a pair for the first time. */
  readonly texts: readonly string[];
  /** Whether the call has letters of scripts without spaces. */
  readonly hasLetters: boolean;
  /** 1 for each token whose additional lexeme is its stem. */
  readonly isStemmed: Uint8Array;
  /** The additional lexeme of a token that is followed by `next` in its block, or NONE. */
  more(token: number, next: number): number;
}

function lexemesOf(form: Form, mark: string): Lexemes {
  const { count, offsets, bytes } = form.vocabulary();
  const tokens = Array.from({ length: count }, (_, id) => decodeUtf8(bytes.subarray(offsets[id], offsets[id + 1])));
  const names = tokens.map(searchToken);
  const texts = names.map((name) => lexeme(name, mark));
  // Tokens that are cut to the same name share its lexeme: PostgreSQL merges equal lexemes of a tsvector.
  const ids = new Map(names.map((name, id) => [name, id]));
  const idOf = (name: string) => {
    const id = ids.get(name) ?? texts.push(lexeme(name, mark)) - 1;
    ids.set(name, id);
    return id;
  };
  const others = names.map((name) => (unsignedToken(name) === name ? englishStem(name) : unsignedToken(name)));
  const more = Int32Array.from(others, (other, id) => (other === names[id] ? NONE : idOf(other)));
  const isStemmed = Uint8Array.from(names, (name, id) => Number(more[id] !== NONE && unsignedToken(name) === name));
  const isLetter = Uint8Array.from(tokens, (token) => Number(isUnspaced(token)));
  const pairs = new Map<number, number>();
  return {
    texts,
    hasLetters: isLetter.includes(1),
    isStemmed,
    more(token, next) {
      if (isLetter[token] === 0 || next === NONE || isLetter[next] === 0) return more[token]!;
      const key = token * count + next;
      const known = pairs.get(key) ?? idOf(names[token]! + names[next]!);
      pairs.set(key, known);
      return known;
    },
  };
}

/** Tokens hold no quote and no backslash, so nothing in them needs escaping. */
function lexeme(token: string, mark: string): string {
  return `'${mark}${token}'`;
}

/** A term as the texts of tsqueries. */
interface TermTexts {
  /** Matches exactly the sections that have a match of the term. */
  readonly match: string;
  /** Matches the sections that have all words of the term: the index answers it without reading the sections. */
  readonly words: string;
  /** Ranks sections. Ranking a NEAR by each of its distances would take a hundred times as long as by its two sides. */
  readonly rank: string;
}

/** Stands for one or two tokens of a phrase. */
interface Operand {
  /** The number of tokens from the previous operand's beginning to this one's; 0 for the first. */
  readonly after: number;
  /** Its last token, counted from its first. */
  readonly last: 0 | 1;
  /** The tsquery that the positions in a section are matched with. */
  readonly match: string;
  /** The tsquery for the index, which knows no weights. */
  readonly word: string;
}

function operandsOf(words: readonly SearchWord[], mark: string): Operand[] {
  const operands: Operand[] = [];
  let before = 0;
  for (const [at, word] of words.entries()) {
    const [previous, next] = [words[at - 1], words[at + 1]];
    const isLetter = isUnspaced(word.token);
    const isPair = isLetter && next !== undefined && isUnspaced(next.token);
    // The pair before it already has it.
    if (isLetter && !isPair && previous !== undefined && isUnspaced(previous.token)) continue;
    const token = isPair ? word.token + next.token : word.token;
    operands.push({ after: at - before, last: isPair ? 1 : 0, ...wordTexts({ ...word, token }, mark) });
    before = at;
  }
  return operands;
}

function wordTexts({ token, fits }: SearchWord, mark: string): Pick<Operand, 'match' | 'word'> {
  const text = lexeme(token, mark);
  if (fits === 'prefix') return { match: `${text}:*D`, word: `${text}:*` };
  const stem = englishStem(token);
  if (fits === 'written') return { match: `${text}:D`, word: text };
  // A stem that is its own stem also occurs as a token, with weight D.
  const forms = `${lexeme(stem, mark)}${englishStem(stem) === stem ? '' : `:${STEM_WEIGHT}`}`;
  // Sections of an older version have no stems, so the token itself is searched for too.
  return stem === token
    ? { match: forms, word: text }
    : { match: `(${forms} | ${text}:D)`, word: `(${lexeme(stem, mark)} | ${text})` };
}

/**
 * A phrase as a tsquery. `behind` is how many tokens the phrase's last token is behind the position that the tsquery
 * yields.
 */
function phraseText(words: readonly SearchWord[], mark: string) {
  const operands = operandsOf(words, mark);
  const match = operands
    .map((operand, i) => (i === 0 ? operand.match : `<${operand.after}> ${operand.match}`))
    .join(' ');
  return { match: `(${match})`, words: operands.map(({ word }) => word), behind: operands.at(-1)!.last };
}

interface RequiredTexts extends TermTexts {
  /** `match` of the term with its words as written. */
  readonly written: string;
}

function termTexts(term: Term, mark: string): TermTexts {
  const all = (words: readonly string[]) => [...new Set(words)].join(' & ');
  if (term.kind === 'phrase') {
    const { match, words } = phraseText(term.words, mark);
    return { match, words: all(words), rank: match };
  }
  const [left, right] = [phraseText(term.left, mark), phraseText(term.right, mark)];
  const sides = all([...left.words, ...right.words]);
  const distances = Array.from({ length: term.distance }, (_, i) => i + 1);
  const apart = distances.flatMap((n) => [
    `${left.match} <${n + left.behind}> ${right.match}`,
    `${right.match} <${n + right.behind}> ${left.match}`,
  ]);
  return {
    // Seeing that a section lacks a word is quick; seeing that two words are never near each other is not.
    match: `(${sides} & (${apart.join(' | ')}))`,
    words: sides,
    rank: `(${left.match} & ${right.match})`,
  };
}

/** A search as the texts of tsqueries. */
export interface SearchTexts {
  readonly alternatives: readonly {
    readonly required: readonly RequiredTexts[];
    readonly excluded: readonly TermTexts[];
  }[];
  /** Ranks sections by how much they have of all required terms. */
  readonly any: string;
  /** Ranks sections that have all that one alternative requires. */
  readonly together: string;
}

/** The tsqueries of a search in the account whose `accountMark` is given. */
export function searchTexts(query: SearchQuery, mark: string): SearchTexts {
  const written = asWritten(query);
  const ranks = (terms: readonly Term[]) => terms.map((term) => termTexts(term, mark).rank);
  return {
    alternatives: query.alternatives.map(({ required, excluded }, i) => ({
      required: required.map((term, j) => {
        const asItStands = written.alternatives[i]!.required[j]!;
        return { ...termTexts(term, mark), written: termTexts(asItStands, mark).match };
      }),
      excluded: excluded.map((term) => termTexts(term, mark)),
    })),
    any: ranks(requiredTerms(query)).join(' | '),
    together: query.alternatives.map(({ required }) => ranks(required).join(' & ')).join(' | '),
  };
}
