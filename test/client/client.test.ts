import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { ApiError, type Client, createClient, type ItemOf, v1Routes, v2Routes } from '#debrief/client/index.js';
import { checkAnswer } from '../support/declared-answer.js';
import type { TestClient } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { type Fate, startFlakyProxy } from './flaky-proxy.js';

// The client against the real server: each kind of route, refusals, and what it does when the way is bad.

const { service, account } = await openSuite();
let credential: TestClient;
let client: Client;

beforeAll(async () => {
  credential = await account.client();
  client = connect(service.url);
});

/** Waits, written down instead of done. */
const noWait =
  (waits: number[] = []) =>
  async (ms: number, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    waits.push(ms);
  };

/** As fetch, and holds each answer to what its route declares. */
const checkedFetch: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init);
  const text = await answer.clone().text();
  checkAnswer(init?.method ?? 'GET', String(input), { status: answer.status, headers: answer.headers, text });
  return answer;
};

function connect(baseUrl: string, more = {}): Client {
  const { username, password } = credential;
  return createClient({ baseUrl, username, password, wait: noWait(), fetch: checkedFetch, ...more });
}

const call = { callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND' } as const;
const word = { start: '0.5', end: 1, word: 'hello', p: '.', v: 0 };

async function refusal(answer: Promise<unknown>): Promise<ApiError> {
  const error = await answer.then(
    () => null,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error;
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe('routes', () => {
  test('a thing is made, read, changed on a condition, and removed', async () => {
    const made = await client.v1.departments.create({ body: { name: 'Sales' } });
    expectTypeOf(made).toEqualTypeOf<{ id: string; name: string; active: boolean }>();
    const { data, etag, status } = await client.request(v1Routes.departments.read, { params: { id: made.id } });
    expect([data, status]).toEqual([{ id: made.id, name: 'Sales', active: true }, 200]);
    const change = { params: { id: made.id }, ifMatch: etag! };
    const changed = await client.v1.departments.update({ ...change, body: { name: 'Marketing' } });
    expect(changed.name).toBe('Marketing');
    const late = await refusal(client.v1.departments.update({ ...change, body: { name: 'Other' } }));
    expect(late.status).toBe(412);
    expect(await client.v1.departments.remove({ params: { id: made.id } })).toBeUndefined();
    expect((await client.v2.departments()).map(({ id }) => id)).not.toContain(made.id);
  });

  test('a POST with a key is done once', async () => {
    const body = { name: 'Once' };
    const [one, other] = await Promise.all([
      client.v1.departments.create({ body, idempotencyKey: 'once' }),
      client.v1.departments.create({ body, idempotencyKey: 'once' }),
    ]);
    expect(one).toEqual(other);
  });

  test('a list comes whole, a page at a time, or from a query on', async () => {
    const made = await Promise.all(
      Array.from({ length: 7 }, (_, n) => client.v1.topics.create({ body: { name: `Topic ${n}`, words: ['price'] } })),
    );
    const topics = await collect(client.list(v1Routes.topics.list, { query: { limit: 3 } }));
    expectTypeOf(topics[0]!.words).toEqualTypeOf<string[]>();
    // The account's own topic is the first.
    expect(topics.slice(1).map(({ id }) => id)).toEqual(made.map(({ id }) => id).sort((a, b) => a - b));
    for await (const { id } of client.list(v1Routes.topics.list)) {
      expect(id).toBe(1);
      break;
    }
  });

  test('NDJSON goes in and comes out as arrays', async () => {
    const lines = await client.v1.importCalls({
      body: [
        { ...call, id: 'line-1', transcript: [word] },
        { ...call, direction: 'SCREENSHARE', callTime: 'then' },
      ],
    });
    expect(lines).toMatchObject([
      { line: 1, id: 'line-1', state: 'ANALYZING', created: true },
      { line: 2, error: { status: 400, parameter: 'callTime' } },
    ]);
  });

  test('settings, a rendered template, and who changed what', async () => {
    const account = await client.v1.updateAccount({ body: { callVisibility: 'own' } });
    expect(account.rate).toEqual({ day: 5, night: 25, hours: '06:00-21:00', timeZone: 'America/New_York' });
    const { id } = await client.v1.createCall({ body: call });
    const preview = await client.v1.previewTemplate({ body: { template: '{{ call.id }}', callId: id } });
    expect(preview).toEqual({ rendered: id, error: null });
    expect(await client.v1.readCall({ params: { id } })).toMatchObject({ state: 'PENDING', participants: [] });
    await client.v1.updateCall({ params: { id }, body: { originalPath: 'take-2.wav' } });
    await client.v1.deleteCall({ params: { id } });
    const query = { kind: 'calls', id };
    const changes = [];
    for await (const change of client.list(v1Routes.audit, { query: { ...query, limit: 1 } })) changes.push(change);
    expect(changes.map(({ action, before }) => [action, before])).toEqual([
      ['delete', { state: 'PENDING' }],
      ['update', null],
      ['create', null],
    ]);
    expect(changes[0]!.by).toEqual({ kind: 'credential', id: credential.username });
    const [changed] = (await client.v1.audit({ query: { kind: 'account' } })).items;
    expect(changed!.after).toEqual(account);
  });

  test('API v2: one call, a search, an id with a slash, an empty answer', async () => {
    await client.v1.createCall({ body: { ...call, id: 'a/b?c', metadata: { company: 'Hewlett Packard' } } });
    expect(await client.v2.searchCalls({ query: { 'metadata.company': 'hewlett packard' } })).toEqual(['a/b?c']);
    const found = await client.v2.call({ params: { id: 'a/b?c' } });
    expect([found.id, found.transcript]).toEqual(['a/b?c', null]);
    expect(await client.v2.check()).toBeUndefined();
    expect(await client.call(v2Routes.deleteCall, { params: { id: 'a/b?c' } })).toBeUndefined();
  });

  test('a page of a feed by hand, since a Date', async () => {
    const { id } = await client.v1.createCall({ body: call });
    const page = await client.v2.calls({
      query: { since: new Date('2026-01-01'), limit: 1000, include_transcripts: true },
    });
    expect(page.map((each) => each.id)).toContain(id);
  });
});

describe('refusals', () => {
  test('bring the problem document', async () => {
    const wrong = { email: 'nobody', firstName: 'A', lastName: 'B' };
    const error = await refusal(client.v1.users.create({ body: wrong }));
    expect(error.problem).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'email has a wrong value, "nobody"; it takes an e-mail address',
      parameter: 'email',
      allowed: 'an e-mail address',
    });
    expect(error.message).toBe('400 Bad Request: email has a wrong value, "nobody"; it takes an e-mail address');
  });

  test('a wrong password, a thing that is not there, a credential that may not', async () => {
    expect((await refusal(connect(service.url, { password: 'pässwörd' }).v2.check())).status).toBe(401);
    expect((await refusal(client.v1.users.read({ params: { id: 'nobody' } }))).status).toBe(404);
    const { username, password } = await account.client('read');
    const reader = createClient({ baseUrl: `${service.url}/`, username, password });
    expect((await refusal(reader.v1.departments.create({ body: { name: 'No' } }))).problem.detail).toContain('write');
  });

  test('an id that got lost is no request for something else', async () => {
    const lost = client.v1.users.read({ params: { id: '' } });
    await expect(lost).rejects.toThrow('GET /api/v1/users/:id needs id.');
  });

  test('a base URL that is none, or none where there is no page', () => {
    expect(() => createClient({ baseUrl: 'debrief' })).toThrow('baseUrl "debrief" is not a URL.');
    expect(() => createClient()).toThrow('is not a URL');
  });

  test("a page that is not the server's is no answer", async () => {
    const html = async () => new Response('<h1>Log in</h1>', { headers: { 'content-type': 'text/html' } });
    await expect(connect(service.url, { fetch: html }).v2.users()).rejects.toThrow('answered text/html, not JSON');
  });
});

describe('a bad way', () => {
  async function through(fates: Fate[], run: (client: Client, asked: string[]) => Promise<void>, retry = {}) {
    const proxy = await startFlakyProxy(service.url, (request) => fates[request] ?? 'passes');
    const waits: number[] = [];
    try {
      await run(connect(proxy.url, { wait: noWait(waits), retry }), proxy.asked);
    } finally {
      await proxy.close();
    }
    return waits;
  }

  test('a GET is sent again, the same, after longer and longer', async () => {
    const fates: Fate[] = ['is lost', 'breaks off', 'arrives cut', { status: 502 }, { status: 503 }, { status: 504 }];
    const waits = await through(fates, async (client, asked) => {
      expect(await client.v1.readAccount()).toMatchObject({ name: 'Test company' });
      expect(asked).toEqual(Array(7).fill('/api/v1/account'));
    });
    expect(waits.map((ms, n) => ms > 250 * 2 ** n && ms <= 500 * 2 ** n)).toEqual(Array(6).fill(true));
  });

  test('not before the server says', async () => {
    const waits = await through(
      [
        { status: 503, retryAfter: 77 },
        { status: 429, retryAfter: 0 },
      ],
      async (client) => {
        await client.v2.check();
      },
    );
    expect(waits).toEqual([77_000, expect.any(Number)]);
    expect(waits[1]).toBeLessThanOrEqual(1_000);
  });

  test('it gives up after so many attempts, with the last failure', async () => {
    const fates: Fate[] = Array(3).fill({ status: 503 });
    const waits = await through(
      fates,
      async (client) => {
        const error = await refusal(client.v2.users());
        expect(error.problem).toMatchObject({ status: 503, title: 'Service Unavailable', detail: '<h1>Not now</h1>' });
      },
      { attempts: 3 },
    );
    expect(waits.length).toBe(2);
  });

  test('what cannot be done twice is sent once, unless it has a key', async () => {
    const before = (await client.v1.departments.list({ query: { limit: 1000 } })).items.length;
    await through(['breaks off'], async (client, asked) => {
      await expect(client.v1.departments.create({ body: { name: 'Broken off' } })).rejects.toThrow(TypeError);
      expect(asked.length).toBe(1);
    });
    await through(['breaks off'], async (client, asked) => {
      const made = await client.v1.departments.create({ body: { name: 'Keyed' }, idempotencyKey: 'keyed' });
      expect(made.name).toBe('Keyed');
      expect(asked.length).toBe(2);
    });
    expect((await client.v1.departments.list({ query: { limit: 1000 } })).items.length).toBe(before + 2);
  });

  test('what is refused is not sent again', async () => {
    await through([], async (client, asked) => {
      await refusal(client.v1.users.read({ params: { id: 'nobody' } }));
      expect(asked.length).toBe(1);
    });
  });

  test('an abort ends it: before, under way, and while it waits', async () => {
    await through([], async (client, asked) => {
      await expect(client.v2.users({ signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
      expect(asked.length).toBe(0);
    });
    const abort = new AbortController();
    const answers = new Promise<Response>((_, reject) =>
      abort.signal.addEventListener('abort', () => reject(new TypeError())),
    );
    const underWay = connect(service.url, { fetch: () => answers }).v2.users({ signal: abort.signal });
    abort.abort(new Error('under way'));
    await expect(underWay).rejects.toThrow('under way');
    const later = new AbortController();
    const lost = async () => {
      setTimeout(() => later.abort(new Error('while it waits')));
      throw new TypeError('fetch failed');
    };
    const waits = { fetch: lost, wait: undefined, retry: { firstMs: 600_000, maxMs: 600_000 } };
    await expect(connect(service.url, waits).v2.users({ signal: later.signal })).rejects.toThrow('while it waits');
  });
});

test('types: what a route needs is asked for, and what it answers is known', () => {
  type Users = Awaited<ReturnType<Client['v2']['users']>>;
  expectTypeOf<Users[number]['teamId']>().toEqualTypeOf<string | null>();
  expectTypeOf<ItemOf<typeof v1Routes.users.list>['role']>().toEqualTypeOf<'admin' | 'manager' | 'rep'>();
  expectTypeOf<ItemOf<typeof v1Routes.readAccount>>().toBeNever();
  expectTypeOf(client.v2.check).returns.resolves.toBeUndefined();
  expectTypeOf(client.v1.users.update).parameter(0).toExtend<{ params: { id: string | number } }>();
  expectTypeOf(client.v2.users).toBeCallableWith();
  expectTypeOf(client.v2.calls).toBeCallableWith({ query: { since: '2026-01-01T00:00Z', include_transcripts: true } });
  expectTypeOf(client.v1.listCalls).toBeCallableWith({ query: { q: 'budget', limit: 5, 'metadata.stage': 'won' } });
  const wrong = () => {
    // @ts-expect-error no such parameter
    client.v1.listCalls({ query: { stage: 'won' } });
    // @ts-expect-error the id is missing
    client.v2.call();
    // @ts-expect-error the id's name is another
    client.v2.call({ params: { callId: 'a' } });
    // @ts-expect-error since is missing
    client.v2.calls({ query: { limit: 1 } });
    // @ts-expect-error no such parameter
    client.v2.calls({ query: { since: '2026-01-01T00:00Z', include_all: true } });
    // @ts-expect-error a field is missing
    client.v1.users.create({ body: { email: 'a@b.c', firstName: 'A' } });
    // @ts-expect-error a field is not known
    client.v1.departments.create({ body: { name: 'A', colour: 'red' } });
    // @ts-expect-error the body is missing
    client.v1.topics.create({});
    // @ts-expect-error not a metadata field
    client.v2.searchCalls({ query: { company: 'a' } });
    // @ts-expect-error no feed
    client.feeds.users({ since: '2026-01-01T00:00Z' });
    // @ts-expect-error since is missing
    client.feeds.calls({});
  };
  expect(wrong).toBeTypeOf('function');
});
