import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { cleanUp, gone, memoryDir, type Opener, open, processesInGroup, query } from './opener.js';

afterEach(cleanUp);

it('kills a task and its children at once, which initdb would otherwise finish', async () => {
  const script = `
    import { spawnGuarded } from '#debrief/postgres/guarded-process.js';
    const { child } = spawnGuarded({
      program: '/bin/sh', args: ['-c', 'sh -c "sleep 60; true" & sleep 60; true'],
      user: { name: 'self', ids: undefined }, outputFd: 2, kind: 'task',
    });
    console.log(child.pid);`;
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
  const group = Number(line.toString());
  const running = () => processesInGroup(group).length;
  // The task, its two children and the one child's child, and the watcher.
  for (const end = Date.now() + 5_000; running() < 5 && Date.now() < end; ) await sleep(20);
  expect(running()).toBe(5);
  parent.kill('SIGKILL');
  for (const end = Date.now() + 2_000; running() > 0 && Date.now() < end; ) await sleep(20);
  expect(running()).toBe(0);
});

it.for(Array.from({ length: 10 }, (_, n) => n * 120 + Math.floor(Math.random() * 120)))(
  'leaves nothing behind when killed %i ms into a first start',
  async (delay) => {
    const dir = memoryDir();
    const first = open(dir);
    await sleep(delay);
    await first.kill();
    await gone(dir);

    const second = open(dir);
    const { connection } = await second.ready();
    expect(await query(connection, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    expect(readdirSync(join(dir, 'postgres')).filter((name) => name.startsWith('cluster'))).toEqual(['cluster']);
    await second.kill();
    await gone(dir);
  },
);

it('keeps every commit through ten kills', async () => {
  const dir = memoryDir();
  const first = open(dir);
  await query((await first.ready()).connection, 'create table kept (id int generated always as identity)');
  await first.kill();
  const acknowledged: number[] = [];
  for (const reach of [3000, 100, 200, 300, 400, 600, 800, 1000, 1500, 2000]) {
    // Most starts come while the watcher still stops the server of the one before.
    const opener = open(dir);
    const inserting = insertUntilKilled(opener, acknowledged);
    await sleep(Math.random() * reach);
    await opener.kill();
    await inserting;
  }
  await gone(dir);
  expect(acknowledged.length).toBeGreaterThan(0);

  const last = open(dir);
  const rows = await query((await last.ready()).connection, 'select id from kept');
  const found = new Set(rows.map((row) => row.id));
  expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
  await last.stop();
  await gone(dir);
});

async function insertUntilKilled(opener: Opener, acknowledged: number[]): Promise<void> {
  try {
    const { connection } = await opener.ready();
    const client = new pg.Client(connection);
    client.on('error', () => {});
    await client.connect();
    for (;;) {
      const { rows } = await client.query<{ id: number }>('insert into kept default values returning id');
      acknowledged.push(rows[0]!.id);
    }
  } catch {
    // It was killed.
  }
}
