// A disk that takes no more while a recording comes: its sender is told what to do, and nothing is left of it.

import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { basic } from '../support/raw-http.js';
import { type Served, serve } from '../support/served.js';
import { makeClient, type TestClient, until } from '../support/service.js';
import { openSuite } from '../support/suite.js';

const { service, account } = await openSuite();
const BYTES = randomBytes(8 * 1024 ** 2);
/** What the server's process may write into a file where the disk is "full". */
const ROOM = 1024 ** 2;

let dataDir: string;
let served: Served;
let client: TestClient;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'debrief-full-'));
  served = await serveIn(dataDir);
  client = await makeClient({ ...service, url: served.url }, account.accountId, ['admin', 'delete']);
});
afterAll(async () => {
  await served.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const serveIn = (dir: string) =>
  serve({ DATABASE_URL: inject('databaseUrl'), DATA_DIR: dir, LOG_LEVEL: 'silent', WORKERS: '0' });

/** Limits the files of the server's process, which takes no right to do. */
const limitFiles = (bytes: number | 'unlimited') =>
  execFileSync('prlimit', ['--pid', String(served.pid), `--fsize=${bytes}:`]);

/** Sends bytes as a client does that looks for an answer once all of them are gone. */
function send(method: string, url: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; type: string; body: string }>((resolve, reject) => {
    const authorization = basic(client.username, client.password);
    const request = http.request(url, {
      method,
      headers: { authorization, 'content-type': 'audio/wav', 'content-length': BYTES.length, ...headers },
    });
    request.on('error', reject);
    request.on('response', async (answer) => {
      const [status, type] = [answer.statusCode!, answer.headers['content-type'] ?? ''];
      const body = await text(answer);
      if (!request.writableFinished) await once(request, 'finish');
      resolve({ status, type, body });
    });
    request.end(BYTES);
  });
}

const query = () =>
  new URLSearchParams({ callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND', externalId: randomUUID() });

async function expectNothingLeft(dir: string): Promise<void> {
  expect((await client.get('/api/v1/calls')).json().items).toEqual([]);
  const files = readdirSync(join(dir, 'recordings'), { recursive: true, withFileTypes: true });
  expect(files.filter((file) => file.isFile()).map(({ name }) => name)).toEqual([]);
  // A worker removes the rows of what was begun.
  await until(async () => {
    const { rows } = await service.pool.query('select 1 from stored_objects where account_id = $1', [
      account.accountId,
    ]);
    return rows.length === 0;
  });
}

test('a recording for which there is no room is refused, and taken once there is', async () => {
  limitFiles(ROOM);
  const refused = await send('POST', `${served.url}/api/v1/recordings?${query()}`);
  expect(refused).toMatchObject({ status: 503, type: expect.stringContaining('application/problem+json') });
  expect(JSON.parse(refused.body).detail).toMatch(/\(EFBIG\): .*raise/);
  await expectNothingLeft(dataDir);

  limitFiles('unlimited');
  const taken = await send('POST', `${served.url}/api/v1/recordings?${query()}`);
  expect(taken.status, taken.body).toBe(201);
  expect((await client.send('DELETE', `/api/v1/calls/${JSON.parse(taken.body).id}`)).status).toBe(204);
});

test('a resumable upload keeps what there was room for, and goes on there', async () => {
  const tus = { 'tus-resumable': '1.0.0' };
  const metadata = [...query()].map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`).join(',');
  const begun = await fetch(`${served.url}/api/v1/uploads`, {
    method: 'POST',
    headers: {
      ...tus,
      authorization: basic(client.username, client.password),
      'upload-length': String(BYTES.length),
      'upload-metadata': metadata,
    },
  });
  const path = begun.headers.get('location')!;
  limitFiles(ROOM);
  const part = { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' };
  const refused = await send('PATCH', served.url + path, part);
  expect(refused).toMatchObject({ status: 503, type: expect.stringContaining('application/problem+json') });
  expect(JSON.parse(refused.body).detail).toMatch(/\(EFBIG\): .*raise/);
  limitFiles('unlimited');
  expect((await client.get(path)).json()).toMatchObject({ offset: ROOM, state: 'uploading', callId: null });
  expect((await client.send('DELETE', path, undefined, tus)).status).toBe(204);
  expect(readdirSync(join(dataDir, 'uploads'))).toEqual([]);
});

test('a recording is refused where its folder cannot be written to', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'debrief-read-only-'));
  // Not even root makes a folder there.
  symlinkSync('/sys/kernel', join(dir, 'recordings'));
  const other = await serveIn(dir);
  try {
    const refused = await send('POST', `${other.url}/api/v1/recordings?${query()}`);
    expect(refused).toMatchObject({ status: 503, type: expect.stringContaining('application/problem+json') });
    expect(JSON.parse(refused.body).detail).toMatch(/\((EPERM|EACCES|EROFS)\): .*(permissions|read-only)/);
    expect((await client.get('/api/v1/calls')).json().items).toEqual([]);
  } finally {
    await other.stop();
    rmSync(dir, { recursive: true });
  }
});
