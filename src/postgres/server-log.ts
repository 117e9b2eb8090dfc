import {
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import type { RunUser } from './run-user.js';

const MAX_BYTES = 16 * 1024 * 1024;
const TAIL_BYTES = 4096;
const TAIL_LINES = 15;

/** Opens PostgreSQL's log for appending, and returns the descriptor. A log over 16 MiB is first renamed to `….1`. */
export function openLog(path: string, user: RunUser): number {
  if (existsSync(path) && statSync(path).size > MAX_BYTES) renameSync(path, `${path}.1`);
  // The directory may belong to PostgreSQL's user: as root, do not follow a link that user made.
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  const fd = openSync(path, flags, 0o600);
  if (user.ids) fchownSync(fd, user.ids.uid, user.ids.gid);
  return fd;
}

/** The log's last lines: at most 15, of at most 4 KiB. */
export function logTail(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return '(no log)';
  }
  try {
    const { size } = fstatSync(fd);
    const length = Math.min(size, TAIL_BYTES);
    const buffer = Buffer.alloc(length);
    readSync(fd, buffer, 0, length, size - length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  } finally {
    closeSync(fd);
  }
}
