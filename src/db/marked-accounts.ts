import { sql } from 'kysely';
import type { Db, Scope, Tx } from './database.js';
import type { Tables } from './schema.js';

/**
 * A table of the accounts that an upgrade marked for background work: one row per account, with the place where its
 * work continues.
 */
export interface MarkTable<Place> {
  readonly table: keyof Tables;
  /** The column of each field of a place. */
  readonly columns: Readonly<Record<keyof Place & string, string>>;
}

/** Does the next batch of an account's work. Returns the place where the next batch starts; null at the end. */
type Batch<Place> = (tx: Tx, scope: Scope, place: Place) => Promise<Place | null>;

/**
 * Does the work of all marked accounts, one account after another and one batch per transaction. The place is committed
 * with its batch, so an aborted run continues there the next time. An account that another worker is working on is
 * skipped.
 */
export async function forEachMarkedAccount<Place extends object>(
  db: Db,
  marks: MarkTable<Place>,
  signal: AbortSignal,
  batch: Batch<Place>,
): Promise<void> {
  while (!signal.aborted && (await db.transaction().execute((tx) => runBatch(tx, marks, batch))));
}

/** Runs the next batch of one account. Returns whether there was anything to do. */
async function runBatch<Place extends object>(
  tx: Tx,
  { table, columns }: MarkTable<Place>,
  batch: Batch<Place>,
): Promise<boolean> {
  const marks = sql.table(table);
  const fields = Object.entries<string>(columns);
  const found = await sql<Scope & Place>`select account_id as "accountId",
      ${sql.join(fields.map(([field, column]) => sql`${sql.ref(column)} as ${sql.id(field)}`))}
    from ${marks} order by account_id limit 1 for update skip locked`.execute(tx);
  const account = found.rows[0];
  if (account === undefined) return false;
  const ofAccount = sql`account_id = ${account.accountId}`;
  const next = await batch(tx, account, account);
  if (next === null) await sql`delete from ${marks} where ${ofAccount}`.execute(tx);
  else {
    const values = new Map<string, unknown>(Object.entries(next));
    const set = fields.map(([field, column]) => sql`${sql.ref(column)} = ${values.get(field)}`);
    await sql`update ${marks} set ${sql.join(set)} where ${ofAccount}`.execute(tx);
  }
  return true;
}
