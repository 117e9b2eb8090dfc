import { lchownSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTick } from './processes.js';
import type { RunUser } from './run-user.js';

/** What the owner of a running server tells the processes that want to join it. */
export interface RunningServer {
  readonly mode: 'serve' | 'join';
  readonly ownerPid: number;
  /** See startTick. The file outlives an owner that was killed, and its process id may be reused. */
  readonly ownerStartTick: string;
  readonly socketDir: string;
  readonly ready: boolean;
}

const FILE = 'server.json';

/** Reads what the owner announced; undefined if nothing is announced. */
export function readRunning(homeDir: string): RunningServer | undefined {
  try {
    return JSON.parse(readFileSync(join(homeDir, FILE), 'utf8')) as RunningServer;
  } catch {
    return undefined;
  }
}

/** Whether the owner still runs. */
export function isAlive(server: RunningServer): boolean {
  return startTick(server.ownerPid) === server.ownerStartTick;
}

/** Announces this process as the owner of a home's server. */
export function announce(
  homeDir: string,
  server: Pick<RunningServer, 'mode' | 'socketDir' | 'ready'>,
  user: RunUser,
): void {
  const whole: RunningServer = { ...server, ownerPid: process.pid, ownerStartTick: startTick(process.pid) };
  const path = join(homeDir, FILE);
  // Replaced atomically: a reader sees the old or the new.
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, JSON.stringify(whole), { mode: 0o600, flag: 'wx' });
  // The server's user may join a server that root started.
  if (user.ids) lchownSync(temporary, user.ids.uid, user.ids.gid);
  renameSync(temporary, path);
}

/** Removes the announcement. */
export function withdraw(homeDir: string): void {
  rmSync(join(homeDir, FILE), { force: true });
}
