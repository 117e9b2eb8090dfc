import { v2Routes } from '../../contract/routes.js';
import { feedbackAfter, feedbackFeed } from '../../db/feedback.js';
import { listensAfter, listensFeed } from '../../db/listens.js';
import { sharesAfter, sharesFeed } from '../../db/shares.js';
import type { Register } from '../context.js';
import { readFeedPage } from '../feed-page.js';

/** API v2's feeds of feedback, shares and listens (api-v2 §4). */
export function registerV2Feedback(register: Register): void {
  register(v2Routes.feedback, async (context) => {
    const { deps, caller } = context;
    const entries = await readFeedPage(
      context,
      feedbackFeed,
      (after, limit) => feedbackAfter(deps.db, caller, after, limit),
      ({ id, stamp, feedbackAt }) => ({ id, stamp, times: [feedbackAt] }),
    );
    return entries.map(({ entry }) => entry);
  });
  register(v2Routes.shares, async (context) => {
    const { deps, caller } = context;
    const entries = await readFeedPage(
      context,
      sharesFeed,
      (after, limit) => sharesAfter(deps.db, caller, after, limit),
      ({ id, stamp, sharedAt }) => ({ id, stamp, times: [sharedAt] }),
    );
    return entries.map(({ entry }) => entry);
  });
  register(v2Routes.listens, async (context) => {
    const { deps, caller } = context;
    const entries = await readFeedPage(
      context,
      listensFeed,
      (after, limit) => listensAfter(deps.db, caller, after, limit),
      ({ id, stamp }) => ({ id, stamp, times: [] }),
    );
    return entries.map(({ entry }) => entry);
  });
}
