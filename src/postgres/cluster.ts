import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.js';
import { spawnGuarded } from './guarded-process.js';
import { type Home, makePrivate } from './home.js';
import { pidFileProcess, postgresProcesses, signal, waitUntil } from './processes.js';
import { logTail, openLog } from './server-log.js';

/** The name of every embedded server's superuser and database. */
export const NAME = 'debrief';
const MAJOR = '18';
const UNFINISHED = 'cluster.new-';

/**
 * Prepares a home so that a server can start on its cluster. Afterwards the cluster exists, is of our version, and
 * belongs to the user that runs it. The caller holds the owner lock.
 * @throws AppError `unavailable` if another version made the cluster, or it cannot be created.
 */
export async function prepareCluster(home: Home, native: string, log: (line: string) => void): Promise<void> {
  await removeUnfinished(home.dir);
  if (!existsSync(home.clusterDir)) {
    log(`Creating the database in ${home.dir}`);
    await createCluster(home, native);
    return;
  }
  const version = readFileSync(join(home.clusterDir, 'PG_VERSION'), 'utf8').trim();
  if (version !== MAJOR) {
    throw new AppError(
      'unavailable',
      `The database in ${home.clusterDir} was made by PostgreSQL ${version} and this Debrief has ${MAJOR}: run the Debrief that made it, or move the data with pg_dump.`,
    );
  }
  const { ids } = home.user;
  if (ids && lstatSync(home.clusterDir).uid !== ids.uid) {
    spawnSync('chown', ['-R', '-h', `${ids.uid}:${ids.gid}`, home.clusterDir]);
  }
}

/**
 * Stops processes that still run on a cluster whose owner has died, and removes the pid file. (The watcher that should
 * have stopped them was killed too, or is still stopping them.) PostgreSQL itself believes a pid file whenever any
 * process of its user has that id, as after a reboot.
 * @throws AppError `busy` if a process cannot be stopped.
 */
export async function clearCluster(clusterDir: string, log: (line: string) => void): Promise<void> {
  const running = (): number[] => postgresProcesses(clusterDir);
  const left = running();
  if (left.length > 0) {
    const named = pidFileProcess(clusterDir);
    const server = named !== undefined && left.includes(named) ? named : undefined;
    if (server !== undefined) log(`Stopping a database server left behind (process ${server})`);
    // Backends whose server has died end by themselves when they notice.
    if (server !== undefined) signal(server, 'SIGINT');
    if (!(await waitUntil(() => running().length === 0, server === undefined ? 5_000 : 20_000))) {
      for (const pid of running()) signal(pid, 'SIGQUIT');
      await waitUntil(() => running().length === 0, 5_000);
      for (const pid of running()) signal(pid, 'SIGKILL');
    }
    if (!(await waitUntil(() => running().length === 0, 5_000))) {
      throw new AppError('busy', `PostgreSQL still runs in ${clusterDir} (process ${running()[0]}): stop it first.`);
    }
  }
  rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
}

/**
 * Creates the cluster. initdb works in a separate directory, which one rename makes the cluster: a cluster is never
 * incomplete.
 */
async function createCluster(home: Home, native: string): Promise<void> {
  const unfinished = mkdtempSync(join(home.dir, UNFINISHED));
  makePrivate(unfinished, home.user);
  const logFd = openLog(home.logFile, home.user);
  try {
    const initdb = spawnGuarded({
      program: join(native, 'bin', 'initdb'),
      // Trust: only the cluster's own user and root can reach the socket's private directory.
      args: [
        '-D',
        unfinished,
        '-U',
        NAME,
        '--auth=trust',
        '--encoding=UTF8',
        '--data-checksums',
        '--no-instructions',
        // The same collation and case rules on every machine, whatever its libc has.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
      ],
      user: home.user,
      outputFd: logFd,
      kind: 'task',
    });
    const { code, signal: killedBy } = await initdb.exited;
    if (code !== 0) {
      const how = killedBy ?? `exit code ${code}`;
      throw new AppError(
        'unavailable',
        `Creating the database failed (${how}); ${home.logFile} ends:\n${logTail(home.logFile)}`,
      );
    }
    renameSync(unfinished, home.clusterDir);
    syncDir(home.dir);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  } finally {
    closeSync(logFd);
  }
}

/** Removes what a killed initdb left. */
async function removeUnfinished(homeDir: string): Promise<void> {
  for (const name of readdirSync(homeDir)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const dir = join(homeDir, name);
    for (const pid of postgresProcesses(dir)) signal(pid, 'SIGKILL');
    await waitUntil(() => postgresProcesses(dir).length === 0, 5_000);
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

/** Makes a rename in the directory survive a power cut. */
function syncDir(dir: string): void {
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
