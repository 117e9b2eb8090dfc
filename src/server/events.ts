import type { LoggedChange } from '../db/change-log.js';
import type { SeenThings } from '../db/seen-changes.js';
import type { SessionHolder } from '../db/sessions.js';

/** What to read again: a thing, the things of a kind, or what of a kind belongs to a call. */
export interface Event {
  readonly kind: string;
  readonly id?: string;
  readonly callId?: string;
}

/** Kinds of changes that show as a change of the call itself. */
const OF_CALL = new Set(['call', 'calls', 'speakers', 'summaries', 'recordings', 'transcripts']);
/** Kinds that may change the inbox of everybody who sees the call. */
const FOR_INBOX = new Set(['results', 'failure']);
/** If more calls than this change at once, it is told of all calls. */
const MAX_CALLS = 100;

/** The events that tell a person of changes of their account, each once: only of what they see. */
export function eventsOf(
  changes: readonly LoggedChange[],
  { userId }: Pick<SessionHolder, 'userId'>,
  { callIds, coaching }: SeenThings,
): Event[] {
  const events = new Map<string, Event>();
  const add = (event: Event) => events.set(JSON.stringify(event), event);
  for (const { kind, thingId, callId, userIds } of changes) {
    if (userIds.includes(userId)) add({ kind: 'inbox' });
    // A call that is gone is seen by nobody: only that there is one less.
    if (kind === 'deleted') add({ kind: 'calls' });
    if (coaching.has(`${kind}:${thingId}`)) add({ kind, id: thingId });
    if (callId === null || !callIds.has(callId)) continue;
    if (FOR_INBOX.has(kind)) add({ kind: 'inbox' });
    if (callIds.size > MAX_CALLS) add({ kind: 'calls' });
    else if (OF_CALL.has(kind)) add({ kind: 'call', id: callId });
    else add({ kind: kind === 'failure' ? 'processing' : kind, callId });
  }
  return [...events.values()];
}
