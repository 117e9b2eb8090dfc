import type { Form } from './form.js';
import { ENDS, edgeHash, GOES_ON, nodeHash, type TopicSet } from './topics.js';

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
  /** Rows, for each token of the call's vocabulary: the set's token, its first node, that one's hash and kind. */
  local: new Int32Array(4096 * 4),
  /** Tokens that a phrase may begin at, doubled, plus 1 where a longer phrase may. */
  candidates: new Int32Array(16_384),
  rows: new Int32Array(8192 * 3),
  furtherMatch: new Int32Array(1024),
  furtherEnding: new Int32Array(1024),
  /** Rows, for each topic: the last token of the match found last, and where that one's row begins. */
  open: new Int32Array(64 * 2),
};

/** Finds all phrases of all topics, overlapping ones too, in one pass over the call's tokens. */
export function matchTopics(form: Form, set: TopicSet): MatchList {
  mapVocabulary(form, set);
  return follow(form, set, findCandidates(form, set));
}

/**
 * Finds the tokens at which a one-token phrase is, or the first two tokens of a longer one may be. It has no branch that
 * depends on the words: at a thousand phrases every other word begins one, and mispredicting that costs more than this.
 * @returns How many.
 */
function findCandidates(form: Form, set: TopicSet): number {
  const { tokens } = form;
  const count = tokens.length;
  if (room.candidates.length < count + 1) room.candidates = new Int32Array(count * 2);
  const { local, candidates } = room;
  const { edgeBits, edgeBitShift } = set;
  let found = 0;
  let row = count > 0 ? tokens[0]! * 4 : 0;
  for (let i = 0; i < count; i++) {
    const nextRow = i + 1 < count ? tokens[i + 1]! * 4 : 0;
    const bit = edgeHash(local[row + 2]!, local[nextRow]!, edgeBitShift);
    const kind = local[row + 3]!;
    const goesOn = (edgeBits[bit >>> 5]! >>> (bit & 31)) & (kind >>> 1);
    candidates[found] = i * 2 + goesOn;
    found += goesOn | (kind & ENDS);
    row = nextRow;
  }
  return found;
}

/** Follows the phrases from each candidate, and merges what overlaps. */
function follow(form: Form, set: TopicSet, candidateCount: number): MatchList {
  if (room.open.length < set.topics.length * 2) room.open = new Int32Array(set.topics.length * 4);
  const { local, candidates, open } = room;
  const { nodes, edges, edgeShift, edgeBits, edgeBitShift, endingTopic } = set;
  const { tokens, blockToken } = form;
  const edgeMask = edges.length - 1;
  open.fill(-1);
  let { rows, furtherMatch, furtherEnding } = room;
  let rowsEnd = 0;
  let furtherCount = 0;
  let block = 0;
  let end = 0;

  for (let i = 0; i < candidateCount; i++) {
    const candidate = candidates[i]!;
    const first = candidate >>> 1;
    let goesOn = candidate & 1;
    let node = local[tokens[first]! * 4 + 1]!;
    let last = first;
    for (;;) {
      const endingsEnd = nodes[node * 4 + 6]!;
      for (let ending = nodes[node * 4 + 2]!; ending < endingsEnd; ending++) {
        const topic = endingTopic[ending]! * 2;
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
      }
      if (goesOn === 0) break;
      while (first >= end) end = blockToken[++block]!;
      if (++last >= end) break;
      const token = local[tokens[last]! * 4]!;
      const hash = nodeHash(node);
      const bit = edgeHash(hash, token, edgeBitShift);
      if (((edgeBits[bit >>> 5]! >>> (bit & 31)) & 1) === 0) break;
      let edge = edgeHash(hash, token, edgeShift);
      let next = edges[edge]!;
      while (next !== 0 && (nodes[next * 4] !== node || nodes[next * 4 + 1] !== token)) {
        edge = (edge + 1) & edgeMask;
        next = edges[edge]!;
      }
      if (next === 0) break;
      node = next;
      goesOn = nodes[node * 4 + 3]! & GOES_ON;
    }
  }
  return {
    count: rowsEnd / 3,
    rows: rows.slice(0, rowsEnd),
    furtherMatch: furtherMatch.slice(0, furtherCount),
    furtherEnding: furtherEnding.slice(0, furtherCount),
  };
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

/** Finds the set's token for each token of the call's vocabulary: by hash, then by text, so that no collision matches. */
function mapVocabulary(form: Form, set: TopicSet): void {
  const { count, hashes, offsets, bytes } = form.vocabulary();
  const { tokenSlots, tokenOffsets, tokenBytes, firstNodes, nodes } = set;
  if (room.local.length < count * 4) room.local = new Int32Array(count * 8);
  const { local } = room;
  const mask = tokenSlots.length - 1;
  for (let i = 0; i < count; i++) {
    const hash = hashes[i]! | 0;
    let slot = (hash * 2) & mask;
    let token = tokenSlots[slot + 1]!;
    while (token !== 0) {
      if (tokenSlots[slot] === hash) {
        const at = tokenOffsets[token]!;
        if (isAt(tokenBytes, at, tokenOffsets[token + 1]! - at, bytes, offsets[i]!, offsets[i + 1]!)) break;
      }
      slot = (slot + 2) & mask;
      token = tokenSlots[slot + 1]!;
    }
    const node = firstNodes[token]!;
    local[i * 4] = token;
    local[i * 4 + 1] = node;
    local[i * 4 + 2] = nodeHash(node);
    local[i * 4 + 3] = nodes[node * 4 + 3]!;
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
