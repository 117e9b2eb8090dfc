import type { InboxKind } from '../../contract/inbox.js';
import { v1Routes } from '../../contract/routes.js';
import { countInbox, listInbox, markInbox } from '../../services/feedback/inbox.js';
import { jsonBody } from '../bodies.js';
import type { Register } from '../context.js';
import { pageOf } from '../crud.js';
import { instantAfter } from '../list-cursor.js';

/** A person's inbox: `/api/v1/inbox`. */
export function registerV1Inbox(register: Register): void {
  register(v1Routes.listInbox, async ({ deps, caller, query }) => {
    const { limit, cursor, unread, kind } = query;
    const filter = { kind: kind as InboxKind | null, isUnread: unread };
    const found = await listInbox(deps, caller, filter, { after: instantAfter(cursor), limit: limit + 1 });
    const { items, next } = pageOf(found, limit, ({ at, item }) => [at, item.id]);
    return { items: items.map(({ item }) => item), next };
  });
  register(v1Routes.countInbox, ({ deps, caller }) => countInbox(deps, caller));
  register(v1Routes.markInbox, ({ deps, caller, request }) => markInbox(deps, caller, jsonBody(request)));
}
