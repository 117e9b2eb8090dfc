import { v1Routes } from '../../contract/routes.js';
import { listAccesses } from '../../services/feedback/share-links.js';
import {
  createShare,
  createShareLink,
  listShares,
  readShare,
  requireOwnShare,
  revokeShare,
} from '../../services/feedback/shares.js';
import { baseUrlOf } from '../auth/origin.js';
import { jsonBody, sendTagged } from '../bodies.js';
import { ifMatchOf, pathId, type Register } from '../context.js';
import { pageOf } from '../crud.js';
import { timedCursor } from '../cursor.js';
import { answerOnce } from '../idempotency.js';
import { sharedUrl } from './share-links.js';

/** Shares of calls, and the links of outsiders: `/api/v1/shares`. */
export function registerV1Shares(register: Register, publicUrl: string | null): void {
  register(v1Routes.listShares, async ({ deps, caller, query }) => {
    const { callId, sharedBy, limit } = query;
    const page = { after: timedCursor(query.cursor), limit: limit + 1 };
    const items = await listShares(deps, caller, { callId, sharedBy }, page);
    return pageOf(items, limit, ({ sharedAt, id }) => [sharedAt, id]);
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
    const share = await readShare(deps, caller, pathId(request));
    requireOwnShare(caller, share);
    const before = Number(query.cursor?.[0] ?? Number.NaN);
    const items = await listAccesses(deps.db, caller, share.id, {
      before: Number.isSafeInteger(before) ? before : null,
      limit: query.limit + 1,
    });
    return pageOf(items, query.limit, ({ id }) => [id]);
  });
}
