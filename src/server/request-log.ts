import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.js';

/** What a request's lines are written to: with its id, which the answer has, too. Made when there is something to say. */
export function logOf(request: FastifyRequest): FastifyBaseLogger {
  return request.server.log.child({ reqId: request.id });
}

/** A line of the access log. Ids may be seen, content may not: the path goes without its query, which can hold what was searched for. */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const { url, method } = request;
  const end = url.search(/[?#]/);
  const sent = end < 0 ? url : url.slice(0, end);
  const path = isSharedPath(sent) ? '/shared/…' : sent;
  const route = request.routeOptions.url ?? null;
  const ms = Math.round(reply.elapsedTime);
  const aborted = !reply.raw.writableFinished;
  const told = { reqId: request.id, method, route, path, status: reply.statusCode, ms, ip: clientAddress(request) };
  request.server.log.info(aborted ? { ...told, aborted } : told, 'request');
}

const SHARED = /\/shared(?:\/|$)/i;

/** Whether a path, as it was sent, may hold a token: a log that showed it would let its readers in. */
function isSharedPath(path: string): boolean {
  // However it is written: what is not quite a link may still be one that was copied carelessly.
  if (!path.includes('%')) return SHARED.test(path);
  const plain = path.replaceAll(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return SHARED.test(plain);
}
