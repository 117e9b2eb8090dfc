import type pg from 'pg';
import { ADVISORY_LOCKS } from '../db/connection/advisory-locks.js';
import { createClient } from '../db/connection/pool.js';

// How a process shows that it lives: by a session lock, which the database drops the moment its connection ends,
// however it ended. So nothing waits for a time-out, and a busy process is never taken for a dead one.

const BEAT_MS = 2_000;

/** Of rows named `h` with a `process_id`: that the process lives. $1 is ADVISORY_LOCKS.process. */
export const IS_ALIVE = `exists (select 1 from pg_locks l where l.locktype = 'advisory' and l.classid = $1
  and l.objid = hashtext(h.process_id)::oid::bigint::oid and l.granted)`;

/** A process that holds its lock. */
export interface LifeOptions {
  readonly processId: string;
  readonly connection: pg.ClientConfig;
  /** Runs every two seconds, in the session that holds the lock. */
  readonly beat: (session: pg.Client) => Promise<void>;
  /** Runs last. */
  readonly leave: (session: pg.Client) => Promise<unknown>;
  readonly onError: (error: Error) => void;
}

/** The beats of a process. */
export interface Heartbeat {
  /** Beats now, and resolves when it has. */
  beat(): Promise<void>;
  /** Ends the beats and releases the lock. */
  stop(): Promise<void>;
}

/** Holds a process's lock until it is stopped, reconnecting when a connection is lost. */
export function holdLife(options: LifeOptions): Heartbeat {
  let client: pg.Client | null = null;
  let beating = Promise.resolve();
  let stopped = false;

  async function connect(): Promise<pg.Client> {
    const fresh = createClient(options.connection, { application_name: 'debrief heartbeat' });
    fresh.on('error', () => {
      client = null;
    });
    await fresh.connect();
    // Over a network, a vanished peer is noticed within half a minute.
    await fresh.query(`select set_config('tcp_keepalives_idle', '10', false),
      set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '4', false)`);
    await fresh.query('select pg_advisory_lock($1, hashtext($2))', [ADVISORY_LOCKS.process, options.processId]);
    client = fresh;
    return fresh;
  }

  const schedule = () => {
    beating = beating.then(async () => options.beat(client ?? (await connect()))).catch(options.onError);
    return beating;
  };
  schedule();
  const timer = setInterval(schedule, BEAT_MS);
  return {
    beat: schedule,
    async stop() {
      if (stopped) return;
      stopped = true;
      clearInterval(timer);
      await beating;
      if (client !== null) await options.leave(client).catch(options.onError);
      await client?.end().catch(options.onError);
    },
  };
}
