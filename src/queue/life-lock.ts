import type pg from 'pg';
import { ADVISORY_LOCKS } from '../db/connection/advisory-locks.js';
import { createClient } from '../db/connection/pool.js';

// How a process shows that it lives: by a session lock, which the database drops the moment its connection ends,
// however it ended. So nothing waits for a time-out, and a busy process is never taken for a dead one.

const BEAT_MS = 2_000;

/** Of rows named `h` with a `process_id`: that the process lives. $1 is ADVISORY_LOCKS.process. */
export const IS_ALIVE = `exists (select 1 from pg_locks l where l.locktype = 'advisory' and l.classid = $1
  and l.objid = hashtext(h.process_id)::oid::bigint::oid and l.granted)`;

export interface LifeOptions {
  readonly processId: string;
  readonly connection: pg.ClientConfig;
  /** Done now and then, by the session that holds the lock. */
  readonly beat: (session: pg.Client) => Promise<void>;
  /** Done last. */
  readonly leave: (session: pg.Client) => Promise<unknown>;
  readonly onError: (error: Error) => void;
}

export interface Heartbeat {
  /** Beats now; what it shows is of this moment. */
  beat(): Promise<void>;
  stop(): Promise<void>;
}

/** Holds the lock of a process until it is stopped, over connections that are lost, too. */
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
    // Over a network, a peer that vanished is noticed within half a minute.
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
