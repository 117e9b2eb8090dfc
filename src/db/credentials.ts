import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Right } from '../contract/access.js';
import { formatInstant } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

// Credentials of API v2 and /api/v1. Of a password only the digest is stored.

/** A credential in force, with the settings of its account that are needed to authenticate requests. */
export interface Credential {
  readonly credentialId: string;
  readonly accountId: string;
  readonly timeZone: string;
  readonly passwordHash: Buffer;
  readonly scopes: readonly Right[];
  /** Whether it is exempt from the rate limit. */
  readonly unlimited: boolean;
  /** Requests per second: the credential's own rates, or else its account's. */
  readonly dayRate: number;
  readonly nightRate: number;
  /** The account's hours of day and night, in `rateTimeZone`. */
  readonly rateTimeZone: string;
  readonly dayStartMinute: number;
  readonly dayEndMinute: number;
}

/** Finds a credential in force; null if there is none. */
export type FindCredential = (credentialId: string) => Promise<Credential | null>;

/** How long a result is cached, in milliseconds. */
const HOLDS_MS = 100;
/** The maximum number of cached results: more than are found in that time. */
const MAX_HELD = 10_000;

/**
 * Waits until no process has an older result in its cache. Called after credentials or their account were changed,
 * before the change is reported as done.
 */
export async function credentialsSettled(): Promise<void> {
  await setTimeout(HOLDS_MS + 1);
}

/**
 * Creates the finder of credentials in force. A busy server runs one statement at a time, for all requests that arrived
 * while the statement before ran. Ten statements per second suffice, because results are cached.
 */
export function createCredentialFinder(db: Db): FindCredential {
  const held = new Map<string, { readonly credential: Credential; readonly until: number }>();
  let before: Promise<unknown> = Promise.resolve();
  let gathering: { readonly ids: Set<string>; readonly found: Promise<Map<string, Credential>> } | null = null;
  async function find(ids: ReadonlySet<string>): Promise<Map<string, Credential>> {
    // Measured from before the statement, because it sees no change made after it began.
    const until = performance.now() + HOLDS_MS;
    const found = await findCredentials(db, [...ids]);
    if (held.size > MAX_HELD) held.clear();
    for (const [id, credential] of found) held.set(id, { credential, until });
    return found;
  }
  return async (credentialId) => {
    const known = held.get(credentialId);
    if (known !== undefined && performance.now() < known.until) return known.credential;
    if (gathering === null) {
      const ids = new Set<string>();
      const found = before.then(() => {
        gathering = null;
        return find(ids);
      });
      gathering = { ids, found };
      before = found.catch(() => {});
    }
    gathering.ids.add(credentialId);
    return (await gathering.found).get(credentialId) ?? null;
  };
}

async function findCredentials(db: Db, ids: readonly string[]): Promise<Map<string, Credential>> {
  const found = await sql<Credential>`
    select c.credential_id as "credentialId", c.account_id as "accountId", a.time_zone as "timeZone",
      c.password_hash as "passwordHash", c.scopes, c.unlimited,
      coalesce(c.day_rate, a.day_rate) as "dayRate", coalesce(c.night_rate, a.night_rate) as "nightRate",
      a.rate_time_zone as "rateTimeZone", a.day_start_minute as "dayStartMinute", a.day_end_minute as "dayEndMinute"
    from credentials c join accounts a on a.account_id = c.account_id
    where c.credential_id = any(${ids}) and c.revoked_at is null`.execute(db);
  return new Map(found.rows.map((credential) => [credential.credentialId, credential]));
}

/** Requests per second to API v2, by day and by night; `account` means the account's rates. */
export type CredentialRate = 'unlimited' | 'account' | { readonly day: number; readonly night: number };

/** A credential as the commands show it. */
export interface ListedCredential {
  readonly username: string;
  readonly scopes: readonly string[];
  readonly rate: CredentialRate;
  readonly createdAt: string;
  /** Null while it is in force. */
  readonly revokedAt: string | null;
}

/** An account's credentials, oldest first, revoked ones included. */
export async function selectCredentials(db: Db | Tx, scope: Scope): Promise<ListedCredential[]> {
  const rows = await db
    .selectFrom('credentials')
    .select(['credential_id', 'scopes', 'day_rate', 'night_rate', 'unlimited', 'created_at', 'revoked_at'])
    .where('account_id', '=', scope.accountId)
    .orderBy('created_at')
    .execute();
  return rows.map(({ day_rate: day, night_rate: night, ...row }) => ({
    username: row.credential_id,
    scopes: row.scopes,
    rate: row.unlimited ? 'unlimited' : day === null || night === null ? 'account' : { day, night },
    createdAt: formatInstant(row.created_at),
    revokedAt: formatInstant(row.revoked_at),
  }));
}

function rateColumns(rate: CredentialRate) {
  const own = typeof rate === 'string' ? null : rate;
  return { day_rate: own?.day ?? null, night_rate: own?.night ?? null, unlimited: rate === 'unlimited' };
}

/** Adds a credential to the account. */
export async function insertCredential(
  db: Db | Tx,
  scope: Scope,
  credential: {
    readonly username: string;
    readonly passwordHash: Buffer;
    readonly scopes: readonly Right[];
    readonly rate: CredentialRate;
  },
): Promise<void> {
  await db
    .insertInto('credentials')
    .values({
      account_id: scope.accountId,
      credential_id: credential.username,
      password_hash: credential.passwordHash,
      scopes: [...credential.scopes],
      ...rateColumns(credential.rate),
    })
    .execute();
}

/**
 * Changes the rate of a credential in force, in any account. Returns its account; null if there is no such credential.
 */
export async function writeCredentialRate(db: Db | Tx, username: string, rate: CredentialRate): Promise<Scope | null> {
  const changed = await db
    .updateTable('credentials')
    .set(rateColumns(rate))
    .where('credential_id', '=', username)
    .where('revoked_at', 'is', null)
    .returning('account_id as accountId')
    .executeTakeFirst();
  return changed ?? null;
}

/** Revokes a credential, in any account; false if it was not in force. */
export async function writeCredentialRevoked(db: Db | Tx, username: string): Promise<boolean> {
  const revoked = await sql`update credentials set revoked_at = clock_timestamp()
    where credential_id = ${username} and revoked_at is null returning 1`.execute(db);
  return revoked.rows.length > 0;
}

/** Whether a credential of the account has not been revoked. */
export async function isCredentialInForce(db: Db, scope: Scope, username: string): Promise<boolean> {
  const found = await sql`select 1 from credentials
    where account_id = ${scope.accountId} and credential_id = ${username} and revoked_at is null`.execute(db);
  return found.rows.length > 0;
}
