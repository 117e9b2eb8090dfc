import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { migrate } from '#debrief/db/connection/migrate.js';
import { createPool } from '#debrief/db/connection/pool.js';
import { openEmbedded } from '#debrief/postgres/embedded.js';

export interface TemporaryDatabase {
  readonly databaseUrl: string;
  /** Its folder, in which recordings are too. */
  readonly dataDir: string;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

/** An embedded PostgreSQL of its own in a temporary folder: migrated and empty, unless it is prepared otherwise. */
export async function startDatabase(
  prepare: (pool: pg.Pool) => Promise<unknown> = (pool) => migrate(pool, () => {}),
): Promise<TemporaryDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'debrief-test-'));
  // As root, PostgreSQL runs as another user, who must be able to pass through.
  await chmod(dataDir, 0o711);
  const fail = (error: Error) => {
    throw error;
  };
  const server = await openEmbedded({ dataDir, mode: 'serve', log: () => {}, onFatal: fail });
  const { user, database, host, port } = server.connection;
  const databaseUrl = `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
  const pool = createPool({ connection: { connectionString: databaseUrl }, max: 2, onError: fail });
  await prepare(pool);
  await pool.end();
  return {
    databaseUrl,
    dataDir,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
