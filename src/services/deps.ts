import type { Clock } from '../clock.js';
import type { Db, Tx } from '../db/database.js';

/** The dependencies of a service. If `db` is a transaction, the service's changes are part of it. */
export interface DbDeps {
  readonly db: Db | Tx;
}

/** The dependencies of a service that also needs the time. */
export interface Deps extends DbDeps {
  readonly clock: Clock;
}
