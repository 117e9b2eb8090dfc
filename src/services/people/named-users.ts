import type { Scope, Tx } from '../../db/database.js';
import { selectUsersByIdOrEmail, usersNamed } from '../../db/named-users.js';
import { invalid } from '../../errors.js';
import type { DbDeps } from '../deps.js';

/**
 * The id of the user whom somebody names by id or e-mail address; the text itself where it names nobody. Throws
 * `invalid` for the address of several users who are all deactivated.
 */
export async function namedUserId({ db }: DbDeps, scope: Scope, text: string): Promise<string> {
  const found = await selectUsersByIdOrEmail(db, scope, text);
  const named = found.find((user) => user.given === text) ?? found.find(({ active }) => active);
  const ids = [...new Set(found.map(({ id }) => id))];
  if (named === undefined && ids.length > 1) {
    throw invalid('USER', `${text} is several users, all deactivated`, `one of their ids: ${ids.join(', ')}`);
  }
  return named?.id ?? ids[0] ?? text;
}

/**
 * The ids of the users whom these ids name, in the same order. Throws `invalid` for one that names no user of the
 * account, or a deactivated one where `who` is `active`.
 */
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

/**
 * The id of the user whom an id names, where one is given. Throws `invalid` where it names no user of the account.
 */
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
