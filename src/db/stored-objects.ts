import { sql } from 'kysely';
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
