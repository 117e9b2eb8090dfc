import { request as httpRequest } from 'node:http';
import { constants, deflateRawSync, gzipSync, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createFailureSlowdown } from '#debrief/server/auth/auth.js';
import { atRest } from '../support/analysed.js';
import { makeAccount } from '../support/service.js';
import { openSuite } from '../support/suite.js';

// What giving, changing and deleting calls promises beyond the shapes.

const { service, account, client } = await openSuite();

const base = { callTime: '2026-01-02T03:04:05Z', direction: 'INBOUND' };
const words = (text: string, v = 0) =>
  text.split(' ').map((word, i) => ({ start: String(i), end: String(i + 0.5), word, v }));

const post = (call: object, by = client) => by.send('POST', '/api/v1/calls', call);
const patch = (id: string, fields: object) => client.send('PATCH', `/api/v1/calls/${id}`, fields);
const read = async (id: string) => (await client.get(`/api/v1/calls/${id}`)).json();

describe('giving a call again', () => {
  test('by its externalId replaces what is given, and nothing else', async () => {
    const id = await client.upsertCall({
      ...base,
      externalId: 'a-1',
      originalPath: 'a.wav',
      transcript: words('one two'),
    });
    const again = await post({ ...base, externalId: 'a-1', originalPath: 'b.wav' });
    expect([again.status, again.json()]).toEqual([200, { id, state: 'COMPLETE' }]);
    const after = await read(id);
    expect([after.originalPath, after.transcript.length, after.externalId]).toEqual(['b.wav', 2, 'a-1']);
  });

  test('an identical one moves no stamp', async () => {
    const call = {
      ...base,
      externalId: 'a-2',
      duration: 12.5,
      metadata: { b: 1, a: [2] },
      crmMatches: [{ crmName: 'S', activityCrmId: '1', account: null, contacts: [], engagement: null }],
      callSummary: { nextSteps: [], questionsAndAnswers: [], summary: null },
      participants: [{ speakerNumber: 1, type: 'EXTERNAL' }, { speakerNumber: 0 }],
      transcript: words('same words', 1),
    };
    const id = await client.upsertCall(call);
    const { modified } = await read(id);
    expect((await post(call)).status).toBe(200);
    expect((await patch(id, {})).status).toBe(200);
    expect((await patch(id, { duration: 12.5 })).status).toBe(200);
    expect((await read(id)).modified).toBe(modified);
    expect((await patch(id, { duration: 13 })).status).toBe(200);
    expect((await read(id)).modified > modified).toBe(true);
  });

  test('nor does one whose transcript was stored at another zlib level', async () => {
    const call = { ...base, externalId: 'a-level', transcript: words('many of the same words '.repeat(200).trim()) };
    const id = await client.upsertCall(call);
    const { modified } = await read(id);
    const stored = await service.pool.query<{ fragment_id: number; deflated: Buffer }>(
      `select fragment_id, deflated from fragments where call_id = $1 and fragment_id =
        (select transcript_fragment_id from calls where call_id = $1)`,
      [id],
    );
    const { fragment_id, deflated } = stored.rows[0]!;
    const json = inflateRawSync(deflated, { finishFlush: constants.Z_SYNC_FLUSH });
    const other = deflateRawSync(json, { level: 1, finishFlush: constants.Z_FULL_FLUSH });
    expect(other.equals(deflated)).toBe(false);
    await service.pool.query('update fragments set deflated = $1 where fragment_id = $2', [other, fragment_id]);
    expect((await post(call)).status).toBe(200);
    expect((await read(id)).modified).toBe(modified);
    const [first, ...rest] = call.transcript;
    expect((await post({ ...call, transcript: [{ ...first!, word: 'Many' }, ...rest] })).status).toBe(200);
    expect((await read(id)).modified > modified).toBe(true);
  });

  test('null clears', async () => {
    const id = await client.upsertCall({
      ...base,
      externalId: 'a-3',
      duration: 3,
      originalPath: 'x',
      metadata: { a: 1 },
      callSummary: { nextSteps: ['x'], questionsAndAnswers: [], summary: 's' },
      participants: [{ speakerNumber: 0 }],
      transcript: words('gone soon'),
    });
    const cleared = {
      duration: null,
      originalPath: null,
      metadata: null,
      callSummary: null,
      participants: null,
      transcript: null,
      crmMatches: null,
      callerEmail: null,
    };
    expect((await patch(id, cleared)).json()).toEqual({ id, state: 'PENDING' });
    const after = await read(id);
    expect(after).toMatchObject({
      duration: null,
      originalPath: null,
      metadata: {},
      callSummary: null,
      participants: [],
      transcript: null,
      crmMatches: [],
      stats: null,
      state: 'PENDING',
    });
    expect((await client.get(`/api/ev/2/calls/search?metadata.a=1`)).json()).toEqual([]);
    const topics = (await client.get('/api/ev/2/call_topics?since=2020-01-01T00:00Z&limit=1000')).json();
    expect(topics.map((entry: { callId: string }) => entry.callId)).not.toContain(id);
    expect((await patch(id, { externalId: null })).status).toBe(200);
    expect((await post({ ...base, externalId: 'a-3' })).status).toBe(201);
  });

  test('a new transcript is analysed anew', async () => {
    const id = await client.upsertCall({ ...base, externalId: 'a-4', transcript: words('one two three') });
    expect((await read(id)).stats.talkSpeeds[0].end).toBe(2.5);
    expect((await patch(id, { transcript: words('one two three four') })).json().state).toBe('ANALYZING');
    await client.upsertCall({ ...base, externalId: 'a-4' });
    const after = await read(id);
    expect([after.state, after.stats.talkSpeeds[0].end]).toEqual(['COMPLETE', 3.5]);
  });

  test('by many at once makes one call', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => post({ ...base, externalId: 'a-5' })));
    expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(1);
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  });

  test('after it was deleted makes a new call', async () => {
    const { id } = (await post({ ...base, externalId: 'a-6' })).json();
    expect((await client.send('DELETE', `/api/v1/calls/${id}`)).status).toBe(204);
    const again = await post({ ...base, externalId: 'a-6' });
    expect(again.status).toBe(201);
    expect(again.json().id).not.toBe(id);
  });
});

describe('ids', () => {
  test('may be brought with the admin scope, also odd ones', async () => {
    for (const id of ['scorecard_mb1', 'with space', 'ü/ß?#&%', '😀', 'x'.repeat(200)]) {
      expect([id, (await post({ ...base, id })).status]).toEqual([id, 201]);
      expect((await client.get(`/api/ev/2/call/${encodeURIComponent(id)}`)).json().id).toBe(id);
    }
    expect((await post({ ...base, id: 'scorecard_mb1', originalPath: 'x' })).status).toBe(200);
    const writer = await account.client('write');
    expect((await post({ ...base, id: 'mine' }, writer)).status).toBe(403);
  });

  test('conflicts are refused and change nothing', async () => {
    await post({ ...base, id: 'c-1', externalId: 'ext-1' });
    await post({ ...base, id: 'c-2', externalId: 'ext-2' });
    expect((await post({ ...base, id: 'c-1', externalId: 'ext-2' })).status).toBe(409);
    expect((await patch('c-1', { externalId: 'ext-2' })).status).toBe(409);
    expect((await read('c-1')).externalId).toBe('ext-1');
    await client.send('DELETE', '/api/v1/calls/c-2');
    expect((await post({ ...base, id: 'c-2' })).status).toBe(409);
  });
});

test('callers resolve by id, address in any case, and system id', async () => {
  const userId = await account.addUser('Caller@Example.com', { systemIds: ['dialer-7'] });
  for (const caller of [{ callerId: userId }, { callerEmail: 'cALLER@example.COM' }, { callerSystemId: 'dialer-7' }]) {
    const { id } = (await post({ ...base, ...caller })).json();
    expect(await read(id)).toMatchObject({ callerId: userId, callerEmail: 'Caller@Example.com' });
  }
  expect((await post({ ...base, callerId: 'nobody' })).status).toBe(400);
});

test('words out of order, as numbers and as odd decimals come out in order, as they were sent', async () => {
  const id = await client.upsertCall({
    ...base,
    transcript: [
      { start: '2.500', end: '2.75', word: 'third', v: 3 },
      { start: 0.1, end: 0.30000000000000004, word: 'first', p: null, v: 0 },
      { v: 1, word: 'second', end: '00.90', start: '0.1', p: '' },
      { start: '2.5', end: '2.5', word: 'fourth "quoted" \\ \u2028', p: '…', v: 2 },
    ],
  });
  expect((await read(id)).transcript).toEqual([
    { start: '0.1', end: '0.30000000000000004', word: 'first', v: 0 },
    { start: '0.1', end: '00.90', word: 'second', v: 1 },
    { start: '2.500', end: '2.75', word: 'third', v: 3 },
    { start: '2.5', end: '2.5', word: 'fourth "quoted" \\ \u2028', p: '…', v: 2 },
  ]);
});

test('the largest call goes in and out; one word more is refused', async () => {
  const many = Array.from({ length: 200_000 }, (_, i) => ({
    start: `${i / 10}`,
    end: `${i / 10}`,
    word: `w${i % 5000}`,
    v: i % 7,
  }));
  const id = await client.upsertCall({ ...base, transcript: many });
  for (const coding of ['gzip', 'identity']) {
    const answer = await client.get(`/api/ev/2/call/${id}`, { 'accept-encoding': coding });
    expect(answer.headers.get('content-encoding')).toBe(coding === 'gzip' ? 'gzip' : null);
    expect(answer.json().transcript).toEqual(many);
  }
  const over = await post({ ...base, transcript: [...many, { start: '1', end: '1', word: 'x', v: 0 }] });
  expect([over.status, over.json().detail]).toEqual([400, expect.stringContaining('200000')]);
});

test('gzip is sent to those who want it as much as anything', async () => {
  const id = await client.upsertCall({ ...base, transcript: words('hello there') });
  for (const [header, coded] of [
    ['gzip', true],
    ['gzip;q=0', false],
    ['identity, gzip;q=0.5', false],
    ['gzip;q=0.8, identity;q=0.5', true],
    ['*', true],
    ['br', false],
    ['deflate, GZIP;q=1.0', true],
  ] as const) {
    // Not by fetch, which sets this header itself.
    const coding = await new Promise((resolve, reject) => {
      httpRequest(
        new URL(`/api/ev/2/call/${id}`, service.url),
        { auth: `${client.username}:${client.password}`, headers: { 'accept-encoding': header } },
        (response) => {
          response.resume();
          resolve(response.headers['content-encoding'] === 'gzip');
        },
      )
        .on('error', reject)
        .end();
    });
    expect([header, coding]).toEqual([header, coded]);
  }
});

test('NDJSON goes in line by line, plain or gzipped', async () => {
  const lines = [
    JSON.stringify({ ...base, externalId: 'n-1', transcript: words('a b') }),
    '',
    '{"callTime": "broken',
    JSON.stringify({ ...base, externalId: 'n-1' }),
    JSON.stringify({ ...base, direction: 'SIDEWAYS' }),
    `${JSON.stringify({ ...base, externalId: 'n-2' })}\r`,
  ].join('\n');
  for (const [body, coding] of [
    [lines, 'identity'],
    [gzipSync(lines), 'gzip'],
  ] as const) {
    const answer = await client.send('POST', '/api/v1/calls/import', body, {
      'content-type': 'application/x-ndjson',
      'content-encoding': coding,
    });
    expect(answer.status).toBe(200);
    const results = answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(results.map(({ line, error }) => [line, error?.status])).toEqual([
      [1, undefined],
      [3, 400],
      [4, undefined],
      [5, 400],
      [6, undefined],
    ]);
    expect(results[0].id).toBe(results[2].id);
    expect(results[3].error.parameter).toBe('direction');
  }
});

test('one account sees nothing of another', async () => {
  const { id } = (await post({ ...base, externalId: 'private', metadata: { secret: 'x' } })).json();
  const other = await (await makeAccount(service)).client();
  expect((await other.get(`/api/ev/2/call/${id}`)).status).toBe(404);
  expect((await other.get('/api/ev/2/calls?since=2020-01-01T00:00Z')).json()).toEqual([]);
  expect((await other.get('/api/ev/2/calls/search?metadata.secret=x')).json()).toEqual([]);
  expect((await other.send('DELETE', `/api/ev/2/call/${id}`)).status).toBe(404);
  const made = await post({ ...base, externalId: 'private' }, other);
  expect([made.status, made.json().id !== id]).toEqual([201, true]);
});

describe('topics', () => {
  test('the canonical questions come with an account, and stay', async () => {
    const [first] = (await client.get('/api/v1/topics')).json().items;
    expect(first).toMatchObject({ id: 1, canonicalQuestions: true, active: true });
    expect((await client.send('DELETE', '/api/v1/topics/1')).status).toBe(409);
    expect((await client.send('PATCH', '/api/v1/topics/1', { name: 'Questions' })).status).toBe(200);
  });

  test('numbers are never given again', async () => {
    const make = async () => (await client.send('POST', '/api/v1/topics', { name: 'T', words: ['t'] })).json().id;
    const first = await make();
    expect((await client.send('DELETE', `/api/v1/topics/${first}`)).status).toBe(204);
    expect(await make()).toBe(first + 1);
    const active = (await client.get('/api/ev/2/topics')).json().map((topic: { id: number }) => topic.id);
    expect(active).not.toContain(first);
    expect((await client.send('PATCH', `/api/v1/topics/${first}`, { active: true })).json().active).toBe(true);
  });

  test('a * ends a word of at least three letters or digits', async () => {
    const give = (word: string) => client.send('POST', '/api/v1/topics', { name: 'Stars', words: ['price', word] });
    for (const word of [
      'pric*',
      'pric* list',
      'price-list*',
      '250*',
      '$250*',
      'caf\u00e9*',
      '手机abc*',
      "don't*",
      'pric*, list',
    ]) {
      expect((await give(word)).status, word).toBe(201);
    }
    for (const word of [
      'pr*',
      '25*',
      '*',
      'price *',
      '*price',
      'pri*ce',
      'price**',
      'follow-up*',
      '价格*',
      '价格多少*',
      '"price"*',
      'c++*',
    ]) {
      const { status, text } = await give(word);
      expect([status, text], word).toEqual([400, expect.stringContaining('words[1]')]);
      expect(text).toContain('at least three letters or digits');
    }
    const made = (await give('pric*')).json();
    const refused = await client.send('PATCH', `/api/v1/topics/${made.id}`, { words: ['p*'] });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('words[0]')]);
  });

  test('forms are found where a topic says so, which v2 does not show', async () => {
    const own = await (await makeAccount(service)).client('admin');
    const given = { name: 'Forms', words: ['price', 'pric* lists'] };
    const plain = (await own.send('POST', '/api/v1/topics', given)).json();
    expect(plain).toMatchObject({ ...given, wordForms: false });
    const id = await own.upsertCall({ ...base, transcript: words('Pricing lists, prices, a price list.') });
    const found = async () => {
      const [entry] = (await own.get('/api/ev/2/call_topics?since=2020-01-01T00:00Z')).json();
      const matches = entry.topicMatches[0]?.topicsWithMatches[0].matches ?? [];
      return matches.map((match: { searchText: string[]; matchingText: string }) => [
        match.searchText,
        match.matchingText,
      ]);
    };
    expect(await found()).toEqual([
      [['pric* lists'], 'Pricing lists,'],
      [['price'], 'price'],
    ]);
    const changed = await own.send('PATCH', `/api/v1/topics/${plain.id}`, { wordForms: true });
    expect(changed.json()).toEqual({ ...plain, wordForms: true });
    await atRest(service, own.accountId);
    expect(await found()).toEqual([
      [['price', 'pric* lists'], 'Pricing lists,'],
      [['price'], 'prices,'],
      [['price', 'pric* lists'], 'price list.'],
    ]);
    const shown = (await own.get('/api/ev/2/topics')).json();
    expect(shown.map((topic: object) => Object.keys(topic))).toEqual(shown.map(() => ['id', 'name', 'words']));
    expect((await own.send('PATCH', `/api/v1/topics/${plain.id}`, { wordForms: 'yes' })).status).toBe(400);
    expect((await own.get(`/api/ev/2/call/${id}`)).json().state).toBe('COMPLETE');
  });
});

test('failed log-ins are slowed by address, twice as long each, and forgotten after a while', () => {
  let now = 0;
  const slowdown = createFailureSlowdown({ now: () => now });
  const waits = Array.from({ length: 13 }, () => slowdown.failed('10.0.0.1'));
  expect(waits).toEqual([0, 0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  expect(slowdown.failed('10.0.0.2')).toBe(0);
  slowdown.succeeded(() => '10.0.0.1');
  expect(slowdown.failed('10.0.0.1')).toBe(0);
  for (let i = 0; i < 9; i++) slowdown.failed('10.0.0.3');
  now += 16 * 60_000_000;
  expect(slowdown.failed('10.0.0.3')).toBe(0);
  // An IPv6 client has a /64 of addresses, and is one.
  for (let i = 0; i < 5; i++) expect(slowdown.failed(`2001:db8:0:7::${i}`)).toBe(0);
  expect(slowdown.failed('2001:db8:0:7:9::1')).toBe(250);
  expect(slowdown.failed('2001:db8:0:8::1')).toBe(0);
  slowdown.succeeded(() => '2001:db8:0:7:a::1');
  expect(slowdown.failed('2001:db8:0:7::1')).toBe(0);
});
