import { sql } from 'kysely';
import type { Department } from '../contract/v1-answers.js';
import type { DepartmentEntry } from '../contract/v2.js';
import type { Db, Scope, Tx } from './database.js';

const columns = sql`department_id as id, name, active`;

/** The list of API v2 (api-v2 §4): active departments, by id. */
export async function selectActiveDepartments(db: Db, scope: Scope): Promise<DepartmentEntry[]> {
  const found = await sql<DepartmentEntry>`
    select department_id as id, name from departments
    where account_id = ${scope.accountId} and active order by department_id`.execute(db);
  return found.rows;
}

/** The account's departments with ids after the given one, inactive ones included, by id. */
export async function selectDepartments(
  db: Db | Tx,
  scope: Scope,
  page: { readonly after: string; readonly limit: number },
): Promise<Department[]> {
  const found = await sql<Department>`select ${columns} from departments
    where account_id = ${scope.accountId} and department_id > ${page.after}
    order by department_id limit ${page.limit}`.execute(db);
  return found.rows;
}

/** The department; null if the account has no such department. */
export async function findDepartment(db: Db | Tx, scope: Scope, departmentId: string): Promise<Department | null> {
  const found = await sql<Department>`select ${columns} from departments
    where account_id = ${scope.accountId} and department_id = ${departmentId}`.execute(db);
  return found.rows[0] ?? null;
}

/**
 * The department, locked until commit. Inserts of rows with a foreign key to the department do not wait. Null if the
 * account has no such department.
 */
export async function lockDepartment(tx: Tx, scope: Scope, departmentId: string): Promise<Department | null> {
  const found = await sql<Department>`select ${columns} from departments
    where account_id = ${scope.accountId} and department_id = ${departmentId} for no key update`.execute(tx);
  return found.rows[0] ?? null;
}

/** Adds an active department. Returns it as stored. */
export async function insertDepartment(tx: Tx, scope: Scope, department: Omit<Department, 'active'>) {
  const { id, name } = department;
  const added = await sql<Department>`insert into departments (account_id, department_id, name)
    values (${scope.accountId}, ${id}, ${name}) returning ${columns}`.execute(tx);
  return added.rows[0]!;
}

/** Stores a department's new values. Returns it as stored. */
export async function writeDepartment(tx: Tx, scope: Scope, { id, name, active }: Department): Promise<Department> {
  const written = await sql<Department>`update departments set name = ${name}, active = ${active}
    where account_id = ${scope.accountId} and department_id = ${id} returning ${columns}`.execute(tx);
  return written.rows[0]!;
}
