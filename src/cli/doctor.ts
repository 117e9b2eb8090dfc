import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import pg from 'pg';
import type { Config } from '../config.js';
import { AppError } from '../errors.js';
import { countWorkers } from '../jobs/heartbeat.js';
import { readQueue } from '../jobs/queue.js';
import { openEmbedded } from '../postgres/embedded.js';
import { inspectEmbedded } from '../postgres/inspect.js';
import { migrationState } from '../postgres/migrate.js';
import type { Command } from './command.js';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do; there whenever it is not ok. */
  readonly todo?: string;
}

/** One gigabyte: the embedded PostgreSQL stops when the disk is full, and a bulk import writes that much in seconds. */
const LEAST_FREE_BYTES = 1024 ** 3;
const MAX_SKEW_SECONDS = 2;
const MAX_WAITING_SECONDS = 300;
const OLDEST_SERVER = 15;
const CONNECT_MS = 10_000;

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check the installation, and say what to do about what is wrong; prints {"ok","checks"}. Changes nothing.',
  examples: ['doctor'],
  async run({ config, say }) {
    const checks = await examine(config, say);
    for (const { name, ok, detail, todo } of checks) {
      say(`${ok ? 'ok  ' : 'FIX '}  ${name.padEnd(10)}  ${detail}`);
      if (todo !== undefined) say(`      ${''.padEnd(10)}  -> ${todo}`);
    }
    const ok = checks.every((check) => check.ok);
    if (!ok) process.exitCode = 1;
    return { ok, checks };
  },
};

async function examine(config: Config, say: (line: string) => void): Promise<Check[]> {
  const disk = await checkDisk(config);
  if (config.DATABASE_URL !== null) {
    const where = URL.canParse(config.DATABASE_URL) ? new URL(config.DATABASE_URL).host : '';
    const server = fine('postgres', `The server that DATABASE_URL names${where === '' ? '' : ` (${where})`}`);
    return [disk, server, ...(await checkDatabase({ connectionString: config.DATABASE_URL }, 'check DATABASE_URL'))];
  }
  const state = inspectEmbedded(config.DATA_DIR);
  if (!state.exists) {
    const todo = 'Start `debrief serve`, which makes it; or set DATA_DIR or DATABASE_URL to where yours is.';
    return [disk, wrong('postgres', `There is no embedded database in ${state.dir} yet`, todo)];
  }
  const mend = `read the end of ${state.logFile}`;
  try {
    const onFatal = (error: Error) => say(error.message);
    const server = await openEmbedded({ dataDir: config.DATA_DIR, mode: 'join', log: say, onFatal });
    try {
      const how = state.owner ? `process ${state.owner.pid} runs it` : 'it did not run, and was started for this check';
      const found = fine('postgres', `The embedded one in ${state.dir}; ${how}`);
      return [disk, found, ...(await checkDatabase(server.connection, mend))];
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [disk, wrong('postgres', error.message, `Do what it says; for more, ${mend}.`)];
  }
}

const fine = (name: string, detail: string): Check => ({ name, ok: true, detail });
const wrong = (name: string, detail: string, todo: string): Check => ({ name, ok: false, detail, todo });

async function checkDisk(config: Config): Promise<Check> {
  let dir = resolve(config.DATA_DIR);
  while (!existsSync(dir)) dir = dirname(dir);
  const { bavail, bsize } = await statfs(dir);
  const detail = `${((bavail * bsize) / 1024 ** 3).toFixed(1)} GB free in ${dir}`;
  if (bavail * bsize >= LEAST_FREE_BYTES) return fine('disk', detail);
  return wrong('disk', detail, 'Free at least 1 GB, or move DATA_DIR to a larger disk (docs/upgrade.md).');
}

async function checkDatabase(connection: pg.ClientConfig, mend: string): Promise<Check[]> {
  const client = new pg.Client({
    ...connection,
    application_name: 'debrief doctor',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const server = await checkServer(client);
    const migrated = await checkMigrations(client);
    // Without our tables there is nothing more to ask.
    return [...server, migrated, ...(migrated.ok ? [await checkStamps(client), ...(await checkWork(client))] : [])];
  } catch (error) {
    // The driver's text names host, user and database, never the password.
    const detail = (error as Error).message || String((error as { code?: string }).code);
    return [wrong('database', `It does not answer: ${detail}`, `See that the server runs and lets us in: ${mend}.`)];
  } finally {
    await client.end().catch(() => {});
  }
}

async function checkServer(client: pg.Client): Promise<Check[]> {
  const before = Date.now();
  const { rows } = await client.query(`select current_setting('server_version') as version,
    current_setting('server_version_num')::int / 10000 as major, current_setting('server_encoding') as encoding,
    extract(epoch from clock_timestamp())::float8 * 1000 as now`);
  const { version, major, encoding, now } = rows[0];
  const after = Date.now();
  // The database read its clock somewhere between: only what lies outside is a difference.
  const skew = Math.max(before - now, now - after, 0) / 1000;
  return [
    fine('database', 'It answers'),
    major >= OLDEST_SERVER
      ? fine('version', `PostgreSQL ${version}`)
      : wrong('version', `PostgreSQL ${version}`, `Upgrade the server to PostgreSQL ${OLDEST_SERVER} or later.`),
    encoding === 'UTF8'
      ? fine('encoding', encoding)
      : wrong('encoding', encoding, 'Make a database with `encoding UTF8 template template0` and move the data there.'),
    skew <= MAX_SKEW_SECONDS
      ? fine('skew', 'Our clock and the database’s agree')
      : wrong('skew', `Our clock and the database’s differ by ${skew.toFixed(1)} s`, 'Set both machines by NTP.'),
  ];
}

async function checkMigrations(client: pg.Client): Promise<Check> {
  const { pending, unknown } = await migrationState(client);
  if (unknown.length > 0) {
    return wrong(
      'migrations',
      `A newer Debrief was here (${unknown.join(', ')})`,
      'Run that version, or restore a backup.',
    );
  }
  if (pending.length === 0) return fine('migrations', 'All applied');
  return wrong('migrations', `Not applied: ${pending.join(', ')}`, 'Run `debrief migrate`, or start `debrief serve`.');
}

/** Stamps never go back: while the clock is behind the newest, they crawl on by microseconds and stop telling the time. */
async function checkStamps(client: pg.Client): Promise<Check> {
  const { rows } = await client.query(
    'select extract(epoch from max(head) - clock_timestamp())::float8 as ahead from feed_heads',
  );
  const ahead = rows[0].ahead ?? 0;
  if (ahead <= MAX_SKEW_SECONDS) return fine('clock', `It is ${new Date().toISOString()}, after every stored change`);
  const detail = `The newest stored change is ${Math.round(ahead)} s in the future`;
  return wrong('clock', detail, 'The database’s clock was set back, or was ahead before: set it by NTP.');
}

async function checkWork(client: pg.Client): Promise<Check[]> {
  const workers = await countWorkers(client);
  const { waiting, running, oldestSeconds, failed } = await readQueue(client);
  const oldest = oldestSeconds === null ? '' : `, the oldest for ${Math.round(oldestSeconds)} s`;
  const queue = `${waiting} waiting${oldest}; ${running} running`;
  const gaveUp = failed.map(({ kind, count, error }) => `${count} × ${kind} (${error})`).join('; ');
  return [
    workers > 0
      ? fine('workers', `${workers} alive`)
      : wrong('workers', 'None runs', 'Start `debrief serve` with WORKERS of 1 or more, or `debrief work`.'),
    (oldestSeconds ?? 0) <= MAX_WAITING_SECONDS
      ? fine('queue', queue)
      : wrong('queue', queue, 'Start more workers: raise WORKERS, or run `debrief work` on another machine.'),
    failed.length === 0
      ? fine('failed', 'No job has given up')
      : wrong('failed', `Jobs that gave up: ${gaveUp}`, 'Mend what their errors say, then run `debrief jobs retry`.'),
  ];
}
