import type { Recording, RecordingLeg } from '../../contract/recordings.js';
import { type CallChanges, type CallRecord, writeCall } from '../../db/call-records.js';
import type { Db, Tx } from '../../db/database.js';
import { askForStep } from '../../db/processing-steps.js';
import { type RecordingRow, selectRecordings, writeRecording } from '../../db/recordings.js';
import { findRendition } from '../../db/renditions.js';
import { attachObject } from '../../db/stored-objects.js';
import { enqueue } from '../../queue/jobs.js';
import { type CallState, nextCallState } from '../../rules/call-states.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import { requireCall } from '../calls/seen-call.js';
import type { DbDeps } from '../deps.js';
import { doomObjects, type NewObject } from '../objects/objects.js';

/** How a file is part of a call. */
export type SentLeg = Pick<RecordingRow, 'leg' | 'startSeconds' | 'fileName' | 'ours' | 'transcribe'>;

/**
 * Gives a stored file to a call, in place of the leg that was there, and asks for its processing. Whoever calls this has
 * locked the call, and stamps it if `changesEntry`.
 */
export async function attachRecording(
  tx: Tx,
  actor: Actor,
  call: CallRecord,
  sent: SentLeg,
  object: NewObject,
  hasEngine: boolean,
): Promise<{ readonly state: CallState; readonly changesEntry: boolean }> {
  const { callId } = call;
  const before = await legsOf(tx, actor, callId);
  await attachObject(tx, actor, object, callId);
  const replaced = await writeRecording(tx, actor, callId, { ...sent, ...object });
  if (replaced?.objectId != null) await doomObjects({ db: tx }, actor, [replaced.objectId]);
  await askForStep(tx, actor, [callId], 'decode');
  const hasTranscript = call.transcriptFragmentId !== null;
  if (!hasTranscript || sent.transcribe) await askForStep(tx, actor, [callId], 'transcribe');
  // A call with a transcript stays as it is until the new one is there.
  const state = hasTranscript ? call.state : nextCallState(call.state, hasEngine ? 'recognize' : 'hold')!;
  const entry: CallChanges = {
    ...(state !== call.state && { state, errorReason: null }),
    ...(call.originalPath === null && sent.fileName !== null && { originalPath: sent.fileName }),
  };
  await writeCall(tx, actor, callId, { ...entry, mediaVersion: call.mediaVersion + 1 });
  await enqueue(tx, 'process_recording', { accountId: actor.accountId, callId });
  const after = await legsOf(tx, actor, callId);
  const sides = { before: before.length === 0 ? null : { legs: before }, after: { legs: after } };
  await recordChange(tx, actor, { kind: 'recordings', id: callId, callId, ...sides });
  return { state, changesEntry: Object.keys(entry).length > 0 };
}

async function legsOf(db: Db | Tx, actor: Actor, callId: string): Promise<RecordingLeg[]> {
  const rows = await selectRecordings(db, actor, callId);
  return rows.map(({ leg, fileName, sizeBytes, sha256, startSeconds, ours, objectId }) => ({
    leg,
    fileName,
    sizeBytes,
    sha256: sha256.toString('hex'),
    startSeconds,
    ours,
    isKept: objectId !== null,
  }));
}

/** The recording of a call that the actor sees. Throws `not_found`. */
export async function readRecording({ db }: DbDeps, actor: Actor, callId: string): Promise<Recording> {
  await requireCall(db, actor, callId);
  const made = await findRendition(db, actor, callId);
  return {
    callId,
    legs: await legsOf(db, actor, callId),
    rendition: made && {
      durationSeconds: made.durationSeconds,
      sampleRate: made.sampleRate,
      channels: made.channels,
      silentChannels: [...made.silentChannels],
      sizeBytes: made.sizeBytes,
      decoder: made.decoder,
      notes: [...made.notes],
    },
  };
}
