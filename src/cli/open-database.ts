import { resolve } from 'node:path';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { createPool } from '../db/connection/pool.js';
import { type Db, databaseOf } from '../db/database.js';
import { unreadVariables } from '../environment.js';
import { AppError } from '../errors.js';
import { openEmbedded } from '../postgres/embedded.js';

/** An open database. `close` ends its pool, and the embedded server if it was started for it. */
export interface OpenDatabase {
  readonly db: Db;
  readonly pool: pg.Pool;
  /** The settings of connections outside the pool. */
  readonly connection: pg.ClientConfig;
  close(): Promise<void>;
}

/** Options of `openDatabase`. */
export interface OpenOptions {
  readonly mode: 'serve' | 'join';
  readonly log: Logger;
  readonly say: (line: string) => void;
  /** Called when the embedded server has stopped and cannot be started again. */
  readonly onFatal: (error: Error) => void;
}

/**
 * Connects to DATABASE_URL, or else to the embedded PostgreSQL in DATA_DIR, which it starts if none is running. Throws
 * `unavailable` if the database cannot be reached or is read-only.
 */
export async function openDatabase(config: Config, options: OpenOptions): Promise<OpenDatabase> {
  const embedded =
    config.DATABASE_URL === null
      ? await openEmbedded({
          dataDir: config.DATA_DIR,
          mode: options.mode,
          log: options.say,
          onFatal: options.onFatal,
        })
      : null;
  const connection: pg.ClientConfig = embedded ? embedded.connection : { connectionString: config.DATABASE_URL! };
  const pool = createPool({
    connection,
    max: config.DATABASE_POOL,
    onError: (error) => options.log.warn({ err: error }, 'an idle database connection was lost'),
  });
  const db = databaseOf(pool);
  const close = async () => {
    // Not through Kysely, which does not end a pool that it never queried.
    await pool.end();
    await embedded?.stop();
  };
  try {
    await reach(pool, config);
  } catch (error) {
    await close();
    throw error;
  }
  return { db, pool, connection, close };
}

/** Checks that the database answers and can be written to. Throws `unavailable`, naming the setting to check. */
async function reach(pool: pg.Pool, config: Config): Promise<void> {
  const where = config.DATABASE_URL === null ? `DATA_DIR, which is ${resolve(config.DATA_DIR)}` : 'DATABASE_URL';
  let readOnly: boolean;
  try {
    const found = await pool.query(`select current_setting('transaction_read_only') = 'on' as "readOnly"`);
    readOnly = found.rows[0].readOnly;
  } catch (error) {
    const { message, code = '', severity } = error as Error & { code?: string; severity?: string };
    // Errors sent by the server have a severity. Those of the connection may have an empty message.
    const what = severity === undefined ? 'cannot be reached' : 'refused the connection';
    const unread = unreadVariables();
    const hint = unread.length === 0 ? '' : ` Nothing is read from ${unread.join(', ')}.`;
    throw new AppError('unavailable', `The database ${what} (${message || code}): check ${where}.${hint}`);
  }
  // Sessions are writable unless the server itself is read-only.
  if (readOnly) {
    throw new AppError('unavailable', `The database is read-only, as a standby is: check ${where}.`);
  }
}
