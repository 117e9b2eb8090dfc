import { sql } from 'kysely';
import type { Db } from './schema.js';

export interface Credential {
  readonly credentialId: string;
  readonly accountId: string;
  readonly timeZone: string;
  readonly passwordHash: Buffer;
  readonly scopes: readonly string[];
}

/** A credential that is in force, with its account. */
export async function findCredential(db: Db, credentialId: string): Promise<Credential | null> {
  const found = await sql<Credential>`
    select c.credential_id as "credentialId", c.account_id as "accountId", a.time_zone as "timeZone",
      c.password_hash as "passwordHash", c.scopes
    from credentials c join accounts a on a.account_id = c.account_id
    where c.credential_id = ${credentialId} and c.revoked_at is null`.execute(db);
  return found.rows[0] ?? null;
}
