import { sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope } from './database.js';

/** An upload that is sent in parts. */
export interface UploadRow {
  readonly uploadId: string;
  readonly sizeBytes: number;
  /** Pairs of a name and a value; null once the call has them. */
  readonly metadata: readonly (readonly [string, string])[] | null;
  /** Null until the file is in the store. */
  readonly callId: string | null;
  readonly storing: boolean;
  readonly touchedAt: Micros;
}

/** Adds an upload that is about to be sent. */
export async function insertUpload(
  db: Db,
  scope: Scope,
  upload: Pick<UploadRow, 'uploadId' | 'sizeBytes' | 'metadata'> & { readonly sentBy: string },
): Promise<void> {
  await sql`insert into uploads (account_id, upload_id, sent_by, size_bytes, metadata)
    values (${scope.accountId}, ${upload.uploadId}, ${upload.sentBy}, ${upload.sizeBytes},
      ${JSON.stringify(upload.metadata)}::json)`.execute(db);
}

/** The upload of a sender; null if they have no such upload. */
export async function findUpload(db: Db, scope: Scope, sentBy: string, uploadId: string): Promise<UploadRow | null> {
  const found = await sql<
    Omit<UploadRow, 'metadata'> & { readonly metadata: string | null }
  >`select upload_id as "uploadId", size_bytes as "sizeBytes", metadata,
      call_id as "callId", storing, touched_at as "touchedAt"
    from uploads where account_id = ${scope.accountId} and upload_id = ${uploadId} and sent_by = ${sentBy}`.execute(db);
  const row = found.rows[0];
  return row === undefined ? null : { ...row, metadata: row.metadata === null ? null : JSON.parse(row.metadata) };
}

/** Says that an upload goes on. */
export async function touchUpload(db: Db, scope: Scope, uploadId: string): Promise<void> {
  await sql`update uploads set touched_at = now()
    where account_id = ${scope.accountId} and upload_id = ${uploadId}`.execute(db);
}

/** Takes it on to put an upload into the store. False if it is there already, or a living process is doing that. */
export async function claimUpload(db: Db, scope: Scope, uploadId: string, silentSeconds: number): Promise<boolean> {
  const claimed = await sql`update uploads set storing = true, touched_at = now()
    where account_id = ${scope.accountId} and upload_id = ${uploadId} and call_id is null
      and (not storing or touched_at < now() - ${silentSeconds} * interval '1 second') returning 1`.execute(db);
  return claimed.rows.length > 0;
}

/** Gives up putting an upload into the store for now. */
export async function releaseUpload(db: Db, scope: Scope, uploadId: string): Promise<void> {
  await sql`update uploads set storing = false
    where account_id = ${scope.accountId} and upload_id = ${uploadId}`.execute(db);
}

/** Says which call has the file of an upload. What was sent about it goes. */
export async function writeUploadDone(db: Db, scope: Scope, uploadId: string, callId: string): Promise<void> {
  await sql`update uploads set storing = false, call_id = ${callId}, metadata = null, touched_at = now()
    where account_id = ${scope.accountId} and upload_id = ${uploadId}`.execute(db);
}

/** Removes an upload. */
export async function deleteUpload(db: Db, scope: Scope, uploadId: string): Promise<void> {
  await sql`delete from uploads where account_id = ${scope.accountId} and upload_id = ${uploadId}`.execute(db);
}

/** Removes the uploads of all accounts that were last touched before a time. */
export async function deleteOldUploads(db: Db, before: Micros): Promise<void> {
  await sql`delete from uploads where touched_at < ${toTimestamp(before)}::timestamptz`.execute(db);
}

/** Which of these ids are of no upload whose file is still needed, in any account. */
export async function selectNeedless(db: Db, uploadIds: readonly string[]): Promise<string[]> {
  const found = await sql<{ uploadId: string }>`select given.id as "uploadId"
    from unnest(${[...uploadIds]}::uuid[]) as given (id)
    where not exists (select 1 from uploads where upload_id = given.id and call_id is null)`.execute(db);
  return found.rows.map(({ uploadId }) => uploadId);
}
