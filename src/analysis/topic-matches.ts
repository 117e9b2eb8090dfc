import type { Form, Places } from './form.js';
import { type JsonBytes, putAll, putBytes, putNumber, putText } from './json-bytes.js';
import { tokensOf } from './tokens.js';
import type { MatchList } from './topic-matcher.js';
import { matchJson, phraseOf, type TopicSet } from './topics.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';
import type { SpeakerType } from './words.js';

/** A block with matches: what v2 calls a topic match. Times in seconds since the start of the call. */
export interface BlockMatches {
  readonly startTime: number;
  readonly endTime: number;
  readonly text: string;
  readonly speakerType: SpeakerType;
  /** In the order of the topics' ids. */
  readonly topicsWithMatches: readonly TopicWithMatches[];
}

interface TopicWithMatches {
  /** The topic's number as a string. */
  readonly topicId: string;
  readonly topicName: string;
  /** In the order of where they begin. */
  readonly matches: readonly SingleMatch[];
}

interface SingleMatch {
  /** Every phrase that matched, once, in the topic's order. */
  readonly searchText: readonly string[];
  /** The block's pieces from the start to the end index, joined by one space. */
  readonly matchingText: string;
  readonly matchStartTime: number;
  /** Zero-based index into the block's text split on white space. */
  readonly matchStartIndex: number;
  readonly matchEndTime: number;
  /** Inclusive. */
  readonly matchEndIndex: number;
}

/** Used again from call to call, and from block to block: nothing of them is kept. */
const json: JsonBytes = { bytes: new Uint8Array(65_536), length: 0 };
const spacedText: JsonBytes = { bytes: new Uint8Array(8192), length: 0 };
/** Where the JSON of the text of the block at hand is, and where in it each of its pieces begins. */
const pieces = { json: spacedText, starts: new Int32Array(1024) };

const COMMA = encodeUtf8(',');
const BLOCK_START = encodeUtf8('{"startTime":');
const BLOCK_END = encodeUtf8(',"endTime":');
const BLOCK_TEXT = encodeUtf8(',"text":');
const BLOCK_SPEAKER = encodeUtf8(',"speakerType":"');
const BLOCK_TOPICS = encodeUtf8('","topicsWithMatches":[');
const TOPIC_CLOSE = encodeUtf8(']}');
const BLOCK_CLOSE = encodeUtf8(']}]}');
const MATCH_START = encodeUtf8('","matchStartTime":');
const MATCH_FROM = encodeUtf8(',"matchStartIndex":');
const MATCH_END = encodeUtf8(',"matchEndTime":');
const MATCH_TO = encodeUtf8(',"matchEndIndex":');
const MATCH_CLOSE = encodeUtf8('}');

/**
 * A call's `topicMatches` as v2 shows them (reference, "Single Topic Match"), as the UTF-8 of JSON: an array of
 * `BlockMatches`, blocks with matches, in order. A match in a part of a word (`up` in `follow-up`) shows the whole piece of
 * text that holds it, and the word's times. Written at once: objects that only become JSON cost more than all the matching.
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
  const texts = form.blockTexts();
  const putMatch = matchWriter(form, matches, set);
  let match = 0;
  for (let block = 0; match < count; block++) {
    const from = match;
    while (match < count && rows[match * 3 + 1]! < blockToken[block + 1]!) match++;
    if (match === from) continue;
    if (from > 0) putAll(json, COMMA);
    putAll(json, BLOCK_START);
    putNumber(json, start[blockWord[block]!]!);
    putAll(json, BLOCK_END);
    putNumber(json, end[blockWord[block + 1]! - 1]!);
    putAll(json, BLOCK_TEXT);
    putBlockText(texts[block]!);
    putAll(json, BLOCK_SPEAKER);
    putText(json, typeOf(blockSpeaker[block]!));
    putAll(json, BLOCK_TOPICS);
    let topic = -1;
    for (const each of byTopic(matches, set, from, match)) {
      const itsTopic = set.endingTopic[rows[each * 3]!]!;
      if (itsTopic === topic) putAll(json, COMMA);
      else {
        if (topic >= 0) {
          putAll(json, TOPIC_CLOSE);
          putAll(json, COMMA);
        }
        topic = itsTopic;
        putAll(json, set.topicJson[topic]!);
      }
      putMatch(each, block);
    }
    putAll(json, BLOCK_CLOSE);
  }
}

/** The matches from one up to another in the order of their topics; those of one topic as they are. */
function byTopic({ rows }: MatchList, { endingTopic }: TopicSet, from: number, to: number): readonly number[] {
  // Topic and match in one number: numbers sort faster than pairs.
  const unit = to - from;
  const keys: number[] = [];
  for (let match = from; match < to; match++) keys.push(endingTopic[rows[match * 3]!]! * unit + match - from);
  if (unit > 1) keys.sort((a, b) => a - b);
  return keys.map((key) => (key % unit) + from);
}

function matchWriter(form: Form, matches: MatchList, set: TopicSet): (match: number, block: number) => void {
  const { blockWord } = form;
  const { rows } = matches;
  const { start, end } = form.times();
  const places = form.places();
  const further = furtherPhrases(matches, set);
  return (match, block) => {
    const firstPiece = places.wordPiece[blockWord[block]!]!;
    const firstToken = rows[match * 3 + 1]!;
    const lastToken = rows[match * 3 + 2]!;
    const from = pieceOf(places, firstToken, pieceText, firstPiece);
    const to = lastToken === firstToken ? from : pieceOf(places, lastToken, pieceText, firstPiece);
    const phrases = further.get(match);
    if (phrases === undefined) putAll(json, set.endingJson[rows[match * 3]!]!);
    else putText(json, matchJson(phrases.map((ending) => phraseOf(set, ending))));
    putBytes(json, pieces.json.bytes, pieces.starts[from]!, pieces.starts[to + 1]! - 1);
    putAll(json, MATCH_START);
    putNumber(json, start[places.tokenWord[firstToken]!]!);
    putAll(json, MATCH_FROM);
    putNumber(json, from);
    putAll(json, MATCH_END);
    putNumber(json, end[places.tokenWord[lastToken]!]!);
    putAll(json, MATCH_TO);
    putNumber(json, to);
    putAll(json, MATCH_CLOSE);
  };
}

/** Of matches that were found by several phrases: their phrase ends, in their topic's order. */
function furtherPhrases(matches: MatchList, set: TopicSet): ReadonlyMap<number, readonly number[]> {
  const { rows, furtherMatch, furtherEnding } = matches;
  const found = new Map<number, Set<number>>();
  furtherMatch.forEach((match, index) => {
    const known = found.get(match);
    if (known) known.add(furtherEnding[index]!);
    else found.set(match, new Set([rows[match * 3]!, furtherEnding[index]!]));
  });
  const inOrder = (a: number, b: number) => set.endingPhrase[a]! - set.endingPhrase[b]!;
  return new Map(Array.from(found, ([match, endings]) => [match, [...endings].sort(inOrder)]));
}

/** White space other than one space between two words. */
const OTHER_SPACE = /[^\S ]| {2}/;
const SPACE = 32;
/** By byte of JSON: whether white space other than a space may begin with it, escaped or beyond ASCII. */
const maySpace = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number([0x5c, 0xc2, 0xe1, 0xe2, 0xe3, 0xef].includes(byte)),
);

/**
 * Writes a block's text, and finds where its pieces begin: in its JSON, so that they are copied from there. Where the
 * pieces are apart by more than a space each, it is in that of another text.
 */
function putBlockText(text: string): void {
  const from = json.length;
  putText(json, JSON.stringify(text));
  pieces.json = json;
  if (!findPieces(from) && OTHER_SPACE.test(text)) {
    spacedText.length = 0;
    putText(spacedText, JSON.stringify(text.split(/\s+/).join(' ')));
    pieces.json = spacedText;
    findPieces(0);
  }
}

/** Finds the pieces of a text in JSON that begins at a place; answers false where there may be other white space in it. */
function findPieces(from: number): boolean {
  const { bytes, length } = pieces.json;
  if (pieces.starts.length < length - from) pieces.starts = new Int32Array((length - from) * 2);
  const { starts } = pieces;
  let count = 1;
  let other = 0;
  // Behind the opening quote.
  starts[0] = from + 1;
  for (let i = from + 1; i < length; i++) {
    const byte = bytes[i]!;
    if (byte === SPACE) {
      other |= Number(starts[count - 1] === i);
      starts[count++] = i + 1;
    } else other |= maySpace[byte]!;
  }
  starts[count] = length;
  return other === 0;
}

/** The text of one of the pieces. */
function pieceText(index: number): string {
  const { json, starts } = pieces;
  return JSON.parse(`"${decodeUtf8(json.bytes.subarray(starts[index], starts[index + 1]! - 1))}"`);
}

/** How many matches of each topic there are, by its number. */
export function topicHits(matches: MatchList, set: TopicSet): Map<number, number> {
  const hits = new Map<number, number>();
  for (let match = 0; match < matches.count; match++) {
    const { id } = set.topics[set.endingTopic[matches.rows[match * 3]!]!]!;
    hits.set(id, (hits.get(id) ?? 0) + 1);
  }
  return hits;
}

/** The index, in its block's pieces, of the piece that holds a token. */
export function pieceOf(places: Places, token: number, piece: (index: number) => string, firstPiece: number): number {
  const word = places.tokenWord[token]!;
  const end = places.wordPiece[word + 1]! - firstPiece;
  let index = places.wordPiece[word]! - firstPiece;
  // White space parts tokens, so that the tokens of a word of many pieces are those of its pieces.
  for (let before = token - places.wordToken[word]!; index + 1 < end; index++) {
    before -= tokensOf(piece(index)).length;
    if (before < 0) break;
  }
  return index;
}
