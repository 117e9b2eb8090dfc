import { EventEmitter } from 'node:events';
import { parseCronItems, Logger as QueueLogger, run, runOnce, type TaskList, type WorkerEvents } from 'graphile-worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Decoder } from '../adapters/media/decoder.js';
import type { Recognizer } from '../adapters/speech/recognizer.js';
import type { ObjectStore } from '../adapters/storage/object-store.js';
import type { Summarizer } from '../adapters/summaries/summarizer.js';
import { systemClock } from '../clock.js';
import { createCopyOut } from '../db/connection/copy.js';
import { createQueuePool, queueOptions } from '../db/connection/pool.js';
import type { Db } from '../db/database.js';
import { type JobKind, type JobKinds, LONG } from '../queue/jobs.js';
import type { Heartbeat } from '../queue/life-lock.js';
import { startHeartbeat } from '../queue/worker-recovery.js';
import { createSemaphore } from '../semaphore.js';
import { createTopicSets } from '../services/analysis/analyze-call.js';
import { resumeHeldCalls } from '../services/recordings/retries.js';
import { sweepWorkFolders } from '../services/recordings/work-folder.js';
import { createHandlers } from './handlers.js';

/** Jobs that run at once: one computes while others wait for the database. */
const CONCURRENCY = 3;

/** Connections of the queue itself: one for each job, to take and complete it, and one that listens. */
const QUEUE_POOL = CONCURRENCY + 1;

/** What recordings are processed with. */
export interface WorkerParts {
  readonly store: ObjectStore;
  /** Opens the decoder. Throws `unavailable` if none works on this machine. */
  readonly openDecoder: () => Promise<Decoder>;
  /** Null if no speech engine is configured. */
  readonly recognizer: Recognizer | null;
  /** Null if calls are not summarised. */
  readonly summarizer: Summarizer | null;
  /** Whether the files of complete calls are kept as they were sent. */
  readonly keepsUploads: boolean;
}

/** What a worker needs. */
export interface WorkerOptions extends WorkerParts {
  readonly db: Db;
  /** The pool that `db` uses. */
  readonly pool: pg.Pool;
  readonly connection: pg.ClientConfig;
  readonly log: Logger;
}

/** A worker that takes jobs. */
export interface RunningWorker {
  /** Resolves when the worker has stopped; rejects if it failed. */
  readonly done: Promise<void>;
  /** Finishes the running jobs and takes no new ones. */
  stop(): Promise<void>;
}

/** Lets one long job run at a time: it takes a core for minutes. */
interface LongJobs {
  /** The flags of jobs that are not to be taken now. */
  readonly forbidden: () => string[];
  run(flags: Readonly<Record<string, unknown>> | null, job: () => Promise<void>): Promise<void>;
}

function createLongJobs(): LongJobs {
  const one = createSemaphore(1);
  let count = 0;
  return {
    forbidden: () => (count > 0 ? [LONG] : []),
    async run(flags, job) {
      if (flags === null || !(LONG in flags)) return job();
      count += 1;
      // Two may have been taken at the same moment.
      await one.run(job).finally(() => {
        count -= 1;
      });
    },
  };
}

function createTasks(options: WorkerOptions, longJobs: LongJobs): TaskList {
  const { pool, log } = options;
  const copyOut = createCopyOut(pool);
  const handlers = createHandlers({
    ...options,
    copyOut,
    clock: systemClock,
    topicSets: createTopicSets(),
    summarizes: options.summarizer !== null,
  });
  const tasks: TaskList = {};
  function addTask<K extends JobKind>(kind: K): void {
    tasks[kind] = async (payload, helpers) => {
      const begun = performance.now();
      const context = { signal: helpers.abortSignal, isRepeated: helpers.job.attempts > 1 };
      await longJobs.run(helpers.job.flags, () => handlers[kind](payload as JobKinds[K], context));
      log.debug({ kind, ms: Math.round(performance.now() - begun) }, 'job done');
    };
  }
  for (const kind of Object.keys(handlers) as JobKind[]) addTask(kind);
  return tasks;
}

function queueLogger(log: Logger): QueueLogger {
  return new QueueLogger(() => (level, message, meta) => {
    if (level === 'error') log.error({ meta: String(meta?.error ?? '') }, message);
    else log.debug(message);
  });
}

/** Starts a worker that takes jobs until it is stopped. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { db, log, recognizer } = options;
  await sweepWorkFolders();
  // This one may be the first with an engine.
  if (recognizer !== null) await resumeHeldCalls(db);
  const pool = queuePool(options);
  const longJobs = createLongJobs();
  const events: WorkerEvents = new EventEmitter();
  // Jobs are locked under the id of the pool that took them.
  const poolIds: string[] = [];
  events.on('pool:create', ({ workerPool }) => poolIds.push(workerPool.id));
  const runner = await run({
    ...queueOptions,
    pgPool: pool,
    events,
    taskList: createTasks(options, longJobs),
    forbiddenFlags: longJobs.forbidden,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    logger: queueLogger(log),
    parsedCronItems: parseCronItems([
      { task: 'sweep', match: '*/10 * * * *' },
      { task: 'restamp_plans', match: '* * * * *' },
      // At an hour when little else runs, and at a minute at which not every program's daily work begins.
      { task: 'sweep_objects', match: '37 3 * * *' },
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

/** Runs all jobs that are due, including those of dead processes, and returns. */
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
    // The first beat unlocks dead workers' jobs, which makes them due.
    await heartbeat.beat();
    await runOnce({
      ...queueOptions,
      pgPool: pool,
      events,
      taskList: createTasks(options, createLongJobs()),
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
