import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

// `debrief/client` as another project imports it: by the package's exports, its types from the declarations.

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'debrief-client-'));
  await mkdir(join(dir, 'node_modules'));
  await symlink(process.cwd(), join(dir, 'node_modules', 'debrief'));
  await writeFile(join(dir, 'package.json'), '{"type":"module"}');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const LOAD = `
import { ApiError, createClient, type Cursor } from 'debrief/client';

const client = createClient({ baseUrl: 'http://127.0.0.1:9', username: 'u', password: 'p', retry: { attempts: 1 } });
const cursor: Cursor = { since: '2026-01-01T00:00Z' };
export async function load(store: (ids: string[], cursor: Cursor) => Promise<void>): Promise<void> {
  for await (const { entries, cursor: end } of client.feeds.calls({ ...cursor, include_transcripts: true }).pages()) {
    await store(entries.map((call) => call.id), end);
    // @ts-expect-error no such field
    entries[0]?.identifier;
  }
}
console.log(typeof ApiError, await load(async () => {}).catch((error: Error) => error.name));
`;

test("another project's compiler and Node find it", { timeout: 60_000 }, async () => {
  await writeFile(join(dir, 'load.ts'), LOAD);
  const options = ['--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom,dom.asynciterable', '--strict'];
  const compiler = join(process.cwd(), 'node_modules', 'typescript', 'bin', 'tsc');
  const compiled = spawnSync(process.execPath, [compiler, ...options, '--types', '', 'load.ts'], { cwd: dir });
  expect(compiled.stdout.toString()).toBe('');
  expect(compiled.status).toBe(0);
  const ran = spawnSync(process.execPath, ['load.js'], { cwd: dir, encoding: 'utf8' });
  expect(ran.stderr).toBe('');
  expect(ran.stdout).toBe('function TypeError\n');
});

test('it loads nothing of Node, and of ours only contracts and rules', () => {
  const loader = `export async function resolve(specifier, context, next) {
    const found = await next(specifier, context);
    process._rawDebug(found.url);
    return found;
  }`;
  const script = `
    import { register } from 'node:module';
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(loader)}`)});
    await import('debrief/client');`;
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: dir, encoding: 'utf8' });
  expect(ran.status, ran.stderr).toBe(0);
  const loaded = ran.stderr.split('\n').filter((line) => /^(node|file):/.test(line));
  const ours = loaded.map((url) => /\/dist\/(\w+)\//.exec(url)?.[1] ?? url.replace(/.*\/node_modules\//, ''));
  const folders = [...new Set(ours.map((url) => url.split('/', 1)[0]))];
  expect(folders.sort()).toEqual(['client', 'contract', 'rules', 'typebox']);
});

test('what is packed has what runs, and is all that another project installs', () => {
  const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
  expect(packed.status, packed.stderr).toBe(0);
  const [{ files }] = JSON.parse(packed.stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  const needed = ['dist/client/index.js', 'dist/client/index.d.ts', 'dist/main.js', 'migrations/0001_accounts.sql'];
  for (const each of ['package.json', 'LICENSE', 'README.md', 'bin/debrief.js', ...needed])
    expect(paths).toContain(each);
  expect(paths.filter((path) => /^(test|src|bench)\/|\.test\./.test(path))).toEqual([]);
});
