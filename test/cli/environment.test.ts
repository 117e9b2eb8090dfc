import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createClient, createPool } from '#debrief/db/connection/pool.js';
import { runCommand } from '../support/command.js';
import { type Served, serve } from '../support/served.js';
import { until } from '../support/service.js';

// What is around the process: the shell's variables, the host's language and clock, the database's own defaults, and the
// address that it is told to listen on. None of it changes what Debrief does, or it says what is wrong.

/** What another program's set-up may have left in a shell. */
const HOSTILE = {
  PGOPTIONS: '-c default_transaction_read_only=on -c statement_timeout=1 -c datestyle=German',
  PGHOST: '/nowhere',
  PGUSER: 'nobody-we-know',
  PGDATABASE: 'elsewhere',
  PGSSLMODE: 'require',
  PGAPPNAME: 'x',
  PGTZ: 'Asia/Kolkata',
  GRAPHILE_WORKER_SCHEMA: 'elsewhere',
  LANG: 'de_DE.UTF-8',
  LC_ALL: 'tr_TR.UTF-8',
  TZ: 'Pacific/Apia',
};

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly todo?: string;
}

async function examine(settings: Record<string, string>): Promise<Map<string, Check>> {
  const { stdout } = await runCommand(['doctor'], settings);
  return new Map((JSON.parse(stdout).checks as Check[]).map((check) => [check.name, check]));
}

const ok = async (words: string[], settings: Record<string, string>) => {
  const { code, stdout, stderr } = await runCommand(words, settings);
  expect(code, stderr).toBe(0);
  return { ...JSON.parse(stdout), stderr };
};

describe('an installation of its own, in a shell that is set up for something else', () => {
  let dir: string;
  let settings: Record<string, string>;
  let accountId: string;
  let server: Served;
  let url: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'debrief-environment-'));
    await chmod(dir, 0o755);
    settings = { ...HOSTILE, DATA_DIR: join(dir, 'data') };
    const made = await ok(['account', 'create', '--name', 'x'], settings);
    expect(made.stderr).toContain(`DATA_DIR is ${settings.DATA_DIR}: a new installation\n`);
    accountId = made.accountId;
    // The queue is where Debrief looks for it, before any worker has run.
    expect(await ok(['jobs', 'retry'], settings)).toMatchObject({ retried: 0 });
    server = await serve({ ...settings, LOG_LEVEL: 'warn' });
    url = server.url;
  }, 150_000);
  afterAll(async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test('serves, and analyses what comes', async () => {
    expect(server.log()).toContain(`DATA_DIR is ${settings.DATA_DIR}\n`);
    const rights = ['--scopes', 'admin', '--rate', 'unlimited'];
    const { username, password } = await ok(['credential', 'create', '--account', accountId, ...rights], settings);
    const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}`, 'content-type': 'application/json' };
    const send = async (path: string, body: object) => {
      const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      expect(answer.status, server.log()).toBe(201);
      return answer.json();
    };
    await send('/api/v1/users', { email: 'a@example.com', firstName: 'A', lastName: 'B' });
    const transcript = [{ start: '0', end: '1', word: 'hello', v: 0 }];
    const call = { callTime: '2026-01-01T00:00Z', direction: 'INBOUND', transcript };
    const { id } = (await send('/api/v1/calls', call)) as { id: string };
    const state = async () =>
      ((await (await fetch(`${url}/api/ev/2/call/${id}`, { headers })).json()) as { state: string }).state;
    await until(async () => (await state()) === 'COMPLETE', { left: async () => server.log() });
  });

  test('a command beside it finds it, and doctor tells what is set for nothing', async () => {
    const invited = await ok(['user', 'invite', 'a@example.com', '--account', accountId], settings);
    expect(invited.url.startsWith(`${url}/password#`), invited.url).toBe(true);
    expect(invited.stderr).toBe(`DATA_DIR is ${settings.DATA_DIR}\n`);
    const checks = await examine({ ...settings, PORT: new URL(url).port });
    expect([...checks.values()].filter((check) => !check.ok)).toEqual([]);
    expect(checks.get('address')!.detail).toBe(`Debrief answers at ${url}`);
    expect(checks.get('variables')).toMatchObject({
      detail: expect.stringContaining('GRAPHILE_WORKER_SCHEMA, PGAPPNAME, PGDATABASE, PGHOST, PGOPTIONS, PGSSLMODE'),
      todo: expect.stringContaining('DATABASE_URL'),
    });
  });

  test('one that has ended is found no more; a standby is read-only, and they say so', async () => {
    expect((await server.stop()).code).toBe(0);
    const invited = await ok(['user', 'invite', 'a@example.com', '--account', accountId], settings);
    expect(invited.url).toContain('http://127.0.0.1:8080/');
    writeFileSync(join(settings.DATA_DIR!, 'postgres/cluster/standby.signal'), '');
    const { code, stderr } = await runCommand(['account', 'list'], settings);
    expect([code, stderr]).toEqual([
      1,
      `DATA_DIR is ${settings.DATA_DIR}\nThe database is read-only, as a standby is: check DATA_DIR, which is ${settings.DATA_DIR}.\n`,
    ]);
    const writable = (await examine(settings)).get('writable');
    expect(writable).toMatchObject({ ok: false, detail: expect.stringContaining('standby') });
  });
});

test('the process and its children run in UTC, without what the shell says of databases and languages', () => {
  const program = `
    const { settleEnvironment, unreadVariables } = await import('#debrief/environment.js');
    const before = new Date(0).getHours();
    settleEnvironment();
    const { execFileSync } = await import('node:child_process');
    const child = execFileSync(process.execPath, ['-p', 'new Date(0).getHours() + " " + Object.keys(process.env).sort()']);
    console.log(JSON.stringify({ before, after: new Date(0).getHours(), child: String(child).trim(), unread: unreadVariables() }));`;
  const { PATH = '' } = process.env;
  const options = { env: { PATH, ...HOSTILE, PGPASSWORD: '' }, encoding: 'utf8' } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    before: 13,
    after: 0,
    child: '0 PATH,TZ',
    unread: Object.keys(HOSTILE)
      .filter((name) => /^(PG|GRAPHILE)/.test(name))
      .sort(),
  });
});

describe('a session with a database', () => {
  const name = `defaults_${process.pid}`;
  let admin: pg.Client;
  let url: URL;
  beforeAll(async () => {
    admin = createClient({ connectionString: inject('databaseUrl') });
    await admin.connect();
    await admin.query(`create role ${name} login`);
    await admin.query(`create database ${name} owner ${name}`);
    await admin.query(`alter role ${name} set default_transaction_read_only = on`);
    await admin.query(`alter role ${name} in database ${name} set datestyle = 'German, DMY'`);
    for (const [setting, value] of [
      ['timezone', 'Asia/Kolkata'],
      ['statement_timeout', '1'],
      ['lock_timeout', '1'],
      ['idle_session_timeout', '1'],
      ['intervalstyle', 'sql_standard'],
      ['bytea_output', 'escape'],
      ['extra_float_digits', '0'],
      ['standard_conforming_strings', 'off'],
      ['default_transaction_isolation', 'serializable'],
      ['default_transaction_deferrable', 'on'],
    ]) {
      await admin.query(`alter database ${name} set ${setting} = '${value}'`);
    }
    url = new URL(inject('databaseUrl'));
    url.pathname = `/${name}`;
    url.username = name;
  });
  afterAll(async () => {
    await admin.query(`drop database ${name} with (force)`);
    await admin.query(`drop role ${name}`);
    await admin.end();
  });

  test('goes by settings of its own, whatever the database and its role have for defaults; doctor names these', async () => {
    expect((await ok(['migrate'], { DATABASE_URL: url.href })).applied.length).toBeGreaterThan(0);
    const pool = createPool({ connection: { connectionString: url.href }, max: 1, onError: () => {} });
    const single = createClient({ connectionString: url.href });
    await single.connect();
    for (const session of [pool, single]) {
      const { rows } = await session.query(`select current_setting('timezone') as zone, now()::text as now,
        '\\xff'::bytea::text as bytes, interval '1 day 2 hours'::text as span, (0.1::float8 + 0.2::float8)::text as sum,
        current_setting('transaction_isolation') as isolation, current_setting('transaction_read_only') as "readOnly",
        current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
        current_setting('idle_session_timeout') as idle`);
      expect(rows).toEqual([
        {
          zone: 'UTC',
          now: expect.stringMatching(/^20\d\d-.*\+00$/),
          bytes: '\\xff',
          span: '1 day 02:00:00',
          sum: '0.30000000000000004',
          isolation: 'read committed',
          readOnly: 'off',
          statement: '0',
          lock: '0',
          idle: '0',
        },
      ]);
    }
    await single.end();
    await pool.end();
    const { ok: isFine, detail } = (await examine({ DATABASE_URL: url.href })).get('defaults')!;
    expect(isFine).toBe(true);
    for (const each of ['default_transaction_read_only=on', 'statement_timeout=1', 'DateStyle=German']) {
      expect(detail).toContain(each);
    }
    const plain = await examine({ DATABASE_URL: inject('databaseUrl') });
    expect(plain.get('defaults')!.detail).toContain('set nothing');
  });

  test('keeps what DATABASE_URL itself asks for, where that may be', async () => {
    const asked = new URL(url);
    asked.searchParams.set('options', '-c statement_timeout=7s -c search_path=elsewhere -c timezone=Asia/Tokyo');
    const session = createClient({ connectionString: asked.href });
    await session.connect();
    const shown = async (setting: string) =>
      (await session.query(`select current_setting($1) as value`, [setting])).rows[0].value;
    expect([await shown('statement_timeout'), await shown('search_path'), await shown('timezone')]).toEqual([
      ...['7s', 'elsewhere', 'UTC'],
    ]);
    await session.end();
  });

  test('that a user who may make nothing is told so, and doctor tells the same', async () => {
    const stranger = `stranger_${process.pid}`;
    await admin.query(`create role ${stranger} login`);
    try {
      const theirs = new URL(url);
      theirs.username = stranger;
      const settings = { DATABASE_URL: theirs.href };
      const { code, stderr } = await runCommand(['account', 'list'], settings);
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/^The database refused access \(permission denied.*install\.md\)\.\n$/),
      ]);
      expect((await examine(settings)).get('writable')).toMatchObject({
        ok: false,
        detail: expect.stringContaining(stranger),
      });
    } finally {
      await admin.query(`drop role ${stranger}`);
    }
  });

  test('is begun in one place', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const opening = files.filter((file) => /new (pg\.)?(Client|Pool)\(/.test(readFileSync(join('src', file), 'utf8')));
    expect(opening).toEqual(['db/connection/pool.ts']);
  });
});

describe('where it listens', () => {
  const settings = () => ({ DATABASE_URL: inject('databaseUrl'), WORKERS: '0' });
  test.each([
    ['203.0.113.9', 'HOST is "203.0.113.9", which is not an address of this machine'],
    ['no-such-host.invalid', 'HOST is "no-such-host.invalid", which is a name that this machine does not know'],
    ['http://127.0.0.1', 'HOST is "http://127.0.0.1"; it takes an address or name of this machine'],
    ['127.0.0.1:8080', 'HOST is "127.0.0.1:8080"; it takes an address'],
  ])('HOST=%s', async (HOST, problem) => {
    const { code, stderr } = await runCommand(['serve'], { ...settings(), HOST });
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain('database');
    expect(code).toBe(2);
    if (HOST !== '203.0.113.9') return;
    const address = (await examine({ ...settings(), HOST })).get('address')!;
    expect([address.ok, address.detail, address.todo]).toEqual([
      false,
      expect.stringContaining(problem),
      expect.stringContaining('HOST'),
    ]);
  });

  test('a port that another program has', async () => {
    const other = createServer((_request, response) => response.end('not Debrief'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const PORT = String((other.address() as AddressInfo).port);
    try {
      const { code, stderr } = await runCommand(['serve'], { ...settings(), PORT });
      expect(stderr).toContain(`PORT is ${PORT}, and another program listens on 127.0.0.1:${PORT}`);
      expect(code).toBe(1);
      const address = (await examine({ ...settings(), PORT })).get('address')!;
      expect([address.ok, address.detail]).toEqual([false, expect.stringContaining('another program')]);
    } finally {
      other.close();
    }
  });
});
