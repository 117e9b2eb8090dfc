import { sql } from 'kysely';
import type { Team } from '../contract/v1-answers.js';
import type { TeamEntry } from '../contract/v2.js';
import type { Db, Scope, Tx } from './database.js';

const columns = sql`team_id as id, name, manager_id as "managerId", department_id as "departmentId",
  parent_team_id as "parentTeamId", active`;

/** The list of API v2 (api-v2 §4): active teams, by id. */
export async function selectActiveTeams(db: Db, scope: Scope): Promise<TeamEntry[]> {
  const found = await sql<TeamEntry>`
    select team_id as id, name, manager_id as "managerId", department_id as "departmentId"
    from teams where account_id = ${scope.accountId} and active order by team_id`.execute(db);
  return found.rows;
}

/** The account's teams with ids after the given one, inactive ones included, by id. */
export async function selectTeams(
  db: Db | Tx,
  scope: Scope,
  page: { readonly after: string; readonly limit: number },
): Promise<Team[]> {
  const found = await sql<Team>`select ${columns} from teams
    where account_id = ${scope.accountId} and team_id > ${page.after} order by team_id limit ${page.limit}`.execute(db);
  return found.rows;
}

/** The team; null if the account has no such team. */
export async function findTeam(db: Db | Tx, scope: Scope, teamId: string): Promise<Team | null> {
  const found = await sql<Team>`select ${columns} from teams
    where account_id = ${scope.accountId} and team_id = ${teamId}`.execute(db);
  return found.rows[0] ?? null;
}

/**
 * The team, locked until commit. Inserts of rows with a foreign key to the team do not wait. Null if the account has no
 * such team.
 */
export async function lockTeam(tx: Tx, scope: Scope, teamId: string): Promise<Team | null> {
  const found = await sql<Team>`select ${columns} from teams
    where account_id = ${scope.accountId} and team_id = ${teamId} for no key update`.execute(tx);
  return found.rows[0] ?? null;
}

/** The teams that a user manages, inactive ones included, by id, locked until commit. */
export async function lockTeamsOf(tx: Tx, scope: Scope, managerId: string): Promise<Team[]> {
  const found = await sql<Team>`select ${columns} from teams
    where account_id = ${scope.accountId} and manager_id = ${managerId} order by team_id for no key update`.execute(tx);
  return found.rows;
}

/** Whether a team is the other one or an ancestor of it. */
export async function isTeamOrAbove(tx: Tx, scope: Scope, teamId: string, other: string): Promise<boolean> {
  const found = await sql<{ is: boolean }>`with recursive above as (
      select team_id, parent_team_id from teams where account_id = ${scope.accountId} and team_id = ${other}
      union select t.team_id, t.parent_team_id from above
        join teams t on t.account_id = ${scope.accountId} and t.team_id = above.parent_team_id)
    select exists (select from above where team_id = ${teamId}) as is`.execute(tx);
  return found.rows[0]!.is;
}

/** Adds an active team. Returns it as stored. */
export async function insertTeam(tx: Tx, scope: Scope, team: Omit<Team, 'active'>): Promise<Team> {
  const { id, name, managerId, departmentId, parentTeamId } = team;
  const added = await sql<Team>`insert into teams
      (account_id, team_id, name, manager_id, department_id, parent_team_id)
    values (${scope.accountId}, ${id}, ${name}, ${managerId}, ${departmentId}, ${parentTeamId})
    returning ${columns}`.execute(tx);
  return added.rows[0]!;
}

/** Stores a team's new values. Returns it as stored. */
export async function writeTeam(tx: Tx, scope: Scope, team: Team): Promise<Team> {
  const { id, name, managerId, departmentId, parentTeamId, active } = team;
  const written = await sql<Team>`update teams set name = ${name}, manager_id = ${managerId},
      department_id = ${departmentId}, parent_team_id = ${parentTeamId}, active = ${active}
    where account_id = ${scope.accountId} and team_id = ${id} returning ${columns}`.execute(tx);
  return written.rows[0]!;
}

/** Which of these ids are those of active teams. */
export async function activeTeamsAmong(db: Db | Tx, scope: Scope, ids: readonly string[]): Promise<Set<string>> {
  const found = await sql<{ id: string }>`select team_id as id from teams
    where account_id = ${scope.accountId} and team_id = any(${[...ids]}) and active`.execute(db);
  return new Set(found.rows.map(({ id }) => id));
}
