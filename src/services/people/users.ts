import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { UserInput, UserPatch } from '../../contract/v1.js';
import type { User } from '../../contract/v1-answers.js';
import { recordAddresses } from '../../db/addresses.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { lockPeople } from '../../db/people.js';
import { findEmailHolder, findUser, insertUser, lockUser, selectUsers, writeUser } from '../../db/users.js';
import { AppError } from '../../errors.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { entriesChanged } from '../restamp.js';
import { requireDepartment } from './departments.js';
import { revokeLogIns } from './passwords.js';
import { requireTeam } from './teams.js';
import { enqueueUserChange } from './user-changes.js';

const checkInput = compileCheck(UserInput);
const checkPatch = compileCheck(UserPatch);

/** Users of the account, deactivated ones too, by id: a page, or all of them. */
export function listUsers(
  { db }: DbDeps,
  scope: Scope,
  page: { readonly after: string; readonly limit: number | null } = { after: '', limit: null },
): Promise<User[]> {
  return selectUsers(db, scope, page);
}

/** Throws `not_found` where the account has no such user. */
export async function readUser({ db }: DbDeps, scope: Scope, userId: string): Promise<User> {
  return existingUser(await findUser(db, scope, userId));
}

/** Throws `conflict` where the id is taken, or the e-mail address is an active user's. */
export async function createUser({ db }: DbDeps, actor: Actor, body: unknown): Promise<User> {
  const input = checkInput(body);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  const { id = randomUUID(), email, firstName, lastName, teamId, departmentId, systemIds, role } = input;
  return atomic(db, async (tx) => {
    await lockPeople(tx, actor);
    if (input.id !== undefined && (await findUser(tx, actor, id)) !== null) {
      throw new AppError('conflict', `There is a user ${id} already.`, { field: 'id' });
    }
    await requireTeam(tx, actor, 'teamId', teamId);
    await requireDepartment(tx, actor, 'departmentId', departmentId);
    await requireFreeEmail(tx, actor, email, null);
    const after = await insertUser(tx, actor, {
      id,
      email,
      firstName,
      lastName,
      teamId: teamId ?? null,
      departmentId: departmentId ?? null,
      systemIds: [...new Set(systemIds)],
      role: role ?? 'rep',
    });
    await recordAddresses(tx, actor, id);
    await enqueueUserChange(tx, actor, id, [email]);
    await recordChange(tx, actor, { kind: 'users', id, before: null, after });
    return after;
  });
}

/**
 * Changes a user; the calls and entries that show them follow in the background. Throws `conflict` where the user was
 * merged, or the e-mail address is another active user's.
 */
export async function updateUser(
  { db }: DbDeps,
  actor: Actor,
  userId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<User> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    await lockPeople(tx, actor);
    const before = existingUser(await lockUser(tx, actor, userId));
    requireMatch(ifMatch, etagOf(before));
    if (before.mergedInto !== null) {
      throw new AppError('conflict', `The user was merged into ${before.mergedInto}: change that one.`);
    }
    await requireTeam(tx, actor, 'teamId', patch.teamId);
    await requireDepartment(tx, actor, 'departmentId', patch.departmentId);
    const patched = { ...before, ...patch };
    if (patched.active) await requireFreeEmail(tx, actor, patched.email, userId);
    const after = await writeUser(tx, actor, { ...patched, systemIds: [...new Set(patched.systemIds)] });
    await recordAddresses(tx, actor, userId);
    // For good: once active again, they have to log in.
    if (patch.active === false) await revokeLogIns(tx, actor, userId);
    const renamed = after.email !== before.email;
    if (renamed || patch.systemIds !== undefined) {
      await enqueueUserChange(tx, actor, userId, renamed ? [before.email, after.email] : [after.email]);
    }
    if (renamed || after.teamId !== before.teamId) await entriesChanged(tx, actor, 'user', [userId]);
    await recordChange(tx, actor, { kind: 'users', id: userId, before, after });
    return after;
  });
}

async function requireFreeEmail(tx: Tx, scope: Scope, email: string, exceptId: string | null): Promise<void> {
  const holder = await findEmailHolder(tx, scope, email, exceptId);
  if (holder !== null) {
    throw new AppError('conflict', `${email} belongs to the active user ${holder}.`, { field: 'email' });
  }
}

/** Throws `not_found` for null. */
export function existingUser(user: User | null): User {
  if (user === null) throw new AppError('not_found', 'There is no such user.');
  return user;
}
