import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '#debrief/db/connection/migrate.js';
import { bindStoredCalls } from '#debrief/services/analysis/speaker-bindings.js';
import type { TemporaryDatabase } from '../support/database.js';
import { startService, type TestService } from '../support/service.js';
import { readRecording, startRecorded } from './recorded.js';

// Calls of a version without bindings are bound to who had the address at their time, by the audit.

let database: TemporaryDatabase;
let service: TestService;
const account_id = 'acme';
/** More speakers than one transaction binds. */
const CROWD = 1_500;

interface Shown {
  readonly email: string;
  readonly systemIds?: readonly string[];
  readonly active?: boolean;
}
let audits = 0;

/** A row of the audit: what a user was, and became. */
function changed(id: string, at: string, before: Shown | null, after: Shown) {
  const side = (shown: Shown | null) => shown && JSON.stringify({ id, systemIds: [], active: true, ...shown });
  const action = before === null ? 'create' : 'update';
  const by = { by_kind: 'command', kind: 'users', action };
  return { account_id, audit_id: String(++audits), at, ...by, id, before: side(before), after: side(after) };
}

const person = (user_id: string, email: string, system_ids = '{}', active = 'true') => ({
  account_id,
  user_id,
  email,
  first_name: user_id,
  last_name: 'Person',
  system_ids,
  active,
});

let calls = 0;
/** A call as the version before stored it: its caller is whom it found by what is given. */
const call = (call_id: string, call_time: string, caller_id: string | null, given: object = {}) => ({
  account_id,
  call_id,
  call_time,
  caller_id,
  given_caller_email: null,
  given_caller_system_id: null,
  ...given,
  direction: 'INBOUND',
  state: 'PENDING',
  first_stamp: '2026-06-01T00:00:00.000001Z',
  stamp: `2026-06-01T00:00:00.000${++calls}01Z`,
});
const speaker = (call_id: string, email: string, speaker_number = '0') => ({
  account_id,
  call_id,
  speaker_number,
  email,
});

beforeAll(async () => {
  const { migrations } = await readRecording('0.1.0');
  const rows = new Map<string, Record<string, string | null>[]>([
    ['accounts', [{ account_id, name: 'Acme' }]],
    ['feed_heads', [{ account_id, head: '2026-06-01T00:00:01Z' }]],
    [
      'users',
      [
        person('ada', 'Ada@new.example', '{8}'),
        person('bob', 'desk@x.example', '{7}'),
        person('eve', 'desk@x.example', '{}', 'false'),
        person('old', 'old@x.example'),
      ],
    ],
    [
      'audit',
      [
        changed('ada', '2026-01-10T00:00Z', null, { email: 'ada@x.example', systemIds: ['7'] }),
        changed('eve', '2026-01-11T00:00Z', null, { email: 'desk@x.example' }),
        changed(
          ...(['ada', '2026-02-01T00:00Z'] as const),
          { email: 'ada@x.example', systemIds: ['7'] },
          { email: 'Ada@new.example', systemIds: ['8'] },
        ),
        changed('bob', '2026-02-10T00:00Z', null, { email: 'ADA@x.example', systemIds: ['7'] }),
        changed(
          ...(['eve', '2026-03-01T00:00Z'] as const),
          { email: 'desk@x.example' },
          { email: 'desk@x.example', active: false },
        ),
        changed(
          ...(['bob', '2026-03-02T00:00Z'] as const),
          { email: 'ADA@x.example', systemIds: ['7'] },
          { email: 'desk@x.example', systemIds: ['7'] },
        ),
      ],
    ],
    [
      'calls',
      [
        // Given again when Bob had the address, these were made his.
        call('c1', '2026-01-20T00:00Z', 'bob', { given_caller_email: 'ada@X.example' }),
        call('c2', '2026-02-20T00:00Z', 'bob', { given_caller_email: 'ada@x.example' }),
        call('c3', '2026-01-20T00:00Z', 'bob', { given_caller_system_id: '7' }),
        call('c4', '2026-01-20T00:00Z', null, { given_caller_email: 'nobody@x.example' }),
        call('c5', '2026-01-20T00:00Z', 'bob'),
        call('crowd', '2026-01-20T00:00Z', null),
      ],
    ],
    [
      'participants',
      [
        speaker('c1', 'ADA@x.example'),
        speaker('c1', 'nobody@x.example', '1'),
        speaker('c2', 'ada@x.example'),
        speaker('c3', 'desk@x.example'),
        speaker('c4', 'old@x.example'),
        ...Array.from({ length: CROWD }, (_, i) => speaker('crowd', 'ada@new.example', String(i))),
      ],
    ],
  ]);
  database = await startRecorded({ migrations, feeds: new Map(), rows });
  service = await startService({ databaseUrl: database.databaseUrl });
  await migrate(service.pool, () => {});
}, 60_000);
afterAll(async () => {
  await service.close();
  await database.stop();
});

const select = async (query: string) => (await service.pool.query(query)).rows;

test('the history of addresses is made of the audit', async () => {
  const rows = await select(`select user_id || ' ' || address || ' ' ||
      case when held_from = '-infinity' then 'ever' else to_char(held_from at time zone 'UTC', 'MM-DD') end || ' ' ||
      coalesce(to_char(held_until at time zone 'UTC', 'MM-DD'), 'now') as line
    from user_addresses order by 1`);
  expect(rows.map(({ line }) => line)).toEqual([
    'ada 7 01-10 02-01',
    'ada 8 02-01 now',
    'ada ada@new.example 02-01 now',
    'ada ada@x.example 01-10 02-01',
    'bob 7 02-10 now',
    'bob ada@x.example 02-10 03-02',
    'bob desk@x.example 03-02 now',
    'eve desk@x.example 01-11 03-01',
    'old old@x.example ever now',
  ]);
});

test('an upgrade begins what it leaves to the background', async () => {
  expect(await select(`select task_identifier as kind from graphile_worker.jobs`)).toEqual([{ kind: 'sweep' }]);
});

test('stored calls are bound, and only those that show another caller are stamped', async () => {
  const stamps = async () =>
    new Map((await select('select call_id, stamp from calls')).map(({ call_id, stamp }) => [call_id, stamp]));
  const before = await stamps();
  // Stopped before it has begun, it has all to do; stopped after a batch, the rest.
  await bindStoredCalls(service.db, AbortSignal.abort());
  let batches = 0;
  const stopped = {
    get aborted() {
      return ++batches > 2;
    },
  } as AbortSignal;
  await bindStoredCalls(service.db, stopped);
  const [{ bound }] = await select('select count(*)::int as bound from participants where user_id is not null');
  expect(bound).toBe(999);
  await bindStoredCalls(service.db, new AbortController().signal);
  expect(await select('select * from speaker_bindings')).toEqual([]);

  const callers = await select('select call_id, caller_id from calls order by 1');
  expect(callers.map(({ call_id, caller_id }) => `${call_id} ${caller_id}`)).toEqual([
    ...['c1 ada', 'c2 bob', 'c3 ada', 'c4 null', 'c5 bob', 'crowd null'],
  ]);
  const speakers = await select(`select call_id || ' ' || email || ' ' || coalesce(user_id, 'nobody') as line
    from participants where call_id <> 'crowd' order by 1`);
  expect(speakers.map(({ line }) => line)).toEqual([
    ...['c1 ADA@x.example ada', 'c1 nobody@x.example nobody', 'c2 ada@x.example bob', 'c3 desk@x.example eve'],
    'c4 old@x.example old',
  ]);
  const transactions = await select(`select count(*)::int as rows from participants where call_id = 'crowd'
    and user_id = 'ada' group by xmin::text order by 1`);
  expect(transactions.map(({ rows }) => rows)).toEqual([CROWD - 995, 995]);

  const after = await stamps();
  const moved = [...after].filter(([id, stamp]) => before.get(id) !== stamp).map(([id]) => id);
  expect(moved.sort()).toEqual(['c1', 'c3']);
  // Nobody had the address of these any more, so nobody was heard to speak under it.
  const analyses = await select(`select key from graphile_worker.jobs where task_identifier = 'analyze' order by 1`);
  expect(analyses.map(({ key }) => key)).toEqual(['analyze:acme:c1', 'analyze:acme:c2']);
});
