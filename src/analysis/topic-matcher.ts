import type { Form, Vocabulary } from './form.js';
import { unsignedToken } from './tokens.js';
import { CODE, edgeHash, headHash, learnToken, type TopicTables } from './topic-tables.js';
import { boundTables, type TopicSet } from './topics.js';
import { decodeUtf8 } from './utf8.js';

/**
 * The matches of a set's topics in a call, as columns, in order of their first tokens. Overlapping matches of one topic
 * (that share a token) are one; those of different topics are apart. Tokens count over the whole call; none spans blocks.
 */
export interface MatchList {
  readonly count: number;
  /**
   * Three numbers for each: the phrase that was found first, as an index into the tables' `endingTopic` and `endingPhrase`;
   * the first token; the last token, inclusive. In one array, because a match is then written in one place.
   */
  readonly rows: Int32Array;
  /** Rows, for each further phrase of those that have any: match and phrase end; in no order of use, not each once. */
  readonly further: Int32Array;
}

// The engine knows what a module keeps to itself, and looks up what is exported or imported each time.
const { ENDS, GOES_ON, NUMBER } = CODE;
const hashOf = edgeHash;
const hashOfHead = headHash;

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
  /** Wide only once a call's were: they are copied as they are where both are narrow. */
  tokens: new Uint16Array(CALL) as Uint16Array | Int32Array,
  hashes: new Int32Array(CALL),
  textStarts: new Int32Array(CALL),
  text: new DataView(new ArrayBuffer(CALL * 8)),
  /** The set's code for each token of the call's vocabulary, and for each that is said. */
  codes: new Int32Array(CALL),
  said: new Int32Array(CALL),
  /** Tokens of the call's vocabulary that may be the set's. */
  likely: new Int32Array(CALL),
  // The set, by the names that its tables have.
  tokenBits: new Int32Array(SET),
  tokenSlots: new Int32Array(SET),
  tokenBytes: new DataView(new ArrayBuffer(SET * 8)),
  nodes: new Int32Array(SET * 3),
  nodeEndings: new Int32Array(SET),
  edges: new Int32Array(SET),
  edgeBits: new Int32Array(SET),
  endings: new Int32Array(SET),
  heads: new Int32Array(SET),
  // What is found.
  /** Tokens that are a phrase, and NO_MORE. */
  singles: new Int32Array(CALL),
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
  ...(['tokenBits', 'tokenSlots', 'heads'] as const),
  ...(['nodes', 'nodeEndings', 'edges', 'edgeBits', 'endings'] as const),
];

/** Whose columns are in the room. */
let roomsTables: TopicTables | undefined;

/** After the last token of a list. */
const NO_MORE = 0x7fffffff;

/** Tokens that are looked at before what comes behind them is done. */
const FEW = 256;

/** Finds all phrases of all topics, overlapping ones too, in a few passes over the call's tokens. */
export function matchTopics(form: Form, set: TopicSet): MatchList {
  boundTables(set);
  const { tables } = set;
  if (tables !== roomsTables) {
    tables.changes = null;
    roomsTables = tables;
  }
  takeOver(tables);
  const vocabulary = form.vocabulary();
  copyIn('hashes', vocabulary.hashes);
  copyIn('textStarts', vocabulary.offsets);
  copyTextIn('text', vocabulary.bytes);
  copyTokensIn(form.uncheckedTokens);
  mapVocabulary(vocabulary, tables);
  // Which throws, and says what is wrong with them.
  if (!findFirsts(form.uncheckedTokens.length, vocabulary.count, tables)) form.tokens();
  followPairs(form.blockToken, tables);
  return merge(set);
}

/** Brings what is in the room up to what the tables are. */
function takeOver(tables: TopicTables): void {
  if (tables.changes === null) {
    for (const name of SET_COLUMNS) copyIn(name, tables[name]);
    copyTextIn('tokenBytes', tables.tokenBytes);
  } else {
    for (const { name, at, value } of tables.changes) {
      if (name === 'tokenBytes') {
        makeTextRoom(name, at + 1);
        room.tokenBytes.setUint8(at, value);
      } else {
        makeRoom(name, at + 1);
        room[name][at] = value;
      }
    }
  }
  tables.changes = [];
}

/**
 * Finds the code of the kind of each token of the call's vocabulary: by hash, then by text, so that no collision matches.
 * Those that may be the set's by their hashes, or by what they begin with, are gathered first, with no branch that depends
 * on the words; those among them that it does not know yet it learns.
 */
function mapVocabulary(vocabulary: Vocabulary, tables: TopicTables): void {
  makeRoom('codes', vocabulary.count);
  makeRoom('likely', vocabulary.count);
  room.codes.fill(0, 0, vocabulary.count);
  const signed = tables.takesNumbers ? firstSigned(vocabulary) : vocabulary.count;
  let likelyCount = tables.isOpen ? gatherOpen(signed, tables) : gather(signed, tables);
  for (let i = signed; i < vocabulary.count; i++) room.likely[likelyCount++] = i;
  const areKnown = lookUp(likelyCount, tables);
  if (areKnown) return;
  for (let k = tables.isOpen ? 0 : likelyCount - (vocabulary.count - signed); k < likelyCount; k++) {
    const i = room.likely[k]!;
    if (room.codes[i] === 0) room.codes[i] = learnToken(tables, tokenText(vocabulary, i));
  }
  if (tables.changes?.length !== 0) takeOver(tables);
}

function gather(count: number, tables: TopicTables): number {
  const { hashes, likely, tokenBits } = room;
  const bitMask = tables.tokenBits.length - 1;
  let likelyCount = 0;
  for (let i = 0; i < count; i++) {
    const hash = hashes[i]!;
    likely[likelyCount] = i;
    likelyCount += (tokenBits[(hash >>> 5) & bitMask]! >>> (hash & 31)) & 1;
  }
  return likelyCount;
}

/** The same where phrases have prefixes or forms. */
function gatherOpen(count: number, tables: TopicTables): number {
  const { hashes, textStarts, text, likely, tokenBits, heads } = room;
  const bitMask = tables.tokenBits.length - 1;
  const { headShift } = tables;
  let likelyCount = 0;
  let from = 0;
  for (let i = 0; i < count; i++) {
    const hash = hashes[i]!;
    const to = textStarts[i + 1]!;
    // What lies behind a shorter one is shifted out.
    const spare = 32 - Math.min(to - from, 4) * 8;
    const head = (text.getInt32(from, true) << spare) >>> spare;
    const fourths = heads[hashOfHead(head & 0xffffff, headShift)]!;
    from = to;
    likely[likelyCount] = i;
    likelyCount += ((tokenBits[(hash >>> 5) & bitMask]! >>> (hash & 31)) | (fourths >>> (head >>> 24))) & 1;
  }
  return likelyCount;
}

/** Finds the codes of the likely tokens that are known; 0 stays that of the others. Answers whether there are no others. */
function lookUp(likelyCount: number, tables: TopicTables): boolean {
  const { hashes, textStarts, codes, likely, tokenSlots } = room;
  const slotMask = tables.tokenSlots.length - 1;
  let signs = 0;
  for (let k = 0; k < likelyCount; k++) {
    const i = likely[k]!;
    const hash = hashes[i]!;
    let slot = (hash << 3) & slotMask;
    let code = tokenSlots[slot + 1]!;
    while (code !== 0) {
      if (tokenSlots[slot] === hash && isText(slot, textStarts[i]!, textStarts[i + 1]!)) break;
      slot = (slot + 8) & slotMask;
      code = tokenSlots[slot + 1]!;
    }
    codes[i] = code;
    // Negative where there is none.
    signs |= code - 1;
  }
  return signs >= 0;
}

function tokenText({ offsets, bytes }: Vocabulary, token: number): string {
  return decodeUtf8(bytes.subarray(offsets[token], offsets[token + 1]));
}

/** Where the numbers with signs begin, which are the last of a vocabulary. */
function firstSigned(vocabulary: Vocabulary): number {
  const { count, offsets, bytes } = vocabulary;
  let first = count;
  for (; first > 0; first--) {
    const [from, to] = [bytes[offsets[first - 1]!]!, bytes[offsets[first]! - 1]!];
    // Most are told by their first and last byte alone.
    if (isSign[from] || isSign[to]) continue;
    if (isPlain[from] && isPlain[to]) break;
    const text = tokenText(vocabulary, first - 1);
    if (unsignedToken(text) === text) break;
  }
  return first;
}

const areBytes = (pattern: RegExp) =>
  Array.from({ length: 256 }, (_, byte) => byte < 128 && pattern.test(String.fromCharCode(byte)));
const isSign = areBytes(/[%$]/);
const isPlain = areBytes(/[a-z0-9]/);

/**
 * Whether a text of the call is the token of a slot. Up to eight bytes, which few have more than, there is no branch that
 * depends on how many they are: what lies behind the text, which comes first in its numbers, is shifted out.
 */
function isText(slot: number, from: number, to: number): boolean {
  const { tokenSlots, tokenBytes, text } = room;
  const length = to - from;
  if (tokenSlots[slot + 2] !== length) return false;
  const first = (text.getInt32(from, true) ^ tokenSlots[slot + 3]!) << (32 - Math.min(length, 4) * 8);
  const second = (text.getInt32(from + 4, true) ^ tokenSlots[slot + 4]!) << (32 - Math.min(length - 4, 4) * 8);
  const hasSecond = (4 - length) >> 31;
  if ((first | (second & hasSecond)) !== 0) return false;
  const at = tokenSlots[slot + 5]!;
  for (let i = 8; i < length; i++) if (text.getUint8(from + i) !== tokenBytes.getUint8(at + i)) return false;
  return true;
}

/**
 * Finds the tokens that are a phrase, and those that may, with the next one, begin a longer one. It has no branch that
 * depends on the words: at a thousand phrases every other word begins one, and mispredicting that costs more than this.
 * Answers whether all tokens are within the vocabulary.
 *
 * What comes behind the loop is done every few tokens, too. A call may be so long that the engine compiles the loop while it
 * runs for the first time, and knows nothing of what comes behind it. From then on it leaves the compiled code there in each
 * call, and never compiles the whole: that was so in one process out of six, and the pass took twice as long.
 */
function findFirsts(count: number, vocabularyCount: number, tables: TopicTables): boolean {
  makeRoom('said', count);
  makeRoom('singles', count + 1);
  makeRoom('pairs', count + 1);
  const { tokens, codes, said, singles, pairs, edgeBits } = room;
  const { edgeBitShift } = tables;
  const last = vocabularyCount - 1;
  let single = 0;
  let pair = 0;
  let code = 0;
  let signs = 0;
  let i = 0;
  for (;;) {
    const end = Math.min(i + FEW, count);
    for (; i < end; i++) {
      const token = tokens[i]!;
      // Negative, in either, where it is beyond.
      signs |= token | (last - token);
      const next = codes[token]!;
      const bit = hashOf(code, next, edgeBitShift);
      pairs[pair] = i - 1;
      pair += (edgeBits[bit >>> 5]! >>> (bit & 31)) & ((code & GOES_ON) >>> 1);
      code = next;
      said[i] = code;
      singles[single] = i;
      single += code & ENDS;
    }
    if (signs < 0) return false;
    singles[single] = NO_MORE;
    pairs[pair] = NO_MORE;
    if (i === count) return true;
  }
}

/** Follows phrases of more than one token to where they end. */
function followPairs(blockToken: Uint32Array, tables: TopicTables): void {
  const { said, pairs, nodes, edges, edgeBits } = room;
  const { edgeShift, edgeBitShift, mostTokens } = tables;
  const edgeMask = tables.edges.length - 1;
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
      let code = said[first]!;
      let token = said[last]!;
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
        token = said[last]!;
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
  const { said, singles, longer, open, endings, nodeEndings } = room;
  const { mostEndings } = set.tables;
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
      const node = chosen(isLonger, longer[long + 2]!, said[firstSingle & ~isLonger]!) >>> NUMBER;
      long += 3 & isLonger;
      single += 1 & ~isLonger;
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
type Column = Exclude<keyof typeof room, Text | 'tokens'>;

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

function copyIn(name: Column, column: Uint32Array | Int32Array): void {
  makeRoom(name, column.length);
  room[name].set(column);
}

function copyTokensIn(tokens: Uint16Array | Uint32Array): void {
  const isWide = tokens.BYTES_PER_ELEMENT > room.tokens.BYTES_PER_ELEMENT;
  if (isWide || tokens.length > room.tokens.length) {
    const places = Math.max(room.tokens.length, tokens.length * 2);
    room.tokens = isWide || room.tokens instanceof Int32Array ? new Int32Array(places) : new Uint16Array(places);
  }
  room.tokens.set(tokens);
}

function copyTextIn(name: Text, bytes: Uint8Array): void {
  makeTextRoom(name, bytes.length);
  new Uint8Array(room[name].buffer).set(bytes);
}

function makeTextRoom(name: Text, places: number): void {
  if (places + 8 <= room[name].byteLength) return;
  const longer = new Uint8Array((places + 8) * 2);
  longer.set(new Uint8Array(room[name].buffer));
  room[name] = new DataView(longer.buffer);
}
