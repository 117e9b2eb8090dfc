import { sql } from 'kysely';
import type { Micros } from '../wire/instants.js';
import { loggedCalls } from './change-log.js';
import type { Db, Scope, Tx } from './database.js';

/** A step of a call's processing that is stored. The analysis is told from the call's state. */
export type StoredStep = 'decode' | 'transcribe' | 'summarize';
export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';

/** How far a step of a call's processing is. */
export interface StepRow {
  readonly step: StoredStep;
  readonly state: StepState;
  /** From 0 to 1. */
  readonly progress: number;
  readonly attempts: number;
  /** Why it failed, waits or was skipped; null if there is nothing to say. */
  readonly reason: string | null;
  /** What did it, such as `ffmpeg 5.1.9`; null until then. */
  readonly engine: string | null;
  readonly startedAt: Micros | null;
  readonly finishedAt: Micros | null;
}

/** The stored steps of a call's processing. */
export async function selectSteps(db: Db | Tx, scope: Scope, callId: string): Promise<StepRow[]> {
  const found = await sql<StepRow>`select step, state, progress, attempts, reason, engine, started_at as "startedAt",
      finished_at as "finishedAt"
    from processing_steps where account_id = ${scope.accountId} and call_id = ${callId}`.execute(db);
  return found.rows;
}

/** Asks for a step of calls, anew where it has run. */
export async function askForStep(tx: Tx, scope: Scope, callIds: readonly string[], step: StoredStep): Promise<void> {
  await sql`with logged as (${loggedCalls(scope, 'processing', callIds)})
    insert into processing_steps (account_id, call_id, step, state)
    select ${scope.accountId}, call_id, ${step}, 'waiting' from unnest(${callIds}::text[]) as call_id order by call_id
    on conflict (account_id, call_id, step) do update set state = 'waiting', progress = 0, attempts = 0, reason = null,
      engine = null, started_at = null, finished_at = null`.execute(tx);
}

/**
 * Begins a step that waits, or whose worker was killed. Returns how often it has begun, this time included; null if there
 * is none.
 */
export async function beginStep(
  db: Db | Tx,
  scope: Scope,
  callId: string,
  step: StoredStep,
  engine: string,
): Promise<number | null> {
  const begun = await sql<{ attempts: number }>`with logged as (${loggedCalls(scope, 'processing', [callId])})
    update processing_steps set state = 'running', progress = 0,
      attempts = attempts + 1, reason = null, engine = ${engine}, started_at = now(), finished_at = null
    where account_id = ${scope.accountId} and call_id = ${callId} and step = ${step} and state in ('waiting', 'running')
    returning attempts`.execute(db);
  return begun.rows[0]?.attempts ?? null;
}

/** Stores how far a running step is. Returns false if the step does not run: it was skipped, or its call is gone. */
export async function writeProgress(
  db: Db,
  scope: Scope,
  callId: string,
  step: StoredStep,
  progress: number,
): Promise<boolean> {
  const written = await sql`update processing_steps set progress = ${progress}
    where account_id = ${scope.accountId} and call_id = ${callId} and step = ${step} and state = 'running'
    returning 1`.execute(db);
  return written.rows.length > 0;
}

/** Ends a step, or has it wait, with the reason. A step that was stopped from outside does not count as an attempt. */
export async function endStep(
  tx: Db | Tx,
  scope: Scope,
  callId: string,
  step: StoredStep,
  state: Exclude<StepState, 'running'>,
  { reason = null, counts = true }: { readonly reason?: string | null; readonly counts?: boolean } = {},
): Promise<void> {
  const isOver = state !== 'waiting';
  const kind = state === 'failed' ? 'failure' : 'processing';
  await sql`with logged as (${loggedCalls(scope, kind, [callId])})
    update processing_steps set state = ${state}, reason = ${reason},
      progress = case when ${state === 'done'} then 1 else progress end,
      attempts = attempts - ${counts ? 0 : 1}::integer,
      finished_at = case when ${isOver} then now() end
    where account_id = ${scope.accountId} and call_id = ${callId} and step = ${step}`.execute(tx);
}

/** Ends a step that waits or runs: its result is no longer asked for. Any other stays as it is. */
export async function skipStep(tx: Tx, scope: Scope, callId: string, step: StoredStep, reason: string): Promise<void> {
  const asked = (await selectSteps(tx, scope, callId)).find((each) => each.step === step);
  if (asked?.state === 'waiting' || asked?.state === 'running') {
    await endStep(tx, scope, callId, step, 'skipped', { reason });
  }
}

/** Removes a step that no longer applies. */
export async function removeStep(tx: Tx, scope: Scope, callId: string, step: StoredStep): Promise<void> {
  await sql`delete from processing_steps
    where account_id = ${scope.accountId} and call_id = ${callId} and step = ${step}`.execute(tx);
}

/** How many of the calls have a step in each state; states that none has are missing. */
export async function countStates(
  db: Db,
  scope: Scope,
  callIds: readonly string[],
  step: StoredStep,
): Promise<ReadonlyMap<StepState, number>> {
  const counted = await sql<{ state: StepState; count: number }>`select state, count(*) as count from processing_steps
    where account_id = ${scope.accountId} and call_id = any(${callIds}) and step = ${step} group by state`.execute(db);
  return new Map(counted.rows.map(({ state, count }) => [state, count]));
}

/** Calls with a step in this state, by id, after a call. */
export async function selectCallsWithStep(
  db: Db | Tx,
  scope: Scope,
  state: 'waiting' | 'failed',
  after: string,
  limit: number,
): Promise<string[]> {
  const found = await sql<{ callId: string }>`select distinct call_id as "callId" from processing_steps
    where account_id = ${scope.accountId} and state = ${state} and call_id > ${after}
    order by call_id limit ${limit}`.execute(db);
  return found.rows.map(({ callId }) => callId);
}

/** A call whose recognition waits. */
export interface HeldCall extends Scope {
  readonly callId: string;
}

/** Calls of all accounts whose recognition waits for this reason, by account and id, after a call. */
export async function selectHeldCalls(
  db: Db,
  reason: string,
  after: HeldCall | null,
  limit: number,
): Promise<HeldCall[]> {
  const found = await sql<HeldCall>`select account_id as "accountId", call_id as "callId"
    from processing_steps where step = 'transcribe' and state = 'waiting' and reason = ${reason}
      and (account_id, call_id) > (${after?.accountId ?? ''}, ${after?.callId ?? ''})
    order by account_id, call_id limit ${limit}`.execute(db);
  return found.rows;
}
