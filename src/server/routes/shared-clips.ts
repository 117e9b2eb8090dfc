import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  clipLinkMayPlayOn,
  findClipAudioLink,
  openClipLink,
  readLinkedSound,
} from '../../services/clips/clip-links.js';
import { createFailureSlowdown } from '../auth/auth.js';
import { clientAddress } from '../client-address.js';
import type { ServerDeps } from '../context.js';
import { sendAudio } from '../send-audio.js';
import { sendWebPage } from '../web-pages.js';
import { asksForPage, openerOf, refuseLink, SHARED_HEADERS } from './share-links.js';

const PATH = '/shared/clips';

/** The URL of a link to a clip. */
export function sharedClipUrl(baseUrl: string, token: string): string {
  return `${baseUrl}${PATH}/${token}`;
}

type Linked = FastifyRequest<{ Params: { token: string } }>;

/**
 * `GET /shared/clips/{token}`: one clip, as a page for browsers or as JSON, with `/audio` and `/peaks` below it. They
 * follow the rules of links to calls.
 */
export function registerSharedClips(app: FastifyInstance, deps: ServerDeps): void {
  const slowdown = createFailureSlowdown(deps.clock);
  const options = { onRequest: async (_request: unknown, reply: FastifyReply) => void reply.headers(SHARED_HEADERS) };
  /** What was found behind a link, as its answer; what opens nothing is refused. */
  async function answer<T>(request: Linked, reply: FastifyReply, found: T | null): Promise<T | null> {
    if (found === null) await refuseLink(reply, slowdown.failed(clientAddress(request)));
    else slowdown.succeeded(() => clientAddress(request));
    return found;
  }
  async function soundOf(request: Linked, reply: FastifyReply) {
    const link = await findClipAudioLink(deps, request.params.token);
    return answer(request, reply, link && (await readLinkedSound(deps, link)));
  }
  app.get<{ Params: { token: string } }>(`${PATH}/:token`, options, async (request, reply) => {
    if (asksForPage(request, reply)) return sendWebPage(reply);
    const clip = await openClipLink(deps, request.params.token, openerOf(request));
    return (await answer(request, reply, clip)) ?? reply;
  });
  app.get<{ Params: { token: string } }>(`${PATH}/:token/audio`, options, async (request, reply) => {
    const sound = await soundOf(request, reply);
    if (sound === null) return reply;
    const mayPlayOn = () => clipLinkMayPlayOn(deps, request.params.token, sound.playable);
    return sendAudio(deps.store, request, reply, { ...sound.playable, mayPlayOn });
  });
  app.get<{ Params: { token: string } }>(`${PATH}/:token/peaks`, options, async (request, reply) => {
    return (await soundOf(request, reply))?.peaks ?? reply;
  });
}
