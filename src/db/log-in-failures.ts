import { sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db } from './database.js';

// Recent failed log-ins by e-mail address: one row per address, shared by all processes.

/** After 10 failures in 15 minutes, further attempts for the address have to wait. */
const MOST = 10;
const WITHIN: Micros = 15 * 60_000_000;

/** Folded as `users.email` is when a user is looked up: other spellings of the address count as the same one. */
const digestOf = (email: string) => sql`sha256(convert_to(lower(${email}), 'UTF8'))`;

/**
 * An attempt that may go ahead, or how long to wait. An attempt counts as a failure until it is taken back, so that
 * concurrent attempts cannot exceed the limit.
 */
export type Attempt = { readonly at: Micros } | { readonly waitMicros: Micros };

/** Counts an attempt. If the address has to wait, returns for how long instead. */
export async function takeAttempt(db: Db, email: string, now: Micros): Promise<Attempt> {
  const taken = await sql`insert into log_in_failures as known (email_digest, failed_at)
    values (${digestOf(email)}, array[${toTimestamp(now)}::timestamptz])
    on conflict (email_digest) do update
      set failed_at =
        known.failed_at[greatest(cardinality(known.failed_at) - ${MOST - 2}::int, 1):] || excluded.failed_at
      where cardinality(known.failed_at) < ${MOST}::int
        or known.failed_at[1] <= ${toTimestamp(now - WITHIN)}::timestamptz
    returning 1`.execute(db);
  if (taken.rows.length > 0) return { at: now };
  const found = await sql<{ first: Micros | null }>`select failed_at[1] as first from log_in_failures
    where email_digest = ${digestOf(email)}`.execute(db);
  return { waitMicros: Math.max((found.rows[0]?.first ?? now) + WITHIN - now, 1_000_000) };
}

/**
 * Takes back one attempt, which succeeded. The others stay: otherwise someone who knows the address's password in one
 * account could try without limit in another.
 */
export async function takeBackAttempt(db: Db, email: string, at: Micros): Promise<void> {
  const place = sql`array_position(failed_at, ${toTimestamp(at)}::timestamptz)`;
  await sql`update log_in_failures set failed_at = failed_at[:${place} - 1] || failed_at[${place} + 1:]
    where email_digest = ${digestOf(email)} and ${place} is not null`.execute(db);
}

const HOUR: Micros = 3_600_000_000;

/** Removes addresses without a failure in the last hour. */
export async function sweepLogInFailures(db: Db, now: Micros): Promise<void> {
  await sql`delete from log_in_failures where coalesce(failed_at[cardinality(failed_at)], '-infinity')
    <= ${toTimestamp(now - HOUR)}::timestamptz`.execute(db);
}
