import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './schema.js';

/** The pool: each query on a connection of its own. */
export type Db = Kysely<Tables>;
/** A transaction under way. What must be atomic takes this, so that it cannot be called outside one. */
export type Tx = Transaction<Tables>;

/** Whose data a query may touch: the account is every query's first filter. */
export interface Scope {
  readonly accountId: string;
}
