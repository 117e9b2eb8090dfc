import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { AppError } from '../errors.js';

/** The user that PostgreSQL runs as. */
export interface RunUser {
  readonly name: string;
  /** Set if it is not this process's own user, which is then root. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
}

/** The environment of every child process. It has nothing of ours (PGDATA, PGOPTIONS, LD_PRELOAD, secrets). */
export const CHILD_ENV = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Whether this process runs as root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Chooses the user that PostgreSQL runs as. PostgreSQL refuses to run as root. Root therefore runs it as the first of
 * these that has an account, which initdb looks up: the owners of the given files in order, `postgres`, `nobody`. Any
 * other user runs it as themselves.
 * @throws AppError `unavailable` if there is no such user.
 */
export function chooseRunUser(ownerUids: readonly number[]): RunUser {
  if (!isRoot()) return { name: ownName(), ids: undefined };
  for (const key of [...ownerUids.filter((uid) => uid !== 0).map(String), 'postgres', 'nobody']) {
    const account = lookUp(key);
    if (account && account.uid !== 0) return { name: account.name, ids: { uid: account.uid, gid: account.gid } };
  }
  throw new AppError(
    'unavailable',
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as: start Debrief as an ordinary user.',
  );
}

/** Runs a short shell script as that user, to see whether it can. `$1` and so on are the arguments. */
export function tryAs(user: RunUser, script: string, args: readonly string[]): { ok: boolean; output: string } {
  const run = spawnSync('/bin/sh', ['-c', script, 'sh', ...args], {
    ...user.ids,
    cwd: '/',
    env: CHILD_ENV,
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (run.error) throw cannotSwitch(user, run.error);
  return { ok: run.status === 0, output: `${run.stdout}${run.stderr}`.trim() };
}

/** The error for a user that a process could not be started as. */
export function cannotSwitch(user: RunUser, error: Error): AppError {
  return new AppError('unavailable', `Cannot start a process as user "${user.name}": ${error.message}`);
}

function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    throw new AppError(
      'unavailable',
      `User id ${process.getuid?.()} has no entry in /etc/passwd, which PostgreSQL needs: add one, or set DATABASE_URL.`,
    );
  }
}

/** Finds an account by name or number. */
function lookUp(key: string): { name: string; uid: number; gid: number } | undefined {
  // getent also finds the accounts of a directory service.
  const found = spawnSync('getent', ['passwd', key], { env: CHILD_ENV, encoding: 'utf8' });
  const lines = (found.error ? readFileSync('/etc/passwd', 'utf8') : found.stdout).split('\n');
  for (const line of lines) {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    if (name === key || uid === key) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}
