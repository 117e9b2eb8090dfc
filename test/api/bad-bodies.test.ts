import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allRoutes } from '#debrief/contract/routes.js';
import { type RawClient, rawClient, sendRaw } from '../support/raw-http.js';
import { startService, type TestService, until } from '../support/service.js';
import { type ExpectedProblem, expectNoFaults, expectProblem, faultOf, faultOfProblem } from './problems.js';
import { kindOf, makeTarget, nameOf, pathOf, type Target, TRANSCRIPT } from './target.js';

// Bodies that are none, imports with bad lines in between, and clients that go away.

let service: TestService;
let target: Target;

beforeAll(async () => {
  service = await startService();
  target = await makeTarget(service);
});
afterAll(() => service.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const MEGABYTE = 1024 * 1024;
const routes = allRoutes.filter(({ body }) => body !== undefined);

describe('bodies', () => {
  const noJson: [why: string, body: string | Uint8Array][] = [
    ['empty', ''],
    ['blank', ' \n'],
    ['a word', 'nope'],
    ['undefined', 'undefined'],
    ['cut', '{"name":"a'],
    ['an open brace', '{'],
    ['many open braces', '{"a":'.repeat(100_000)],
    ['many open brackets', '['.repeat(500_000)],
    ['a comma too many', '{"name":"a",}'],
    ['two values', '{}{}'],
    ['single quotes', "{'name':'a'}"],
    ['a comment', '{} // done'],
    ['NaN', '{"name":NaN}'],
    ['a raw NUL', '{"name":"a\0b"}'],
    ['a raw newline', '{"name":"a\nb"}'],
    ['a lone escape', '{"name":"\\u12"}'],
    ['XML', '<?xml version="1.0"?><name>a</name>'],
    ['a form', 'name=a&words=b'],
    ['gzip', gzipSync('{}')],
    ['UTF-16', Buffer.from('{"name":"a"}', 'utf16le')],
    ['Latin-1', Buffer.from('{"name":"é"}', 'latin1')],
    ['an overlong slash', Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d])],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['bytes', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
  ];
  const noObject = ['null', 'true', '7', '"text"', '[]', '[{}]', `${'['.repeat(100_000)}${']'.repeat(100_000)}`];

  const otherTypes: [type: string, body: string][] = [
    ['', '{}'],
    ['text/plain', '{}'],
    ['text/json', '{}'],
    ['application/x-www-form-urlencoded', 'name=a'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/json5', '{}'],
    ['application/problem+json', '{}'],
    ['application/x-ndjson', '{}'],
    ['application/octet-stream', '{}'],
    ['application', '{}'],
    ['/', '{}'],
    [';;;', '{}'],
    ['*/*', '{}'],
    ['__proto__', '{}'],
  ];

  test.each(routes.map((route) => [nameOf(route), route] as const))('%s', async (_, route) => {
    const path = pathOf(route, target.ids[kindOf(route) ?? ''] ?? '');
    const send = (body: string | Uint8Array, headers: Record<string, string>) =>
      target.raw.send({ method: route.method, path, headers, body });
    await target.unchanged(async () => {
      await expectNoFaults(
        noJson,
        ([why]) => why,
        async ([, body]) =>
          faultOf(await send(body, JSON_TYPE), {
            status: 400,
            detail: /^The body is (empty|not valid JSON|not valid UTF-8)/,
          }),
      );
      await expectNoFaults(
        noObject,
        (json) => json.slice(0, 9),
        async (json) => faultOf(await send(json, JSON_TYPE), { status: 400, detail: /object/ }),
      );
      await expectNoFaults(
        otherTypes,
        ([type]) => type,
        async ([type, body]) => faultOf(await send(body, { 'content-type': type }), { status: 415 }),
      );
      const byGzip = { ...JSON_TYPE, 'content-encoding': 'gzip' };
      expectProblem(await send(gzipSync('{"name":'), byGzip), 400, { detail: 'The body is not valid JSON' });
      expectProblem(await send('{}', byGzip), 400, { detail: 'The body is not valid gzip' });
      expectProblem(await send('{}', { ...JSON_TYPE, 'content-encoding': 'br' }), 415, { detail: '"br" is not taken' });
      if (route.path.startsWith('/api/v1/calls')) return;
      expectProblem(await send(gzipSync(`{"name":"${'x'.repeat(MEGABYTE)}"}`), byGzip), 413);
      expectProblem(await send(`{"name":"${'x'.repeat(MEGABYTE)}"}`, JSON_TYPE), 413);
      expectProblem(
        await send(`{"name":"${'x'.repeat(MEGABYTE)}"}`, { ...JSON_TYPE, 'transfer-encoding': 'chunked' }),
        413,
      );
    });
  });

  test('a call may be 64 MB and no more, whether its length is said or not', async () => {
    const body = Buffer.alloc(65 * MEGABYTE, ' ');
    for (const headers of [JSON_TYPE, { ...JSON_TYPE, 'transfer-encoding': 'chunked' }]) {
      await target.unchanged(async () => {
        expectProblem(await target.raw.send({ method: 'POST', path: '/api/v1/calls', headers, body }), 413);
      });
    }
    expect((await target.client.get('/api/ev/2/check')).status).toBe(200);
  });

  test('small bodies that would take much memory to parse', async () => {
    const cases = [
      `{"transcript":[${'{},'.repeat(2_000_000)}{}]}`,
      '['.repeat(3_000_000),
      `{"metadata":[${'0,'.repeat(2_000_000)}0]}`,
    ];
    for (const body of cases) {
      expectProblem(await target.raw.send({ method: 'POST', path: '/api/v1/calls', headers: JSON_TYPE, body }), 413);
    }
  });
});

describe('imports', () => {
  let writer: RawClient;
  beforeAll(async () => {
    writer = rawClient(service, await target.account.client('write'));
  });

  const NDJSON = { 'content-type': 'application/x-ndjson' };
  const line = (externalId: string, more: object = {}) =>
    JSON.stringify({ externalId, callTime: '2026-03-01T10:00Z', direction: 'OUTBOUND', ...more });

  async function importLines(body: string | Uint8Array, headers: Record<string, string> = {}) {
    const answer = await writer.send({
      method: 'POST',
      path: '/api/v1/calls/import',
      headers: { ...NDJSON, ...headers },
      body,
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    return answer.text
      .split('\n')
      .slice(0, -1)
      .map((text) => JSON.parse(text));
  }

  async function stored(externalIds: string[]): Promise<string[]> {
    const found = await service.pool.query<{ external_id: string }>(
      'select external_id from calls where account_id = $1 and external_id = any($2) order by 1',
      [target.account.accountId, externalIds],
    );
    return found.rows.map((row) => row.external_id);
  }

  test('bad lines in between: a result for each, and the good ones go in', async () => {
    const lines: [text: string | Uint8Array, expected: ExpectedProblem | 'good' | 'blank'][] = [
      [line('import-1', { transcript: TRANSCRIPT }), 'good'],
      ['nope', { status: 400, detail: 'not valid JSON' }],
      ['', 'blank'],
      [line('import-2'), 'good'],
      [Buffer.from([0x7b, 0xff, 0x7d]), { status: 400, detail: 'not valid UTF-8' }],
      ['[]', { status: 400, detail: 'not a JSON object' }],
      ['null', { status: 400, detail: 'not a JSON object' }],
      [`${line('import-3')}\r`, 'good'],
      [line('import-bad', { direction: 'SIDEWAYS' }), { status: 400, parameter: 'direction' }],
      [line('import-bad', { callTime: undefined }), { status: 400, parameter: 'callTime' }],
      [line('import-bad', { nope: 1 }), { status: 400, parameter: 'nope' }],
      [line('import-bad', { originalPath: 'a\0b' }), { status: 400, parameter: 'originalPath' }],
      [line('import-bad', { callerId: 'nobody' }), { status: 400, parameter: 'callerId' }],
      [
        line('import-bad', { transcript: [TRANSCRIPT[0], { ...TRANSCRIPT[1], v: -1 }] }),
        { status: 400, parameter: 'transcript[1].v' },
      ],
      [line('import-bad', { id: 'chosen' }), { status: 403, parameter: 'id' }],
      [`{"metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, { status: 400, parameter: /^metadata\[/ }],
      [`{"metadata":${'['.repeat(2_100_000)}`, { status: 413 }],
      [line('import-4', { metadata: { long: 'x'.repeat(100_000) } }), 'good'],
    ];
    const body = Buffer.concat(lines.flatMap(([text]) => [Buffer.from(text as string), Buffer.from('\n')]));
    const results = await importLines(body);
    const expected = lines.map(([, each], index) => ({ line: index + 1, each })).filter(({ each }) => each !== 'blank');
    expect(results.map((result) => result.line)).toEqual(expected.map(({ line: number }) => number));
    for (const [index, { each }] of expected.entries()) {
      const { line: number, error, ...result } = results[index];
      if (typeof each === 'string')
        expect(result, `line ${number}`).toMatchObject({ id: expect.any(String), created: true });
      else expect(faultOfProblem(error, each), `line ${number}`).toBeNull();
    }
    const ids = ['import-1', 'import-2', 'import-3', 'import-4'];
    expect(await stored([...ids, 'import-bad'])).toEqual(ids);
  });

  test('a line that is too long is skipped, not held', async () => {
    const long = Buffer.alloc(65 * MEGABYTE, ' ');
    const body = Buffer.concat([Buffer.from(`${line('long-1')}\n`), long, Buffer.from(`\n${line('long-2')}`)]);
    const results = await importLines(gzipSync(body, { level: 1 }), { 'content-encoding': 'gzip' });
    expect(results.map((result) => result.line)).toEqual([1, 2, 3]);
    expect(faultOfProblem(results[1].error, { status: 413 })).toBeNull();
    expect(await stored(['long-1', 'long-2'])).toEqual(['long-1', 'long-2']);
  });

  test('gzip that breaks off, or is none: what came before is kept', async () => {
    const whole = gzipSync(`${line('gzip-1')}\n${line('gzip-2')}\n`);
    const cut = await importLines(whole.subarray(0, -6), { 'content-encoding': 'gzip' });
    expect(faultOfProblem(cut.at(-1).error, { status: 400, detail: 'not valid gzip' })).toBeNull();
    expect(await stored(['gzip-1', 'gzip-2'])).toEqual(cut.length === 3 ? ['gzip-1', 'gzip-2'] : []);
    await target.unchanged(async () => {
      const [none, ...more] = await importLines(line('gzip-3'), { 'content-encoding': 'gzip' });
      expect(more).toEqual([]);
      expect(faultOfProblem(none.error, { status: 400, detail: 'not valid gzip' })).toBeNull();
    });
  });

  test('what an import is not', async () => {
    await target.unchanged(async () => {
      const send = (headers: Record<string, string>, body: string) =>
        writer.send({ method: 'POST', path: '/api/v1/calls/import', headers, body });
      for (const type of ['application/json', 'text/plain', 'text/csv', 'application/json-seq', '']) {
        expectProblem(await send({ 'content-type': type }, line('none')), 415);
      }
      for (const coding of ['br', 'deflate', 'gzip, gzip', 'x'.repeat(8000)]) {
        expectProblem(await send({ ...NDJSON, 'content-encoding': coding }, line('none')), 415);
      }
      expect(await importLines('')).toEqual([]);
      expect(await importLines('\n\r\n\n')).toEqual([]);
    });
  });

  test('a client that goes away midway', async () => {
    const { hostname, port } = new URL(service.url);
    const begin = (path: string, headers: string, body: string) =>
      new Promise<void>((resolve, reject) => {
        const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${writer.authorization}\r\n${headers}\r\n`;
        const socket = connect(Number(port), hostname, () => socket.write(`${head}\r\n${body}`));
        socket.on('error', reject);
        // Long enough for it to be read; what is sent later is never sent.
        setTimeout(() => socket.destroy(), 200).unref();
        socket.on('close', () => resolve());
      });
    const body = `{"externalId":"gone","callTime":"2026-03-01T10:00Z",`;
    await target.unchanged(async () => {
      await Promise.all([
        begin('/api/v1/calls', 'Content-Type: application/json\r\nContent-Length: 1000', body),
        begin('/api/v1/calls', 'Content-Type: application/json\r\nTransfer-Encoding: chunked', `ff\r\n${body}`),
        begin('/api/v1/users', 'Content-Type: application/json\r\nContent-Length: 100', '{"email":"gone@example.com"'),
        begin('/api/v1/calls/import', 'Content-Type: application/x-ndjson\r\nContent-Length: 1000', body),
        begin(
          '/api/v1/calls/import',
          'Content-Type: application/x-ndjson\r\nContent-Encoding: gzip\r\nContent-Length: 1000',
          '\x1f\x8b',
        ),
      ]);
    });
    // Whole lines are calls; the one that was cut is none, though what came of it is valid JSON.
    const lines = `${line('gone-1')}\n${line('gone-2')}\n${line('gone-3')}`;
    await begin('/api/v1/calls/import', 'Content-Type: application/x-ndjson\r\nContent-Length: 100000', lines);
    await until(async () => (await stored(['gone-1', 'gone-2'])).length === 2);
    expect(await stored(['gone-3'])).toEqual([]);
    for (let i = 0; i < 20; i++)
      await begin('/api/v1/calls/import', `Content-Type: application/x-ndjson\r\nContent-Length: 9999`, '').catch(
        () => {},
      );
    const check = await sendRaw(service, { method: 'GET', path: '/readyz' });
    expect(check.status).toBe(200);
    expect((await writer.send({ method: 'GET', path: '/api/ev/2/calls?since=2020-01-01T00:00Z' })).status).toBe(200);
  });
});
