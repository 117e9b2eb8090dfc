import { fork } from 'node:child_process';
import { constants, getPriority, setPriority } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { systemClock } from '../clock.js';
import { type Config, environmentOf } from '../config.js';
import { createCopyOut } from '../db/connection/copy.js';
import { migrate } from '../db/connection/migrate.js';
import { createCallReader } from '../ingest/reader.js';
import { showServing } from '../queue/api-processes.js';
import { createTemplateRenderer } from '../templates/renderer.js';
import type { Command } from './command.js';
import { listenProblem, openable } from './listening.js';
import { logInOptions } from './log-in.js';
import { type OpenDatabase, openDatabase } from './open-database.js';
import { keepTickShape } from './tick-shape.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
/**
 * Percent that the heap may grow by before it is collected as a whole. Left to itself, V8 lets it grow to four times what is
 * alive in it, and for as much again in buffers. With 75, pages of 260 MB for four clients take 186 MB of memory, not 212,
 * and as long.
 */
const HEAP_GROWTH = 75;
/** A worker that ends by itself is started again after this long. */
const RESTART_MS = 1_000;
/** Two, so that one account's slow template does not hold up the others'. */
const TEMPLATE_THREADS = 2;

export interface RunningService {
  /** A URL that this machine finds it by. */
  readonly url: string;
  stop(): Promise<void>;
}

interface WorkerProcesses {
  stop(): Promise<void>;
}

/** Runs `debrief work` in processes of its own: analysis never shares a loop with requests. */
function startWorkerProcesses(config: Config, log: Logger): WorkerProcesses {
  let stopping = false;
  const running = new Map<number, ReturnType<typeof fork>>();
  const start = (slot: number) => {
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    const child = fork(MAIN, ['work'], { stdio: [...stdio], env: environmentOf(config) });
    running.set(slot, child);
    child.on('exit', (code, signal) => {
      running.delete(slot);
      if (stopping) return;
      log.error({ code, signal }, 'a worker process ended; starting another');
      setTimeout(() => !stopping && start(slot), RESTART_MS).unref();
    });
  };
  for (let slot = 0; slot < config.WORKERS; slot++) start(slot);
  return {
    async stop() {
      stopping = true;
      const ended = [...running.values()].map((child) => new Promise((resolve) => child.once('exit', resolve)));
      for (const child of running.values()) child.kill('SIGTERM');
      await Promise.all(ended);
    },
  };
}

async function listen(app: FastifyInstance, config: Config): Promise<string> {
  try {
    return await app.listen({ host: config.HOST, port: config.PORT });
  } catch (error) {
    throw listenProblem(config, error) ?? error;
  }
}

/** Starts everything that `serve` is: database, API, workers. */
export async function startService(
  config: Config,
  log: Logger,
  say: (line: string) => void,
  prepare: (database: OpenDatabase) => Promise<void> = async () => {},
): Promise<RunningService> {
  keepTickShape();
  const logIn = logInOptions(config);
  const database = await openDatabase(config, {
    mode: 'serve',
    log,
    say,
    onFatal: (error) => {
      log.fatal({ err: error }, 'PostgreSQL is lost');
      say(error.message);
      process.exit(1);
    },
  });
  try {
    setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
    await migrate(database.pool, say);
    await prepare(database);
    const { buildApp } = await import('../server/app.js');
    const reader = createCallReader(config.INGEST_THREADS);
    const templates = createTemplateRenderer({ threads: TEMPLATE_THREADS });
    const { db, pool } = database;
    const deps = { db, copyOut: createCopyOut(pool), clock: systemClock, reader, templates };
    const app = buildApp(deps, log, { trustProxy: config.TRUST_PROXY, pool, logIn });
    const url = openable(await listen(app, config));
    const workers = startWorkerProcesses(config, log);
    const serving = showServing({
      connection: database.connection,
      url: config.PUBLIC_URL ?? url,
      onError: (error) => log.warn({ err: error }, 'heartbeat failed; trying again'),
    });
    await serving.beat();
    return {
      url,
      async stop() {
        await app.close();
        await workers.stop();
        await serving.stop();
        await Promise.all([reader.close(), templates.close()]);
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Resolves when the process is told to end: by a signal, or by the parent that forked it going away. */
export function toldToEnd(): Promise<string> {
  return new Promise((resolve) => {
    const end = (reason: string) => {
      resolve(reason);
      // The channel to a parent that forked it would keep the process alive.
      if (process.connected) process.disconnect();
    };
    process.once('SIGTERM', () => end('SIGTERM'));
    process.once('SIGINT', () => end('SIGINT'));
    process.once('disconnect', () => end('the parent ended'));
  });
}

/**
 * What is being started, unless the process is told to end before that: then it ends at once, as if it had been killed. That
 * leaves nothing half done, as transactions are whole and the embedded PostgreSQL sees it and stops.
 */
export async function unlessTold<T>(ending: Promise<string>, starting: Promise<T>): Promise<T> {
  let isEnding = false;
  const told = ending.then(() => {
    isEnding = true;
  });
  const started = await Promise.race([starting, told]);
  if (isEnding) process.exit();
  return started as T;
}

export const serve: Command = {
  name: 'serve',
  summary: 'Run the API and its workers until stopped.',
  examples: ['serve'],
  async run({ config, log, say }) {
    const ending = toldToEnd();
    const service = await unlessTold(ending, startService(config, log, say));
    if (config.DATABASE_URL === null) say(`DATA_DIR is ${resolve(config.DATA_DIR)}`);
    say(`Debrief listens on ${service.url}`);
    const reason = await ending;
    log.info({ reason }, 'stopping');
    await service.stop();
    return undefined;
  },
};

export const work: Command = {
  name: 'work',
  summary: 'Run a worker until stopped: analysis and every other background job.',
  examples: ['work'],
  async run({ log, database }) {
    const ending = toldToEnd();
    const { db, pool, connection } = await unlessTold(ending, database());
    // Where they compete for a core, requests go before what nobody waits for so closely. Not earlier: PostgreSQL, where it
    // is started here, would be as low.
    const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
    setPriority(Math.min(getPriority() + PRIORITY_BELOW_NORMAL, PRIORITY_LOW));
    const { startWorker } = await import('../worker/worker.js');
    const worker = await startWorker({ db, pool, connection, log });
    log.info('worker started');
    const reason = await Promise.race([ending, worker.done.then(() => 'the queue ended')]);
    log.info({ reason }, 'worker stopping');
    await worker.stop();
    return undefined;
  },
};

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Bring the database to this version; prints {"applied"}.',
  examples: ['migrate'],
  isFirst: true,
  async run({ database }) {
    const { applied } = await database();
    return { applied };
  },
};
