import { type RawBuilder, sql } from 'kysely';
import type { Role } from '../contract/access.js';
import type { CallVisibility } from './accounts.js';
import type { Db, Scope, Tx } from './database.js';

/** Which calls a viewer sees: all, or their own, those shared with them and those of members of the teams given. */
export type Sight = 'all' | { readonly userId: string; readonly teamIds: readonly string[] };

/** The viewer of calls, for queries that return only the calls they see. */
export interface CallViewer extends Scope {
  readonly sight: Sight;
}

/** The condition that the viewer sees a call; `call` is the alias of `calls` in the query. */
export function visible(sight: Sight, call: string): RawBuilder<boolean> {
  if (sight === 'all') return sql`true`;
  const [account, caller] = [sql.ref(`${call}.account_id`), sql.ref(`${call}.caller_id`)];
  return sql`(${caller} = ${sight.userId} or exists (select from users seen
    where seen.account_id = ${account} and seen.user_id = ${caller} and seen.team_id = any(${[...sight.teamIds]}))
    or exists (select from shares shown where shown.account_id = ${account} and shown.call_id = ${sql.ref(`${call}.call_id`)}
      and shown.revoked_at is null and ${sight.userId} = any(shown.recipient_user_ids)))`;
}

/** Whether a call exists and the viewer sees it. */
export async function seesCall(db: Db | Tx, viewer: CallViewer, callId: string): Promise<boolean> {
  const found = await sql`select 1 from calls c where c.account_id = ${viewer.accountId} and c.call_id = ${callId}
    and ${visible(viewer.sight, 'c')}`.execute(db);
  return found.rows.length > 0;
}

/** Whether a viewer sees the calls of a user: their own, and those of members of the teams given. */
export async function isSeenUser(db: Db | Tx, { accountId, sight }: CallViewer, userId: string): Promise<boolean> {
  if (sight === 'all' || sight.userId === userId) return true;
  const found = await sql`select 1 from users where account_id = ${accountId} and user_id = ${userId}
    and team_id = any(${[...sight.teamIds]})`.execute(db);
  return found.rows.length > 0;
}

/** A person who views calls, with their current role and account settings. */
export interface Viewer {
  readonly userId: string;
  readonly role: Role;
  readonly callVisibility: CallVisibility;
  /** The teams whose calls a manager sees; empty for others, and if the account does not show teams' calls. */
  readonly teamIds: readonly string[];
}

/** Which calls a person sees. */
export function sightOf({ userId, role, callVisibility, teamIds }: Viewer): Sight {
  return role === 'admin' || callVisibility === 'everyone' ? 'all' : { userId, teamIds };
}

/**
 * The columns of a `Viewer`, from a row of `users` and of its account. The parameters are the aliases of both tables.
 */
export function viewerColumns(users: string, accounts: string): RawBuilder<Viewer> {
  const [user, role] = [sql.ref(`${users}.user_id`), sql.ref(`${users}.role`)];
  const visibility = sql.ref(`${accounts}.call_visibility`);
  const teams = managedTeamIds(sql.ref(`${users}.account_id`), user);
  return sql`${user} as "userId", ${role} as role, ${visibility} as "callVisibility",
    case when ${role} = 'manager' and ${visibility} = 'team' then array(${teams}) else '{}' end as "teamIds"`;
}

/** Which calls an active user sees; null if there is no such user. */
export async function readSight(db: Db | Tx, scope: Scope, userId: string): Promise<Sight | null> {
  const found = await sql<Viewer>`select ${viewerColumns('u', 'a')}
    from users u join accounts a on a.account_id = u.account_id
    where u.account_id = ${scope.accountId} and u.user_id = ${userId} and u.active`.execute(db);
  const viewer = found.rows[0];
  return viewer === undefined ? null : sightOf(viewer);
}

/** A subquery of the teams that a user manages, and all teams below them. */
function managedTeamIds(account: RawBuilder<unknown>, user: RawBuilder<unknown>): RawBuilder<string> {
  return sql`with recursive managed as (
      select team_id from teams where account_id = ${account} and manager_id = ${user}
      union select t.team_id from managed
        join teams t on t.account_id = ${account} and t.parent_team_id = managed.team_id)
    select team_id from managed order by team_id`;
}

/** The ids of the teams that a user manages, and of all teams below them. */
export async function managedTeams(db: Db | Tx, scope: Scope, userId: string): Promise<string[]> {
  const found = await sql<{ team_id: string }>`${managedTeamIds(sql`${scope.accountId}`, sql`${userId}`)}`.execute(db);
  return found.rows.map((row) => row.team_id);
}
