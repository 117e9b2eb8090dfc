import { sql } from 'kysely';
import { ADVISORY_LOCKS } from './connection/advisory-locks.js';
import type { Scope, Tx } from './database.js';

/** Makers of the demo company take turns, until commit: one makes it, the others find it. */
export async function lockDemoCompany(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.demo})`.execute(tx);
}

/** Whether the demo company is whole: KPIs are made last, and no code deletes one. */
export async function isDemoCompanyWhole(tx: Tx, scope: Scope): Promise<boolean> {
  const found = await sql`select 1 from kpis where account_id = ${scope.accountId} limit 1`.execute(tx);
  return found.rows.length > 0;
}

/** Empties the database of all accounts and all that they have. */
export async function removeAllAccounts(tx: Tx): Promise<void> {
  await sql`truncate accounts cascade`.execute(tx);
}
