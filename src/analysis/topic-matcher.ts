import type { Form } from './form.js';
import { ENDS, edgeHash, GOES_ON, PHRASE_END, type TopicSet } from './topics.js';

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
  /** The further phrases of those that have any: match and phrase end, in no order of use, not each once. */
  readonly furtherMatch: Int32Array;
  readonly furtherEnding: Int32Array;
}

/**
 * Room that is used again from call to call: nothing of it outlives a call of `matchTopics`, which does not wait for
 * anything. New arrays for each call would take as long as the matching.
 */
const room = {
  /** Rows, for each token of the call's vocabulary: the set's token, and the phrases of the node it leads to from the root. */
  local: new Int32Array(4096 * 2),
  /** Tokens of the call's vocabulary that may be the set's. */
  likely: new Int32Array(4096),
  /** Tokens that are a phrase, and NO_MORE. */
  singles: new Int32Array(16_384),
  /** Tokens that may begin a longer one, and NO_MORE. */
  pairs: new Int32Array(16_384),
  /** Rows, for each longer phrase found: its first and last token, its node's phrases. Then NO_MORE. */
  longer: new Int32Array(8192 * 3),
  rows: new Int32Array(8192 * 3),
  furtherMatch: new Int32Array(1024),
  furtherEnding: new Int32Array(1024),
  /** Rows, for each topic: the last token of the match found last, and where that one's row begins. */
  open: new Int32Array(64 * 2),
};

/** After the last token of a list. */
const NO_MORE = 0x7fffffff;

/** Finds all phrases of all topics, overlapping ones too, in one pass over the call's tokens. */
export function matchTopics(form: Form, set: TopicSet): MatchList {
  mapVocabulary(form, set);
  findFirsts(form, set);
  followPairs(form, set);
  return merge(form, set);
}

/**
 * Finds the tokens that are a phrase, and those that may, with the next one, begin a longer one. It has no branch that
 * depends on the words: at a thousand phrases every other word begins one, and mispredicting that costs more than this.
 */
function findFirsts(form: Form, set: TopicSet): void {
  const { tokens } = form;
  const count = tokens.length;
  if (room.singles.length < count + 1) {
    room.singles = new Int32Array(count * 2);
    room.pairs = new Int32Array(count * 2);
  }
  const { local, singles, pairs } = room;
  const { edgeBits, edgeBitShift } = set;
  let single = 0;
  let pair = 0;
  let token = 0;
  let phrases = 0;
  for (let i = 0; i < count; i++) {
    const row = tokens[i]! * 2;
    const next = local[row]!;
    // A first token is its node.
    const bit = edgeHash(token, next, edgeBitShift);
    pairs[pair] = i - 1;
    pair += (edgeBits[bit >>> 5]! >>> (bit & 31)) & (phrases >>> 1) & 1;
    token = next;
    phrases = local[row + 1]!;
    singles[single] = i;
    single += phrases & ENDS;
  }
  singles[single] = NO_MORE;
  pairs[pair] = NO_MORE;
}

/** Follows phrases of more than one token to where they end. */
function followPairs(form: Form, set: TopicSet): void {
  const { local, pairs } = room;
  const { nodes, edges, edgeShift, edgeBits, edgeBitShift } = set;
  const { tokens, blockToken } = form;
  const edgeMask = edges.length - 1;
  let { longer } = room;
  let found = 0;
  let block = 0;
  let blockEnd = 0;
  for (let i = 0; ; i++) {
    const first = pairs[i]!;
    if (first === NO_MORE) break;
    while (first >= blockEnd) blockEnd = blockToken[++block]!;
    let last = first + 1;
    if (last === blockEnd) continue;
    let node = local[tokens[first]! * 2]!;
    let token = local[tokens[last]! * 2]!;
    for (;;) {
      let edge = edgeHash(node, token, edgeShift);
      let next = edges[edge]!;
      while (next !== 0 && (nodes[next * 3] !== node || nodes[next * 3 + 1] !== token)) {
        edge = (edge + 1) & edgeMask;
        next = edges[edge]!;
      }
      node = next;
      // None where there was no edge: the root's.
      const phrases = nodes[node * 3 + 2]!;
      if (found + 3 >= longer.length) longer = growLonger();
      longer[found] = first;
      longer[found + 1] = last;
      longer[found + 2] = phrases;
      found += (phrases & ENDS) * 3;
      if ((phrases & GOES_ON) === 0 || ++last === blockEnd) break;
      token = local[tokens[last]! * 2]!;
      const bit = edgeHash(node, token, edgeBitShift);
      if (((edgeBits[bit >>> 5]! >>> (bit & 31)) & 1) === 0) break;
    }
  }
  longer[found] = NO_MORE;
}

/** Makes matches of phrases of one token and longer ones, and one of those of a topic that overlap. */
function merge(form: Form, set: TopicSet): MatchList {
  if (room.open.length < set.topics.length * 2) room.open = new Int32Array(set.topics.length * 4);
  const { local, singles, longer, open } = room;
  const { endings } = set;
  const { tokens } = form;
  open.fill(-1);
  let { rows, furtherMatch, furtherEnding } = room;
  let rowsEnd = 0;
  let furtherCount = 0;
  let single = 0;
  let long = 0;
  for (;;) {
    let first = singles[single]!;
    let last = first;
    let ending: number;
    if (longer[long]! < first) {
      first = longer[long]!;
      last = longer[long + 1]!;
      ending = longer[long + 2]! >>> PHRASE_END;
      long += 3;
    } else if (first !== NO_MORE) {
      ending = local[tokens[first]! * 2 + 1]! >>> PHRASE_END;
      single++;
    } else break;
    let more: number;
    do {
      const topicAndMore = endings[ending]!;
      const topic = topicAndMore & ~1;
      more = topicAndMore & 1;
      const openLast = open[topic]!;
      if (openLast >= first) {
        if (furtherCount === furtherMatch.length) ({ furtherMatch, furtherEnding } = growFurther());
        const row = open[topic + 1]!;
        furtherMatch[furtherCount] = row / 3;
        furtherEnding[furtherCount++] = ending;
        if (last > openLast) {
          open[topic] = last;
          rows[row + 2] = last;
        }
      } else {
        if (rowsEnd === rows.length) rows = growRows();
        open[topic] = last;
        open[topic + 1] = rowsEnd;
        rows[rowsEnd] = ending;
        rows[rowsEnd + 1] = first;
        rows[rowsEnd + 2] = last;
        rowsEnd += 3;
      }
      ending++;
    } while (more !== 0);
  }
  return {
    count: rowsEnd / 3,
    rows: rows.slice(0, rowsEnd),
    furtherMatch: furtherMatch.slice(0, furtherCount),
    furtherEnding: furtherEnding.slice(0, furtherCount),
  };
}

function growLonger(): Int32Array<ArrayBuffer> {
  room.longer = doubled(room.longer);
  return room.longer;
}

function growRows(): Int32Array<ArrayBuffer> {
  room.rows = doubled(room.rows);
  return room.rows;
}

function growFurther(): typeof room {
  room.furtherMatch = doubled(room.furtherMatch);
  room.furtherEnding = doubled(room.furtherEnding);
  return room;
}

/**
 * Finds the set's token for each token of the call's vocabulary: by hash, then by text, so that no collision matches. Those
 * whose place in the set's table is not empty are gathered first, with no branch that depends on the words.
 */
function mapVocabulary(form: Form, set: TopicSet): void {
  const { count, hashes, offsets, bytes } = form.vocabulary();
  const { tokenSlots, tokenOffsets, tokenBytes, firstPhrases } = set;
  if (room.local.length < count * 2) {
    room.local = new Int32Array(count * 4);
    room.likely = new Int32Array(count * 2);
  }
  const { local, likely } = room;
  const mask = tokenSlots.length - 1;
  let likelyCount = 0;
  for (let i = 0; i < count; i++) {
    const slot = (hashes[i]! << 1) & mask;
    local[i * 2] = 0;
    local[i * 2 + 1] = 0;
    likely[likelyCount] = i;
    likelyCount += -tokenSlots[slot + 1]! >>> 31;
  }
  for (let k = 0; k < likelyCount; k++) {
    const i = likely[k]!;
    const hash = hashes[i]! | 0;
    let slot = (hash << 1) & mask;
    let token = tokenSlots[slot + 1]!;
    while (token !== 0) {
      if (tokenSlots[slot] === hash) {
        const at = tokenOffsets[token]!;
        if (isAt(tokenBytes, at, tokenOffsets[token + 1]! - at, bytes, offsets[i]!, offsets[i + 1]!)) break;
      }
      slot = (slot + 2) & mask;
      token = tokenSlots[slot + 1]!;
    }
    local[i * 2] = token;
    local[i * 2 + 1] = firstPhrases[token]!;
  }
}

function isAt(text: Uint8Array, at: number, length: number, bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[from + i] !== text[at + i]) return false;
  return true;
}

function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2);
  larger.set(column);
  return larger;
}
