import { type ChildProcess, spawn } from 'node:child_process';
import { CHILD_ENV, cannotSwitch, type RunUser } from './run-user.js';

/**
 * The shell forks a watcher and then becomes the program (so the process id we know is the program's). The
 * watcher reads a pipe whose other end only this process holds: when we die, by SIGKILL too, the pipe ends
 * and it stops the program. A line on the pipe says that the program has ended and there is nothing to do. It
 * is forked twice, since PostgreSQL takes the end of a child it does not know for a crash, and it shrugs off
 * the signals an init system sends to everyone, so as to be there until the end.
 */
const STOP_ALL = 'kill -s KILL -- -$$';
// In order for 20 s, as stop() does, then less so.
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

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GuardedProcess {
  readonly child: ChildProcess;
  /** Settles when the program has ended. */
  readonly exited: Promise<Exit>;
}

export interface GuardedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly user: RunUser;
  /** Where what it prints goes: an open file. */
  readonly outputFd: number;
  /** What happens when this process is gone: a server shuts down in good order; all else is killed, children included. */
  readonly kind: 'server' | 'task';
}

/** Starts a program that does not outlive this process, in a session of its own: a terminal's Ctrl-C is for us alone. */
export function spawnGuarded(command: GuardedCommand): GuardedProcess {
  const stop = command.kind === 'server' ? STOP_SERVER : STOP_ALL;
  const child = spawn('/bin/sh', ['-c', script(stop), 'sh', command.program, ...command.args], {
    ...command.user.ids,
    // Wherever we stand may be closed to that user.
    cwd: '/',
    env: CHILD_ENV,
    detached: true,
    stdio: ['pipe', command.outputFd, command.outputFd],
  });
  // The watcher may be gone before the word that it may go.
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
