import { randomUUID } from 'node:crypto';
import { atomic } from '../../db/atomic.js';
import { eraseFromAudit } from '../../db/audit.js';
import {
  type CallChanges,
  type CallRecord,
  findCallRecord,
  insertCall,
  lockCall,
  lockCallByExternalId,
  removeCall,
  wasDeleted,
  writeCall,
  writeMetadataDigests,
} from '../../db/call-records.js';
import { forgetWords } from '../../db/call-search.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { lockEntriesOfCall } from '../../db/entries-showing.js';
import { sameFragment } from '../../db/fragments.js';
import { removeAnswers } from '../../db/idempotency-keys.js';
import { writeParticipants } from '../../db/participants.js';
import { holdPeople } from '../../db/people.js';
import { stampCalls, stampDeletedCalls } from '../../db/stamps.js';
import { seesCall } from '../../db/visibility.js';
import { AppError, invalid } from '../../errors.js';
import type { CallBody, StoredTranscript } from '../../ingest/call-body.js';
import { enqueue } from '../../queue/jobs.js';
import { type CallState, firstCallState, nextCallState } from '../../rules/call-states.js';
import type { Micros } from '../../wire/instants.js';
import { metadataDigest, metadataValues } from '../../wire/metadata.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import { eraseReviewsOfCall, restampMeetings } from '../coaching/meeting-reviews.js';
import type { DbDeps, Deps } from '../deps.js';
import { requireMatch } from '../etag.js';
import { entriesChanged } from '../restamp.js';
import { auditedCall, extrasOf } from './call-audit.js';
import { checkCall, type SentCall } from './call-input.js';
import { clearTranscript, storeTranscript } from './call-transcript.js';
import { NO_CALLER, resolveCaller } from './caller.js';
import { resolveParticipants } from './participants.js';

export interface UpsertResult {
  readonly id: string;
  readonly state: CallState;
  readonly created: boolean;
  /** False where the call already was exactly so: no stamp moved. */
  readonly changed: boolean;
}

export interface UpsertOptions {
  /** Runs inside the same transaction, before the stamp is taken: what must happen with the call or not at all. */
  readonly also?: (tx: Tx) => Promise<void>;
}

/** What a request says of a call. */
interface Sent {
  readonly fields: SentCall;
  /** Undefined where it was left out; null clears it. */
  readonly transcript: StoredTranscript | null | undefined;
}

/**
 * Creates a call, or changes the sent fields of the one that has its id or externalId. Throws `invalid` with the field's name,
 * `forbidden` where only an admin chooses an id, `conflict` where the id or externalId is another call's.
 */
export async function upsertCall(
  deps: Deps,
  actor: Actor,
  body: CallBody,
  { also }: UpsertOptions = {},
): Promise<UpsertResult> {
  const sent: Sent = { fields: checkCall(body.fields, false), transcript: body.transcript };
  if (sent.fields.id !== undefined) requireAdmin(actor, 'id');
  // A call that another writer creates between our look and our insert is found on the second turn.
  for (;;) {
    const result = await atomic(deps.db, async (tx) => {
      const now = deps.clock.now();
      await holdNamed(tx, actor, sent.fields);
      const stored = await lockSent(tx, actor, sent.fields);
      if (stored !== null) return changeCall(tx, actor, stored, sent, now, also);
      return createCall(tx, actor, sent, now, also);
    });
    if (result !== null) return result;
  }
}

/** Changes the sent fields of a call; answers with its tag since. */
export async function updateCall(
  { db, clock }: Deps,
  actor: Actor,
  callId: string,
  body: CallBody,
  ifMatch: string | null = null,
): Promise<UpsertResult & { readonly etag: string }> {
  const fields = checkCall(body.fields, true);
  return atomic(db, async (tx) => {
    await holdNamed(tx, actor, fields);
    const call = existing(await lockCall(tx, actor, callId));
    requireMatch(ifMatch, callTag(call.stamp));
    if (fields.externalId != null && fields.externalId !== call.externalId) {
      const holder = await lockCallByExternalId(tx, actor, fields.externalId);
      if (holder) throw new AppError('conflict', 'externalId belongs to another call', { field: 'externalId' });
    }
    const result = await changeCall(tx, actor, call, { fields, transcript: body.transcript }, clock.now());
    const { stamp } = existing(await findCallRecord(tx, actor, callId));
    return { ...result, etag: callTag(stamp) };
  });
}

/** Erases a call with everything derived from it, and leaves a tombstone. Locks the call, then what shows it, then meetings. */
export async function deleteCall(
  { db }: DbDeps,
  actor: Actor,
  callId: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const call = existing(await lockCall(tx, actor, callId));
    requireMatch(ifMatch, callTag(call.stamp));
    await lockEntriesOfCall(tx, actor, callId);
    const meetingIds = await eraseReviewsOfCall(tx, actor, callId);
    await removeCall(tx, actor, call);
    await eraseFromAudit(tx, actor, callId);
    await removeAnswers(tx, actor, callId);
    // What the call held is erased from the audit, too: its last entry has the state alone.
    await recordChange(tx, actor, { kind: 'calls', id: callId, before: { state: call.state }, after: null });
    await restampMeetings(tx, actor, meetingIds);
    await stampDeletedCalls(tx, actor, [callId]);
  });
}

/** Ends a call's processing in an ERROR, with its reason; what was analysed of it before is dropped. */
export async function failCall({ db }: DbDeps, scope: Scope, callId: string, reason: string): Promise<void> {
  await atomic(db, async (tx) => {
    const call = existing(await lockCall(tx, scope, callId));
    await writeCall(tx, scope, callId, {
      state: nextCallState(call.state, 'fail')!,
      errorReason: reason,
      stats: null,
      sectionsFragmentId: null,
      // An analysis under way must not complete it any more.
      contentVersion: call.contentVersion + 1,
    });
    await forgetWords(tx, scope, callId);
    await stampCalls(tx, scope, [callId]);
  });
}

/** The tag of a call as it stands: whatever it shows moves its stamp. */
export function callTag(stamp: Micros): string {
  return `"${stamp}"`;
}

/** Refuses a call that does not exist, or that this one does not see: the two are answered alike. */
export async function requireCall(db: Db | Tx, actor: Actor, callId: string): Promise<void> {
  if (!(await seesCall(db, actor, callId))) throw noSuchCall();
}

export function noSuchCall(): AppError {
  return new AppError('not_found', 'There is no such call.');
}

function existing(call: CallRecord | null): CallRecord {
  if (call === null) throw noSuchCall();
  return call;
}

/** Before the call is locked: jobs that carry changes of users to calls hold the people first, too. */
async function holdNamed(tx: Tx, scope: Scope, { caller, participants }: SentCall): Promise<void> {
  if (caller || participants) await holdPeople(tx, scope);
}

/** The call that a request is about, locked; null where there is none. */
async function lockSent(tx: Tx, scope: Scope, { id, externalId }: SentCall): Promise<CallRecord | null> {
  const byExternalId = externalId == null ? null : await lockCallByExternalId(tx, scope, externalId);
  if (id === undefined) return byExternalId;
  if (byExternalId && byExternalId.callId !== id) {
    throw new AppError('conflict', `externalId belongs to the call ${byExternalId.callId}`, { field: 'externalId' });
  }
  const byId = byExternalId ?? (await lockCall(tx, scope, id));
  if (!byId && (await wasDeleted(tx, scope, id))) {
    throw new AppError('conflict', 'id belongs to a call that was deleted', { field: 'id' });
  }
  return byId;
}

/** Null where another writer has created it meanwhile. */
async function createCall(
  tx: Tx,
  actor: Actor,
  { fields, transcript }: Sent,
  now: Micros,
  also: UpsertOptions['also'],
): Promise<UpsertResult | null> {
  const { callTime, direction, externalId = null } = fields;
  if (callTime === undefined) throw invalid('callTime', 'is missing', 'an ISO 8601 date-time');
  if (direction === undefined) throw invalid('direction', 'is missing', 'INBOUND, OUTBOUND or SCREENSHARE');
  const callId = fields.id ?? randomUUID();
  const caller = fields.caller ? await resolveCaller(tx, actor, fields.caller, callTime, NO_CALLER) : {};
  const state = firstCallState(Boolean(transcript));
  const {
    duration = null,
    originalPath = null,
    metadata,
    crmMatchesJson,
    callSummaryJson: callSummary = null,
  } = fields;
  const record = { externalId, ...caller, callTime, duration, direction, state, originalPath, callSummary };
  const inserted = await insertCall(tx, actor, callId, {
    ...record,
    ...(metadata && { metadata: JSON.stringify(metadata) }),
    ...(crmMatchesJson && { crmMatches: crmMatchesJson }),
  });
  if (!inserted) return null;
  const participants = await resolveParticipants(tx, actor, fields.participants ?? []);
  if (fields.participants) await writeParticipants(tx, actor, { callId, callTime }, participants);
  if (metadata) await writeMetadataDigests(tx, actor, callId, digestsOf(metadata));
  if (transcript) {
    await writeCall(tx, actor, callId, await storeTranscript(tx, actor, callId, null, transcript, now));
    await enqueue(tx, 'analyze', { accountId: actor.accountId, callId });
  }
  await also?.(tx);
  const extras = { externalId, errorReason: null, participants: [...participants] };
  const after = await auditedCall(tx, actor, callId, extras);
  await recordChange(tx, actor, { kind: 'calls', id: callId, callId, before: null, after });
  await stampCalls(tx, actor, [callId]);
  return { id: callId, state, created: true, changed: true };
}

async function changeCall(
  tx: Tx,
  actor: Actor,
  call: CallRecord,
  { fields, transcript }: Sent,
  now: Micros,
  also?: UpsertOptions['also'],
): Promise<UpsertResult> {
  const { callId } = call;
  const extras = await extrasOf(tx, actor, call);
  const changes = changesOf(call, {
    externalId: fields.externalId,
    callTime: fields.callTime,
    duration: fields.duration,
    direction: fields.direction,
    originalPath: fields.originalPath,
    metadata: fields.metadata === undefined ? undefined : JSON.stringify(fields.metadata ?? {}),
    crmMatches: fields.crmMatchesJson,
    callSummary: fields.callSummaryJson,
    ...(fields.caller !== undefined &&
      (await resolveCaller(tx, actor, fields.caller, fields.callTime ?? call.callTime, call))),
  });
  const sent = fields.participants && (await resolveParticipants(tx, actor, fields.participants));
  const participants = sent && JSON.stringify(sent) !== JSON.stringify(extras.participants) ? sent : undefined;
  // Sent again, the transcript of a call that failed is a new one: what was stored of it may be why.
  const isNew = transcript && (call.state === 'ERROR' || !(await isStored(tx, actor, call, transcript)));
  const isCleared = transcript === null && call.transcriptFragmentId !== null;
  const state = isCleared
    ? nextCallState(call.state, 'clear')!
    : isNew
      ? nextCallState(call.state, 'transcribe')!
      : call.state;
  const hasTranscript = isNew || (call.transcriptFragmentId !== null && !isCleared);
  const toAnalyze =
    hasTranscript && (isNew || participants || changes.duration !== undefined || changes.crmMatches !== undefined);
  Object.assign(changes, changesOf(call, { state, errorReason: state === 'ERROR' ? undefined : null }));
  const isChanged = Object.keys(changes).length > 0 || participants || isNew || isCleared;

  if (isChanged) {
    const before = await auditedCall(tx, actor, callId, extras);
    if (isNew) Object.assign(changes, await storeTranscript(tx, actor, callId, call, transcript, now));
    if (isCleared) Object.assign(changes, await clearTranscript(tx, actor, call, now));
    // An analysis of what was there before must not be stored any more.
    if (toAnalyze || isCleared) changes.contentVersion = call.contentVersion + 1;
    if (toAnalyze) await enqueue(tx, 'analyze', { accountId: actor.accountId, callId });
    const { callTime = call.callTime } = changes;
    if (participants) await writeParticipants(tx, actor, { callId, callTime }, participants);
    if (changes.metadata !== undefined) {
      await writeMetadataDigests(tx, actor, callId, digestsOf(fields.metadata ?? {}));
    }
    await writeCall(tx, actor, callId, changes);
    const after = await auditedCall(tx, actor, callId, {
      externalId: changes.externalId === undefined ? call.externalId : changes.externalId,
      errorReason: changes.errorReason === undefined ? call.errorReason : changes.errorReason,
      participants: participants ? [...participants] : extras.participants,
    });
    await also?.(tx);
    await recordChange(tx, actor, { kind: 'calls', id: callId, callId, before, after });
    if (changes.callerId !== undefined) await entriesChanged(tx, actor, 'call', [callId]);
    await stampCalls(tx, actor, [callId]);
  } else {
    await also?.(tx);
  }
  return { id: callId, state, created: false, changed: Boolean(isChanged) };
}

/** The fields that are sent and are not so already. */
function changesOf(
  call: CallRecord,
  sent: { [Field in keyof CallChanges]: CallChanges[Field] | undefined },
): CallChanges {
  return Object.fromEntries(
    Object.entries(sent).filter(([field, value]) => value !== undefined && value !== call[field as keyof CallChanges]),
  );
}

function digestsOf(metadata: Readonly<Record<string, unknown>>): Set<string> {
  return new Set([...metadataValues(metadata)].map(([field, value]) => metadataDigest(field, value)));
}

async function isStored(tx: Tx, scope: Scope, call: CallRecord, transcript: StoredTranscript): Promise<boolean> {
  const stored = call.transcriptFragmentId;
  return stored !== null && sameFragment(tx, scope, stored, transcript.fragment);
}
