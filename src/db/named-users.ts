import { type RawBuilder, sql } from 'kysely';
import type { Db, Scope, Tx } from './database.js';
import { holdPeople } from './people.js';

/** A user whom an id or an address names. Those of a merged user name the user they were merged into. */
export interface NamedUser {
  readonly id: string;
  readonly active: boolean;
}

/**
 * The users whom ids name, by the ids as given. Takes the people lock, so that the ids name the same users until
 * commit.
 */
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

/** The users whom a text names by id or e-mail address, by id. `given` is the id of the user that the text matched. */
export async function selectUsersByIdOrEmail(
  db: Db | Tx,
  scope: Scope,
  text: string,
): Promise<(NamedUser & { readonly given: string })[]> {
  const found = await sql<NamedUser & { given: string }>`select u.user_id as given, s.user_id as id, s.active
    from users u join users s on s.account_id = u.account_id and s.user_id = coalesce(u.merged_into, u.user_id)
    where u.account_id = ${scope.accountId} and (u.user_id = ${text} or lower(u.email) = lower(${text}))
    order by s.user_id`.execute(db);
  return found.rows;
}

/**
 * A subquery: the ids by which rows may name these users. While the rows of a merged user are being reassigned, some
 * still have the old id and some already have the new one.
 */
export function idsOf({ accountId }: Scope, ...userIds: string[]): RawBuilder<unknown> {
  return sql`(select same.user_id from users given join users same on same.account_id = given.account_id
      and coalesce(given.merged_into, given.user_id) in (same.user_id, same.merged_into)
    where given.account_id = ${accountId} and given.user_id = any(${userIds}))`;
}

/** Runs the subquery `idsOf` and returns its ids. */
export async function readIdsOf(db: Db | Tx, scope: Scope, userIds: readonly string[]): Promise<string[]> {
  const found = await sql<{ id: string }>`select id from ${idsOf(scope, ...userIds)} as same (id)`.execute(db);
  return found.rows.map(({ id }) => id);
}

/** The condition that a column names this user by any of their ids; always true for null. */
export function isUser(scope: Scope, column: string, userId: string | null): RawBuilder<unknown> {
  return userId === null ? sql`true` : sql`${sql.ref(column)} in ${idsOf(scope, userId)}`;
}
