import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import type pg from 'pg';
import type { Tables } from './schema.js';

/** The pool: each query may run on another connection. */
export type Db = Kysely<Tables>;
/** A transaction under way. Functions that must run in a transaction take this type. */
export type Tx = Transaction<Tables>;

/** Wraps a pool as a database. The caller ends the pool. */
export function databaseOf(pool: pg.Pool): Db {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Runs a query to check that the database answers. Throws the driver's error if it does not. */
export async function ping(db: Db): Promise<void> {
  await sql`select 1`.execute(db);
}

/** The account whose data a query may touch: each query filters by it first. */
export interface Scope {
  readonly accountId: string;
}
