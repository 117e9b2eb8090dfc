import { sql } from 'kysely';
import { compileCheck } from '../../contract/check.js';
import { SkillInput, SkillPatch } from '../../contract/scorecards.js';
import { lockAccount } from '../../db/accounts.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { AppError } from '../../errors.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { entriesChanged } from '../restamp.js';

const checkInput = compileCheck(SkillInput);
const checkPatch = compileCheck(SkillPatch);

export interface ManagedSkill {
  readonly id: number;
  readonly name: string;
  readonly active: boolean;
}

const columns = sql`skill_id::bigint as id, name, active`;

/** Skills of the account after a number, inactive ones too, by number. */
export async function listSkills(
  { db }: DbDeps,
  scope: Scope,
  page: { readonly after: number; readonly limit: number },
): Promise<ManagedSkill[]> {
  const found = await sql<ManagedSkill>`select ${columns} from skills where account_id = ${scope.accountId}
    and skill_id::bigint > ${page.after} order by skill_id::bigint limit ${page.limit}`.execute(db);
  return found.rows;
}

export async function readSkill({ db }: DbDeps, scope: Scope, skillId: string): Promise<ManagedSkill> {
  const found = await sql<ManagedSkill>`select ${columns} from skills
    where account_id = ${scope.accountId} and skill_id = ${skillId}`.execute(db);
  const skill = found.rows[0];
  if (!skill) throw new AppError('not_found', 'There is no such skill.');
  return skill;
}

export async function createSkill({ db }: DbDeps, actor: Actor, body: unknown): Promise<ManagedSkill> {
  const { name } = checkInput(body);
  return atomic(db, async (tx) => {
    await lockAccount(tx, actor);
    await requireFreeName(tx, actor, name, null);
    const made = await sql<ManagedSkill>`insert into skills (account_id, skill_id, name)
      values (${actor.accountId}, next_number(${actor.accountId}, 'skill')::text, ${name})
      returning ${columns}`.execute(tx);
    const after = made.rows[0]!;
    await recordChange(tx, actor, { kind: 'skills', id: after.id, before: null, after });
    return after;
  });
}

export async function updateSkill(
  { db }: DbDeps,
  actor: Actor,
  skillId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedSkill> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    await lockAccount(tx, actor);
    const before = await readSkill({ db: tx }, actor, skillId);
    requireMatch(ifMatch, etagOf(before));
    const after = { ...before, ...patch };
    if (after.active) await requireFreeName(tx, actor, after.name, skillId);
    await sql`update skills set name = ${after.name}, active = ${after.active}
      where account_id = ${actor.accountId} and skill_id = ${skillId}`.execute(tx);
    if (after.name !== before.name) await entriesChanged(tx, actor, 'skill', [skillId]);
    await recordChange(tx, actor, { kind: 'skills', id: skillId, before, after });
    return after;
  });
}

async function requireFreeName(tx: Tx, scope: Scope, name: string, exceptId: string | null): Promise<void> {
  const found = await sql<{ id: string }>`select skill_id as id from skills where account_id = ${scope.accountId}
    and active and lower(name) = lower(${name})
    and skill_id is distinct from ${exceptId}`.execute(tx);
  const holder = found.rows[0];
  if (holder) throw new AppError('conflict', `The active skill ${holder.id} has this name.`, { field: 'name' });
}
