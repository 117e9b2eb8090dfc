import { sql } from 'kysely';
import { lockAccount } from './accounts.js';
import { ADVISORY_LOCKS } from './connection/advisory-locks.js';
import type { Scope, Tx } from './database.js';

// The people lock: an advisory lock an account. While it is held, ids and addresses name the same users.

const peopleLock = ({ accountId }: Scope) => sql`hashtextextended(${accountId}, ${ADVISORY_LOCKS.people})`;

/**
 * Takes the people lock shared, until commit. Called before a transaction stores a user that an id or an address
 * names: nobody merges that user, or gives the address to another one, in the meantime.
 */
export async function holdPeople(tx: Tx, scope: Scope): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${peopleLock(scope)})`.execute(tx);
}

/**
 * Takes the people lock alone, until commit. Called before a transaction changes which user an id or an address
 * names: whatever stored a user by them has committed, and whatever is about to waits. Locks the account's row first:
 * an analysis locks it before its call, and a transaction that holds the people lock shared may have locked that
 * call.
 */
export async function lockPeople(tx: Tx, scope: Scope): Promise<void> {
  await lockAccount(tx, scope);
  await sql`select pg_advisory_xact_lock(${peopleLock(scope)})`.execute(tx);
}

/** Counts a change of which user an id or an address names: analyses under way begin again. */
export async function raisePeopleVersion(tx: Tx, scope: Scope): Promise<void> {
  await sql`update accounts set people_version = people_version + 1 where account_id = ${scope.accountId}`.execute(tx);
}
