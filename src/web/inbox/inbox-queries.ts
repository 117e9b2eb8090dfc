import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../api.js';

/** How many items of the inbox are unread. */
export const inboxCountsQuery = queryOptions({
  queryKey: ['inbox', 'counts'],
  queryFn: ({ signal }) => api.v1.countInbox({ signal }),
  staleTime: 60_000,
});

const PAGE = 50;

/** The inbox, page by page. */
export const inboxQuery = (unreadOnly: boolean) =>
  infiniteQueryOptions({
    queryKey: ['inbox', 'items', unreadOnly],
    queryFn: ({ pageParam, signal }) =>
      api.v1.listInbox({
        query: { limit: PAGE, unread: unreadOnly, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
