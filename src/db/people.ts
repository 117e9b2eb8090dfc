import { sql } from 'kysely';
import type { DepartmentEntry, TeamEntry, UserEntry } from '../contract/v2.js';
import { lockAccount } from './accounts.js';
import { ADVISORY_LOCKS } from './connection/advisory-locks.js';
import type { Db, Scope, Tx } from './database.js';

/** Active users, by id. Their department is their own, or else their team's. */
export async function activeUsers(db: Db, scope: Scope): Promise<UserEntry[]> {
  const found = await sql<UserEntry>`
    select u.user_id as "userId", u.email, u.first_name as "firstName", u.last_name as "lastName", u.team_id as "teamId",
      coalesce(u.department_id, t.department_id) as "departmentId", u.system_ids as "systemIds"
    from users u left join teams t on t.account_id = u.account_id and t.team_id = u.team_id
    where u.account_id = ${scope.accountId} and u.active order by u.user_id`.execute(db);
  return found.rows;
}

export async function activeTeams(db: Db, scope: Scope): Promise<TeamEntry[]> {
  const found = await sql<TeamEntry>`
    select team_id as id, name, manager_id as "managerId", department_id as "departmentId"
    from teams where account_id = ${scope.accountId} and active order by team_id`.execute(db);
  return found.rows;
}

export async function activeDepartments(db: Db, scope: Scope): Promise<DepartmentEntry[]> {
  const found = await sql<DepartmentEntry>`
    select department_id as id, name from departments
    where account_id = ${scope.accountId} and active order by department_id`.execute(db);
  return found.rows;
}

const peopleLock = ({ accountId }: Scope) => sql`hashtextextended(${accountId}, ${ADVISORY_LOCKS.people})`;

/** Whoever names users, by ids or addresses, calls this first: until the transaction ends, they stay who is meant. */
export async function holdPeople(tx: Tx, scope: Scope): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${peopleLock(scope)})`.execute(tx);
}

/**
 * Whoever changes by what users are found, or who they are, calls this first: what named them before is committed by now, and
 * what names them from now on waits. The account's row comes before: analyses lock it, too, and then their call, which
 * whoever names users may have locked.
 */
export async function changePeople(tx: Tx, scope: Scope): Promise<void> {
  await lockAccount(tx, scope);
  await sql`select pg_advisory_xact_lock(${peopleLock(scope)})`.execute(tx);
}
