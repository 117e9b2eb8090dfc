import { sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

// The idempotency keys of POST requests, with the answers to repeat.

/** An idempotency key of a sender. */
export interface KeyHolder {
  readonly accountId: string;
  readonly sender: string;
  readonly key: string;
}

/** The stored answer to a key's request. */
export interface StoredAnswer {
  readonly digest: Buffer;
  readonly status: number;
  readonly answer: string;
  /** Null if the answer has no ETag. */
  readonly etag: string | null;
}

const KEPT_FOR: Micros = 24 * 3600 * 1_000_000;

/**
 * Inserts a key for a request; false if the sender has already used it. Waits until any other transaction that inserts
 * the same key ends: of two requests with one key, the second runs after the first.
 */
export async function insertKey(tx: Tx, { accountId, sender, key }: KeyHolder, digest: Buffer): Promise<boolean> {
  const claimed = await sql`insert into idempotency_keys (account_id, sender, key, request_digest)
    values (${accountId}, ${sender}, ${key}, ${digest}) on conflict do nothing returning 1`.execute(tx);
  return claimed.rows.length > 0;
}

/** Stores the answer to a key's request. If it shows a call (`callId`), it is erased together with the call. */
export async function writeAnswer(
  tx: Tx,
  { accountId, sender, key }: KeyHolder,
  { status, answer, etag }: Omit<StoredAnswer, 'digest'>,
  callId: string | null,
): Promise<void> {
  await sql`update idempotency_keys set status = ${status}, answer = ${answer}, etag = ${etag},
      call_id = ${callId}
    where account_id = ${accountId} and sender = ${sender} and key = ${key}`.execute(tx);
}

/** The stored answer to a key's request; null if the key was removed meanwhile. */
export async function findAnswer(tx: Tx, { accountId, sender, key }: KeyHolder): Promise<StoredAnswer | null> {
  const found = await sql<StoredAnswer>`select request_digest as digest, status, answer, etag from idempotency_keys
    where account_id = ${accountId} and sender = ${sender} and key = ${key}`.execute(tx);
  return found.rows[0] ?? null;
}

/** Removes the stored answers that show a call, with their keys. */
export async function removeAnswers(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await sql`delete from idempotency_keys where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
}

/**
 * Erases stored answers that show meetings which review a call, because they contain scores of its results; the
 * meetings' ids stay.
 */
export async function eraseAnsweredReviews(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await sql`update idempotency_keys set answer = json_build_object('id', answer->'id'), etag = null
    where account_id = ${scope.accountId}
      and (answer->'callReviews')::jsonb @> jsonb_build_array(jsonb_build_object('callId', ${callId}::text))`.execute(
    tx,
  );
}

/** Removes keys older than a day. */
export async function sweepKeys(db: Db, now: Micros): Promise<void> {
  await sql`delete from idempotency_keys where created_at < ${toTimestamp(now - KEPT_FOR)}::timestamptz`.execute(db);
}
