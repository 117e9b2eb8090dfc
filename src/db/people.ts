import { sql } from 'kysely';
import { lockAccount } from './accounts.js';
import { ADVISORY_LOCKS } from './connection/advisory-locks.js';
import type { Scope, Tx } from './database.js';

// The people lock: one advisory lock per account. While it is held, ids and addresses keep naming the same users.

const peopleLock = ({ accountId }: Scope) => sql`hashtextextended(${accountId}, ${ADVISORY_LOCKS.people})`;

/**
 * Takes the people lock in shared mode, until commit. Called before a transaction stores a user whom an id or an
 * address names: until it ends, nobody can merge that user or move the address to another one.
 */
export async function holdPeople(tx: Tx, scope: Scope): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${peopleLock(scope)})`.execute(tx);
}

/**
 * Takes the people lock exclusively, until commit. Called before a transaction changes which user an id or an address
 * names. Transactions that stored a user by them have then committed, and later ones wait. Locks the account's row
 * first, as an analysis does before it locks its call: a transaction that holds the people lock in shared mode may
 * already have locked that call.
 */
export async function lockPeople(tx: Tx, scope: Scope): Promise<void> {
  await lockAccount(tx, scope);
  await sql`select pg_advisory_xact_lock(${peopleLock(scope)})`.execute(tx);
}

/** Records that an id or an address names another user: analyses under way start again. */
export async function raisePeopleVersion(tx: Tx, scope: Scope): Promise<void> {
  await sql`update accounts set people_version = people_version + 1 where account_id = ${scope.accountId}`.execute(tx);
}
