import { Socket } from 'node:net';
import pg from 'pg';
import { CopySocket } from '../db/copy-socket.js';
import { fromTimestamp } from '../wire/instants.js';

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

export interface PoolOptions {
  readonly connection: pg.ClientConfig;
  readonly max: number;
  /** Told of errors on idle connections: a server that restarts, a network that drops them. */
  readonly onError: (error: Error) => void;
}

/** A pool whose sessions run in UTC and read rows as described above. */
export function createPool(options: PoolOptions): pg.Pool {
  return openPool(options, {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      readers.get(oid) ?? pg.types.getTypeParser(oid as never, format as never)) as typeof pg.types.getTypeParser,
  });
}

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
    ...options.connection,
    stream: openSocket,
    max: options.max,
    application_name: 'debrief',
    // PostgreSQL's own time-out ends what a stuck process would otherwise hold for good.
    options: '-c timezone=UTC -c idle_in_transaction_session_timeout=60000',
    types,
  });
  pool.on('error', options.onError);
  // A connection that fails while it is lent reports here as well as to its query; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', options.onError));
  return pool;
}
