import { sql } from 'kysely';
import type { Db, Scope, Tx } from './database.js';

/** What a speech engine returned for a call's recording. */
export interface StoredRecognition {
  /** Of the recording that was recognized. */
  readonly mediaVersion: number;
  readonly engine: string;
  /** Raw deflate of JSON. */
  readonly deflated: Buffer;
  /** Bytes of the JSON. */
  readonly rawLength: number;
}

/** What an engine returned for a call; null if it has not been recognized. */
export async function findRecognition(db: Db | Tx, scope: Scope, callId: string): Promise<StoredRecognition | null> {
  const found = await sql<StoredRecognition>`select media_version as "mediaVersion", engine, deflated,
      raw_length as "rawLength"
    from recognitions where account_id = ${scope.accountId} and call_id = ${callId}`.execute(db);
  return found.rows[0] ?? null;
}

/** Stores what an engine returned, in place of what was there. Stores nothing if the call is gone. */
export async function writeRecognition(
  db: Db | Tx,
  scope: Scope,
  callId: string,
  { mediaVersion, engine, deflated, rawLength }: StoredRecognition,
): Promise<void> {
  await sql`insert into recognitions (account_id, call_id, media_version, engine, raw_length, deflated)
    select account_id, call_id, ${mediaVersion}::bigint, ${engine}, ${rawLength}::integer, ${deflated}::bytea from calls
      where account_id = ${scope.accountId} and call_id = ${callId} for key share
    on conflict (account_id, call_id) do update set media_version = excluded.media_version, engine = excluded.engine,
      raw_length = excluded.raw_length, deflated = excluded.deflated, made_at = now()`.execute(db);
}
