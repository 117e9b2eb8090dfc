import type { CallOptions } from '../../client/index.js';
import type { v1Routes } from '../../contract/routes.js';
import type { CallsSearch } from './calls-search.js';
import { addDays, beginningOf, dayOf } from './days.js';

/** The query of the list of calls. */
export type CallsQuery = NonNullable<CallOptions<typeof v1Routes.listCalls>['query']>;
/** The filters alone, as the count and the table take them. */
export type CallFilters = NonNullable<CallOptions<typeof v1Routes.countCalls>['query']>;

/** Changes some of what the address says; undefined removes. */
export type ChangeSearch = (change: Partial<CallsSearch>) => void;

/** What the list of calls says in its address besides filters. */
const NO_FILTERS = ['sort', 'columns', 'view'] as const;

/** The filters of an address as the API takes them: days become instants, by the reader's time zone. */
export function filtersOf(search: CallsSearch, timeZone: string): CallFilters {
  const { days, from, to, ...rest } = withoutDisplay(search);
  const first = days === undefined ? from : addDays(dayOf(new Date(), timeZone), 1 - Number(days));
  const after = to === undefined ? undefined : addDays(to, 1);
  return {
    ...rest,
    // What is not a day is sent as it is: the API says what is wrong with it.
    ...(first !== undefined && { from: beginningOf(first, timeZone) ?? first }),
    ...(after !== undefined && { to: beginningOf(after, timeZone) ?? after }),
  } as CallFilters;
}

/** The filters of an address, without sort, columns and view. */
export function withoutDisplay(search: CallsSearch): CallsSearch {
  return Object.fromEntries(
    Object.entries(search).filter(([name]) => !(NO_FILTERS as readonly string[]).includes(name)),
  ) as CallsSearch;
}

/** Nothing but sort and columns: what stays if all filters are cleared. */
export function withoutFilters({ sort, columns }: CallsSearch): CallsSearch {
  return { sort, columns };
}

/** The ids of a parameter. */
export const idsOf = (text: string | undefined): readonly string[] => text?.split(',').filter(Boolean) ?? [];

/** A parameter of these ids; undefined if there are none. */
export const textOfIds = (ids: readonly string[]): string | undefined => (ids.length === 0 ? undefined : ids.join(','));

/** The periods that are offered, by their `days`. */
export const PERIODS: Readonly<Record<string, string>> = {
  1: 'Today',
  7: 'Last 7 days',
  30: 'Last 30 days',
  90: 'Last 90 days',
};

export const DIRECTIONS: Readonly<Record<string, string>> = {
  INBOUND: 'Inbound',
  OUTBOUND: 'Outbound',
  SCREENSHARE: 'Screen share',
};

export const STATES: Readonly<Record<string, string>> = {
  PENDING: 'Waiting',
  TRANSCRIBING: 'Transcribing',
  ANALYZING: 'Analysing',
  COMPLETE: 'Ready',
  ERROR: 'Failed',
};

/** What can be sorted by, with what each way means. */
export const SORTS: Readonly<Record<string, string>> = {
  '-relevance': 'Best match first',
  '-date': 'Newest first',
  date: 'Oldest first',
  '-duration': 'Longest first',
  duration: 'Shortest first',
  '-talkRatio': 'Highest talk ratio first',
  talkRatio: 'Lowest talk ratio first',
  '-score': 'Best score first',
  score: 'Lowest score first',
  '-comments': 'Most comments first',
  comments: 'Fewest comments first',
};

/** The sort that holds unless the address has one. */
export const sortOf = ({ sort, q }: CallsSearch): string => sort ?? (q === undefined ? '-date' : '-relevance');
