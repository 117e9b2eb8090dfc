import { queryOptions } from '@tanstack/react-query';
import { v1Routes } from '../../client/index.js';
import type { Result, Scorecard } from '../../contract/scorecards.js';
import { api } from '../api.js';

/** The filled-in scorecards of a call, the newest first. Only their reviewers see drafts. */
export const resultsQuery = (callId: string) =>
  queryOptions({
    queryKey: ['results', callId],
    queryFn: async ({ signal }): Promise<readonly Result[]> => {
      const results: Result[] = [];
      for await (const result of api.list(v1Routes.results.list, { query: { callId }, signal })) results.push(result);
      return results;
    },
  });

/** The scorecards that take new results. */
export const scorecardsQuery = queryOptions({
  queryKey: ['scorecards'],
  queryFn: async ({ signal }): Promise<readonly Scorecard[]> => {
    const scorecards: Scorecard[] = [];
    for await (const scorecard of api.list(v1Routes.scorecards.list, { query: { limit: 1000 }, signal })) {
      if (scorecard.active && scorecard.id === scorecard.newestId) scorecards.push(scorecard);
    }
    return scorecards;
  },
});

/** One scorecard, also an older version. */
export const scorecardQuery = (id: string) =>
  queryOptions({
    queryKey: ['scorecard', id],
    queryFn: ({ signal }) => api.v1.scorecards.read({ params: { id }, signal }),
    staleTime: 60_000,
  });
