import { EventEmitter } from 'node:events';
import { parseCronItems, Logger as QueueLogger, run, runOnce, type TaskList, type WorkerEvents } from 'graphile-worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import { systemClock } from '../clock.js';
import { createCopyOut } from '../db/connection/copy.js';
import { createQueuePool, queueOptions } from '../db/connection/pool.js';
import type { Db } from '../db/database.js';
import { startHeartbeat } from '../queue/heartbeat.js';
import type { JobKind } from '../queue/jobs.js';
import type { Heartbeat } from '../queue/life-lock.js';
import { createTopicSets } from '../services/analysis/analyze-call.js';
import { createHandlers } from './handlers.js';

/** Jobs under way at once: one computes while others wait for the database. */
const CONCURRENCY = 3;

/** Connections for the queue itself: one for each job, to take and complete it, and one that listens. */
const QUEUE_POOL = CONCURRENCY + 1;

export interface WorkerOptions {
  readonly db: Db;
  /** The pool that `db` is on. */
  readonly pool: pg.Pool;
  readonly connection: pg.ClientConfig;
  readonly log: Logger;
}

export interface RunningWorker {
  /** Ends when the worker has stopped; rejects when it failed. */
  readonly done: Promise<void>;
  /** Finishes what is under way and takes nothing new. */
  stop(): Promise<void>;
}

function createTasks({ db, pool, log }: WorkerOptions): TaskList {
  const copyOut = createCopyOut(pool);
  const handlers = createHandlers({ db, copyOut, clock: systemClock, topicSets: createTopicSets() });
  const tasks: TaskList = {};
  for (const kind of Object.keys(handlers) as JobKind[]) {
    tasks[kind] = async (payload, helpers) => {
      const begun = performance.now();
      await handlers[kind](payload as never, { signal: helpers.abortSignal, isRepeated: helpers.job.attempts > 1 });
      log.debug({ kind, ms: Math.round(performance.now() - begun) }, 'job done');
    };
  }
  return tasks;
}

function queueLogger(log: Logger): QueueLogger {
  return new QueueLogger(() => (level, message, meta) => {
    if (level === 'error') log.error({ meta: String(meta?.error ?? '') }, message);
    else log.debug(message);
  });
}

/** Works jobs until it is stopped. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { log } = options;
  const pool = queuePool(options);
  const events: WorkerEvents = new EventEmitter();
  // Jobs are locked under the id of the pool that took them.
  const poolIds: string[] = [];
  events.on('pool:create', ({ workerPool }) => poolIds.push(workerPool.id));
  const runner = await run({
    ...queueOptions,
    pgPool: pool,
    events,
    taskList: createTasks(options),
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    logger: queueLogger(log),
    parsedCronItems: parseCronItems([
      { task: 'sweep', match: '*/10 * * * *' },
      { task: 'restamp_plans', match: '* * * * *' },
    ]),
  });
  const heartbeat = beatFor(options, true, poolIds);
  return {
    done: runner.promise,
    async stop() {
      await runner.stop();
      await heartbeat.stop();
      await pool.end();
    },
  };
}

/** Works off the jobs that are due, those that died with another process too, and returns. */
export async function workOff(options: WorkerOptions): Promise<void> {
  const pool = queuePool(options);
  const { log } = options;
  const events: WorkerEvents = new EventEmitter();
  const poolIds: string[] = [];
  const heartbeat = beatFor(options, false, poolIds);
  events.on('pool:create', ({ workerPool }) => {
    poolIds.push(workerPool.id);
    void heartbeat.beat();
  });
  try {
    // Dead workers' jobs are unlocked by the first beat, and due from then on.
    await heartbeat.beat();
    await runOnce({
      ...queueOptions,
      pgPool: pool,
      events,
      taskList: createTasks(options),
      noHandleSignals: true,
      logger: queueLogger(log),
    });
  } finally {
    await heartbeat.stop();
    await pool.end();
  }
}

function beatFor({ connection, log }: WorkerOptions, stays: boolean, poolIds: readonly string[]): Heartbeat {
  return startHeartbeat({
    stays,
    connection,
    workerIds: () => poolIds,
    onReaped: (workerIds) => log.warn({ workerIds }, 'unlocked the jobs of a worker that died'),
    onError: (error) => log.warn({ err: error }, 'heartbeat failed; trying again'),
  });
}

function queuePool({ connection, log }: WorkerOptions): pg.Pool {
  const onError = (error: Error) => log.warn({ err: error }, 'the queue lost a database connection');
  return createQueuePool({ connection, max: QUEUE_POOL, onError });
}
