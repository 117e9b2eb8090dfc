import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.js';

/**
 * The logger of a request. Its lines have the request's id, which the answer has too. It is made only when there is
 * something to log.
 */
export function logOf(request: FastifyRequest): FastifyBaseLogger {
  return request.server.log.child({ reqId: request.id });
}

/**
 * Writes a line of the access log. It may show ids, but no content: the path is logged without its query, which may
 * hold a search.
 */
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

/** Whether a path, as sent, may hold a token: whoever reads it in a log could use it. */
function isSharedPath(path: string): boolean {
  // However it is encoded: a text that is not quite a link may be one that was copied carelessly.
  if (!path.includes('%')) return SHARED.test(path);
  const plain = path.replaceAll(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return SHARED.test(plain);
}
