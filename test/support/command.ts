import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the real command on the suites' database, or on the one that is named. */
export function startCommand(words: readonly string[], databaseUrl: string = inject('databaseUrl')): RunningCommand {
  const child = spawn(process.execPath, ['bin/debrief.js', ...words], {
    env: { ...process.env, DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return {
    process: child,
    ended: output.then(([stdout, stderr]) => ({ code: child.exitCode, stdout, stderr })),
  };
}

export function runCommand(words: readonly string[], databaseUrl?: string): Promise<Ended> {
  return startCommand(words, databaseUrl).ended;
}
