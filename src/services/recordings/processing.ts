import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DecodedRecording, Decoder } from '../../adapters/media/decoder.js';
import type { Recognizer } from '../../adapters/speech/recognizer.js';
import { findSpeechSettings } from '../../db/accounts.js';
import { type CallRecord, findCallRecord, lockCall, writeCall } from '../../db/call-records.js';
import { removeClipSounds } from '../../db/clip-sounds.js';
import type { Db, Scope } from '../../db/database.js';
import { endStep, selectSteps } from '../../db/processing-steps.js';
import { selectRecordings } from '../../db/recordings.js';
import { findRendition, type Rendition, writeRendition } from '../../db/renditions.js';
import { stampCalls } from '../../db/stamps.js';
import { attachObject } from '../../db/stored-objects.js';
import { AppError } from '../../errors.js';
import { nextCallState } from '../../rules/call-states.js';
import type { Deps } from '../deps.js';
import { doomObjects, objectKey, type StoreDeps, storeObject } from '../objects/objects.js';
import { recognize, storeRecognized } from './recognition.js';
import { type RunningStep, runStep } from './steps.js';
import { withWorkFolder } from './work-folder.js';

/** Dependencies of processing recordings. */
export interface RecordingJobDeps extends Deps, StoreDeps {
  readonly db: Db;
  /** Throws `unavailable` if no decoder works on this machine. */
  readonly openDecoder: () => Promise<Decoder>;
  /** Null if no speech engine is configured. */
  readonly recognizer: Recognizer | null;
}

/** Why a call waits without a speech engine. */
export const NO_ENGINE = 'No speech engine is configured: set SPEECH (docs/recordings.md).';
/** Far above any rendition: what decodes to more is refused before. */
const MAX_RENDITION_BYTES = 4 * 1024 ** 3;

/**
 * Decodes a call's recording and recognizes what is said, as far as that is asked for and still to be done. What was
 * decoded or recognized before is used again, so that it may run any number of times.
 */
export async function processRecording(
  deps: RecordingJobDeps,
  scope: Scope,
  callId: string,
  stopping: AbortSignal,
): Promise<void> {
  const call = await findCallRecord(deps.db, scope, callId);
  if (call === null || call.mediaVersion === 0) return;
  await withWorkFolder(async (folder) => {
    const job: Job = { deps, scope, call, folder, stopping };
    const decoded = await decodeCall(job);
    if (decoded === null) return;
    await transcribeCall(job, decoded);
  });
}

interface Job {
  readonly deps: RecordingJobDeps;
  readonly scope: Scope;
  readonly call: CallRecord;
  readonly folder: string;
  readonly stopping: AbortSignal;
}

/** A call's rendition, and the files for speech if they were made with it. */
interface Decoded {
  readonly rendition: Rendition;
  readonly speechPaths: readonly string[] | null;
}

/** Null if there is nothing to go on with: decoding failed, or the recording is another one by now. */
async function decodeCall({ deps, scope, call, folder, stopping }: Job): Promise<Decoded | null> {
  const { callId, mediaVersion } = call;
  const stored = await findRendition(deps.db, scope, callId);
  if (stored?.mediaVersion === mediaVersion) return { rendition: stored, speechPaths: null };
  const decoder = await deps.openDecoder();
  return runStep(deps.db, scope, callId, { step: 'decode', engine: decoder.name, stopping }, async (running) => {
    const decoded = await decodeFiles(deps, scope, callId, decoder, folder, running);
    const { renditionPath, silentChannels, channels, notes } = decoded;
    const object = await storeObject(deps, scope, createReadStream(renditionPath), {
      maxBytes: MAX_RENDITION_BYTES,
      signal: running.signal,
    });
    const rendition: Rendition = {
      mediaVersion,
      objectId: object.objectId,
      sizeBytes: object.sizeBytes,
      durationSeconds: decoded.durationSeconds,
      sampleRate: decoded.sampleRate,
      channels,
      silentChannels,
      peaks: Buffer.from(decoded.peaks),
      sources: JSON.stringify(decoded.sources),
      notes,
      decoder: decoder.name,
    };
    if (await storeRendition(deps, scope, callId, rendition)) return { rendition, speechPaths: decoded.speechPaths };
    await doomObjects(deps, scope, [object.objectId]);
    return null;
  });
}

async function decodeFiles(
  { db, store }: RecordingJobDeps,
  scope: Scope,
  callId: string,
  decoder: Decoder,
  folder: string,
  { signal, onProgress }: RunningStep,
): Promise<DecodedRecording> {
  const legs = [];
  for (const { leg, objectId, startSeconds } of await selectRecordings(db, scope, callId)) {
    if (objectId === null) throw new AppError('invalid', `The file of leg ${leg} is no longer kept (KEEP_UPLOADS).`);
    // A folder for each file: media files can name other files beside them.
    const path = join(folder, `leg-${leg}`, 'recording');
    await mkdir(join(folder, `leg-${leg}`));
    await store.copyTo(objectKey(scope, objectId), path, signal);
    legs.push({ path, startSeconds });
  }
  const made = join(folder, 'decoded');
  await mkdir(made);
  return decoder.decode({ legs, folder: made, signal, onProgress });
}

/** Stores what was decoded. Returns false if the call is gone or has another recording by now. */
async function storeRendition(deps: RecordingJobDeps, scope: Scope, callId: string, made: Rendition): Promise<boolean> {
  return deps.db.transaction().execute(async (tx) => {
    const call = await lockCall(tx, scope, callId);
    if (call === null || call.mediaVersion !== made.mediaVersion) return false;
    const before = await findRendition(tx, scope, callId);
    const clipSounds = await removeClipSounds(tx, scope, callId);
    await doomObjects({ db: tx }, scope, before === null ? clipSounds : [before.objectId, ...clipSounds]);
    await attachObject(tx, scope, made, callId);
    await writeRendition(tx, scope, callId, made);
    await endStep(tx, scope, callId, 'decode', 'done');
    // A length that the source gave stays: the rendition's own is shown beside it.
    if (call.duration === null) {
      await writeCall(tx, scope, callId, { duration: made.durationSeconds });
      await stampCalls(tx, scope, [callId]);
    }
    return true;
  });
}

async function transcribeCall(job: Job, { rendition, speechPaths }: Decoded): Promise<void> {
  const { deps, scope, call, folder, stopping } = job;
  const { db, recognizer } = deps;
  const { callId } = call;
  const asked = (await selectSteps(db, scope, callId)).find(({ step }) => step === 'transcribe');
  if (asked === undefined || (asked.state !== 'waiting' && asked.state !== 'running')) return;
  if (recognizer === null) return holdCall(db, scope, callId);
  await runStep(db, scope, callId, { step: 'transcribe', engine: recognizer.name, stopping }, async (running) => {
    await showRecognizing(db, scope, callId);
    const settings = await findSpeechSettings(db, scope);
    const forEngine = join(folder, 'engine');
    await mkdir(forEngine);
    const recognition = await recognize(deps, scope, { call, rendition, settings, recognizer }, running, {
      folder: forEngine,
      speechPaths: async () => speechPaths ?? decodeSpeech(deps, scope, rendition, folder, running),
    });
    await storeRecognized(deps, scope, { call, rendition, settings }, recognition);
  });
}

async function decodeSpeech(
  { store, openDecoder }: RecordingJobDeps,
  scope: Scope,
  { objectId, channels }: Rendition,
  folder: string,
  { signal }: RunningStep,
): Promise<readonly string[]> {
  const path = join(folder, 'rendition.m4a');
  await store.copyTo(objectKey(scope, objectId), path, signal);
  const made = join(folder, 'speech');
  await mkdir(made);
  return (await openDecoder()).decodeSpeech({ path, channels }, { folder: made, signal });
}

/** Has a call wait for an engine to be configured. */
async function holdCall(db: Db, scope: Scope, callId: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const call = await lockCall(tx, scope, callId);
    if (call === null) return;
    await endStep(tx, scope, callId, 'transcribe', 'waiting', { reason: NO_ENGINE });
    if (call.transcriptFragmentId !== null || call.state === 'PENDING') return;
    await writeCall(tx, scope, callId, { state: nextCallState(call.state, 'hold')!, errorReason: null });
    await stampCalls(tx, scope, [callId]);
  });
}

/** Shows that a call is being recognized, if it waited until now. */
async function showRecognizing(db: Db, scope: Scope, callId: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const call = await lockCall(tx, scope, callId);
    if (call === null || call.transcriptFragmentId !== null || call.state === 'TRANSCRIBING') return;
    await writeCall(tx, scope, callId, { state: nextCallState(call.state, 'recognize')!, errorReason: null });
    await stampCalls(tx, scope, [callId]);
  });
}
