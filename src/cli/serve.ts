import { fork } from 'node:child_process';
import { constants, getPriority, setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { systemClock } from '../clock.js';
import { type Config, environmentOf } from '../config.js';
import { hasAccounts } from '../db/accounts.js';
import { createCopyOut } from '../db/connection/copy.js';
import { migrate } from '../db/connection/migrate.js';
import { createCallReader } from '../ingest/reader.js';
import { showServing } from '../queue/api-processes.js';
import type { DemoLinks } from '../server/auth/demo-links.js';
import type { SetupToken } from '../server/auth/setup-token.js';
import { sweepUploads } from '../services/recordings/uploads.js';
import { digestOf, newToken } from '../services/tokens.js';
import { createTemplateRenderer } from '../templates/renderer.js';
import type { Command } from './command.js';
import { listenProblem, openable } from './listening.js';
import { logInOptions } from './log-in.js';
import { type OpenDatabase, openDatabase } from './open-database.js';

import { hasEngine, openWorkerParts } from './worker-parts.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
/**
 * By how many percent the heap may grow before all of it is collected. By default, V8 lets it grow to four times the
 * live objects, and by as much again in buffers. docs/design/engine.md has what it saves and costs.
 */
const HEAP_GROWTH = 75;
/** A worker that exits by itself is started again after this many milliseconds. */
const RESTART_MS = 1_000;
/** How often what is left of uploads is removed, in milliseconds. */
const SWEEP_MS = 3_600_000;
/** Two, so that a slow template of one account does not delay those of others. */
const TEMPLATE_THREADS = 2;

/** A running service. */
export interface RunningService {
  /** A URL by which this machine reaches it. */
  readonly url: string;
  /** How the first account is made, in words with a link; null where there is one. */
  readonly firstRun: string | null;
  stop(): Promise<void>;
}

interface WorkerProcesses {
  stop(): Promise<void>;
}

/** Runs `debrief work` in separate processes: analysis never shares an event loop with requests. */
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

/** Removes what is left of uploads. The process that took them does it: they are on its machine. */
function sweepRegularly(sweep: () => Promise<void>, log: Logger): NodeJS.Timeout {
  const run = () => sweep().catch((error) => log.warn({ err: error }, 'uploads cannot be swept; trying again'));
  void run();
  return setInterval(run, SWEEP_MS).unref();
}

/** What the first account is made with, and how to tell people. */
interface FirstRun {
  readonly token: SetupToken;
  textOf(url: string): string;
}

function createSetup({ SETUP_TOKEN, PUBLIC_URL }: Config): FirstRun {
  if (SETUP_TOKEN !== null) {
    return {
      token: { digest: digestOf(SETUP_TOKEN), isFromAnywhere: true },
      textOf: (url) =>
        `There is no account yet. Make it at ${PUBLIC_URL ?? url}/setup with the value of SETUP_TOKEN, once.`,
    };
  }
  const { token, digest } = newToken();
  return {
    token: { digest, isFromAnywhere: false },
    // Not PUBLIC_URL, which may lead to another process, and from elsewhere.
    textOf: (url) =>
      `There is no account yet. Open this link on this machine to make it, once:\n  ${url}/setup#token=${token}`,
  };
}

async function listen(app: FastifyInstance, config: Config): Promise<string> {
  try {
    return await app.listen({ host: config.HOST, port: config.PORT });
  } catch (error) {
    throw listenProblem(config, error) ?? error;
  }
}

/**
 * Starts everything that `serve` runs: database, API and workers. Throws `busy`, `unavailable` or `invalid` if the
 * database or the address cannot be used.
 */
export async function startService(
  config: Config,
  log: Logger,
  say: (line: string) => void,
  prepare: (database: OpenDatabase) => Promise<DemoLinks | null> = async () => null,
): Promise<RunningService> {
  const logIn = logInOptions(config);
  const setup = createSetup(config);
  // The workers use the other parts: what is wrong with their settings is told here, before anything starts.
  const { store } = await openWorkerParts(config);
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
    const demoLinks = await prepare(database);
    const { buildApp } = await import('../server/app.js');
    const reader = createCallReader(config.INGEST_THREADS);
    const templates = createTemplateRenderer({ threads: TEMPLATE_THREADS });
    const { db, pool } = database;
    const deps = {
      db,
      store,
      uploadsDir: join(resolve(config.DATA_DIR), 'uploads'),
      hasEngine: hasEngine(config),
      copyOut: createCopyOut(pool),
      clock: systemClock,
      reader,
      templates,
    };
    const app = buildApp(deps, log, {
      trustProxy: config.TRUST_PROXY,
      pool,
      connection: database.connection,
      logIn,
      setup: setup.token,
      ...(demoLinks && { demoLinks }),
    });
    const url = openable(await listen(app, config));
    const sweeping = sweepRegularly(() => sweepUploads(deps), log);
    const workers = startWorkerProcesses(config, log);
    const serving = showServing({
      connection: database.connection,
      url: config.PUBLIC_URL ?? url,
      onError: (error) => log.warn({ err: error }, 'heartbeat failed; trying again'),
    });
    await serving.beat();
    return {
      url,
      firstRun: (await hasAccounts(db)) ? null : setup.textOf(url),
      async stop() {
        clearInterval(sweeping);
        await app.close();
        await workers.stop();
        await serving.stop();
        await Promise.all([reader.close(), templates.close(), store.close()]);
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * Resolves with the reason when the process is told to stop: by a signal, or because the parent that forked it has
 * gone.
 */
export function toldToEnd(): Promise<string> {
  return new Promise((resolve) => {
    const end = (reason: string) => {
      resolve(reason);
      // The channel to a parent that forked it would keep the process running.
      if (process.connected) process.disconnect();
    };
    process.once('SIGTERM', () => end('SIGTERM'));
    process.once('SIGINT', () => end('SIGINT'));
    process.once('disconnect', () => end('the parent ended'));
  });
}

/**
 * Resolves with what `starting` resolves with. If the process is told to stop before that, it exits at once, as if
 * killed. This leaves nothing half done: transactions are atomic, and the embedded PostgreSQL notices and stops.
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

/** `debrief serve`. */
export const serve: Command = {
  name: 'serve',
  summary: 'Run the API and its workers until stopped.',
  examples: ['serve'],
  async run({ config, log, say }) {
    const ending = toldToEnd();
    const service = await unlessTold(ending, startService(config, log, say));
    if (config.DATABASE_URL === null) say(`DATA_DIR is ${resolve(config.DATA_DIR)}`);
    say(`Debrief listens on ${service.url}`);
    if (config.PUBLIC_URL !== null) say(`People open it at ${config.PUBLIC_URL}`);
    if (service.firstRun !== null) say(service.firstRun);
    const reason = await ending;
    log.info({ reason }, 'stopping');
    await service.stop();
    return undefined;
  },
};

/** `debrief work`. */
export const work: Command = {
  name: 'work',
  summary: 'Run a worker until stopped: analysis and every other background job.',
  examples: ['work'],
  async run({ config, log, database }) {
    const ending = toldToEnd();
    const parts = await openWorkerParts(config);
    const { db, pool, connection } = await unlessTold(ending, database());
    // When competing for a core, requests come before background work. The priority is not lowered earlier: a
    // PostgreSQL started here would inherit it.
    const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
    setPriority(Math.min(getPriority() + PRIORITY_BELOW_NORMAL, PRIORITY_LOW));
    const { startWorker } = await import('../worker/worker.js');
    const worker = await startWorker({ db, pool, connection, log, ...parts });
    log.info('worker started');
    const reason = await Promise.race([ending, worker.done.then(() => 'the queue ended')]);
    log.info({ reason }, 'worker stopping');
    await worker.stop();
    await parts.store.close();
    return undefined;
  },
};

/** `debrief migrate`. */
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
