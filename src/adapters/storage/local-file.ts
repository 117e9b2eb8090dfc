import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes bytes into a new file. If that fails or is aborted, nothing is left of it. */
export async function writeLocalFile(bytes: Readable, path: string, signal?: AbortSignal): Promise<void> {
  let isOurs = false;
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 }).once('open', () => {
    isOurs = true;
  });
  try {
    await pipeline(bytes, file, { ...(signal && { signal }) });
  } catch (error) {
    if (isOurs) await rm(path, { force: true });
    throw error;
  }
}
