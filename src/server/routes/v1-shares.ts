import { v1Routes } from '../../contract/routes.js';
import {
  createShare,
  createShareLink,
  listAccesses,
  listShares,
  readShare,
  revokeShare,
} from '../../services/feedback/shares.js';
import { baseUrlOf } from '../auth/origin.js';
import { jsonBody, sendTagged } from '../bodies.js';
import { ifMatchOf, pathId, type Register } from '../context.js';
import { byId, pageOf } from '../crud.js';
import { answerOnce } from '../idempotency.js';
import { numberBefore, timedCursor } from '../list-cursor.js';
import { sharedUrl } from './share-links.js';

/** Shares of calls, and the links for recipients outside the account: `/api/v1/shares`. */
export function registerV1Shares(register: Register, publicUrl: string | null): void {
  register(v1Routes.listShares, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filter } = query;
    const found = await listShares(deps, caller, filter, { after: timedCursor(cursor), limit: limit + 1 });
    return pageOf(found, limit, ({ sharedAt, id }) => [sharedAt, id]);
  });
  register(v1Routes.createShare, (context) => {
    const body = jsonBody(context.request);
    const baseUrl = baseUrlOf(context.request, publicUrl);
    return answerOnce(context, async (deps) => {
      const { share, links } = await createShare(deps, context.caller, body);
      const shown = links.map(({ email, token, expiresAt }) => ({ email, url: sharedUrl(baseUrl, token), expiresAt }));
      return { status: 201, body: share, shownOnce: { links: shown } };
    });
  });
  register(v1Routes.readShare, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, await readShare(deps, caller, pathId(request))),
  );
  register(v1Routes.revokeShare, async ({ deps, caller, request, reply }) => {
    await revokeShare(deps, caller, pathId(request), ifMatchOf(request));
    return reply.code(204).send();
  });
  register(v1Routes.createShareLink, (context) => {
    const id = pathId(context.request);
    const body = jsonBody(context.request);
    const baseUrl = baseUrlOf(context.request, publicUrl);
    return answerOnce(context, async (deps) => {
      const { token, ...link } = await createShareLink(deps, context.caller, id, body);
      return { status: 201, body: link, shownOnce: { url: sharedUrl(baseUrl, token) } };
    });
  });
  register(v1Routes.shareAccesses, async ({ deps, caller, request, query }) => {
    const { limit, cursor } = query;
    const page = { before: numberBefore(cursor), limit: limit + 1 };
    return pageOf(await listAccesses(deps, caller, pathId(request), page), limit, byId);
  });
}
