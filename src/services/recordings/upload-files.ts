import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { NO_ROOM } from '../../disk-room.js';
import { AppError } from '../../errors.js';

// The bytes of uploads that are not whole yet, each in a file that grows. Its size is how far the upload is: nothing else
// is believed. A writer writes at places of its own and not at the end, so that a slow one whose client has resumed
// elsewhere writes what is there already.

/** The file of an upload. Its name is an id that we made. */
function uploadPath(dir: string, uploadId: string): string {
  return join(dir, uploadId);
}

/** Makes the empty file of an upload. */
export async function createUploadFile(dir: string, uploadId: string): Promise<void> {
  await onDisk(dir, async () => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await (await open(uploadPath(dir, uploadId), 'wx', 0o600)).close();
  });
}

/** How many bytes of an upload are here; null if this machine does not have it. */
export async function uploadedBytes(dir: string, uploadId: string): Promise<number | null> {
  try {
    return (await stat(uploadPath(dir, uploadId))).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw diskError(dir, error);
  }
}

/**
 * Writes bytes at a place of an upload, up to its size. Resolves when they are on the disk. Those that came before the
 * bytes broke off are kept. Throws `too_large` for more bytes than the upload has, and the error in which they end.
 */
export async function writeUpload(
  dir: string,
  uploadId: string,
  { offset, sizeBytes }: { readonly offset: number; readonly sizeBytes: number },
  bytes: Readable,
): Promise<void> {
  const file = await onDisk(dir, () => open(uploadPath(dir, uploadId), 'r+'));
  try {
    let at = offset;
    for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (at + chunk.length > sizeBytes)
        throw new AppError('too_large', `There are more bytes than Upload-Length, ${sizeBytes}.`);
      await onDisk(dir, () => writeAll(file, chunk, at));
      at += chunk.length;
    }
  } finally {
    // What is not taken is read and discarded: a client that only sends would never see why it is refused.
    bytes.resume();
    await onDisk(dir, () => file.datasync()).finally(() => file.close());
  }
}

async function writeAll(file: FileHandle, chunk: Buffer, at: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    written += (await file.write(chunk, written, chunk.length - written, at + written)).bytesWritten;
  }
}

/** The bytes of an upload. */
export function readUpload(dir: string, uploadId: string): Readable {
  return createReadStream(uploadPath(dir, uploadId));
}

/** Removes the file of an upload. */
export async function removeUploadFile(dir: string, uploadId: string): Promise<void> {
  await onDisk(dir, () => rm(uploadPath(dir, uploadId), { force: true }));
}

/** The ids of all uploads that have a file here. */
export async function uploadsHere(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).filter((name) => /^[0-9a-f-]{36}$/.test(name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw diskError(dir, error);
  }
}

async function onDisk<T>(dir: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw diskError(dir, error);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function diskError(dir: string, error: unknown): AppError {
  const code = codeOf(error) ?? (error as Error).message;
  const todo = NO_ROOM[code] ?? 'see that Debrief may write there';
  return new AppError('unavailable', `The upload cannot be kept in ${dir} (${code}): ${todo}.`);
}
