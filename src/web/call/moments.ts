import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { v1Routes } from '../../client/index.js';
import type { Feedback } from '../../contract/feedback.js';
import { api } from '../api.js';
import { usePeople } from '../people.js';
import type { SecondsRange } from './marks.js';

/** The kinds of what stands at moments of a call, and the sign of each. */
export const MOMENT_SIGNS = { topic: '◆', comment: '●', highlight: '▬' } as const;

/** A topic that matched, a comment or a highlight. */
export interface Moment extends SecondsRange {
  readonly kind: keyof typeof MOMENT_SIGNS;
  /** What it is, in words. */
  readonly label: string;
}

const NO_FEEDBACK: readonly Feedback[] = [];

/** What stands in a call, as far as it is known. */
export function useMoments(callId: string): readonly Moment[] {
  const people = usePeople();
  const { data: feedback = NO_FEEDBACK } = useQuery({
    queryKey: ['feedback', callId],
    queryFn: async () => {
      const items: Feedback[] = [];
      for await (const item of api.list(v1Routes.listFeedback, { query: { callId } })) items.push(item);
      return items;
    },
  });
  return useMemo(
    () =>
      feedback
        // A reply stands with its thread.
        .filter(({ replyTo, deleted }) => replyTo === null && !deleted)
        .map(
          ({ isHighlight, startTime, endTime, feedbackBy }): Moment => ({
            kind: isHighlight ? 'highlight' : 'comment',
            startSeconds: startTime,
            endSeconds: endTime ?? startTime,
            label: `${isHighlight ? 'Highlight' : 'Comment'} by ${people.get(feedbackBy) ?? 'somebody'}`,
          }),
        ),
    [feedback, people],
  );
}
