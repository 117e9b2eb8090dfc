import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../errors.js';
import { tryLock } from './file-lock.js';
import { chooseRunUser, isRoot, type RunUser, tryAs } from './run-user.js';

/**
 * Where all files of one embedded server are kept: the cluster, the locks, and a copy of the programs if one is needed.
 */
export interface Home {
  readonly dir: string;
  readonly clusterDir: string;
  /** The data directory itself, absolute, for messages. */
  readonly dataDir: string;
  readonly logFile: string;
  readonly user: RunUser;
}

/** The lock that the process running a home's server holds. */
export const OWNER_LOCK = 'owner.lock';

/**
 * Opens the home of a data directory: `<DATA_DIR>/postgres`. If root runs PostgreSQL as a user who cannot reach that,
 * as with a DATA_DIR in a private home directory, it is `<fallbackRoot>/<hash of DATA_DIR's path>`, and the file
 * `<DATA_DIR>/postgres.location` says so. Only that user and root may enter it.
 * @throws AppError `unavailable` or `busy`, which says what to do.
 */
export function openHome(givenDir: string, fallbackRoot: string, log: (line: string) => void): Home {
  const dataDir = makeDataDir(resolve(givenDir));
  const local = join(dataDir, 'postgres');
  const pointer = join(dataDir, 'postgres.location');
  const found = readPointer(pointer);
  const near = found ?? local;
  const user = chooseRunUser([uidOf(dataDir), uidOf(join(near, 'cluster'))].filter((uid) => uid !== undefined));
  let dir = near;
  if (found === undefined && user.ids && !tryAs(user, 'cd "$1"', [dataDir]).ok) {
    if (existsSync(join(local, 'cluster'))) {
      throw new AppError(
        'unavailable',
        `User "${user.name}", whom PostgreSQL runs as, can no longer reach its database in ${local}: allow it through the directories above (chmod o+x), or give ${dataDir} to another user.`,
      );
    }
    dir = makeFallbackHome(dataDir, pointer, fallbackRoot, user, log);
  }
  makePrivate(dir, user);
  // The path as the processes that work in it see it.
  dir = realpathSync(dir);
  return { dir, clusterDir: join(dir, 'cluster'), dataDir, logFile: join(dataDir, 'postgres.log'), user };
}

/**
 * Makes a directory that only the given user may enter, or makes an existing one so.
 * @throws AppError `unavailable` if it is not a directory, or belongs to another user.
 */
export function makePrivate(dir: string, user: RunUser): void {
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EEXIST') throw new AppError('unavailable', `Cannot make the directory ${dir} (${code})`);
  }
  const stat = lstatSync(dir);
  // Following any link, root could be led to change the owner of anything. A link made by root itself is intended.
  if (
    !stat.isDirectory() &&
    !(stat.isSymbolicLink() && stat.uid === process.getuid?.() && statSync(dir).isDirectory())
  ) {
    throw new AppError('unavailable', `${dir} is not a directory`);
  }
  const real = realpathSync(dir);
  const owner = statSync(real).uid;
  if (user.ids) lchownSync(real, user.ids.uid, user.ids.gid);
  else if (owner !== process.getuid?.()) {
    throw new AppError(
      'unavailable',
      `The database in ${dir} belongs to another user (id ${owner}): run this as that user or as root.`,
    );
  }
  chmodSync(real, 0o700);
}

function makeDataDir(dir: string): string {
  try {
    if (!existsSync(dir)) {
      mkdirSync(dir, { recursive: true });
      // PostgreSQL's user passes through root's directory, and does not read it.
      chmodSync(dir, isRoot() ? 0o711 : 0o700);
    }
    return realpathSync(dir);
  } catch (error) {
    throw new AppError(
      'unavailable',
      `Cannot make or enter DATA_DIR, ${dir} (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}

/** Makes a home outside the data directory, and the pointer to it. */
function makeFallbackHome(
  dataDir: string,
  pointer: string,
  fallbackRoot: string,
  user: RunUser,
  log: (line: string) => void,
): string {
  mkdirSync(fallbackRoot, { recursive: true, mode: 0o755 });
  const dir = join(fallbackRoot, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  if (existsSync(join(dir, 'cluster'))) {
    // The data directory was deleted and made again. The new one starts empty, and we never delete data.
    const lock = tryLock(join(dir, OWNER_LOCK), 'exclusive', user);
    const meanwhile = readPointer(pointer);
    if (meanwhile !== undefined) {
      lock?.release();
      return meanwhile;
    }
    if (!lock) throw new AppError('busy', `A database server still runs for an earlier ${dataDir}: stop it first.`);
    const aside = `${dir}.${Date.now()}`;
    renameSync(dir, aside);
    lock.release();
    log(`The database of an earlier ${dataDir} is kept as ${aside}; delete it if you do not need it`);
  }
  makePrivate(dir, user);
  log(`User "${user.name}" cannot reach ${dataDir}, so the database is kept in ${dir}`);
  const whole = `${pointer}.${process.pid}`;
  writeFileSync(whole, `${dir}\n`);
  try {
    // Unlike a rename, a link does not replace what another process may have put there.
    linkSync(whole, pointer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(whole, { force: true });
  }
  return readPointer(pointer) ?? dir;
}

function readPointer(pointer: string): string | undefined {
  let dir: string;
  try {
    dir = readFileSync(pointer, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AppError('unavailable', `Cannot read ${pointer} (${(error as NodeJS.ErrnoException).code})`);
  }
  if (uidOf(dir) !== undefined) return dir;
  throw new AppError('unavailable', `The database of this data directory is gone: ${pointer} names ${dir}`);
}

/** The owner of a file; undefined if it does not exist or is out of reach. */
function uidOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}
