import { sql } from 'kysely';
import { ADVISORY_LOCKS } from './connection/advisory-locks.js';
import type { Db, Scope, Tx } from './database.js';

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

/** A call that has words but no sound. */
export interface SilentCall {
  readonly callId: string;
  readonly transcriptFragmentId: number;
  readonly durationSeconds: number;
}

/** Of the shortest calls of two people, so many, those that have no recording. */
export async function selectSilentCalls(db: Db, scope: Scope, count: number): Promise<readonly SilentCall[]> {
  const found = await sql<SilentCall>`
    select call_id as "callId", transcript_fragment_id as "transcriptFragmentId", duration as "durationSeconds"
    from (select call_id, transcript_fragment_id, duration, media_version from calls c
      where account_id = ${scope.accountId} and transcript_fragment_id is not null and duration is not null
        and (select count(*) from participants p where p.account_id = c.account_id and p.call_id = c.call_id) = 2
      order by duration, call_id limit ${count}) shortest
    where media_version = 0 order by duration, call_id`.execute(db);
  return found.rows;
}
