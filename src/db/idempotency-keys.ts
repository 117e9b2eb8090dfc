import { sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

// The idempotency keys of POSTs, with the answers to repeat.

/** A key of a sender. */
export interface KeyHolder {
  readonly accountId: string;
  readonly sender: string;
  readonly key: string;
}

export interface StoredAnswer {
  readonly digest: Buffer;
  readonly status: number;
  readonly answer: string;
  /** Null where the answer has none. */
  readonly etag: string | null;
}

const KEPT_FOR: Micros = 24 * 3600 * 1_000_000;

/**
 * Inserts a key for a request; false where the sender has used it. Waits until another transaction that inserts the key
 * ends: of two requests with one key, the second runs after the first.
 */
export async function insertKey(tx: Tx, { accountId, sender, key }: KeyHolder, digest: Buffer): Promise<boolean> {
  const claimed = await sql`insert into idempotency_keys (account_id, sender, key, request_digest)
    values (${accountId}, ${sender}, ${key}, ${digest}) on conflict do nothing returning 1`.execute(tx);
  return claimed.rows.length > 0;
}

/** Stores the answer to a key's request. It is erased with the call `callId`, which it shows. */
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

/** The stored answer to a key's request; null where the key was removed meanwhile. */
export async function findAnswer(tx: Tx, { accountId, sender, key }: KeyHolder): Promise<StoredAnswer | null> {
  const found = await sql<StoredAnswer>`select request_digest as digest, status, answer, etag from idempotency_keys
    where account_id = ${accountId} and sender = ${sender} and key = ${key}`.execute(tx);
  return found.rows[0] ?? null;
}

/** Removes the stored answers that show a call, with their keys. */
export async function removeAnswers(tx: Tx, scope: Scope, callId: string): Promise<void> {
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
