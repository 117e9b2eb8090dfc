import { EVENT_STREAM } from '../../contract/inbox.js';
import { v1Routes } from '../../contract/routes.js';
import { userOf } from '../../services/actor.js';
import type { Register } from '../context.js';
import type { EventStreams } from '../event-streams.js';

/** What to read again, told as it changes: `/api/v1/events`. */
export function registerV1Events(register: Register, streams: EventStreams): void {
  register(v1Routes.events, async ({ caller, sessionId, request, reply }) => {
    // Nothing between keeps, holds back or compresses it.
    reply.type(EVENT_STREAM).header('cache-control', 'no-store, no-transform').header('x-accel-buffering', 'no');
    if (request.method === 'HEAD') return reply.send();
    const owner = { accountId: caller.accountId, userId: userOf(caller)!.id, sessionId: sessionId! };
    streams.requireRoom(owner);
    const lastEventId = request.headers['last-event-id'];
    reply.hijack();
    // They go with the stream's first bytes, from which on it tells of all changes.
    reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>);
    streams.add(owner, reply.raw, typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : null);
    return reply;
  });
}
