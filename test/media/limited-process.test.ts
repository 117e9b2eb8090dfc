import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runLimited } from '#debrief/adapters/media/limited-process.js';
import { useFolders } from './media-suite.js';

const folders = useFolders();

function shell(script: string, signal = new AbortController().signal, cpuSeconds = 60, onLine = (_: string) => {}) {
  return runLimited({
    program: '/bin/sh',
    args: ['-c', script],
    limits: { cpuSeconds, fileBytes: 10_240 },
    signal,
    onLine,
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(20);
}

test('a program that ends says how, and what it said last', async () => {
  expect(await shell('echo so >&2; exit 3')).toMatchObject({ code: 3, errors: 'so\n' });
});

test('time and output have limits', async () => {
  expect((await shell('while :; do :; done', undefined, 1)).code).toBeNull();
  const file = join(folders.fresh(), 'file');
  expect((await shell(`trap '' XFSZ; exec head -c 100000 /dev/zero > ${file}`)).code).not.toBe(0);
  expect(statSync(file).size).toBeLessThanOrEqual(10_240);
});

test('it has lower priority, and none of our environment', async () => {
  process.env.DEBRIEF_TEST_SECRET = 'secret';
  const lines: string[] = [];
  await shell('nice; env', undefined, 60, (line) => lines.push(line));
  delete process.env.DEBRIEF_TEST_SECRET;
  expect(Number(lines[0])).toBeGreaterThanOrEqual(10);
  expect(lines.join()).not.toContain('secret');
});

test('an abort kills it and what it started', async () => {
  const abort = new AbortController();
  const pids: number[] = [];
  const running = shell('sleep 600 & echo $!; echo $$; wait', abort.signal, 60, (line) => {
    if (pids.push(Number(line)) === 2) abort.abort(new Error('enough'));
  });
  await expect(running).rejects.toThrow('enough');
  await Promise.all(pids.map(gone));
});

test('it does not outlive this process, even if that is killed', async () => {
  const script = 'sleep 600 & echo $!; echo $$; wait';
  const parent = spawn(process.execPath, ['test/media/outliving.js', '/bin/sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of parent.stdout) {
    said += chunk;
    if (said.split('\n').length === 3) break;
  }
  const pids = said.trim().split('\n').map(Number);
  expect(pids.map(isAlive)).toEqual([true, true]);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await Promise.all(pids.map(gone));
});
