import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { inject } from 'vitest';

export interface CommandResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedCommand {
  readonly process: ChildProcess;
  readonly ended: Promise<CommandResult>;
}

/**
 * Starts the real command, on the shared database unless told otherwise; no setting of ours is inherited. Calls are not
 * summarised unless `settings` say so: that would change them once more after their analysis.
 */
export function startCommand(
  words: readonly string[],
  settings: Record<string, string> = { DATABASE_URL: inject('databaseUrl') },
  input?: string,
  cwd?: string,
): StartedCommand {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [resolve('bin/debrief.js'), ...words], {
    ...(cwd !== undefined && { cwd }),
    env: { PATH, HOME, PORT: '0', SUMMARY: 'none', ...settings },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  const out = { stdout: '', stderr: '' };
  child.stdout!.setEncoding('utf8').on('data', (text) => {
    out.stdout += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    out.stderr += text;
  });
  return { process: child, ended: once(child, 'close').then(() => ({ code: child.exitCode, ...out })) };
}

export function runCommand(
  words: readonly string[],
  settings?: Record<string, string>,
  input?: string,
): Promise<CommandResult> {
  return startCommand(words, settings, input).ended;
}
