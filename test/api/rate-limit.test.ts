import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { credentialsSettled } from '#debrief/db/credentials.js';
import { updateAccount } from '#debrief/services/accounts/accounts.js';
import { setCredentialRate } from '#debrief/services/accounts/credentials.js';
import { commandActor } from '#debrief/services/actor.js';
import {
  type Asked,
  ask,
  askInTurn,
  drivenTime,
  quiet,
  type RatedAnswer,
  type RatedClient,
  ratedClient,
  usedUntil,
} from '../support/rated.js';
import { serve } from '../support/served.js';
import { makeAccount, startService, type TestAccount, type TestService, until } from '../support/service.js';

// api-v2 §3, on two processes' worth of the real app on one database, under one time that both are driven by.

const time = drivenTime();
let here: TestService;
let there: TestService;
let account: TestAccount;
beforeAll(async () => {
  [here, there] = await Promise.all([startService({ turnTime: time }), startService({ turnTime: time })]);
  account = await makeAccount(here);
});
afterAll(() => Promise.all([here.close(), there.close()]));

const NOON = '2026-07-15T16:00:00.000Z';

const newClient = () => ratedClient(here, account.accountId);

async function askMany(services: readonly TestService[], client: RatedClient, count: number): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (let i = 0; i < count; i++) asked.push(await askInTurn(services[i % services.length]!, client));
  return asked;
}

/** Lets time go on until all are answered; answers how long each waited, null for those that hung up. */
async function waits(asked: readonly Asked[], ms = 60_000): Promise<(number | null)[]> {
  time.advance(ms);
  const answers = await Promise.all(asked.map(({ answer }) => answer));
  expect(answers.filter((answer) => answer && answer.status !== 200)).toEqual([]);
  return answers.map((answer) => answer?.waitedMs ?? null);
}

const zeros = (count: number) => Array<number>(count).fill(0);

async function answerOf(asked: Asked | Promise<Asked>): Promise<RatedAnswer> {
  return (await (
    await asked
  ).answer)!;
}

describe('the rates', () => {
  test('by day: five at once, then five a second', async () => {
    time.set(NOON);
    const asked = await askMany([here], await newClient(), 9);
    expect(await waits(asked)).toEqual([...zeros(5), 200, 400, 600, 800]);
  });

  test('by night: twenty-five at once, then twenty-five a second', async () => {
    time.set('2026-07-16T02:00:00.000Z');
    const asked = await askMany([here], await newClient(), 29);
    expect(await waits(asked)).toEqual([...zeros(25), 40, 80, 120, 160]);
  });

  test('all at once from one client are served alike', async () => {
    time.set('2026-07-16T16:00:00.000Z');
    const client = await newClient();
    const asked = Array.from({ length: 20 }, () => ask(here.url, client));
    await until(async () => (await usedUntil(here, client)) === time.now() + 3000);
    await quiet(here);
    const sorted = (await waits(asked)).map(Number).sort((a, b) => a - b);
    expect(sorted).toEqual([...zeros(5), ...Array.from({ length: 15 }, (_, i) => (i + 1) * 200)]);
  });

  test('what is not used is lost after a second', async () => {
    time.set('2026-07-17T16:00:00.000Z');
    const client = await newClient();
    expect(await waits(await askMany([here], client, 5), 500)).toEqual(zeros(5));
    expect(await waits(await askMany([here], client, 4))).toEqual([0, 0, 100, 300]);
    time.advance(3_600_000);
    expect(await waits(await askMany([here], client, 6))).toEqual([...zeros(5), 200]);
  });

  test('of a credential go before those of its account', async () => {
    time.set('2026-07-18T16:00:00.000Z');
    const client = await ratedClient(here, account.accountId, { day: 2, night: 10 });
    expect(await waits(await askMany([here], client, 4))).toEqual([0, 0, 500, 1000]);
  });

  test('below one a second: one, and then evenly spaced', async () => {
    time.set('2026-07-19T16:00:00.000Z');
    const client = await ratedClient(here, account.accountId, { day: 0.5, night: 0.5 });
    const asked = await askMany([here], client, 3);
    const first = await answerOf(asked[0]!);
    expect(first.headers['ratelimit-policy']).toBe('"default";q=1;w=2');
    expect(first.headers.ratelimit).toBe('"default";r=0;t=2');
    expect(await waits(asked)).toEqual([0, 2000, 4000]);
  });
});

// 06:00 and 21:00 in New York, in summer and on the days on which clocks are set forward and back.
const DAYS = [
  ['in summer', '2026-08-01T10:00:00Z', '2026-08-02T01:00:00Z'],
  ['in winter', '2027-01-15T11:00:00Z', '2027-01-16T02:00:00Z'],
  ['as clocks go forward', '2027-03-14T10:00:00Z', '2027-03-15T01:00:00Z'],
  ['as clocks go back', '2027-11-07T11:00:00Z', '2027-11-08T02:00:00Z'],
] as const;

describe.each(DAYS)('the edges %s', (_name, six, nine) => {
  const ahead = (instant: string, ms: number) => new Date(Date.parse(instant) - ms).toISOString();

  test.each([
    ['05:59:59.999', ahead(six, 1), 25],
    ['06:00', six, 5],
    ['20:59:59.999', ahead(nine, 1), 5],
    ['21:00', nine, 25],
  ])('at %s', async (_wall, instant, rate) => {
    time.set(instant);
    const { headers } = await answerOf(askInTurn(here, await newClient()));
    expect(headers['ratelimit-policy']).toBe(`"default";q=${rate};w=1`);
    expect(headers.ratelimit).toBe(`"default";r=${rate - 1};t=1`);
  });

  test('who waits across 06:00 or 21:00 goes by the rate that is in force then', async () => {
    time.set(ahead(six, 100));
    // 40 ms each up to 06:00; the third has had half of its share by then, and takes 100 ms more for the other.
    expect(await waits(await askMany([here], await newClient(), 29))).toEqual([...zeros(25), 40, 80, 200, 400]);
    time.set(ahead(nine, 300));
    expect(await waits(await askMany([here, there], await newClient(), 9))).toEqual([
      ...zeros(5),
      ...[200, 320, 360, 400],
    ]);
  });
});

describe('order', () => {
  test('first come, first served, over two processes', async () => {
    time.set('2028-01-01T17:00:00.000Z');
    const asked = await askMany([here, there, there], await newClient(), 14);
    expect(await waits(asked)).toEqual([...zeros(5), ...Array.from({ length: 9 }, (_, i) => (i + 1) * 200)]);
  });

  test('no place is given twice, however many ask at once', async () => {
    time.set('2028-01-04T17:00:00.000Z');
    const client = await newClient();
    const asked = Array.from({ length: 60 }, (_, i) => ask([here, there][i % 2]!.url, client));
    await until(async () => (await usedUntil(here, client)) === time.now() + 11_000);
    await Promise.all([quiet(here), quiet(there)]);
    const sorted = (await waits(asked)).map(Number).sort((a, b) => a - b);
    expect(sorted).toEqual([...zeros(5), ...Array.from({ length: 55 }, (_, i) => (i + 1) * 200)]);
  });

  test('nobody goes before their time', async () => {
    time.set('2028-01-02T17:00:00.000Z');
    const asked = await askMany([here, there], await newClient(), 7);
    const gone: number[] = [];
    for (const [index, { answer }] of asked.entries()) void answer.then(() => gone.push(index));
    await Promise.all(asked.slice(0, 5).map(({ answer }) => answer));
    for (const [ms, count] of [
      [199, 5],
      [1, 6],
      [199, 6],
      [1, 7],
    ] as const) {
      time.advance(ms);
      await until(async () => gone.length >= count);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(gone).toHaveLength(count);
    }
    expect(gone.slice(5)).toEqual([5, 6]);
  });

  test('another credential of the account waits for none of it', async () => {
    time.set('2028-01-03T17:00:00.000Z');
    const busy = await askMany([here], await newClient(), 8);
    expect(await waits(await askMany([here, there], await newClient(), 5), 0)).toEqual(zeros(5));
    expect(await waits(busy)).toEqual([...zeros(5), 200, 400, 600]);
  });
});

describe('hanging up', () => {
  /** Hangs up and waits until the limiter has tried to give the place back. */
  async function hangUp(service: TestService, asked: Asked): Promise<void> {
    await afterStatement(/update \\?"rate_turns/, service, () => asked.hangUp());
    expect(await asked.answer).toBeNull();
  }

  /** Waits until a statement like this has been made, and what came of it is done. */
  async function afterStatement(like: RegExp, service: TestService, cause: () => void): Promise<void> {
    const statements = vi.spyOn(pg.Client.prototype, 'query');
    try {
      cause();
      await until(async () => statements.mock.calls.some(([query]) => like.test(JSON.stringify(query))));
    } finally {
      statements.mockRestore();
    }
    await quiet(service);
  }

  test('those behind move up, and the place that is left over goes back', async () => {
    time.set('2028-02-01T17:00:00.000Z');
    const client = await newClient();
    const asked = await askMany([here], client, 8);
    await hangUp(here, asked[5]!);
    expect(await usedUntil(here, client)).toBe(time.now() + 400);
    const elsewhere = await askInTurn(there, client);
    expect(await waits([...asked, elsewhere])).toEqual([...zeros(5), null, 200, 400, 600]);
  });

  test('several give back several', async () => {
    time.set('2028-02-02T17:00:00.000Z');
    const client = await newClient();
    const asked = await askMany([here], client, 12);
    for (const one of asked.slice(6, 11)) one.hangUp();
    await hangUp(here, asked[11]!);
    await until(async () => (await usedUntil(here, client)) === time.now() + 200);
    await quiet(here);
    expect(await waits([...asked, ...(await askMany([there], client, 1))])).toEqual([
      ...[...zeros(5), 200],
      ...Array(6).fill(null),
      400,
    ]);
  });

  test('a place before another process’s is for the next newcomer here', async () => {
    time.set('2028-02-03T17:00:00.000Z');
    const client = await newClient();
    const asked = await askMany([here], client, 7);
    const elsewhere = await askInTurn(there, client);
    await hangUp(here, asked[5]!);
    expect(await usedUntil(here, client)).toBe(time.now() + 600);
    // It takes the place at 400 ms, and the one behind it the next in the database.
    const newcomers: Asked[] = [];
    // So that the credential is looked up again, by which the newcomer is seen to come.
    await credentialsSettled();
    await afterStatement(/from credentials/, here, () => newcomers.push(ask(here.url, client)));
    expect(await usedUntil(here, client)).toBe(time.now() + 600);
    const last = await askInTurn(here, client);
    expect(await waits([...asked, elsewhere, ...newcomers, last])).toEqual([...zeros(5), null, 200, 600, 400, 800]);
  });

  test('a place that nobody takes in time is gone', async () => {
    time.set('2028-02-04T17:00:00.000Z');
    const client = await newClient();
    const asked = await askMany([here], client, 6);
    const elsewhere = await askInTurn(there, client);
    await hangUp(here, asked[5]!);
    time.advance(300);
    const late = await askInTurn(here, client);
    expect(await waits([elsewhere, late])).toEqual([400, 300]);
  });
});

describe('waiting a minute or longer', () => {
  const slow = () => ratedClient(here, account.accountId, { day: 0.1, night: 0.1 });

  test('is a 504 at once, and takes no place', async () => {
    time.set('2028-03-01T17:00:00.000Z');
    const client = await slow();
    const asked = await askMany([here, there], client, 6);
    const full = await usedUntil(here, client);
    for (const service of [here, there]) {
      const refused = await answerOf(ask(service.url, client));
      expect([refused.status, refused.headers['retry-after'], refused.waitedMs]).toEqual([504, '1', 0]);
      expect(refused.headers['content-type']).toContain('application/problem+json');
      expect(JSON.parse(refused.text)).toMatchObject({ status: 504, title: 'Gateway Timeout', type: 'about:blank' });
      expect(refused.headers.ratelimit).toBe('"default";r=0;t=60');
    }
    expect(await usedUntil(here, client)).toBe(full);
    time.advance(1);
    const last = await askInTurn(here, client);
    expect(await waits([...asked, last], 120_000)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 59_999]);
  });

  test('Retry-After says when there will be a place', async () => {
    time.set('2028-03-02T17:00:00.000Z');
    const client = await slow();
    const asked = await askMany([here], client, 6);
    time.advance(1);
    asked.push(await askInTurn(here, client));
    const refused = await answerOf(ask(here.url, client));
    expect([refused.status, refused.headers['retry-after']]).toEqual([504, '10']);
    time.advance(Number(refused.headers['retry-after']) * 1000);
    const again = await askInTurn(there, client);
    expect((await waits([...asked, again], 120_000)).at(-1)).toBe(59_999);
  });
});

describe('who takes no place', () => {
  test('the unlimited: nothing is asked of the database', async () => {
    time.set('2028-04-01T17:00:00.000Z');
    const client = await ratedClient(here, account.accountId, 'unlimited');
    const statements = vi.spyOn(pg.Client.prototype, 'query');
    try {
      const answers = await Promise.all(Array.from({ length: 60 }, () => answerOf(ask(here.url, client))));
      expect(answers.map(({ waitedMs }) => waitedMs)).toEqual(zeros(60));
      expect(answers[0]!.headers['ratelimit-policy']).toBe('"unlimited";q=999999999;w=1');
      expect(answers[0]!.headers.ratelimit).toBe('"unlimited";r=999999999;t=0');
      const texts = statements.mock.calls.map(([query]) => JSON.stringify(query));
      expect(texts.filter((text) => text.includes('credentials')).length).toBeGreaterThan(0);
      expect(texts.filter((text) => /take_turns|rate_turns/.test(text))).toEqual([]);
      // One statement a request for the others.
      statements.mockClear();
      await answerOf(ask(here.url, await newClient()));
      const turns = statements.mock.calls.filter(([query]) => /take_turns|rate_turns/.test(JSON.stringify(query)));
      expect(turns).toHaveLength(1);
    } finally {
      statements.mockRestore();
    }
  });

  test('401, 403, unknown paths, other methods and /api/v1', async () => {
    time.set('2028-04-02T17:00:00.000Z');
    const client = await newClient();
    const v2Headers = { 'ratelimit-policy': '"default";q=5;w=1', 'x-queue-time-ms': '0' };
    const wrong = { authorization: client.authorization.slice(0, -8) };
    for (const [who, what, status] of [
      [wrong, {}, 401],
      [client, { method: 'DELETE', path: '/api/ev/2/call/1' }, 403],
      [client, { path: '/api/ev/2/nothing' }, 404],
      [client, { method: 'PUT' }, 405],
    ] as const) {
      const answer = await answerOf(ask(here.url, who, what));
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject({ ...v2Headers, ratelimit: '"default";r=5;t=0' });
    }
    for (let i = 0; i < 7; i++) {
      const answer = await answerOf(ask(here.url, client, { path: '/api/v1/topics' }));
      expect([answer.status, answer.headers.ratelimit]).toEqual([200, undefined]);
    }
    expect(await usedUntil(here, client)).toBeNull();
  });
});

test('what no route takes tells of the limit of whoever asks, and of nobody else’s', async () => {
  time.set('2028-04-03T17:00:00.000Z');
  const { accountId } = await makeAccount(here);
  const slow = await ratedClient(here, accountId, { day: 2, night: 2 });
  const fast = await ratedClient(here, accountId, { day: 70, night: 70 });
  const free = await ratedClient(here, accountId, 'unlimited');
  const wrong = { authorization: slow.authorization.slice(0, -8) };
  const nobody = { authorization: '' };
  const policies = [
    [slow, '"default";q=2;w=1'],
    [fast, '"default";q=70;w=1'],
    [free, '"unlimited";q=999999999;w=1'],
    [wrong, '"default";q=5;w=1'],
    [nobody, '"default";q=5;w=1'],
  ] as const;
  for (const method of ['PUT', 'PATCH', 'OPTIONS']) {
    for (const [who, policy] of policies) {
      const { status, headers } = await answerOf(ask(here.url, who, { method }));
      expect([status, headers.allow, headers['ratelimit-policy']]).toEqual([405, 'GET, HEAD', policy]);
    }
  }
  for (const [who, policy] of policies) {
    const { status, headers } = await answerOf(ask(here.url, who, { path: '/api/ev/2/nothing/here' }));
    expect([status, headers['ratelimit-policy']]).toEqual([404, policy]);
  }
});

test('every answer tells of the limit, errors and HEAD too', async () => {
  time.set('2028-05-01T16:00:00.000Z');
  const client = await newClient();
  const left: unknown[] = [];
  for (const what of [
    { path: '/api/ev/2/users' },
    { path: '/api/ev/2/calls' },
    { path: '/api/ev/2/call/none' },
    { method: 'HEAD' },
    {},
  ]) {
    const { status, headers } = await answerOf(ask(here.url, client, what));
    expect(headers['ratelimit-policy']).toBe('"default";q=5;w=1');
    left.push([status, headers.ratelimit, headers['x-queue-time-ms']]);
  }
  expect(left).toEqual([
    [200, '"default";r=4;t=1', '0'],
    [400, '"default";r=3;t=1', '0'],
    [404, '"default";r=2;t=1', '0'],
    [200, '"default";r=1;t=1', '0'],
    [200, '"default";r=0;t=1', '0'],
  ]);
});

describe('settings', () => {
  test('an account has hours, a zone and rates of its own', async () => {
    const { accountId } = await makeAccount(here);
    const client = await ratedClient(here, accountId);
    const policyAt = async (instant: string) => {
      time.set(instant);
      return (await answerOf(ask(here.url, client))).headers['ratelimit-policy'];
    };
    await updateAccount({ db: here.db }, commandActor({ accountId }), {
      rate: { hours: '22:30-04:00', timeZone: 'Asia/Kolkata' },
    });
    await updateAccount({ db: here.db }, commandActor({ accountId }), { rate: { day: 3, night: 40 } });
    expect(await policyAt('2028-06-01T16:59:59.999Z')).toBe('"default";q=40;w=1');
    expect(await policyAt('2028-06-01T17:00:00.000Z')).toBe('"default";q=3;w=1');
    expect(await policyAt('2028-06-01T22:29:59.999Z')).toBe('"default";q=3;w=1');
    expect(await policyAt('2028-06-01T22:30:00.000Z')).toBe('"default";q=40;w=1');
    await setCredentialRate({ db: here.db }, client.username, { day: 1, night: 2 });
    expect(await policyAt('2028-06-02T01:00:00.000Z')).toBe('"default";q=2;w=1');
    await setCredentialRate({ db: here.db }, client.username, 'unlimited');
    expect(await policyAt('2028-06-02T01:00:00.000Z')).toContain('unlimited');
    await setCredentialRate({ db: here.db }, client.username, 'account');
    expect(await policyAt('2028-06-02T01:00:00.000Z')).toBe('"default";q=40;w=1');
  });

  test.each([
    [
      { rate: { hours: '24:00-21:00' } },
      'day start is "24:00"; it takes a time of day from 00:00 to 23:59 such as 06:00',
    ],
    [{ rate: { hours: '06:00-9pm' } }, 'day end is "9pm"; it takes a time of day from 00:00 to 23:59 such as 06:00'],
    [
      { rate: { hours: '21:00-21:00' } },
      'day end is the day start; it takes another time; for one rate all day, set both rates to it',
    ],
    [
      { rate: { timeZone: 'Mars/Base' } },
      'rate time zone "Mars/Base" is not known; it takes an IANA time zone such as America/New_York',
    ],
    [{ rate: { day: 0, night: 1 } }, 'day rate is 0; it takes 0.1 to 1000 requests a second'],
    [{ rate: { day: 1, night: Number.NaN } }, 'night rate is NaN; it takes 0.1 to 1000 requests a second'],
  ])('%j is refused', async (patch, message) => {
    await expect(updateAccount({ db: here.db }, account.actor, patch)).rejects.toThrow(message);
  });

  test('what is not there is told', async () => {
    await expect(updateAccount({ db: here.db }, commandActor({ accountId: 'none' }), {})).rejects.toThrow(
      'There is no account none.',
    );
    await expect(setCredentialRate({ db: here.db }, 'none', 'account')).rejects.toThrow(
      'There is no credential none in force.',
    );
    const { username } = await newClient();
    const tooFast = setCredentialRate({ db: here.db }, username, { day: 5, night: 1001 });
    await expect(tooFast).rejects.toThrow('night rate is 1001; it takes 0.1 to 1000 requests a second');
  });
});

describe('by the real clock', () => {
  const five = () => ratedClient(here, account.accountId, { day: 5, night: 5 });

  test('a process that is killed leaves only the places its requests had', async () => {
    const client = await five();
    const killed = await serve({ DATABASE_URL: inject('databaseUrl'), WORKERS: '0' });
    const service = await startService();
    try {
      const asked = Array.from({ length: 20 }, () => ask(killed.url, client));
      const start = Date.now();
      await until(async () => Number(await usedUntil(here, client)) > start + 2500);
      killed.command.process.kill('SIGKILL');
      await killed.command.ended;
      const free = Number(await usedUntil(here, client));
      const next = await answerOf(ask(service.url, client));
      expect(next.status).toBe(200);
      // Not before those that had places, and right after them: 200 ms, and what a busy machine needs.
      expect(Date.now()).toBeGreaterThanOrEqual(free + 195);
      expect(Date.now()).toBeLessThan(free + 1200);
      expect(next.waitedMs).toBeGreaterThan(0);
      const ends = await Promise.all(asked.map(({ answer }) => answer));
      expect(ends.filter((answer) => answer === null).length).toBeGreaterThan(0);
    } finally {
      await service.close();
    }
  });

  test('the rates are told and kept by the database’s clock, not by a node’s', async () => {
    const clock = { now: () => (Date.now() + 6 * 3_600_000) * 1000 };
    const service = await startService({ clock });
    try {
      const { accountId } = await makeAccount(here);
      const wall = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
      const hours = `${wall(-2)}-${wall(2)}`;
      await updateAccount({ db: here.db }, commandActor({ accountId }), {
        rate: { day: 2, night: 50, hours, timeZone: 'UTC' },
      });
      const client = await ratedClient(here, accountId);
      const answers = await Promise.all(Array.from({ length: 5 }, () => answerOf(ask(service.url, client))));
      for (const { headers } of answers) expect(headers['ratelimit-policy']).toBe('"default";q=2;w=1');
      // One and a half seconds, less what they came later than the first.
      const longest = Math.max(...answers.map(({ waitedMs }) => waitedMs));
      expect(longest).toBeGreaterThan(500);
      expect(longest).toBeLessThan(2000);
    } finally {
      await service.close();
    }
  });
});
