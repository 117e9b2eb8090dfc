import type { Readable } from 'node:stream';
import { atomic } from '../../db/atomic.js';
import { type CallRecord, findCallRecord, lockCall } from '../../db/call-records.js';
import type { Db, Tx } from '../../db/database.js';
import { holdPeople } from '../../db/people.js';
import { askForStep } from '../../db/processing-steps.js';
import { lockCallsWithFile, lockFile, selectRecordings } from '../../db/recordings.js';
import { stampCalls } from '../../db/stamps.js';
import { AppError, invalid } from '../../errors.js';
import type { CallBody } from '../../ingest/call-body.js';
import { enqueue } from '../../queue/jobs.js';
import { type Actor, userOf } from '../actor.js';
import { checkCall, type SentCall } from '../calls/call-input.js';
import { NO_CALLER, resolveCaller } from '../calls/caller.js';
import { type UpsertResult, upsertCall } from '../calls/calls.js';
import { noSuchCall, requireCall } from '../calls/seen-call.js';
import type { Deps } from '../deps.js';
import { doomObjects, type NewObject, type StoreDeps, storeObject } from '../objects/objects.js';
import { requireMayEdit, requireMayRecordFor } from './access.js';
import { attachRecording, type SentLeg } from './recorded-call.js';

/** Dependencies of taking recordings. */
export interface IntakeDeps extends Deps, StoreDeps {
  readonly db: Db;
  /** Whether a speech engine is configured: without one, calls wait. */
  readonly hasEngine: boolean;
}

/** The most bytes of a recording. */
export const MAX_RECORDING_BYTES = 2 * 1024 ** 3;

/** What is sent with the file of a new call. */
export interface SentRecording {
  /** The call, as for `upsertCall`. */
  readonly body: CallBody;
  readonly leg: Omit<SentLeg, 'leg' | 'startSeconds'>;
  /** Whether the call's time is a guess, by which the same file is not told apart. */
  readonly isTimeGuessed?: boolean;
}

/** A call that a recording may make, checked before the file is read. */
export interface CheckedRecording extends SentRecording {
  readonly call: SentCall;
}

/**
 * Checks all that can be known before the file is read. A person who names no caller sends their own call. Throws
 * `invalid` with the field's name, and `forbidden` if the actor may not send recordings of that caller.
 */
export async function checkRecording({ db }: Deps, actor: Actor, sent: SentRecording): Promise<CheckedRecording> {
  const user = userOf(actor);
  const named = ['callerId', 'callerEmail', 'callerSystemId'].some((field) => sent.body.fields[field] != null);
  const fields = named || user === null ? sent.body.fields : { ...sent.body.fields, callerId: user.id };
  const call = checkCall(fields, false);
  if (call.callTime === undefined) throw invalid('callTime', 'is missing', 'an ISO 8601 date-time');
  if (call.direction === undefined) throw invalid('direction', 'is missing', 'INBOUND, OUTBOUND or SCREENSHARE');
  const callerId = await atomic(db, (tx) => callerOf(tx, actor, call));
  await requireMayRecordFor(db, actor, callerId);
  return { ...sent, body: { ...sent.body, fields }, call };
}

async function callerOf(tx: Tx, actor: Actor, { caller, callTime }: SentCall): Promise<string | null> {
  if (!caller) return null;
  return (await resolveCaller(tx, actor, caller, callTime!, NO_CALLER)).callerId;
}

/**
 * Stores a recording and makes its call, or adds it to the call that has its externalId and no recording yet. The same
 * file again, for the same externalId or else for the same caller and time, finds its call. Throws `conflict` if the
 * externalId's call has another recording, `too_large`, and what `upsertCall` throws; nothing is left of the file then.
 */
export async function takeRecording(
  deps: IntakeDeps,
  actor: Actor,
  sent: CheckedRecording,
  bytes: Readable,
  signal?: AbortSignal,
): Promise<UpsertResult> {
  return withObject(deps, actor, bytes, signal, (object) =>
    deps.db.transaction().execute(async (tx) => {
      await lockFile(tx, actor, object.sha256);
      if (sent.call.caller || sent.call.participants) await holdPeople(tx, actor);
      const same = await findSame(tx, actor, sent, object);
      if (same !== null) return { result: same, isUsed: false };
      const leg: SentLeg = { ...sent.leg, leg: 1, startSeconds: 0 };
      let attached: Awaited<ReturnType<typeof attachRecording>> | null = null;
      const result = await upsertCall({ ...deps, db: tx }, actor, sent.body, {
        async also(tx, callId) {
          const call = (await lockCall(tx, actor, callId))!;
          if (call.mediaVersion > 0) throw hasRecording(call);
          requireMayEdit(actor, call.callerId, 'add its recording');
          attached = await attachRecording(tx, actor, call, leg, object, deps.hasEngine);
        },
      });
      const { state, changesEntry } = attached!;
      if (changesEntry && !result.changed) await stampCalls(tx, actor, [result.id]);
      return { result: { ...result, state }, isUsed: true };
    }),
  );
}

/** The call that the same file made before; null if there is none. */
async function findSame(
  tx: Tx,
  actor: Actor,
  { call: sent, isTimeGuessed = false }: CheckedRecording,
  { sha256 }: NewObject,
): Promise<UpsertResult | null> {
  const calls = await lockCallsWithFile(tx, actor, sha256);
  if (calls.length === 0) return null;
  const callerId = await callerOf(tx, actor, sent);
  const found = calls.find(({ externalId, ...call }) =>
    sent.externalId == null
      ? call.callerId === callerId && (isTimeGuessed || call.callTime === sent.callTime)
      : externalId === sent.externalId,
  );
  return found === undefined ? null : { id: found.callId, state: found.state, created: false, changed: false };
}

function hasRecording({ callId }: CallRecord): AppError {
  return new AppError('conflict', `externalId belongs to the call ${callId}, which has another recording`, {
    field: 'externalId',
  });
}

/** What is sent with a file for a call that is there. */
export interface SentAddition extends SentLeg {
  /** Whether it takes the place of another file of its leg. */
  readonly replace: boolean;
}

/**
 * Stores a recording, or a leg of one, for a call that is there. The same file again changes nothing. Throws `not_found`,
 * `forbidden`, `conflict` if the leg has another file and `replace` is not set, and `too_large`.
 */
export async function addRecording(
  deps: IntakeDeps,
  actor: Actor,
  callId: string,
  { replace, ...sent }: SentAddition,
  bytes: Readable,
  signal?: AbortSignal,
): Promise<UpsertResult> {
  await requireMayAdd(deps, actor, callId);
  return withObject(deps, actor, bytes, signal, (object) =>
    deps.db.transaction().execute(async (tx) => {
      const call = await lockCall(tx, actor, callId);
      if (call === null) throw noSuchCall();
      const before = (await selectRecordings(tx, actor, callId)).find(({ leg }) => leg === sent.leg);
      const isSame = before?.sha256.equals(object.sha256) && before.startSeconds === sent.startSeconds;
      const result = { id: callId, state: call.state, created: false, changed: false };
      if (isSame) {
        if (sent.transcribe) await askToTranscribe(tx, actor, callId);
        return { result, isUsed: false };
      }
      if (before !== undefined && !replace) throw hasLeg(sent.leg);
      const { state, changesEntry } = await attachRecording(tx, actor, call, sent, object, deps.hasEngine);
      if (changesEntry) await stampCalls(tx, actor, [callId]);
      return { result: { ...result, state, created: true, changed: true }, isUsed: true };
    }),
  );
}

async function askToTranscribe(tx: Tx, { accountId }: Actor, callId: string): Promise<void> {
  await askForStep(tx, { accountId }, [callId], 'transcribe');
  await enqueue(tx, 'process_recording', { accountId, callId });
}

/** Throws `not_found`, or `forbidden` if the actor may not add a recording to the call. */
export async function requireMayAdd({ db }: Deps, actor: Actor, callId: string): Promise<void> {
  await requireCall(db, actor, callId);
  const call = await findCallRecord(db, actor, callId);
  if (call === null) throw noSuchCall();
  requireMayEdit(actor, call.callerId, 'add its recording');
}

function hasLeg(leg: number): AppError {
  const other = 'send replace=true to put this file in its place, or another leg to add it';
  return new AppError('conflict', `The call has a recording of leg ${leg} already: ${other}.`, { field: 'leg' });
}

/** Stores the bytes, and has them removed again unless they are used. */
async function withObject(
  deps: IntakeDeps,
  actor: Actor,
  bytes: Readable,
  signal: AbortSignal | undefined,
  use: (object: NewObject) => Promise<{ readonly result: UpsertResult; readonly isUsed: boolean }>,
): Promise<UpsertResult> {
  const object = await storeObject(deps, actor, bytes, {
    maxBytes: MAX_RECORDING_BYTES,
    ...(signal !== undefined && { signal }),
  });
  let isUsed = false;
  try {
    const used = await use(object);
    isUsed = used.isUsed;
    return used.result;
  } finally {
    if (!isUsed) await doomObjects(deps, actor, [object.objectId]);
  }
}
