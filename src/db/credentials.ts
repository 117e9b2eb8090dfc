import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from './database.js';

export interface Credential {
  readonly credentialId: string;
  readonly accountId: string;
  readonly timeZone: string;
  readonly passwordHash: Buffer;
  readonly scopes: readonly string[];
  /** Not under the rate limit. */
  readonly unlimited: boolean;
  /** Requests a second, the credential's own or else its account's; and the account's hours that they are in force in. */
  readonly dayRate: number;
  readonly nightRate: number;
  readonly rateTimeZone: string;
  readonly dayStartMinute: number;
  readonly dayEndMinute: number;
}

/** Answers at once where what was found still holds. */
export type FindCredential = (credentialId: string) => Credential | Promise<Credential | null>;

/** How long what was found of a credential is gone by. */
const HOLDS_MS = 100;
/** Credentials that are remembered; more than come in that time. */
const MAX_HELD = 10_000;

/** Waited for by who has changed credentials or their account, before they say so: from then on no process goes by the old. */
export async function credentialsSettled(): Promise<void> {
  await setTimeout(HOLDS_MS + 1);
}

/**
 * Finds credentials that are in force, with their accounts. A busy server asks ten times a second: by one statement at a
 * time, for all the requests that came while the one before ran.
 */
export function createCredentialFinder(db: Db): FindCredential {
  const held = new Map<string, { readonly credential: Credential; readonly until: number }>();
  let before: Promise<unknown> = Promise.resolve();
  let gathering: { readonly ids: Set<string>; readonly found: Promise<Map<string, Credential>> } | null = null;
  async function find(ids: ReadonlySet<string>): Promise<Map<string, Credential>> {
    // From before the statement sees anything.
    const until = performance.now() + HOLDS_MS;
    const found = await findCredentials(db, [...ids]);
    if (held.size > MAX_HELD) held.clear();
    for (const [id, credential] of found) held.set(id, { credential, until });
    return found;
  }
  return (credentialId) => {
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
    return gathering.found.then((found) => found.get(credentialId) ?? null);
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
