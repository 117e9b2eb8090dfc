import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppError } from '../../errors.js';

/**
 * The shell forks a watcher and then becomes the program. The watcher reads a pipe whose other end only this process
 * holds: when we die, by SIGKILL too, the pipe ends, and the watcher kills the program with all that it started.
 */
const SCRIPT = `exec 3<&0
( trap '' HUP INT TERM; read -r line; kill -s KILL -- -$$ ) <&3 >/dev/null 2>&1 &
exec nice -n 10 "$@" </dev/null 3<&-`;

/** More than words and times of a day's speech take. */
const MAX_OUTPUT_BYTES = 64 * 1024 ** 2;
const ERROR_TAIL = 2000;
/** Node fires longer timers at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** What a shell, and `nice`, answer for a program that is not there or cannot be executed. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** A program to run. */
export interface EngineCommand {
  /** What errors call it. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Where it puts temporary files. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly maxSeconds: number;
  readonly signal: AbortSignal;
  /** Called with each line of output, as it comes. */
  readonly onLine?: (line: string) => void;
}

/** The error of a program that ended with a status other than 0. */
export class EngineFailure extends AppError {
  /** The exit status; null if a signal ended it. */
  readonly status: number | null;

  constructor(message: string, status: number | null) {
    super('unavailable', message);
    this.status = status;
  }
}

/**
 * Runs a program below the priority of everything else, and returns its output. It and all that it started are gone
 * when this settles, and when this process dies.
 * @throws EngineFailure if it fails, is missing, writes more than 64 MB or takes too long. The reason of `signal`, if it
 *   aborted.
 */
export async function runEngine(command: EngineCommand): Promise<string> {
  const { name, program, args, folder, environment, maxSeconds, signal, onLine } = command;
  signal.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', program, ...args], {
    env: { ...environment, TMPDIR: folder },
    // A group of its own, so that all that it starts can be killed with it.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const killAll = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // Nobody is left.
    }
  };
  let problem: string | null = null;
  const stop = (why: string) => {
    problem ??= why;
    killAll();
  };
  const late = () => stop(`took longer than ${Math.ceil(maxSeconds)} seconds`);
  const timer = setTimeout(late, Math.min(maxSeconds * 1000, MAX_TIMER_MS));
  signal.addEventListener('abort', killAll, { once: true });
  const chunks: string[] = [];
  let bytes = 0;
  let line = '';
  let errorTail = '';
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    bytes += Buffer.byteLength(chunk);
    if (bytes > MAX_OUTPUT_BYTES) return stop('wrote more than 64 MB');
    chunks.push(chunk);
    if (onLine === undefined) return;
    const lines = (line + chunk).split('\n');
    line = lines.pop()!;
    for (const each of lines) onLine(each);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errorTail = (errorTail + chunk).slice(-ERROR_TAIL);
  });
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      // The watcher, and whatever the program left behind.
      child.on('exit', killAll);
      child.on('close', resolve);
    });
    signal.throwIfAborted();
    if (problem !== null) throw new EngineFailure(`${name} ${problem}.`, null);
    if (status === 0) return chunks.join('');
    const said = errorTail.trim().split('\n').at(-1)!.slice(0, 300);
    throw new EngineFailure(`${name} ${endOf(status, child.signalCode)}${said === '' ? '' : `: ${said}`}`, status);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', killAll);
  }
}

/** Whether there is such a program. */
export async function isProgram(program: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const child = spawn('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', program], { env: environment, stdio: 'ignore' });
  const [status] = await once(child, 'exit');
  return status === 0;
}

function endOf(status: number | null, signalName: NodeJS.Signals | null): string {
  if (status === NOT_FOUND) return 'was not found';
  if (status === NOT_EXECUTABLE) return 'cannot be executed';
  return status === null ? `was ended by ${signalName}` : `failed with status ${status}`;
}
