import { sql } from 'kysely';
import type pg from 'pg';
import type { Db } from '../db/database.js';

type Queryable = Pick<pg.Pool, 'query'>;

/** The state of the job queue. */
export interface QueueState {
  readonly waiting: number;
  readonly running: number;
  /** How long the oldest runnable job has been waiting; null if there is none. */
  readonly oldestSeconds: number | null;
  /** Jobs that gave up after all their attempts, by kind, each with the first line of its last error. */
  readonly failed: readonly { readonly kind: string; readonly count: number; readonly error: string }[];
}

/** Reads the state of the job queue. */
export async function readQueue(database: Queryable): Promise<QueueState> {
  const { rows } = await database.query(`select
      count(*) filter (where locked_at is null and attempts < max_attempts)::int as waiting,
      count(*) filter (where locked_at is not null)::int as running,
      extract(epoch from now() - min(run_at) filter
        (where locked_at is null and attempts < max_attempts and run_at <= now()))::float8 as oldest
    from graphile_worker.jobs`);
  const failed = await database.query(`select task_identifier as kind, count(*)::int as count,
      coalesce(split_part(max(last_error), E'\\n', 1), '') as error
    from graphile_worker.jobs where locked_at is null and attempts >= max_attempts group by 1 order by 1`);
  const { waiting, running, oldest } = rows[0];
  return { waiting, running, oldestSeconds: oldest, failed: failed.rows };
}

export interface JobCount {
  readonly kind: string;
  readonly state: 'waiting' | 'running' | 'retrying' | 'failed';
  readonly count: number;
  /** How long ago the oldest of them was added. */
  readonly oldestSeconds: number;
}

/** How many jobs there are of each kind in each state. */
export async function countJobs(db: Db): Promise<JobCount[]> {
  const found = await sql<JobCount>`
    select task_identifier as kind, state, count(*) as count,
      extract(epoch from now() - min(created_at))::float8 as "oldestSeconds"
    from (select *, case when locked_at is not null then 'running' when attempts >= max_attempts then 'failed'
      when attempts > 0 then 'retrying' else 'waiting' end as state from graphile_worker.jobs) as jobs
    group by 1, 2`.execute(db);
  return found.rows;
}

/** Makes the jobs that gave up due again; answers how many. */
export async function retryFailedJobs(database: Queryable): Promise<number> {
  const { rows } = await database.query(`select id from graphile_worker.reschedule_jobs(
    array(select id from graphile_worker.jobs where locked_at is null and attempts >= max_attempts),
    run_at := now(), attempts := 0)`);
  return rows.length;
}
