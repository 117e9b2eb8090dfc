import { type Selectable, sql } from 'kysely';
import { toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import type { Tables } from './schema.js';

// Calls as stored. What pages show of calls is in calls.ts; how calls are searched is in library.ts.

/** Each field of a record, with its column. */
const columns = {
  externalId: 'external_id',
  callerId: 'caller_id',
  callerEmailSent: 'given_caller_email',
  callerSystemIdSent: 'given_caller_system_id',
  callTime: 'call_time',
  duration: 'duration',
  wordsEnd: 'words_end',
  direction: 'direction',
  state: 'state',
  errorReason: 'error_reason',
  originalPath: 'original_path',
  metadata: 'metadata',
  crmMatches: 'crm_matches',
  callSummary: 'call_summary',
  stats: 'stats',
  questionCounts: 'question_counts',
  transcriptFragmentId: 'transcript_fragment_id',
  topicsFragmentId: 'topics_fragment_id',
  sectionsFragmentId: 'sections_fragment_id',
  contentVersion: 'content_version',
  mediaVersion: 'media_version',
  topicsVersion: 'topics_version',
  peopleVersion: 'people_version',
} as const satisfies Record<string, keyof Tables['calls']>;

type Row = Selectable<Tables['calls']>;
type CallFields = { readonly [Field in keyof typeof columns]: Row[(typeof columns)[Field]] };

/** A stored call. Fields that hold JSON are JSON text. */
export interface CallRecord extends CallFields {
  readonly callId: string;
  readonly firstStamp: number;
  readonly stamp: number;
}

/** Changed fields of a call, with their new values. */
export type CallChanges = { -readonly [Field in keyof CallFields]?: CallFields[Field] };

const selected = sql.join([
  ...Object.entries(columns).map(([field, column]) => sql`${sql.ref(column)} as ${sql.ref(field)}`),
  sql`call_id as "callId", first_stamp as "firstStamp", stamp`,
]);

/** The call; null if the account has no such call. */
export async function findCallRecord(db: Db | Tx, scope: Scope, callId: string): Promise<CallRecord | null> {
  const found = await sql<CallRecord>`select ${selected} from calls
    where account_id = ${scope.accountId} and call_id = ${callId}`.execute(db);
  return found.rows[0] ?? null;
}

/** The call, locked until commit; null if the account has no such call. */
export async function lockCall(tx: Tx, scope: Scope, callId: string): Promise<CallRecord | null> {
  const found = await sql<CallRecord>`select ${selected} from calls
    where account_id = ${scope.accountId} and call_id = ${callId} for update`.execute(tx);
  return found.rows[0] ?? null;
}

/** The id of the call with this externalId, or with this id; null if there is none. */
export async function findCallId(
  db: Db,
  { accountId }: Scope,
  { externalId, callId }: { readonly externalId?: string; readonly callId?: string },
): Promise<string | null> {
  const found = await db
    .selectFrom('calls')
    .select('call_id')
    .where('account_id', '=', accountId)
    .where(externalId === undefined ? 'call_id' : 'external_id', '=', externalId ?? callId ?? '')
    .executeTakeFirst();
  return found?.call_id ?? null;
}

/** The call with this externalId, locked until commit; null if there is none. */
export async function lockCallByExternalId(tx: Tx, scope: Scope, externalId: string): Promise<CallRecord | null> {
  const found = await sql<CallRecord>`select ${selected} from calls
    where account_id = ${scope.accountId} and external_id = ${externalId} for update`.execute(tx);
  return found.rows[0] ?? null;
}

/** Whether a call with this id existed and was deleted. */
export async function wasDeleted(tx: Tx, scope: Scope, callId: string): Promise<boolean> {
  const found = await sql`select 1 from deleted_calls
    where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
  return found.rows.length > 0;
}

function toColumns(changes: CallChanges): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(changes).map(([field, value]) => [
      columns[field as keyof CallFields],
      field === 'callTime' ? toTimestamp(value as number) : value,
    ]),
  );
}

/** Adds a call. Returns false, and adds nothing, if another call has its id or its externalId. */
export async function insertCall(
  tx: Tx,
  scope: Scope,
  callId: string,
  fields: CallChanges & Pick<CallFields, 'callTime' | 'direction' | 'state'>,
): Promise<boolean> {
  const values = Object.entries({ account_id: scope.accountId, call_id: callId, ...toColumns(fields) });
  const inserted = await sql`insert into calls (${sql.join(values.map(([column]) => sql.ref(column)))})
    values (${sql.join(values.map(([, value]) => value))}) on conflict do nothing returning 1`.execute(tx);
  return inserted.rows.length > 0;
}

/** Stores the changed fields of a call. */
export async function writeCall(tx: Tx, scope: Scope, callId: string, changes: CallChanges): Promise<void> {
  const set = Object.entries(toColumns(changes)).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  if (set.length === 0) return;
  await sql`update calls set ${sql.join(set)}
    where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
}

/** Invalidates analyses of the call that are under way: they read its old content. */
export async function raiseContentVersion(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await sql`update calls set content_version = content_version + 1
    where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
}

/** Removes a call with everything derived from it, and leaves a tombstone without a stamp. */
export async function removeCall(tx: Tx, scope: Scope, call: CallRecord): Promise<void> {
  const { callId } = call;
  await tx
    .insertInto('deleted_calls')
    .values({
      account_id: scope.accountId,
      call_id: callId,
      caller_id: call.callerId,
      call_time: toTimestamp(call.callTime),
      first_stamp: toTimestamp(call.firstStamp),
      last_stamp: toTimestamp(call.stamp),
    })
    .execute();
  for (const table of ['fragments', 'calls'] as const) {
    await tx.deleteFrom(table).where('account_id', '=', scope.accountId).where('call_id', '=', callId).execute();
  }
}

/** Replaces the digests by which a call's metadata is searched. */
export async function writeMetadataDigests(
  tx: Tx,
  scope: Scope,
  callId: string,
  digests: ReadonlySet<string>,
): Promise<void> {
  await sql`delete from metadata_values where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
  await sql`insert into metadata_values (account_id, digest, call_id)
    select ${scope.accountId}, digest::uuid, ${callId} from unnest(${[...digests]}::text[]) as digest`.execute(tx);
}
