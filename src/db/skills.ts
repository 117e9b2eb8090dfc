import { sql } from 'kysely';
import type { Skill } from '../contract/scorecards.js';
import type { Db, Scope, Tx } from './database.js';

// Ids of skills are numbers, stored as text.

const columns = sql`skill_id::bigint as id, name, active`;

/** The account's skills with numbers after the given one, inactive ones included, by number. */
export async function selectSkills(
  db: Db | Tx,
  scope: Scope,
  page: { readonly after: number; readonly limit: number },
): Promise<Skill[]> {
  const found = await sql<Skill>`select ${columns} from skills where account_id = ${scope.accountId}
    and skill_id::bigint > ${page.after} order by skill_id::bigint limit ${page.limit}`.execute(db);
  return found.rows;
}

/** The skill; null if the account has no such skill. */
export async function findSkill(db: Db | Tx, scope: Scope, skillId: string): Promise<Skill | null> {
  const found = await sql<Skill>`select ${columns} from skills
    where account_id = ${scope.accountId} and skill_id = ${skillId}`.execute(db);
  return found.rows[0] ?? null;
}

/** The active skill with this name in any case, other than the given one; null if there is none. */
export async function findSkillNamed(
  tx: Tx,
  scope: Scope,
  name: string,
  exceptId: string | null,
): Promise<Skill | null> {
  const found = await sql<Skill>`select ${columns} from skills where account_id = ${scope.accountId}
    and active and lower(name) = lower(${name}) and skill_id is distinct from ${exceptId}`.execute(tx);
  return found.rows[0] ?? null;
}

/** Which of these skills the account has. */
export async function selectKnownSkills(
  tx: Tx,
  scope: Scope,
  skillIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await sql<{ id: string }>`select skill_id as id from skills
    where account_id = ${scope.accountId} and skill_id = any(${skillIds})`.execute(tx);
  return new Set(found.rows.map(({ id }) => id));
}

/** The ids of the account's active skills, in no particular order. */
export async function selectActiveSkillIds(tx: Tx, scope: Scope): Promise<number[]> {
  const found = await sql<{ id: number }>`select skill_id::bigint as id from skills
    where account_id = ${scope.accountId} and active`.execute(tx);
  return found.rows.map(({ id }) => id);
}

/** Adds an active skill under the account's next number. */
export async function insertSkill(tx: Tx, scope: Scope, name: string): Promise<Skill> {
  const added = await sql<Skill>`insert into skills (account_id, skill_id, name)
    values (${scope.accountId}, next_number(${scope.accountId}, 'skill')::text, ${name})
    returning ${columns}`.execute(tx);
  return added.rows[0]!;
}

/** Stores a skill's changed fields. */
export async function writeSkill(tx: Tx, scope: Scope, { id, name, active }: Skill): Promise<void> {
  await sql`update skills set name = ${name}, active = ${active}
    where account_id = ${scope.accountId} and skill_id = ${String(id)}`.execute(tx);
}
