import { spawnSync } from 'node:child_process';
import { closeSync, constants, fchownSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { AppError } from '../errors.js';
import type { RunUser } from './run-user.js';

/** A lock held by this process. */
export interface FileLock {
  /** Writes a text about the holder into the file, for those who are refused. */
  describe(text: string): void;
  /** Releases the lock; a second call does nothing. */
  release(): void;
}

// BSD's open(2) takes the lock as it opens. Node has no names for these flags.
const O_SHLOCK = 0x10;
const O_EXLOCK = 0x20;

/**
 * Takes a flock(2) on a file without waiting; returns undefined if another process holds it. The kernel drops the lock
 * when the holder ends, however it ends, so there are no stale locks and no process ids to mistake.
 *
 * Node has no flock. util-linux's command locks the open file that it inherits, which is ours, and the lock stays with
 * our descriptor after the command has ended. Node opens files close-on-exec, so no other child shares it.
 * @throws AppError `unavailable` if the command is missing or fails.
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

/** What the holder of a lock wrote about itself; empty if it has not yet. */
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
