import { findCallRecord, lockCall, writeCall } from '../../db/call-records.js';
import type { Db, Scope } from '../../db/database.js';
import { beginStep, endStep, type StoredStep, writeProgress } from '../../db/processing-steps.js';
import { stampCalls } from '../../db/stamps.js';
import { AppError } from '../../errors.js';
import { nextCallState } from '../../rules/call-states.js';

/** How often a step is tried before its call is set aside. */
const MAX_ATTEMPTS = 5;
/** Progress is stored at most this often, in milliseconds. */
const PROGRESS_MS = 1_000;

/** What a step is given while it runs. */
export interface RunningStep {
  /** Aborted when the worker is told to stop, or the call is gone. */
  readonly signal: AbortSignal;
  /** Reports the fraction that is done, from 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/**
 * Runs a step of a call's processing, and stores how it goes. Returns null where the step ends without a result: it is
 * not asked for, the call is gone, or it failed. A fault in the call itself fails the step at once; any other is thrown
 * for the queue to try again, until it has been tried `MAX_ATTEMPTS` times. That counts attempts whose process was killed,
 * so that a recording which kills its worker is set aside.
 */
export async function runStep<T>(
  db: Db,
  scope: Scope,
  callId: string,
  { step, engine, stopping }: { readonly step: StoredStep; readonly engine: string; readonly stopping: AbortSignal },
  run: (running: RunningStep) => Promise<T>,
): Promise<T | null> {
  const attempts = await beginStep(db, scope, callId, step, engine);
  if (attempts === null) return null;
  if (attempts > MAX_ATTEMPTS) {
    await failStep(db, scope, callId, step, `It was tried ${MAX_ATTEMPTS} times, and its process ended each time.`);
    return null;
  }
  const gone = new AbortController();
  let writtenAt = 0;
  const onProgress = (fraction: number) => {
    const now = performance.now();
    if (now - writtenAt < PROGRESS_MS) return;
    writtenAt = now;
    writeProgress(db, scope, callId, step, fraction).then(
      (isThere) => !isThere && gone.abort(),
      () => {},
    );
  };
  try {
    return await run({ signal: AbortSignal.any([stopping, gone.signal]), onProgress });
  } catch (error) {
    if (gone.signal.aborted || (await findCallRecord(db, scope, callId)) === null) return null;
    if (stopping.aborted) {
      await endStep(db, scope, callId, step, 'waiting', { counts: false });
      throw error;
    }
    const isFault = error instanceof AppError && error.code === 'invalid';
    const reason = error instanceof AppError ? error.message : 'An internal error: the log of the worker has it.';
    if (isFault || attempts >= MAX_ATTEMPTS) {
      await failStep(db, scope, callId, step, reason);
      if (isFault) return null;
    } else {
      await endStep(db, scope, callId, step, 'waiting', { reason });
    }
    throw error;
  }
}

/** Ends a step as failed. A call that has no transcript ends as an ERROR with the reason. */
async function failStep(db: Db, scope: Scope, callId: string, step: StoredStep, reason: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const call = await lockCall(tx, scope, callId);
    if (call === null) return;
    await endStep(tx, scope, callId, step, 'failed', { reason });
    if (step === 'summarize' || call.transcriptFragmentId !== null) return;
    const state = nextCallState(call.state, 'fail')!;
    if (state === call.state && reason === call.errorReason) return;
    await writeCall(tx, scope, callId, { state, errorReason: reason });
    if (state !== call.state) await stampCalls(tx, scope, [callId]);
  });
}
