import { sql } from 'kysely';
import type { Db } from './schema.js';

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

/** A credential that is in force, with its account. */
export async function findCredential(db: Db, credentialId: string): Promise<Credential | null> {
  const found = await sql<Credential>`
    select c.credential_id as "credentialId", c.account_id as "accountId", a.time_zone as "timeZone",
      c.password_hash as "passwordHash", c.scopes, c.unlimited,
      coalesce(c.day_rate, a.day_rate) as "dayRate", coalesce(c.night_rate, a.night_rate) as "nightRate",
      a.rate_time_zone as "rateTimeZone", a.day_start_minute as "dayStartMinute", a.day_end_minute as "dayEndMinute"
    from credentials c join accounts a on a.account_id = c.account_id
    where c.credential_id = ${credentialId} and c.revoked_at is null`.execute(db);
  return found.rows[0] ?? null;
}
