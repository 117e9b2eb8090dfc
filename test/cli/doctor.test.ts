import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { runCommand } from '../support/command.js';

interface Check {
  name: string;
  ok: boolean;
  detail: string;
  todo?: string;
}

async function examine(settings: Record<string, string>) {
  const { code, stdout, stderr } = await runCommand(['doctor'], settings);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  expect(stdout).toBe(`${JSON.stringify({ ok, checks })}\n`);
  expect(code).toBe(ok ? 0 : 1);
  expect(ok).toBe(checks.every((check) => check.ok));
  for (const check of checks) {
    expect(stderr).toContain(check.detail);
    // Whatever is wrong has something to do about it.
    expect(check.todo !== undefined).toBe(!check.ok);
    if (check.todo) expect(stderr).toContain(`-> ${check.todo}`);
  }
  return { checks, stderr, wrong: checks.filter((check) => !check.ok).map(({ name }) => name) };
}

describe('on a database server', () => {
  const name = `doctor_${process.pid}`;
  let shared: pg.Client;
  let own: pg.Client;
  let settings: Record<string, string>;
  beforeAll(async () => {
    shared = new pg.Client({ connectionString: inject('databaseUrl') });
    await shared.connect();
    await shared.query(`create database ${name}`);
    const url = new URL(inject('databaseUrl'));
    url.pathname = `/${name}`;
    url.password = 'not-to-be-shown';
    settings = { DATABASE_URL: url.href, DATA_DIR: inject('dataDir') };
    own = new pg.Client({ connectionString: url.href });
    await own.connect();
  });
  afterAll(async () => {
    await own.end();
    await shared.query(`drop database ${name} with (force)`);
    await shared.end();
  });

  test('a database that is not migrated is left so', async () => {
    const { wrong, checks } = await examine(settings);
    expect(wrong).toEqual(['migrations']);
    expect(checks.at(-1)!.detail).toContain('0001_accounts.sql');
    expect((await own.query(`select to_regclass('migrations') as found`)).rows).toEqual([{ found: null }]);
  });

  test('the speech engine, what it sends, and what it lacks', async () => {
    const speech = async (more: Record<string, string>) => {
      const { checks } = await examine({ ...settings, ...more });
      return checks.find((check) => check.name === 'speech')!;
    };
    expect(await speech({})).toMatchObject({ ok: true, detail: expect.stringContaining('SPEECH is none') });
    expect(await speech({ SPEECH: 'command', SPEECH_COMMAND: 'cat' })).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^command cat; it sends the sound, to cat/),
    });
    expect(await speech({ SPEECH: 'whisper', SPEECH_MODEL: '/nowhere/ggml.bin' })).toMatchObject({
      ok: false,
      detail: expect.stringContaining('/nowhere/ggml.bin) cannot be read (ENOENT)'),
    });
    expect(await speech({ SPEECH: 'whisper' })).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^SPEECH_MODEL is not set/),
    });
  });

  test('each finding, with what to do about it; nothing tells the password', async () => {
    expect((await runCommand(['migrate'], settings)).code).toBe(0);
    expect((await examine(settings)).wrong).toEqual(['workers']);
    // A sweep, for what migrations leave to the background.
    const waiting = await own.query('select task_identifier as kind from graphile_worker.jobs');
    expect(waiting.rows).toEqual([{ kind: 'sweep' }]);

    const add = (key: string) => own.query(`select graphile_worker.add_job('sweep', job_key := $1)`, [key]);
    await add('old');
    await add('gave-up');
    await own.query(
      `update graphile_worker._private_jobs set run_at = now() - interval '10 minutes' where key = 'old'`,
    );
    await own.query(
      `update graphile_worker._private_jobs set attempts = max_attempts, last_error = E'it broke\\n at line 1' where key = 'gave-up'`,
    );
    await own.query(`insert into migrations (name) values ('9999_later.sql')`);
    expect((await examine(settings)).wrong).toEqual(['migrations']);
    await own.query(`delete from migrations where name = '9999_later.sql'`);
    await runCommand(['account', 'create', '--name', 'Ahead'], settings);
    await own.query(`update feed_heads set head = now() + interval '1 hour'`);

    const sick = await examine(settings);
    expect(sick.wrong).toEqual(['clock', 'workers', 'queue', 'failed']);
    expect(sick.checks.at(-1)!.detail).toBe('Jobs that gave up: 1 × sweep (it broke)');
    expect(JSON.stringify(sick)).not.toContain('not-to-be-shown');

    const retried = await runCommand(['jobs', 'retry'], settings);
    expect(JSON.parse(retried.stdout)).toEqual({ retried: 1 });
    expect((await examine(settings)).wrong).toEqual(['clock', 'workers', 'queue']);
  });

  test('no server, and one that refuses us', async () => {
    const nowhere = await examine({ DATABASE_URL: 'postgres://u:not-to-be-shown@127.0.0.1:1/x' });
    expect(nowhere.wrong).toEqual(['database']);
    expect(JSON.stringify(nowhere)).not.toContain('not-to-be-shown');
    const url = new URL(inject('databaseUrl'));
    url.pathname = '/no_such_database';
    const refused = await examine({ DATABASE_URL: url.href });
    expect(refused.wrong).toEqual(['database']);
    expect(refused.checks.at(-1)!.detail).toContain('no_such_database');
  });
});

test('an embedded PostgreSQL: none yet, then one that it starts for its own time', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'debrief-doctor-'));
  await chmod(dir, 0o755);
  try {
    const settings = { DATA_DIR: join(dir, 'data') };
    const none = await examine(settings);
    expect(none.wrong).toEqual(['postgres']);
    await runCommand(['migrate'], settings);
    const found = await examine(settings);
    expect(found.wrong).toEqual(['workers']);
    expect(found.checks.find(({ name }) => name === 'postgres')!.detail).toContain('started for this check');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
