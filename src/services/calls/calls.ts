import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { FORM_VERSION } from '../../analysis/form.js';
import type { Clock } from '../../clock.js';
import { holderOf } from '../../db/addresses.js';
import { writeForm } from '../../db/analysis-forms.js';
import { atomic } from '../../db/atomic.js';
import { eraseFromAudit } from '../../db/audit.js';
import { forgetWords } from '../../db/call-search.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { lockEntriesOfCall } from '../../db/entries-showing.js';
import { insertFragment, retireFragment, sameFragment } from '../../db/fragments.js';
import { removeAnswers } from '../../db/idempotency-keys.js';
import { holdPeople } from '../../db/people.js';
import type { Tables } from '../../db/schema.js';
import { stampCalls, stampDeletedCalls } from '../../db/stamps.js';
import { seesCall } from '../../db/visibility.js';
import { AppError, invalid } from '../../errors.js';
import type { CallBody, StoredTranscript } from '../../ingest/call-body.js';
import { enqueue } from '../../queue/jobs.js';
import { type Micros, toTimestamp } from '../../wire/instants.js';
import { metadataDigest, metadataValues } from '../../wire/metadata.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import { lockMeetingsReviewing, reviewsErased } from '../coaching/meeting-reviews.js';
import { requireMatch } from '../etag.js';
import { usersNamed } from '../people/named-users.js';
import { entriesChanged } from '../restamp.js';
import { checkCall, type GivenCall, type GivenCaller, type GivenParticipant } from './call-input.js';
import { namedParticipants, readParticipants, writeParticipants } from './participants.js';

export interface CallDeps {
  readonly db: Db;
  readonly clock: Clock;
}

export interface GivenResult {
  readonly id: string;
  readonly state: string;
  readonly created: boolean;
  /** False where the call already was exactly so: no stamp moved. */
  readonly changed: boolean;
}

export interface GiveOptions {
  /** Runs inside the same transaction, before the stamp is taken: what must happen with the call or not at all. */
  readonly also?: (tx: Tx) => Promise<void>;
}

type CallColumns = Selectable<Tables['calls']>;

/** Creates a call, or changes the given fields of the one that has its id or externalId. */
export async function giveCall(
  deps: CallDeps,
  actor: Actor,
  body: CallBody,
  options: GiveOptions = {},
): Promise<GivenResult> {
  const given = checkCall(body.fields, false);
  if (given.id !== undefined) requireAdmin(actor, 'id');
  // A call that another writer creates between our look and our insert is found on the second turn.
  for (;;) {
    const result = await atomic(deps.db, async (tx) => {
      await holdNamed(tx, actor, given);
      const existing = await lockGiven(tx, actor, given);
      if (existing) return changeCall(deps, tx, actor, existing, given, body.transcript, options);
      return createCall(deps, tx, actor, given, body.transcript, options);
    });
    if (result !== null) return result;
  }
}

/** Changes the given fields of a call; answers with its tag since. */
export async function patchCall(
  deps: CallDeps,
  actor: Actor,
  callId: string,
  body: CallBody,
  ifMatch: string | null = null,
): Promise<GivenResult & { readonly etag: string }> {
  const given = checkCall(body.fields, true);
  return atomic(deps.db, async (tx) => {
    await holdNamed(tx, actor, given);
    const existing = await lockCall(tx, actor, 'call_id', callId);
    if (!existing) throw noSuchCall();
    requireMatch(ifMatch, callTag(existing.stamp!));
    if (given.externalId != null && given.externalId !== existing.external_id) {
      const holder = await lockCall(tx, actor, 'external_id', given.externalId);
      if (holder) throw new AppError('conflict', 'externalId belongs to another call', { field: 'externalId' });
    }
    const result = await changeCall(deps, tx, actor, existing, given, body.transcript, {});
    const { stamp } = await tx
      .selectFrom('calls')
      .select('stamp')
      .where('account_id', '=', actor.accountId)
      .where('call_id', '=', callId)
      .executeTakeFirstOrThrow();
    return { ...result, etag: callTag(stamp!) };
  });
}

/** Erases a call with everything derived from it, and leaves a tombstone. */
export async function deleteCall(
  deps: Pick<CallDeps, 'db'>,
  actor: Actor,
  callId: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(deps.db, async (tx) => {
    const existing = await lockCall(tx, actor, 'call_id', callId);
    if (!existing) throw noSuchCall();
    requireMatch(ifMatch, callTag(existing.stamp!));
    await tx
      .insertInto('deleted_calls')
      .values({
        account_id: actor.accountId,
        call_id: callId,
        caller_id: existing.caller_id,
        call_time: toTimestamp(existing.call_time),
        first_stamp: toTimestamp(existing.first_stamp!),
        last_stamp: toTimestamp(existing.stamp!),
      })
      .execute();
    await lockEntriesOfCall(tx, actor, callId);
    const meetingIds = await lockMeetingsReviewing(tx, actor, callId);
    for (const table of ['fragments', 'calls'] as const) {
      await tx.deleteFrom(table).where('account_id', '=', actor.accountId).where('call_id', '=', callId).execute();
    }
    await eraseFromAudit(tx, actor, callId);
    await removeAnswers(tx, actor, callId);
    await recordChange(tx, actor, { kind: 'calls', id: callId, before: { state: existing.state }, after: null });
    await reviewsErased(tx, actor, meetingIds);
    await stampDeletedCalls(tx, actor, [callId]);
  });
}

/** Ends a call's processing in an ERROR, with its reason; what was analysed of it before is dropped. */
export async function failCall(
  deps: Pick<CallDeps, 'db'>,
  scope: Scope,
  callId: string,
  reason: string,
): Promise<void> {
  await atomic(deps.db, async (tx) => {
    const existing = await lockCall(tx, scope, 'call_id', callId);
    if (!existing) throw noSuchCall();
    await tx
      .updateTable('calls')
      // An analysis under way must not complete it any more.
      .set({
        state: 'ERROR',
        error_reason: reason,
        stats: null,
        sections_fragment_id: null,
        content_version: existing.content_version + 1,
      })
      .where('account_id', '=', scope.accountId)
      .where('call_id', '=', callId)
      .execute();
    await forgetWords(tx, scope, callId);
    await stampCalls(tx, scope, [callId]);
  });
}

/** The tag of a call as it stands: whatever it shows moves its stamp. */
export function callTag(stamp: Micros): string {
  return `"${stamp}"`;
}

/** What `/api/v1` shows of a call beside v2's fields. */
export interface GivenView {
  readonly externalId: string | null;
  readonly errorReason: string | null;
  readonly participants: readonly GivenParticipant[];
}

export async function readGiven(db: Db, scope: Scope, callId: string): Promise<GivenView | null> {
  const found = await sql<Omit<GivenView, 'participants'>>`select external_id as "externalId",
    error_reason as "errorReason" from calls
    where account_id = ${scope.accountId} and call_id = ${callId}`.execute(db);
  const row = found.rows[0];
  return row ? { ...row, participants: await readParticipants(db, scope, callId) } : null;
}

/** Refuses a call that is not there, or that this one does not see: the two are answered alike. */
export async function requireCall(db: Db | Tx, actor: Actor, callId: string): Promise<void> {
  if (!(await seesCall(db, actor, callId))) throw noSuchCall();
}

export function noSuchCall(): AppError {
  return new AppError('not_found', 'There is no such call.');
}

/** Before the call is locked: jobs that carry changes of users to calls hold the people first, too. */
async function holdNamed(tx: Tx, scope: Scope, { caller, participants }: GivenCall): Promise<void> {
  if (caller || participants) await holdPeople(tx, scope);
}

async function lockCall(tx: Tx, scope: Scope, column: 'call_id' | 'external_id', value: string) {
  return tx
    .selectFrom('calls')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where(column, '=', value)
    .forUpdate()
    .executeTakeFirst();
}

async function lockGiven(tx: Tx, scope: Scope, given: GivenCall): Promise<CallColumns | undefined> {
  const byExternalId =
    given.externalId == null ? undefined : await lockCall(tx, scope, 'external_id', given.externalId);
  if (given.id === undefined) return byExternalId;
  if (byExternalId && byExternalId.call_id !== given.id) {
    throw new AppError('conflict', `externalId belongs to the call ${byExternalId.call_id}`, { field: 'externalId' });
  }
  const byId = byExternalId ?? (await lockCall(tx, scope, 'call_id', given.id));
  if (!byId) {
    const tombstone = await tx
      .selectFrom('deleted_calls')
      .select('call_id')
      .where('account_id', '=', scope.accountId)
      .where('call_id', '=', given.id)
      .executeTakeFirst();
    if (tombstone) throw new AppError('conflict', 'id belongs to a call that was deleted', { field: 'id' });
  }
  return byId;
}

async function createCall(
  deps: CallDeps,
  tx: Tx,
  actor: Actor,
  given: GivenCall,
  transcript: StoredTranscript | null | undefined,
  options: GiveOptions,
): Promise<GivenResult | null> {
  const { callTime, direction } = given;
  if (callTime === undefined) throw invalid('callTime', 'is missing', 'an ISO 8601 date-time');
  if (direction === undefined) throw invalid('direction', 'is missing', 'INBOUND, OUTBOUND or SCREENSHARE');
  const callId = given.id ?? randomUUID();
  const caller = given.caller ? await resolveCaller(tx, actor, given.caller, callTime, NOBODY) : {};
  const state = transcript ? 'ANALYZING' : 'PENDING';
  const inserted = await tx
    .insertInto('calls')
    .values({
      account_id: actor.accountId,
      call_id: callId,
      external_id: given.externalId ?? null,
      ...caller,
      call_time: toTimestamp(callTime),
      duration: given.duration ?? null,
      direction,
      state,
      original_path: given.originalPath ?? null,
      ...(given.metadata && { metadata: JSON.stringify(given.metadata) }),
      ...(given.crmMatchesJson && { crm_matches: given.crmMatchesJson }),
      call_summary: given.callSummaryJson ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('call_id')
    .executeTakeFirst();
  if (!inserted) return null;
  if (given.participants) {
    const participants = await namedParticipants(tx, actor, given.participants);
    await writeParticipants(tx, actor, { callId, callTime }, participants);
  }
  if (given.metadata) await writeMetadataValues(tx, actor, callId, given.metadata);
  if (transcript) {
    await writeTranscript(deps, tx, actor, callId, null, transcript);
    await enqueue(tx, 'analyze', { accountId: actor.accountId, callId });
  }
  await options.also?.(tx);
  await recordChange(tx, actor, { kind: 'calls', id: callId, before: null, after: { state } });
  await stampCalls(tx, actor, [callId]);
  return { id: callId, state, created: true, changed: true };
}

async function changeCall(
  deps: CallDeps,
  tx: Tx,
  actor: Actor,
  existing: CallColumns,
  given: GivenCall,
  transcript: StoredTranscript | null | undefined,
  options: GiveOptions,
): Promise<GivenResult> {
  const callId = existing.call_id;
  const changes: Partial<CallColumns> = {};
  const set = <K extends keyof CallColumns>(column: K, value: CallColumns[K] | undefined) => {
    if (value !== undefined && value !== existing[column]) changes[column] = value;
  };
  set('external_id', given.externalId);
  set('call_time', given.callTime);
  set('duration', given.duration);
  set('direction', given.direction);
  set('original_path', given.originalPath);
  set('metadata', given.metadata === undefined ? undefined : JSON.stringify(given.metadata ?? {}));
  set('crm_matches', given.crmMatchesJson);
  set('call_summary', given.callSummaryJson);
  if (given.caller !== undefined) {
    const caller = await resolveCaller(tx, actor, given.caller, given.callTime ?? existing.call_time, existing);
    set('caller_id', caller.caller_id);
    set('given_caller_email', caller.given_caller_email);
    set('given_caller_system_id', caller.given_caller_system_id);
  }
  const participants = given.participants && (await namedParticipants(tx, actor, given.participants));
  const participantsChanged =
    participants !== undefined &&
    JSON.stringify(await readParticipants(tx, actor, callId)) !== JSON.stringify(participants);
  // Given again, a call that failed begins anew: what was stored of its transcript may be why.
  const isNew = transcript && (existing.state === 'ERROR' || !(await isStored(tx, actor, existing, transcript)));
  const newTranscript = isNew ? transcript : undefined;
  const cleared = transcript === null && existing.transcript_fragment_id !== null;

  if (newTranscript) await writeTranscript(deps, tx, actor, callId, existing, newTranscript);
  if (cleared) await clearTranscript(deps, tx, actor, existing);
  const heard = newTranscript !== undefined || (existing.transcript_fragment_id !== null && !cleared);
  const toAnalyze =
    heard &&
    (newTranscript !== undefined ||
      participantsChanged ||
      changes.duration !== undefined ||
      changes.crm_matches !== undefined);
  const state = cleared ? 'PENDING' : newTranscript ? 'ANALYZING' : existing.state;
  // An analysis of what was there before must not be stored any more.
  if (toAnalyze || cleared) changes.content_version = existing.content_version + 1;
  if (toAnalyze) await enqueue(tx, 'analyze', { accountId: actor.accountId, callId });
  set('state', state);
  if (state !== 'ERROR') set('error_reason', null);

  const changed = Object.keys(changes).length > 0 || participantsChanged || newTranscript !== undefined || cleared;
  if (participantsChanged) {
    const callTime = given.callTime ?? existing.call_time;
    await writeParticipants(tx, actor, { callId, callTime }, participants);
  }
  if (changes.metadata !== undefined) await writeMetadataValues(tx, actor, callId, given.metadata ?? {});
  if (Object.keys(changes).length > 0) {
    const { call_time, ...columns } = changes;
    await tx
      .updateTable('calls')
      .set({ ...columns, ...(call_time !== undefined && { call_time: toTimestamp(call_time) }) } as never)
      .where('account_id', '=', actor.accountId)
      .where('call_id', '=', callId)
      .execute();
  }
  await options.also?.(tx);
  if (changed) {
    const before = Object.fromEntries(Object.keys(changes).map((column) => [column, existing[column as never]]));
    const others = {
      ...(participantsChanged && { participants }),
      ...(isNew && { transcript: 'new' }),
    };
    await recordChange(tx, actor, { kind: 'calls', id: callId, callId, before, after: { ...changes, ...others } });
  }
  if (changes.caller_id !== undefined) await entriesChanged(tx, actor, 'call', [callId]);
  if (changed) await stampCalls(tx, actor, [callId]);
  return { id: callId, state, created: false, changed };
}

type CallerColumns = Pick<CallColumns, 'caller_id' | 'given_caller_email' | 'given_caller_system_id'>;

const NOBODY: CallerColumns = { caller_id: null, given_caller_email: null, given_caller_system_id: null };

const addressed = {
  callerEmail: { kind: 'email', column: 'given_caller_email' },
  callerSystemId: { kind: 'system', column: 'given_caller_system_id' },
} as const;

/**
 * Finds the user that a source names, behind `holdPeople`. An address that the call has had already stays bound to whom it was; one of nobody is
 * kept, and resolves when they come.
 */
async function resolveCaller(
  tx: Tx,
  scope: Scope,
  caller: GivenCaller,
  callTime: Micros,
  before: CallerColumns,
): Promise<CallerColumns> {
  if (caller === null) return NOBODY;
  const { by, value } = caller;
  if (by === 'callerId') {
    const user = (await usersNamed(tx, scope, [value])).get(value);
    if (!user) throw invalid('callerId', 'is no user of this account', "a user's id");
    return { ...NOBODY, caller_id: user.id };
  }
  const { kind, column } = addressed[by];
  const given = before[column];
  const same = given === value || (kind === 'email' && given?.toLowerCase() === value.toLowerCase());
  if (same && before.caller_id !== null) return before;
  const at = sql`${toTimestamp(callTime)}::timestamptz`;
  const found = await sql<{ userId: string | null }>`
    select ${holderOf(kind, sql`${scope.accountId}`, sql`${value}::text`, at)} as "userId"`.execute(tx);
  return { ...NOBODY, caller_id: found.rows[0]!.userId, [column]: value };
}

async function writeMetadataValues(
  tx: Tx,
  scope: Scope,
  callId: string,
  metadata: Readonly<Record<string, unknown>>,
): Promise<void> {
  const digests = new Set<string>();
  for (const [field, value] of metadataValues(metadata)) digests.add(metadataDigest(field, value));
  await tx
    .deleteFrom('metadata_values')
    .where('account_id', '=', scope.accountId)
    .where('call_id', '=', callId)
    .execute();
  await sql`insert into metadata_values (account_id, digest, call_id)
    select ${scope.accountId}, digest::uuid, ${callId} from unnest(${[...digests]}::text[]) as digest`.execute(tx);
}

async function isStored(tx: Tx, scope: Scope, existing: CallColumns, transcript: StoredTranscript): Promise<boolean> {
  const stored = existing.transcript_fragment_id;
  return stored !== null && sameFragment(tx, scope, stored, transcript.fragment);
}

const nothingHeard = { stats: null, question_counts: null, topics_fragment_id: null, sections_fragment_id: null };

async function retireFragments(tx: Tx, scope: Scope, call: CallColumns, now: Micros): Promise<void> {
  await retireFragment(tx, scope, call.transcript_fragment_id, now);
  await retireFragment(tx, scope, call.topics_fragment_id, now);
}

async function writeTranscript(
  deps: CallDeps,
  tx: Tx,
  scope: Scope,
  callId: string,
  replaced: CallColumns | null,
  transcript: StoredTranscript,
): Promise<void> {
  if (replaced) {
    await retireFragments(tx, scope, replaced, deps.clock.now());
    await forgetWords(tx, scope, callId);
  }
  const fragmentId = await insertFragment(tx, scope, callId, transcript.fragment);
  await writeForm(tx, scope, callId, FORM_VERSION, transcript.form);
  await tx
    .updateTable('calls')
    .set({ transcript_fragment_id: fragmentId, words_end: transcript.wordsEnd, ...nothingHeard })
    .where('account_id', '=', scope.accountId)
    .where('call_id', '=', callId)
    .execute();
}

async function clearTranscript(deps: CallDeps, tx: Tx, scope: Scope, call: CallColumns): Promise<void> {
  await retireFragments(tx, scope, call, deps.clock.now());
  await forgetWords(tx, scope, call.call_id);
  await tx
    .deleteFrom('analysis_forms')
    .where('account_id', '=', scope.accountId)
    .where('call_id', '=', call.call_id)
    .execute();
  await tx
    .updateTable('calls')
    .set({ transcript_fragment_id: null, words_end: null, ...nothingHeard })
    .where('account_id', '=', scope.accountId)
    .where('call_id', '=', call.call_id)
    .execute();
}
