import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openEmbedded } from '#debrief/postgres/embedded.js';
import { runDebrief } from './processes.js';

// Set up by the build's own commands, so that a bench can be run with a build whose code lies elsewhere.

/** Where a bench runs: a new PostgreSQL as the embedded one is, nothing tuned, with one account. */
export interface Site {
  readonly databaseUrl: string;
  /** Reads bigints as numbers. */
  readonly pool: pg.Pool;
  readonly accountId: string;
  /** The `Authorization` of a new credential that may do everything. */
  authorization(rate: Rate): Promise<string>;
  /** To be called after bulk writes: their vacuum and their checkpoint are not measured. */
  settled(): Promise<void>;
  /** Has something ended before the database is. */
  whenClosing(end: () => Promise<void>): void;
  close(): Promise<void>;
}

/** As `credential create --rate` takes it: `DAY,NIGHT` are requests a second. */
type Rate = 'unlimited' | `${number},${number}`;

/** The highest that a credential can have: the limiter does all its work, and nobody waits. */
export const FASTEST: Rate = '1000,1000';

export async function openSite(): Promise<Site> {
  const dataDir = await mkdtemp(join(tmpdir(), 'debrief-bench-'));
  // As root, PostgreSQL runs as another user, who must be able to pass through.
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
    // A connection that is being ended may hear that the database stops.
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
