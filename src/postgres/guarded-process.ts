import { type ChildProcess, spawn } from 'node:child_process';
import { CHILD_ENV, cannotSwitch, type RunUser } from './run-user.js';

/**
 * The shell forks a watcher and then becomes the program, so the process id that we know is the program's. The watcher
 * reads a pipe whose other end only this process holds. When we die, by SIGKILL too, the pipe ends and the watcher
 * stops the program. A line on the pipe says that the program has ended and there is nothing to do. The watcher is
 * forked twice, since PostgreSQL takes the end of an unknown child for a crash. It ignores the signals that an init
 * system sends to every process, so that it is there until the end.
 */
const STOP_ALL = 'kill -s KILL -- -$$';
// In order for 20 s, as stop() does, then forcibly.
const STOP_SERVER = `n=0
  while [ $n -lt 150 ] && kill -s 0 $$; do
    if [ $n -lt 100 ]; then kill -s INT $$; elif [ $n -lt 125 ]; then kill -s QUIT $$; else kill -s KILL $$; fi
    n=$((n + 1))
    sleep 0.2 || sleep 1
  done`;
const script = (stop: string): string => `exec 3<&0
( (
  trap '' HUP INT TERM
  read -r line && exit 0
  ${stop}
) <&3 >/dev/null 2>&1 & )
exec "$@" </dev/null 3<&-`;

/** How a program ended: one of its fields is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that ends with this process. */
export interface GuardedProcess {
  readonly child: ChildProcess;
  /** Resolves when the program has ended; rejects if it could not be started as its user. */
  readonly exited: Promise<Exit>;
}

/** A program to run. */
export interface GuardedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly user: RunUser;
  /** An open file that receives its output. */
  readonly outputFd: number;
  /** What happens when this process has died: a server is shut down in order; a task is killed, with its children. */
  readonly kind: 'server' | 'task';
}

/**
 * Starts a program that does not outlive this process. It has a session of its own, so that a terminal's Ctrl-C reaches
 * only us.
 */
export function spawnGuarded(command: GuardedCommand): GuardedProcess {
  const stop = command.kind === 'server' ? STOP_SERVER : STOP_ALL;
  const child = spawn('/bin/sh', ['-c', script(stop), 'sh', command.program, ...command.args], {
    ...command.user.ids,
    // That user may have no access to our directory.
    cwd: '/',
    env: CHILD_ENV,
    detached: true,
    stdio: ['pipe', command.outputFd, command.outputFd],
  });
  // The watcher may end before it reads the line.
  child.stdin?.on('error', () => {});
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', (error) => reject(cannotSwitch(command.user, error)));
    child.once('exit', (code, signal) => {
      child.stdin?.end('ended\n');
      resolve({ code, signal });
    });
  });
  return { child, exited };
}
