import { sql } from 'kysely';
import type pg from 'pg';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

// The objects in the store. A row is there before the first byte is written, and goes after the object has.

/** Adds the row of an object that is about to be written. */
export async function insertObject(db: Db | Tx, scope: Scope, objectId: string): Promise<void> {
  await sql`insert into stored_objects (account_id, object_id) values (${scope.accountId}, ${objectId})`.execute(db);
}

/** Says that the writer of an object lives. */
export async function touchObject(db: Db | Tx, scope: Scope, objectId: string): Promise<void> {
  await sql`update stored_objects set touched_at = now()
    where account_id = ${scope.accountId} and object_id = ${objectId}`.execute(db);
}

/** Gives a written object to a call, in the transaction that shows it. */
export async function attachObject(
  tx: Tx,
  scope: Scope,
  object: { readonly objectId: string; readonly sizeBytes: number },
  callId: string,
): Promise<void> {
  await sql`update stored_objects set call_id = ${callId}, size_bytes = ${object.sizeBytes}, touched_at = now()
    where account_id = ${scope.accountId} and object_id = ${object.objectId}`.execute(tx);
}

/** Marks objects as to be removed. Returns whether there were any. */
export async function markDoomed(tx: Tx | Db, scope: Scope, objectIds: readonly string[]): Promise<boolean> {
  const doomed = await sql`update stored_objects set doomed_at = now()
    where account_id = ${scope.accountId} and object_id = any(${[...objectIds]}::uuid[]) and doomed_at is null
    returning 1`.execute(tx);
  return doomed.rows.length > 0;
}

/** Marks all objects of a call as to be removed. Returns whether there were any. */
export async function markCallDoomed(tx: Tx, scope: Scope, callId: string): Promise<boolean> {
  const doomed = await sql`update stored_objects set doomed_at = now()
    where account_id = ${scope.accountId} and call_id = ${callId} and doomed_at is null returning 1`.execute(tx);
  return doomed.rows.length > 0;
}

/** Marks what killed writers left as to be removed: rows without a size that have not been touched since `before`. */
export async function markSilentDoomed(db: Db, before: Micros): Promise<void> {
  await sql`update stored_objects set doomed_at = now()
    where size_bytes is null and touched_at < ${toTimestamp(before)}::timestamptz and doomed_at is null`.execute(db);
}

/** The ids of doomed objects of an account that come after one, in order. */
export async function selectDoomed(db: Db, scope: Scope, after: string | null, limit: number): Promise<string[]> {
  const found = await sql<{ objectId: string }>`select object_id as "objectId" from stored_objects
    where account_id = ${scope.accountId} and doomed_at is not null
      and (${after}::uuid is null or object_id > ${after}::uuid)
    order by object_id limit ${limit}`.execute(db);
  return found.rows.map(({ objectId }) => objectId);
}

/** Removes the row of a doomed object that is gone from the store. */
export async function deleteDoomed(db: Db, scope: Scope, objectId: string): Promise<void> {
  await sql`delete from stored_objects
    where account_id = ${scope.accountId} and object_id = ${objectId} and doomed_at is not null`.execute(db);
}

/** The accounts that have doomed objects. */
export async function selectAccountsWithDoomed(db: Db): Promise<Scope[]> {
  const found = await sql<Scope>`select distinct account_id as "accountId" from stored_objects
    where doomed_at is not null order by 1`.execute(db);
  return found.rows;
}

/** Which of these objects have no row. */
export async function selectUnknown(db: Db, scope: Scope, objectIds: readonly string[]): Promise<string[]> {
  const found = await sql<{ objectId: string }>`select given.id as "objectId"
    from unnest(${[...objectIds]}::uuid[]) as given (id)
    where not exists (select 1 from stored_objects where account_id = ${scope.accountId} and object_id = given.id)`.execute(
    db,
  );
  return found.rows.map(({ objectId }) => objectId);
}

/** How many objects wait to be removed, and since when the first of them; 0 if none does. */
export async function countDoomed(
  database: Pick<pg.Client, 'query'>,
): Promise<{ readonly waiting: number; readonly oldestSeconds: number }> {
  const { rows } = await database.query(`select count(*)::int as waiting,
      coalesce(extract(epoch from now() - min(doomed_at)), 0)::float8 as "oldestSeconds"
    from stored_objects where doomed_at is not null`);
  return rows[0];
}
