import { queryOptions } from '@tanstack/react-query';
import type { Session } from '../contract/sessions.js';
import { api, statusOf } from './api.js';

/** The session of the page's user; null if nobody is logged in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await api.v1.readSession();
    } catch (error) {
      if (statusOf(error) === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** How people can log in here. */
export const logInMethodsQuery = queryOptions({
  queryKey: ['log-in-methods'],
  queryFn: () => api.v1.logInMethods(),
  staleTime: Number.POSITIVE_INFINITY,
});
