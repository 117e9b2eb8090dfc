import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type pg from 'pg';
import { ADVISORY_LOCKS } from '../db/connection/advisory-locks.js';
import type { Db } from '../db/database.js';
import { type Heartbeat, holdLife, IS_ALIVE } from './life-lock.js';

/** The beginning of the process ids of permanent workers. */
const STAYING = 'worker';

/** How a worker process announces itself. */
export interface HeartbeatOptions {
  /** False for a process that ends once no job is due: others must not rely on it. */
  readonly stays: boolean;
  readonly connection: pg.ClientConfig;
  /** The names under which this process locks jobs. */
  readonly workerIds: () => readonly string[];
  readonly onReaped: (workerIds: readonly string[]) => void;
  readonly onError: (error: Error) => void;
}

/**
 * Announces that this worker lives, and unlocks the jobs of dead workers. The queue's own time-out would take four
 * hours.
 */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const processId = `${options.stays ? STAYING : 'work-off'}:${randomUUID()}`;
  return holdLife({
    processId,
    connection: options.connection,
    onError: options.onError,
    async beat(session) {
      await session.query(
        `insert into worker_heartbeats (process_id, worker_ids, beat_at) values ($1, $2, now())
         on conflict (process_id) do update set worker_ids = excluded.worker_ids, beat_at = excluded.beat_at`,
        [processId, options.workerIds()],
      );
      const reaped = await reapDeadWorkers(session, processId);
      if (reaped.length > 0) options.onReaped(reaped);
    },
    leave: (session) => session.query('delete from worker_heartbeats where process_id = $1', [processId]),
  });
}

/** Unlocks the jobs of processes whose advisory lock is free. Returns the names that the jobs were locked under. */
async function reapDeadWorkers(session: pg.Client, ownId: string): Promise<string[]> {
  const others = await session.query<{ process_id: string; worker_ids: string[]; free: boolean }>(
    `select process_id, worker_ids, pg_try_advisory_lock($1, hashtext(process_id)) as free
     from worker_heartbeats where process_id <> $2`,
    [ADVISORY_LOCKS.process, ownId],
  );
  const reaped: string[] = [];
  for (const { process_id, worker_ids, free } of others.rows) {
    if (!free) continue;
    await session.query('select graphile_worker.force_unlock_workers($1)', [worker_ids]);
    await session.query('delete from worker_heartbeats where process_id = $1', [process_id]);
    await session.query('select pg_advisory_unlock($1, hashtext($2))', [ADVISORY_LOCKS.process, process_id]);
    reaped.push(...worker_ids);
  }
  return reaped;
}

/**
 * Unlocks jobs locked under names that no living process announces: those of a process that died between its first job
 * and its first beat. Called rarely, because it reads the whole queue.
 */
export async function unlockStrayJobs(db: Db): Promise<void> {
  await sql`select graphile_worker.force_unlock_workers(array_agg(distinct locked_by)) from graphile_worker.jobs
    where locked_at < now() - interval '1 minute'
      and not exists (select 1 from worker_heartbeats where jobs.locked_by = any(worker_ids))`.execute(db);
}

/** The number of permanent worker processes alive on this database. */
export async function countWorkers(database: Pick<pg.Pool, 'query'>): Promise<number> {
  const found = await database.query(
    `select count(*)::int as count from worker_heartbeats h where h.process_id like $2 and ${IS_ALIVE}`,
    [ADVISORY_LOCKS.process, `${STAYING}:%`],
  );
  return found.rows[0].count;
}
