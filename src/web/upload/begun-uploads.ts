import type { Details } from './details.js';

// Uploads that this browser has begun, so that one goes on when its file is chosen again after a reload.

const KEY = 'debrief-uploads';
/** The server removes an upload that nobody has touched for a day. */
const MAX_AGE_MS = 24 * 3_600_000;

interface Begun {
  readonly uploadId: string;
  /** What was said about the call. */
  readonly details: Details;
  readonly at: number;
}

function readAll(): Record<string, Begun> {
  try {
    const all: Record<string, Begun> = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return Object.fromEntries(Object.entries(all).filter(([, { at }]) => Date.now() - at < MAX_AGE_MS));
  } catch {
    return {};
  }
}

function writeAll(all: Record<string, Begun>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // The browser keeps nothing: then an upload begins anew after a reload.
  }
}

/** What tells a file of a person from others, without reading it. */
export function fingerprintOf(userId: string, { name, size, lastModified }: File): string {
  return [userId, name, size, lastModified].join('/');
}

/** The upload that was begun of a file; null if there is none. */
export function findBegun(fingerprint: string): Begun | null {
  return readAll()[fingerprint] ?? null;
}

/** Remembers an upload that was begun. */
export function rememberBegun(fingerprint: string, uploadId: string, details: Details): void {
  writeAll({ ...readAll(), [fingerprint]: { uploadId, details, at: Date.now() } });
}

/** Forgets an upload: it is done, or given up. */
export function forgetBegun(fingerprint: string): void {
  const { [fingerprint]: _, ...others } = readAll();
  writeAll(others);
}
