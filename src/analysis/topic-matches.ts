import type { Form, Places } from './form.js';
import { tokensOf } from './tokens.js';
import type { MatchList } from './topic-matcher.js';
import type { TopicSet } from './topics.js';
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

/**
 * A call's `topicMatches` as v2 shows them (reference, "Single Topic Match"): blocks with matches, in order. A match in a
 * part of a word (`up` in `follow-up`) shows the whole piece of text that holds it, and the word's times.
 */
export function topicMatches(
  form: Form,
  matches: MatchList,
  set: TopicSet,
  typeOf: (speaker: number) => SpeakerType,
): BlockMatches[] {
  if (matches.count === 0) return [];
  const { blockWord, blockToken, blockSpeaker } = form;
  const { start, end } = form.times();
  const places = form.places();
  const texts = form.blockTexts();
  const searched = searchedPhrases(matches, set);
  const blocks: BlockMatches[] = [];
  let match = 0;
  for (let block = 0; match < matches.count; block++) {
    if (matches.firstToken[match]! >= blockToken[block + 1]!) continue;
    const text = texts[block]!;
    const pieces = text.split(/\s+/);
    const firstPiece = places.wordPiece[blockWord[block]!]!;
    const byTopic = new Map<number, SingleMatch[]>();
    for (; match < matches.count && matches.firstToken[match]! < blockToken[block + 1]!; match++) {
      const firstToken = matches.firstToken[match]!;
      const lastToken = matches.lastToken[match]!;
      const from = pieceOf(places, firstToken, pieces, firstPiece);
      const to = pieceOf(places, lastToken, pieces, firstPiece);
      const topic = set.endingTopic[matches.ending[match]!]!;
      const single = {
        searchText: searched(match),
        matchingText: pieces.slice(from, to + 1).join(' '),
        matchStartTime: start[places.tokenWord[firstToken]!]!,
        matchStartIndex: from,
        matchEndTime: end[places.tokenWord[lastToken]!]!,
        matchEndIndex: to,
      };
      const known = byTopic.get(topic);
      if (known) known.push(single);
      else byTopic.set(topic, [single]);
    }
    blocks.push({
      startTime: start[blockWord[block]!]!,
      endTime: end[blockWord[block + 1]! - 1]!,
      text,
      speakerType: typeOf(blockSpeaker[block]!),
      topicsWithMatches: [...byTopic.keys()]
        .sort((a, b) => a - b)
        .map((topic) => ({
          topicId: String(set.topics[topic]!.id),
          topicName: set.topics[topic]!.name,
          matches: byTopic.get(topic)!,
        })),
    });
  }
  return blocks;
}

/** For each match, the phrases it was found by, in their topic's order. */
function searchedPhrases(matches: MatchList, set: TopicSet): (match: number) => string[] {
  const { ending, furtherMatch, furtherEnding } = matches;
  const further = new Map<number, Set<number>>();
  furtherMatch.forEach((match, index) => {
    const known = further.get(match);
    if (known) known.add(furtherEnding[index]!);
    else further.set(match, new Set([ending[match]!, furtherEnding[index]!]));
  });
  return (match) => {
    const words = set.topics[set.endingTopic[ending[match]!]!]!.words;
    const phrases = Array.from(further.get(match) ?? [ending[match]!], (end) => set.endingPhrase[end]!);
    return phrases.sort((a, b) => a - b).map((phrase) => words[phrase]!);
  };
}

/** The index, in its block's pieces, of the piece that holds a token. */
export function pieceOf(places: Places, token: number, pieces: readonly string[], firstPiece: number): number {
  const word = places.tokenWord[token]!;
  const end = places.wordPiece[word + 1]! - firstPiece;
  let piece = places.wordPiece[word]! - firstPiece;
  // White space parts tokens, so that the tokens of a word of many pieces are those of its pieces.
  for (let before = token - places.wordToken[word]!; piece + 1 < end; piece++) {
    before -= tokensOf(pieces[piece]!).length;
    if (before < 0) break;
  }
  return piece;
}
