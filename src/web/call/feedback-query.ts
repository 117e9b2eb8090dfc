import { queryOptions } from '@tanstack/react-query';
import { v1Routes } from '../../client/index.js';
import type { Feedback } from '../../contract/feedback.js';
import { api } from '../api.js';

/** The comments and highlights of a call, the oldest first. */
export const feedbackQuery = (callId: string) =>
  queryOptions({
    queryKey: ['feedback', callId],
    // Others comment too: whoever comes back to the page sees it.
    staleTime: 0,
    queryFn: async ({ signal }): Promise<readonly Feedback[]> => {
      const items: Feedback[] = [];
      for await (const item of api.list(v1Routes.listFeedback, { query: { callId }, signal })) items.push(item);
      return items;
    },
  });
