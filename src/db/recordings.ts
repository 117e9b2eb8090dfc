import { sql } from 'kysely';
import type { CallRecord } from './call-records.js';
import { ADVISORY_LOCKS } from './connection/advisory-locks.js';
import type { Db, Scope, Tx } from './database.js';

/** A file of a call's recording, as it was sent. */
export interface RecordingRow {
  readonly leg: number;
  /** Null once it was dropped because the call is complete. */
  readonly objectId: string | null;
  /** Seconds after the start of the call. */
  readonly startSeconds: number;
  readonly sizeBytes: number;
  readonly sha256: Buffer;
  readonly fileName: string | null;
  /** The channel of the account's own side; null where the sender did not say. */
  readonly ours: 'left' | 'right' | null;
  /** Whether it is to be recognized even where the call has a transcript. */
  readonly transcribe: boolean;
}

const columns = sql`leg, object_id as "objectId", start_seconds as "startSeconds", size_bytes as "sizeBytes", sha256,
  file_name as "fileName", ours, transcribe`;

/** The files of a call's recording, in the order of their legs. */
export async function selectRecordings(db: Db | Tx, scope: Scope, callId: string): Promise<RecordingRow[]> {
  const found = await sql<RecordingRow>`select ${columns} from recordings
    where account_id = ${scope.accountId} and call_id = ${callId} order by leg`.execute(db);
  return found.rows;
}

/** Stores a leg of a call's recording, in place of the one that was there. Returns that one; null if there was none. */
export async function writeRecording(
  tx: Tx,
  scope: Scope,
  callId: string,
  row: RecordingRow,
): Promise<RecordingRow | null> {
  const before = await sql<RecordingRow>`delete from recordings
    where account_id = ${scope.accountId} and call_id = ${callId} and leg = ${row.leg} returning ${columns}`.execute(
    tx,
  );
  await tx
    .insertInto('recordings')
    .values({
      account_id: scope.accountId,
      call_id: callId,
      leg: row.leg,
      object_id: row.objectId,
      start_seconds: row.startSeconds,
      size_bytes: row.sizeBytes,
      sha256: row.sha256,
      file_name: row.fileName,
      ours: row.ours,
      transcribe: row.transcribe,
    })
    .execute();
  return before.rows[0] ?? null;
}

/** Waits for other transactions that take the same file, until commit. Taken before all other locks. */
export async function lockFile(tx: Tx, { accountId }: Scope, sha256: Buffer): Promise<void> {
  const key = `${sha256.toString('hex')}:${accountId}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, ${ADVISORY_LOCKS.recordingFile}))`.execute(tx);
}

/** A call that has a given file as its recording. */
export interface RecordedCall extends Pick<CallRecord, 'callId' | 'externalId' | 'callerId' | 'callTime' | 'state'> {
  readonly leg: number;
}

/** The calls that have this file, by its digest, as a recording. They are locked until commit. */
export async function lockCallsWithFile(tx: Tx, scope: Scope, sha256: Buffer): Promise<RecordedCall[]> {
  const found = await sql<RecordedCall>`select c.call_id as "callId", c.external_id as "externalId",
      c.caller_id as "callerId", c.call_time as "callTime", c.state, r.leg
    from recordings r join calls c on c.account_id = r.account_id and c.call_id = r.call_id
    where r.account_id = ${scope.accountId} and r.sha256 = ${sha256} order by c.call_id, r.leg
    for update of c`.execute(tx);
  return found.rows;
}

/** Drops the files of a call as they were sent. Returns the ids of their objects. */
export async function dropUploads(tx: Tx, scope: Scope, callId: string): Promise<string[]> {
  const dropped = await sql<{ objectId: string }>`update recordings r set object_id = null
    from recordings old where r.account_id = ${scope.accountId} and r.call_id = ${callId} and r.object_id is not null
      and old.account_id = r.account_id and old.call_id = r.call_id and old.leg = r.leg
    returning old.object_id as "objectId"`.execute(tx);
  return dropped.rows.map(({ objectId }) => objectId);
}

/** Calls of all accounts that are complete and still have their uploads. */
export async function selectCallsWithUploads(db: Db, limit: number): Promise<(Scope & { readonly callId: string })[]> {
  const found = await sql<Scope & { callId: string }>`select distinct c.account_id as "accountId", c.call_id as "callId"
    from recordings r join calls c on c.account_id = r.account_id and c.call_id = r.call_id
    join renditions d on d.account_id = c.account_id and d.call_id = c.call_id and d.media_version = c.media_version
    where r.object_id is not null and c.state = 'COMPLETE'
    order by 1, 2 limit ${limit}`.execute(db);
  return found.rows;
}
