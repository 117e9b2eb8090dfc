import type { Readable } from 'node:stream';

/** A stored object, as a listing shows it. */
export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** When it was stored, in microseconds since the epoch. */
  readonly storedAt: number;
}

/** A range of bytes, both ends inclusive, as in HTTP. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Stores large objects under keys: local disk, or an S3 API. A key is `folder/name`, each of letters, digits, `-` and `_`,
 * the name at least four. Several processes may share a store. All errors that are not of the caller's making are
 * `unavailable`, and say what failed; a retry may succeed.
 */
export interface ObjectStore {
  /**
   * Stores the bytes under a key, replacing what is there. Resolves when they are durable; until then the key shows
   * what it showed before. If the bytes end in an error, or `signal` aborts, it rejects, and nothing of them is left.
   */
  put(key: string, bytes: Readable, signal?: AbortSignal): Promise<{ readonly sizeBytes: number }>;
  /**
   * The bytes of an object, or of a range within it, read only as fast as they are taken. Destroying the stream releases
   * what it holds. Throws `not_found`.
   */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** The size of an object in bytes; null if there is none. */
  size(key: string): Promise<number | null>;
  /**
   * Copies an object into a new local file, which is only to be read: on the disk that objects are stored on, it may be
   * the stored file itself under another name. Throws `not_found`.
   */
  copyTo(key: string, path: string, signal?: AbortSignal): Promise<void>;
  /** Removes an object; resolves when it is gone, also if there was none. */
  remove(key: string): Promise<void>;
  /** All objects whose keys begin with `prefix` and come after `after`, in order of their keys. */
  list(prefix: string, after?: string): AsyncIterable<StoredObject>;
  /** Removes what writers that were killed left half written more than a day ago. Returns how many there were. */
  sweep(): Promise<number>;
  /** Stores, reads and removes a small object. Throws `unavailable`, saying what does not work and how to mend it. */
  check(): Promise<void>;
  /** Releases connections. */
  close(): Promise<void>;
}
