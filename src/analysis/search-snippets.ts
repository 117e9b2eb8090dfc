import type { Form, Places } from './form.js';
import { requiredTerms, type SearchQuery, searchToken, type Term } from './search-query.js';
import { hashToken } from './tokens.js';
import { pieceOf } from './topic-matches.js';
import { decodeUtf8 } from './utf8.js';

/** A piece of a transcript in which something was found. Times in seconds since the start of the call. */
export interface Snippet {
  /** Where the first word that was found begins. */
  readonly startTime: number;
  /** Where the last word that was found ends. */
  readonly endTime: number;
  readonly speakerNumber: number;
  /** The words that were found and some around them, as they are shown; never more than one block's. */
  readonly text: string;
  /** What was found, as ranges [from, to) in UTF-16 units of the text, in order and apart. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

const MAX_SNIPPETS = 5;
/** Words shown before the first and after the last that was found. */
const CONTEXT_WORDS = 8;
/** What is found within so many words of a snippet's beginning is shown in one. */
const JOINED_WORDS = 30;

/** A match of a term: first and last token of each part, the earlier part first. */
interface Hit {
  readonly term: number;
  readonly parts: readonly (readonly [first: number, last: number])[];
}

interface Passage {
  readonly block: number;
  readonly hits: Hit[];
}

/** The passages of a call that show most of the terms that it was found by, in order of time. */
export function searchSnippets(form: Form, query: SearchQuery): Snippet[] {
  const passages = joinHits(form, findHits(form, requiredTerms(query)));
  const termsOf = ({ hits }: Passage) => new Set(hits.map(({ term }) => term)).size;
  const best = passages
    .map((passage, order) => ({ passage, order, terms: termsOf(passage) }))
    .sort((a, b) => b.terms - a.terms || b.passage.hits.length - a.passage.hits.length || a.order - b.order)
    .slice(0, MAX_SNIPPETS)
    .sort((a, b) => a.order - b.order);
  return best.map(({ passage }) => show(form, passage));
}

/** All matches of all terms, in order of where they begin. */
function findHits(form: Form, terms: readonly Term[]): Hit[] {
  const words = terms.flatMap((term) => (term.kind === 'near' ? [...term.left, ...term.right] : term.tokens));
  const numbers = new Map([...new Set(words)].map((word, number) => [word, number]));
  const spoken = numberTokens(form, numbers);
  const hits: Hit[] = [];
  for (const [number, term] of terms.entries()) {
    const find = (tokens: readonly string[]) =>
      findRuns(
        form,
        spoken,
        tokens.map((token) => numbers.get(token)!),
      );
    if (term.kind === 'phrase') {
      for (const run of find(term.tokens)) hits.push({ term: number, parts: [run] });
      continue;
    }
    const [left, right] = [find(term.left), find(term.right)];
    hits.push(
      ...findPairs(form, left, right, term.distance, number),
      ...findPairs(form, right, left, term.distance, number),
    );
  }
  return hits.sort((a, b) => a.parts[0]![0] - b.parts[0]![0]);
}

/** For each token of the call's vocabulary, the number of the searched one that it is; -1 for none. */
function numberTokens(form: Form, numbers: ReadonlyMap<string, number>): Int32Array {
  const { count, hashes, offsets, bytes } = form.vocabulary();
  const wanted = new Set([...numbers.keys()].map(hashToken));
  // Cut tokens are few and long: theirs is not the hash of what they are cut to.
  const longest = Math.max(...[...numbers.keys()].map((token) => token.length));
  return Int32Array.from({ length: count }, (_, id) => {
    const [from, to] = [offsets[id]!, offsets[id + 1]!];
    if (!wanted.has(hashes[id]!) && to - from <= longest) return -1;
    return numbers.get(searchToken(decodeUtf8(bytes.subarray(from, to)))) ?? -1;
  });
}

type Run = readonly [first: number, last: number];

/** Where these tokens stand one after the other in a block, in order. */
function findRuns(form: Form, spoken: Int32Array, wanted: readonly number[]): Run[] {
  const { blockToken } = form;
  const tokens = form.tokens();
  const runs: Run[] = [];
  for (let block = 0; block + 1 < blockToken.length; block++) {
    const end = blockToken[block + 1]! - wanted.length;
    for (let first = blockToken[block]!; first <= end; first++) {
      let i = 0;
      while (i < wanted.length && spoken[tokens[first + i]!] === wanted[i]) i++;
      if (i === wanted.length) runs.push([first, first + i - 1]);
    }
  }
  return runs;
}

/** The earlier runs that have a later one within the distance in their block, each with the nearest such. */
function findPairs(form: Form, earlier: readonly Run[], later: readonly Run[], distance: number, term: number): Hit[] {
  const hits: Hit[] = [];
  let next = 0;
  let block = 0;
  for (const run of earlier) {
    while (form.blockToken[block + 1]! <= run[1]) block++;
    while (next < later.length && later[next]![0] <= run[1]) next++;
    const other = later[next];
    if (other && other[0] - run[1] <= distance && other[1] < form.blockToken[block + 1]!) {
      hits.push({ term, parts: [run, other] });
    }
  }
  return hits;
}

const firstToken = (hits: readonly Hit[]) => hits[0]!.parts[0]![0];
const lastToken = (hits: readonly Hit[]) => Math.max(...hits.map(({ parts }) => parts.at(-1)![1]));

function joinHits(form: Form, hits: readonly Hit[]): Passage[] {
  const { tokenWord } = form.places();
  const passages: Passage[] = [];
  let block = 0;
  for (const hit of hits) {
    const first = hit.parts[0]![0];
    while (form.blockToken[block + 1]! <= first) block++;
    const open = passages.at(-1);
    const joins = open?.block === block && tokenWord[first]! - tokenWord[firstToken(open.hits)]! < JOINED_WORDS;
    if (joins) open.hits.push(hit);
    else passages.push({ block, hits: [hit] });
  }
  return passages;
}

function show(form: Form, { block, hits }: Passage): Snippet {
  const places = form.places();
  const { tokenWord, wordPiece } = places;
  const { start, end } = form.times();
  const blockFirst = form.blockWord[block]!;
  const blockEnd = form.blockWord[block + 1]!;
  const [firstFound, lastFound] = [tokenWord[firstToken(hits)]!, tokenWord[lastToken(hits)]!];
  const before = wordPiece[blockFirst]!;
  const from = wordPiece[Math.max(blockFirst, firstFound - CONTEXT_WORDS)]! - before;
  const to = wordPiece[Math.min(blockEnd, lastFound + 1 + CONTEXT_WORDS)]! - before;
  const pieces = form.blockTexts()[block]!.split(/\s+/);
  const shown = pieces.slice(from, to);
  return {
    startTime: start[firstFound]!,
    endTime: end[lastFound]!,
    speakerNumber: form.blockSpeaker[block]!,
    text: shown.join(' '),
    ranges: rangesOf(places, hits, pieces, before, shown, from),
  };
}

/** Each part's own pieces, without the punctuation at their ends; what overlaps is one range. */
function rangesOf(
  places: Places,
  hits: readonly Hit[],
  pieces: readonly string[],
  before: number,
  shown: readonly string[],
  shownFrom: number,
): [number, number][] {
  let length = 0;
  const offsets = shown.map((piece) => {
    length += piece.length + 1;
    return length - piece.length - 1;
  });
  const pieceAt = (index: number) => pieces[index]!;
  const found = hits
    .flatMap(({ parts }) => parts)
    .map(([first, last]): [number, number] => {
      const begin = pieceOf(places, first, 'first', pieceAt, before) - shownFrom;
      const finish = pieceOf(places, last, 'last', pieceAt, before) - shownFrom;
      const lead = outside(shown[begin]!, /^[^\p{L}\p{N}]*/u);
      const trail = outside(shown[finish]!, /[^\p{L}\p{N}\p{M}]*$/u);
      return [offsets[begin]! + lead, offsets[finish]! + shown[finish]!.length - trail];
    })
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const ranges: [number, number][] = [];
  for (const range of found) {
    const open = ranges.at(-1);
    if (open && range[0] < open[1]) open[1] = Math.max(open[1], range[1]);
    else ranges.push(range);
  }
  return ranges;
}

/** The length of what is not part of a word at one end of a piece; none where all would be (`™` is two letters to a token). */
function outside(piece: string, end: RegExp): number {
  const { length } = end.exec(piece)![0];
  return length === piece.length ? 0 : length;
}
