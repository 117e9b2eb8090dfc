import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { sweepListenSessions } from '#debrief/db/listen-sessions.js';
import { createListen, listListens } from '#debrief/services/feedback/listens.js';
import { addPerson, asUser } from '../support/people.js';
import { drivenClock, makeAccount, until } from '../support/service.js';
import { openSuite } from '../support/suite.js';

const clock = drivenClock();
const { service, account, client } = await openSuite({ clock });
let rita: string;

beforeAll(async () => {
  rita = await addPerson(account, 'rita');
});

let people = 0;
const newListener = () => addPerson(account, `listener${++people}`);
const upsertCall = (more: object = {}) =>
  client.upsertCall({ callTime: '2026-03-01T10:00Z', direction: 'INBOUND', callerEmail: 'rita@example.com', ...more });

/** Yesterday at noon in New York and so many seconds. */
function noon(seconds: number): string {
  const day = new Date(clock.now() / 1000 - 24 * 3600_000);
  day.setUTCHours(17, 0, 0, 0);
  return new Date(day.getTime() + seconds * 1000).toISOString();
}
const yesterday = () => noon(0).slice(0, 10);

interface Heartbeat {
  readonly callId: string;
  readonly listener: string;
  readonly session: string;
  readonly spans: readonly (readonly [number, number])[];
  readonly playedAt?: string;
  readonly startedAt?: string;
}

async function beat(body: Heartbeat, via = client) {
  const answer = await via.send('POST', '/api/v1/listens', body);
  expect(answer.status, answer.text).toBe(200);
  return answer.json().listens;
}

interface Entry {
  readonly id: string;
  readonly date: string;
  readonly callId: string;
  readonly timeListened: number;
  readonly modified: string;
}

async function entriesOf(listener: string): Promise<Entry[]> {
  const feed = await client.get('/api/ev/2/listens?since=2020-01-01T00:00Z&limit=1000');
  return feed.json().filter((entry: { listener: string }) => entry.listener === listener);
}

const times = async (listener: string) => (await entriesOf(listener)).map(({ timeListened }) => timeListened).sort();

describe('heartbeats', () => {
  test('add up to one row a listener, call and day', async () => {
    const callId = await upsertCall();
    const listener = await newListener();
    const tab = { callId, listener, session: 'tab' };
    const first = await beat({ ...tab, spans: [[0, 10]], playedAt: noon(10) });
    const row = { id: first[0].id, date: yesterday(), callId, listener, caller: rita };
    expect(first).toEqual([{ ...row, timeListened: 10 }]);
    expect(await beat({ ...tab, spans: [[10, 20.5]], playedAt: noon(20.5) })).toEqual([{ ...row, timeListened: 20.5 }]);
    // Played again, and something new among it.
    expect(await beat({ ...tab, spans: [[5, 25]], playedAt: noon(100) })).toEqual([{ ...row, timeListened: 25 }]);
    const list = await client.get(`/api/v1/listens?listener=${listener}`);
    expect(list.json()).toEqual({ items: [{ ...row, timeListened: 25 }], next: null });
    const none = await client.get(`/api/v1/listens?listener=${listener}&callId=none`);
    expect(none.json().items).toEqual([]);
  });

  test('sent again change nothing, not even the stamp, whether they say when or not', async () => {
    const callId = await upsertCall();
    const listener = await newListener();
    const heartbeats: Heartbeat[] = [
      { callId, listener, session: 'tab', spans: [[0, 10]], playedAt: noon(10) },
      { callId, listener, session: 'tab', spans: [[10, 20]] },
    ];
    for (const each of heartbeats) await beat(each);
    const before = await entriesOf(listener);
    for (const each of heartbeats) {
      clock.advance(60_000);
      await beat(each);
    }
    expect(await entriesOf(listener)).toEqual(before);
    expect(before.reduce((sum, { timeListened }) => sum + timeListened, 0)).toBe(20);
  });

  test('of tabs at the same time count once, of one call or of two', async () => {
    const [one, two] = [await upsertCall(), await upsertCall()];
    const listener = await newListener();
    await beat({ callId: one, listener, session: 'a', spans: [[0, 60]], playedAt: noon(60) });
    await beat({ callId: one, listener, session: 'b', spans: [[100, 160]], playedAt: noon(90) });
    expect(await times(listener)).toEqual([90]);
    await beat({ callId: two, listener, session: 'c', spans: [[0, 50]], playedAt: noon(100) });
    expect(await times(listener)).toEqual([10, 90]);
    // That the second call was begun before all of it comes out later.
    await beat({ callId: two, listener, session: 'c', spans: [[50, 60]], playedAt: noon(-10) });
    expect(await times(listener)).toEqual([50, 60]);
    const other = await newListener();
    await beat({ callId: one, listener: other, session: 'a', spans: [[0, 60]], playedAt: noon(60) });
    expect(await times(other)).toEqual([60]);
  });

  test('at double speed count the time that passed', async () => {
    const callId = await upsertCall();
    const listener = await newListener();
    await beat({ callId, listener, session: 'a', spans: [[0, 20]], startedAt: noon(0), playedAt: noon(10) });
    await beat({ callId, listener, session: 'a', spans: [[20, 40]], startedAt: noon(10), playedAt: noon(20) });
    expect(await times(listener)).toEqual([20]);
  });

  test.each(['America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'])(
    'are of the day that %s has',
    async (timeZone) => {
      const elsewhere = await makeAccount(service, timeZone);
      const there = await elsewhere.client();
      const listener = await addPerson(elsewhere, 'night-owl');
      const callId = await there.upsertCall({ callTime: '2026-03-01T10:00Z', direction: 'INBOUND' });
      const days = await service.pool.query(
        `select ((now() at time zone $1)::date - 1)::text as before, (now() at time zone $1)::date::text as after,
        extract(epoch from (now() at time zone $1)::date::timestamp at time zone $1)::float8 * 1000 as midnight`,
        [timeZone],
      );
      const { before, after, midnight } = days.rows[0];
      const playedAt = new Date(midnight + 20_000).toISOString();
      const ahead = drivenClock();
      ahead.advance(60_000);
      await beat({ callId, listener, session: 'a', spans: [[0, 50]], playedAt }, there);
      const feed = (await there.get('/api/ev/2/listens?since=2020-01-01T00:00Z')).json();
      const found = feed.map(({ date, timeListened }: Entry) => [date, timeListened]).sort();
      expect(found).toEqual([
        [before, 30],
        [after, 20],
      ]);
    },
  );

  test('beyond the end of the call do not count', async () => {
    const callId = await upsertCall({ duration: 30 });
    const listener = await newListener();
    await beat({
      callId,
      listener,
      session: 'a',
      spans: [
        [20, 30.7],
        [30, 40],
      ],
      playedAt: noon(30),
    });
    expect(await times(listener)).toEqual([10]);
  });

  test('that cannot be', async () => {
    const callId = await upsertCall();
    const send = async (more: object) => {
      const body = { callId, listener: rita, session: 's', spans: [[0, 1]], ...more };
      const answer = await client.send('POST', '/api/v1/listens', body);
      return [answer.status, answer.json().parameter];
    };
    const at = (ms: number) => new Date(clock.now() / 1000 + ms).toISOString();
    expect(await send({ callId: 'unknown' })).toEqual([404, undefined]);
    expect(await send({ listener: 'nobody' })).toEqual([400, 'listener']);
    expect(await send({ listener: undefined })).toEqual([400, 'listener']);
    expect(
      await send({
        spans: [
          [0, 1],
          [2, 2],
        ],
      }),
    ).toEqual([400, 'spans[1]']);
    expect(await send({ spans: [[0]] })).toEqual([400, 'spans[0]']);
    expect(await send({ spans: [[0, 1, 2]] })).toEqual([400, 'spans[0]']);
    expect(
      await send({
        spans: [
          [0, 3000],
          [0, 601],
        ],
      }),
    ).toEqual([400, 'spans']);
    expect(await send({ playedAt: at(6 * 60_000) })).toEqual([400, 'playedAt']);
    expect(await send({ playedAt: at(-8 * 24 * 3600_000) })).toEqual([400, 'playedAt']);
    expect(await send({ startedAt: at(2_000), playedAt: at(1_000) })).toEqual([400, 'startedAt']);
    expect(await send({ spans: [] })).toEqual([200, undefined]);
    expect(await entriesOf(rita)).toEqual([]);
  });

  test('a session that goes on for a week must be a new one, and one that is over is forgotten', async () => {
    const callId = await upsertCall();
    const listener = await newListener();
    const tab = { callId, listener, session: 'tab' };
    await beat({ ...tab, spans: [[0, 10]], playedAt: new Date(clock.now() / 1000 - 6 * 24 * 3600_000).toISOString() });
    clock.advance(36 * 3600_000);
    const late = await client.send('POST', '/api/v1/listens', { ...tab, spans: [[10, 20]] });
    expect([late.status, late.json().parameter]).toEqual([409, 'session']);
    const stored = () =>
      service.pool.query('select 1 from listen_sessions where account_id = $1 and listener = $2', [
        account.accountId,
        listener,
      ]);
    await sweepListenSessions(service.db, clock.now());
    expect((await stored()).rows).toHaveLength(1);
    clock.advance(4 * 24 * 3600_000);
    await sweepListenSessions(service.db, clock.now());
    expect((await stored()).rows).toHaveLength(0);
    expect(await times(listener)).toEqual([10]);
  });
});

describe('in any order, repeated, and at once', () => {
  const heartbeats = fc.array(
    fc.record({
      call: fc.constantFrom(0, 1),
      session: fc.constantFrom('x', 'y'),
      from: fc.integer({ min: 0, max: 40 }),
      length: fc.integer({ min: 1, max: 20 }),
      end: fc.integer({ min: 0, max: 60 }),
    }),
    { minLength: 1, maxLength: 8 },
  );
  const sequences = heartbeats.chain((given) =>
    fc.tuple(
      fc.constant(given),
      fc.shuffledSubarray([...given, ...given], { minLength: given.length * 2, maxLength: given.length * 2 }),
    ),
  );
  type Given = (typeof heartbeats extends fc.Arbitrary<infer T> ? T : never)[number];

  const toBody = (
    calls: readonly string[],
    listener: string,
    { call, session, from, length, end }: Given,
  ): Heartbeat => ({
    callId: calls[call]!,
    listener,
    session,
    spans: [[from, from + length]],
    playedAt: noon(end),
  });
  /** That a call was thought to have had some time in between depends on the order; 0 is none. */
  const summary = async (listener: string) => {
    const entries = (await entriesOf(listener)).filter(({ timeListened }) => timeListened > 0);
    return Object.fromEntries(entries.map(({ callId, timeListened }) => [callId, timeListened]));
  };

  test('they add up alike, to no more than the time that passed', async () => {
    const calls = [await upsertCall(), await upsertCall()].sort();
    await fc.assert(
      fc.asyncProperty(sequences, async ([given, again]) => {
        const [ordered, shuffled] = [await newListener(), await newListener()];
        for (const each of given) await beat(toBody(calls, ordered, each));
        // All on connections of their own.
        await Promise.all(again.map((each) => beat(toBody(calls, shuffled, each))));
        const counted = await summary(ordered);
        expect(await summary(shuffled)).toEqual(counted);
        const passed = new Set<number>();
        for (const { length, end } of given) for (let at = end - length; at < end; at++) passed.add(at);
        const total = Object.values(counted).reduce((sum, each) => sum + each, 0);
        expect(total).toBeLessThanOrEqual(passed.size);
        expect(total).toBeGreaterThan(0);
      }),
      // Shrinking would fill the one page that the feed is read by here.
      { numRuns: 12, endOnFailure: true },
    );
  });

  test('heartbeats that come at once lose nothing and double nothing', async () => {
    const callId = await upsertCall();
    const listener = await newListener();
    const tab = (n: number, session: string): Heartbeat => ({
      callId,
      listener,
      session,
      spans: [[n * 5, n * 5 + 5]],
      playedAt: noon(n * 5 + 5),
    });
    const all = Array.from({ length: 24 }, (_, n) => [tab(n, 'a'), tab(n, 'a'), tab(n, 'b')]).flat();
    await Promise.all(all.map((each) => beat(each)));
    expect(await times(listener)).toEqual([120]);
    expect(await entriesOf(listener)).toHaveLength(1);
  });

  test('an erased call and a heartbeat meet without harm', async () => {
    const listener = await newListener();
    const kept = await upsertCall();
    for (let round = 0; round < 5; round++) {
      const gone = await upsertCall();
      const session = `s${round}`;
      await beat({ callId: gone, listener, session, spans: [[0, 10]], playedAt: noon(round * 20 + 10) });
      const heartbeat = (callId: string, from: number) =>
        client.send('POST', '/api/v1/listens', {
          callId,
          listener,
          session,
          spans: [[from, from + 10]],
          playedAt: noon(round * 20 + 15),
        });
      const answers = await Promise.all([
        heartbeat(gone, 20),
        client.send('DELETE', `/api/v1/calls/${gone}`),
        heartbeat(kept, 0),
        heartbeat(gone, 40),
      ]);
      for (const { status, text } of answers) expect([200, 204, 404], text).toContain(status);
    }
    expect((await entriesOf(listener)).map(({ callId }) => callId)).toEqual([kept]);
  });
});

describe('history', () => {
  test('is given by day, given again in its place, and added to', async () => {
    const callId = await upsertCall();
    const listener = await newListener();
    const history = { callId, listener, date: yesterday(), timeListened: 100 };
    const give = (more: object = {}) => client.send('POST', '/api/v1/listens/history', { ...history, ...more });
    const first = await give();
    expect([first.status, first.json()]).toEqual([201, { id: first.json().id, caller: rita, ...history }]);
    const before = await entriesOf(listener);
    expect((await give()).status).toBe(200);
    expect(await entriesOf(listener)).toEqual(before);
    await beat({ callId, listener, session: 'a', spans: [[0, 10]], playedAt: noon(10) });
    expect(await times(listener)).toEqual([110]);
    expect((await give({ timeListened: 50 })).json().timeListened).toBe(60);
    for (const date of ['2026-02-30', '1899-12-31', '2200-01-01']) {
      expect((await give({ date })).json().parameter).toBe('date');
    }
    const writer = await account.client('write');
    expect((await writer.send('POST', '/api/v1/listens/history', history)).status).toBe(403);
  });
});

test('people listen themselves, to calls that they see; so do they read who listened', async () => {
  const callId = await upsertCall();
  const deps = { db: service.db, clock };
  const stranger = await newListener();
  const body = { callId, session: 's', spans: [[0, 10]] };
  const [listen] = await createListen(deps, await asUser(service, account, rita), body);
  expect(listen).toMatchObject({ listener: rita, timeListened: 10 });
  const strangers = await asUser(service, account, stranger);
  await expect(createListen(deps, strangers, body)).rejects.toMatchObject({ code: 'not_found' });
  const ritas = await asUser(service, account, rita);
  await expect(createListen(deps, ritas, { ...body, listener: stranger })).rejects.toMatchObject({ code: 'forbidden' });
  const page = { after: { at: '-infinity', id: '' }, limit: 1_000 };
  expect(await listListens({ db: service.db }, strangers, { callId, listener: null }, page)).toEqual([]);
  expect(await listListens({ db: service.db }, ritas, { callId, listener: null }, page)).toEqual([listen]);
});

test("a call's new caller shows in its listens, which move in the feed", async () => {
  const callId = await upsertCall();
  const listener = await newListener();
  await beat({ callId, listener, session: 'a', spans: [[0, 10]], playedAt: noon(10) });
  const [before] = await entriesOf(listener);
  const other = await addPerson(account, 'other-caller');
  await client.send('PATCH', `/api/v1/calls/${callId}`, { callerEmail: 'other-caller@example.com' });
  await until(async () => (await entriesOf(listener))[0]!.modified > before!.modified);
  const [after] = await entriesOf(listener);
  expect(after).toEqual({ ...before, caller: other, modified: after!.modified });
  await client.send('PATCH', `/api/v1/calls/${callId}`, { callerEmail: null });
  expect((await entriesOf(listener))[0]).toMatchObject({ caller: null });
});

test('erasing a call erases who listened to it', async () => {
  const callId = await upsertCall();
  const listener = await newListener();
  await beat({ callId, listener, session: 'a', spans: [[0, 10]], playedAt: noon(10) });
  const history = { callId, listener, date: '2026-01-01', timeListened: 100 };
  expect((await client.send('POST', '/api/v1/listens/history', history)).status).toBe(201);
  expect((await client.send('DELETE', `/api/v1/calls/${callId}`)).status).toBe(204);
  expect(await entriesOf(listener)).toEqual([]);
  for (const table of ['listens', 'listen_sessions']) {
    const left = await service.pool.query(`select 1 from ${table} where account_id = $1 and call_id = $2`, [
      account.accountId,
      callId,
    ]);
    expect(left.rows, table).toEqual([]);
  }
});
