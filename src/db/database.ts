import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import type pg from 'pg';
import type { Tables } from './schema.js';

/** The pool: each query on a connection of its own. */
export type Db = Kysely<Tables>;
/** A transaction under way. What must be atomic takes this, so that it cannot be called outside one. */
export type Tx = Transaction<Tables>;

/** The database by a pool's connections. Ending the pool is left to its maker. */
export function databaseOf(pool: pg.Pool): Db {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Returns when the database has answered; throws where it does not. */
export async function ping(db: Db): Promise<void> {
  await sql`select 1`.execute(db);
}

/** Whose data a query may touch: the account is every query's first filter. */
export interface Scope {
  readonly accountId: string;
}
