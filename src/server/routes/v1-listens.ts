import { v1Routes } from '../../contract/routes.js';
import { createListen, importListen, listListens } from '../../services/feedback/listens.js';
import { jsonBody } from '../bodies.js';
import type { Register } from '../context.js';
import { pageOf } from '../crud.js';
import { answerOnce } from '../idempotency.js';
import { timedCursor } from '../list-cursor.js';

/** Which users listened to which calls: `/api/v1/listens`. */
export function registerV1Listens(register: Register): void {
  register(v1Routes.listListens, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filter } = query;
    const found = await listListens(deps, caller, filter, { after: timedCursor(cursor), limit: limit + 1 });
    return pageOf(found, limit, ({ date, id }) => [date, id]);
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
    return answerOnce(context, async (deps) => {
      const { listen, created } = await importListen(deps, context.caller, body);
      return { status: created ? 201 : 200, body: listen };
    });
  });
}
