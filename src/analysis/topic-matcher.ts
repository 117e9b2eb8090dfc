import type { Form } from './form.js';
import { ENDS, edgeHash, GOES_ON, nodeHash, type TopicSet } from './topics.js';

/**
 * The matches of a set's topics in a call, as columns, in order of their first tokens. Overlapping matches of one topic
 * (that share a token) are one; those of different topics are apart. Tokens count over the whole call; none spans blocks.
 */
export interface MatchList {
  readonly count: number;
  /** The phrase that was found first, as an index into the set's `endingTopic` and `endingPhrase`. */
  readonly ending: Int32Array;
  readonly firstToken: Int32Array;
  /** Inclusive. */
  readonly lastToken: Int32Array;
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
  ending: new Int32Array(8192),
  firstToken: new Int32Array(8192),
  lastToken: new Int32Array(8192),
  furtherMatch: new Int32Array(1024),
  furtherEnding: new Int32Array(1024),
  /** Of each topic: the match found last, and its last token. */
  openMatch: new Int32Array(64),
  openLast: new Int32Array(64),
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
  if (room.openMatch.length < set.topics.length) {
    room.openMatch = new Int32Array(set.topics.length * 2);
    room.openLast = new Int32Array(set.topics.length * 2);
  }
  const { local, candidates, openMatch, openLast } = room;
  const { nodeKinds, edges, edgeShift, endings, endingTopic } = set;
  const { tokens, blockToken } = form;
  const edgeMask = edges.length - 1;
  openLast.fill(-1);
  let { ending: matchEnding, firstToken, lastToken, furtherMatch, furtherEnding } = room;
  let count = 0;
  let furtherCount = 0;
  let block = 0;
  let end = 0;

  for (let i = 0; i < candidateCount; i++) {
    const first = candidates[i]! >>> 1;
    let goesOn = candidates[i]! & 1;
    while (first >= end) end = blockToken[++block]!;
    let node = local[tokens[first]! * 4 + 1]!;
    let last = first;
    while (node !== 0) {
      const endingsEnd = endings[node + 1]!;
      for (let ending = endings[node]!; ending < endingsEnd; ending++) {
        const topic = endingTopic[ending]!;
        if (openLast[topic]! >= first) {
          if (furtherCount === furtherMatch.length) ({ furtherMatch, furtherEnding } = growFurther());
          const match = openMatch[topic]!;
          furtherMatch[furtherCount] = match;
          furtherEnding[furtherCount++] = ending;
          if (last > openLast[topic]!) {
            openLast[topic] = last;
            lastToken[match] = last;
          }
        } else {
          if (count === matchEnding.length) ({ ending: matchEnding, firstToken, lastToken } = growMatches());
          openMatch[topic] = count;
          openLast[topic] = last;
          matchEnding[count] = ending;
          firstToken[count] = first;
          lastToken[count++] = last;
        }
      }
      if (goesOn === 0 || ++last >= end) break;
      const token = local[tokens[last]! * 4]!;
      let edge = edgeHash(nodeHash(node), token, edgeShift) * 4;
      while (edges[edge] !== 0 && (edges[edge] !== node || edges[edge + 1] !== token)) edge = (edge + 4) & edgeMask;
      node = edges[edge + 2]!;
      goesOn = nodeKinds[node]! & GOES_ON;
    }
  }
  return {
    count,
    ending: matchEnding.slice(0, count),
    firstToken: firstToken.slice(0, count),
    lastToken: lastToken.slice(0, count),
    furtherMatch: furtherMatch.slice(0, furtherCount),
    furtherEnding: furtherEnding.slice(0, furtherCount),
  };
}

function growMatches(): typeof room {
  room.ending = doubled(room.ending);
  room.firstToken = doubled(room.firstToken);
  room.lastToken = doubled(room.lastToken);
  return room;
}

function growFurther(): typeof room {
  room.furtherMatch = doubled(room.furtherMatch);
  room.furtherEnding = doubled(room.furtherEnding);
  return room;
}

/** Finds the set's token for each token of the call's vocabulary: by hash, then by text, so that no collision matches. */
function mapVocabulary(form: Form, set: TopicSet): void {
  const { count, hashes, offsets, bytes } = form.vocabulary();
  const { tokenSlots, tokenOffsets, tokenBytes, firstNodes, nodeKinds } = set;
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
    local[i * 4 + 3] = nodeKinds[node]!;
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
