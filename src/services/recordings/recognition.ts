import type { Recognizer } from '../../adapters/speech/recognizer.js';
import type { SpeechSettings } from '../../db/accounts.js';
import { type CallRecord, lockCall } from '../../db/call-records.js';
import type { Db, Scope } from '../../db/database.js';
import { selectParticipants } from '../../db/participants.js';
import { holdPeople } from '../../db/people.js';
import { endStep, selectSteps } from '../../db/processing-steps.js';
import { findRecognition, writeRecognition } from '../../db/recognitions.js';
import { selectRecordings } from '../../db/recordings.js';
import type { Rendition } from '../../db/renditions.js';
import { writeOrigin } from '../../db/transcript-origins.js';
import { storedTranscript } from '../../ingest/call-body.js';
import type { Recognition } from '../../transcripts/recognition.js';
import { recognizedTranscript } from '../../transcripts/recognized-words.js';
import { inflate, makeFragment } from '../../wire/fragment.js';
import { commandActor } from '../actor.js';
import { updateCall } from '../calls/calls.js';
import type { Deps } from '../deps.js';
import type { RunningStep } from './steps.js';

/** A call whose recording is recognized. */
export interface RecognizedCall {
  readonly call: CallRecord;
  readonly rendition: Rendition;
  readonly settings: SpeechSettings;
}

/**
 * What the engine returns for a call's recording: from the store, if it has recognized this recording before.
 * `speechPaths` makes the files for it; `folder` is an empty one for the engine.
 */
export async function recognize(
  { db }: { readonly db: Db },
  scope: Scope,
  { call, rendition, settings, recognizer }: RecognizedCall & { readonly recognizer: Recognizer },
  { signal, onProgress }: RunningStep,
  files: { readonly folder: string; readonly speechPaths: () => Promise<readonly string[]> },
): Promise<Recognition> {
  const { callId } = call;
  const { mediaVersion, durationSeconds } = rendition;
  const stored = await findRecognition(db, scope, callId);
  if (stored?.mediaVersion === mediaVersion && stored.engine === recognizer.name) {
    return JSON.parse((await inflate(stored.deflated, stored.rawLength)).toString());
  }
  const paths = await files.speechPaths();
  const recognition = await recognizer.recognize({
    channels: spokenChannels(rendition).map((channel) => ({ path: paths[channel]! })),
    durationSeconds,
    language: settings.language,
    names: settings.names,
    folder: files.folder,
    signal,
    onProgress,
  });
  const { deflated, rawLength } = makeFragment(Buffer.from(JSON.stringify(recognition)));
  await writeRecognition(db, scope, callId, { mediaVersion, engine: recognizer.name, deflated, rawLength });
  return recognition;
}

/** The channels in which something is heard. */
function spokenChannels({ channels, silentChannels }: Rendition): number[] {
  return Array.from({ length: channels }, (_, channel) => channel).filter((each) => !silentChannels.includes(each));
}

/**
 * Makes what an engine returned the call's transcript, which is then analyzed. A transcript that came meanwhile stays.
 */
export async function storeRecognized(
  deps: Deps & { readonly db: Db },
  scope: Scope,
  { call, rendition, settings }: RecognizedCall,
  recognition: Recognition,
): Promise<void> {
  const { callId } = call;
  const { words, interpolated, notes } = recognizedTranscript(recognition, {
    durationSeconds: rendition.durationSeconds,
    channels: spokenChannels(rendition),
  });
  const transcript = storedTranscript(words);
  const ours = (await selectRecordings(deps.db, scope, callId))[0]?.ours ?? settings.ours;
  const ourChannel = ours === null || rendition.channels < 2 ? null : ours === 'left' ? 0 : 1;
  await deps.db.transaction().execute(async (tx) => {
    await holdPeople(tx, scope);
    await lockCall(tx, scope, callId);
    const step = (await selectSteps(tx, scope, callId)).find(({ step }) => step === 'transcribe');
    if (step?.state !== 'running') return;
    const known = await selectParticipants(tx, scope, callId);
    const participants =
      known.length > 0 || ourChannel === null ? undefined : speakersOf(rendition.channels, ourChannel, call.callerId);
    await updateCall({ ...deps, db: tx }, commandActor(scope), callId, {
      fields: { ...(participants && { participants }) },
      transcript,
    });
    const { engine: madeBy, language } = recognition;
    await writeOrigin(tx, scope, callId, { origin: 'recognized', madeBy, language, interpolated, notes });
    await endStep(tx, scope, callId, 'transcribe', 'done');
  });
}

/** Who speaks in the channels of a call: the caller in ours, others in the rest. */
function speakersOf(channels: number, ourChannel: number, callerId: string | null): object[] {
  return Array.from({ length: channels }, (_, speakerNumber) => {
    if (speakerNumber !== ourChannel) return { speakerNumber, type: 'EXTERNAL' };
    return callerId === null ? { speakerNumber, type: 'INTERNAL' } : { speakerNumber, userId: callerId };
  });
}
