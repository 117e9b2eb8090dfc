import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import { connect } from 'node:net';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, onTestFailed, test } from 'vitest';
import { runCommand, startCommand } from '../support/command.js';
import { serve as serveCommand } from '../support/served.js';
import { until } from '../support/service.js';

// The service as an admin runs it: real processes, told to end and killed.

interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  readonly log: () => string;
}

async function serve(settings: Record<string, string>): Promise<Service> {
  const { command, url, log } = await serveCommand(settings);
  const child = command.process;
  onTestFailed(() => {
    child.kill('SIGTERM');
  });
  return { child, url, log };
}

async function end(service: Service, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  const exited = once(service.child, 'exit');
  service.child.kill(signal);
  await exited;
  return service.child.exitCode;
}

/** The worker process of a service, by what it logs. */
async function workerPid({ log, child }: Service, after = 0): Promise<number> {
  const pids = () =>
    [
      ...log()
        .slice(after)
        .matchAll(/"pid":(\d+),"msg":"worker started"/g),
    ].map((match) => Number(match[1]));
  await until(async () => pids().some((pid) => pid !== child.pid));
  return pids().at(-1)!;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function waitForRows(client: pg.Client, query: string, values: unknown[]) {
  let rows: { worker_ids: string[] }[] = [];
  await until(async () => {
    rows = (await client.query(query, values)).rows;
    return rows.length > 0;
  });
  return rows as [{ worker_ids: string[] }];
}

async function authorize(settings: Record<string, string>, scopes = 'admin,delete') {
  const account = await runCommand(['account', 'create', '--name', 'Example Ltd'], settings);
  const { accountId } = JSON.parse(account.stdout);
  const made = await runCommand(
    ['credential', 'create', '--account', accountId, '--scopes', scopes, '--rate', 'unlimited'],
    settings,
  );
  const { username, password } = JSON.parse(made.stdout);
  return { accountId, username, headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` } };
}

describe('on an embedded PostgreSQL of its own', () => {
  let dataDir: string;
  let settings: Record<string, string>;
  beforeAll(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'debrief-serve-')), 'data');
    settings = { DATA_DIR: dataDir };
  });
  afterAll(async () => {
    // Where root's PostgreSQL cannot reach a 0700 folder, the cluster lives elsewhere.
    const pointer = await readFile(join(dataDir, 'postgres.location'), 'utf8').catch(() => null);
    if (pointer) await rm(pointer.trim(), { recursive: true, force: true });
    await rm(join(dataDir, '..'), { recursive: true, force: true });
  });

  test('commands work without a server and beside one; a call goes in and comes out COMPLETE', async () => {
    const { headers, accountId, username } = await authorize(settings);
    const service = await serve(settings);
    try {
      const user = await runCommand(
        ['user', 'create', '--account', accountId, '--email', 'a@example.com', '--first-name', 'A', '--last-name', 'B'],
        settings,
      );
      expect(user.stdout).toBe(`${JSON.stringify({ userId: JSON.parse(user.stdout).userId })}\n`);
      const post = await fetch(`${service.url}/api/v1/calls`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({
          callTime: '2026-01-01T00:00Z',
          direction: 'INBOUND',
          callerEmail: 'a@example.com',
          transcript: [{ start: '0', end: '1', word: 'hello', v: 0 }],
        }),
      });
      const { id } = (await post.json()) as { id: string };
      await until(async () => {
        const call = await fetch(`${service.url}/api/ev/2/call/${id}`, { headers });
        return ((await call.json()) as { state: string }).state === 'COMPLETE';
      });
      for (const path of ['/healthz', '/readyz']) expect((await fetch(service.url + path)).status).toBe(200);
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      expect(metrics).toMatch(/debrief_request_seconds_count\{method="POST",route="\/api\/v1\/calls",status="201"\} 1/);
      expect(metrics).not.toContain(id);

      const second = await runCommand(['serve'], settings);
      expect([second.code, second.stdout]).toEqual([1, '']);
      expect(second.stderr).toContain('already runs on');

      const revoked = await runCommand(['credential', 'revoke', username], settings);
      expect(JSON.parse(revoked.stdout)).toEqual({ username, revoked: true });
      const refused = await fetch(`${service.url}/api/ev/2/check`, { headers });
      expect(refused.status).toBe(401);
      expect((await runCommand(['credential', 'revoke', username], settings)).code).toBe(1);
      for (const line of service
        .log()
        .split('\n')
        .filter((text) => text.startsWith('{'))) {
        expect(JSON.parse(line)).toHaveProperty('msg');
        expect(line).not.toContain(headers.authorization.slice(6));
      }
    } finally {
      expect(await end(service)).toBe(0);
    }
    // What was stored is there again.
    const again = await serve(settings);
    expect(await end(again)).toBe(0);
  });
});

describe('on a database server', () => {
  const settings = () => ({ DATABASE_URL: inject('databaseUrl') });

  test('SIGTERM lets an answer that is under way end, and takes its worker along', async () => {
    const service = await serve(settings());
    const pid = await workerPid(service);
    const { headers } = await authorize(settings());
    const word = { start: '1', end: '2', word: 'x'.repeat(1000), v: 0 };
    const made = await fetch(`${service.url}/api/v1/calls`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({
        callTime: '2026-01-01T00:00Z',
        direction: 'INBOUND',
        transcript: Array(20_000).fill(word),
      }),
    });
    const { id } = (await made.json()) as { id: string };
    // A client that reads nothing until the server has been told to end.
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET /api/ev/2/call/${id} HTTP/1.1\r\nhost: x\r\nauthorization: ${headers.authorization}\r\nconnection: close\r\n\r\n`,
    );
    await once(socket, 'readable');
    service.child.kill('SIGTERM');
    await until(async () => service.log().includes('"msg":"stopping"'));
    let received = Buffer.alloc(0);
    for await (const chunk of socket) received = Buffer.concat([received, chunk]);
    const [head = '', ...rest] = received.toString('latin1').split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 200/);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    expect(rest.join('\r\n\r\n').length).toBe(length);
    expect(length).toBeGreaterThan(20_000_000);
    if (service.child.exitCode === null) await once(service.child, 'exit');
    expect(service.child.exitCode).toBe(0);
    await until(async () => !isAlive(pid));
  });

  test('SIGTERM ends an import after the line under way, and its last line says where to go on', async () => {
    const service = await serve({ ...settings(), WORKERS: '0' });
    const { headers } = await authorize(settings());
    const line = (number: number) =>
      `${JSON.stringify({ callTime: '2026-01-01T00:00Z', direction: 'INBOUND', metadata: { number } })}\n`;
    const { hostname, port } = new URL(service.url);
    const request = http.request({
      hostname,
      port,
      method: 'POST',
      path: '/api/v1/calls/import',
      agent: false,
      headers: { ...headers, 'content-type': 'application/x-ndjson' },
    });
    // The client goes on sending after its answer has ended, and may be cut off.
    request.on('error', () => {});
    request.write(line(1) + line(2) + line(3).slice(0, 20));
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    let text = '';
    response.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    await until(async () => text.split('\n').length > 2);
    const exited = once(service.child, 'exit');
    service.child.kill('SIGTERM');
    await once(response, 'end');
    const [first, second, last, ...rest] = text
      .trimEnd()
      .split('\n')
      .map((each) => JSON.parse(each));
    expect([first, second]).toMatchObject([
      { line: 1, created: true },
      { line: 2, created: true },
    ]);
    expect(last).toMatchObject({ line: 3, error: { status: 503, detail: expect.stringContaining('stopping') } });
    expect(rest).toEqual([]);
    request.write(line(3).slice(20));
    await exited;
    expect(service.child.exitCode).toBe(0);
  });

  test('one that was forked ends when it is told to, too', async () => {
    const env = { ...process.env, DATABASE_URL: inject('databaseUrl'), PORT: '0', WORKERS: '0' };
    const child = fork('bin/debrief.js', ['serve'], { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const exited = once(child, 'exit');
    let said = '';
    for await (const text of child.stderr!) {
      said += text;
      if (said.includes('Debrief listens on')) break;
    }
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  test('a worker that is killed is replaced; a service that is killed leaves no worker behind', async () => {
    const service = await serve(settings());
    const first = await workerPid(service);
    expect(getPriority(first)).toBeGreaterThan(getPriority(service.child.pid));
    const mark = service.log().length;
    process.kill(first, 'SIGKILL');
    const second = await workerPid(service, mark);
    expect(second).not.toBe(first);
    await end(service, 'SIGKILL');
    await until(async () => !isAlive(second));
  });

  test("a killed worker's jobs are taken up by another at once", async () => {
    const { accountId } = await authorize(settings());
    const client = new pg.Client({ connectionString: inject('databaseUrl') });
    await client.connect();
    try {
      const beating = await client.query<{ process_id: string }>('select process_id from worker_heartbeats');
      const known = beating.rows.map((row) => row.process_id);
      const worker = startCommand(['work'], settings()).process;
      const [lock] = await waitForRows(
        client,
        'select worker_ids from worker_heartbeats where not process_id = any($1)',
        [known],
      );
      // A job that this worker has taken, as far as the queue knows.
      const job = `taken by ${lock.worker_ids[0]}`;
      await client.query(
        `select graphile_worker.add_job('rematch', json_build_object('accountId', $1::text), job_key := $2, run_at := now() + interval '1 hour')`,
        [accountId, job],
      );
      await client.query(
        'update graphile_worker._private_jobs set locked_at = now(), locked_by = $1, run_at = now() where key = $2',
        [lock.worker_ids[0], job],
      );
      const exited = once(worker, 'exit');
      worker.kill('SIGKILL');
      await exited;
      await until(async () => {
        const left = await client.query('select 1 from graphile_worker._private_jobs where key = $1', [job]);
        return left.rows.length === 0;
      });
    } finally {
      await client.end();
    }
  });
});

test('the sweep unlocks what a process left locked that never beat, and nothing else', async () => {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    const add = async (key: string, age: string) => {
      await client.query(
        `select graphile_worker.add_job('sweep', job_key := $1, run_at := now() + interval '1 hour')`,
        [key],
      );
      await client.query(
        `update graphile_worker._private_jobs set locked_at = now() - $2::interval, locked_by = 'pool-gone' where key = $1`,
        [key, age],
      );
    };
    await add('stray', '2 minutes');
    await client.query(`select graphile_worker.add_job('sweep', job_key := 'now')`);
    await until(async () => {
      const { rows } = await client.query(
        `select 1 from graphile_worker.jobs where key in ('stray', 'now') and locked_by is not null`,
      );
      return rows.length === 0;
    });
    await add('fresh', '1 second');
    await client.query(`select graphile_worker.add_job('sweep', job_key := 'now')`);
    await until(
      async () => (await client.query(`select 1 from graphile_worker.jobs where key = 'now'`)).rows.length === 0,
    );
    const fresh = await client.query(`select locked_by from graphile_worker.jobs where key = 'fresh'`);
    expect(fresh.rows).toEqual([{ locked_by: 'pool-gone' }]);
  } finally {
    await client.query(`delete from graphile_worker._private_jobs where key in ('stray', 'fresh')`);
    await client.end();
  }
});

describe('what cannot work says so in a line', () => {
  test.each([
    [['serve'], { PORT: 'eighty' }, 2, 'PORT is "eighty"; it takes a whole number from 0 to 65535'],
    [['serve'], { LOG_LEVEL: 'loud' }, 2, 'LOG_LEVEL is "loud"; it takes trace, debug, info, warn, error, silent'],
    [['serve'], { TRUST_PROXY: 'loopback,10.0.0.0/0' }, 2, 'TRUST_PROXY has "10.0.0.0/0"; it takes addresses'],
    [['serve'], { TRUST_PROXY: 'everyone' }, 2, 'TRUST_PROXY has "everyone"; it takes addresses'],
    [['account', 'create', '--name', 'x'], { DATABASE_URL: 'mysql://x' }, 2, 'DATABASE_URL is not a PostgreSQL URL'],
    [
      ['account', 'create', '--name', 'x'],
      { DATABASE_URL: 'postgres://u@127.0.0.1:1/x' },
      1,
      'The database cannot be reached',
    ],
    [['account', 'create', '--name', 'x'], { DATABASE_URL_FILE: '/nowhere' }, 2, 'DATABASE_URL_FILE cannot be read'],
    [['account', 'create'], {}, 2, '--name is missing'],
    [['account', 'create', '--nam', 'x'], {}, 2, 'Unknown option'],
    [['account'], {}, 2, 'There is no command "account"'],
    [['frobnicate'], {}, 2, 'There is no command "frobnicate"'],
    [[], {}, 2, 'debrief serve'],
  ])('debrief %j with %j', async (words, settings, code, line) => {
    const result = await runCommand(words, settings as Record<string, string>);
    expect(result.stderr).toContain(line);
    expect(result.stderr).not.toContain('    at ');
    expect([result.code, result.stdout]).toEqual([code, '']);
  });

  test.each([
    [['account', 'create', '--name', 'x', '--time-zone', 'Mars/Olympus'], 2, 'time zone "Mars/Olympus" is not known'],
    [['credential', 'create', '--account', 'x', '--scopes', 'read'], 1, 'There is no account x'],
    [
      ['user', 'create', '--account', 'x', '--email', 'e', '--first-name', 'f', '--last-name', 'l'],
      1,
      'There is no account x',
    ],
  ])('debrief %j', async (words, code, line) => {
    const result = await runCommand(words);
    expect(result.stderr).toContain(line);
    expect([result.code, result.stdout]).toEqual([code, '']);
  });

  test('wrong scopes, rates and roles', async () => {
    const { accountId } = await authorize({ DATABASE_URL: inject('databaseUrl') });
    const credential = ['credential', 'create', '--account', accountId];
    expect((await runCommand([...credential, '--scopes', 'read,fly'])).stderr).toContain('read, delete, write, admin');
    expect((await runCommand([...credential, '--scopes', 'read', '--rate', 'fast'])).stderr).toContain(
      '--rate is "fast"',
    );
    const user = ['user', 'create', '--account', accountId, '--email', 'e@x', '--first-name', 'f', '--last-name', 'l'];
    expect((await runCommand([...user, '--role', 'boss'])).stderr).toContain('admin, manager or rep');
    expect((await runCommand(user)).code).toBe(0);
    expect((await runCommand(user)).stderr).toContain('belongs to the active user');
  });

  test('--help explains, and is no error', async () => {
    const all = await runCommand(['--help']);
    expect([all.code, all.stderr]).toEqual([0, '']);
    for (const name of [
      'serve',
      'work',
      'migrate',
      'demo',
      'account create',
      'user create',
      'credential create',
      'import calls',
    ]) {
      expect(all.stdout).toContain(`debrief ${name}`);
    }
    const one = await runCommand(['credential', 'create', '--help']);
    expect(one.stdout).toContain('admin implies write implies read');
  });
});
