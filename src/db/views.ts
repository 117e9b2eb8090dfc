import { sql } from 'kysely';
import type { View } from '../contract/views.js';
import type { Db, Scope, Tx } from './database.js';

const columns = sql`view_id as id, name, query, shared, owner_id as "ownerId"`;

/** Whose views are read: their own, and those shared with everyone. */
interface Reader extends Scope {
  readonly userId: string;
}

const seen = ({ accountId, userId }: Reader) => sql`account_id = ${accountId} and (owner_id = ${userId} or shared)`;

/** The views that a user has, with ids after the given one, by id. */
export async function selectViews(
  db: Db | Tx,
  reader: Reader,
  page: { readonly after: string; readonly limit: number },
): Promise<View[]> {
  const found = await sql<View>`select ${columns} from views
    where ${seen(reader)} and view_id > ${page.after} order by view_id limit ${page.limit}`.execute(db);
  return found.rows;
}

/** The view; null if it does not exist or is another person's own. */
export async function findView(db: Db | Tx, reader: Reader, viewId: string): Promise<View | null> {
  const found = await sql<View>`select ${columns} from views
    where ${seen(reader)} and view_id = ${viewId}`.execute(db);
  return found.rows[0] ?? null;
}

/** As `findView`, with the row locked until commit. */
export async function lockView(tx: Tx, reader: Reader, viewId: string): Promise<View | null> {
  const found = await sql<View>`select ${columns} from views
    where ${seen(reader)} and view_id = ${viewId} for no key update`.execute(tx);
  return found.rows[0] ?? null;
}

/** How many views a user has saved. */
export async function countViews(tx: Tx, { accountId, userId }: Reader): Promise<number> {
  const found = await sql<{ views: number }>`select count(*) as views from views
    where account_id = ${accountId} and owner_id = ${userId}`.execute(tx);
  return found.rows[0]!.views;
}

/** Adds a view. */
export async function insertView(tx: Tx, scope: Scope, { id, name, query, shared, ownerId }: View): Promise<void> {
  await sql`insert into views (account_id, view_id, owner_id, name, query, shared)
    values (${scope.accountId}, ${id}, ${ownerId}, ${name}, ${query}, ${shared})`.execute(tx);
}

/** Stores a view's new values. */
export async function writeView(tx: Tx, scope: Scope, { id, name, query, shared }: View): Promise<void> {
  await sql`update views set name = ${name}, query = ${query}, shared = ${shared}
    where account_id = ${scope.accountId} and view_id = ${id}`.execute(tx);
}

/** Deletes a view. */
export async function deleteView(tx: Tx, scope: Scope, viewId: string): Promise<void> {
  await sql`delete from views where account_id = ${scope.accountId} and view_id = ${viewId}`.execute(tx);
}
