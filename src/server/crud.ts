import type { CrudRoutes } from '../contract/route.js';
import type { Actor } from '../services/actor.js';
import { jsonBody, sendTagged } from './bodies.js';
import { ifMatchOf, pathId, type Register, type ServerDeps } from './context.js';
import { type Cursor, writeCursor } from './cursor.js';
import { once } from './idempotency.js';

interface ListPage {
  /** The sort key of the item before; null at the beginning. */
  readonly after: Cursor | null;
  readonly limit: number;
}

interface Collection<Id, Item extends object> {
  id(text: string): Id;
  /** Items after a place, in the order of their keys. */
  list(deps: ServerDeps, actor: Actor, page: ListPage): Promise<readonly Item[]>;
  keyOf(item: Item): Cursor;
  create(deps: ServerDeps, actor: Actor, body: unknown): Promise<Item>;
  read(deps: ServerDeps, actor: Actor, id: Id): Promise<Item>;
  update(deps: ServerDeps, actor: Actor, id: Id, body: unknown, ifMatch: string | null): Promise<Item>;
  remove(deps: ServerDeps, actor: Actor, id: Id, ifMatch: string | null): Promise<unknown>;
}

export const byId = (item: { readonly id: string | number }): Cursor => [item.id];

/** Removing such a thing only deactivates it: calls and history go on referring to it. */
export const INACTIVE = { active: false };

/** The five routes of a collection. */
export function registerCollection<Id, Item extends object>(
  register: Register,
  routes: CrudRoutes,
  collection: Collection<Id, Item>,
): void {
  const { list, keyOf } = collection;
  register(routes.list, async ({ deps, caller, query }) => {
    const items = await list(deps, caller, { after: query.cursor, limit: query.limit + 1 });
    return pageOf(items, query.limit, keyOf);
  });
  registerItems(register, routes, collection);
}

/** The routes of a collection but its list: for one that is listed by more than its pages. */
export function registerItems<Id, Item extends object>(
  register: Register,
  routes: Omit<CrudRoutes, 'list'>,
  { id, create, read, update, remove }: Omit<Collection<Id, Item>, 'list' | 'keyOf'>,
): void {
  register(routes.create, (context) => {
    const body = jsonBody(context.request);
    return once(context, async (deps) => ({ status: 201, body: await create(deps, context.caller, body) }));
  });
  register(routes.read, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, await read(deps, caller, id(pathId(request)))),
  );
  register(routes.update, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, await update(deps, caller, id(pathId(request)), jsonBody(request), ifMatchOf(request))),
  );
  register(routes.remove, async ({ deps, caller, request, reply }) => {
    await remove(deps, caller, id(pathId(request)), ifMatchOf(request));
    return reply.code(204).send();
  });
}

/** A page of a list out of one item more than it holds, with where the next goes on. */
export function pageOf<Item>(
  items: readonly Item[],
  limit: number,
  keyOf: (item: Item) => Cursor,
): { readonly items: readonly Item[]; readonly next: string | null } {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { items: page, next: items.length > limit && last !== undefined ? writeCursor(keyOf(last)) : null };
}
