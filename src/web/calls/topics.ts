import { queryOptions } from '@tanstack/react-query';
import { v1Routes } from '../../client/index.js';
import type { Topic } from '../../contract/v1-answers.js';
import { api } from '../api.js';
import { byName } from '../names.js';

/** All topics of the account, inactive ones too, by name. */
export const topicsQuery = queryOptions({
  queryKey: ['topics'],
  queryFn: async ({ signal }): Promise<readonly Topic[]> => {
    const topics: Topic[] = [];
    for await (const topic of api.list(v1Routes.topics.list, { query: { limit: 1000 }, signal })) topics.push(topic);
    return topics.sort(byName);
  },
  staleTime: 5 * 60_000,
});
