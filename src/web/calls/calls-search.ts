const NAMES = [
  'q',
  'callerId',
  'teamId',
  'teams_below',
  'days',
  'from',
  'to',
  'direction',
  'state',
  'topicId',
  'minTalkRatio',
  'maxTalkRatio',
  'minScore',
  'maxScore',
  'hasComments',
  'minDuration',
  'maxDuration',
  'sort',
  'columns',
  'view',
] as const;

/**
 * What the address of the list of calls says, by the names of the API. Besides: `days` goes back that many days with
 * today; `from` and `to` are days, both included; `view` is the saved view that was opened.
 */
export type CallsSearch = { [Name in (typeof NAMES)[number]]?: string | undefined } & {
  [field: `metadata.${string}`]: string | undefined;
};

const isName = (name: string) =>
  (NAMES as readonly string[]).includes(name) || (name.startsWith('metadata.') && name !== 'metadata.');

/** What an address says of what the list knows. */
export function readCallsSearch(search: Record<string, unknown>): CallsSearch {
  const given = Object.entries(search).filter(
    ([name, value]) => isName(name) && typeof value === 'string' && value !== '',
  );
  return Object.fromEntries(given) as CallsSearch;
}
