import type { FileHandle } from 'node:fs/promises';

/** A file to read headers from. */
export interface ByteReader {
  readonly sizeBytes: number;
  /** Reads so many bytes from a position; fewer where the file ends. */
  at(position: number, length: number): Promise<Buffer>;
}

const WINDOW_BYTES = 64 * 1024;

/** Reads a file through a window, because headers are many small reads next to each other. */
export function createByteReader(file: FileHandle, sizeBytes: number): ByteReader {
  let window = Buffer.alloc(0);
  let start = 0;
  return {
    sizeBytes,
    async at(position, length) {
      if (position < start || position + length > start + window.length) {
        const fresh = Buffer.alloc(Math.max(length, WINDOW_BYTES));
        const { bytesRead } = await file.read(fresh, 0, fresh.length, position);
        window = fresh.subarray(0, bytesRead);
        start = position;
      }
      return window.subarray(position - start, position - start + length);
    },
  };
}
