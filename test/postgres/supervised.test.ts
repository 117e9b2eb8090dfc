import { spawn } from 'node:child_process';
import { chownSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { cleanUp, gone, memoryDir, open, processesOf, query, serverPid } from './opener.js';

afterEach(cleanUp);

it('restarts a server that died once, and gives up the second time', async () => {
  const dir = memoryDir();
  const serve = open(dir);
  const { connection } = await serve.ready();
  await query(connection, 'create table kept as select 7 as id');
  process.kill(serverPid(dir), 'SIGKILL');
  await until(() => serve.events.some(({ log }) => log?.includes('SIGKILL')));
  await until(async () => {
    expect(await query(connection, 'select id from kept')).toEqual([{ id: 7 }]);
  });
  expect(serve.saw('fatal')).toBe(false);

  process.kill(serverPid(dir), 'SIGKILL');
  const { fatal } = await serve.event('fatal');
  expect(fatal).toContain('SIGKILL');
  expect(fatal).toContain('database system is ready to accept connections');
  await serve.stop();
  await gone(dir);
});

it('reports a server that does not start, with the end of its log', async () => {
  const dir = memoryDir();
  const first = open(dir);
  await first.ready();
  await first.stop();
  writeFileSync(join(dir, 'postgres/cluster/postgresql.conf'), 'no_such_setting = 1\n');
  const { failed, code } = await open(dir).event('failed');
  expect(code).toBe('unavailable');
  expect(failed).toContain('no_such_setting');
});

it('leaves a process alone that has the id in a stale pid file, and starts', async () => {
  const dir = memoryDir();
  const first = open(dir);
  await first.ready();
  const pidFile = join(dir, 'postgres/cluster/postmaster.pid');
  const [, ...rest] = readFileSync(pidFile, 'utf8').split('\n');
  await first.stop();
  const { uid, gid } = statSync(join(dir, 'postgres'));
  const sleeper = spawn('sleep', ['60'], { uid, gid, cwd: '/' });
  try {
    writeFileSync(pidFile, [sleeper.pid, ...rest].join('\n'));
    chownSync(pidFile, uid, gid);
    const second = open(dir);
    await second.ready();
    expect(sleeper.exitCode ?? sleeper.signalCode).toBeNull();
    await second.stop();
  } finally {
    sleeper.kill();
  }
});

it('stops a server whose owner and watcher are both gone, and goes on', async () => {
  const dir = memoryDir();
  const first = open(dir);
  await query((await first.ready()).connection, 'create table kept as select 7 as id');
  for (const { pid } of processesOf(dir).filter(({ args }) => args[0] === '/bin/sh')) process.kill(pid, 'SIGKILL');
  await first.kill();
  await sleep(300);
  const orphan = serverPid(dir);
  const second = open(dir);
  const { connection } = await second.ready();
  expect(second.events[0]?.log).toContain(`process ${orphan}`);
  expect(await query(connection, 'select id from kept')).toEqual([{ id: 7 }]);
  await second.stop();
  await gone(dir);
});

it('keeps the server out of the reach of a Ctrl-C', async () => {
  const dir = memoryDir();
  const serve = open(dir);
  const { connection } = await serve.ready();
  process.kill(-serve.pid, 'SIGINT');
  await serve.event('interrupted');
  await sleep(300);
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(serve.events.filter(({ log }) => log?.includes('ended'))).toEqual([]);
  // Its watcher as well.
  await serve.kill();
  await gone(dir);
});

it('runs durable, in UTC, with checksums, over its socket alone', async () => {
  const dir = memoryDir();
  const serve = open(dir);
  const { connection } = await serve.ready();
  const settings = Object.fromEntries(
    (await query(connection, 'select name, setting from pg_settings')).map(({ name, setting }) => [name, setting]),
  );
  expect(settings).toMatchObject({
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    data_checksums: 'on',
    listen_addresses: '',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    max_connections: '100',
    server_encoding: 'UTF8',
  });
  const [database] = await query(
    connection,
    `select current_database()::text as name, current_user::text as "user", datlocprovider::text as provider,
      datlocale as locale from pg_database where datname = current_database()`,
  );
  expect(database).toEqual({ name: 'debrief', user: 'debrief', provider: 'b', locale: 'C.UTF-8' });
  const socketDir = connection.host!;
  expect(statSync(socketDir).mode & 0o777).toBe(0o700);
  expect(readdirSync(socketDir)).toContain('.s.PGSQL.5432');
  await serve.stop();
  expect(() => statSync(socketDir)).toThrow('ENOENT');
});

async function until(holds: () => boolean | Promise<void>): Promise<void> {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      if ((await holds()) !== false) return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    if (Date.now() > end) throw new Error('It did not come to that');
    await sleep(25);
  }
}
