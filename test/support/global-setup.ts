import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createPool } from '#debrief/postgres/connect.js';
import { openEmbedded } from '#debrief/postgres/embedded.js';
import { migrate } from '#debrief/postgres/migrate.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL that all suites share; each makes accounts of its own in it. */
    databaseUrl: string;
  }
}

/** One real PostgreSQL and one real worker process for all suites. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
  await migrate(pool, () => {});
  await pool.end();
  const worker = fork('bin/debrief.js', ['work'], {
    env: { ...process.env, DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' },
  });
  project.provide('databaseUrl', databaseUrl);
  return async () => {
    const ended = once(worker, 'exit');
    worker.kill('SIGTERM');
    await ended;
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
