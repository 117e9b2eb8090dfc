import type pg from 'pg';

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

/** Makes the jobs that gave up due again. Returns their number. */
export async function retryFailedJobs(database: Queryable): Promise<number> {
  const { rows } = await database.query(`select id from graphile_worker.reschedule_jobs(
    array(select id from graphile_worker.jobs where locked_at is null and attempts >= max_attempts),
    run_at := now(), attempts := 0)`);
  return rows.length;
}
