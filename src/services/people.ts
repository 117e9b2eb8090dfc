import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { compileCheck } from '../contract/check.js';
import { DepartmentInput, DepartmentPatch, TeamInput, TeamPatch, UserInput, UserPatch } from '../contract/v1.js';
import type { Db, Scope, Tx } from '../db/schema.js';
import { AppError, invalid } from '../errors.js';
import { enqueue } from '../jobs/kinds.js';

const checks = {
  user: { input: compileCheck(UserInput), patch: compileCheck(UserPatch) },
  team: { input: compileCheck(TeamInput), patch: compileCheck(TeamPatch) },
  department: { input: compileCheck(DepartmentInput), patch: compileCheck(DepartmentPatch) },
};

export interface ManagedUser {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly teamId: string | null;
  readonly departmentId: string | null;
  readonly systemIds: readonly string[];
  readonly role: string;
  readonly active: boolean;
}

export interface ManagedTeam {
  readonly id: string;
  readonly name: string;
  readonly managerId: string | null;
  readonly departmentId: string | null;
  readonly active: boolean;
}

export interface ManagedDepartment {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
}

const userColumns = sql`user_id as id, email, first_name as "firstName", last_name as "lastName", team_id as "teamId",
  department_id as "departmentId", system_ids as "systemIds", role, active`;
const teamColumns = sql`team_id as id, name, manager_id as "managerId", department_id as "departmentId", active`;
const departmentColumns = sql`department_id as id, name, active`;

const sources = {
  users: { columns: userColumns, id: 'user_id', noun: 'user' },
  teams: { columns: teamColumns, id: 'team_id', noun: 'team' },
  departments: { columns: departmentColumns, id: 'department_id', noun: 'department' },
} as const;

interface Managed {
  users: ManagedUser;
  teams: ManagedTeam;
  departments: ManagedDepartment;
}

/** All users, teams or departments of the account, inactive ones too, by id. */
export async function listPeople<K extends keyof Managed>(db: Db, scope: Scope, kind: K): Promise<Managed[K][]> {
  const { columns, id } = sources[kind];
  const found = await sql<Managed[K]>`select ${columns} from ${sql.table(kind)}
    where account_id = ${scope.accountId} order by ${sql.ref(id)}`.execute(db);
  return found.rows;
}

export async function readPerson<K extends keyof Managed>(
  db: Db | Tx,
  scope: Scope,
  kind: K,
  id: string,
): Promise<Managed[K]> {
  const source = sources[kind];
  const found = await sql<Managed[K]>`select ${source.columns} from ${sql.table(kind)}
    where account_id = ${scope.accountId} and ${sql.ref(source.id)} = ${id}`.execute(db);
  const row = found.rows[0];
  if (!row) throw new AppError('not_found', `There is no such ${source.noun}.`);
  return row;
}

/** Refuses a reference to something that the account does not have. */
async function requireReference(
  tx: Tx,
  scope: Scope,
  kind: keyof Managed,
  field: string,
  id: string | null | undefined,
): Promise<void> {
  if (id == null) return;
  const source = sources[kind];
  const found = await sql`select 1 from ${sql.table(kind)}
    where account_id = ${scope.accountId} and ${sql.ref(source.id)} = ${id}`.execute(tx);
  if (found.rows.length === 0) throw invalid(field, `names no ${source.noun} of this account`, `a ${source.noun}'s id`);
}

async function requireUnused(tx: Tx, scope: Scope, kind: keyof Managed, id: string | undefined): Promise<void> {
  if (id === undefined) return;
  const source = sources[kind];
  const found = await sql`select 1 from ${sql.table(kind)}
    where account_id = ${scope.accountId} and ${sql.ref(source.id)} = ${id}`.execute(tx);
  if (found.rows.length > 0)
    throw new AppError('conflict', `There is a ${source.noun} ${id} already.`, { field: 'id' });
}

async function requireFreeEmail(tx: Tx, scope: Scope, email: string, exceptUserId: string | null): Promise<void> {
  const found = await sql<{ user_id: string }>`select user_id from users where account_id = ${scope.accountId}
    and lower(email) = lower(${email}) and active and user_id is distinct from ${exceptUserId}`.execute(tx);
  const holder = found.rows[0];
  if (holder) {
    throw new AppError('conflict', `${email} belongs to the active user ${holder.user_id}.`, { field: 'email' });
  }
}

/** An id is the sender's to choose only with the admin scope. */
export function requireChosenId(id: string | undefined, mayChooseId: boolean): void {
  if (id !== undefined && !mayChooseId) {
    throw new AppError('forbidden', 'id is chosen by the server unless the credential has the admin scope', {
      field: 'id',
    });
  }
}

export async function createUser(db: Db, scope: Scope, body: unknown, mayChooseId: boolean): Promise<ManagedUser> {
  const input = checks.user.input(body);
  requireChosenId(input.id, mayChooseId);
  const id = input.id ?? randomUUID();
  return db.transaction().execute(async (tx) => {
    await requireUnused(tx, scope, 'users', input.id);
    await requireReference(tx, scope, 'teams', 'teamId', input.teamId);
    await requireReference(tx, scope, 'departments', 'departmentId', input.departmentId);
    await requireFreeEmail(tx, scope, input.email, null);
    await tx
      .insertInto('users')
      .values({
        account_id: scope.accountId,
        user_id: id,
        email: input.email,
        first_name: input.firstName,
        last_name: input.lastName,
        team_id: input.teamId ?? null,
        department_id: input.departmentId ?? null,
        system_ids: [...new Set(input.systemIds ?? [])],
        role: input.role ?? 'rep',
      })
      .execute();
    await userChanged(tx, scope, id, [input.email]);
    return readPerson(tx, scope, 'users', id);
  });
}

export async function updateUser(db: Db, scope: Scope, userId: string, body: unknown): Promise<ManagedUser> {
  const patch = checks.user.patch(body);
  return db.transaction().execute(async (tx) => {
    // Not `for update`: calls under way refer to this row, and would wait for us while we wait for them.
    await sql`select 1 from users where account_id = ${scope.accountId} and user_id = ${userId} for no key update`.execute(
      tx,
    );
    const before = await readPerson(tx, scope, 'users', userId);
    await requireReference(tx, scope, 'teams', 'teamId', patch.teamId);
    await requireReference(tx, scope, 'departments', 'departmentId', patch.departmentId);
    const email = patch.email ?? before.email;
    if (patch.active ?? before.active) await requireFreeEmail(tx, scope, email, userId);
    await tx
      .updateTable('users')
      .set({
        email,
        first_name: patch.firstName ?? before.firstName,
        last_name: patch.lastName ?? before.lastName,
        team_id: patch.teamId === undefined ? before.teamId : patch.teamId,
        department_id: patch.departmentId === undefined ? before.departmentId : patch.departmentId,
        system_ids: [...new Set(patch.systemIds ?? before.systemIds)],
        role: patch.role ?? before.role,
        active: patch.active ?? before.active,
      })
      .where('account_id', '=', scope.accountId)
      .where('user_id', '=', userId)
      .execute();
    const renamed = email !== before.email;
    if (renamed || patch.systemIds !== undefined) {
      await userChanged(tx, scope, userId, renamed ? [before.email, email] : [email]);
    }
    return readPerson(tx, scope, 'users', userId);
  });
}

/** What calls show of a user or resolve by one follows in the background. */
async function userChanged(tx: Tx, scope: Scope, userId: string, emails: string[]): Promise<void> {
  await tx
    .updateTable('accounts')
    .set((eb) => ({ people_version: eb('people_version', '+', 1) }))
    .where('account_id', '=', scope.accountId)
    .execute();
  await enqueue(tx, 'user_changed', { accountId: scope.accountId, userId, emails, step: 'link', after: '' });
}

export async function createTeam(db: Db, scope: Scope, body: unknown, mayChooseId: boolean): Promise<ManagedTeam> {
  const input = checks.team.input(body);
  requireChosenId(input.id, mayChooseId);
  const id = input.id ?? randomUUID();
  return db.transaction().execute(async (tx) => {
    await requireUnused(tx, scope, 'teams', input.id);
    await requireReference(tx, scope, 'users', 'managerId', input.managerId);
    await requireReference(tx, scope, 'departments', 'departmentId', input.departmentId);
    await tx
      .insertInto('teams')
      .values({
        account_id: scope.accountId,
        team_id: id,
        name: input.name,
        manager_id: input.managerId ?? null,
        department_id: input.departmentId ?? null,
      })
      .execute();
    return readPerson(tx, scope, 'teams', id);
  });
}

export async function updateTeam(db: Db, scope: Scope, teamId: string, body: unknown): Promise<ManagedTeam> {
  const patch = checks.team.patch(body);
  return db.transaction().execute(async (tx) => {
    await requireReference(tx, scope, 'users', 'managerId', patch.managerId);
    await requireReference(tx, scope, 'departments', 'departmentId', patch.departmentId);
    await sql`select 1 from teams where account_id = ${scope.accountId} and team_id = ${teamId} for no key update`.execute(
      tx,
    );
    const before = await readPerson(tx, scope, 'teams', teamId);
    await tx
      .updateTable('teams')
      .set({
        name: patch.name ?? before.name,
        manager_id: patch.managerId === undefined ? before.managerId : patch.managerId,
        department_id: patch.departmentId === undefined ? before.departmentId : patch.departmentId,
        active: patch.active ?? before.active,
      })
      .where('account_id', '=', scope.accountId)
      .where('team_id', '=', teamId)
      .execute();
    return readPerson(tx, scope, 'teams', teamId);
  });
}

export async function createDepartment(
  db: Db,
  scope: Scope,
  body: unknown,
  mayChooseId: boolean,
): Promise<ManagedDepartment> {
  const input = checks.department.input(body);
  requireChosenId(input.id, mayChooseId);
  const id = input.id ?? randomUUID();
  return db.transaction().execute(async (tx) => {
    await requireUnused(tx, scope, 'departments', input.id);
    await tx
      .insertInto('departments')
      .values({ account_id: scope.accountId, department_id: id, name: input.name })
      .execute();
    return readPerson(tx, scope, 'departments', id);
  });
}

export async function updateDepartment(
  db: Db,
  scope: Scope,
  departmentId: string,
  body: unknown,
): Promise<ManagedDepartment> {
  const patch = checks.department.patch(body);
  return db.transaction().execute(async (tx) => {
    const before = await readPerson(tx, scope, 'departments', departmentId);
    await tx
      .updateTable('departments')
      .set({ name: patch.name ?? before.name, active: patch.active ?? before.active })
      .where('account_id', '=', scope.accountId)
      .where('department_id', '=', departmentId)
      .execute();
    return readPerson(tx, scope, 'departments', departmentId);
  });
}
