import type { Db, Tx } from './database.js';

/** Runs a function in a transaction: the current one if there is one, or else a new one. */
export function atomic<T>(db: Db | Tx, run: (tx: Tx) => Promise<T>): Promise<T> {
  return db.isTransaction ? run(db as Tx) : db.transaction().execute(run);
}
