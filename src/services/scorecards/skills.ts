import { compileCheck } from '../../contract/check.js';
import { type Skill, SkillInput, SkillPatch } from '../../contract/scorecards.js';
import { lockAccount } from '../../db/accounts.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { findSkill, findSkillNamed, insertSkill, selectSkills, writeSkill } from '../../db/skills.js';
import { AppError } from '../../errors.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { entriesChanged } from '../restamp.js';

const checkInput = compileCheck(SkillInput);
const checkPatch = compileCheck(SkillPatch);

/** Skills of the account after a number, inactive ones too, by number. */
export function listSkills(
  { db }: DbDeps,
  scope: Scope,
  page: { readonly after: number; readonly limit: number },
): Promise<Skill[]> {
  return selectSkills(db, scope, page);
}

/** Throws `not_found` where the account has no such skill. */
export async function readSkill({ db }: DbDeps, scope: Scope, skillId: string): Promise<Skill> {
  const skill = await findSkill(db, scope, skillId);
  if (skill === null) throw new AppError('not_found', 'There is no such skill.');
  return skill;
}

/** Adds an active skill; throws `conflict` where another active one has its name. */
export async function createSkill({ db }: DbDeps, actor: Actor, body: unknown): Promise<Skill> {
  const { name } = checkInput(body);
  return atomic(db, async (tx) => {
    await lockAccount(tx, actor);
    await requireFreeName(tx, actor, name, null);
    const after = await insertSkill(tx, actor, name);
    await recordChange(tx, actor, { kind: 'skills', id: after.id, before: null, after });
    return after;
  });
}

/** Renames, deactivates or reactivates a skill; throws `conflict` where another active one has its name. */
export async function updateSkill(
  { db }: DbDeps,
  actor: Actor,
  skillId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Skill> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    await lockAccount(tx, actor);
    const before = await readSkill({ db: tx }, actor, skillId);
    requireMatch(ifMatch, etagOf(before));
    const after = { ...before, ...patch };
    if (after.active) await requireFreeName(tx, actor, after.name, skillId);
    await writeSkill(tx, actor, after);
    if (after.name !== before.name) await entriesChanged(tx, actor, 'skill', [skillId]);
    await recordChange(tx, actor, { kind: 'skills', id: skillId, before, after });
    return after;
  });
}

async function requireFreeName(tx: Tx, scope: Scope, name: string, exceptId: string | null): Promise<void> {
  const other = await findSkillNamed(tx, scope, name, exceptId);
  if (other !== null) {
    throw new AppError('conflict', `The active skill ${other.id} has this name.`, { field: 'name' });
  }
}
