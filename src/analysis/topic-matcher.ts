import type { Form, Vocabulary } from './form.js';
import { unsignedToken } from './tokens.js';
import { addToken, CODE, edgeHash, headHash, type TopicTables } from './topic-tables.js';
import { limitTables, type TopicSet } from './topics.js';
import { decodeUtf8 } from './utf8.js';

/**
 * The matches of a set's topics in a call, as columns, in order of their first tokens. Matches of one topic that share
 * a token are merged into one; those of different topics are not. Tokens are numbered over the whole call. No match
 * spans blocks.
 */
export interface MatchList {
  readonly count: number;
  /**
   * Three numbers for each match: the phrase found first, as an index into the tables' `endingTopic` and
   * `endingPhrase`; the first token; the last token, inclusive. They share one array so that a match is written in one
   * place.
   */
  readonly rows: Int32Array;
  /**
   * For each further phrase of a match, two numbers: the match and the phrase end. They are unordered and may repeat.
   */
  readonly further: Int32Array;
}

// Copied into this module: the engine inlines a module's own constants, but looks up exports and imports on each use.
const { ENDS, CONTINUES, NUMBER } = CODE;
const hashOf = edgeHash;
const hashOfHead = headHash;

/** Initial capacities: of the columns for a call's tokens, and of those for a set's edges and the like. */
const CALL_CAPACITY = 2 ** 16;
const SET_CAPACITY = 2 ** 17;

/**
 * All arrays that matching reads and writes, reused from call to call. `matchTopics` is synchronous and keeps nothing
 * in them. Other arrays are copied in first, which costs little: since the arrays are the same in every call, the
 * engine knows their addresses and lengths, and matching takes a third less time. When a column has to grow, that gain
 * is lost, and nothing else. Only pages that were written to take memory.
 */
const buffers = {
  // Of the call.
  /** 32-bit from the first call on whose tokens are. Narrow tokens are copied into a narrow array as they are. */
  tokens: new Uint16Array(CALL_CAPACITY) as Uint16Array | Int32Array,
  hashes: new Int32Array(CALL_CAPACITY),
  textStarts: new Int32Array(CALL_CAPACITY),
  text: new DataView(new ArrayBuffer(CALL_CAPACITY * 8)),
  /** The set's code for each token of the call's vocabulary, and for each token in the call's order. */
  codes: new Int32Array(CALL_CAPACITY),
  tokenCodes: new Int32Array(CALL_CAPACITY),
  /** Tokens of the call's vocabulary that may be in the set. */
  likely: new Int32Array(CALL_CAPACITY),
  // Of the set, named as in its tables.
  tokenBits: new Int32Array(SET_CAPACITY),
  tokenSlots: new Int32Array(SET_CAPACITY),
  tokenBytes: new DataView(new ArrayBuffer(SET_CAPACITY * 8)),
  nodes: new Int32Array(SET_CAPACITY * 3),
  nodeEndings: new Int32Array(SET_CAPACITY),
  edges: new Int32Array(SET_CAPACITY),
  edgeBits: new Int32Array(SET_CAPACITY),
  endings: new Int32Array(SET_CAPACITY),
  heads: new Int32Array(SET_CAPACITY),
  // Results.
  /** Tokens that are a phrase by themselves, then END. */
  singles: new Int32Array(CALL_CAPACITY),
  /** Tokens that may begin a longer phrase, then END. */
  pairs: new Int32Array(CALL_CAPACITY),
  /** For each longer phrase found: its first and last token, and its node's code. Then END. */
  longer: new Int32Array(CALL_CAPACITY * 3),
  /** As in `MatchList`. */
  rows: new Int32Array(CALL_CAPACITY * 3),
  further: new Int32Array(CALL_CAPACITY),
  /** For each topic: the last token of its latest match, and where that match's row begins. */
  latest: new Int32Array(2 ** 14),
};

const SET_COLUMNS = [
  ...(['tokenBits', 'tokenSlots', 'heads'] as const),
  ...(['nodes', 'nodeEndings', 'edges', 'edgeBits', 'endings'] as const),
];

/** The tables that the buffers hold. */
let bufferedTables: TopicTables | undefined;

/** Ends a list of tokens; it is greater than any token. */
const END = 0x7fffffff;

/** Tokens that `findFirsts` reads before it runs the code after its inner loop. */
const CHUNK = 256;

/**
 * Finds all phrases of all topics, overlapping ones too, in a few passes over the call's tokens.
 * @throws RangeError or TypeError if a part of the form that it reads is malformed.
 */
export function matchTopics(form: Form, set: TopicSet): MatchList {
  limitTables(set);
  const { tables } = set;
  if (tables !== bufferedTables) {
    tables.changes = null;
    bufferedTables = tables;
  }
  copyTables(tables);
  const vocabulary = form.vocabulary();
  copyIn('hashes', vocabulary.hashes);
  copyIn('textStarts', vocabulary.offsets);
  copyTextIn('text', vocabulary.bytes);
  copyTokensIn(form.uncheckedTokens);
  mapVocabulary(vocabulary, tables);
  // This throws, and says what is wrong with the tokens.
  if (!findFirsts(form.uncheckedTokens.length, vocabulary.count, tables)) form.tokens();
  followPairs(form.blockToken, tables);
  return merge(set);
}

/** Copies the tables, or their changes, into the buffers. */
function copyTables(tables: TopicTables): void {
  if (tables.changes === null) {
    for (const name of SET_COLUMNS) copyIn(name, tables[name]);
    copyTextIn('tokenBytes', tables.tokenBytes);
  } else {
    for (const { name, at, value } of tables.changes) {
      if (name === 'tokenBytes') {
        ensureTextCapacity(name, at + 1);
        buffers.tokenBytes.setUint8(at, value);
      } else {
        ensureCapacity(name, at + 1);
        buffers[name][at] = value;
      }
    }
  }
  tables.changes = [];
}

/**
 * Finds the code of each token of the call's vocabulary: by hash, then by text, so that a collision of hashes never
 * matches. Tokens that may be in the set, by their hashes or beginnings, are gathered first, with no branch that
 * depends on the words. Those of them that the tables do not have yet are added.
 */
function mapVocabulary(vocabulary: Vocabulary, tables: TopicTables): void {
  ensureCapacity('codes', vocabulary.count);
  ensureCapacity('likely', vocabulary.count);
  buffers.codes.fill(0, 0, vocabulary.count);
  const signed = tables.mayFitNumbers ? firstSigned(vocabulary) : vocabulary.count;
  let likelyCount = tables.hasPrefixesOrForms ? gatherByHeads(signed, tables) : gather(signed, tables);
  for (let i = signed; i < vocabulary.count; i++) buffers.likely[likelyCount++] = i;
  const areKnown = lookUp(likelyCount, tables);
  if (areKnown) return;
  for (let k = tables.hasPrefixesOrForms ? 0 : likelyCount - (vocabulary.count - signed); k < likelyCount; k++) {
    const i = buffers.likely[k]!;
    if (buffers.codes[i] === 0) buffers.codes[i] = addToken(tables, tokenText(vocabulary, i));
  }
  if (tables.changes?.length !== 0) copyTables(tables);
}

function gather(count: number, tables: TopicTables): number {
  const { hashes, likely, tokenBits } = buffers;
  const bitMask = tables.tokenBits.length - 1;
  let likelyCount = 0;
  for (let i = 0; i < count; i++) {
    const hash = hashes[i]!;
    likely[likelyCount] = i;
    likelyCount += (tokenBits[(hash >>> 5) & bitMask]! >>> (hash & 31)) & 1;
  }
  return likelyCount;
}

/** Does the same where phrases have prefixes or forms. */
function gatherByHeads(count: number, tables: TopicTables): number {
  const { hashes, textStarts, text, likely, tokenBits, heads } = buffers;
  const bitMask = tables.tokenBits.length - 1;
  const { headShift } = tables;
  let likelyCount = 0;
  let from = 0;
  for (let i = 0; i < count; i++) {
    const hash = hashes[i]!;
    const to = textStarts[i + 1]!;
    // Shifts out the bytes after a token that is shorter than four.
    const spare = 32 - Math.min(to - from, 4) * 8;
    const head = (text.getInt32(from, true) << spare) >>> spare;
    const fourths = heads[hashOfHead(head & 0xffffff, headShift)]!;
    from = to;
    likely[likelyCount] = i;
    likelyCount += ((tokenBits[(hash >>> 5) & bitMask]! >>> (hash & 31)) | (fourths >>> (head >>> 24))) & 1;
  }
  return likelyCount;
}

/**
 * Finds the codes of the likely tokens that the tables have; the others keep 0. Returns whether there are no others.
 */
function lookUp(likelyCount: number, tables: TopicTables): boolean {
  const { hashes, textStarts, codes, likely, tokenSlots } = buffers;
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
    // Negative if the code is 0.
    signs |= code - 1;
  }
  return signs >= 0;
}

function tokenText({ offsets, bytes }: Vocabulary, token: number): string {
  return decodeUtf8(bytes.subarray(offsets[token], offsets[token + 1]));
}

/** Where the signed numbers begin, which come last in a vocabulary. */
function firstSigned(vocabulary: Vocabulary): number {
  const { count, offsets, bytes } = vocabulary;
  let first = count;
  for (; first > 0; first--) {
    const [from, to] = [bytes[offsets[first - 1]!]!, bytes[offsets[first]! - 1]!];
    // For most tokens, the first and last byte decide.
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
 * Whether a text of the call is the token of a slot. Up to eight bytes, which few tokens exceed, no branch depends on
 * the length: bytes after the text are shifted out.
 */
function isText(slot: number, from: number, to: number): boolean {
  const { tokenSlots, tokenBytes, text } = buffers;
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
 * Finds the tokens that are a phrase, and those that, with the next one, may begin a longer one. It has no branch that
 * depends on the words: with a thousand phrases every other word begins one, and mispredicting that would cost more
 * than all of this. Returns whether all tokens are within the vocabulary.
 *
 * The code after the inner loop also runs once every CHUNK tokens. A call may be so long that the engine compiles the
 * loop during its first run, without knowing anything about the code after it. In every later call, the engine would
 * leave the compiled code there, and it would never compile the whole function: that happened in one process out of
 * six, and the pass then took twice as long.
 */
function findFirsts(count: number, vocabularyCount: number, tables: TopicTables): boolean {
  ensureCapacity('tokenCodes', count);
  ensureCapacity('singles', count + 1);
  ensureCapacity('pairs', count + 1);
  const { tokens, codes, tokenCodes, singles, pairs, edgeBits } = buffers;
  const { edgeBitShift } = tables;
  const last = vocabularyCount - 1;
  let single = 0;
  let pair = 0;
  let code = 0;
  let signs = 0;
  let i = 0;
  for (;;) {
    const end = Math.min(i + CHUNK, count);
    for (; i < end; i++) {
      const token = tokens[i]!;
      // Negative if the token is out of range.
      signs |= token | (last - token);
      const next = codes[token]!;
      const bit = hashOf(code, next, edgeBitShift);
      pairs[pair] = i - 1;
      pair += (edgeBits[bit >>> 5]! >>> (bit & 31)) & ((code & CONTINUES) >>> 1);
      code = next;
      tokenCodes[i] = code;
      singles[single] = i;
      single += code & ENDS;
    }
    if (signs < 0) return false;
    singles[single] = END;
    pairs[pair] = END;
    if (i === count) return true;
  }
}

/** Follows phrases of more than one token to their ends. */
function followPairs(blockToken: Uint32Array, tables: TopicTables): void {
  const { tokenCodes, pairs, nodes, edges, edgeBits } = buffers;
  const { edgeShift, edgeBitShift, maxPhraseTokens } = tables;
  const edgeMask = tables.edges.length - 1;
  let pair = 0;
  let found = 0;
  let block = 0;
  let blockEnd = 0;
  for (;;) {
    ensureCapacity('longer', found + maxPhraseTokens * 3 + 1);
    const { longer } = buffers;
    const full = longer.length - maxPhraseTokens * 3;
    for (; found < full; pair++) {
      const first = pairs[pair]!;
      if (first === END) {
        longer[found] = END;
        return;
      }
      while (first >= blockEnd) blockEnd = blockToken[++block]!;
      let last = first + 1;
      if (last === blockEnd) continue;
      let code = tokenCodes[first]!;
      let token = tokenCodes[last]!;
      for (;;) {
        let edge = hashOf(code, token, edgeShift);
        let next = edges[edge]!;
        while (next !== 0 && (nodes[next * 3] !== code || nodes[next * 3 + 1] !== token)) {
          edge = (edge + 1) & edgeMask;
          next = edges[edge]!;
        }
        // If there was no edge, this is the root's code, which neither ends nor continues a phrase.
        code = nodes[next * 3 + 2]!;
        longer[found] = first;
        longer[found + 1] = last;
        longer[found + 2] = code;
        found += (code & ENDS) * 3;
        if ((code & CONTINUES) === 0 || ++last === blockEnd) break;
        token = tokenCodes[last]!;
        const bit = hashOf(code, token, edgeBitShift);
        if (((edgeBits[bit >>> 5]! >>> (bit & 31)) & 1) === 0) break;
      }
    }
  }
}

/**
 * Makes matches of the phrases of one token and the longer ones, and merges overlapping ones of a topic. A mask chooses
 * the list that the next phrase is taken from: no branch could predict it.
 */
function merge(set: TopicSet): MatchList {
  ensureCapacity('latest', set.topics.length * 2);
  const { tokenCodes, singles, longer, latest, endings, nodeEndings } = buffers;
  const { maxEndings } = set.tables;
  latest.fill(-1, 0, set.topics.length * 2);
  let rowsEnd = 0;
  let furtherEnd = 0;
  let single = 0;
  let long = 0;
  for (;;) {
    ensureCapacity('rows', rowsEnd + maxEndings * 3 + 1);
    ensureCapacity('further', furtherEnd + maxEndings * 2 + 1);
    const { rows, further } = buffers;
    const rowsFull = rows.length - maxEndings * 3;
    const furtherFull = further.length - maxEndings * 2;
    while (rowsEnd < rowsFull && furtherEnd < furtherFull) {
      const firstSingle = singles[single]!;
      const firstLonger = longer[long]!;
      const isLonger = (firstLonger - firstSingle) >> 31;
      const first = select(isLonger, firstLonger, firstSingle);
      if (first === END) {
        return { count: rowsEnd / 3, rows: rows.slice(0, rowsEnd), further: further.slice(0, furtherEnd) };
      }
      const last = select(isLonger, longer[long + 1]!, firstSingle);
      const node = select(isLonger, longer[long + 2]!, tokenCodes[firstSingle & ~isLonger]!) >>> NUMBER;
      long += 3 & isLonger;
      single += 1 & ~isLonger;
      let ending = nodeEndings[node * 2]!;
      let topicAndMore = nodeEndings[node * 2 + 1]!;
      for (;;) {
        const topic = topicAndMore & ~1;
        const latestLast = latest[topic]!;
        if (latestLast >= first) {
          const row = latest[topic + 1]!;
          further[furtherEnd] = row / 3;
          further[furtherEnd + 1] = ending;
          furtherEnd += 2;
          if (last > latestLast) {
            latest[topic] = last;
            rows[row + 2] = last;
          }
        } else {
          latest[topic] = last;
          latest[topic + 1] = rowsEnd;
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

/** Returns `one` if the mask is -1, `other` if it is 0. */
function select(mask: number, one: number, other: number): number {
  return other ^ ((one ^ other) & mask);
}

type Text = 'text' | 'tokenBytes';
type Column = Exclude<keyof typeof buffers, Text | 'tokens'>;

/**
 * Makes sure that a column has this many places, and keeps its contents. Must not be called in the inner loops over
 * words: the engine reloads in each round what a call might replace. The outer loops are there for it.
 */
function ensureCapacity(name: Column, places: number): void {
  const column = buffers[name];
  if (places <= column.length) return;
  buffers[name] = new Int32Array(places * 2);
  buffers[name].set(column);
}

function copyIn(name: Column, column: Uint32Array | Int32Array): void {
  ensureCapacity(name, column.length);
  buffers[name].set(column);
}

function copyTokensIn(tokens: Uint16Array | Uint32Array): void {
  const isWide = tokens.BYTES_PER_ELEMENT > buffers.tokens.BYTES_PER_ELEMENT;
  if (isWide || tokens.length > buffers.tokens.length) {
    const places = Math.max(buffers.tokens.length, tokens.length * 2);
    buffers.tokens = isWide || buffers.tokens instanceof Int32Array ? new Int32Array(places) : new Uint16Array(places);
  }
  buffers.tokens.set(tokens);
}

function copyTextIn(name: Text, bytes: Uint8Array): void {
  ensureTextCapacity(name, bytes.length);
  new Uint8Array(buffers[name].buffer).set(bytes);
}

function ensureTextCapacity(name: Text, places: number): void {
  if (places + 8 <= buffers[name].byteLength) return;
  const longer = new Uint8Array((places + 8) * 2);
  longer.set(new Uint8Array(buffers[name].buffer));
  buffers[name] = new DataView(longer.buffer);
}
