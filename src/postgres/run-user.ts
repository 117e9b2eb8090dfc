import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { AppError } from '../errors.js';

/** Whom PostgreSQL runs as. */
export interface RunUser {
  readonly name: string;
  /** Set when that is not this process's own user, which then is root. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
}

/** What every child process gets: nothing of our environment (PGDATA, PGOPTIONS, LD_PRELOAD, secrets). */
export const CHILD_ENV = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/',
  LC_ALL: 'C',
  TZ: 'UTC',
};

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * PostgreSQL refuses to run as root. So root runs it as the first of these that has an account (initdb looks it
 * up): the owners of the given files in their order, `postgres`, `nobody`. Anyone else runs it as themselves.
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

/** Runs a short shell script as that user, to see whether it can: `$1` and so on are the arguments. */
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

/** An account by name or number. */
function lookUp(key: string): { name: string; uid: number; gid: number } | undefined {
  // getent also knows the accounts of a directory service.
  const found = spawnSync('getent', ['passwd', key], { env: CHILD_ENV, encoding: 'utf8' });
  const lines = (found.error ? readFileSync('/etc/passwd', 'utf8') : found.stdout).split('\n');
  for (const line of lines) {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    if (name === key || uid === key) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}
