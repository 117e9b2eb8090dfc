import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.js';

/**
 * Tells why a log-in at the provider failed: on the log-in page to a browser, which keeps where the person wanted to go;
 * to a program as an error, which it throws again. The page's address has one of two words, never a text: anybody can
 * make a link to it.
 */
export function tellFailedLogIn(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  returnTo: string | null,
): FastifyReply {
  if (!(error instanceof AppError) || !/\btext\/html\b/i.test(request.headers.accept ?? '')) throw error;
  const fault = error.code === 'unavailable' ? 'unreachable' : 'refused';
  const search = new URLSearchParams({ fault, ...(returnTo !== null && { to: returnTo }) });
  return reply.header('referrer-policy', 'no-referrer').redirect(`/log-in?${search}`);
}
