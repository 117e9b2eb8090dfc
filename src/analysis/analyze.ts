import type { Form } from './form.js';
import { type QuestionCounts, questionCounts } from './questions.js';
import { type CallStats, callStats } from './stats.js';
import { matchTopics } from './topic-matcher.js';
import { topicHits, topicMatchesJson } from './topic-matches.js';
import type { TopicSet } from './topics.js';
import type { SpeakerType } from './words.js';

/** What a call's matching depends on beside its words. */
export interface MatchSettings {
  readonly topics: TopicSet;
  /** The account's canonical questions topic; null where it has none. */
  readonly canonicalTopicId: number | null;
  readonly typeOf: (speaker: number) => SpeakerType;
}

/** What a change of topics can change. */
export interface CallMatches {
  readonly questionCounts: QuestionCounts;
  /** The UTF-8 of JSON: an array of `BlockMatches`. */
  readonly topicMatches: Uint8Array;
  /** How many matches of each topic there are, by its number. */
  readonly topicHits: ReadonlyMap<number, number>;
}

export interface CallAnalysis extends CallMatches {
  readonly stats: CallStats;
}

/** Everything that v2 tells of a call's words. `durationSeconds`: see `callStats`. */
export function analyzeCall(form: Form, durationSeconds: number | null, settings: MatchSettings): CallAnalysis {
  return { stats: callStats(form, durationSeconds, settings.typeOf), ...matchCall(form, settings) };
}

/** The topics and questions of a call alone: when topics change. (Speakers' types change its stats too.) */
export function matchCall(form: Form, { topics, canonicalTopicId, typeOf }: MatchSettings): CallMatches {
  const matches = matchTopics(form, topics);
  return {
    questionCounts: questionCounts(form, matches, topics, canonicalTopicId, typeOf),
    topicMatches: topicMatchesJson(form, matches, topics, typeOf),
    topicHits: topicHits(matches, topics),
  };
}
