import { queryOptions } from '@tanstack/react-query';
import type { CallTopicMatches } from '../../contract/call-views.js';
import { api } from '../api.js';
import { byName } from '../names.js';

/** What the topics found in a call, and how many questions were asked. */
export const topicMatchesQuery = (callId: string) =>
  queryOptions({
    queryKey: ['topics', callId],
    queryFn: ({ signal }) => api.v1.callTopicMatches({ params: { id: callId }, signal }),
  });

/** One match of a topic, with where it is. */
interface TopicMoment {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** The words that matched. */
  readonly text: string;
}

/** A topic with its matches, in order of time. */
export interface FoundTopic {
  readonly name: string;
  readonly moments: readonly TopicMoment[];
}

/** The topics found in a call, the most frequent first. */
export function foundTopics({ topicMatches }: CallTopicMatches): readonly FoundTopic[] {
  const found = new Map<string, { name: string; moments: TopicMoment[] }>();
  for (const { topicsWithMatches } of topicMatches) {
    for (const { topicId, topicName, matches } of topicsWithMatches) {
      const topic = found.get(topicId) ?? { name: topicName, moments: [] };
      found.set(topicId, topic);
      for (const { matchStartTime, matchEndTime, matchingText } of matches) {
        topic.moments.push({ startSeconds: matchStartTime, endSeconds: matchEndTime, text: matchingText });
      }
    }
  }
  return [...found.values()].sort((a, b) => b.moments.length - a.moments.length || byName(a, b));
}
