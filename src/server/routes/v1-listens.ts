import { v1Routes } from '../../contract/routes.js';
import { createListen, importListen, listListens } from '../../services/feedback/listens.js';
import { jsonBody } from '../bodies.js';
import type { Register } from '../context.js';
import { pageOf } from '../crud.js';
import { timedCursor } from '../cursor.js';
import { answerOnce } from '../idempotency.js';

/** Who listened to what: `/api/v1/listens`. */
export function registerV1Listens(register: Register): void {
  register(v1Routes.listListens, async ({ deps, caller, query }) => {
    const { callId, listener, limit } = query;
    const page = { after: timedCursor(query.cursor), limit: limit + 1 };
    const items = await listListens(deps, caller, { callId, listener }, page);
    return pageOf(items, limit, ({ date, id }) => [date, id]);
  });
  register(v1Routes.createListen, (context) => {
    const body = jsonBody(context.request);
    return answerOnce(context, async (deps) => ({
      status: 200,
      body: { listens: await createListen(deps, context.caller, body) },
    }));
  });
  register(v1Routes.importListen, (context) => {
    const body = jsonBody(context.request);
    return answerOnce(context, async ({ db }) => {
      const { listen, created } = await importListen({ db }, context.caller, body);
      return { status: created ? 201 : 200, body: listen };
    });
  });
}
