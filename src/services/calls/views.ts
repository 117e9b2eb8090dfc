import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { type View, ViewInput, ViewPatch } from '../../contract/views.js';
import { atomic } from '../../db/atomic.js';
import type { Tx } from '../../db/database.js';
import { countViews, deleteView, findView, insertView, lockView, selectViews, writeView } from '../../db/views.js';
import { AppError } from '../../errors.js';
import { type Actor, requireUser } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';

const checkInput = compileCheck(ViewInput);
const checkPatch = compileCheck(ViewPatch);

/** The most views that one person saves. */
const MOST_VIEWS = 100;

/** Throws `invalid` if a view's query is not one of the list of calls. */
export type CheckQuery = (query: string) => void;

/** The views that the actor has, by id. */
export function listViews(
  { db }: DbDeps,
  actor: Actor,
  page: { readonly after: string; readonly limit: number },
): Promise<View[]> {
  return selectViews(db, readerOf(actor), page);
}

/** One view. Throws `not_found`, also for another person's own. */
export async function readView({ db }: DbDeps, actor: Actor, viewId: string): Promise<View> {
  return existing(await findView(db, readerOf(actor), viewId));
}

/** Saves a view. Throws `forbidden` if it is shared by somebody who is not an admin, and `conflict` for too many. */
export async function createView({ db }: DbDeps, actor: Actor, body: unknown, checkQuery: CheckQuery): Promise<View> {
  const { shared = false, name, query } = checkInput(body);
  checkQuery(query);
  if (shared) requireSharer(actor);
  const reader = readerOf(actor);
  return atomic(db, async (tx) => {
    if ((await countViews(tx, reader)) >= MOST_VIEWS) {
      throw new AppError('conflict', `You have ${MOST_VIEWS} views, which is the most: delete one first.`);
    }
    const view = { id: randomUUID(), name, query, shared, ownerId: reader.userId };
    await insertView(tx, actor, view);
    await recordChange(tx, actor, { kind: 'views', id: view.id, before: null, after: view });
    return view;
  });
}

/** Changes a view. Throws `not_found`, `forbidden` if it is shared and the actor no admin, and `precondition_failed`. */
export async function updateView(
  { db }: DbDeps,
  actor: Actor,
  viewId: string,
  body: unknown,
  checkQuery: CheckQuery,
  ifMatch: string | null,
): Promise<View> {
  const patch = checkPatch(body);
  if (patch.query !== undefined) checkQuery(patch.query);
  return atomic(db, async (tx) => {
    const before = await lockOwnView(tx, actor, viewId, ifMatch);
    const after = { ...before, ...patch };
    if (after.shared) requireSharer(actor);
    await writeView(tx, actor, after);
    await recordChange(tx, actor, { kind: 'views', id: viewId, before, after });
    return after;
  });
}

/** Deletes a view. Throws as `updateView`. */
export async function removeView({ db }: DbDeps, actor: Actor, viewId: string, ifMatch: string | null): Promise<void> {
  await atomic(db, async (tx) => {
    const before = await lockOwnView(tx, actor, viewId, ifMatch);
    await deleteView(tx, actor, viewId);
    await recordChange(tx, actor, { kind: 'views', id: viewId, before, after: null });
  });
}

const readerOf = (actor: Actor) => ({
  accountId: actor.accountId,
  userId: requireUser(actor, 'ownerId', undefined),
});

async function lockOwnView(tx: Tx, actor: Actor, viewId: string, ifMatch: string | null): Promise<View> {
  const view = existing(await lockView(tx, readerOf(actor), viewId));
  if (view.shared) requireSharer(actor);
  requireMatch(ifMatch, etagOf(view));
  return view;
}

function requireSharer(actor: Actor): void {
  if (actor.rights.has('admin')) return;
  throw new AppError('forbidden', 'Only admins share views with everyone, and change those that are shared.', {
    field: 'shared',
  });
}

function existing(view: View | null): View {
  if (view === null) throw new AppError('not_found', 'There is no such view.');
  return view;
}
