import { pieces, pieceText, putBlockText } from './block-text.js';
import type { Form, Places } from './form.js';
import {
  copyBytes,
  jsonBytes,
  NUMBER_BYTES,
  putAll,
  putNumber,
  putText,
  reserve,
  textBytes,
  writeNumber,
  writeWhole,
} from './json-bytes.js';
import { tokensOf } from './tokens.js';
import type { MatchList } from './topic-matcher.js';
import { matchJson, type TopicSet } from './topics.js';
import { encodeUtf8 } from './utf8.js';
import type { SpeakerType } from './words.js';

/** A block with matches: v2's topic match. Times are in seconds since the start of the call. */
export interface BlockMatches {
  readonly startTime: number;
  readonly endTime: number;
  readonly text: string;
  readonly speakerType: SpeakerType;
  /** In order of the topics' ids. */
  readonly topicsWithMatches: readonly TopicWithMatches[];
}

interface TopicWithMatches {
  /** The topic's id as a string. */
  readonly topicId: string;
  readonly topicName: string;
  /** In order of their beginnings. */
  readonly matches: readonly SingleMatch[];
}

interface SingleMatch {
  /** Every phrase that matched, once, in the topic's order. */
  readonly searchText: readonly string[];
  /** The block's pieces from the start index to the end index, joined by one space. */
  readonly matchingText: string;
  readonly matchStartTime: number;
  /** Zero-based index into the block's text split on white space. */
  readonly matchStartIndex: number;
  readonly matchEndTime: number;
  /** Inclusive. */
  readonly matchEndIndex: number;
}

/** Reused from call to call. */
const json = jsonBytes(65_536);
/**
 * The matches of a block, grouped by topic and reused from block to block: its topics, in order; for each topic its
 * first and last match; for each match of the block, the next one of its topic, or -1.
 */
const groups = {
  topics: new Int32Array(64),
  first: new Int32Array(64),
  last: new Int32Array(64),
  next: new Int32Array(1024),
};

const [COMMA] = encodeUtf8(',') as unknown as [number];
const BLOCK_START = textBytes('{"startTime":');
const BLOCK_END = textBytes(',"endTime":');
const BLOCK_TEXT = textBytes(',"text":');
const BLOCK_SPEAKER = textBytes(',"speakerType":"');
const BLOCK_TOPICS = textBytes('","topicsWithMatches":[');
const NEXT_TOPIC = textBytes(']},');
const BLOCK_CLOSE = textBytes(']}]}');
const MATCH_START = textBytes('","matchStartTime":');
const MATCH_FROM = textBytes(',"matchStartIndex":');
const MATCH_END = textBytes(',"matchEndTime":');
const MATCH_TO = textBytes(',"matchEndIndex":');
const MATCH_CLOSE = textBytes('}');
/** The most bytes of a match besides its phrases and its text. */
const MATCH_BYTES = 100 + 4 * NUMBER_BYTES;

/**
 * A call's `topicMatches` as v2 shows them (the reference's "Single Topic Match"), as the UTF-8 of JSON: an array of
 * `BlockMatches`, the blocks with matches in order. A match in a part of a word (`up` in `follow-up`) shows the whole
 * piece of text that holds it, and the word's times. The JSON is written directly: building objects first would cost
 * more than all the matching.
 */
export function topicMatchesJson(
  form: Form,
  matches: MatchList,
  set: TopicSet,
  typeOf: (speaker: number) => SpeakerType,
): Uint8Array {
  json.length = 0;
  putText(json, '[');
  if (matches.count > 0) putBlocks(form, matches, set, typeOf);
  putText(json, ']');
  return json.bytes.slice(0, json.length);
}

function putBlocks(form: Form, matches: MatchList, set: TopicSet, typeOf: (speaker: number) => SpeakerType): void {
  const { blockWord, blockToken, blockSpeaker } = form;
  const { count, rows } = matches;
  const { start, end } = form.times();
  const text = form.blockBytes();
  const further = furtherPhrases(matches, set);
  resetGroups(set.topics.length);
  let match = 0;
  for (let block = 0; match < count; block++) {
    const from = match;
    while (match < count && rows[match * 3 + 1]! < blockToken[block + 1]!) match++;
    if (match === from) continue;
    if (from > 0) putComma();
    putAll(json, BLOCK_START);
    putNumber(json, start[blockWord[block]!]!);
    putAll(json, BLOCK_END);
    putNumber(json, end[blockWord[block + 1]! - 1]!);
    putAll(json, BLOCK_TEXT);
    putBlockText(json, text.bytes, text.starts[block]!, text.starts[block + 1]!);
    putAll(json, BLOCK_SPEAKER);
    putText(json, typeOf(blockSpeaker[block]!));
    putAll(json, BLOCK_TOPICS);
    const firstPiece = form.places().wordPiece[blockWord[block]!]!;
    const topicCount = groupByTopic(matches, set, from, match);
    for (let i = 0; i < topicCount; i++) {
      if (i > 0) putAll(json, NEXT_TOPIC);
      const topic = groups.topics[i]!;
      putAll(json, set.topicJson[topic]!);
      putMatches(form, matches, set, further, { topic, from, firstPiece });
    }
    putAll(json, BLOCK_CLOSE);
  }
}

function putComma(): void {
  reserve(json, 1)[json.length++] = COMMA;
}

/** Makes the groups large enough for a set's topics, and clears them. */
function resetGroups(topicCount: number): void {
  if (groups.last.length < topicCount) {
    for (const column of ['topics', 'first', 'last'] as const) groups[column] = new Int32Array(topicCount * 2);
  }
  groups.last.fill(-1, 0, topicCount);
}

/** Groups the matches from `from` up to `to` by topic. Returns the number of topics. */
function groupByTopic({ rows }: MatchList, { tables: { endingTopic } }: TopicSet, from: number, to: number): number {
  if (groups.next.length < to - from) groups.next = new Int32Array((to - from) * 2);
  const { topics, first, last, next } = groups;
  let count = 0;
  for (let match = from; match < to; match++) {
    const topic = endingTopic[rows[match * 3]!]!;
    if (last[topic]! < from) {
      let at = count++;
      for (; at > 0 && topics[at - 1]! > topic; at--) topics[at] = topics[at - 1]!;
      topics[at] = topic;
      first[topic] = match;
    } else next[last[topic]! - from] = match;
    last[topic] = match;
    next[match - from] = -1;
  }
  return count;
}

/** Writes the matches of one topic of a block, whose first match is `from`. */
function putMatches(
  form: Form,
  { rows }: MatchList,
  set: TopicSet,
  further: ReadonlyMap<number, readonly string[]>,
  { topic, from, firstPiece }: { readonly topic: number; readonly from: number; readonly firstPiece: number },
): void {
  const { start, end } = form.times();
  const places = form.places();
  const { tokenWord } = places;
  for (let match = groups.first[topic]!; match >= 0; match = groups.next[match - from]!) {
    if (match !== groups.first[topic]) putComma();
    const firstToken = rows[match * 3 + 1]!;
    const lastToken = rows[match * 3 + 2]!;
    const fromPiece = pieceOf(places, firstToken, 'first', pieceText, firstPiece);
    const toPiece = pieceOf(places, lastToken, 'last', pieceText, firstPiece);
    const textStart = pieces.starts[fromPiece]!;
    const textEnd = pieces.starts[toPiece + 1]! - 1;
    const phrases = further.get(match);
    if (phrases === undefined) putAll(json, set.tables.endingJson[rows[match * 3]!]!);
    else putText(json, matchJson(phrases));
    const bytes = reserve(json, textEnd - textStart + MATCH_BYTES);
    const { view } = json;
    let at = copyBytes(view, json.length, pieces.json.view, textStart, textEnd);
    at = copyBytes(view, at, MATCH_START.view, 0, MATCH_START.length);
    at = writeNumber(bytes, at, start[tokenWord[firstToken]!]!);
    at = copyBytes(view, at, MATCH_FROM.view, 0, MATCH_FROM.length);
    at = writeWhole(bytes, at, fromPiece);
    at = copyBytes(view, at, MATCH_END.view, 0, MATCH_END.length);
    at = writeNumber(bytes, at, end[tokenWord[lastToken]!]!);
    at = copyBytes(view, at, MATCH_TO.view, 0, MATCH_TO.length);
    at = writeWhole(bytes, at, toPiece);
    json.length = copyBytes(view, at, MATCH_CLOSE.view, 0, MATCH_CLOSE.length);
  }
}

/**
 * The phrases of each match that several phrases have found, or one several times: each phrase once, in the topic's
 * order.
 */
function furtherPhrases(
  { rows, further }: MatchList,
  { topics, tables: { endingTopic, endingPhrase } }: TopicSet,
): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, Set<number>>();
  for (let i = 0; i < further.length; i += 2) {
    const match = further[i]!;
    const phrases = found.get(match) ?? new Set([endingPhrase[rows[match * 3]!]!]);
    found.set(match, phrases.add(endingPhrase[further[i + 1]!]!));
  }
  const words = (match: number) => topics[endingTopic[rows[match * 3]!]!]!.words;
  return new Map(
    Array.from(found, ([match, phrases]) => [match, [...phrases].sort((a, b) => a - b).map((i) => words(match)[i]!)]),
  );
}

/** The number of matches of each topic, by topic id. */
export function topicHits(matches: MatchList, set: TopicSet): Map<number, number> {
  const counts = new Uint32Array(set.topics.length);
  for (let match = 0; match < matches.count; match++) counts[set.tables.endingTopic[matches.rows[match * 3]!]!]!++;
  const hits = new Map<number, number>();
  counts.forEach((count, topic) => {
    if (count > 0) hits.set(set.topics[topic]!.id, count);
  });
  return hits;
}

/** The index, in its block's pieces, of the first or last piece that holds a token: nearly always the same piece. */
function pieceOf(
  places: Places,
  token: number,
  edge: 'first' | 'last',
  piece: (index: number) => string,
  firstPiece: number,
): number {
  const word = places.tokenWord[token]!;
  const first = places.wordPiece[word]! - firstPiece;
  const last = places.wordPiece[word + 1]! - firstPiece - 1;
  if (first >= last) return first;
  // White space separates tokens, so the tokens of a word of several pieces are those of its pieces. A byte order mark
  // is the only exception: it separates pieces, but tokens ignore it. Where it joins tokens, all pieces are shown.
  const ends: number[] = [];
  for (let index = first; index <= last; index++) ends.push((ends.at(-1) ?? 0) + tokensOf(piece(index)).length);
  const wordToken = places.wordToken[word]!;
  if (ends.at(-1) !== places.wordToken[word + 1]! - wordToken) return edge === 'first' ? first : last;
  return first + ends.findIndex((end) => token - wordToken < end);
}
