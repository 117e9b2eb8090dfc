import { sql } from 'kysely';
import type { Scope, Tx } from './database.js';

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

/** Stores a plan's skills, in this order, replacing its earlier ones. */
export async function writePlanSkills(
  tx: Tx,
  scope: Scope,
  planId: string,
  skillIds: readonly string[],
): Promise<void> {
  await sql`delete from plan_skills where account_id = ${scope.accountId} and plan_id = ${planId}`.execute(tx);
  await sql`insert into plan_skills (account_id, plan_id, position, skill_id)
    select ${scope.accountId}, ${planId}, ordinality - 1, skill_id
    from unnest(${skillIds}::text[]) with ordinality as given (skill_id, ordinality)`.execute(tx);
}
