import { sql } from 'kysely';
import type { User } from '../contract/v1-answers.js';
import type { UserEntry } from '../contract/v2.js';
import type { Db, Scope, Tx } from './database.js';

const columns = sql`user_id as id, email, first_name as "firstName", last_name as "lastName", team_id as "teamId",
  department_id as "departmentId", system_ids as "systemIds", role, active, merged_into as "mergedInto"`;

/** The list of API v2 (api-v2 §4): active users, by id. A user without a department has that of their team. */
export async function selectActiveUsers(db: Db, scope: Scope): Promise<UserEntry[]> {
  const found = await sql<UserEntry>`
    select u.user_id as "userId", u.email, u.first_name as "firstName", u.last_name as "lastName",
      u.team_id as "teamId", coalesce(u.department_id, t.department_id) as "departmentId", u.system_ids as "systemIds"
    from users u left join teams t on t.account_id = u.account_id and t.team_id = u.team_id
    where u.account_id = ${scope.accountId} and u.active order by u.user_id`.execute(db);
  return found.rows;
}

/**
 * The account's users with ids after the given one, deactivated ones included, by id: at most `limit`, or all for null.
 */
export async function selectUsers(
  db: Db | Tx,
  scope: Scope,
  page: { readonly after: string; readonly limit: number | null },
): Promise<User[]> {
  const found = await sql<User>`select ${columns} from users
    where account_id = ${scope.accountId} and user_id > ${page.after} order by user_id limit ${page.limit}`.execute(db);
  return found.rows;
}

/** The user; null if the account has no such user. */
export async function findUser(db: Db | Tx, scope: Scope, userId: string): Promise<User | null> {
  const found = await sql<User>`select ${columns} from users
    where account_id = ${scope.accountId} and user_id = ${userId}`.execute(db);
  return found.rows[0] ?? null;
}

/**
 * The user, locked until commit; null if the account has no such user. The lock is not `for update`: a transaction that
 * inserts a row with a foreign key to the user would wait for this one, and this one may be waiting for that row.
 */
export async function lockUser(tx: Tx, scope: Scope, userId: string): Promise<User | null> {
  const found = await sql<User>`select ${columns} from users
    where account_id = ${scope.accountId} and user_id = ${userId} for no key update`.execute(tx);
  return found.rows[0] ?? null;
}

/** The id of the active user with this e-mail address, other than the user `exceptId`; null if there is none. */
export async function findEmailHolder(
  tx: Tx,
  scope: Scope,
  email: string,
  exceptId: string | null,
): Promise<string | null> {
  const found = await sql<{ id: string }>`select user_id as id from users where account_id = ${scope.accountId}
    and lower(email) = lower(${email}) and active and user_id is distinct from ${exceptId}`.execute(tx);
  return found.rows[0]?.id ?? null;
}

/** The active user with this e-mail address, locked `for share` until commit; null if there is none. */
export async function lockUserByEmail(
  tx: Tx,
  scope: Scope,
  email: string,
): Promise<Pick<User, 'id' | 'email' | 'role'> | null> {
  const found = await sql<Pick<User, 'id' | 'email' | 'role'>>`select user_id as id, email, role from users
    where account_id = ${scope.accountId} and lower(email) = lower(${email}) and active for share`.execute(tx);
  return found.rows[0] ?? null;
}

/** An active user of any account, with the data that mails to them show. */
export interface UserToMail extends Scope, Pick<User, 'id' | 'email' | 'role'> {
  readonly accountName: string;
}

/** The active users with this e-mail address in all accounts, by account. */
export async function selectUsersToMail(db: Db | Tx, email: string): Promise<UserToMail[]> {
  const found = await sql<UserToMail>`
    select u.account_id as "accountId", u.user_id as id, u.email, u.role, a.name as "accountName"
    from users u join accounts a on a.account_id = u.account_id
    where lower(u.email) = lower(${email}) and u.active order by u.account_id`.execute(db);
  return found.rows;
}

/** Adds a user, active and not merged. Returns them as stored. */
export async function insertUser(tx: Tx, scope: Scope, user: Omit<User, 'active' | 'mergedInto'>): Promise<User> {
  const { id, email, firstName, lastName, teamId, departmentId, systemIds, role } = user;
  const added = await sql<User>`insert into users
      (account_id, user_id, email, first_name, last_name, team_id, department_id, system_ids, role)
    values (${scope.accountId}, ${id}, ${email}, ${firstName}, ${lastName}, ${teamId}, ${departmentId},
      ${systemIds}, ${role})
    returning ${columns}`.execute(tx);
  return added.rows[0]!;
}

/** Stores a user's new values. Returns them as stored. */
export async function writeUser(tx: Tx, scope: Scope, user: User): Promise<User> {
  const { id, email, firstName, lastName, teamId, departmentId, systemIds, role, active, mergedInto } = user;
  const written = await sql<User>`update users set email = ${email}, first_name = ${firstName}, last_name = ${lastName},
      team_id = ${teamId}, department_id = ${departmentId}, system_ids = ${systemIds}, role = ${role},
      active = ${active}, merged_into = ${mergedInto}
    where account_id = ${scope.accountId} and user_id = ${id} returning ${columns}`.execute(tx);
  return written.rows[0]!;
}

/** Records that the users who were merged into one user are merged into another one. */
export async function writeMergedInto(tx: Tx, scope: Scope, from: string, into: string): Promise<void> {
  await sql`update users set merged_into = ${into}
    where account_id = ${scope.accountId} and merged_into = ${from}`.execute(tx);
}

/** The user's own time zone; null if they have none. */
export async function findOwnTimeZone(tx: Db | Tx, scope: Scope, userId: string): Promise<string | null> {
  const found = await sql<{ timeZone: string | null }>`select time_zone as "timeZone" from users
    where account_id = ${scope.accountId} and user_id = ${userId}`.execute(tx);
  return found.rows[0]?.timeZone ?? null;
}

/** Stores the user's own time zone; null for the account's. */
export async function writeOwnTimeZone(tx: Tx, scope: Scope, userId: string, timeZone: string | null): Promise<void> {
  await sql`update users set time_zone = ${timeZone}
    where account_id = ${scope.accountId} and user_id = ${userId}`.execute(tx);
}
