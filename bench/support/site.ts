import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openEmbedded } from '#debrief/postgres/embedded.js';
import { runDebrief } from './processes.js';

// The site is set up by the build's own commands, so that a bench can be run with a build whose code is elsewhere.

/** The place where a bench runs: a new PostgreSQL with the settings of the embedded one, and one account. */
export interface Site {
  readonly databaseUrl: string;
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

/** Creates a site. It is removed when it is closed. */
export async function openSite(): Promise<Site> {
  const dataDir = await mkdtemp(join(tmpdir(), 'debrief-bench-'));
  // If started as root, PostgreSQL runs as another user, who must be able to enter the folder.
  await chmod(dataDir, 0o711);
  const onFatal = (error: Error) => {
    throw error;
  };
  const server = await openEmbedded({ dataDir, mode: 'serve', log: () => {}, onFatal });
  const { user, database, host, port } = server.connection;
  const databaseUrl = `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
  const pool = new pg.Pool({ ...server.connection, max: 4, types: { getTypeParser } });
  let isClosing = false;
  pool.on('error', (error) => {
    // A connection that is being closed may report that the database is stopping.
    if (!isClosing) throw error;
  });
  const run = (...args: string[]) => runDebrief(args, databaseUrl);
  const { accountId } = await run('account', 'create', '--name', 'Bench');
  const ends: (() => Promise<void>)[] = [];
  return {
    databaseUrl,
    pool,
    accountId: accountId!,
    async authorization(rate) {
      const wanted = ['--account', accountId!, '--scopes', 'admin,delete', '--rate', rate];
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
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
