import { sql } from 'kysely';
import type { Db, Scope, Tx } from '../../db/database.js';
import { idsOf } from '../../db/named-users.js';
import { holdPeople } from '../../db/people.js';
import { invalid } from '../../errors.js';

/** The id of the user whom a person names by their id or their e-mail address; what was given, where that is nobody. */
export async function namedUserId(db: Db, scope: Scope, given: string): Promise<string> {
  // One who was merged is who they are now.
  const found = await sql<NamedUser & { given: string }>`select u.user_id as given, s.user_id as id, s.active
    from users u join users s on s.account_id = u.account_id and s.user_id = coalesce(u.merged_into, u.user_id)
    where u.account_id = ${scope.accountId} and (u.user_id = ${given} or lower(u.email) = lower(${given}))
    order by s.user_id`.execute(db);
  const named = found.rows.find((user) => user.given === given) ?? found.rows.find(({ active }) => active);
  const ids = [...new Set(found.rows.map(({ id }) => id))];
  if (named === undefined && ids.length > 1) {
    throw invalid('USER', `${given} is several users, all deactivated`, `one of their ids: ${ids.join(', ')}`);
  }
  return named?.id ?? ids[0] ?? given;
}

/** A user, as they are now. */
interface NamedUser {
  readonly id: string;
  readonly active: boolean;
}

/** Whom ids name, by the ids as they were given: one of a merged user names who they are now. It stays so until commit. */
export async function usersNamed(
  tx: Tx,
  scope: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NamedUser>> {
  await holdPeople(tx, scope);
  const found = await sql<NamedUser & { given: string }>`select u.user_id as given, s.user_id as id, s.active
    from users u join users s on s.account_id = u.account_id and s.user_id = coalesce(u.merged_into, u.user_id)
    where u.account_id = ${scope.accountId} and u.user_id = any(${ids})`.execute(tx);
  return new Map(found.rows.map(({ given, ...user }) => [given, user]));
}

/** The ids that `idsOf` is of. */
export async function readIdsOf(db: Db, scope: Scope, userIds: readonly string[]): Promise<string[]> {
  const found = await sql<{ id: string }>`select id from ${idsOf(scope, ...userIds)} as same (id)`.execute(db);
  return found.rows.map(({ id }) => id);
}

/** The users whom ids name, in their order; refuses ids of no user of the account, or of no active one where only they will do. */
export async function requireUsers(
  tx: Tx,
  scope: Scope,
  field: string,
  ids: readonly string[],
  who: 'active' | 'any',
): Promise<string[]> {
  if (ids.length === 0) return [];
  const named = await usersNamed(tx, scope, ids);
  return ids.map((id, index) => {
    const user = named.get(id);
    if (user && (user.active || who === 'any')) return user.id;
    const noun = who === 'active' ? 'active user' : 'user';
    throw invalid(`${field}[${index}]`, `names no ${noun} of this account`, `ids of ${noun}s`);
  });
}

/** The user whom an id names, where one is given; refuses one of no user of the account. */
export async function requireUserId<Given extends string | null | undefined>(
  tx: Tx,
  scope: Scope,
  field: string,
  given: Given,
): Promise<Given | string> {
  if (given == null) return given;
  const user = (await usersNamed(tx, scope, [given])).get(given);
  if (!user) throw invalid(field, 'names no user of this account', "a user's id");
  return user.id;
}
