import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrationState } from '#debrief/db/connection/migrate.js';
import { type EmbeddedServer, openEmbedded } from '#debrief/postgres/embedded.js';
import { runDebrief } from './processes.js';

// The site is set up by the build's own commands, so that a bench can be run with a build whose code is elsewhere.

/** The place where a bench runs: a new PostgreSQL with the settings of the embedded one, and one account. */
export interface Site {
  readonly databaseUrl: string;
  /** Holds the database, and may hold objects as a DATA_DIR does. */
  readonly dataDir: string;
  /** A pool that reads bigints as numbers. */
  readonly pool: pg.Pool;
  readonly accountId: string;
  /** The `Authorization` header of a new credential with all rights. */
  authorization(rate: Rate): Promise<string>;
  /** Called after bulk writes, so that their vacuum and checkpoint are not measured. */
  settled(): Promise<void>;
  /** Registers a function that runs before the database is stopped. */
  whenClosing(end: () => Promise<void>): void;
  close(): Promise<void>;
}

/** A rate as `credential create --rate` takes it: `DAY,NIGHT` are requests per second. */
type Rate = 'unlimited' | `${number},${number}`;

/** The highest rate of a credential: the limiter does all its work, but no request waits. */
export const FASTEST: Rate = '1000,1000';

/** A site that is left for later runs. */
export interface KeptSite {
  /** Names its shape, so that a site of another shape is another one. */
  readonly name: string;
  /** Stores what it holds. */
  fill(site: Site): Promise<void>;
}

/** The file that says that a kept site was filled to the end. */
const FILLED = 'filled';

/**
 * Creates a site, which is removed when it is closed; or opens the kept one that an earlier run left. That is made anew
 * if a build with other migrations left it. If another process has it open, this one gets a site of its own instead.
 */
export async function openSite(kept?: KeptSite): Promise<Site> {
  if (kept === undefined) return makeSite(await newFolder(), false);
  const dataDir = join(tmpdir(), `debrief-bench-${kept.name}`);
  const wasFilled = existsSync(join(dataDir, FILLED));
  await mkdir(dataDir, { recursive: true });
  const server = await startIn(dataDir).catch((error) => {
    if (error.code === 'busy') return null;
    throw error;
  });
  if (server === null) return filled(await makeSite(await newFolder(), false), kept);
  const account = wasFilled ? await accountOf(server) : null;
  if (account !== null) return siteIn(dataDir, server, account, true);
  await server.stop();
  await rm(dataDir, { recursive: true });
  await mkdir(dataDir);
  const site = await filled(await makeSite(dataDir, true), kept);
  await writeFile(join(dataDir, FILLED), '');
  return site;
}

const newFolder = () => mkdtemp(join(tmpdir(), 'debrief-bench-'));

async function makeSite(dataDir: string, isKept: boolean): Promise<Site> {
  return siteIn(dataDir, await startIn(dataDir), null, isKept);
}

async function filled(site: Site, { fill }: KeptSite): Promise<Site> {
  try {
    await fill(site);
    return site;
  } catch (error) {
    await site.close();
    throw error;
  }
}

async function startIn(dataDir: string): Promise<EmbeddedServer> {
  // If started as root, PostgreSQL runs as another user, who must be able to enter the folder.
  await chmod(dataDir, 0o711);
  const onFatal = (error: Error) => {
    throw error;
  };
  return openEmbedded({ dataDir, mode: 'serve', log: () => {}, onFatal });
}

/** The account of a database that has exactly the migrations of this build; null if it has others. */
async function accountOf({ connection }: EmbeddedServer): Promise<string | null> {
  const pool = new pg.Pool(connection);
  try {
    const { pending, unknown } = await migrationState(pool);
    if (pending.length + unknown.length > 0) return null;
    return (await pool.query('select account_id from accounts')).rows[0]?.account_id ?? null;
  } finally {
    await pool.end();
  }
}

/** The site of a running database. `account` is null if the database is empty. */
async function siteIn(dataDir: string, server: EmbeddedServer, account: string | null, isKept: boolean): Promise<Site> {
  const { user, database, host, port } = server.connection;
  const databaseUrl = `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
  const pool = new pg.Pool({ ...server.connection, max: 4, types: { getTypeParser } });
  let isClosing = false;
  pool.on('error', (error) => {
    // A connection that is being closed may report that the database is stopping.
    if (!isClosing) throw error;
  });
  const run = (...args: string[]) => runDebrief(args, databaseUrl);
  const accountId = account ?? (await run('account', 'create', '--name', 'Bench')).accountId!;
  const ends: (() => Promise<void>)[] = [];
  return {
    databaseUrl,
    dataDir,
    pool,
    accountId,
    async authorization(rate) {
      const wanted = ['--account', accountId, '--scopes', 'admin,delete', '--rate', rate];
      const { username, password } = await run('credential', 'create', ...wanted);
      return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    },
    async settled() {
      await pool.query('vacuum analyze');
      await pool.query('checkpoint');
    },
    whenClosing: (end) => {
      ends.push(end);
    },
    async close() {
      isClosing = true;
      await Promise.all(ends.map((end) => end()));
      await pool.end();
      await server.stop();
      if (!isKept) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
