import type { Db, Tx } from './database.js';

/** Runs something in a transaction: the one under way, or one of its own. */
export function atomic<T>(db: Db | Tx, run: (tx: Tx) => Promise<T>): Promise<T> {
  return db.isTransaction ? run(db as Tx) : db.transaction().execute(run);
}
