import type { Processing, ProcessingStep } from '../../contract/recordings.js';
import { type CallRecord, findCallRecord, lockCall, writeCall } from '../../db/call-records.js';
import type { Db, Tx } from '../../db/database.js';
import {
  askForStep,
  type HeldCall,
  type StepRow,
  selectCallsWithStep,
  selectHeldCalls,
  selectSteps,
} from '../../db/processing-steps.js';
import { stampCalls } from '../../db/stamps.js';
import { enqueue, enqueueAll } from '../../queue/jobs.js';
import { nextCallState } from '../../rules/call-states.js';
import { formatInstant } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { askForSummaries } from '../analysis/summaries.js';
import { noSuchCall, requireCall } from '../calls/seen-call.js';
import type { DbDeps } from '../deps.js';
import { requireMayEdit } from './access.js';
import { NO_ENGINE } from './processing.js';

/** How far the processing of a call is that the actor sees. Throws `not_found`. */
export async function readProcessing({ db }: DbDeps, actor: Actor, callId: string): Promise<Processing> {
  await requireCall(db, actor, callId);
  const call = await findCallRecord(db, actor, callId);
  if (call === null) throw noSuchCall();
  return processingOf(call, await selectSteps(db, actor, callId));
}

function processingOf(call: CallRecord, rows: readonly StepRow[]): Processing {
  const stepOf = (step: StepRow['step']): ProcessingStep[] =>
    rows
      .filter((row) => row.step === step)
      .map(({ startedAt, finishedAt, ...row }) => ({
        ...row,
        startedAt: startedAt === null ? null : formatInstant(startedAt),
        finishedAt: finishedAt === null ? null : formatInstant(finishedAt),
      }));
  const { callId, state, errorReason } = call;
  const steps = [...stepOf('decode'), ...stepOf('transcribe'), ...analysisOf(call), ...stepOf('summarize')];
  return { callId, state, errorReason, steps };
}

/** The analysis is told from the call: it runs for every transcript, and its job keeps no state of its own. */
function analysisOf({ state, errorReason, transcriptFragmentId }: CallRecord): ProcessingStep[] {
  if (transcriptFragmentId === null) return [];
  const how = state === 'COMPLETE' ? 'done' : state === 'ERROR' ? 'failed' : 'waiting';
  const none = { attempts: 0, engine: null, startedAt: null, finishedAt: null };
  return [{ step: 'analyze', state: how, progress: how === 'done' ? 1 : 0, reason: errorReason, ...none }];
}

/**
 * Has the failed steps of a call tried again. A call without failed steps stays as it is. Throws `not_found`, and
 * `forbidden` for who may not work on the call.
 */
export async function retryProcessing(
  { db, hasEngine }: { readonly db: Db; readonly hasEngine: boolean },
  actor: Actor,
  callId: string,
): Promise<Processing> {
  await requireCall(db, actor, callId);
  await db.transaction().execute((tx) => retryCall(tx, actor, callId, hasEngine));
  return readProcessing({ db }, actor, callId);
}

async function retryCall(tx: Tx, actor: Actor, callId: string, hasEngine: boolean): Promise<boolean> {
  const call = await lockCall(tx, actor, callId);
  if (call === null) throw noSuchCall();
  requireMayEdit(actor, call.callerId, 'retry its processing');
  const { accountId } = actor;
  const failed = (await selectSteps(tx, actor, callId)).filter(({ state }) => state === 'failed');
  for (const { step } of failed) {
    if (step === 'summarize') await askForSummaries(tx, actor, [callId]);
    else {
      await askForStep(tx, actor, [callId], step);
      await enqueue(tx, 'process_recording', { accountId, callId });
    }
  }
  if (call.state !== 'ERROR') return failed.length > 0;
  if (call.transcriptFragmentId !== null) {
    await enqueue(tx, 'analyze', { accountId, callId });
    return true;
  }
  if (failed.length === 0) return false;
  const state = nextCallState(call.state, hasEngine ? 'recognize' : 'hold')!;
  await writeCall(tx, actor, callId, { state, errorReason: null });
  await stampCalls(tx, actor, [callId]);
  return true;
}

/** How many calls are retried before the next are looked for. */
const BATCH = 100;

/** Has the failed steps of all calls of an account tried again. Returns how many calls there were. */
export async function retryFailedCalls(
  deps: { readonly db: Db; readonly hasEngine: boolean },
  actor: Actor,
): Promise<number> {
  let after = '';
  let count = 0;
  for (;;) {
    const callIds = await selectCallsWithStep(deps.db, actor, 'failed', after, BATCH);
    for (const callId of callIds) {
      const isRetried = await deps.db.transaction().execute((tx) => retryCall(tx, actor, callId, deps.hasEngine));
      if (isRetried) count += 1;
    }
    if (callIds.length < BATCH) return count;
    after = callIds.at(-1)!;
  }
}

/** Has the calls go on that waited for a speech engine. Called where one is configured. */
export async function resumeHeldCalls(db: Db): Promise<void> {
  let after: HeldCall | null = null;
  for (;;) {
    const held: readonly HeldCall[] = await selectHeldCalls(db, NO_ENGINE, after, BATCH);
    await db.transaction().execute((tx) => enqueueAll(tx, 'process_recording', held));
    if (held.length < BATCH) return;
    after = held.at(-1)!;
  }
}
