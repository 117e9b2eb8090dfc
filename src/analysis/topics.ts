import { type TextBytes, textBytes } from './json-bytes.js';
import { type PhraseToken, phraseTokens } from './prefixes.js';
import { createPatterns, patternOf } from './topic-patterns.js';
import { createTables, isFull, type Node, type TopicTables } from './topic-tables.js';

/** A topic as an account defines it. */
export interface Topic {
  readonly id: number;
  readonly name: string;
  /**
   * Words and phrases, in the topic's order. A `*` after the beginning of a word matches any end (see `phraseTokens`).
   */
  readonly words: readonly string[];
  /** Whether words match in all their English forms; false unless given. */
  readonly wordForms?: boolean;
}

/**
 * Topics compiled for matching any number of calls. Each call adds its tokens to the tables, which makes later calls
 * faster.
 */
export interface TopicSet {
  /** In order of their ids, each word once. */
  readonly topics: readonly Topic[];
  tables: TopicTables;
  /** For each topic, the UTF-8 of the JSON before its matches. */
  readonly topicJson: readonly TextBytes[];
}

/**
 * Compiles topics. Phrases are normalised like the words of calls. A phrase without a token, or with a `*` in a wrong
 * place, never matches. Different spellings of one phrase (`don't`, `dont`) are each kept.
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

/** Called before a call is matched: makes the tables anew if earlier calls have added too much to keep. */
export function limitTables(set: TopicSet): void {
  if (isFull(set.tables)) set.tables = tablesOf(set.topics);
}

/** The JSON with which a match by these phrases begins. */
export function matchJson(phrases: readonly string[]): string {
  return `{"searchText":${JSON.stringify(phrases)},"matchingText":"`;
}

function tablesOf(topics: readonly Topic[]): TopicTables {
  const patterns = createPatterns();
  const phrases = topics.flatMap(({ words, wordForms = false }, topic) =>
    words.map((word, phrase) => ({ topic, phrase, wordForms, tokens: phraseTokens(word) ?? [] })),
  );
  const numberOf = (token: PhraseToken, wordForms: boolean) => patternOf(patterns, token, wordForms);
  // The patterns with which phrases begin get the first numbers.
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
