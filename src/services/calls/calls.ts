import { randomUUID } from 'node:crypto';
import { atomic } from '../../db/atomic.js';
import {
  type CallChanges,
  type CallRecord,
  findCallRecord,
  insertCall,
  lockCall,
  lockCallByExternalId,
  wasDeleted,
  writeCall,
  writeMetadataDigests,
} from '../../db/call-records.js';
import { forgetWords } from '../../db/call-search.js';
import { findSummary, removeSummary } from '../../db/call-summaries.js';
import type { Scope, Tx } from '../../db/database.js';
import { sameFragment } from '../../db/fragments.js';
import { selectParticipants, writeParticipants } from '../../db/participants.js';
import { holdPeople } from '../../db/people.js';
import { removeStep, skipStep } from '../../db/processing-steps.js';
import { stampCalls } from '../../db/stamps.js';
import { AppError, invalid } from '../../errors.js';
import type { CallBody, StoredTranscript } from '../../ingest/call-body.js';
import { enqueue } from '../../queue/jobs.js';
import { type CallState, firstCallState, nextCallState } from '../../rules/call-states.js';
import type { Micros } from '../../wire/instants.js';
import { metadataDigest, metadataValues } from '../../wire/metadata.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps, Deps } from '../deps.js';
import { callTag, requireMatch } from '../etag.js';
import { entriesChanged } from '../restamp.js';
import { auditedCall } from './call-audit.js';
import { checkCall, type SentCall } from './call-input.js';
import { clearTranscript, storeTranscript } from './call-transcript.js';
import { NO_CALLER, resolveCaller } from './caller.js';
import { resolveParticipants } from './participants.js';
import { noSuchCall } from './seen-call.js';

/** The result of creating or changing a call. */
export interface UpsertResult {
  readonly id: string;
  readonly state: CallState;
  readonly created: boolean;
  /** False if the call already had exactly these values, so that its stamp did not move. */
  readonly changed: boolean;
}

/** Options of `upsertCall` and `updateCall`. */
export interface UpsertOptions {
  /**
   * Runs in the same transaction, before the stamp is taken, for work that must be committed together with the call.
   */
  readonly also?: (tx: Tx, callId: string) => Promise<void>;
}

/** Why a call's recording is not recognized. */
const HAS_WORDS = 'The call got a transcript, which stays.';

/** The contents of a request about a call. */
interface Sent {
  readonly fields: SentCall;
  /** Undefined if it was left out; null clears it. */
  readonly transcript: StoredTranscript | null | undefined;
}

/**
 * Creates a call, or changes the sent fields of the one that has its id or externalId. Throws `invalid` with the
 * field's name, `forbidden` if the actor is not an admin and sends a field that only an admin may choose, and
 * `conflict` if the id or externalId belongs to another call.
 */
export async function upsertCall(
  deps: Deps,
  actor: Actor,
  body: CallBody,
  { also }: UpsertOptions = {},
): Promise<UpsertResult> {
  const sent: Sent = { fields: checkCall(body.fields, false), transcript: body.transcript };
  if (sent.fields.id !== undefined) requireAdmin(actor, 'id');
  // If another writer creates the call between the look-up and the insert, the second round finds it.
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

/**
 * Changes the sent fields of a call. Returns its new tag. Throws `not_found`, `invalid`, `conflict`, and
 * `precondition_failed` for another ETag.
 */
export async function updateCall(
  { db, clock }: Deps,
  actor: Actor,
  callId: string,
  body: CallBody,
  ifMatch: string | null = null,
  { also }: UpsertOptions = {},
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
    const result = await changeCall(tx, actor, call, { fields, transcript: body.transcript }, clock.now(), also);
    const { stamp } = existing(await findCallRecord(tx, actor, callId));
    return { ...result, etag: callTag(stamp) };
  });
}

/**
 * Ends the processing of a call as an ERROR with its reason. The results of earlier analyses are removed. Throws
 * `not_found`.
 */
export async function failCall({ db }: DbDeps, scope: Scope, callId: string, reason: string): Promise<void> {
  await atomic(db, async (tx) => {
    const call = existing(await lockCall(tx, scope, callId));
    await writeCall(tx, scope, callId, {
      state: nextCallState(call.state, 'fail')!,
      errorReason: reason,
      stats: null,
      ...((await summaryChange(tx, scope, call, undefined, true)) === null && { callSummary: null }),
      sectionsFragmentId: null,
      // Prevents an analysis under way from completing it.
      contentVersion: call.contentVersion + 1,
    });
    await forgetWords(tx, scope, callId);
    await stampCalls(tx, scope, [callId]);
  });
}

function existing(call: CallRecord | null): CallRecord {
  if (call === null) throw noSuchCall();
  return call;
}

/**
 * Holds the people lock. Must come before the call is locked, because jobs that apply changes of users to calls also
 * take the people lock first.
 */
async function holdNamed(tx: Tx, scope: Scope, { caller, participants }: SentCall): Promise<void> {
  if (caller || participants) await holdPeople(tx, scope);
}

/**
 * The call that a request is about, locked; null if there is none. Throws `conflict` if the ids belong to another or a
 * deleted call.
 */
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

/** Creates a call. Null if another writer has created it meanwhile. */
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
  await also?.(tx, callId);
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
  const stored = sent && (await selectParticipants(tx, actor, callId));
  const participants = JSON.stringify(sent) === JSON.stringify(stored) ? undefined : sent;
  // If the call failed, a transcript sent again counts as new: what was stored of it may be the reason.
  const isNew = transcript && (call.state === 'ERROR' || !(await isStored(tx, actor, call, transcript)));
  const isCleared = transcript === null && call.transcriptFragmentId !== null;
  const state = isCleared
    ? nextCallState(call.state, 'clear')!
    : isNew
      ? nextCallState(call.state, 'transcribe')!
      : call.state;
  const summary = await summaryChange(tx, actor, call, changes.callSummary, Boolean(isNew || isCleared));
  if (summary === undefined) delete changes.callSummary;
  else changes.callSummary = summary;
  const hasTranscript = isNew || (call.transcriptFragmentId !== null && !isCleared);
  const toAnalyze =
    hasTranscript && (isNew || participants || changes.duration !== undefined || changes.crmMatches !== undefined);
  Object.assign(changes, changesOf(call, { state, errorReason: state === 'ERROR' ? undefined : null }));
  const isChanged = Object.keys(changes).length > 0 || participants || isNew || isCleared;

  if (isChanged) {
    // Read only now where none were sent: a call that is sent again unchanged, as loaders do, does without.
    const { externalId, errorReason } = call;
    const extras = { externalId, errorReason, participants: stored ?? (await selectParticipants(tx, actor, callId)) };
    const before = await auditedCall(tx, actor, callId, extras);
    if (isNew) {
      Object.assign(changes, await storeTranscript(tx, actor, callId, call, transcript, now));
      // An engine's words do not take the place of a transcript that came after its recording.
      if (call.mediaVersion > 0) await skipStep(tx, actor, callId, 'transcribe', HAS_WORDS);
    }
    if (isCleared) Object.assign(changes, await clearTranscript(tx, actor, call, now));
    // Prevents an analysis of the former content from being stored.
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
    await also?.(tx, callId);
    await recordChange(tx, actor, { kind: 'calls', id: callId, callId, before, after });
    if (changes.callerId !== undefined) await entriesChanged(tx, actor, 'call', [callId]);
    await stampCalls(tx, actor, [callId]);
  } else {
    await also?.(tx, callId);
  }
  return { id: callId, state, created: false, changed: Boolean(isChanged) };
}

/**
 * The new summary of a call; undefined if it stays. A summary that Debrief made goes with the transcript that it is of,
 * and gives way to one that is sent. Sources that have none send null each time, which leaves Debrief's in place.
 */
async function summaryChange(
  tx: Tx,
  scope: Scope,
  { callId, callSummary }: CallRecord,
  sent: string | null | undefined,
  isTranscriptGone: boolean,
): Promise<string | null | undefined> {
  if (callSummary === null || (sent === undefined && !isTranscriptGone)) return sent;
  if ((await findSummary(tx, scope, callId)) === null) return sent;
  if (sent == null && !isTranscriptGone) return undefined;
  await removeSummary(tx, scope, callId);
  await removeStep(tx, scope, callId, 'summarize');
  return sent ?? null;
}

/** The sent fields whose values differ from the stored ones. */
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
