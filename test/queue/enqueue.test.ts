// The queue's own function drops a job where a worker takes the waiting one of its key in the midst of adding it.

import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enqueueAll } from '#debrief/queue/jobs.js';
import { startService, type TestService, until } from '../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service.pool.query(`delete from graphile_worker._private_jobs where payload ->> 'accountId' = 'nobody'`);
  await service.close();
});

test('a job is added beside the one of its key that is taken meanwhile', async () => {
  const jobOf = (callId: string) => ({ accountId: 'nobody', callId });
  await service.db.transaction().execute(async (tx) => {
    await enqueueAll(tx, 'analyze', ['taken', 'waiting'].map(jobOf));
    // Later, so that no worker takes them but the one that is played here.
    await sql`update graphile_worker._private_jobs set run_at = now() + interval '1 hour'
      where payload ->> 'accountId' = 'nobody'`.execute(tx);
  });
  const worker = await service.pool.connect();
  try {
    await worker.query('begin');
    const taken = await worker.query(`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'worker'
      where key = 'analyze:nobody:taken' returning id, pg_backend_pid() as pid`);
    const { id, pid } = taken.rows[0];
    let left: unknown;
    const rolledBack = new Error('nothing of it is to be worked at');
    const adding = service.db.transaction().execute(async (tx) => {
      await enqueueAll(tx, 'analyze', ['new', 'taken', 'waiting'].map(jobOf));
      const found = await sql`select key, locked_by as by, id = ${id} as old from graphile_worker._private_jobs
        where payload ->> 'accountId' = 'nobody' order by key`.execute(tx);
      left = found.rows;
      throw rolledBack;
    });
    const ended = expect(adding).rejects.toBe(rolledBack);
    await until(async () => {
      const waiting = `select 1 from pg_stat_activity where $1 = any(pg_blocking_pids(pid))`;
      return (await service.pool.query(waiting, [pid])).rows.length > 0;
    });
    await worker.query('commit');
    await ended;
    expect(left).toEqual([
      { key: 'analyze:nobody:new', by: null, old: false },
      { key: 'analyze:nobody:taken', by: null, old: false },
      { key: 'analyze:nobody:waiting', by: null, old: false },
      // The queue takes its key from it.
      { key: null, by: 'worker', old: true },
    ]);
  } finally {
    worker.release(true);
  }
});

test('a call that comes is analysed before what is stored is matched again', async () => {
  const rolledBack = new Error('nothing of it is to be worked at');
  const adding = service.db.transaction().execute(async (tx) => {
    const range = { after: null, to: { callTime: 0, callId: 'call' } };
    const part = { accountId: 'company', topicsVersion: 1, part: 0, ...range };
    await enqueueAll(tx, 'rematch_part', [part]);
    await enqueueAll(tx, 'analyze', [{ accountId: 'company', callId: 'new' }]);
    // The order in which the queue gives its jobs out.
    const found = await sql<{ key: string }>`select key from graphile_worker._private_jobs
      where payload ->> 'accountId' = 'company' order by priority, run_at, id`.execute(tx);
    const keys = found.rows.map(({ key }) => key);
    expect(keys).toEqual(['analyze:company:new', expect.stringMatching(/^rematch:company:/)]);
    throw rolledBack;
  });
  await expect(adding).rejects.toBe(rolledBack);
});
