import { v1Routes } from '../../contract/routes.js';
import {
  createFeedback,
  deleteFeedback,
  listFeedback,
  readFeedback,
  updateFeedback,
} from '../../services/feedback/feedback.js';
import type { Register } from '../context.js';
import { pageOf, registerItems } from '../crud.js';
import { timedCursor } from '../list-cursor.js';

const items = {
  create: v1Routes.createFeedback,
  read: v1Routes.readFeedback,
  update: v1Routes.updateFeedback,
  remove: v1Routes.deleteFeedback,
};

/** Comments and highlights: `/api/v1/feedback`. */
export function registerV1Feedback(register: Register): void {
  register(v1Routes.listFeedback, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filter } = query;
    const found = await listFeedback(deps, caller, filter, { after: timedCursor(cursor), limit: limit + 1 });
    return pageOf(found, limit, ({ feedbackAt, id }) => [feedbackAt, id]);
  });
  registerItems(register, items, {
    create: createFeedback,
    read: readFeedback,
    update: updateFeedback,
    remove: deleteFeedback,
  });
}
