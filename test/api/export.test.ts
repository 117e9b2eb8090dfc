import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFragment } from '#debrief/wire/fragment.js';
import { basic } from '../support/raw-http.js';
import { makeAccount, startService, type TestClient, type TestService, until } from '../support/service.js';

// Pages that are spliced from stored fragments: whole under every decoder, and gone without a trace when the client is.

const CALLS = 60;
/** Of each of the calls of the account that has large ones: far more than sockets hold. */
const LARGE = 3_000_000;

let service: TestService;
let client: TestClient;
let large: TestClient;
const ids = Array.from({ length: CALLS }, (_, n) => `call-${String(n).padStart(3, '0')}`);
const stampOf = (n: number) => `2026-01-01T00:00:${String(n).padStart(2, '0')}.000001Z`;
let transcripts: unknown[];

beforeAll(async () => {
  service = await startService({ connections: 4 });
  client = await (await makeAccount(service)).client('read');
  large = await (await makeAccount(service)).client('read');
  const word = fc.record({
    start: fc.integer({ min: 0, max: 9000 }).map((n) => `${n}.${n % 10}`),
    end: fc.integer({ min: 0, max: 9000 }).map((n) => `${n}.5`),
    word: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('the', 'price', 'ümlaut', '🙂')),
    v: fc.integer({ min: 0, max: 3 }),
  });
  // From none to some ten thousand words: below, at and above what one read of a socket brings.
  transcripts = fc.sample(fc.array(word, { maxLength: 300 }), { seed: 1, numRuns: CALLS }).map((words, n) => {
    return n % 7 === 0 ? [] : Array.from({ length: n % 5 === 0 ? 40 : 1 }, () => words).flat();
  });
  await giveCalls(
    client.accountId,
    transcripts.map((words) => JSON.stringify(words)),
    (n) => `{"n":"${'é'.repeat(n * n)}"}`,
  );
  const noise = Array.from({ length: 8 }, () =>
    JSON.stringify(fc.sample(fc.base64String({ minLength: LARGE / 100, maxLength: LARGE / 100 }), 100)),
  );
  await giveCalls(large.accountId, noise, () => '{}');
}, 60_000);
afterAll(() => service.close());

async function giveCalls(accountId: string, jsons: readonly string[], metadata: (n: number) => string): Promise<void> {
  for (const [n, json] of jsons.entries()) {
    const { rawLength, crc32, deflated } = makeFragment(Buffer.from(json));
    await service.pool.query(
      `with fragment as (insert into fragments (account_id, call_id, raw_length, crc32, deflated)
         values ($1, $2, $3, $4, $5) returning fragment_id)
       insert into calls (account_id, call_id, call_time, direction, state, transcript_fragment_id, metadata, first_stamp, stamp)
       select $1, $2, $6, 'INBOUND', 'COMPLETE', fragment_id, $7, $6, $6 from fragment`,
      [accountId, ids[n], rawLength, crc32, deflated, stampOf(n), metadata(n)],
    );
  }
}

function pagePath(after: number, limit: number): string {
  const place = after < 0 ? 'since=2025-01-01' : `since=${stampOf(after)}&last_id=${ids[after]}`;
  return `/api/ev/2/calls?${place}&limit=${limit}&include_transcripts=true`;
}

const authorized = ({ username, password }: TestClient) => ({ authorization: basic(username, password) });

interface Body {
  readonly headers: http.IncomingHttpHeaders;
  /** As it came over the wire. */
  readonly bytes: Buffer;
}

function getBody(path: string, encoding: string): Promise<Body> {
  const headers = { ...authorized(client), 'accept-encoding': encoding };
  return new Promise((resolve, reject) => {
    const request = http.get(new URL(path, service.url), { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ headers: response.headers, bytes: Buffer.concat(chunks) }));
    });
    request.on('error', reject);
  });
}

const run = promisify(execFile);
const PYTHON = `
import sys, zlib
for name in sys.argv[1:]:
    data = open(name + '.gz', 'rb').read()
    member = zlib.decompressobj(31)
    plain = member.decompress(data) + member.flush()
    assert member.eof and member.unused_data == b'', name + ' is not one member'
    assert plain == open(name, 'rb').read(), name + ' differs'
print(len(sys.argv) - 1)
`;

describe('a page', () => {
  const page = fc.record({ after: fc.integer({ min: -1, max: CALLS - 2 }), limit: fc.integer({ min: 1, max: CALLS }) });

  test('is the same bytes by gzip and without, of the length announced, whichever page it is', async () => {
    await fc.assert(
      fc.asyncProperty(page, async ({ after, limit }) => {
        const [gzip, plain] = await Promise.all(
          ['gzip', 'identity'].map((encoding) => getBody(pagePath(after, limit), encoding)),
        );
        expect(gzip!.headers['content-encoding']).toBe('gzip');
        expect(plain!.headers['content-encoding']).toBeUndefined();
        for (const { headers, bytes } of [gzip!, plain!]) expect(headers['content-length']).toBe(String(bytes.length));
        expect(gunzipSync(gzip!.bytes).equals(plain!.bytes)).toBe(true);
        const shown = JSON.parse(plain!.bytes.toString());
        const expected = transcripts.slice(after + 1, after + 1 + limit);
        expect(shown.map((call: { transcript: unknown }) => call.transcript)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('is one gzip member to Python’s zlib, sound to gzip, and what curl shows', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'debrief-pages-'));
    try {
      const files: string[] = [];
      for (const [n, { after, limit }] of fc.sample(page, 12).entries()) {
        const path = pagePath(after, limit);
        const file = join(folder, `page-${n}`);
        const [gzip, plain] = await Promise.all([getBody(path, 'gzip'), getBody(path, 'identity')]);
        await writeFile(`${file}.gz`, gzip.bytes);
        await writeFile(file, plain.bytes);
        const user = `${client.username}:${client.password}`;
        const url = new URL(path, service.url).href;
        await run('curl', ['--silent', '--fail', '--compressed', '--user', user, '--output', `${file}.curl`, url]);
        await run('cmp', [file, `${file}.curl`]);
        files.push(file);
      }
      await run('gzip', ['--test', ...files.map((file) => `${file}.gz`)]);
      expect((await run('python3', ['-c', PYTHON, ...files])).stdout).toBe('12\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);

  test.each<[accepts: string, encoding: string | undefined]>([
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['deflate, gzip;q=1.0, *;q=0.5', 'gzip'],
    ['*', 'gzip'],
    ['gzip;q=0.5, identity;q=0.5', 'gzip'],
    ['gzip;q=0.4, identity;q=0.5', undefined],
    ['gzip;q=0', undefined],
    ['gzip;q=0.000, *', undefined],
    ['br, zstd', undefined],
    ['identity', undefined],
    ['', undefined],
  ])('to a client that accepts "%s"', async (accepts, encoding) => {
    const { headers } = await getBody(pagePath(-1, 3), accepts);
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers.vary).toBe('accept-encoding');
  });
});

describe('a client that goes away', () => {
  const idle = ({ pool }: TestService) => pool.idleCount === pool.totalCount && pool.waitingCount === 0;

  /** Asks for a large page, and reads no more than its first bytes. */
  async function begin({ url }: TestService, encoding: string): Promise<http.IncomingMessage> {
    const headers = { ...authorized(large), 'accept-encoding': encoding };
    const request = http.get(new URL(pagePath(-1, 100), url), { headers, agent: false });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    request.on('error', () => {});
    await once(response, 'readable');
    return response;
  }

  test.each(['gzip', 'identity'])('in the middle of an answer by %s leaves nothing behind', async (encoding) => {
    const begun = await Promise.all(Array.from({ length: 12 }, () => begin(service, encoding)));
    for (const response of begun) response.destroy();
    await until(async () => idle(service));
    // All of the four connections can be had again.
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.get('/api/ev/2/calls?since=2025-01-01')));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  });

  test('without a word holds no connection of the database, and is cut off after a while', async () => {
    const lines: string[] = [];
    const patient = await startService({ connections: 4, idleMs: 2_000, onLog: (line) => lines.push(line) });
    try {
      const response = await begin(patient, 'gzip');
      await until(async () => idle(patient));
      expect(lines.join('')).not.toContain('"msg":"request"');
      await until(async () => lines.join('').includes('"aborted":true'));
      // What the sockets hold is read now; it is not the whole.
      response.on('error', () => {});
      await new Promise((resolve) => response.once('close', resolve).resume());
      expect(response.complete).toBe(false);
    } finally {
      await patient.close();
    }
  });
});
