import { spawnSync } from 'node:child_process';
import { closeSync, constants, fchownSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { AppError } from '../errors.js';
import type { RunUser } from './run-user.js';

export interface FileLock {
  /** Leaves a word about the holder in the file, for those who are refused. */
  describe(text: string): void;
  release(): void;
}

// BSD's open(2) takes the lock as it opens; Node names neither flag.
const O_SHLOCK = 0x10;
const O_EXLOCK = 0x20;

/**
 * Takes a flock(2) on a file without waiting: undefined when another process holds it. The kernel drops it when
 * the holder ends, however it ends, so there is no stale lock to recognise and no process id to mistake.
 *
 * Node has no flock: util-linux's command locks the open file it inherits, which is ours, and the lock stays
 * with our descriptor when the command has ended. Node opens files close-on-exec, so no other child shares it.
 */
export function tryLock(path: string, kind: 'exclusive' | 'shared', user: RunUser): FileLock | undefined {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  const fd = process.platform === 'linux' ? openSync(path, flags, 0o600) : openLocked(path, flags, kind);
  if (fd === undefined) return undefined;
  if (user.ids) fchownSync(fd, user.ids.uid, user.ids.gid);
  if (process.platform === 'linux' && !flock(fd, kind)) {
    closeSync(fd);
    return undefined;
  }
  let held = true;
  return {
    describe(text) {
      ftruncateSync(fd);
      writeSync(fd, text, 0);
    },
    release() {
      if (held) closeSync(fd);
      held = false;
    },
  };
}

/** What the holder of a lock wrote about itself; empty when it has not come to that. */
export function lockHolder(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function flock(fd: number, kind: 'exclusive' | 'shared'): boolean {
  const run = spawnSync('flock', ['-n', kind === 'exclusive' ? '-x' : '-s', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
  });
  if (run.status === 0) return true;
  if (run.status === 1 && run.stderr.length === 0) return false;
  closeSync(fd);
  const why = run.error ? run.error.message : run.stderr.toString().trim();
  throw new AppError('unavailable', `Cannot lock the data directory with util-linux's "flock" command: ${why}`);
}

function openLocked(path: string, flags: number, kind: 'exclusive' | 'shared'): number | undefined {
  try {
    return openSync(path, flags | constants.O_NONBLOCK | (kind === 'exclusive' ? O_EXLOCK : O_SHLOCK), 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}
