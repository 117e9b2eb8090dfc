import { type RawBuilder, sql } from 'kysely';
import type { Db, Scope, Tx } from './schema.js';

/** Which calls somebody sees: all, or their own, those that were shared with them, and those of some teams' people. */
export type Sight = 'all' | { readonly userId: string; readonly teamIds: readonly string[] };

/** Whether a call is seen; `call` is the alias of `calls` in the query. */
export function visible(sight: Sight, call: string): RawBuilder<boolean> {
  if (sight === 'all') return sql`true`;
  const [account, caller] = [sql.ref(`${call}.account_id`), sql.ref(`${call}.caller_id`)];
  return sql`(${caller} = ${sight.userId} or exists (select from users seen
    where seen.account_id = ${account} and seen.user_id = ${caller} and seen.team_id = any(${[...sight.teamIds]})))`;
}

/** Whether there is a call, and it is seen. */
export async function seesCall(
  db: Db | Tx,
  viewer: Scope & { readonly sight: Sight },
  callId: string,
): Promise<boolean> {
  const found = await sql`select 1 from calls c where c.account_id = ${viewer.accountId} and c.call_id = ${callId}
    and ${visible(viewer.sight, 'c')}`.execute(db);
  return found.rows.length > 0;
}

/** The teams that somebody manages, and those below. */
export async function managedTeams(db: Db, scope: Scope, userId: string): Promise<string[]> {
  const found = await sql<{ team_id: string }>`with recursive managed as (
      select team_id from teams where account_id = ${scope.accountId} and manager_id = ${userId}
      union select t.team_id from managed
        join teams t on t.account_id = ${scope.accountId} and t.parent_team_id = managed.team_id)
    select team_id from managed order by team_id`.execute(db);
  return found.rows.map((row) => row.team_id);
}
