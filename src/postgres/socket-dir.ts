import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { AppError } from '../errors.js';
import { makePrivate } from './home.js';
import { isRoot, type RunUser, tryAs } from './run-user.js';

/** The port is only part of the socket file's name: nothing listens on TCP. */
export const PORT = 5432;
const SOCKET = `.s.PGSQL.${PORT}`;
const PREFIX = 'debrief-';
/** The kernel's struct has 108 bytes for a socket's path, including the final zero; on macOS 104. */
const MAX_PATH_BYTES = process.platform === 'darwin' ? 103 : 107;

/**
 * Makes a directory for the socket that only the server's user and root may enter. It is outside the data directory,
 * whose path may be too long, and whose file system may not support sockets (a Docker Desktop mount). Its name is
 * random, so that nobody can make a directory or link there beforehand.
 * @throws AppError `unavailable` if that user can use none of the places.
 */
export function makeSocketDir(user: RunUser, places: readonly string[] = defaultPlaces()): string {
  const refused: string[] = [];
  for (const place of places) {
    const longest = Buffer.byteLength(join(place, `${PREFIX}XXXXXX`, SOCKET));
    // The setting is a list that interprets quotes and commas.
    if (longest > MAX_PATH_BYTES || !/^[\w./+-]+$/.test(place)) continue;
    try {
      const dir = mkdtempSync(join(place, PREFIX));
      makePrivate(dir, user);
      if (!user.ids || tryAs(user, 'cd "$1"', [dir]).ok) return dir;
      rmSync(dir, { recursive: true, force: true });
      refused.push(place);
    } catch {
      refused.push(place);
    }
  }
  throw new AppError(
    'unavailable',
    `No place for the database's socket: user "${user.name}" cannot use ${refused.join(', ')}`,
  );
}

/** Removes what a killed server left in its socket directory: another process may have its id now. */
export function emptySocketDir(dir: string): void {
  for (const name of readdirSync(dir)) rmSync(join(dir, name), { force: true });
}

/** Removes the socket directory of a server that has ended, if it is ours. */
export function removeSocketDir(dir: string, user: RunUser): void {
  try {
    const stat = lstatSync(dir);
    const ours = stat.isDirectory() && stat.uid === (user.ids?.uid ?? process.getuid?.());
    if (ours && basename(dir).startsWith(PREFIX)) rmSync(dir, { recursive: true, force: true });
  } catch {
    // It is gone already.
  }
}

function defaultPlaces(): string[] {
  return [...(isRoot() ? ['/run'] : []), tmpdir(), '/tmp', '/var/tmp'];
}
