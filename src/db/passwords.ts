import { type RawBuilder, sql } from 'kysely';
import type { Role } from '../contract/access.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

/** A user with a password, with its Argon2id hash in PHC format. */
export interface PasswordHolder extends Scope {
  readonly userId: string;
  readonly role: Role;
  readonly email: string;
  readonly accountName: string;
  readonly hash: string;
}

/**
 * Active users with a password and this e-mail address, at most `limit`, by account: in one account, or in all for
 * null.
 */
export async function selectPasswordHolders(
  db: Db | Tx,
  email: string,
  accountId: string | null,
  limit: number,
): Promise<PasswordHolder[]> {
  return selectHolders(
    db,
    sql`u.active and lower(u.email) = lower(${email})
      ${accountId === null ? sql`` : sql`and u.account_id = ${accountId}`}
    order by u.account_id limit ${limit}`,
  );
}

/** The user with their password; null if they have none. */
export async function findPasswordHolder(db: Db | Tx, scope: Scope, userId: string): Promise<PasswordHolder | null> {
  const [holder] = await selectHolders(db, sql`u.account_id = ${scope.accountId} and u.user_id = ${userId}`);
  return holder ?? null;
}

async function selectHolders(db: Db | Tx, which: RawBuilder<unknown>): Promise<PasswordHolder[]> {
  const found = await sql<PasswordHolder>`select u.account_id as "accountId", u.user_id as "userId", u.role, u.email,
      a.name as "accountName", p.hash
    from users u join user_passwords p on p.account_id = u.account_id and p.user_id = u.user_id
      join accounts a on a.account_id = u.account_id
    where ${which}`.execute(db);
  return found.rows;
}

/**
 * Locks an active user `for share`, and their password if it still has this hash. Returns the user's role. Null if they
 * were deactivated or the password was changed.
 */
export async function lockPasswordHolder(
  tx: Tx,
  scope: Scope,
  userId: string,
  hash: string,
): Promise<{ readonly role: Role } | null> {
  const found = await sql<{ role: Role }>`select u.role from users u
      join user_passwords p on p.account_id = u.account_id and p.user_id = u.user_id
    where u.account_id = ${scope.accountId} and u.user_id = ${userId} and u.active and p.hash = ${hash}
    for share`.execute(tx);
  return found.rows[0] ?? null;
}

/** When a user's password was last changed; null if they have none. */
export async function findPasswordChange(tx: Tx, scope: Scope, userId: string): Promise<Micros | null> {
  const found = await sql<{ changedAt: Micros }>`select changed_at as "changedAt" from user_passwords
    where account_id = ${scope.accountId} and user_id = ${userId}`.execute(tx);
  return found.rows[0]?.changedAt ?? null;
}

/** Stores a user's password, replacing an earlier one. */
export async function writePassword(tx: Tx, scope: Scope, userId: string, hash: string, now: Micros): Promise<void> {
  await sql`insert into user_passwords (account_id, user_id, hash, changed_at)
    values (${scope.accountId}, ${userId}, ${hash}, ${toTimestamp(now)}::timestamptz)
    on conflict (account_id, user_id) do update set hash = excluded.hash, changed_at = excluded.changed_at`.execute(tx);
}

/** Removes a user's password if they have one. */
export async function removePassword(tx: Tx, scope: Scope, userId: string): Promise<void> {
  await sql`delete from user_passwords where account_id = ${scope.accountId} and user_id = ${userId}`.execute(tx);
}
