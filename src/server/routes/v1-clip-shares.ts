import { v1Routes } from '../../contract/routes.js';
import {
  createClipShare,
  createClipShareLink,
  listClipAccesses,
  listClipShares,
  readClipShare,
  revokeClipShare,
} from '../../services/clips/clip-shares.js';
import { baseUrlOf } from '../auth/origin.js';
import { jsonBody, sendTagged } from '../bodies.js';
import { ifMatchOf, pathId, type Register } from '../context.js';
import { byId, pageOf } from '../crud.js';
import { answerOnce } from '../idempotency.js';
import { numberBefore, timedCursor } from '../list-cursor.js';
import { sharedClipUrl } from './shared-clips.js';

/** Shares of clips, and the links for recipients outside the account: `/api/v1/clip-shares`. */
export function registerV1ClipShares(register: Register, publicUrl: string | null): void {
  register(v1Routes.listClipShares, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filter } = query;
    const found = await listClipShares(deps, caller, filter, { after: timedCursor(cursor), limit: limit + 1 });
    return pageOf(found, limit, ({ sharedAt, id }) => [sharedAt, id]);
  });
  register(v1Routes.createClipShare, (context) => {
    const body = jsonBody(context.request);
    const baseUrl = baseUrlOf(context.request, publicUrl);
    return answerOnce(context, async (deps) => {
      const { share, links } = await createClipShare(deps, context.caller, body);
      const shown = links.map(({ token, ...link }) => ({ ...link, url: sharedClipUrl(baseUrl, token) }));
      return { status: 201, body: share, shownOnce: { links: shown } };
    });
  });
  register(v1Routes.readClipShare, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, await readClipShare(deps, caller, pathId(request))),
  );
  register(v1Routes.revokeClipShare, async ({ deps, caller, request, reply }) => {
    await revokeClipShare(deps, caller, pathId(request), ifMatchOf(request));
    return reply.code(204).send();
  });
  register(v1Routes.createClipShareLink, (context) => {
    const id = pathId(context.request);
    const body = jsonBody(context.request);
    const baseUrl = baseUrlOf(context.request, publicUrl);
    return answerOnce(context, async (deps) => {
      const { token, ...link } = await createClipShareLink(deps, context.caller, id, body);
      return { status: 201, body: link, shownOnce: { url: sharedClipUrl(baseUrl, token) } };
    });
  });
  register(v1Routes.clipShareAccesses, async ({ deps, caller, request, query }) => {
    const { limit, cursor } = query;
    const page = { before: numberBefore(cursor), limit: limit + 1 };
    return pageOf(await listClipAccesses(deps, caller, pathId(request), page), limit, byId);
  });
}
