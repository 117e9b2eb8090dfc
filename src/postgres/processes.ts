import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Identifies a process among later ones with the same id, by the tick at which it started (field 22 of
 * /proc/<pid>/stat). Empty if no such process runs. Without /proc it says only that one runs.
 */
export function startTick(pid: number): string {
  if (process.platform !== 'linux') return signal(pid, 0) ? 'running' : '';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name, in parentheses, may itself contain spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/**
 * The PostgreSQL processes of a cluster directory, found by their programs and working directories, not by the pid
 * file. A server and its backends have the cluster as working directory; initdb and a starting server have it in their
 * arguments.
 */
export function postgresProcesses(clusterDir: string): number[] {
  if (process.platform !== 'linux') return namedInPidFile(clusterDir);
  const found: number[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!(pid > 0) || pid === process.pid) continue;
    let args: string[];
    try {
      args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    } catch {
      continue;
    }
    // A backend's command line is its title: "postgres: checkpointer ".
    const program = basename(args[0] ?? '').replace(/:.*/s, '');
    if (program !== 'postgres' && program !== 'initdb') continue;
    if ((args.includes(clusterDir) || workingDir(pid) === clusterDir) && startTick(pid) !== '') found.push(pid);
  }
  return found;
}

/** Sends a signal; returns false if there is no such process. Signal 0 only asks. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' && name === 0;
  }
}

/** Polls a condition every 20 ms. Returns true once it holds, false if it does not within the time. */
export async function waitUntil(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() >= end) return false;
    await sleep(20);
  }
  return true;
}

function workingDir(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** The substitute without /proc: the process that the pid file names, if it is a PostgreSQL of this directory. */
function namedInPidFile(clusterDir: string): number[] {
  const pid = pidFileProcess(clusterDir);
  if (pid === undefined) return [];
  const command = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  return command.includes('postgres') && command.includes(clusterDir) ? [pid] : [];
}

/** The process id on the first line of a cluster's postmaster.pid; undefined if there is none. */
export function pidFileProcess(clusterDir: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
