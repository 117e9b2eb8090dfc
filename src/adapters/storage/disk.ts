import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync, open as openFile } from 'node:fs';
import { access, chown, constants, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Clock } from '../../clock.js';
import { NO_ROOM } from '../../disk-room.js';
import { AppError } from '../../errors.js';
import { checkRoundTrip } from './check.js';
import { isKey, soundKey } from './keys.js';
import { writeLocalFile } from './local-file.js';
import type { ObjectStore, StoredObject } from './object-store.js';

/** Where files are written before they are renamed. No key begins with a dot. */
const UNFINISHED = '.unfinished';
/** A name's first characters are a folder, so that no folder holds all objects of an account. */
const FAN_OUT = 2;
const DAY_MS = 86_400_000;
/** Larger than Node's default: each read is a turn of a thread, and each write to a socket a system call. */
const READ_BYTES = 256 * 1024;

/** Opens a file by its number: a stream of one takes less time for each read than a stream of a `FileHandle`. */
const openDescriptor = promisify(openFile);

/**
 * Stores objects as files in a folder, which is made when it is first written to: `FOLDER/NA/NAME` for `FOLDER/NAME`.
 * They belong to this process's user, who alone can read them.
 */
export function createDiskStore(root: string, clock: Clock): ObjectStore {
  const pathOf = (key: string) => {
    const [folder, name] = soundKey(key).split('/') as [string, string];
    return join(root, folder, name.slice(0, FAN_OUT), name);
  };

  const store: ObjectStore = {
    async put(key, bytes, signal) {
      const path = pathOf(key);
      const unfinished = join(root, UNFINISHED, randomUUID());
      try {
        let sizeBytes = 0;
        await pipeline(
          bytes,
          async (chunks: AsyncIterable<Uint8Array>) => {
            sizeBytes = await writeDurably(root, unfinished, chunks);
          },
          { ...(signal && { signal }) },
        );
        signal?.throwIfAborted();
        await onDisk(root, 'write', async () => {
          await makeFolder(root, dirname(path));
          await rename(unfinished, path);
          // The names are durable once their folders are. Another process may have made these a moment ago.
          for (const dir of [dirname(path), dirname(dirname(path)), root]) await syncFolder(dir);
        });
        return { sizeBytes };
      } catch (error) {
        await rm(unfinished, { force: true }).catch(() => {});
        throw error;
      }
    },

    async read(key, range) {
      const path = pathOf(key);
      try {
        const fd = await openDescriptor(path, 'r');
        return createReadStream(path, { fd, ...range, highWaterMark: READ_BYTES });
      } catch (error) {
        if (codeOf(error) === 'ENOENT') throw noSuchObject();
        throw diskError(root, 'read', error);
      }
    },

    async size(key) {
      const path = pathOf(key);
      try {
        return (await stat(path)).size;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null;
        throw diskError(root, 'read', error);
      }
    },

    async copyTo(key, path, signal) {
      signal?.throwIfAborted();
      try {
        // Takes no time and no room, but only works within a file system.
        await link(pathOf(key), path);
      } catch (error) {
        if (codeOf(error) === 'ENOENT' && (await store.size(key)) === null) throw noSuchObject();
        if (codeOf(error) === 'EEXIST') throw error;
        await writeLocalFile(await store.read(key), path, signal);
      }
    },

    async remove(key) {
      const path = pathOf(key);
      await onDisk(root, 'remove from', async () => {
        await rm(path, { force: true });
        await syncFolder(dirname(path)).catch(ignoreMissing);
      });
    },

    list: (prefix, after = '') => listFiles(root, prefix, after),

    async sweep() {
      const dir = join(root, UNFINISHED);
      const before = clock.now() / 1000 - DAY_MS;
      let swept = 0;
      for (const name of await namesIn(root, dir)) {
        const found = await stat(join(dir, name)).catch(ignoreMissing);
        if (found === undefined || found.mtimeMs > before) continue;
        await onDisk(root, 'remove from', () => rm(join(dir, name), { force: true }));
        swept++;
      }
      return swept;
    },

    async check() {
      // Where nothing is stored yet, nothing is made: the folder must belong to the user that serves.
      if ((await stat(root).catch(ignoreMissing)) !== undefined) await checkRoundTrip(store);
      else await onDisk(root, 'make', () => access(nearestFolder(root), constants.W_OK));
    },
    close: async () => {},
  };
  return store;
}

/** Writes a file and waits until it is on the disk. Returns its size in bytes. Errors of `chunks` are passed on. */
async function writeDurably(root: string, path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await onDisk(root, 'write', async () => {
    await makeFolder(root, dirname(path));
    const made = await open(path, 'wx', 0o600);
    await giveToOwner(root, (uid, gid) => made.chown(uid, gid));
    return made;
  });
  let sizeBytes = 0;
  try {
    for await (const chunk of chunks) {
      await onDisk(root, 'write', () => file.writeFile(chunk));
      sizeBytes += chunk.length;
    }
    await onDisk(root, 'write', () => file.sync());
  } finally {
    await file.close();
  }
  return sizeBytes;
}

/** Makes a folder below the root, and the root. */
async function makeFolder(root: string, dir: string): Promise<void> {
  if (dir === root) {
    await mkdir(root, { recursive: true, mode: 0o700 });
    return;
  }
  await makeFolder(root, dirname(dir));
  try {
    await mkdir(dir, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    throw error;
  }
  await giveToOwner(root, (uid, gid) => chown(dir, uid, gid));
}

/** What root makes belongs to the folder's owner: a command that is run by root must not lock out the server's user. */
async function giveToOwner(root: string, give: (uid: number, gid: number) => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(root);
  if (uid !== 0) await give(uid, gid);
}

async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** All objects in order: a folder's names, with the `/` that a key has there, sort as the keys in it do. */
async function* listFiles(root: string, prefix: string, after: string): AsyncGenerator<StoredObject> {
  const mayHold = (beginning: string) =>
    (beginning.startsWith(prefix) || prefix.startsWith(beginning)) &&
    (beginning > after || after.startsWith(beginning));
  for (const folder of (await namesIn(root, root)).map((name) => `${name}/`).sort()) {
    if (folder.startsWith('.') || !mayHold(folder)) continue;
    for (const part of (await namesIn(root, join(root, folder))).sort()) {
      if (!mayHold(folder + part)) continue;
      for (const name of (await namesIn(root, join(root, folder, part))).sort()) {
        const key = folder + name;
        if (!isKey(key) || !key.startsWith(prefix) || key <= after) continue;
        const found = await stat(join(root, folder, part, name)).catch(ignoreMissing);
        if (found?.isFile()) yield { key, sizeBytes: found.size, storedAt: Math.round(found.mtimeMs * 1000) };
      }
    }
  }
}

/** The names in a folder; none if there is no such folder. */
async function namesIn(root: string, dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw diskError(root, 'read', error);
  }
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function nearestFolder(dir: string): string {
  return existsSync(dir) ? dir : nearestFolder(dirname(dir));
}

async function onDisk<T>(root: string, verb: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw diskError(root, verb, error);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function noSuchObject(): AppError {
  return new AppError('not_found', 'There is no such object.');
}

const REASONS: Record<string, string> = {
  ...NO_ROOM,
  EROFS: 'the file system is read-only: mount it for writing',
  EACCES: 'its permissions do not allow it: give the folder to the user that runs Debrief',
  EPERM: 'its permissions do not allow it: give the folder to the user that runs Debrief',
  ENOTDIR: 'a part of this path is not a folder: remove it, or set another DATA_DIR',
};

function diskError(root: string, verb: string, error: unknown): AppError {
  const code = codeOf(error) ?? (error as Error).message;
  return new AppError(
    'unavailable',
    `Cannot ${verb} the recordings in ${root} (${code}): ${REASONS[code] ?? 'see its disk'}.`,
  );
}
