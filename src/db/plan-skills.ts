import { sql } from 'kysely';
import type { Scope, Tx } from './database.js';

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
