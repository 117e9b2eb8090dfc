import { type TextBytes, textBytes } from './json-bytes.js';
import { type PhraseToken, phraseTokens } from './prefixes.js';
import { createPatterns, patternOf } from './topic-patterns.js';
import { areFull, createTables, type Node, type TopicTables } from './topic-tables.js';

/** A topic as an account defines it. */
export interface Topic {
  readonly id: number;
  readonly name: string;
  /** Words and phrases, in the topic's order; a `*` ends the beginning of words (see `phraseTokens`). */
  readonly words: readonly string[];
  /** Whether words match in all their English forms. Not unless given. */
  readonly wordForms?: boolean;
}

/** Topics made ready for matching. Compile once, use for any number of calls: what they teach it makes later ones quicker. */
export interface TopicSet {
  /** In the order of their ids, each word once. */
  readonly topics: readonly Topic[];
  tables: TopicTables;
  /** The UTF-8 of what comes before each topic's matches in JSON. */
  readonly topicJson: readonly TextBytes[];
}

/**
 * Phrases are normalised as the calls' words are; one without a token, or with a `*` where none may be, never matches;
 * spellings of one phrase (`don't`, `dont`) are each kept.
 */
export function compileTopics(topics: readonly Topic[]): TopicSet {
  const ordered = topics.map((topic) => ({ ...topic, words: [...new Set(topic.words)] })).sort((a, b) => a.id - b.id);
  return {
    topics: ordered,
    tables: tablesOf(ordered),
    topicJson: ordered.map(({ id, name }) =>
      textBytes(`{"topicId":"${id}","topicName":${JSON.stringify(name)},"matches":[`),
    ),
  };
}

/** Before a call is matched: forgets what others have taught a set, where that is too much to be kept. */
export function boundTables(set: TopicSet): void {
  if (areFull(set.tables)) set.tables = tablesOf(set.topics);
}

/** The JSON that a match by these phrases begins with. */
export function matchJson(phrases: readonly string[]): string {
  return `{"searchText":${JSON.stringify(phrases)},"matchingText":"`;
}

function tablesOf(topics: readonly Topic[]): TopicTables {
  const patterns = createPatterns();
  const phrases = topics.flatMap(({ words, wordForms = false }, topic) =>
    words.map((word, phrase) => ({ topic, phrase, wordForms, tokens: phraseTokens(word) ?? [] })),
  );
  const numberOf = (token: PhraseToken, wordForms: boolean) => patternOf(patterns, token, wordForms);
  // Those that phrases begin with have the first numbers.
  for (const { tokens, wordForms } of phrases) if (tokens[0]) numberOf(tokens[0], wordForms);
  const root: Node = { next: new Map(), phrases: [], code: 0 };
  for (const { topic, phrase, wordForms, tokens } of phrases) {
    let node = root;
    for (const token of tokens) {
      const pattern = numberOf(token, wordForms);
      const next: Node = node.next.get(pattern) ?? { next: new Map(), phrases: [], code: 0 };
      node.next.set(pattern, next);
      node = next;
    }
    if (node !== root) node.phrases.push({ topic, phrase });
  }
  return createTables(root, patterns, (topic, phrase) => textBytes(matchJson([topics[topic]!.words[phrase]!])));
}
