import { type RawBuilder, sql } from 'kysely';
import type { Db, Scope, Tx } from './database.js';
import type { Sight } from './visibility.js';

/**
 * The condition that the viewer sees a row of coaching. `by` and `about` are columns of `alias`: `by` names the coach
 * or observer, `about` the person who is coached or observed. Both see the row, and so do managers of the team of the
 * person named by `about`.
 */
export function seesCoaching(sight: Sight, alias: string, by: string, about: string): RawBuilder<boolean> {
  if (sight === 'all') return sql`true`;
  const [account, coach, recipient] = ['account_id', by, about].map((column) => sql.ref(`${alias}.${column}`));
  return sql`(${coach!} = ${sight.userId} or ${recipient!} = ${sight.userId} or exists (select from users seen
    where seen.account_id = ${account!} and seen.user_id = ${recipient!} and seen.team_id = any(${sight.teamIds})))`;
}

/** Whether a user is in one of these teams. */
export async function isInTeams(
  db: Db | Tx,
  scope: Scope,
  userId: string,
  teamIds: readonly string[],
): Promise<boolean> {
  const found = await sql`select 1 from users where account_id = ${scope.accountId} and user_id = ${userId}
    and team_id = any(${teamIds})`.execute(db);
  return found.rows.length > 0;
}
