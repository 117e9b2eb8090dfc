import { Socket } from 'node:net';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { fromTimestamp } from '../../wire/instants.js';
import { CopySocket } from './copy-socket.js';

// Every session with a database is opened here, so that all have the same settings, whatever the defaults of the
// server, the database or the role are.

const { builtins } = pg.types;

/**
 * How values are read: timestamps as microseconds since the epoch, bigints as numbers (ours stay far below 2^53), JSON
 * as its stored text, because the wire needs text.
 */
const readers = new Map<number, (text: string) => unknown>([
  [builtins.TIMESTAMPTZ, fromTimestamp],
  [builtins.INT8, Number],
  [builtins.JSON, (text) => text],
]);

/** Settings that the `options` of a DATABASE_URL may override. */
const LIMITS = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_session_timeout: '0',
  // PostgreSQL's own time-out releases what a stuck process would hold forever.
  idle_in_transaction_session_timeout: '60000',
};

/** Settings that determine the meaning of our statements and the format of their rows. Nothing overrides them. */
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
  // The URL is parsed here, because the driver would let the URL's options replace all of ours.
  const connection = connectionString === undefined ? given : { ...given, ...parseIntoClientConfig(connectionString) };
  // PostgreSQL uses the last value of a setting.
  const options = [asOptions(LIMITS), connection.options ?? '', asOptions(MEANING)].filter((each) => each !== '');
  return { application_name: 'debrief', ssl: false, ...connection, options: options.join(' ') };
}

/** A single session, not connected yet, whose values are read in the driver's way. */
export function createClient(connection: pg.ClientConfig, more: pg.ClientConfig = {}): pg.Client {
  return new pg.Client({ ...sessionConfig(connection), ...more });
}

/** What a pool is made with. */
export interface PoolOptions {
  readonly connection: pg.ClientConfig;
  readonly max: number;
  /** Called for errors on idle connections: a server that restarts, a network that drops them. */
  readonly onError: (error: Error) => void;
}

/** A pool whose sessions read values as described above. */
export function createPool(options: PoolOptions): pg.Pool {
  return openPool(options, {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      readers.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
  });
}

/**
 * Where the job queue is, and how often, in milliseconds, it looks for jobs by itself. Given explicitly, because
 * graphile-worker otherwise takes settings from the shell's environment when it is loaded, and from configuration files
 * in or above the current folder.
 */
export const queueOptions = { schema: 'graphile_worker', pollInterval: 2_000 } as const;

/** A pool that reads values in the driver's way, for the job queue's own queries. */
export function createQueuePool(options: PoolOptions): pg.Pool {
  return openPool(options, pg.types);
}

/** Called by the driver with its settings of the connection, which its types leave out. */
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
  // A connection that fails while in use reports here as well as to its query; without a listener, the process would
  // end.
  pool.on('connect', (client) => client.on('error', options.onError));
  return pool;
}
