import type { CrudRoutes } from '../contract/route.js';
import type { Actor } from '../services/actor.js';
import { jsonBody, sendTagged } from './bodies.js';
import { ifMatchOf, pathId, type Register, type ServerDeps } from './context.js';
import { answerOnce } from './idempotency.js';
import { type Cursor, writeCursor } from './list-cursor.js';

/** The services of a collection's items. */
interface Items<Item extends object> {
  create(deps: ServerDeps, actor: Actor, body: unknown): Promise<Item>;
  read(deps: ServerDeps, actor: Actor, id: string): Promise<Item>;
  update(deps: ServerDeps, actor: Actor, id: string, body: unknown, ifMatch: string | null): Promise<Item>;
  /** If missing, removing an item deactivates it: calls and history still refer to it. */
  remove?(deps: ServerDeps, actor: Actor, id: string, ifMatch: string | null): Promise<unknown>;
}

interface Collection<Place, Item extends object> extends Items<Item> {
  /** Items after a place, in the order of their keys. */
  list(
    deps: ServerDeps,
    actor: Actor,
    page: { readonly after: Place; readonly limit: number },
  ): Promise<readonly Item[]>;
  /** The place of a cursor: the beginning if there is no cursor, or it is another list's. */
  after(cursor: Cursor | null): Place;
  /** The cursor of an item. */
  keyOf(item: Item): Cursor;
}

/** The cursor of an item in a list by id. */
export const byId = (item: { readonly id: string | number }): Cursor => [item.id];

/** Registers the five routes of a collection. */
export function registerCollection<Place, Item extends object>(
  register: Register,
  routes: CrudRoutes,
  collection: Collection<Place, Item>,
): void {
  const { list, after, keyOf } = collection;
  register(routes.list, async ({ deps, caller, query }) => {
    const items = await list(deps, caller, { after: after(query.cursor), limit: query.limit + 1 });
    return pageOf(items, query.limit, keyOf);
  });
  registerItems(register, routes, collection);
}

/** Registers the routes of a collection except its list, if the list has parameters of its own. */
export function registerItems<Item extends object>(
  register: Register,
  routes: Omit<CrudRoutes, 'list'>,
  { create, read, update, remove }: Items<Item>,
): void {
  register(routes.create, (context) => {
    const body = jsonBody(context.request);
    return answerOnce(context, async (deps) => ({ status: 201, body: await create(deps, context.caller, body) }));
  });
  register(routes.read, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, await read(deps, caller, pathId(request))),
  );
  register(routes.update, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, await update(deps, caller, pathId(request), jsonBody(request), ifMatchOf(request))),
  );
  register(routes.remove, async ({ deps, caller, request, reply }) => {
    const [id, ifMatch] = [pathId(request), ifMatchOf(request)];
    if (remove) await remove(deps, caller, id, ifMatch);
    else await update(deps, caller, id, { active: false }, ifMatch);
    return reply.code(204).send();
  });
}

/** A page of a list, from one item more than the page holds, with the cursor of the next page. */
export function pageOf<Item>(
  items: readonly Item[],
  limit: number,
  keyOf: (item: Item) => Cursor,
): { readonly items: readonly Item[]; readonly next: string | null } {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { items: page, next: items.length > limit && last !== undefined ? writeCursor(keyOf(last)) : null };
}
