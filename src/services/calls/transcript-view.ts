import { createHash } from 'node:crypto';
import type { CallTranscript } from '../../contract/transcripts.js';
import type { CallSpeaker } from '../../contract/v1-answers.js';
import { type CallRecord, findCallRecord } from '../../db/call-records.js';
import type { Scope } from '../../db/database.js';
import { readFragment } from '../../db/fragments.js';
import { findOrigin, type TranscriptOrigin } from '../../db/transcript-origins.js';
import type { CallReader } from '../../ingest/reader.js';
import type { WrittenAs } from '../../ingest/written-transcript.js';
import type { ShownSpeaker } from '../../transcripts/shown-transcript.js';
import { makeFragment } from '../../wire/fragment.js';
import { formatInstant } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { speakersOf } from '../analysis/speakers.js';
import type { DbDeps } from '../deps.js';
import { etagOf } from '../etag.js';
import { noSuchCall, requireCall } from './seen-call.js';

/** Dependencies of showing a transcript. */
export interface TranscriptViewDeps extends DbDeps {
  readonly reader: Pick<CallReader, 'write'>;
}

/** A format in which a transcript is shown. */
export type TranscriptFormat = WrittenAs['format'];

/** A transcript of a call that the actor sees, and its tag. */
export interface ShownFile {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

const EMPTY = makeFragment(Buffer.from('[]'));

/** Writes the transcript of a call that the actor sees, off the event loop. Throws `not_found`. */
export async function showTranscript(
  deps: TranscriptViewDeps,
  actor: Actor,
  callId: string,
  format: TranscriptFormat,
): Promise<ShownFile> {
  const { db } = deps;
  await requireCall(db, actor, callId);
  const call = await findCallRecord(db, actor, callId);
  const speakers = await speakersOf(db, actor, callId);
  if (call === null || speakers === null) throw noSuchCall();
  const fragmentId = call.transcriptFragmentId;
  const origin = await findOrigin(db, actor, callId);
  const stored = fragmentId === null ? EMPTY : await readFragment(db, actor, fragmentId);
  // It was erased since.
  if (stored === null) throw noSuchCall();
  const bytes = await deps.reader.write(stored, {
    format,
    speakers: speakers.map(shownSpeaker),
    interpolated: origin?.interpolated ?? [],
    call: vconCall(actor, call),
  });
  const shown: Omit<CallTranscript, 'words'> = { callId, origin: originOf(call, origin), speakers };
  const head = JSON.stringify(shown).slice(0, -1);
  return {
    bytes: format === 'json' ? Buffer.concat([Buffer.from(`${head},"words":`), bytes, Buffer.from('}')]) : bytes,
    etag: transcriptTag(call, speakers, format),
  };
}

/** The tag of a call's transcript: a change needs that of `json`. */
export function transcriptTag(
  { transcriptFragmentId }: Pick<CallRecord, 'transcriptFragmentId'>,
  speakers: readonly CallSpeaker[],
  format: TranscriptFormat,
): string {
  return etagOf({ transcriptFragmentId, speakers, format });
}

function originOf(call: CallRecord, origin: TranscriptOrigin | null): CallTranscript['origin'] {
  if (call.transcriptFragmentId === null) return null;
  if (origin === null) return { kind: 'sent', madeBy: null, language: null, notes: [] };
  return { kind: origin.origin, madeBy: origin.madeBy, language: origin.language, notes: [...origin.notes] };
}

function shownSpeaker({ speakerNumber, firstName, lastName, email }: CallSpeaker): ShownSpeaker {
  const name = [firstName, lastName].filter((part) => part !== null).join(' ');
  return { number: speakerNumber, name: name === '' ? null : name, email };
}

function vconCall({ accountId }: Scope, { callId, callTime, duration, stamp }: CallRecord): WrittenAs['call'] {
  return {
    uuid: uuidOf(accountId, callId),
    createdAt: formatInstant(stamp),
    start: formatInstant(callTime),
    durationSeconds: duration,
  };
}

/** A UUID of version 8 (RFC 9562) that is always the same for a call. */
function uuidOf(accountId: string, callId: string): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([accountId, callId]))
    .digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}
