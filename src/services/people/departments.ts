import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { DepartmentInput, DepartmentPatch } from '../../contract/v1.js';
import type { Department } from '../../contract/v1-answers.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import {
  findDepartment,
  insertDepartment,
  lockDepartment,
  selectDepartments,
  writeDepartment,
} from '../../db/departments.js';
import { AppError, invalid } from '../../errors.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';

const checkInput = compileCheck(DepartmentInput);
const checkPatch = compileCheck(DepartmentPatch);

/** Departments of the account, inactive ones too, by id. */
export function listDepartments(
  { db }: DbDeps,
  scope: Scope,
  page: { readonly after: string; readonly limit: number },
): Promise<Department[]> {
  return selectDepartments(db, scope, page);
}

/** Throws `not_found` where the account has no such department. */
export async function readDepartment({ db }: DbDeps, scope: Scope, departmentId: string): Promise<Department> {
  return existing(await findDepartment(db, scope, departmentId));
}

/** Throws `conflict` where the id is taken. */
export async function createDepartment({ db }: DbDeps, actor: Actor, body: unknown): Promise<Department> {
  const input = checkInput(body);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  const { id = randomUUID(), name } = input;
  return atomic(db, async (tx) => {
    if (input.id !== undefined && (await findDepartment(tx, actor, id)) !== null) {
      throw new AppError('conflict', `There is a department ${id} already.`, { field: 'id' });
    }
    const after = await insertDepartment(tx, actor, { id, name });
    await recordChange(tx, actor, { kind: 'departments', id, before: null, after });
    return after;
  });
}

/**
 * Throws `not_found` where the account has no such department, and `precondition_failed` where `ifMatch` does not
 * fit.
 */
export async function updateDepartment(
  { db }: DbDeps,
  actor: Actor,
  departmentId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Department> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    const before = existing(await lockDepartment(tx, actor, departmentId));
    requireMatch(ifMatch, etagOf(before));
    const after = await writeDepartment(tx, actor, { ...before, ...patch });
    await recordChange(tx, actor, { kind: 'departments', id: departmentId, before, after });
    return after;
  });
}

/** Throws `invalid` for an id, where one is given, of no department of the account. */
export async function requireDepartment(
  tx: Tx,
  scope: Scope,
  field: string,
  departmentId: string | null | undefined,
): Promise<void> {
  if (departmentId != null && (await findDepartment(tx, scope, departmentId)) === null) {
    throw invalid(field, 'names no department of this account', "a department's id");
  }
}

function existing(department: Department | null): Department {
  if (department === null) throw new AppError('not_found', 'There is no such department.');
  return department;
}
