import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import type { Db, Tables } from '../db/schema.js';
import { createPool } from './connect.js';
import { openEmbedded } from './embedded.js';

export interface OpenDatabase {
  readonly db: Db;
  readonly pool: pg.Pool;
  /** For sessions outside the pool. */
  readonly connection: pg.ClientConfig;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly mode: 'serve' | 'join';
  readonly log: Logger;
  readonly say: (line: string) => void;
  /** Called when the embedded server is lost for good. */
  readonly onFatal: (error: Error) => void;
}

/** Connects to DATABASE_URL, or else to the embedded PostgreSQL in DATA_DIR, which it starts where none runs. */
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
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    pool,
    connection,
    async close() {
      // Not by way of Kysely, which leaves a pool alone that it never queried.
      await pool.end();
      await embedded?.stop();
    },
  };
}
