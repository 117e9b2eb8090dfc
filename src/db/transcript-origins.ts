import { sql } from 'kysely';
import type { Db, Scope, Tx } from './database.js';

/** Where a call's transcript is from, if its source did not send the words as they are. */
export interface TranscriptOrigin {
  readonly origin: 'recognized' | 'file' | 'edited';
  /** The engine, or the format of the file. */
  readonly madeBy: string;
  /** A code in ISO 639; null if unknown. */
  readonly language: string | null;
  /** Ranges of words whose times are interpolated: index of the first, index after the last, and so on. */
  readonly interpolated: readonly number[];
  /** What people should know, in sentences. */
  readonly notes: readonly string[];
  /** The SHA-256 of the file that it was imported from, also once it was edited; left out if there was none. */
  readonly fileDigest?: Buffer | null;
}

/** Where a call's transcript is from; null if its source sent the words as they are, or it has none. */
export async function findOrigin(db: Db | Tx, scope: Scope, callId: string): Promise<TranscriptOrigin | null> {
  const found = await sql<TranscriptOrigin>`select origin, made_by as "madeBy", language, interpolated, notes,
      file_sha256 as "fileDigest"
    from transcript_origins where account_id = ${scope.accountId} and call_id = ${callId}`.execute(db);
  return found.rows[0] ?? null;
}

/** Stores where a call's transcript is from; null if its source sent the words as they are. */
export async function writeOrigin(tx: Tx, scope: Scope, callId: string, made: TranscriptOrigin | null): Promise<void> {
  await sql`delete from transcript_origins where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
  if (made === null) return;
  await tx
    .insertInto('transcript_origins')
    .values({
      account_id: scope.accountId,
      call_id: callId,
      origin: made.origin,
      made_by: made.madeBy,
      language: made.language,
      interpolated: [...made.interpolated],
      notes: [...made.notes],
      file_sha256: made.fileDigest ?? null,
    })
    .execute();
}
