import type { CallDetails } from '../../contract/v1-answers.js';
import { findCall } from '../../db/calls.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { selectParticipants } from '../../db/participants.js';
import { formatInstant } from '../../wire/instants.js';

/** The fields of a call that only /api/v1 shows. */
export type CallExtras = Pick<CallDetails, 'externalId' | 'errorReason' | 'participants'>;

const PARTS = { transcripts: true, crmMatches: true, cards: 'none' } as const;

/**
 * A call as the audit records it at this moment of a transaction: as /api/v1 shows it, with two exceptions. The
 * transcript is replaced by its size and checksum. `modified` is left out, because the stamp is taken after the audit's
 * entry is written.
 */
export async function auditedCall(tx: Tx, scope: Scope, callId: string, extras: CallExtras): Promise<object> {
  const row = (await findCall(tx, scope, callId, PARTS))!;
  const { transcript, callTime } = row;
  return {
    id: callId,
    callerEmail: row.callerEmail,
    callerId: row.callerId,
    callSummary: parsed(row.callSummaryJson),
    callTime: formatInstant(callTime),
    duration: row.duration,
    direction: row.direction,
    state: row.state,
    transcript: transcript && {
      sizeBytes: transcript.rawLength,
      crc32: transcript.crc32.toString(16).padStart(8, '0'),
    },
    crmMatches: JSON.parse(row.crmMatchesJson),
    stats: parsed(row.statsJson),
    originalPath: row.originalPath,
    metadata: JSON.parse(row.metadataJson),
    ...extras,
  };
}

const parsed = (json: string | null) => (json === null ? null : JSON.parse(json));

/** The fields of a stored call that only /api/v1 shows. */
export async function extrasOf(
  db: Db | Tx,
  scope: Scope,
  call: { readonly callId: string; readonly externalId: string | null; readonly errorReason: string | null },
): Promise<CallExtras> {
  const { externalId, errorReason, callId } = call;
  return { externalId, errorReason, participants: await selectParticipants(db, scope, callId) };
}
