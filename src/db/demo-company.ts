import { sql } from 'kysely';
import { ADVISORY_LOCKS } from './connection/advisory-locks.js';
import type { Scope, Tx } from './database.js';

/** Serializes the creation of the demo company, until commit: one process creates it, the others find it. */
export async function lockDemoCompany(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.demo})`.execute(tx);
}

/** Whether the demo company is complete: KPIs are created last. Somebody may have deleted them; the audit remembers them. */
export async function isDemoCompanyWhole(tx: Tx, scope: Scope): Promise<boolean> {
  const found = await sql`select 1 from audit where account_id = ${scope.accountId} and kind = 'kpis' limit 1`.execute(
    tx,
  );
  return found.rows.length > 0;
}

/** Deletes all accounts with everything they have. */
export async function removeAllAccounts(tx: Tx): Promise<void> {
  await sql`truncate accounts cascade`.execute(tx);
}
