import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type pg from 'pg';
import { openRecognizer } from '../adapters/speech/open-recognizer.js';
import { openStore } from '../adapters/storage/open-store.js';
import { openSummarizer } from '../adapters/summaries/open-summarizer.js';
import type { Config } from '../config.js';
import { migrationState } from '../db/connection/migrate.js';
import { createClient, SESSION_SETTINGS } from '../db/connection/pool.js';
import { countDoomed } from '../db/stored-objects.js';
import { unreadVariables } from '../environment.js';
import { AppError } from '../errors.js';
import { openEmbedded } from '../postgres/embedded.js';
import { inspectEmbedded } from '../postgres/inspect.js';
import { readQueue } from '../queue/queue-state.js';
import { countWorkers } from '../queue/worker-recovery.js';
import type { Command } from './command.js';
import { tryListening, urlOf } from './listening.js';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do about it. Present if the check failed, or if the setting may be a mistake. */
  readonly todo?: string;
}

/** One gigabyte: the embedded PostgreSQL stops when the disk is full, and a bulk import writes that much in seconds. */
const LEAST_FREE_BYTES = 1024 ** 3;
const MAX_SKEW_SECONDS = 2;
const MAX_WAITING_SECONDS = 300;
const OLDEST_SERVER = 15;
const CONNECT_MS = 10_000;

/** `debrief doctor`. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'Check the installation, and say how to fix what is wrong; prints {"ok","checks"}. Changes nothing.',
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
  const here = [
    checkVariables(),
    await checkDisk(config),
    await checkAddress(config),
    await checkSpeech(config),
    await checkSummaries(config),
  ];
  if (config.DATABASE_URL !== null) {
    const where = URL.canParse(config.DATABASE_URL) ? new URL(config.DATABASE_URL).host : '';
    const server = fine('postgres', `The server that DATABASE_URL names${where === '' ? '' : ` (${where})`}`);
    const stored = await checkDatabase({ connectionString: config.DATABASE_URL }, 'check DATABASE_URL');
    return [...here, await checkStorage(config), server, ...stored];
  }
  const state = inspectEmbedded(config.DATA_DIR);
  if (!state.exists) {
    const todo = 'Start `debrief serve`, which creates it; or set DATA_DIR or DATABASE_URL to where yours is.';
    return [...here, wrong('postgres', `There is no embedded database in ${state.dir} yet`, todo)];
  }
  const mend = `read the end of ${state.logFile}`;
  try {
    const onFatal = (error: Error) => say(error.message);
    const server = await openEmbedded({ dataDir: config.DATA_DIR, mode: 'join', log: say, onFatal });
    try {
      const how = state.owner
        ? `process ${state.owner.pid} runs it`
        : 'it was not running, and was started for this check';
      const found = fine('postgres', `The embedded one in ${state.dir}; ${how}`);
      return [...here, await checkStorage(config), found, ...(await checkDatabase(server.connection, mend))];
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [...here, wrong('postgres', error.message, `Follow this message; for details, ${mend}.`)];
  }
}

const fine = (name: string, detail: string): Check => ({ name, ok: true, detail });
const wrong = (name: string, detail: string, todo: string): Check => ({ name, ok: false, detail, todo });

async function checkSummaries(config: Config): Promise<Check> {
  try {
    const summarizer = openSummarizer(config);
    if (summarizer === null) return fine('summaries', 'None are made: SUMMARY is none');
    await summarizer.check();
    const sends = summarizer.sends === null ? 'nothing leaves this machine' : `it sends ${summarizer.sends}`;
    return fine('summaries', `Made by ${summarizer.name}; ${sends}`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return wrong('summaries', error.message, 'Correct the SUMMARY settings, or remove them: docs/summaries.md.');
  }
}

async function checkDisk(config: Config): Promise<Check> {
  let dir = resolve(config.DATA_DIR);
  while (!existsSync(dir)) dir = dirname(dir);
  const { bavail, bsize } = await statfs(dir);
  const detail = `${((bavail * bsize) / 1024 ** 3).toFixed(1)} GB free in ${dir}`;
  if (bavail * bsize >= LEAST_FREE_BYTES) return fine('disk', detail);
  return wrong('disk', detail, 'Free at least 1 GB, or move DATA_DIR to a larger disk (docs/upgrade.md).');
}

/** Stores, reads and removes an object. */
async function checkStorage(config: Config): Promise<Check> {
  const { STORAGE, S3_BUCKET, S3_PREFIX, DATA_DIR } = config;
  try {
    const store = await openStore(config);
    await store.check().finally(() => store.close());
    const where = STORAGE === 's3' ? `the bucket ${S3_BUCKET}/${S3_PREFIX}` : join(resolve(DATA_DIR), 'recordings');
    return fine('storage', `Recordings can be stored in ${where}`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return wrong('storage', error.message, 'Follow this message; the settings are in docs/configure.md.');
  }
}

/** Counts what was deleted and is not yet removed from the store. */
async function checkRemovals(client: pg.Client): Promise<Check> {
  const { waiting, oldestSeconds } = await countDoomed(client);
  if (waiting === 0) return fine('removals', 'Every deleted recording has been removed from the storage');
  const detail = `${waiting} deleted objects wait to be removed from the storage, the oldest for ${Math.round(oldestSeconds)} s`;
  if (oldestSeconds <= MAX_WAITING_SECONDS) return fine('removals', detail);
  return wrong('removals', detail, 'See `storage`, `workers` and `failed` here; then run `debrief jobs retry`.');
}

/** Checks for variables that are set for other PostgreSQL programs and may be meant for Debrief. */
function checkVariables(): Check {
  const unread = unreadVariables();
  if (unread.length === 0) return fine('variables', 'None is set that seems meant for Debrief');
  const detail = `${unread.join(', ')} ${unread.length === 1 ? 'is' : 'are'} set, and Debrief does not read ${unread.length === 1 ? 'it' : 'them'}`;
  return { ...fine('variables', detail), todo: 'Settings for Debrief’s database belong in DATABASE_URL.' };
}

/** Checks whether `serve` can listen, or already does. */
async function checkAddress(config: Config): Promise<Check> {
  const { HOST, PORT } = config;
  const where = urlOf(config);
  const problem = await tryListening(config);
  if (problem === null) return fine('address', `${HOST}, port ${PORT}: free`);
  if (problem.code === 'busy' && (await isOurs(where))) return fine('address', `Debrief answers at ${where}`);
  return wrong(
    'address',
    problem.message,
    `Change ${problem.code === 'invalid' ? 'HOST' : 'PORT'} as this message says.`,
  );
}

/** Checks the engine that recognises speech, without sending it any sound. */
async function checkSpeech(config: Config): Promise<Check> {
  try {
    const recognizer = openRecognizer(config);
    if (recognizer === null) return fine('speech', 'SPEECH is none: recordings wait for an engine to be recognised');
    await recognizer.check();
    const sends = recognizer.sends === null ? 'nothing leaves this machine' : `it sends ${recognizer.sends}`;
    return fine('speech', `${recognizer.name}; ${sends}`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return wrong('speech', error.message, 'Mend what this message names (docs/speech.md).');
  }
}

async function isOurs(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(CONNECT_MS) });
    return answer.status === 200 && answer.headers.has('x-request-id');
  } catch {
    return false;
  }
}

async function checkDatabase(connection: pg.ClientConfig, mend: string): Promise<Check[]> {
  const client = createClient(connection, {
    application_name: 'debrief doctor',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const server = [...(await checkServer(client)), await checkDefaults(client)];
    const writable = await checkWritable(client);
    if (!writable.ok) return [...server, writable];
    const migrated = await checkMigrations(client);
    // Without our tables there is nothing more to check.
    const stored = migrated.ok
      ? [await checkStamps(client), await checkRemovals(client), ...(await checkWork(client))]
      : [];
    return [...server, writable, migrated, ...stored];
  } catch (error) {
    // The driver's message names the host, the user and the database, but never the password.
    const detail = (error as Error).message || String((error as { code?: string }).code);
    return [
      wrong(
        'database',
        `It does not answer: ${detail}`,
        `Make sure that the server runs and accepts our connections: ${mend}.`,
      ),
    ];
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
  // The database read its clock between `before` and `after`: only a time outside of them is a difference.
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
      : wrong(
          'skew',
          `Our clock and the database’s differ by ${skew.toFixed(1)} s`,
          'Set the clocks of both machines by NTP.',
        ),
  ];
}

async function checkWritable(client: pg.Client): Promise<Check> {
  const { rows } = await client.query(`select current_setting('transaction_read_only') = 'on' as "readOnly",
    pg_is_in_recovery() as standby, has_schema_privilege(current_schema(), 'create') as "mayCreate", current_user as name`);
  const { readOnly, standby, mayCreate, name } = rows[0];
  if (standby) {
    return wrong('writable', 'It is a standby, which is read-only', 'Name the primary in DATABASE_URL.');
  }
  if (readOnly) return wrong('writable', 'It is read-only', 'Find out why the server is read-only.');
  if (mayCreate === true) return fine('writable', 'It can be written to');
  const todo = `Make "${name}" the owner: alter database … owner to "${name}" (docs/install.md).`;
  return wrong('writable', `Its user "${name}" may not create tables in it`, todo);
}

/** Checks the defaults of the database and its role, which an administrator may have set for other programs. */
async function checkDefaults(client: pg.Client): Promise<Check> {
  const { rows } = await client.query<{ setting: string }>(`select unnest(setconfig) as setting from pg_db_role_setting
    where setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and setrole in (0, current_user::regrole) order by setting`);
  const set = rows.map(({ setting }) => setting);
  const ours = set.filter((each) => SESSION_SETTINGS.includes(each.split('=')[0]!.toLowerCase()));
  // A setting of PostgreSQL 17. Older versions would refuse it when a session begins.
  const timeout = (await client.query(`select current_setting('transaction_timeout', true) as timeout`)).rows[0]
    .timeout;
  if (timeout !== null && timeout !== '0') {
    const detail = `transaction_timeout is ${timeout}, which ends migrations and large exports`;
    return wrong('defaults', detail, 'Set it to 0 for the role: alter role … set transaction_timeout = 0.');
  }
  if (ours.length === 0)
    return fine('defaults', 'The database and its role set nothing that affects Debrief’s sessions');
  return fine('defaults', `The database or its role sets ${ours.join(', ')}; Debrief’s sessions override it`);
}

async function checkMigrations(client: pg.Client): Promise<Check> {
  const { pending, unknown } = await migrationState(client);
  if (unknown.length > 0) {
    return wrong(
      'migrations',
      `A newer version of Debrief has migrated it (${unknown.join(', ')})`,
      'Run that version, or restore a backup.',
    );
  }
  if (pending.length === 0) return fine('migrations', 'All applied');
  return wrong('migrations', `Not applied: ${pending.join(', ')}`, 'Run `debrief migrate`, or start `debrief serve`.');
}

/**
 * Checks that the clock is not behind the newest stamp. Stamps never go back: while the clock is behind, each is a
 * microsecond after the last, and they no longer tell the time.
 */
async function checkStamps(client: pg.Client): Promise<Check> {
  const { rows } = await client.query(
    'select extract(epoch from max(head) - clock_timestamp())::float8 as ahead from feed_heads',
  );
  const ahead = rows[0].ahead ?? 0;
  if (ahead <= MAX_SKEW_SECONDS) return fine('clock', `It is ${new Date().toISOString()}, after every stored change`);
  const detail = `The newest stored change is ${Math.round(ahead)} s in the future`;
  return wrong('clock', detail, 'The database’s clock was set back, or ran ahead before: set it by NTP.');
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
      : wrong('workers', 'None is running', 'Start `debrief serve` with WORKERS of 1 or more, or `debrief work`.'),
    (oldestSeconds ?? 0) <= MAX_WAITING_SECONDS
      ? fine('queue', queue)
      : wrong('queue', queue, 'Start more workers: raise WORKERS, or run `debrief work` on another machine.'),
    failed.length === 0
      ? fine('failed', 'No job has given up')
      : wrong('failed', `Jobs that gave up: ${gaveUp}`, 'Fix what their errors say, then run `debrief jobs retry`.'),
  ];
}
