import { sql } from 'kysely';
import type { Db, Scope, Tx } from '../db/schema.js';
import { invalid } from '../errors.js';

/** The id of the user whom a person names by their id or their e-mail address; what was given, where that is nobody. */
export async function namedUserId(db: Db, scope: Scope, given: string): Promise<string> {
  const found = await sql<{ id: string; active: boolean }>`select user_id as id, active from users
    where account_id = ${scope.accountId} and (user_id = ${given} or lower(email) = lower(${given}))
    order by user_id`.execute(db);
  const named = found.rows.find(({ id }) => id === given) ?? found.rows.find(({ active }) => active);
  if (named === undefined && found.rows.length > 1) {
    const ids = found.rows.map(({ id }) => id).join(', ');
    throw invalid('USER', `${given} is several users, all deactivated`, `one of their ids: ${ids}`);
  }
  return (named ?? found.rows[0])?.id ?? given;
}

/** Refuses ids that are of no user of the account; of no active one where only they will do. */
export async function requireUsers(
  tx: Tx,
  scope: Scope,
  field: string,
  ids: readonly string[],
  who: 'active' | 'any',
): Promise<void> {
  const found = await sql<{ user_id: string }>`select user_id from users
    where account_id = ${scope.accountId} and user_id = any(${ids}) and (active or ${who === 'any'})`.execute(tx);
  const known = new Set(found.rows.map((row) => row.user_id));
  const unknown = ids.findIndex((id) => !known.has(id));
  if (unknown < 0) return;
  const user = who === 'active' ? 'active user' : 'user';
  throw invalid(`${field}[${unknown}]`, `names no ${user} of this account`, `ids of ${user}s`);
}

/** Refuses a given id that is of no user of the account. */
export async function requireUserId(tx: Tx, scope: Scope, field: string, userId: string | undefined): Promise<void> {
  if (userId === undefined) return;
  const found = await sql`select 1 from users
    where account_id = ${scope.accountId} and user_id = ${userId}`.execute(tx);
  if (found.rows.length === 0) throw invalid(field, 'names no user of this account', "a user's id");
}
