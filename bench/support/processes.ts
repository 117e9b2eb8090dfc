import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// Processes that are measured, and their figures as Linux reports them.

/** A running server process. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Why it exited by itself: the most informative line of its last output. Null while it runs. */
  fate(): string | null;
  stop(): Promise<void>;
}

/** Options of a server process. */
export interface ServerOptions {
  readonly env?: Record<string, string>;
  readonly execArgv?: readonly string[];
}

const COMMAND = fileURLToPath(new URL('../../../bin/debrief.js', import.meta.url));

/**
 * Starts our own server, with its defaults but without workers unless `env` sets their number. Its log is discarded.
 */
export function startDebrief(databaseUrl: string, { env, execArgv }: ServerOptions = {}): Promise<Server> {
  const options = { env: { DATABASE_URL: databaseUrl, PORT: '0', WORKERS: '0', ...env }, execArgv: execArgv ?? [] };
  return startServer(COMMAND, ['serve'], options);
}

/** Runs a command of the build to its end. Returns the JSON that it prints. Throws its error output if it fails. */
export async function runDebrief(args: readonly string[], databaseUrl: string): Promise<Record<string, string>> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args], { env });
  return JSON.parse(stdout);
}

/** Starts a program of `bench/baseline/`, which prints "listens on URL" to standard error. */
export function startBaseline(name: string, options: ServerOptions = {}): Promise<Server> {
  return startServer(baselinePath(name), [], options);
}

const baselinePath = (name: string) => fileURLToPath(new URL(`../baseline/${name}.js`, import.meta.url));

async function startServer(path: string, args: string[], { env, execArgv }: ServerOptions): Promise<Server> {
  const child = fork(path, args, {
    env: { ...process.env, ...env },
    execArgv: [...(execArgv ?? [])],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const said = listen(child);
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr!.on('data', () => {
      const found = /listens on (http:\S+)/.exec(said());
      if (found) resolve(found[1]!);
    });
    child.once('exit', () => reject(new Error(`${path} ended: ${said()}`)));
  });
  return asServer(child, url, said);
}

/** Starts a program that is not a Node script. It must soon accept connections at `url`. */
export async function startProgram(path: string, args: string[], url: string): Promise<Server> {
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const server = asServer(child, url, listen(child));
  for (;;) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return server;
    if (server.fate() !== null) throw new Error(`${path} ended: ${server.fate()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Collects the last output of a process. */
function listen(child: ChildProcess): () => string {
  let said = '';
  child.stderr!.on('data', (text) => {
    said = (said + text).slice(-20_000);
  });
  return () => said;
}

function asServer(child: ChildProcess, url: string, said: () => string): Server {
  const ended = once(child, 'exit');
  let told = false;
  const fate = () => {
    if (told || (child.exitCode === null && child.signalCode === null)) return null;
    return (
      /(heap out of memory|Invalid string length|Cannot create a string.*)/.exec(said())?.[0] ?? said().slice(-300)
    );
  };
  return {
    url,
    pid: child.pid!,
    fate,
    async stop() {
      told = true;
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Runs a program of `bench/baseline/` to its end. Returns the result that it sent to its parent. */
export async function runBaseline<Result>(name: string, env: Record<string, string> = {}): Promise<Result> {
  const child = fork(baselinePath(name), [], { env: { ...process.env, ...env } });
  let result: Result | undefined;
  child.on('message', (message) => {
    result = message as Result;
  });
  const [code] = await once(child, 'exit');
  if (result === undefined) throw new Error(`${name} ended with ${code} and no result`);
  return result;
}

interface Measured {
  readonly pid: number;
}

const TICKS_PER_SECOND = 100;

/** CPU time that a process has used so far, in seconds, including its threads but not its children. */
export function cpuSeconds({ pid }: Measured): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The running processes that a process has started. */
export function childrenOf({ pid }: Measured): Measured[] {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return pids.map((each) => ({ pid: Number(each) }));
}

/** The maximum memory that a process has held since `resetPeak`, in bytes. */
export function peakBytes({ pid }: Measured): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}

/** Resets the peak memory of a process (proc(5), clear_refs). */
export function resetPeak({ pid }: Measured): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
