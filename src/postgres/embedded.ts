import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../db/connection/pool.js';
import { AppError } from '../errors.js';
import { findNative, prepareNative } from './binaries.js';
import { clearCluster, NAME, prepareCluster } from './cluster.js';
import { type FileLock, lockHolder, tryLock } from './file-lock.js';
import { type Home, OWNER_LOCK, openHome } from './home.js';
import { announce, isAlive, readRunning, withdraw } from './running-server.js';
import { acceptsConnections, connectionTo, type Server, startServer } from './server.js';
import { makeSocketDir, PORT, removeSocketDir } from './socket-dir.js';

/** How to open an embedded server. */
export interface EmbeddedOptions {
  /** DATA_DIR as given: it may be relative, and is created if missing. */
  readonly dataDir: string;
  /** Reports progress to a person. */
  readonly log: (line: string) => void;
  /**
   * `serve` owns the server for its lifetime, and is refused while another serve uses this data directory. `join` uses
   * the running server, or starts one for the time of this command.
   */
  readonly mode: 'serve' | 'join';
  /** Called when PostgreSQL died and one restart did not help; the message ends with the tail of its log. */
  readonly onFatal: (error: Error) => void;
}

/** An embedded server that accepts connections. */
export interface EmbeddedServer {
  /** For the `pg` driver. The host is the socket's directory. */
  readonly connection: Connection;
  /** Whether this process started the server, so that `stop` stops it. */
  readonly owned: boolean;
  /**
   * Ends this process's use of the server. A command that started it first waits for those that joined it; a serve does
   * not.
   */
  stop(): Promise<void>;
}

interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly ssl: false;
}

/** The machine underneath; tests set another. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** The PostgreSQL programs; this platform's package unless given. */
  readonly native?: string;
  /** Where homes are made if PostgreSQL's user cannot reach the data directory. */
  readonly fallbackRoot: string;
}

/** This machine. */
export const THIS_MACHINE: Machine = {
  platform: process.platform,
  arch: process.arch,
  fallbackRoot: '/var/lib/debrief',
};

/** How often a process that waits for another checks again. */
const LOOK_EVERY_MS = 100;
const SAY_WAITING_AFTER_MS = 3_000;

/**
 * Opens the embedded PostgreSQL of a data directory.
 *
 * Three locks in its home decide who may do what, each a flock(2) that ends with its holder. `serve.lock` is held by a
 * serve for its lifetime: a second serve is refused, and a command never starts a server that a serve is about to
 * start. `owner.lock` is held by the process that runs the server. `users.lock` is shared by the processes that joined;
 * a command that started the server takes it exclusively before it stops the server.
 * @throws AppError `busy` or `unavailable`, which says what to do.
 */
export function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  return openEmbeddedOn(THIS_MACHINE, options);
}

/** Opens it on the given machine: see `openEmbedded`. */
export async function openEmbeddedOn(machine: Machine, options: EmbeddedOptions): Promise<EmbeddedServer> {
  const native = machine.native ?? findNative(machine.platform, machine.arch);
  try {
    const home = openHome(options.dataDir, machine.fallbackRoot, options.log);
    return await (options.mode === 'serve' ? openForServe : openForCommand)(home, native, options);
  } catch (error) {
    const where = `DATA_DIR is ${resolve(options.dataDir)}`;
    if (error instanceof AppError && !error.message.includes('DATA_DIR')) {
      throw new AppError(error.code, `${error.message} (${where})`);
    }
    // A full disk or a missing permission: the administrator can fix it and needs no stack trace.
    if (error instanceof Error && 'syscall' in error) {
      throw new AppError('unavailable', `Cannot open the database: ${error.message} (${where})`);
    }
    throw error;
  }
}

async function openForServe(home: Home, native: string, options: EmbeddedOptions): Promise<EmbeddedServer> {
  const serving = await lockServe(home);
  let owning: FileLock | undefined;
  try {
    for (let waited = false; ; waited = true) {
      owning = lock(home, OWNER_LOCK, 'exclusive');
      if (owning) break;
      // Only a command can hold it: another serve would have failed above.
      if (!waited) options.log(`Waiting for ${describeOwner(home)} to finish with the database`);
      await sleep(LOOK_EVERY_MS);
    }
    const owned = await startOwned(home, native, options);
    return embedded(owned.socketDir, true, async () => {
      await owned.stop();
      owning?.release();
      serving.release();
    });
  } catch (error) {
    owning?.release();
    serving.release();
    throw error;
  }
}

async function openForCommand(home: Home, native: string, options: EmbeddedOptions): Promise<EmbeddedServer> {
  const sayWaitingAt = Date.now() + SAY_WAITING_AFTER_MS;
  let said = false;
  for (;;) {
    const owning = serveIsComing(home) ? undefined : lock(home, OWNER_LOCK, 'exclusive');
    if (owning) return ownForCommand(home, native, options, owning);
    // The owner may be about to stop the server. It then holds this lock exclusively, and we try again.
    const using = lock(home, USERS_LOCK, 'shared');
    const running = using && readRunning(home.dir);
    if (using && running?.ready && isAlive(running) && (await acceptsConnections(running.socketDir))) {
      return embedded(running.socketDir, false, async () => using.release());
    }
    using?.release();
    if (!said && Date.now() > sayWaitingAt) {
      said = true;
      options.log(`Waiting for the database that ${describeOwner(home)} starts or stops`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

async function ownForCommand(
  home: Home,
  native: string,
  options: EmbeddedOptions,
  owning: FileLock,
): Promise<EmbeddedServer> {
  try {
    const owned = await startOwned(home, native, options);
    return embedded(owned.socketDir, true, async () => {
      const alone = await waitForUsers(home, options.log);
      await owned.stop();
      owning.release();
      alone.release();
    });
  } catch (error) {
    owning.release();
    throw error;
  }
}

/** Starts the server. The caller holds the owner lock. */
async function startOwned(
  home: Home,
  native: string,
  options: EmbeddedOptions,
): Promise<Server & { socketDir: string }> {
  const { mode, log, onFatal } = options;
  const left = readRunning(home.dir);
  withdraw(home.dir);
  await clearCluster(home.clusterDir, log);
  if (left) removeSocketDir(left.socketDir, home.user);
  const programs = prepareNative(native, home.dir, home.user);
  await prepareCluster(home, programs, log);
  const socketDir = makeSocketDir(home.user);
  let server: Server | undefined;
  const stop = async (): Promise<void> => {
    withdraw(home.dir);
    await server?.stop();
    removeSocketDir(socketDir, home.user);
  };
  try {
    // Before the server is ready, so that the next process removes the socket's directory if we are killed.
    announce(home.dir, { mode, socketDir, ready: false }, home.user);
    server = await startServer({ home, native: programs, socketDir, log, onFatal });
    await createDatabase(socketDir);
    announce(home.dir, { mode, socketDir, ready: true }, home.user);
    return { socketDir, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createDatabase(socketDir: string): Promise<void> {
  const client = createClient(connectionTo(socketDir, 'postgres'));
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [NAME]);
    if (found.rowCount === 0) await client.query(`create database ${NAME}`);
  } finally {
    await client.end();
  }
}

const SERVE_LOCK = 'serve.lock';
const USERS_LOCK = 'users.lock';

async function lockServe(home: Home): Promise<FileLock> {
  // A command that checks for a serve holds the lock for a moment.
  for (let tries = 0; tries < 10; tries += 1) {
    const serving = lock(home, SERVE_LOCK, 'exclusive');
    if (serving) {
      serving.describe(String(process.pid));
      return serving;
    }
    await sleep(30);
  }
  const pid = lockHolder(join(home.dir, SERVE_LOCK)) || 'unknown';
  throw new AppError(
    'busy',
    `Another Debrief server (process ${pid}) already runs on DATA_DIR ${home.dataDir}: stop it first, or give this one a DATA_DIR of its own.`,
  );
}

function serveIsComing(home: Home): boolean {
  const look = lock(home, SERVE_LOCK, 'shared');
  look?.release();
  return look === undefined;
}

/** Waits for the commands that joined our server, and keeps others from joining. */
async function waitForUsers(home: Home, log: (line: string) => void): Promise<FileLock> {
  const sayWaitingAt = Date.now() + LOOK_EVERY_MS * 5;
  for (let said = false; ; ) {
    const alone = lock(home, USERS_LOCK, 'exclusive');
    if (alone) return alone;
    if (!said && Date.now() > sayWaitingAt) {
      said = true;
      log('Waiting for other commands that use the database to finish');
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function lock(home: Home, name: string, kind: 'exclusive' | 'shared'): FileLock | undefined {
  return tryLock(join(home.dir, name), kind, home.user);
}

function describeOwner(home: Home): string {
  const running = readRunning(home.dir);
  return running && isAlive(running) ? `process ${running.ownerPid}` : 'another process';
}

function embedded(socketDir: string, owned: boolean, end: () => Promise<void>): EmbeddedServer {
  let ending: Promise<void> | undefined;
  return {
    connection: { host: socketDir, port: PORT, user: NAME, database: NAME, ssl: false },
    owned,
    stop: () => {
      ending ??= end();
      return ending;
    },
  };
}
