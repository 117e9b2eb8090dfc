import type { Clock } from '../clock.js';
import type { Db, Tx } from '../db/database.js';

/** What a service needs. Where `db` is a transaction, the service's changes are part of it. */
export interface DbDeps {
  readonly db: Db | Tx;
}

/** The same, for a service that needs the time. */
export interface Deps extends DbDeps {
  readonly clock: Clock;
}
