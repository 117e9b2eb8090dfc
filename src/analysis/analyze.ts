import type { Form } from './form.js';
import { type QuestionCounts, questionCounts } from './questions.js';
import { type CallStats, callStats } from './stats.js';
import { matchTopics } from './topic-matcher.js';
import { topicHits, topicMatchesJson } from './topic-matches.js';
import type { TopicSet } from './topics.js';
import type { SpeakerType } from './words.js';

/** What a call's topic matches depend on besides its words. */
export interface MatchSettings {
  readonly topics: TopicSet;
  /** The account's canonical questions topic; null if it has none. */
  readonly canonicalTopicId: number | null;
  /** A speaker's type, by the zero-based speaker number. */
  readonly typeOf: (speaker: number) => SpeakerType;
}

/** What changes with the account's topics. */
export interface CallMatches {
  readonly questionCounts: QuestionCounts;
  /** The UTF-8 of JSON: an array of `BlockMatches`. */
  readonly topicMatches: Uint8Array;
  /** The number of matches of each topic, by topic id. */
  readonly topicHits: ReadonlyMap<number, number>;
}

/** All that analysis computes of a call. */
export interface CallAnalysis extends CallMatches {
  readonly stats: CallStats;
}

/** Computes everything that v2 shows of a call's words. `durationSeconds`: see `callStats`. */
export function analyzeCall(form: Form, durationSeconds: number | null, settings: MatchSettings): CallAnalysis {
  return { stats: callStats(form, durationSeconds, settings.typeOf), ...matchCall(form, settings) };
}

/**
 * Computes only a call's topic matches and questions: all that a change of topics changes. A change of the speakers'
 * types also changes the call's stats.
 */
export function matchCall(form: Form, { topics, canonicalTopicId, typeOf }: MatchSettings): CallMatches {
  const matches = matchTopics(form, topics);
  return {
    questionCounts: questionCounts(form, matches, topics, canonicalTopicId, typeOf),
    topicMatches: topicMatchesJson(form, matches, topics, typeOf),
    topicHits: topicHits(matches, topics),
  };
}
