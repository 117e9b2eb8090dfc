import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { cleanUp, gone, type Opener, open, query, temporaryDir } from './opener.js';

afterEach(cleanUp);

it.for(Array.from({ length: 10 }, (_, n) => n * 120 + Math.floor(Math.random() * 120)))(
  'leaves nothing behind when killed %i ms into a first start',
  async (delay) => {
    const dir = temporaryDir();
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
  const dir = temporaryDir();
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
