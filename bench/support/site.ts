import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { createPool } from '#debrief/db/connection/pool.js';
import type { CredentialRate } from '#debrief/db/credentials.js';
import type { Db } from '#debrief/db/database.js';
import type { Tables } from '#debrief/db/schema.js';
import { createAccount } from '#debrief/services/accounts/accounts.js';
import { createCredential } from '#debrief/services/accounts/credentials.js';
import { startDatabase } from '../../test/support/database.js';

/** Where a bench runs: a new PostgreSQL as the embedded one is, nothing tuned, with one account. */
export interface Site {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly db: Db;
  readonly accountId: string;
  /** The `Authorization` of a new credential that may do everything. */
  authorization(rate: CredentialRate): Promise<string>;
  /** To be called after bulk writes: their vacuum and their checkpoint are not measured. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** The highest that a credential can have: the limiter does all its work, and nobody waits. */
export const FASTEST: CredentialRate = { day: 1000, night: 1000 };

export async function openSite(): Promise<Site> {
  const { databaseUrl, stop } = await startDatabase();
  let isClosing = false;
  const onError = (error: Error) => {
    // A connection that is being ended may hear that the database stops.
    if (!isClosing) throw error;
  };
  const pool = createPool({ connection: { connectionString: databaseUrl }, max: 4, onError });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const accountId = await createAccount({ db }, { name: 'Bench', timeZone: 'America/New_York' });
  return {
    ...{ databaseUrl, pool, db, accountId },
    async authorization(rate) {
      const { username, password } = await createCredential(
        { db },
        { accountId },
        { scopes: ['admin', 'delete'], rate },
      );
      return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    },
    async settled() {
      await pool.query('vacuum analyze');
      await pool.query('checkpoint');
    },
    async close() {
      isClosing = true;
      await pool.end();
      await stop();
    },
  };
}
