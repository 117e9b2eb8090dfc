import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlive, readRunning } from './running-server.js';

export interface EmbeddedState {
  /** Where the cluster is, or would be made. */
  readonly dir: string;
  readonly logFile: string;
  readonly exists: boolean;
  /** The process that runs the server; null when none does. */
  readonly owner: { readonly pid: number; readonly mode: 'serve' | 'join' } | null;
}

/** How the embedded server of a data directory stands; touches nothing. */
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
