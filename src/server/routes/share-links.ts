import type { FastifyInstance, FastifyReply } from 'fastify';
import { openLink } from '../../services/feedback/share-links.js';
import { createFailureSlowdown } from '../auth/auth.js';
import { clientAddress } from '../client-address.js';
import type { ServerDeps } from '../context.js';
import { problem, sendProblem } from '../errors.js';

// Links to shared calls. Anyone who has the link may open it: no credential is needed.

const PATH = '/shared';

/** The URL of a share link. */
export function sharedUrl(baseUrl: string, token: string): string {
  return `${baseUrl}${PATH}/${token}`;
}

/** Headers that keep the answer out of caches and search engines, and the link out of Referer headers. */
const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/**
 * `GET /shared/{token}`: one call. Links that are unknown, revoked or expired, and those of deleted calls, all get the
 * same 404.
 */
export function registerShared(app: FastifyInstance, deps: ServerDeps): void {
  const slowdown = createFailureSlowdown(deps.clock);
  app.get<{ Params: { token: string } }>(
    `${PATH}/:token`,
    { onRequest: async (_request, reply) => void reply.headers(HEADERS) },
    async (request, reply) => {
      // HEAD shows nothing, so it does not count as an opening.
      const opener =
        request.method === 'HEAD'
          ? null
          : { ip: clientAddress(request), userAgent: request.headers['user-agent'] ?? null };
      const call = await openLink(deps, request.params.token, opener);
      if (call === null) return refuse(reply, slowdown.failed(clientAddress(request)));
      slowdown.succeeded(() => clientAddress(request));
      return call;
    },
  );
}

async function refuse(reply: FastifyReply, waitMs: number): Promise<FastifyReply> {
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
  return sendProblem(reply, problem(404, 'There is nothing at this link, or no longer.'));
}
