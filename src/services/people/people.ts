import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { compileCheck } from '../../contract/check.js';
import { DepartmentInput, DepartmentPatch, TeamInput, TeamPatch, UserInput, UserPatch } from '../../contract/v1.js';
import type { Department, Team, User } from '../../contract/v1-answers.js';
import { lockAccount } from '../../db/accounts.js';
import { recordAddresses } from '../../db/addresses.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { changePeople } from '../../db/people.js';
import { AppError, invalid } from '../../errors.js';
import { enqueue } from '../../queue/jobs.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { entriesChanged } from '../restamp.js';
import { requireUserId } from './named-users.js';
import { forgetLogIns } from './passwords.js';

const checks = {
  user: { input: compileCheck(UserInput), patch: compileCheck(UserPatch) },
  team: { input: compileCheck(TeamInput), patch: compileCheck(TeamPatch) },
  department: { input: compileCheck(DepartmentInput), patch: compileCheck(DepartmentPatch) },
};

const userColumns = sql`user_id as id, email, first_name as "firstName", last_name as "lastName", team_id as "teamId",
  department_id as "departmentId", system_ids as "systemIds", role, active,
  merged_into as "mergedInto"`;
const teamColumns = sql`team_id as id, name, manager_id as "managerId", department_id as "departmentId",
  parent_team_id as "parentTeamId", active`;
const departmentColumns = sql`department_id as id, name, active`;

const sources = {
  users: { columns: userColumns, id: 'user_id', noun: 'user' },
  teams: { columns: teamColumns, id: 'team_id', noun: 'team' },
  departments: { columns: departmentColumns, id: 'department_id', noun: 'department' },
} as const;

interface Managed {
  users: User;
  teams: Team;
  departments: Department;
}

/** Users, teams or departments of the account, inactive ones too, by id; all of them unless a page is asked for. */
export async function listPeople<K extends keyof Managed>(
  { db }: DbDeps,
  scope: Scope,
  kind: K,
  page: { readonly after: string; readonly limit: number | null } = { after: '', limit: null },
): Promise<Managed[K][]> {
  const { columns, id } = sources[kind];
  const found = await sql<Managed[K]>`select ${columns} from ${sql.table(kind)}
    where account_id = ${scope.accountId} and ${sql.ref(id)} > ${page.after}
    order by ${sql.ref(id)} limit ${page.limit}`.execute(db);
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

/** Something of the people, locked until commit: nobody else's change comes between it and ours. */
export async function lockPerson<K extends keyof Managed>(
  tx: Tx,
  scope: Scope,
  kind: K,
  id: string,
  ifMatch: string | null,
): Promise<Managed[K]> {
  // Not `for update`: calls under way refer to this row, and would wait for us while we wait for them.
  await sql`select 1 from ${sql.table(kind)}
    where account_id = ${scope.accountId} and ${sql.ref(sources[kind].id)} = ${id} for no key update`.execute(tx);
  const found = await readPerson(tx, scope, kind, id);
  requireMatch(ifMatch, etagOf(found));
  return found;
}

async function created<K extends keyof Managed>(tx: Tx, actor: Actor, kind: K, id: string): Promise<Managed[K]> {
  const after = await readPerson(tx, actor, kind, id);
  await recordChange(tx, actor, { kind, id, before: null, after });
  return after;
}

async function changed<K extends keyof Managed>(
  tx: Tx,
  actor: Actor,
  kind: K,
  before: Managed[K],
): Promise<Managed[K]> {
  const after = await readPerson(tx, actor, kind, before.id);
  await recordChange(tx, actor, { kind, id: before.id, before, after });
  return after;
}

export async function createUser({ db }: DbDeps, actor: Actor, body: unknown): Promise<User> {
  const input = checks.user.input(body);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  const id = input.id ?? randomUUID();
  return atomic(db, async (tx) => {
    await changePeople(tx, actor);
    await requireUnused(tx, actor, 'users', input.id);
    await requireReference(tx, actor, 'teams', 'teamId', input.teamId);
    await requireReference(tx, actor, 'departments', 'departmentId', input.departmentId);
    await requireFreeEmail(tx, actor, input.email, null);
    await tx
      .insertInto('users')
      .values({
        account_id: actor.accountId,
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
    await recordAddresses(tx, actor, id);
    await userChanged(tx, actor, id, [input.email]);
    return created(tx, actor, 'users', id);
  });
}

export async function updateUser(
  { db }: DbDeps,
  actor: Actor,
  userId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<User> {
  const patch = checks.user.patch(body);
  return atomic(db, async (tx) => {
    await changePeople(tx, actor);
    const before = await lockPerson(tx, actor, 'users', userId, ifMatch);
    if (before.mergedInto !== null) {
      throw new AppError('conflict', `The user was merged into ${before.mergedInto}: change that one.`);
    }
    await requireReference(tx, actor, 'teams', 'teamId', patch.teamId);
    await requireReference(tx, actor, 'departments', 'departmentId', patch.departmentId);
    const email = patch.email ?? before.email;
    if (patch.active ?? before.active) await requireFreeEmail(tx, actor, email, userId);
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
      .where('account_id', '=', actor.accountId)
      .where('user_id', '=', userId)
      .execute();
    await recordAddresses(tx, actor, userId);
    // At once, and for good: they come back as somebody who has to log in.
    if (patch.active === false) await forgetLogIns(tx, actor, userId);
    const renamed = email !== before.email;
    if (renamed || patch.systemIds !== undefined) {
      await userChanged(tx, actor, userId, renamed ? [before.email, email] : [email]);
    }
    const moved = patch.teamId !== undefined && patch.teamId !== before.teamId;
    if (renamed || moved) await entriesChanged(tx, actor, 'user', [userId]);
    return changed(tx, actor, 'users', before);
  });
}

/** What calls show of a user or resolve by one follows in the background. */
export async function userChanged(tx: Tx, scope: Scope, userId: string, emails: string[]): Promise<void> {
  await tx
    .updateTable('accounts')
    .set((eb) => ({ people_version: eb('people_version', '+', 1) }))
    .where('account_id', '=', scope.accountId)
    .execute();
  await enqueue(tx, 'user_changed', { accountId: scope.accountId, userId, emails, step: 'link', after: '' });
}

export async function createTeam({ db }: DbDeps, actor: Actor, body: unknown): Promise<Team> {
  const input = checks.team.input(body);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  const id = input.id ?? randomUUID();
  return atomic(db, async (tx) => {
    await requireUnused(tx, actor, 'teams', input.id);
    const managerId = await requireUserId(tx, actor, 'managerId', input.managerId);
    await requireReference(tx, actor, 'departments', 'departmentId', input.departmentId);
    await requireReference(tx, actor, 'teams', 'parentTeamId', input.parentTeamId);
    await tx
      .insertInto('teams')
      .values({
        account_id: actor.accountId,
        team_id: id,
        name: input.name,
        manager_id: managerId ?? null,
        department_id: input.departmentId ?? null,
        parent_team_id: input.parentTeamId ?? null,
      })
      .execute();
    return created(tx, actor, 'teams', id);
  });
}

export async function updateTeam(
  { db }: DbDeps,
  actor: Actor,
  teamId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Team> {
  const patch = checks.team.patch(body);
  return atomic(db, async (tx) => {
    const managerId = await requireUserId(tx, actor, 'managerId', patch.managerId);
    await requireReference(tx, actor, 'departments', 'departmentId', patch.departmentId);
    await requireReference(tx, actor, 'teams', 'parentTeamId', patch.parentTeamId);
    if (patch.parentTeamId != null) await requireNoCircle(tx, actor, teamId, patch.parentTeamId);
    const before = await lockPerson(tx, actor, 'teams', teamId, ifMatch);
    await tx
      .updateTable('teams')
      .set({
        name: patch.name ?? before.name,
        manager_id: managerId === undefined ? before.managerId : managerId,
        department_id: patch.departmentId === undefined ? before.departmentId : patch.departmentId,
        parent_team_id: patch.parentTeamId === undefined ? before.parentTeamId : patch.parentTeamId,
        active: patch.active ?? before.active,
      })
      .where('account_id', '=', actor.accountId)
      .where('team_id', '=', teamId)
      .execute();
    if (patch.name !== undefined && patch.name !== before.name) await entriesChanged(tx, actor, 'team', [teamId]);
    return changed(tx, actor, 'teams', before);
  });
}

/** Refuses to put a team below itself or a team that is below it. */
async function requireNoCircle(tx: Tx, scope: Scope, teamId: string, parentTeamId: string): Promise<void> {
  // Two halves of a circle could come at once.
  await lockAccount(tx, scope);
  const above = await sql<{ circle: boolean }>`with recursive above as (
      select team_id, parent_team_id from teams where account_id = ${scope.accountId} and team_id = ${parentTeamId}
      union select t.team_id, t.parent_team_id from above
        join teams t on t.account_id = ${scope.accountId} and t.team_id = above.parent_team_id)
    select exists (select from above where team_id = ${teamId}) as circle`.execute(tx);
  if (above.rows[0]!.circle) {
    throw invalid('parentTeamId', 'would put the team below itself', 'a team that is not below this one');
  }
}

export async function createDepartment({ db }: DbDeps, actor: Actor, body: unknown): Promise<Department> {
  const input = checks.department.input(body);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  const id = input.id ?? randomUUID();
  return atomic(db, async (tx) => {
    await requireUnused(tx, actor, 'departments', input.id);
    await tx
      .insertInto('departments')
      .values({ account_id: actor.accountId, department_id: id, name: input.name })
      .execute();
    return created(tx, actor, 'departments', id);
  });
}

export async function updateDepartment(
  { db }: DbDeps,
  actor: Actor,
  departmentId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Department> {
  const patch = checks.department.patch(body);
  return atomic(db, async (tx) => {
    const before = await lockPerson(tx, actor, 'departments', departmentId, ifMatch);
    await tx
      .updateTable('departments')
      .set({ name: patch.name ?? before.name, active: patch.active ?? before.active })
      .where('account_id', '=', actor.accountId)
      .where('department_id', '=', departmentId)
      .execute();
    return changed(tx, actor, 'departments', before);
  });
}
