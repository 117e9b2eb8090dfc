// `debrief import calls` as a process of its own, on a real database.

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createPool } from '#debrief/db/connection/pool.js';
import { atRest, wholeFeed } from '../support/analysed.js';
import { runCommand, startCommand } from '../support/command.js';
import { makeAccount, startService, type TestClient, type TestService, until } from '../support/service.js';

let service: TestService;
let dir: string;
beforeAll(async () => {
  service = await startService();
  dir = await mkdtemp(join(tmpdir(), 'debrief-import-'));
});
afterAll(async () => {
  await service.close();
  await rm(dir, { recursive: true, force: true });
});

let files = 0;

async function fileOf(content: string | Buffer, ending = 'jsonl'): Promise<string> {
  files += 1;
  const path = join(dir, `calls-${files}.${ending}`);
  await writeFile(path, content);
  return path;
}

const newClient = async () => (await makeAccount(service)).client('admin', 'delete');

function made(line: number, more: object = {}): object {
  return { callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND', metadata: { line }, ...more };
}

/** A transcript that no other number has. */
function spoken(number: number, count = 3): object[] {
  return Array.from({ length: count }, (_, i) => ({ start: `${i}`, end: `${i}.5`, word: `w${number}x${i}`, v: i % 2 }));
}

const jsonl = (lines: readonly (object | string)[]) =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

interface Given {
  id: string;
  modified: string;
  state: string;
  metadata: { line: number };
  transcript: object[] | null;
  stats: object | null;
}

async function given(client: TestClient): Promise<Given[]> {
  return [...(await wholeFeed<Given>(client, 'calls', { query: '&include_transcripts=true' })).values()];
}

const linesOf = (calls: readonly Given[]) => calls.map((call) => call.metadata.line).sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('what is in a file', () => {
  const lines = [
    made(1, { externalId: 'a', transcript: spoken(1) }),
    '{"callTime": ',
    made(3, { externalId: 'c' }),
    '',
    made(5, { externalId: 'e', direction: 'SIDEWAYS' }),
    made(6, { transcript: spoken(6) }),
    '[]',
    made(8, { externalId: 'h', transcript: [{ start: '1', end: '0', word: 'x', v: 0 }] }),
    made(9, { externalId: 'c', metadata: { line: 3 } }), // the third again
    made(10, { externalId: 'a', metadata: { line: 10 } }), // the first, with other metadata
  ];

  test.concurrent.each([
    [
      'gzip, in several members',
      (text: string) => Buffer.concat([gzipSync(text.slice(0, 99)), gzipSync(text.slice(99))]),
      'gz',
    ],
    [
      'plain, with carriage returns, without a last line feed',
      (text: string) => text.trimEnd().replaceAll('\n', '\r\n'),
      'txt',
    ],
  ])('goes in, bad lines are told by their number: %s', async (_, encode, ending) => {
    const client = await newClient();
    const path = await fileOf(encode(jsonl(lines)), ending);
    const { code, stdout, stderr } = await runCommand(['import', 'calls', path, '--account', client.accountId]);
    const summary = JSON.parse(stdout);
    expect(stdout).toBe(`${JSON.stringify(summary)}\n`);
    expect(summary).toEqual({
      lines: 10,
      skipped: 0,
      created: 3,
      changed: 1,
      unchanged: 1,
      refused: [
        { line: 2, reason: expect.stringMatching(/JSON/) },
        { line: 5, reason: expect.stringMatching(/direction/) },
        { line: 7, reason: expect.stringMatching(/JSON object/) },
        { line: 8, reason: expect.stringMatching(/transcript\[0\]\.end/) },
      ],
    });
    expect(code).toBe(1);
    const told = stderr.trimEnd().split('\n');
    expect(told.slice(0, -1)).toEqual(
      summary.refused.map(({ line, reason }: { line: number; reason: string }) => `line ${line}: ${reason}`),
    );
    expect(told.at(-1)).toMatch(/^4 lines were refused/);
    await atRest(service, client.accountId);
    const calls = await given(client);
    expect(linesOf(calls)).toEqual([3, 6, 10]);
    expect(calls.map(({ state }) => state).sort()).toEqual(['COMPLETE', 'COMPLETE', 'PENDING']);
    expect(calls.find((call) => call.metadata.line === 6)!.transcript).toEqual(spoken(6));
  });

  test.concurrent('all good: nothing on stderr, and exit code 0; given again, nothing moves', async () => {
    const client = await newClient();
    // Two lines that are the same are two calls.
    const twins = [made(1), made(1), made(3, { externalId: 'c', transcript: spoken(3) }), made(4, { id: 'chosen' })];
    const path = await fileOf(jsonl(twins));
    const words = ['import', 'calls', path, '--account', client.accountId];
    const first = await runCommand(words);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(JSON.parse(first.stdout)).toEqual({
      lines: 4,
      skipped: 0,
      created: 4,
      changed: 0,
      unchanged: 0,
      refused: [],
    });
    await atRest(service, client.accountId);
    const calls = await given(client);
    expect(linesOf(calls)).toEqual([1, 1, 3, 4]);
    const again = await runCommand(words);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual({
      lines: 4,
      skipped: 0,
      created: 0,
      changed: 0,
      unchanged: 4,
      refused: [],
    });
    await atRest(service, client.accountId);
    expect(await given(client)).toEqual(calls);
  });

  test.concurrent('an empty file', async () => {
    const { accountId } = await newClient();
    const path = await fileOf(gzipSync(''), 'jsonl.gz');
    const { code, stdout } = await runCommand(['import', 'calls', path, '--account', accountId]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ lines: 0, created: 0, refused: [] });
  });

  test.concurrent('--caller is the caller of lines that name none', async () => {
    const account = await makeAccount(service);
    const client = await account.client('admin');
    const rep = await account.addUser('rep@example.com', { systemIds: ['ext-9'] });
    const boss = await account.addUser('boss@example.com', { systemIds: ['ext-1'] });
    const path = await fileOf(
      jsonl([
        made(1),
        made(2, { callerEmail: 'boss@example.com' }),
        made(3, { callerId: boss }),
        made(4, { callerSystemId: 'ext-1' }),
        made(5, { callerEmail: 'nobody@example.com' }),
        made(6, { callerEmail: null }),
      ]),
    );
    const { code } = await runCommand([
      'import',
      'calls',
      path,
      '--account',
      account.accountId,
      '--caller',
      'Rep@example.com',
    ]);
    expect(code).toBe(0);
    const calls = [...(await wholeFeed<Given & { callerId: string }>(client, 'calls')).values()];
    const callers = calls.sort((a, b) => a.metadata.line - b.metadata.line).map((call) => call.callerId);
    // Null says that nobody is known to have called: that names, too.
    expect(callers).toEqual([rep, boss, boss, boss, null, null]);
  });
});

describe('killed at any moment and run again', () => {
  const COUNT = 240;
  /** Every third line has an id of its own; every 40th is refused. */
  const content = jsonl(
    upTo(COUNT).map((line) =>
      line % 40 === 0
        ? made(line, { direction: 'UP' })
        : made(line, {
            ...(line % 3 === 0 && { externalId: `x-${line}` }),
            ...(line % 10 === 0 && { transcript: spoken(line) }),
          }),
    ),
  );
  const good = upTo(COUNT).filter((line) => line % 40 !== 0);

  async function linesDone(accountId: string): Promise<number | null> {
    const { rows } = await service.pool.query('select lines_done from imports where account_id = $1', [accountId]);
    return rows[0]?.lines_done ?? null;
  }

  test('every line is in exactly once', async () => {
    const client = await newClient();
    const path = await fileOf(gzipSync(content), 'jsonl.gz');
    const words = ['import', 'calls', path, '--account', client.accountId];
    let kills = 0;
    for (const share of [0.05, 0.4, 0.8]) {
      const command = startCommand(words);
      await until(
        async () => command.process.exitCode !== null || ((await linesDone(client.accountId)) ?? 0) >= share * COUNT,
      );
      // Between two polls and a little more: at no particular point of a line's work.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 15));
      command.process.kill('SIGKILL');
      const { code, stdout } = await command.ended;
      if (code === null) {
        kills += 1;
        expect(stdout).toBe('');
      }
    }
    expect(kills).toBeGreaterThan(1);
    // A commit that was on its way when its process died still counts.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const done = await linesDone(client.accountId);
    expect(linesOf(await given(client))).toEqual(good.filter((line) => line <= done!));
    const { code, stdout, stderr } = await runCommand(words);
    const summary = JSON.parse(stdout);
    const left = upTo(COUNT).filter((line) => line > done!);
    expect(summary).toMatchObject({
      lines: COUNT,
      skipped: done,
      created: left.filter((line) => line % 40 !== 0).length,
      changed: 0,
      unchanged: 0,
      refused: left.filter((line) => line % 40 === 0).map((line) => ({ line })),
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`An earlier run had done the first ${done} lines`);
    expect(linesOf(await given(client))).toEqual(good);
    expect(await linesDone(client.accountId)).toBeNull();
    // And once more: killed just as it was done, nobody knows that it was.
    const again = await runCommand(words);
    expect(JSON.parse(again.stdout)).toMatchObject({ skipped: 0, created: 0, changed: 0, unchanged: good.length });
    expect(linesOf(await given(client))).toEqual(good);
  });

  test('two at once', async () => {
    const client = await newClient();
    const path = await fileOf(content);
    const words = ['import', 'calls', path, '--account', client.accountId];
    const [one, two] = (await Promise.all([runCommand(words), runCommand(words)])).map(({ stdout }) =>
      JSON.parse(stdout),
    );
    expect(one.created + two.created).toBe(good.length);
    expect(linesOf(await given(client))).toEqual(good);
  });
});

/** No analysis of the account's calls ends until it is released. */
async function lockVersions(pool: pg.Pool, accountId: string): Promise<() => Promise<void>> {
  const holder = await pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from accounts where account_id = $1 for no key update', [accountId]);
  let held = true;
  return async () => {
    if (!held) return;
    held = false;
    await holder.query('rollback');
    holder.release();
  };
}

describe('the analysis', () => {
  test('is left to a worker that runs', async () => {
    const client = await newClient();
    // More than a worker takes at once.
    const path = await fileOf(jsonl(upTo(8).map((line) => made(line, { transcript: spoken(line) }))));
    // While the account's versions are locked no analysis can end: the import does not wait for it.
    const release = await lockVersions(service.pool, client.accountId);
    try {
      const command = startCommand(['import', 'calls', path, '--account', client.accountId]);
      await until(async () => command.process.exitCode !== null, { seconds: 20 });
      expect(command.process.exitCode).toBe(0);
      expect(new Set((await given(client)).map(({ state }) => state))).toEqual(new Set(['ANALYZING']));
    } finally {
      await release();
    }
    await until(async () => (await given(client)).every(({ state, stats }) => state === 'COMPLETE' && stats !== null));
  });

  describe('without a worker', () => {
    const name = `without_worker_${process.pid}`;
    let databaseUrl: string;
    let pool: pg.Pool;
    let accountId: string;
    beforeAll(async () => {
      await service.pool.query(`create database ${name}`);
      const url = new URL(inject('databaseUrl'));
      url.pathname = `/${name}`;
      databaseUrl = url.href;
      const migrated = await runCommand(['migrate'], { DATABASE_URL: databaseUrl });
      expect(migrated.code).toBe(0);
      expect(JSON.parse(migrated.stdout).applied.length).toBeGreaterThan(0);
      const account = await runCommand(['account', 'create', '--name', 'Alone'], { DATABASE_URL: databaseUrl });
      accountId = JSON.parse(account.stdout).accountId;
      pool = createPool({ connection: { connectionString: databaseUrl }, max: 3, onError: () => {} });
    });
    afterAll(async () => {
      await pool.end();
      await service.pool.query(`drop database ${name} with (force)`);
    });

    async function states(): Promise<Record<string, number>> {
      const { rows } = await pool.query('select state, count(*) as count from calls group by state');
      return Object.fromEntries(rows.map((row) => [row.state, row.count]));
    }

    async function jobs(): Promise<{ all: number; locked: number }> {
      const { rows } = await pool.query(
        'select count(*) as "all", count(locked_by) as locked from graphile_worker._private_jobs',
      );
      return rows[0];
    }

    /** Whether what a running import has locked can be told from what a dead one has. */
    async function namesItsJobs(): Promise<boolean> {
      const { rows } = await pool.query('select 1 from worker_heartbeats where cardinality(worker_ids) > 0');
      return rows.length > 0;
    }

    test('is done before the import ends', async () => {
      const path = await fileOf(
        jsonl(upTo(20).map((line) => made(line, { externalId: `s-${line}`, transcript: spoken(line) }))),
      );
      const { code, stdout } = await runCommand(['import', 'calls', path, '--account', accountId], {
        DATABASE_URL: databaseUrl,
      });
      expect(code).toBe(0);
      expect(JSON.parse(stdout).created).toBe(20);
      expect(await states()).toEqual({ COMPLETE: 20 });
      expect(await jobs()).toEqual({ all: 0, locked: 0 });
    });

    test('also of calls that only change', async () => {
      const talkTimes = 'select distinct (stats ->> $1)::int as seconds from calls';
      expect((await pool.query(talkTimes, ['internalTalkTime'])).rows).toEqual([{ seconds: 0 }]);
      const participants = [{ speakerNumber: 0, type: 'INTERNAL' }];
      const path = await fileOf(jsonl(upTo(20).map((line) => made(line, { externalId: `s-${line}`, participants }))));
      const { stdout } = await runCommand(['import', 'calls', path, '--account', accountId], {
        DATABASE_URL: databaseUrl,
      });
      expect(JSON.parse(stdout).changed).toBe(20);
      // Blocks of half a second at 0 and 2 s.
      expect((await pool.query(talkTimes, ['internalTalkTime'])).rows).toEqual([{ seconds: 1 }]);
      expect(await jobs()).toEqual({ all: 0, locked: 0 });
    });

    test('is done by each of two imports at once', async () => {
      const account = await runCommand(['account', 'create', '--name', 'Other'], { DATABASE_URL: databaseUrl });
      const others = JSON.parse(account.stdout).accountId;
      const before = await states();
      const [slow, quick] = [
        await fileOf(jsonl([made(1, { transcript: spoken(1) })])),
        await fileOf(jsonl([made(2, { transcript: spoken(2) })])),
      ];
      const release = await lockVersions(pool, others);
      try {
        const command = startCommand(['import', 'calls', slow, '--account', others], { DATABASE_URL: databaseUrl });
        await until(async () => (await jobs()).locked === 1);
        await runCommand(['import', 'calls', quick, '--account', accountId], { DATABASE_URL: databaseUrl });
        expect(await states()).toEqual({ COMPLETE: before.COMPLETE! + 1, ANALYZING: 1 });
        await release();
        expect((await command.ended).code).toBe(0);
      } finally {
        await release();
      }
      expect(await states()).toEqual({ COMPLETE: before.COMPLETE! + 2 });
    });

    test('killed while it analyses, it goes on with that when it is run again', async () => {
      const before = await states();
      const lines = upTo(12).map((line) => made(line, { transcript: spoken(line, 3_000) }));
      const path = await fileOf(gzipSync(jsonl(lines)), 'gz');
      const words = ['import', 'calls', path, '--account', accountId];
      const command = startCommand(words, { DATABASE_URL: databaseUrl });
      await until(async () => (await jobs()).locked > 0 && (await namesItsJobs()));
      command.process.kill('SIGKILL');
      expect((await command.ended).code).toBeNull();
      expect((await states()).ANALYZING).toBeGreaterThan(0);
      const { code, stdout } = await runCommand(words, { DATABASE_URL: databaseUrl });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ lines: 12, skipped: 12, created: 0 });
      expect(await states()).toEqual({ COMPLETE: before.COMPLETE! + 12 });
      expect(await jobs()).toEqual({ all: 0, locked: 0 });
    });
  });
});

describe('what cannot be done', () => {
  async function refusal(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await runCommand(['import', 'calls', ...words]);
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr;
  }

  test.concurrent('is said in one line', async () => {
    const { accountId } = await newClient();
    const path = await fileOf(jsonl([made(1)]));
    expect(await refusal(path, '--account', 'nobody')).toBe('There is no account nobody.\n');
    const missing = await refusal(join(dir, 'missing.jsonl'), '--account', accountId);
    expect(missing).toMatch(/^\S+missing\.jsonl cannot be read: ENOENT[^\n]*\n$/);
    expect(await refusal(dir, '--account', accountId)).toBe(`${dir} is not a file.\n`);
  });

  test.concurrent('broken gzip: what came before is in', async () => {
    const client = await newClient();
    const whole = gzipSync(
      jsonl(upTo(200).map((line) => made(line, { metadata: { line, noise: randomBytes(2_000).toString('base64') } }))),
    );
    for (const [bytes, reason] of [
      [whole.subarray(0, whole.length / 2), 'unexpected end of file'],
      [Buffer.from('{"not": "gzip"}\n'), 'incorrect header check'],
    ] as const) {
      const path = await fileOf(bytes, 'jsonl.gz');
      expect(await refusal(path, '--account', client.accountId)).toBe(`${path} cannot be read: ${reason}\n`);
    }
    const lines = linesOf(await given(client));
    expect(lines.length).toBeGreaterThan(20);
    expect(lines).toEqual(upTo(lines.length));
  });

  test.concurrent('no arguments, or wrong ones: what it takes', async () => {
    const usage = /\n\nUsage: debrief import calls FILE\.jsonl\[\.gz\] --account ID \[--caller EMAIL\]\n/;
    const [none, unknown] = await Promise.all([refusal(), refusal('a', '--account', 'x', '--colour', 'red')]);
    expect(none).toMatch(/^--account is missing: [^\n]*\n\n/);
    expect(unknown).toMatch(/^[^\n]*--colour[^\n]*\n\n/);
    for (const told of [none, unknown]) expect(told).toMatch(usage);
  });
});
