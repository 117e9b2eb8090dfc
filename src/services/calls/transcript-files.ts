import { createHash } from 'node:crypto';
import type { TranscriptReceipt } from '../../contract/transcripts.js';
import type { CallParticipant } from '../../contract/v1-answers.js';
import { atomic } from '../../db/atomic.js';
import { type CallRecord, findCallRecord, lockCall } from '../../db/call-records.js';
import type { Db, Tx } from '../../db/database.js';
import { selectParticipants } from '../../db/participants.js';
import { holdPeople } from '../../db/people.js';
import { findOrigin, writeOrigin } from '../../db/transcript-origins.js';
import type { CallReader } from '../../ingest/reader.js';
import type { FileTranscript } from '../../ingest/transcript-file.js';
import { type FileSpeaker, FORMATS, type KnownSpeaker } from '../../transcripts/transcript-file.js';
import type { Actor } from '../actor.js';
import { speakersOf } from '../analysis/speakers.js';
import type { Deps } from '../deps.js';
import { updateCall } from './calls.js';
import { noSuchCall, requireCall } from './seen-call.js';
import { requireMayEdit } from './transcript-access.js';

/** Dependencies of importing a transcript. */
export interface TranscriptFileDeps extends Deps {
  readonly reader: Pick<CallReader, 'readFile'>;
}

/**
 * Gives a call that the actor sees the transcript in a file. The same file again changes nothing, even if the transcript
 * was edited since. Speakers whom the call knows keep their numbers; the others become its participants. Throws
 * `not_found`, `forbidden`, `invalid` for a file that cannot be read, and `too_large`.
 */
export async function importTranscript(
  deps: TranscriptFileDeps,
  actor: Actor,
  callId: string,
  bytes: Uint8Array,
): Promise<TranscriptReceipt> {
  await requireCall(deps.db, actor, callId);
  requireMayEdit(actor, existing(await findCallRecord(deps.db, actor, callId)));
  const fileDigest = createHash('sha256').update(bytes).digest();
  const file = await deps.reader.readFile(bytes, await knownSpeakers(deps.db, actor, callId));
  return atomic(deps.db, async (tx) => {
    await holdPeople(tx, actor);
    const call = existing(await lockCall(tx, actor, callId));
    // Asked again now that nobody else can change it.
    await requireCall(tx, actor, callId);
    requireMayEdit(actor, call);
    const origin = await findOrigin(tx, actor, callId);
    const isKnown = call.state !== 'ERROR' && origin?.fileDigest?.equals(fileDigest) === true;
    if (isKnown) return receipt(call, file, false);
    const participants = await participantsWith(tx, actor, callId, file.speakers);
    const body = { fields: participants === null ? {} : { participants }, transcript: file.transcript };
    const { state, changed } = await updateCall({ ...deps, db: tx }, actor, callId, body, null, {
      also: () => writeOrigin(tx, actor, callId, { ...originOf(file), fileDigest }),
    });
    return receipt({ callId, state }, file, changed);
  });
}

function existing(call: CallRecord | null): CallRecord {
  if (call === null) throw noSuchCall();
  return call;
}

function originOf({ format, language, interpolated, notes }: FileTranscript) {
  return { origin: 'file', madeBy: FORMATS[format], language, interpolated, notes } as const;
}

function receipt(
  { callId, state }: Pick<CallRecord, 'callId' | 'state'>,
  { format, language, transcript, interpolated, cues, notes }: FileTranscript,
  changed: boolean,
): TranscriptReceipt {
  let interpolatedWords = 0;
  for (let i = 0; i < interpolated.length; i += 2) interpolatedWords += interpolated[i + 1]! - interpolated[i]!;
  const counts = { words: transcript.wordCount, interpolatedWords };
  return {
    id: callId,
    state,
    changed,
    format: FORMATS[format],
    language,
    ...counts,
    cues: cues && { ...cues, dropped: cues.dropped.map((each) => ({ ...each })) },
    notes: [...notes],
  };
}

type Named = {
  readonly speakerNumber: number;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
};

/** The call's speakers with what a file may name them by: as they were sent, and as people corrected them. */
async function knownSpeakers(db: Db | Tx, actor: Actor, callId: string): Promise<KnownSpeaker[]> {
  const sent: readonly Named[] = await selectParticipants(db, actor, callId);
  const shown = (await speakersOf(db, actor, callId)) ?? [];
  return [...sent, ...shown].map(({ speakerNumber, email, firstName, lastName }) => {
    const name = [firstName, lastName].filter((part) => part !== null).join(' ');
    return { number: speakerNumber, name: name === '' ? null : name, email };
  });
}

/** The call's participants with the file's speakers whom it does not have; null if there are none to add. */
async function participantsWith(
  tx: Tx,
  actor: Actor,
  callId: string,
  speakers: readonly FileSpeaker[],
): Promise<CallParticipant[] | null> {
  const stored = await selectParticipants(tx, actor, callId);
  const taken = new Set(stored.map(({ speakerNumber }) => speakerNumber));
  const added = speakers.flatMap((speaker) => (taken.has(speaker.number) ? [] : participantOf(speaker)));
  return added.length === 0 ? null : [...stored, ...added].sort((a, b) => a.speakerNumber - b.speakerNumber);
}

/** What an e-mail address in a file must look like to be taken for one. */
const EMAIL = /^[^\s@\p{C}]{1,200}@[^\s@\p{C}]{1,119}$/u;

/** A speaker as a participant; none if nothing is known of them. */
function participantOf({ number, name, email, type }: FileSpeaker): CallParticipant[] {
  const address = email !== null && EMAIL.test(email) ? email : null;
  if (name === null && address === null && type === null) return [];
  return [{ speakerNumber: number, email: address, ...namesOf(name), type, userId: null }];
}

/** A written name apart: the last word is the last name, unless a comma says that it comes first. */
function namesOf(name: string | null): Pick<CallParticipant, 'firstName' | 'lastName'> {
  const words = name === null ? [] : name.replace(/^([^,]+),\s*(\S.*)$/, '$2 $1').split(' ');
  const last = words.length > 1 ? words.pop()! : null;
  return { firstName: words.length === 0 ? null : words.join(' '), lastName: last };
}
