import { once } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '#debrief/client/index.js';
import { v1Routes } from '#debrief/contract/routes.js';
import { basic } from '../support/raw-http.js';
import { makeAccount, startService, type TestClient, type TestService } from '../support/service.js';

// What goes over the wire by gzip, both ways, byte for byte: fetch would inflate it, and hide it.

const LEAST_BYTES = 1024;

let service: TestService;
let client: TestClient;
beforeAll(async () => {
  service = await startService();
  const account = await makeAccount(service);
  client = await account.client();
  // As many as make a page that is compressed on another thread, and tell of themselves in more than a kilobyte.
  const lines = Array.from({ length: 100 }, (_, n) => ({
    id: `call-${n}`,
    callTime: '2026-03-01T10:00Z',
    direction: 'INBOUND',
    metadata: { company: `Company ${n}`, note: 'x'.repeat(200) },
  }));
  const body = lines.map((line) => JSON.stringify(line)).join('\n');
  await client.send('POST', '/api/v1/calls/import', body, { 'content-type': 'application/x-ndjson' });
  for (let n = 0; n < 20; n++) await account.addUser(`user-${n}@example.com`);
  await client.send('POST', '/api/v1/topics', { name: 'Long', words: phrases(100) });
  await client.upsertCall({
    id: 'said',
    callTime: '2026-03-01T10:00Z',
    direction: 'INBOUND',
    metadata: { note: 'y'.repeat(2000) },
    transcript: [{ start: '0', end: '1', word: 'hello', v: 0 }],
  });
});
afterAll(() => service.close());

const phrases = (count: number) => Array.from({ length: count }, (_, n) => `phrase number ${n}`);

interface Wire {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: Buffer;
}

function send(
  method: string,
  path: string,
  headers: http.OutgoingHttpHeaders = {},
  body?: Uint8Array | string,
): Promise<Wire> {
  const authorization = basic(client.username, client.password);
  return new Promise((resolve, reject) => {
    const options = { method, agent: false as const, headers: { authorization, ...headers } };
    const request = http.request(new URL(path, service.url), options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, bytes: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const get = (path: string, acceptEncoding = 'gzip', more: http.OutgoingHttpHeaders = {}) =>
  send('GET', path, { 'accept-encoding': acceptEncoding, ...more });

const CALLS = '/api/ev/2/calls?since=2020-01-01T00:00Z&limit=1000';

describe('an answer over a kilobyte', () => {
  test.each([
    CALLS,
    `${CALLS}&include_transcripts=true`,
    '/api/ev/2/users',
    '/api/ev/2/topics',
    '/api/ev/2/call/said',
    '/api/ev/2/call/call-1?cache=1',
    '/api/v1/calls?limit=100',
    '/api/v1/calls/said',
    '/api/v1/topics',
    '/api/v1/users',
    '/api/v1/audit',
    '/api/v1/audit?nothing=1&'.padEnd(1200, 'x'),
    '/openapi/v2.json',
    '/openapi/v1.json',
    '/docs/swagger-ui.css',
    '/metrics',
  ])('%s', async (path) => {
    const [gzip, plain] = [await get(path), await get(path, 'identity')];
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers['content-length']).toBe(String(plain.bytes.length));
    expect(gzip.status).toBe(plain.status);
    expect(gzip.headers['content-type']).toBe(plain.headers['content-type']);
    for (const { headers } of [gzip, plain]) expect(headers.vary).toBe('accept-encoding');
    if (plain.bytes.length < LEAST_BYTES) {
      expect(gzip.headers['content-encoding']).toBeUndefined();
      return;
    }
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gzip.headers['content-length']).toBe(String(gzip.bytes.length));
    expect(gzip.bytes.length).toBeLessThan(plain.bytes.length);
    if (path !== '/metrics') expect(gunzipSync(gzip.bytes).toString()).toBe(plain.bytes.toString());
    const head = await send('HEAD', path, { 'accept-encoding': 'gzip' });
    expect(head.bytes.length).toBe(0);
    expect(head.headers['content-encoding']).toBe('gzip');
    if (path !== '/metrics') expect(head.headers['content-length']).toBe(gzip.headers['content-length']);
  });

  test('is a refusal, too', async () => {
    const { status, headers, bytes } = await get('/api/ev/2/calls', 'gzip, identity;q=0');
    expect([status, headers['content-encoding'], headers.vary]).toEqual([400, 'gzip', 'accept-encoding']);
    expect(JSON.parse(gunzipSync(bytes).toString())).toMatchObject({ status: 400, parameter: 'since' });
    const long = await get(`/api/v1/calls?q=${'a%20'.repeat(100)}&${'b=1&'.repeat(50)}`);
    expect([long.status, long.headers.vary]).toEqual([400, 'accept-encoding']);
  });

  test.each([
    ['gzip', true],
    ['GZIP', true],
    ['x-gzip', true],
    ['*', true],
    ['br, gzip;q=0.5', true],
    ['gzip;q=0.001', true],
    ['deflate, *;q=0.1', true],
    ['identity;q=0.5, gzip;q=0.5', true],
    ['identity;q=0, *', true],
    ['', false],
    ['identity', false],
    ['br, deflate', false],
    ['gzip;q=0', false],
    ['gzip; Q=0.000', false],
    ['*;q=0', false],
    ['gzip;q=0, *', false],
    ['identity, gzip;q=0.5', false],
    ['gzip;q=nonsense', false],
  ])('goes out by gzip for "%s": %s', async (accepted, isGzip) => {
    for (const path of ['/api/v1/topics', `${CALLS}&include_transcripts=true`]) {
      const { headers, bytes } = await get(path, accepted);
      expect(headers['content-encoding']).toBe(isGzip ? 'gzip' : undefined);
      JSON.parse((isGzip ? gunzipSync(bytes) : bytes).toString());
    }
  });
});

describe('a smaller answer', () => {
  test('goes out as it is, unless its client takes nothing but gzip', async () => {
    const [small, demanded] = [
      await get('/api/ev/2/departments'),
      await get('/api/ev/2/departments', 'gzip, identity;q=0'),
    ];
    expect(small.headers['content-encoding']).toBeUndefined();
    expect(small.bytes.toString()).toBe('[]');
    expect(demanded.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(demanded.bytes).toString()).toBe('[]');
  });

  test('without a body says nothing of codings', async () => {
    const { status, headers, bytes } = await get('/api/ev/2/check');
    expect([status, headers['content-length'], headers.vary, bytes.length]).toEqual([200, '0', undefined, 0]);
    const gone = await send('DELETE', '/api/ev/2/call/call-99', { 'accept-encoding': 'gzip' });
    expect([gone.status, gone.headers['content-encoding'], gone.bytes.length]).toEqual([204, undefined, 0]);
  });
});

describe('lines of an import', () => {
  const line = (id: string) => `${JSON.stringify({ id, callTime: '2026-03-01T10:00Z', direction: 'INBOUND' })}\n`;

  /** An import whose answer by gzip has begun. */
  async function beginImport() {
    const headers = {
      authorization: basic(client.username, client.password),
      'content-type': 'application/x-ndjson',
      'accept-encoding': 'gzip',
      'transfer-encoding': 'chunked',
    };
    const options = { method: 'POST', agent: false as const, headers };
    const request = http.request(new URL('/api/v1/calls/import', service.url), options);
    request.on('error', () => {});
    request.write(line('one'));
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    return { request, response };
  }

  test('go out by gzip, each when it is there', async () => {
    const { request, response } = await beginImport();
    expect(response.headers['content-encoding']).toBe('gzip');
    expect(response.headers.vary).toBe('accept-encoding');
    let bytes = Buffer.alloc(0);
    const told = (id: string) => gunzipSync(bytes, { finishFlush: 2 }).toString().includes(`"id":"${id}"`);
    response.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
    });
    while (bytes.length === 0 || !told('one')) await once(response, 'data');
    request.write(line('two'));
    while (!told('two')) await once(response, 'data');
    request.end(line('three'));
    await once(response, 'end');
    expect(gunzipSync(bytes).toString().trimEnd().split('\n')).toHaveLength(3);
  });

  test('end with their client, and the server goes on', async () => {
    const { request, response } = await beginImport();
    response.on('error', () => {});
    await once(response, 'data');
    request.destroy();
    expect((await get('/api/ev/2/check')).status).toBe(200);
  });
});

test('clients that hang up while their page is compressed leave the server well', async () => {
  const { hostname, port } = new URL(service.url);
  const authorization = basic(client.username, client.password);
  for (let n = 0; n < 20; n++) {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const request = `GET ${CALLS}&n=${n} HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nAccept-Encoding: gzip\r\n\r\n`;
    await new Promise((resolve) => socket.write(request, resolve));
    if (n % 2 === 0) await once(socket, 'data');
    socket.destroy();
  }
  expect((await get(CALLS)).status).toBe(200);
});

describe('a tag', () => {
  const tagged = ['/api/v1/topics/:id', '/api/v1/calls/said', '/openapi/v2.json', '/docs/start.js', '/api/v1/account'];
  const pathOf = async (path: string) => {
    if (!path.includes(':id')) return path;
    const { items } = (await client.get('/api/v1/topics')).json();
    return path.replace(':id', items.find(({ name }: { name: string }) => name === 'Long').id);
  };

  test.each(tagged)('of %s differs by coding, and answers 304 to who has it', async (given) => {
    const path = await pathOf(given);
    const [gzip, plain] = [await get(path), await get(path, 'identity')];
    const tags = { gzip: gzip.headers.etag!, identity: plain.headers.etag! };
    expect(tags.identity).toMatch(/^"[^"]+"$/);
    const isLarge = plain.bytes.length >= LEAST_BYTES;
    expect(tags.gzip).toBe(isLarge ? tags.identity.replace(/"$/, '-gzip"') : tags.identity);
    for (const coding of ['gzip', 'identity'] as const) {
      const tag = tags[coding];
      const matching = [tag, `"a,b" , W/"c",W/${tag}`, '*'];
      for (const ifNoneMatch of matching) {
        for (const method of ['GET', 'HEAD']) {
          const headers = { 'accept-encoding': coding, 'if-none-match': ifNoneMatch };
          const answer = await send(method, path, headers);
          expect([answer.status, answer.bytes.length], ifNoneMatch).toEqual([304, 0]);
          expect(answer.headers.etag).toBe(tag);
          expect(answer.headers.vary).toBe('accept-encoding');
          for (const name of ['content-length', 'content-type', 'content-encoding', 'transfer-encoding']) {
            expect(answer.headers[name], name).toBeUndefined();
          }
        }
      }
      const others = [
        '"other"',
        tag.slice(1, -1),
        `"x${tag.slice(1)}`,
        ...(isLarge ? [tags[coding === 'gzip' ? 'identity' : 'gzip']] : []),
      ];
      for (const ifNoneMatch of others) {
        const { status, bytes } = await get(path, coding, { 'if-none-match': ifNoneMatch });
        expect([status, bytes.length > 0], ifNoneMatch).toEqual([200, true]);
      }
    }
  });

  test('is none of a refusal, nor of what is changed', async () => {
    const missing = await get('/api/v1/topics/999999', 'gzip', { 'if-none-match': '*' });
    expect(missing.status).toBe(404);
    const body = JSON.stringify({ words: phrases(100) });
    const path = await pathOf('/api/v1/topics/:id');
    const headers = { 'content-type': 'application/json', 'if-none-match': '*', 'accept-encoding': 'gzip' };
    const changed = await send('PATCH', path, headers, body);
    expect([changed.status, changed.headers['content-encoding']]).toEqual([200, 'gzip']);
    expect(JSON.parse(gunzipSync(changed.bytes).toString()).words).toHaveLength(100);
  });

  test('of either coding is taken as If-Match', async () => {
    const path = await pathOf('/api/v1/topics/:id');
    const change = (ifMatch: string, description: string) => {
      const headers = { 'content-type': 'application/json', 'if-match': ifMatch };
      return send('PATCH', path, headers, JSON.stringify({ words: phrases(100).concat(description) }));
    };
    const first = (await get(path)).headers.etag!;
    expect(first).toMatch(/-gzip"$/);
    expect((await change(first, 'one')).status).toBe(200);
    expect((await change(first, 'two')).status).toBe(412);
    const second = (await get(path, 'identity')).headers.etag!;
    expect((await change(`W/${second}`, 'two')).status).toBe(412);
    expect((await change(`"other", ${second.replace(/"$/, '-gzip"')}`, 'two')).status).toBe(200);
    const third = await get(path);
    expect((await change('"x-gzip"', 'three')).status).toBe(412);
    expect(third.headers.etag).toBe((await get(path)).headers.etag);
  });

  test('that the typed client got by gzip is its ifMatch', async () => {
    const { username, password } = client;
    const { v1 } = createClient({ baseUrl: service.url, username, password });
    const params = { id: (await pathOf('/api/v1/topics/:id')).split('/').at(-1)! };
    const { request } = createClient({ baseUrl: service.url, username, password });
    const { etag } = await request(v1Routes.topics.read, { params });
    expect(etag).toMatch(/-gzip"$/);
    const change = (count: number) => v1.topics.update({ params, body: { words: phrases(count) }, ifMatch: etag! });
    expect((await change(90)).words).toHaveLength(90);
    await expect(change(80)).rejects.toMatchObject({ status: 412 });
  });
});

describe('a body by gzip', () => {
  const topic = (name: string) => Buffer.from(JSON.stringify({ name, words: ['price'] }));
  const post = (body: Uint8Array, coding: string, path = '/api/v1/topics', type = 'application/json') =>
    send('POST', path, { 'content-type': type, 'content-encoding': coding }, body);
  const problemOf = ({ bytes }: Wire) => JSON.parse(bytes.toString());

  test.each(['gzip', 'GZip', 'x-gzip', 'X-GZIP'])('is taken as "%s"', async (coding) => {
    const { status, bytes } = await post(gzipSync(topic(`By ${coding}`)), coding);
    expect(status).toBe(201);
    expect(JSON.parse(bytes.toString()).name).toBe(`By ${coding}`);
  });

  test('in chunks, in several members, and as identity', async () => {
    const [one, two] = [topic('Members').subarray(0, 9), topic('Members').subarray(9)];
    expect((await post(Buffer.concat([gzipSync(one), gzipSync(two)]), 'gzip')).status).toBe(201);
    expect((await post(topic('Plain'), 'identity')).status).toBe(201);
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' };
    expect((await send('POST', '/api/v1/topics', headers, gzipSync(topic('Chunked')))).status).toBe(201);
  });

  test('is taken of calls, imports, observations and log-ins', async () => {
    const call = { id: 'gz', callTime: '2026-03-01T10:00Z', direction: 'INBOUND', metadata: { n: 'é'.repeat(50_000) } };
    expect((await post(gzipSync(JSON.stringify(call)), 'gzip', '/api/v1/calls')).status).toBe(201);
    expect((await client.get('/api/v1/calls/gz')).json().metadata.n).toHaveLength(50_000);
    const lines = gzipSync(`${JSON.stringify({ ...call, id: 'gz1' })}\n${JSON.stringify({ ...call, id: 'gz2' })}\n`);
    const imported = await post(lines, 'x-gzip', '/api/v1/calls/import', 'application/x-ndjson');
    expect(imported.bytes.toString().trimEnd().split('\n')).toHaveLength(2);
    const kpi = await client.send('POST', '/api/v1/kpis', { description: 'Calls', frequency: 'DAILY', target: 1 });
    const csv = `observedAt,observerEmail,observedEmail,kpiId,value\n2026-03-01T10:00Z,user-0@example.com,user-1@example.com,${kpi.json().id},3\n`;
    const observed = await post(gzipSync(csv), 'gzip', '/api/v1/observations/import', 'text/csv');
    expect(JSON.parse(observed.bytes.toString())).toMatchObject({ accepted: 1, created: 1 });
    const wrong = gzipSync(JSON.stringify({ email: 'a@example.com', password: 'wrong' }));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', origin: service.url };
    expect((await send('POST', '/api/v1/session', headers, wrong)).status).toBe(401);
  });

  test('is one with the plain one for an Idempotency-Key', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'same' };
    const body = topic('Once');
    const first = await send('POST', '/api/v1/topics', { ...headers, 'content-encoding': 'gzip' }, gzipSync(body));
    const second = await send('POST', '/api/v1/topics', headers, body);
    expect([first.status, second.status, second.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
    expect(second.bytes).toEqual(first.bytes);
  });

  test.each(['br', 'deflate', 'gzip, gzip', 'gzip, br', 'identity, gzip', 'zstd', 'compress', 'x'.repeat(100)])(
    'is refused as "%s"',
    async (coding) => {
      const body = coding === 'br' ? brotliCompressSync(topic('No')) : deflateSync(topic('No'));
      for (const [path, type] of [
        ['/api/v1/topics', 'application/json'],
        ['/api/v1/calls', 'application/json'],
        ['/api/v1/calls/import', 'application/x-ndjson'],
        ['/api/v1/observations/import', 'text/csv'],
      ] as const) {
        const answer = await post(body, coding, path, type);
        expect([answer.status, answer.headers['accept-encoding']]).toEqual([415, 'gzip']);
        const name = coding.length > 60 ? `${'x'.repeat(60)}…` : coding;
        expect(problemOf(answer).detail).toBe(`The Content-Encoding "${name}" is not taken; send gzip, or none.`);
      }
    },
  );

  const broken: [string, Buffer][] = [
    ['plain', topic('Plain')],
    ['cut short', gzipSync(topic('Cut')).subarray(0, -5)],
    ['only a head', gzipSync(topic('Head')).subarray(0, 10)],
    ['with a wrong checksum', Buffer.concat([gzipSync(topic('Sum')).subarray(0, -8), Buffer.alloc(8)])],
    ['with more after it', Buffer.concat([gzipSync(topic('More')), Buffer.from('{"more":1}')])],
    ['with zeros after it', Buffer.concat([gzipSync(topic('Zeros')), Buffer.alloc(100)])],
    ['by zlib', deflateSync(topic('Zlib'))],
  ];
  test.each(broken)('that is %s is a 400 that says so', async (_, body) => {
    for (const [path, type] of [
      ['/api/v1/topics', 'application/json'],
      ['/api/v1/calls', 'application/json'],
      ['/api/v1/observations/import', 'text/csv'],
    ] as const) {
      const answer = await post(body, 'gzip', path, type);
      expect(answer.status).toBe(400);
      expect(problemOf(answer).detail).toBe('The body is not valid gzip, as its Content-Encoding says, or ends early.');
    }
  });

  test('counts as what it holds, and a bomb is not inflated', async () => {
    const limit = 1024 * 1024;
    const padded = (length: number) =>
      Buffer.concat([topic('Large'), Buffer.alloc(length - topic('Large').length, ' ')]);
    expect((await post(gzipSync(padded(limit)), 'gzip')).status).toBe(201);
    const over = await post(gzipSync(padded(limit + 1)), 'gzip');
    expect([over.status, problemOf(over).detail]).toEqual([
      413,
      `The body is larger than ${limit} bytes when it is inflated.`,
    ]);
    // 128 MB in 128 kB: no more of it is held than is taken.
    const bomb = Buffer.concat(Array(8).fill(gzipSync(Buffer.alloc(16 * 1024 * 1024))));
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 1);
    for (const [path, type] of [
      ['/api/v1/topics', 'application/json'],
      ['/api/v1/observations/import', 'text/csv'],
    ] as const) {
      expect((await post(bomb, 'gzip', path, type)).status, path).toBe(413);
    }
    clearInterval(watch);
    expect(most - before).toBeLessThan(100 * 1024 * 1024);
    expect((await post(bomb, 'gzip', '/api/v1/calls')).status).toBe(413);
    const line = await post(bomb, 'gzip', '/api/v1/calls/import', 'application/x-ndjson');
    expect(JSON.parse(line.bytes.toString()).error.status).toBe(413);
  });
});
