import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What tells a process from a later one with the same id: the tick it started at (field 22 of its stat line).
 * Empty when no such process runs.
 */
export function startTick(pid: number): string {
  if (process.platform !== 'linux') return signal(pid, 0) ? 'running' : '';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name, in parentheses, may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/**
 * The PostgreSQL processes that work on a cluster directory, by what they are and where they stand, not by what
 * a pid file says: a server and its backends stand in the directory, initdb and a server that starts name it.
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

/** Sends a signal; false when there is no such process. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' && name === 0;
  }
}

/** Asks until it holds; false when the time is over first. */
export async function until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
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

/** Without /proc: the process its pid file names, if that is a PostgreSQL on this directory. */
function namedInPidFile(clusterDir: string): number[] {
  const pid = pidFileProcess(clusterDir);
  if (pid === undefined) return [];
  const command = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  return command.includes('postgres') && command.includes(clusterDir) ? [pid] : [];
}

/** The process id on the first line of a cluster's postmaster.pid. */
export function pidFileProcess(clusterDir: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
