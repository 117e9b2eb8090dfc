import { once } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runCommand, type StartedCommand, startCommand } from '../support/command.js';
import { serve } from '../support/served.js';
import { until } from '../support/service.js';

// Two API and two worker processes on one PostgreSQL, as docs/scale.md describes; one of each is killed.

const name = `scale_${process.pid}`;
let admin: pg.Client;
let settings: Record<string, string>;
let headers: Record<string, string>;
const started: StartedCommand[] = [];

async function startApi() {
  const { command, url } = await serve(settings);
  started.push(command);
  return { process: command.process, url };
}

async function startWorker() {
  const command = startCommand(['work'], settings);
  started.push(command);
  let log = '';
  command.process.stdout!.on('data', (text) => {
    log += text;
  });
  await until(async () => log.includes('worker started'));
  return command.process;
}

beforeAll(async () => {
  admin = new pg.Client({ connectionString: inject('databaseUrl') });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  settings = { DATABASE_URL: url.href, WORKERS: '0', INGEST_THREADS: '1' };
});
afterAll(async () => {
  const left = started.filter(({ process }) => process.exitCode === null && process.signalCode === null);
  for (const { process } of left) process.kill('SIGKILL');
  await Promise.all(left.map(({ ended }) => ended));
  await admin.query(`drop database ${name} with (force)`);
  await admin.end();
});

let given = 0;

/** Gives a call through one API; answers its id. */
async function give(url: string): Promise<string> {
  given += 1;
  const transcript = Array.from({ length: 50 }, (_, i) => ({ start: `${i}`, end: `${i}.5`, word: `w${i}`, v: i % 2 }));
  const call = { callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND', metadata: { given }, transcript };
  const answer = await fetch(`${url}/api/v1/calls`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(call),
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

/** Waits until the calls are COMPLETE as another API tells it. */
async function complete(url: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await until(async () => {
      const answer = await fetch(`${url}/api/ev/2/call/${id}`, { headers });
      return answer.status === 200 && ((await answer.json()) as { state: string }).state === 'COMPLETE';
    });
  }
}

test('they work side by side, and either goes on without the other', async () => {
  // All at once on an empty database: they take turns to migrate it.
  const [one, two, first, second] = await Promise.all([startApi(), startApi(), startWorker(), startWorker()]);
  const { accountId } = JSON.parse((await runCommand(['account', 'create', '--name', 'Two'], settings)).stdout);
  const created = ['credential', 'create', '--account', accountId, '--scopes', 'write', '--rate', 'unlimited'];
  const { username, password } = JSON.parse((await runCommand(created, settings)).stdout);
  headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` };
  const healthy = await runCommand(['doctor'], settings);
  expect(JSON.parse(healthy.stdout).checks).toContainEqual({ name: 'workers', ok: true, detail: '2 alive' });
  expect(healthy.code).toBe(0);

  const both = await Promise.all(Array.from({ length: 20 }, (_, i) => give(i % 2 ? one.url : two.url)));
  await Promise.all([complete(two.url, both.slice(0, 10)), complete(one.url, both.slice(10))]);

  // In the middle of its work, as far as that can be met.
  const giving = Array.from({ length: 20 }, () => give(one.url));
  await Promise.race(giving);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const withOneWorker = await Promise.all(giving);
  await complete(two.url, withOneWorker);

  one.process.kill('SIGKILL');
  await once(one.process, 'exit');
  // What was given through the one that is gone comes out of the other, and more goes in.
  await complete(two.url, [...both, ...withOneWorker]);
  const last = await give(two.url);
  await complete(two.url, [last]);

  const page = await fetch(`${two.url}/api/ev/2/calls?since=2020-01-01T00:00Z&limit=100`, { headers });
  const ids = ((await page.json()) as { id: string }[]).map(({ id }) => id);
  expect(ids.sort()).toEqual([...both, ...withOneWorker, last].sort());

  second.kill('SIGKILL');
  await once(second, 'exit');
  const waits = await give(two.url);
  const sick = await runCommand(['doctor'], settings);
  expect(JSON.parse(sick.stdout).checks).toContainEqual(expect.objectContaining({ name: 'workers', ok: false }));
  expect(sick.code).toBe(1);
  await startWorker();
  await complete(two.url, [waits]);
});
