import { spawn } from 'node:child_process';

/** What a program may use. */
export interface ProcessLimits {
  readonly cpuSeconds: number;
  /** Of each file that it writes. */
  readonly fileBytes: number;
}

/** A program to run within limits. */
export interface LimitedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly limits: ProcessLimits;
  /** Ends the program, and all that it started, at once. */
  readonly signal: AbortSignal;
  /** Called with each line of its standard output. */
  readonly onLine?: (line: string) => void;
}

/** How a program ended. */
export interface ProcessEnd {
  /** Null if a signal ended it. */
  readonly code: number | null;
  /** Whether a limit ended it. */
  readonly isOverLimit: boolean;
  /** The last of what it wrote to its standard error. */
  readonly errors: string;
}

const MEMORY_KILOBYTES = 2 * 1024 * 1024;
/** A program that waits, say for a disk that is gone, uses no CPU time. */
const WALL_PER_CPU = 20;
const ERRORS_LENGTH = 8_000;

/**
 * The shell sets the limits, forks a watcher and becomes the program. The watcher reads a pipe whose other end only this
 * process holds: when this process dies, by SIGKILL too, it kills the program's process group. A line on the pipe says
 * that the program has ended. macOS knows no limit of memory.
 */
const SCRIPT = `ulimit -v ${MEMORY_KILOBYTES} 2>/dev/null
# At the soft limit a program is told by SIGXCPU: by SIGKILL, it could not be told from one that somebody killed.
ulimit -c 0; ulimit -S -t "$1"; ulimit -H -t $(($1 + 5)); ulimit -f "$2"
shift 2
exec 3<&0
( (
  trap '' HUP INT TERM
  read -r line && exit 0
  kill -s KILL -- -$$
) <&3 >/dev/null 2>&1 & )
exec nice -n 10 "$@" </dev/null 3<&-`;

/**
 * Runs a program with limits on its time, memory and output, at a lower priority than ours.
 * @throws the reason of `signal`, if it aborted; the error of the system if no process can be started.
 */
export async function runLimited(command: LimitedCommand): Promise<ProcessEnd> {
  const { program, args, limits, signal } = command;
  signal.throwIfAborted();
  const fileBlocks = Math.ceil(limits.fileBytes / 512);
  const cpuSeconds = Math.ceil(limits.cpuSeconds);
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', `${cpuSeconds}`, `${fileBlocks}`, program, ...args], {
    // A group of its own, so that all of it can be killed. No settings and secrets of ours reach it.
    detached: true,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  let line = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-ERRORS_LENGTH);
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (line + text).split('\n');
    line = lines.pop()!.slice(-ERRORS_LENGTH);
    for (const each of lines) command.onLine?.(each);
  });
  // The watcher may end before it reads the line.
  child.stdin.on('error', () => {});
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL');
    }
  };
  let isOverLimit = false;
  const timer = setTimeout(
    () => {
      isOverLimit = true;
      kill();
    },
    cpuSeconds * WALL_PER_CPU * 1000,
  );
  signal.addEventListener('abort', kill);
  try {
    const [code, endedBy] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => child.stdin.end('ended\n'));
      child.once('close', (...end) => resolve(end));
    });
    signal.throwIfAborted();
    isOverLimit ||= endedBy === 'SIGXCPU' || endedBy === 'SIGXFSZ';
    return { code, isOverLimit, errors };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  }
}
