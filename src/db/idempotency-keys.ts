import { sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

// POSTs that may be sent again, with what they were answered.

/** Whose key it is. */
export interface KeyHolder {
  readonly accountId: string;
  readonly sender: string;
  readonly key: string;
}

export interface StoredAnswer {
  readonly digest: Buffer;
  readonly status: number;
  readonly answer: string;
  /** Null where it has none, or none any more. */
  readonly etag: string | null;
}

const KEPT_FOR: Micros = 24 * 3600 * 1_000_000;

/**
 * Takes a key for a request; false where it is taken. Waits for another transaction with this key to end, so that the two are
 * never under way at once.
 */
export async function claimKey(tx: Tx, { accountId, sender, key }: KeyHolder, digest: Buffer): Promise<boolean> {
  const claimed = await sql`insert into idempotency_keys (account_id, sender, key, request_digest)
    values (${accountId}, ${sender}, ${key}, ${digest}) on conflict do nothing returning 1`.execute(tx);
  return claimed.rows.length > 0;
}

/** `callId` is the call that the answer tells of: it is erased with the call. */
export async function storeAnswer(
  tx: Tx,
  { accountId, sender, key }: KeyHolder,
  { status, answer, etag }: Omit<StoredAnswer, 'digest'>,
  callId: string | null,
): Promise<void> {
  await sql`update idempotency_keys set status = ${status}, answer = ${answer}, etag = ${etag},
      call_id = ${callId}
    where account_id = ${accountId} and sender = ${sender} and key = ${key}`.execute(tx);
}

/** Null where the key has just been forgotten. */
export async function findAnswer(tx: Tx, { accountId, sender, key }: KeyHolder): Promise<StoredAnswer | null> {
  const found = await sql<StoredAnswer>`select request_digest as digest, status, answer, etag from idempotency_keys
    where account_id = ${accountId} and sender = ${sender} and key = ${key}`.execute(tx);
  return found.rows[0] ?? null;
}

/** Erases what was answered about a call. */
export async function eraseAnswers(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await sql`delete from idempotency_keys where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
}

/** Erases what was answered of meetings that review a call, with the scores of its results; their ids stay. */
export async function eraseAnsweredReviews(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await sql`update idempotency_keys set answer = json_build_object('id', answer->'id'), etag = null
    where account_id = ${scope.accountId}
      and (answer->'callReviews')::jsonb @> jsonb_build_array(jsonb_build_object('callId', ${callId}::text))`.execute(
    tx,
  );
}

/** Forgets keys that are a day old. */
export async function sweepKeys(db: Db, now: Micros): Promise<void> {
  await sql`delete from idempotency_keys where created_at < ${toTimestamp(now - KEPT_FOR)}::timestamptz`.execute(db);
}
