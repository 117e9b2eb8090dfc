import { sql } from 'kysely';
import type { Scope, Tx } from './database.js';

/**
 * The number, as text, of a new plan, meeting or KPI: the given one, which only imported history has, or else the
 * account's next. Waits for other transactions that take a number of the same noun. A given number may already be in
 * use; the insert finds out.
 */
export async function takeNumber(
  tx: Tx,
  scope: Scope,
  noun: 'plan' | 'meeting' | 'kpi',
  given: number | undefined,
): Promise<string> {
  if (given !== undefined) {
    await sql`select keep_number(${scope.accountId}, ${noun}, ${given})`.execute(tx);
    return String(given);
  }
  const next = await sql<{ id: string }>`select next_number(${scope.accountId}, ${noun})::text as id`.execute(tx);
  return next.rows[0]!.id;
}
