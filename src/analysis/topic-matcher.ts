import type { Form } from './form.js';
import { CODE, edgeHash, type TopicSet } from './topics.js';

/**
 * The matches of a set's topics in a call, as columns, in order of their first tokens. Overlapping matches of one topic
 * (that share a token) are one; those of different topics are apart. Tokens count over the whole call; none spans blocks.
 */
export interface MatchList {
  readonly count: number;
  /**
   * Three numbers for each: the phrase that was found first, as an index into the set's `endingTopic` and `endingPhrase`;
   * the first token; the last token, inclusive. In one array, because a match is then written in one place.
   */
  readonly rows: Int32Array;
  /** Rows, for each further phrase of those that have any: match and phrase end; in no order of use, not each once. */
  readonly further: Int32Array;
}

// The engine knows what a module keeps to itself, and looks up what is exported or imported each time.
const { ENDS, GOES_ON, NUMBER } = CODE;
const hashOf = edgeHash;

/** Places for a call's tokens, and for a set's edges and the like, before a column must be replaced by a larger one. */
const CALL = 2 ** 16;
const SET = 2 ** 17;

/**
 * All that matching reads and writes, used again from call to call; nothing of it outlives a call of `matchTopics`, which
 * does not wait for anything. What is in other arrays is copied in first, which is little: an array that is the same in
 * every call is one whose place and length the engine knows, and matching takes a third less. That is lost, and no more
 * than that, when a column has to grow. Memory is only what was ever written to.
 */
const room = {
  // The call.
  tokens: new Int32Array(CALL),
  hashes: new Int32Array(CALL),
  textStarts: new Int32Array(CALL),
  text: new DataView(new ArrayBuffer(CALL * 8)),
  /** The set's code for each token of the call's vocabulary. */
  codes: new Int32Array(CALL),
  /** Tokens of the call's vocabulary that may be the set's. */
  likely: new Int32Array(CALL),
  // The set, by the names that it has there.
  tokenBits: new Int32Array(SET),
  tokenSlots: new Int32Array(SET),
  tokenOffsets: new Int32Array(SET),
  tokenBytes: new DataView(new ArrayBuffer(SET * 8)),
  tokenCodes: new Int32Array(SET),
  nodes: new Int32Array(SET * 3),
  nodeEndings: new Int32Array(SET),
  edges: new Int32Array(SET),
  edgeBits: new Int32Array(SET),
  endings: new Int32Array(SET),
  // What is found.
  /** Rows, for each token that is a phrase: itself and its node's code. Then NO_MORE. */
  singles: new Int32Array(CALL * 2),
  /** Tokens that may begin a longer one, and NO_MORE. */
  pairs: new Int32Array(CALL),
  /** Rows, for each longer phrase found: its first and last token, its node's code. Then NO_MORE. */
  longer: new Int32Array(CALL * 3),
  /** As a list has them. */
  rows: new Int32Array(CALL * 3),
  further: new Int32Array(CALL),
  /** Rows, for each topic: the last token of the match found last, and where that one's row begins. */
  open: new Int32Array(2 ** 14),
};

const SET_COLUMNS = [
  ...(['tokenBits', 'tokenSlots', 'tokenOffsets', 'tokenCodes'] as const),
  ...(['nodes', 'nodeEndings', 'edges', 'edgeBits', 'endings'] as const),
];

/** Whose columns are in the room. */
let roomsSet: TopicSet | undefined;

/** After the last token of a list. */
const NO_MORE = 0x7fffffff;

/** Finds all phrases of all topics, overlapping ones too, in a few passes over the call's tokens. */
export function matchTopics(form: Form, set: TopicSet): MatchList {
  if (set !== roomsSet) {
    for (const name of SET_COLUMNS) copyIn(name, set[name]);
    copyTextIn('tokenBytes', set.tokenBytes);
    roomsSet = set;
  }
  const { count, hashes, offsets, bytes } = form.vocabulary();
  copyIn('hashes', hashes);
  copyIn('textStarts', offsets);
  copyTextIn('text', bytes);
  copyIn('tokens', form.uncheckedTokens);
  mapVocabulary(count, set);
  // Which throws, and says what is wrong with them.
  if (!findFirsts(form.uncheckedTokens.length, count, set)) form.tokens();
  followPairs(form.blockToken, set);
  return merge(set);
}

/**
 * Finds the set's code for each token of the call's vocabulary: by hash, then by text, so that no collision matches. Those
 * that may be the set's by their hashes are gathered first, with no branch that depends on the words.
 */
function mapVocabulary(count: number, set: TopicSet): void {
  makeRoom('codes', count);
  makeRoom('likely', count);
  const { hashes, textStarts, codes, likely, tokenBits, tokenSlots, tokenOffsets, tokenCodes } = room;
  const bitMask = set.tokenBits.length - 1;
  let likelyCount = 0;
  for (let i = 0; i < count; i++) {
    const hash = hashes[i]!;
    codes[i] = 0;
    likely[likelyCount] = i;
    likelyCount += (tokenBits[(hash >>> 5) & bitMask]! >>> (hash & 31)) & 1;
  }
  const slotMask = set.tokenSlots.length - 1;
  for (let k = 0; k < likelyCount; k++) {
    const i = likely[k]!;
    const hash = hashes[i]!;
    let slot = (hash << 1) & slotMask;
    let token = tokenSlots[slot + 1]!;
    while (token !== 0) {
      if (tokenSlots[slot] === hash) {
        if (isText(tokenOffsets[token]!, tokenOffsets[token + 1]!, textStarts[i]!, textStarts[i + 1]!)) break;
      }
      slot = (slot + 2) & slotMask;
      token = tokenSlots[slot + 1]!;
    }
    codes[i] = tokenCodes[token]!;
  }
}

/** Whether a text of the set is one of the call: four bytes at a time, as few words have more than eight. */
function isText(at: number, end: number, from: number, to: number): boolean {
  const { tokenBytes, text } = room;
  let rest = end - at;
  if (to - from !== rest) return false;
  let place = from;
  for (; rest > 4; rest -= 4) {
    if (text.getInt32(place) !== tokenBytes.getInt32(at + place - from)) return false;
    place += 4;
  }
  // What lies behind the texts, which come first in their numbers, is shifted out.
  return (text.getInt32(place, true) ^ tokenBytes.getInt32(at + place - from, true)) << (32 - rest * 8) === 0;
}

/**
 * Finds the tokens that are a phrase, and those that may, with the next one, begin a longer one. It has no branch that
 * depends on the words: at a thousand phrases every other word begins one, and mispredicting that costs more than this.
 * Answers whether all tokens are within the vocabulary.
 */
function findFirsts(count: number, vocabularyCount: number, set: TopicSet): boolean {
  makeRoom('singles', (count + 1) * 2);
  makeRoom('pairs', count + 1);
  const { tokens, codes, singles, pairs, edgeBits } = room;
  const { edgeBitShift } = set;
  let single = 0;
  let pair = 0;
  let code = 0;
  let signs = 0;
  for (let i = 0; i < count; i++) {
    const token = tokens[i]!;
    // Negative, in either, where it is beyond.
    signs |= token | (vocabularyCount - 1 - token);
    const next = codes[token]!;
    const bit = hashOf(code, next, edgeBitShift);
    pairs[pair] = i - 1;
    pair += (edgeBits[bit >>> 5]! >>> (bit & 31)) & ((code & GOES_ON) >>> 1);
    code = next;
    singles[single] = i;
    singles[single + 1] = code;
    single += (code & ENDS) << 1;
  }
  singles[single] = NO_MORE;
  pairs[pair] = NO_MORE;
  return signs >= 0;
}

/** Follows phrases of more than one token to where they end. */
function followPairs(blockToken: Uint32Array, set: TopicSet): void {
  const { tokens, codes, pairs, nodes, edges, edgeBits } = room;
  const { edgeShift, edgeBitShift, mostTokens } = set;
  const edgeMask = set.edges.length - 1;
  let pair = 0;
  let found = 0;
  let block = 0;
  let blockEnd = 0;
  for (;;) {
    makeRoom('longer', found + mostTokens * 3 + 1);
    const { longer } = room;
    const full = longer.length - mostTokens * 3;
    for (; found < full; pair++) {
      const first = pairs[pair]!;
      if (first === NO_MORE) {
        longer[found] = NO_MORE;
        return;
      }
      while (first >= blockEnd) blockEnd = blockToken[++block]!;
      let last = first + 1;
      if (last === blockEnd) continue;
      let code = codes[tokens[first]!]!;
      let token = codes[tokens[last]!]!;
      for (;;) {
        let edge = hashOf(code, token, edgeShift);
        let next = edges[edge]!;
        while (next !== 0 && (nodes[next * 3] !== code || nodes[next * 3 + 1] !== token)) {
          edge = (edge + 1) & edgeMask;
          next = edges[edge]!;
        }
        // Where there was no edge: the root's, which neither ends a phrase nor goes on.
        code = nodes[next * 3 + 2]!;
        longer[found] = first;
        longer[found + 1] = last;
        longer[found + 2] = code;
        found += (code & ENDS) * 3;
        if ((code & GOES_ON) === 0 || ++last === blockEnd) break;
        token = codes[tokens[last]!]!;
        const bit = hashOf(code, token, edgeBitShift);
        if (((edgeBits[bit >>> 5]! >>> (bit & 31)) & 1) === 0) break;
      }
    }
  }
}

/**
 * Makes matches of phrases of one token and longer ones, and one of those of a topic that overlap. Which of the two lists the
 * next phrase is of is chosen by a mask: no branch could predict it.
 */
function merge(set: TopicSet): MatchList {
  makeRoom('open', set.topics.length * 2);
  const { singles, longer, open, endings, nodeEndings } = room;
  const { mostEndings } = set;
  open.fill(-1, 0, set.topics.length * 2);
  let rowsEnd = 0;
  let furtherEnd = 0;
  let single = 0;
  let long = 0;
  for (;;) {
    makeRoom('rows', rowsEnd + mostEndings * 3 + 1);
    makeRoom('further', furtherEnd + mostEndings * 2 + 1);
    const { rows, further } = room;
    const rowsFull = rows.length - mostEndings * 3;
    const furtherFull = further.length - mostEndings * 2;
    while (rowsEnd < rowsFull && furtherEnd < furtherFull) {
      const firstSingle = singles[single]!;
      const firstLonger = longer[long]!;
      const isLonger = (firstLonger - firstSingle) >> 31;
      const first = chosen(isLonger, firstLonger, firstSingle);
      if (first === NO_MORE) {
        return { count: rowsEnd / 3, rows: rows.slice(0, rowsEnd), further: further.slice(0, furtherEnd) };
      }
      const last = chosen(isLonger, longer[long + 1]!, firstSingle);
      const node = chosen(isLonger, longer[long + 2]!, singles[single + 1]!) >>> NUMBER;
      long += 3 & isLonger;
      single += 2 & ~isLonger;
      let ending = nodeEndings[node * 2]!;
      let topicAndMore = nodeEndings[node * 2 + 1]!;
      for (;;) {
        const topic = topicAndMore & ~1;
        const openLast = open[topic]!;
        if (openLast >= first) {
          const row = open[topic + 1]!;
          further[furtherEnd] = row / 3;
          further[furtherEnd + 1] = ending;
          furtherEnd += 2;
          if (last > openLast) {
            open[topic] = last;
            rows[row + 2] = last;
          }
        } else {
          open[topic] = last;
          open[topic + 1] = rowsEnd;
          rows[rowsEnd] = ending;
          rows[rowsEnd + 1] = first;
          rows[rowsEnd + 2] = last;
          rowsEnd += 3;
        }
        if ((topicAndMore & 1) === 0) break;
        topicAndMore = endings[++ending]!;
      }
    }
  }
}

/** One of two numbers by a mask: the first where it is -1, the second where it is 0. */
function chosen(mask: number, one: number, other: number): number {
  return other ^ ((one ^ other) & mask);
}

type Text = 'text' | 'tokenBytes';
type Column = Exclude<keyof typeof room, Text>;

/**
 * Sees to it that a column has so many places; what is in it stays there. Not to be called in the loops over words, which
 * have outer ones for it: what a call might replace, the engine loads again each time.
 */
function makeRoom(name: Column, places: number): void {
  const column = room[name];
  if (places <= column.length) return;
  room[name] = new Int32Array(places * 2);
  room[name].set(column);
}

function copyIn(name: Column, column: Uint16Array | Uint32Array | Int32Array): void {
  makeRoom(name, column.length);
  room[name].set(column);
}

/** With room for the last step of who reads it by steps. */
function copyTextIn(name: Text, bytes: Uint8Array): void {
  if (bytes.length + 4 > room[name].byteLength) room[name] = new DataView(new ArrayBuffer((bytes.length + 4) * 2));
  new Uint8Array(room[name].buffer).set(bytes);
}
