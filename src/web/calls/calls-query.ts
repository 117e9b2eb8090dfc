import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { AnswerOf } from '../../client/index.js';
import type { v1Routes } from '../../contract/routes.js';
import { api, statusOf } from '../api.js';
import type { CallsSearch } from './calls-search.js';
import { type CallsQuery, filtersOf, withoutDisplay } from './filters.js';

export type ListedCall = AnswerOf<typeof v1Routes.listCalls>['items'][number];

/** As many as a window shows: more come by themselves near the end. */
const PAGE = 30;
/** Going back to the list finds it as it was. */
const FRESH_MS = 60_000;

/** The calls that an address asks for, page by page. Those of the last one stay until these are there. */
export function useCalls(search: CallsSearch, timeZone: string) {
  const { sort } = search;
  const filters = withoutDisplay(search);
  return useInfiniteQuery({
    queryKey: ['calls', 'list', filters, sort, timeZone],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filtersOf(search, timeZone), sort, limit: PAGE, cursor: pageParam ?? undefined };
      return api.v1.listCalls({ query: query as CallsQuery, signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
  });
}

/** How many calls an address asks for, in words; undefined until it is known. */
export function useCallCount(search: CallsSearch, timeZone: string): string | undefined {
  const { data } = useQuery({
    queryKey: ['calls', 'count', withoutDisplay(search), timeZone],
    queryFn: ({ signal }) => api.v1.countCalls({ query: filtersOf(search, timeZone), signal }),
    // What is wrong with the filters is said where the calls would be.
    throwOnError: false,
    retry: (count, error) => statusOf(error) === null && count < 2,
    staleTime: FRESH_MS,
  });
  if (data === undefined) return undefined;
  const { count, isExact } = data;
  const number = count.toLocaleString();
  if (isExact) return `${number} ${count === 1 ? 'call' : 'calls'}`;
  // A count that ran out of time has found at least these.
  return count === 10_000 ? `More than ${number} calls` : count === 0 ? 'Many calls' : `${number} calls or more`;
}
