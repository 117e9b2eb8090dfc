import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../db/connection/pool.js';
import { AppError } from '../errors.js';
import { clearCluster, NAME } from './cluster.js';
import { type Exit, type GuardedProcess, spawnGuarded } from './guarded-process.js';
import type { Home } from './home.js';
import { logTail, openLog } from './server-log.js';
import { serverSettings } from './settings.js';
import { emptySocketDir, PORT } from './socket-dir.js';

/** One restart is a repair; two within this time are a loop. */
const RESTART_EVERY_MS = 10 * 60_000;
const FAST_SHUTDOWN_MS = 20_000;
const SAY_SLOW_AFTER_MS = 10_000;

/** What a server is started with. */
export interface ServerOptions {
  readonly home: Home;
  readonly native: string;
  readonly socketDir: string;
  readonly log: (line: string) => void;
  readonly onFatal: (error: Error) => void;
}

/** A running server. */
export interface Server {
  /** Shuts the server down in order, rolling back transactions under way. It takes half a minute at most. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL, returns when it accepts connections, and restarts it once if it ends unexpectedly.
 * @throws AppError `unavailable` with the tail of the log if it does not start.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { log } = options;
  let stopping = false;
  let restartedAt = Number.NEGATIVE_INFINITY;
  let current: GuardedProcess | undefined;
  let starting: Promise<void> = Promise.resolve();

  async function start(): Promise<void> {
    await clearCluster(options.home.clusterDir, log);
    if (stopping) return;
    emptySocketDir(options.socketDir);
    const launched = launch(options);
    current = launched;
    await ready(launched, options);
    launched.exited.then(restart, () => {});
  }

  function restart(exit: Exit): void {
    current = undefined;
    if (stopping) return;
    if (Date.now() - restartedAt < RESTART_EVERY_MS) {
      options.onFatal(died(`PostgreSQL ended again (${describe(exit)})`, options.home.logFile));
      return;
    }
    restartedAt = Date.now();
    log(`PostgreSQL ended unexpectedly (${describe(exit)}); starting it again`);
    starting = start().catch((error: unknown) => {
      if (!stopping) options.onFatal(error as Error);
    });
  }

  await start();
  return {
    async stop() {
      stopping = true;
      const process = current;
      if (process) await stopProcess(process);
      await starting;
    },
  };
}

function launch({ home, native, socketDir }: ServerOptions): GuardedProcess {
  const logFd = openLog(home.logFile, home.user);
  try {
    return spawnGuarded({
      program: join(native, 'bin', 'postgres'),
      args: ['-D', home.clusterDir, ...serverSettings(socketDir, PORT)],
      user: home.user,
      outputFd: logFd,
      kind: 'server',
    });
  } finally {
    closeSync(logFd);
  }
}

/** Waits as long as the server lives: after a crash it replays the write-ahead log, however long that takes. */
async function ready(launched: GuardedProcess, { home, socketDir, log }: ServerOptions): Promise<void> {
  let exit: Exit | undefined;
  let failure: unknown;
  const ended = launched.exited.then(
    (value) => {
      exit = value;
    },
    (error: unknown) => {
      failure = error;
    },
  );
  const slowAt = Date.now() + SAY_SLOW_AFTER_MS;
  let saidSlow = false;
  for (;;) {
    if (await acceptsConnections(socketDir)) return;
    if (failure) throw failure;
    if (exit) throw died(`PostgreSQL does not start (${describe(exit)})`, home.logFile);
    if (!saidSlow && Date.now() > slowAt) {
      saidSlow = true;
      log('Still waiting for PostgreSQL, which may be recovering from a crash');
    }
    await Promise.race([ended, sleep(20)]);
  }
}

/** Whether a server accepts connections on this socket. */
export async function acceptsConnections(socketDir: string): Promise<boolean> {
  const client = createClient(connectionTo(socketDir, 'postgres'));
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    // 53300 (too_many_connections): the server runs, and all its connections are in use.
    return (error as { code?: string }).code === '53300';
  } finally {
    await client.end().catch(() => {});
  }
}

/** The settings of a connection over a socket. */
export function connectionTo(socketDir: string, database: string) {
  return { host: socketDir, port: PORT, user: NAME, database, ssl: false } as const;
}

async function stopProcess({ child, exited }: GuardedProcess): Promise<void> {
  let ended = false;
  const end = exited.then(
    () => {
      ended = true;
    },
    () => {
      ended = true;
    },
  );
  for (const [name, waitMs] of [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (ended) return;
    child.kill(name);
    await Promise.race([end, sleep(waitMs, undefined, { ref: false })]);
  }
}

function describe({ code, signal }: Exit): string {
  return signal ?? `exit code ${code}`;
}

function died(what: string, logFile: string): AppError {
  return new AppError('unavailable', `${what}; ${logFile} ends:\n${logTail(logFile)}`);
}
