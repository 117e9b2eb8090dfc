import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureChromium } from '../../scripts/ensure-chromium.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'debrief-chromium-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, script = ''): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}`);
  chmodSync(path, 0o755);
  return path;
}

test('the Chromium that is named is taken, or refused where it is none', () => {
  program('chromium');
  const named = program('mine');
  expect(ensureChromium({ CHROMIUM_PATH: named, PATH: folder }, false)).toBe(named);
  expect(() => ensureChromium({ CHROMIUM_PATH: join(folder, 'gone'), PATH: folder }, true)).toThrow(
    `CHROMIUM_PATH names ${join(folder, 'gone')}, which is no program.`,
  );
});

test('one that is installed is found', () => {
  const installed = program('google-chrome');
  expect(ensureChromium({ PATH: `/nowhere:${folder}` }, false)).toBe(installed);
});

test('Debian’s is installed where that is allowed, and only there', () => {
  // `flock FILE sh -c …` without the lock, in a world that has nothing but this folder.
  program('flock', 'shift; shift; exec /bin/sh "$@"');
  const path = join(folder, 'chromium');
  program('apt-get', `if [ "$1" = install ]; then echo > '${path}'; /bin/chmod 755 '${path}'; fi`);
  expect(() => ensureChromium({ PATH: folder }, false)).toThrow(/^Chromium is missing: install it .*CHROMIUM_PATH/);
  expect(ensureChromium({ PATH: folder }, true)).toBe(path);
});

test('an installation that fails is told', () => {
  program('flock', 'shift; shift; exec /bin/sh "$@"');
  program('apt-get', 'exit 100');
  expect(() => ensureChromium({ PATH: folder }, true)).toThrow('apt-get could not install it');
});

test('as a command, it prints the path, or one line and fails', () => {
  const chromium = program('chromium');
  const run = (env: Record<string, string>) =>
    spawnSync(process.execPath, ['scripts/ensure-chromium.js'], { env, encoding: 'utf8' });
  expect(run({ PATH: folder })).toMatchObject({ status: 0, stdout: `${chromium}\n` });
  const refused = run({ PATH: folder, CHROMIUM_PATH: '/nowhere' });
  expect([refused.status, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toBe('CHROMIUM_PATH names /nowhere, which is no program.\n');
});
