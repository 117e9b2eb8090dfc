import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlive, readRunning } from './running-server.js';

/** The state of a data directory's embedded server. */
export interface EmbeddedState {
  /** Where the cluster is, or would be made. */
  readonly dir: string;
  readonly logFile: string;
  readonly exists: boolean;
  /** The process that runs the server; null if none does. */
  readonly owner: { readonly pid: number; readonly mode: 'serve' | 'join' } | null;
}

/** Reads the state of a data directory's embedded server, and changes nothing. */
export function inspectEmbedded(givenDir: string): EmbeddedState {
  const dataDir = resolve(givenDir);
  const dir = pointed(join(dataDir, 'postgres.location')) ?? join(dataDir, 'postgres');
  const running = readRunning(dir);
  const owner = running && isAlive(running) ? { pid: running.ownerPid, mode: running.mode } : null;
  return { dir, logFile: join(dataDir, 'postgres.log'), exists: existsSync(join(dir, 'cluster')), owner };
}

function pointed(pointer: string): string | null {
  try {
    return readFileSync(pointer, 'utf8').trim();
  } catch {
    return null;
  }
}
