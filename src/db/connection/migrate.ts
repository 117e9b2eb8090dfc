import { readdir, readFile } from 'node:fs/promises';
import { makeWorkerUtils } from 'graphile-worker';
import type pg from 'pg';
import { AppError } from '../../errors.js';
import { ADVISORY_LOCKS } from './advisory-locks.js';
import { queueOptions } from './pool.js';

const MIGRATIONS = new URL('../../../migrations/', import.meta.url);

async function migrationFiles(): Promise<string[]> {
  return (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort();
}

/**
 * Compares a database's migrations with this version's, and changes nothing. `pending` are not applied yet; `unknown`
 * were applied by a newer version.
 */
export async function migrationState(
  database: Pick<pg.Pool, 'query'>,
): Promise<{ pending: readonly string[]; unknown: readonly string[] }> {
  const files = await migrationFiles();
  const found = await database.query(`select to_regclass('migrations') is not null as made`);
  const done: string[] = found.rows[0].made
    ? (await database.query('select name from migrations')).rows.map(({ name }) => name)
    : [];
  return {
    pending: files.filter((name) => !done.includes(name)),
    unknown: done.filter((name) => !files.includes(name)),
  };
}

/**
 * Applies the migrations that are missing, forward only, one transaction per file. Processes that migrate at the same
 * time take turns. Returns the names applied.
 * @throws AppError `unavailable` if a newer version has migrated the database.
 */
export async function migrate(pool: pg.Pool, log: (line: string) => void): Promise<string[]> {
  const files = await migrationFiles();
  const client = await pool.connect();
  const applied: string[] = [];
  try {
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS.migration]);
    await client.query(`create table if not exists migrations (
      name text primary key, applied_at timestamptz not null default now())`);
    const done = new Set((await client.query<{ name: string }>('select name from migrations')).rows.map((r) => r.name));
    const unknown = [...done].filter((name) => !files.includes(name));
    if (unknown.length > 0) {
      throw new AppError(
        'unavailable',
        `The database was migrated by a newer Debrief (${unknown.join(', ')}): run that version, or restore a backup.`,
      );
    }
    for (const name of files) {
      if (done.has(name)) continue;
      log(`Applying ${name}`);
      await client.query('begin');
      await client.query(await readFile(new URL(name, MIGRATIONS), 'utf8'));
      await client.query('insert into migrations (name) values ($1)', [name]);
      await client.query('commit');
      applied.push(name);
    }
    const worker = await makeWorkerUtils({ ...queueOptions, pgPool: pool });
    await worker.migrate();
    // Starts the background work that migrations leave, instead of waiting for the next full ten minutes.
    if (applied.length > 0) await worker.addJob('sweep', {}, { jobKey: 'sweep after migrating' });
    await worker.release();
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCKS.migration]).catch(() => {});
    client.release();
  }
  return applied;
}
