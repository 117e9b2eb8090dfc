import { Socket } from 'node:net';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { fromTimestamp } from '../../wire/instants.js';
import { CopySocket } from './copy-socket.js';

// Every session with a database begins here, so that each goes by the same settings, whatever the server, the database or the
// role has for a default.

const { builtins } = pg.types;

/**
 * How rows come out: timestamps as microseconds since the epoch, bigints as numbers (ours stay far below
 * 2^53), JSON as the text it was stored as, because the wire wants text.
 */
const readers = new Map<number, (text: string) => unknown>([
  [builtins.TIMESTAMPTZ, fromTimestamp],
  [builtins.INT8, Number],
  [builtins.JSON, (text) => text],
]);

/** What a DATABASE_URL may set otherwise, in its `options`. */
const LIMITS = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_session_timeout: '0',
  // PostgreSQL's own time-out ends what a stuck process would otherwise hold for good.
  idle_in_transaction_session_timeout: '60000',
};

/** What our statements mean, and how their rows are written, depends on: nobody sets it otherwise. */
const MEANING = {
  timezone: 'UTC',
  datestyle: 'ISO',
  intervalstyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
};

/** The settings that no default of a server, a database or a role changes for us. */
export const SESSION_SETTINGS: readonly string[] = Object.keys({ ...LIMITS, ...MEANING });

function asOptions(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
    .join(' ');
}

function sessionConfig({ connectionString, ...given }: pg.ClientConfig): pg.ClientConfig {
  // Read here, since the driver would let what the URL has stand in place of all our options.
  const connection = connectionString === undefined ? given : { ...given, ...parseIntoClientConfig(connectionString) };
  // PostgreSQL goes by the last of several.
  const options = [asOptions(LIMITS), connection.options ?? '', asOptions(MEANING)].filter((each) => each !== '');
  return { application_name: 'debrief', ssl: false, ...connection, options: options.join(' ') };
}

/** One session, whose rows come as the driver reads them; not connected yet. */
export function createClient(connection: pg.ClientConfig, more: pg.ClientConfig = {}): pg.Client {
  return new pg.Client({ ...sessionConfig(connection), ...more });
}

export interface PoolOptions {
  readonly connection: pg.ClientConfig;
  readonly max: number;
  /** Told of errors on idle connections: a server that restarts, a network that drops them. */
  readonly onError: (error: Error) => void;
}

/** A pool whose sessions read rows as described above. */
export function createPool(options: PoolOptions): pg.Pool {
  return openPool(options, {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      readers.get(oid) ?? pg.types.getTypeParser(oid as never, format as never)) as typeof pg.types.getTypeParser,
  });
}

/**
 * Where the job queue is, and after how many milliseconds it looks by itself. It takes what is not said from the shell, when
 * it is loaded, and from files for it in the folder that a command is given in or above.
 */
export const queueOptions = { schema: 'graphile_worker', pollInterval: 2_000 } as const;

/** A pool that reads rows as the driver does, for the job queue's own queries. */
export function createQueuePool(options: PoolOptions): pg.Pool {
  return openPool(options, pg.types);
}

/** Called by the driver with what it knows of the connection, which its types leave out. */
function openSocket(connection?: { readonly ssl?: unknown }): Socket {
  return connection?.ssl === false ? new CopySocket() : new Socket();
}

function openPool(options: PoolOptions, types: pg.CustomTypesConfig): pg.Pool {
  const pool = new pg.Pool({
    ...sessionConfig(options.connection),
    stream: openSocket,
    max: options.max,
    types,
  });
  pool.on('error', options.onError);
  // A connection that fails while it is lent reports here as well as to its query; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', options.onError));
  return pool;
}
