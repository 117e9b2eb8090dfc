import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { cleanUp, gone, memoryDir, open, query } from './opener.js';

afterEach(cleanUp);

it('refuses a second serve, and names the first', async () => {
  const dir = memoryDir();
  const first = open(dir);
  await first.ready();
  const second = open(dir);
  const { failed, code } = await second.event('failed');
  expect(code).toBe('busy');
  expect(failed).toContain(`process ${first.pid}`);
  expect(failed).not.toContain('\n');
  await first.stop();
  const third = open(dir);
  await third.ready();
  await third.stop();
});

it('lets exactly one of several serves of the same instant in', async () => {
  const dir = memoryDir();
  for (let round = 0; round < 3; round += 1) {
    const openers = [open(dir), open(dir), open(dir)];
    const ready = openers.map((opener) =>
      opener.ready().then(
        () => opener,
        () => undefined,
      ),
    );
    const winners = (await Promise.all(ready)).filter((opener) => opener !== undefined);
    expect(winners).toHaveLength(1);
    const losers = openers.filter((opener) => opener !== winners[0]);
    for (const loser of losers) expect((await loser.event('failed')).failed).toContain(`process ${winners[0]!.pid}`);
    // Killed, not stopped: its locks must not keep the next round out.
    await winners[0]!.kill();
  }
});

it('lets commands join a serve, whose end does not wait for them', async () => {
  const dir = memoryDir();
  const serve = open(dir);
  await serve.event('log');
  // A command that comes while the serve is starting waits for it.
  const commands = [open(dir, { mode: 'join' }), open(dir, { mode: 'join' })];
  const { connection } = await serve.ready();
  for (const command of commands) {
    const joined = await command.ready();
    expect(joined).toEqual({ connection, owned: false });
    await query(joined.connection, 'select 1');
  }
  await commands[0]!.stop();
  await query(connection, 'select 1');
  await serve.stop();
  await commands[1]!.stop();
  await gone(dir);
});

it('lets commands share a stopped database: one starts it and outlasts the others', async () => {
  const dir = memoryDir();
  const commands = Array.from({ length: 4 }, () => open(dir, { mode: 'join' }));
  const states = await Promise.all(commands.map((command) => command.ready()));
  expect(states.filter(({ owned }) => owned)).toHaveLength(1);
  const starter = commands[states.findIndex(({ owned }) => owned)]!;
  const others = commands.filter((command) => command !== starter);

  const stopping = starter.stop();
  await others[0]!.stop();
  await starter.event('log');
  await sleep(300);
  expect(starter.saw('stopped')).toBe(false);
  // One that comes now still joins.
  const late = open(dir, { mode: 'join' });
  expect((await late.ready()).owned).toBe(false);
  await query(states[0]!.connection, 'select 1');
  // However the others end.
  await others[1]!.kill();
  await others[2]!.stop();
  await late.stop();
  await stopping;
  await gone(dir);
});

it('carries on with short commands that come and go at once', async () => {
  const dir = memoryDir();
  const first = open(dir, { mode: 'join' });
  await query((await first.ready()).connection, 'create table done (id int)');
  await first.stop();
  await Promise.all(
    Array.from({ length: 6 }, async (_, n) => {
      await sleep(n * 60);
      const command = open(dir, { mode: 'join' });
      const { connection } = await command.ready();
      await query(connection, `insert into done values (${n})`);
      await command.stop();
    }),
  );
  const last = open(dir, { mode: 'join' });
  expect(await query((await last.ready()).connection, 'select count(*)::int as n from done')).toEqual([{ n: 6 }]);
  await last.stop();
});

it('makes a serve wait for the command that has the database', async () => {
  const dir = memoryDir();
  const command = open(dir, { mode: 'join' });
  await command.ready();
  const serve = open(dir);
  expect((await serve.event('log')).log).toContain(`Waiting for process ${command.pid}`);
  const second = open(dir);
  expect((await second.event('failed')).failed).toContain(`process ${serve.pid}`);
  expect(serve.saw('ready')).toBe(false);
  await command.stop();
  expect((await serve.ready()).owned).toBe(true);
  const after = open(dir, { mode: 'join' });
  expect((await after.ready()).owned).toBe(false);
  await after.stop();
  await serve.stop();
});

it('does not wait for a command that was killed', async () => {
  const dir = memoryDir();
  const command = open(dir, { mode: 'join' });
  await command.ready();
  const serve = open(dir);
  await serve.event('log');
  await command.kill();
  await serve.ready();
  await serve.stop();
  await gone(dir);
});
