import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { CallTopicMatches } from '../../contract/call-views.js';
import type { Feedback } from '../../contract/feedback.js';
import { usePeople } from '../people.js';
import { feedbackQuery } from './feedback-query.js';
import type { SecondsRange } from './marks.js';
import { foundTopics, topicMatchesQuery } from './topic-matches.js';

/** The kinds of what stands at moments of a call, and the sign of each. */
export const MOMENT_SIGNS = { topic: '◆', comment: '●', highlight: '▬' } as const;

/** A topic that matched, a comment or a highlight. */
export interface Moment extends SecondsRange {
  readonly kind: keyof typeof MOMENT_SIGNS;
  /** What it is, in words. */
  readonly label: string;
}

const NO_FEEDBACK: readonly Feedback[] = [];
const NO_TOPICS: readonly Moment[] = [];

/** What stands in a call, as far as it is known. */
export function useMoments(callId: string): readonly Moment[] {
  const people = usePeople();
  const { data: feedback = NO_FEEDBACK } = useQuery(feedbackQuery(callId));
  const { data: topics = NO_TOPICS } = useQuery({ ...topicMatchesQuery(callId), select: topicMoments });
  return useMemo(() => {
    // A reply stands with its thread.
    const threads = feedback.filter(({ replyTo, deleted }) => replyTo === null && !deleted);
    const said = threads.map(
      ({ isHighlight, startTime, endTime, feedbackBy }): Moment => ({
        kind: isHighlight ? 'highlight' : 'comment',
        startSeconds: startTime,
        endSeconds: endTime ?? startTime,
        label: `${isHighlight ? 'Highlight' : 'Comment'} by ${people.get(feedbackBy) ?? 'somebody'}`,
      }),
    );
    return [...topics, ...said];
  }, [feedback, topics, people]);
}

const topicMoments = (matches: CallTopicMatches): readonly Moment[] =>
  foundTopics(matches).flatMap(({ name, moments }) =>
    moments.map(
      ({ startSeconds, endSeconds, text }): Moment => ({
        kind: 'topic',
        startSeconds,
        endSeconds,
        label: `${name}: ${text}`,
      }),
    ),
  );
