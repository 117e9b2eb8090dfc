import { sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope } from './database.js';

// Log-ins by OpenID Connect that were started in a browser and not yet completed: the provider has not sent the browser
// back.

/** A log-in that was started (OpenID Connect Core §3.1.2.1, RFC 7636). */
export interface OidcAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** The local path that the browser is sent to after the log-in. */
  readonly returnTo: string;
}

/** Stores an attempt under the digest of its browser's cookie. */
export async function insertOidcAttempt(
  db: Db,
  scope: Scope,
  tokenDigest: Buffer,
  attempt: OidcAttempt,
  expiresAt: Micros,
): Promise<void> {
  const { state, nonce, codeVerifier, returnTo } = attempt;
  await sql`insert into oidc_attempts (account_id, token_digest, state, nonce, code_verifier, return_to, expires_at)
    values (${scope.accountId}, ${tokenDigest}, ${state}, ${nonce}, ${codeVerifier}, ${returnTo},
      ${toTimestamp(expiresAt)}::timestamptz)`.execute(db);
}

/**
 * Removes and returns the attempt that this browser, identified by the token in its cookie, started with this state.
 * Null if there is none or it has expired.
 */
export async function takeOidcAttempt(
  db: Db,
  scope: Scope,
  { state, tokenDigest, now }: { readonly state: string; readonly tokenDigest: Buffer; readonly now: Micros },
): Promise<OidcAttempt | null> {
  const found = await sql<OidcAttempt & { expiresAt: Micros }>`delete from oidc_attempts
    where account_id = ${scope.accountId} and token_digest = ${tokenDigest} and state = ${state}
    returning state, nonce, code_verifier as "codeVerifier", return_to as "returnTo",
      expires_at as "expiresAt"`.execute(db);
  const row = found.rows[0];
  return row && row.expiresAt > now ? row : null;
}

/** Removes expired attempts. */
export async function sweepOidcAttempts(db: Db, now: Micros): Promise<void> {
  await sql`delete from oidc_attempts where expires_at <= ${toTimestamp(now)}::timestamptz`.execute(db);
}
