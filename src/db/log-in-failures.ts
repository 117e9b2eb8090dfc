import { sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db } from './database.js';

// How often log-ins of an e-mail address failed of late: a row an address, which all processes share.

/** So many failures in so long make the address wait. */
const MOST = 10;
const WITHIN: Micros = 15 * 60_000_000;

/** The address is folded as the users' are when they are found, so that no other spelling of it counts apart. */
const digest = (email: string) => sql`sha256(convert_to(lower(${email}), 'UTF8'))`;

/** Counted as a failure until it is taken back: of any number of tries at once, no more get through than may fail. */
export type Attempt = { readonly at: Micros } | { readonly waitMicros: Micros };

export async function takeAttempt(db: Db, email: string, now: Micros): Promise<Attempt> {
  const taken = await sql`insert into log_in_failures as known (email_digest, failed_at)
    values (${digest(email)}, array[${toTimestamp(now)}::timestamptz])
    on conflict (email_digest) do update
      set failed_at = known.failed_at[greatest(cardinality(known.failed_at) - ${MOST - 2}::int, 1):] || excluded.failed_at
      where cardinality(known.failed_at) < ${MOST}::int or known.failed_at[1] <= ${toTimestamp(now - WITHIN)}::timestamptz
    returning 1`.execute(db);
  if (taken.rows.length > 0) return { at: now };
  const found = await sql<{ first: Micros | null }>`select failed_at[1] as first from log_in_failures
    where email_digest = ${digest(email)}`.execute(db);
  return { waitMicros: Math.max((found.rows[0]?.first ?? now) + WITHIN - now, 1_000_000) };
}

/**
 * Takes one attempt back, as it did not fail. The others stay: who knows a password of the address in another account
 * could else try for ever in this one.
 */
export async function takeBackAttempt(db: Db, email: string, at: Micros): Promise<void> {
  const place = sql`array_position(failed_at, ${toTimestamp(at)}::timestamptz)`;
  await sql`update log_in_failures set failed_at = failed_at[:${place} - 1] || failed_at[${place} + 1:]
    where email_digest = ${digest(email)} and ${place} is not null`.execute(db);
}
