import { v1Routes } from '../../contract/routes.js';
import {
  createFeedback,
  deleteFeedback,
  listFeedback,
  readFeedback,
  updateFeedback,
} from '../../services/feedback/feedback.js';
import { jsonBody, sendTagged } from '../bodies.js';
import { ifMatchOf, pathId, type Register } from '../context.js';
import { pageOf } from '../crud.js';
import { timedCursor } from '../cursor.js';
import { answerOnce } from '../idempotency.js';

/** Comments and highlights: `/api/v1/feedback`. */
export function registerV1Feedback(register: Register): void {
  register(v1Routes.listFeedback, async ({ deps, caller, query }) => {
    const { callId, feedbackBy, kind, limit } = query;
    const page = { after: timedCursor(query.cursor), limit: limit + 1 };
    const items = await listFeedback(deps, caller, { callId, feedbackBy, kind }, page);
    return pageOf(items, limit, ({ feedbackAt, id }) => [feedbackAt, id]);
  });
  register(v1Routes.createFeedback, (context) => {
    const body = jsonBody(context.request);
    return answerOnce(context, async (deps) => ({
      status: 201,
      body: await createFeedback(deps, context.caller, body),
    }));
  });
  register(v1Routes.readFeedback, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, await readFeedback(deps, caller, pathId(request))),
  );
  register(v1Routes.updateFeedback, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, await updateFeedback(deps, caller, pathId(request), jsonBody(request), ifMatchOf(request))),
  );
  register(v1Routes.deleteFeedback, async ({ deps, caller, request, reply }) => {
    await deleteFeedback(deps, caller, pathId(request), ifMatchOf(request));
    return reply.code(204).send();
  });
}
