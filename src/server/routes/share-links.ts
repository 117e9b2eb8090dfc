import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Opener, openLink } from '../../services/feedback/share-links.js';
import { findAudioLink, linkMayPlayOn, readPeaks, readPlayable } from '../../services/recordings/playing.js';
import { createFailureSlowdown } from '../auth/auth.js';
import { clientAddress } from '../client-address.js';
import type { ServerDeps } from '../context.js';
import { problem, sendProblem } from '../errors.js';
import { sendAudio } from '../send-audio.js';
import { sendWebPage } from '../web-pages.js';

// Links to shared calls. Anyone who has the link may open it: no credential is needed.

const PATH = '/shared';

/** The URL of a share link. */
export function sharedUrl(baseUrl: string, token: string): string {
  return `${baseUrl}${PATH}/${token}`;
}

/** Headers that keep the answer out of caches and search engines, and the link out of Referer headers. */
export const SHARED_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/**
 * `GET /shared/{token}`: one call, as a page for browsers or as JSON. `/audio` and `/peaks` below it: its sound, if its
 * sharer has allowed that. Links that are unknown, revoked or expired, and those of deleted calls, all get the same 404.
 */
export function registerShared(app: FastifyInstance, deps: ServerDeps): void {
  const slowdown = createFailureSlowdown(deps.clock);
  const options = { onRequest: async (_request: unknown, reply: FastifyReply) => void reply.headers(SHARED_HEADERS) };
  app.get<{ Params: { token: string } }>(`${PATH}/:token`, options, async (request, reply) => {
    if (asksForPage(request, reply)) return sendWebPage(reply);
    const call = await openLink(deps, request.params.token, openerOf(request));
    if (call === null) return refuseLink(reply, slowdown.failed(clientAddress(request)));
    slowdown.succeeded(() => clientAddress(request));
    return call;
  });
  /** The link in the path, if it lets people hear its call. A page's player asks often: these are no openings. */
  async function heard(request: FastifyRequest<{ Params: { token: string } }>, reply: FastifyReply) {
    const link = await findAudioLink(deps, request.params.token);
    if (link === null) await refuseLink(reply, slowdown.failed(clientAddress(request)));
    else slowdown.succeeded(() => clientAddress(request));
    return link;
  }
  app.get<{ Params: { token: string } }>(`${PATH}/:token/audio`, options, async (request, reply) => {
    const link = await heard(request, reply);
    if (link === null) return reply;
    const playable = await readPlayable(deps.db, { ...link, sight: 'all' }, link.callId);
    const mayPlayOn = () => linkMayPlayOn(deps, request.params.token, playable);
    return sendAudio(deps.store, request, reply, { ...playable, mayPlayOn });
  });
  app.get<{ Params: { token: string } }>(`${PATH}/:token/peaks`, options, async (request, reply) => {
    const link = await heard(request, reply);
    return link === null ? reply : (await readPeaks(deps.db, link, link.callId)).shown;
  });
}

/** Whether a browser asks for the page. It asks for the JSON by itself: only that is an opening. */
export function asksForPage(request: FastifyRequest, reply: FastifyReply): boolean {
  reply.header('vary', 'accept');
  return /\btext\/html\b/i.test(request.headers.accept ?? '');
}

/** Who opens a link. HEAD shows nothing, so it does not count as an opening. */
export function openerOf(request: FastifyRequest): Opener | null {
  if (request.method === 'HEAD') return null;
  return { ip: clientAddress(request), userAgent: request.headers['user-agent'] ?? null };
}

/** Answers what all links answer that open nothing. */
export async function refuseLink(reply: FastifyReply, waitMs: number): Promise<FastifyReply> {
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
  return sendProblem(reply, problem(404, 'There is nothing at this link, or no longer.'));
}
