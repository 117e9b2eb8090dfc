import type { QueryClient } from '@tanstack/react-query';

/** What changed, as the server tells it. */
export interface ServerEvent {
  readonly kind: string;
  readonly id?: string;
  readonly callId?: string;
}

/** The queries that show a call itself. */
const OF_CALL = ['call', 'speakers', 'summary', 'transcript', 'has-sound', 'processing'];
/** Changes of a call that lists of calls show. */
const IN_LISTS = new Set(['call', 'calls', 'feedback', 'results']);

/** Has the queries read again that show what changed. Only those of what is on the page are read at once. */
export function readAgain(queryClient: QueryClient, events: readonly ServerEvent[]): void {
  if (events.some(({ kind }) => kind === 'reset')) return void queryClient.invalidateQueries();
  const keys = new Map(events.flatMap(keysOf).map((key) => [key.join(' '), key]));
  for (const queryKey of keys.values()) void queryClient.invalidateQueries({ queryKey });
}

function keysOf({ kind, id, callId }: ServerEvent): string[][] {
  const lists = IN_LISTS.has(kind) ? [['calls']] : [];
  if (kind === 'calls') return [...lists, ...OF_CALL.map((name) => [name])];
  if (kind === 'call' && id !== undefined) return [...lists, ...OF_CALL.map((name) => [name, id])];
  if (callId !== undefined) return [...lists, [kind, callId], ['call', callId]];
  return [[kind]];
}
