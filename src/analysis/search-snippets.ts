import { englishStem } from './english.js';
import type { Form, Places } from './form.js';
import { requiredTerms, type SearchQuery, type SearchWord, searchToken, type Term } from './search-query.js';
import { type ShownBlock, showBlock, type TextRange, tokenRange } from './token-places.js';
import { unsignedToken } from './tokens.js';
import { decodeUtf8 } from './utf8.js';

/** A piece of a transcript with matches of a search. Times are in seconds since the start of the call. */
export interface Snippet {
  /** Start of the first matched word. */
  readonly startTime: number;
  /** End of the last matched word. */
  readonly endTime: number;
  readonly speakerNumber: number;
  /** The matched words and some around them, as shown in the transcript. All are of one block. */
  readonly text: string;
  /** The matches, as ranges [from, to) in UTF-16 units of the text, in order and without overlaps. */
  readonly ranges: readonly TextRange[];
}

const MAX_SNIPPETS = 5;
/** Words shown before the first match and after the last. */
const CONTEXT_WORDS = 8;
/** The most tokens of context: in a script without spaces, one word may be a whole speech. */
const CONTEXT_TOKENS = 32;
/** Matches within this many words of a snippet's first match are shown in the same snippet. */
const JOINED_WORDS = 30;
const JOINED_TOKENS = 60;

/** A match of a term: the first and last token of each part, the earlier part first. */
interface Hit {
  readonly term: number;
  readonly parts: readonly (readonly [first: number, last: number])[];
}

interface Passage {
  readonly block: number;
  readonly hits: Hit[];
}

/** The passages of a call that show the most of the search's terms, in order of time. At most five are returned. */
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

/** All matches of all terms, in order of their first tokens. */
function findHits(form: Form, terms: readonly Term[]): Hit[] {
  const fitting = fittingTokens(form);
  const find = (words: readonly SearchWord[]) => findRuns(form, words.map(fitting));
  const hits: Hit[] = [];
  for (const [number, term] of terms.entries()) {
    if (term.kind === 'phrase') {
      for (const run of find(term.words)) hits.push({ term: number, parts: [run] });
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

/** For a word, marks the tokens of the call's vocabulary that match it: 1 for each that does. */
function fittingTokens(form: Form): (word: SearchWord) => Uint8Array {
  const { count, offsets, bytes } = form.vocabulary();
  const tokens = Array.from({ length: count }, (_, token) =>
    searchToken(decodeUtf8(bytes.subarray(offsets[token], offsets[token + 1]))),
  );
  const known = new Map<string, Uint8Array>();
  return (word) => {
    const key = `${word.fits} ${word.token}`;
    const fits = known.get(key) ?? Uint8Array.from(tokens, fitsWord(word));
    known.set(key, fits);
    return fits;
  };
}

/** Whether a token matches, as 1 or 0. A signed number also matches as the number alone. */
function fitsWord({ token: wanted, fits }: SearchWord): (token: string) => number {
  if (fits === 'prefix') return (token) => Number(token.startsWith(wanted) || unsignedToken(token).startsWith(wanted));
  const isWritten = (token: string) => token === wanted || unsignedToken(token) === wanted;
  if (fits === 'written') return (token) => Number(isWritten(token));
  const stem = englishStem(wanted);
  // A word and its forms begin with the same letter, so few stems have to be computed.
  return (token) => Number(isWritten(token) || (token[0] === wanted[0] && englishStem(token) === stem));
}

type Run = readonly [first: number, last: number];

/** Runs of tokens in one block that match these words one after the other, in order. */
function findRuns(form: Form, wanted: readonly Uint8Array[]): Run[] {
  const { blockToken } = form;
  const tokens = form.tokens();
  const runs: Run[] = [];
  for (let block = 0; block + 1 < blockToken.length; block++) {
    const end = blockToken[block + 1]! - wanted.length;
    for (let first = blockToken[block]!; first <= end; first++) {
      let i = 0;
      while (i < wanted.length && wanted[i]![tokens[first + i]!] === 1) i++;
      if (i === wanted.length) runs.push([first, first + i - 1]);
    }
  }
  return runs;
}

/** The earlier runs that have a later run of the same block within the distance, each with the nearest one. */
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
    const joins =
      open?.block === block &&
      tokenWord[first]! - tokenWord[firstToken(open.hits)]! < JOINED_WORDS &&
      first - firstToken(open.hits) < JOINED_TOKENS;
    if (joins) open.hits.push(hit);
    else passages.push({ block, hits: [hit] });
  }
  return passages;
}

function show(form: Form, { block, hits }: Passage): Snippet {
  const places = form.places();
  const { start, end } = form.times();
  const [first, last] = [firstToken(hits), lastToken(hits)];
  const [firstWord, lastWord] = [places.tokenWord[first]!, places.tokenWord[last]!];
  const shown = showBlock(form.blockTexts()[block]!, places.wordPiece[form.blockWord[block]!]!);
  const [from, to] = shownRange(form, shown, block, hits);
  return {
    startTime: start[firstWord]!,
    endTime: end[lastWord]!,
    speakerNumber: form.blockSpeaker[block]!,
    text: shown.text.slice(from, to),
    ranges: foundRanges(places, shown, hits).map(([begin, finish]) => [begin - from, finish - from]),
  };
}

/** The range of a block's text that shows the matches with their context. */
function shownRange(form: Form, shown: ShownBlock, block: number, hits: readonly Hit[]): TextRange {
  const places = form.places();
  const { tokenWord, wordPiece } = places;
  const { pieces, starts, firstPiece } = shown;
  const [first, last] = [firstToken(hits), lastToken(hits)];
  const firstWord = Math.max(form.blockWord[block]!, tokenWord[first]! - CONTEXT_WORDS);
  const endWord = Math.min(form.blockWord[block + 1]!, tokenWord[last]! + 1 + CONTEXT_WORDS);
  const lastPiece = wordPiece[endWord]! - firstPiece - 1;
  const wide = [starts[wordPiece[firstWord]! - firstPiece]!, starts[lastPiece]! + pieces[lastPiece]!.length] as const;
  const [firstNear, lastNear] = [first - CONTEXT_TOKENS, last + CONTEXT_TOKENS];
  return [
    firstNear < form.blockToken[block]! ? wide[0] : Math.max(wide[0], tokenRange(places, shown, firstNear)[0]),
    lastNear >= form.blockToken[block + 1]! ? wide[1] : Math.min(wide[1], tokenRange(places, shown, lastNear)[1]),
  ];
}

/** Where the parts of the matches are in the block's text. Overlapping ones become one range. */
function foundRanges(places: Places, shown: ShownBlock, hits: readonly Hit[]): TextRange[] {
  const found = hits
    .flatMap(({ parts }) => parts)
    .map(([first, last]): TextRange => [tokenRange(places, shown, first)[0], tokenRange(places, shown, last)[1]])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const ranges: TextRange[] = [];
  for (const range of found) {
    const open = ranges.at(-1);
    if (open && range[0] < open[1]) ranges.push([ranges.pop()![0], Math.max(open[1], range[1])]);
    else ranges.push(range);
  }
  return ranges;
}
