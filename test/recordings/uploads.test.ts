import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { systemClock } from '#debrief/clock.js';
import { sweepUploads } from '#debrief/services/recordings/uploads.js';
import { browserOf } from '../support/browser.js';
import { startService, until } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { type Sending, uploadByTus } from '../support/tus.js';
import { toneWav } from '../support/wav.js';

const uploadsDir = join(inject('dataDir'), 'uploads-alone');
const { service, account, client } = await openSuite({ uploadsDir });
const ann = await account.addUser('ann@example.com');
const rob = await account.addUser('rob@example.com');
const authorization = `Basic ${Buffer.from(`${client.username}:${client.password}`).toString('base64')}`;
const about = { callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND' };
/** As many at once as `npm run test:long` says. */
const UPLOADS = Number(process.env.DEBRIEF_UPLOADS ?? 20);
let pitch = 300;
const newWav = (seconds = 2) => Buffer.from(toneWav([{ channel: 0, start: 0.5, end: 1, pitch: pitch++ }], { seconds }));

const upload = (bytes: Buffer, metadata: Record<string, string>, more: Partial<Sending> = {}) =>
  uploadByTus({ url: service.url, headers: { authorization }, bytes, metadata, ...more });
async function send(method: string, path: string, headers: Record<string, string> = {}, body?: Buffer) {
  const answer = await fetch(new URL(path, service.url), {
    method,
    headers: { authorization, 'tus-resumable': '1.0.0', ...headers },
    ...(body !== undefined && { body: new Uint8Array(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text };
}
const encode = (metadata: Record<string, string>) =>
  Object.entries(metadata)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');
const begin = (size: number | string, metadata: Record<string, string> = about, headers = {}) =>
  send('POST', '/api/v1/uploads', { 'upload-length': String(size), 'upload-metadata': encode(metadata), ...headers });
const part = (path: string, offset: number | string, bytes: Buffer, headers = {}) =>
  send(
    'PATCH',
    path,
    { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream', ...headers },
    bytes,
  );
const shown = async (path: string) => (await client.get(path)).json();
const legsOf = async (callId: string) => (await client.get(`/api/v1/calls/${callId}/recording`)).json().legs;
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const filesHere = async () => (await readdir(uploadsDir).catch(() => [])).length;

describe('an upload', () => {
  test('by an independent client makes a call of exactly its bytes', async () => {
    const bytes = newWav();
    const { callId, path } = await upload(bytes, { ...about, filename: 'Müller & Söhne.wav', filetype: 'audio/wav' });
    expect(await legsOf(callId)).toMatchObject([{ fileName: 'Müller & Söhne.wav', sha256: digest(bytes) }]);
    const { id, ...state } = await shown(path);
    expect(path).toBe(`/api/v1/uploads/${id}`);
    expect(state).toEqual({ size: bytes.length, offset: bytes.length, callId, state: 'stored' });
    expect(await filesHere()).toBe(0);
  });

  test('in many parts, of which some break off, goes on where it was', async () => {
    const bytes = newWav(20);
    const drops = { every: 3, after: 40_000 };
    const { callId, dropped } = await upload(bytes, about, { chunkSize: 100_000, drops });
    expect(dropped).toBeGreaterThan(1);
    expect(await legsOf(callId)).toMatchObject([{ sha256: digest(bytes), sizeBytes: bytes.length }]);
  });

  test('tells where it is', async () => {
    const begun = await begin(10);
    expect(begun.status).toBe(201);
    const path = begun.headers.get('location')!;
    expect(JSON.parse(begun.text)).toMatchObject({ size: 10, offset: 0, callId: null, state: 'uploading' });
    expect((await part(path, 0, Buffer.from('1234'))).headers.get('upload-offset')).toBe('4');
    const asked = await send('HEAD', path);
    expect([asked.status, asked.headers.get('upload-offset'), asked.headers.get('upload-length')]).toEqual([
      200,
      '4',
      '10',
    ]);
    expect(asked.headers.get('cache-control')).toBe('no-store');
    expect(Date.parse(asked.headers.get('upload-expires')!) / 3_600_000).toBeCloseTo(Date.now() / 3_600_000 + 24, 0);
    // Only there can it go on.
    for (const offset of [0, 3, 5]) expect((await part(path, offset, Buffer.from('x'))).status).toBe(409);
    expect((await part(path, 4, Buffer.alloc(7))).status).toBe(413);
    expect(await shown(path)).toMatchObject({ offset: 4, state: 'uploading' });
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('HEAD', path)).status).toBe(404);
    expect(await filesHere()).toBe(0);
  });

  test('keeps what came before its body was cut short, whatever the answer was', async () => {
    const path = (await begin(1000)).headers.get('location')!;
    const request = http.request(new URL(path, service.url), {
      method: 'PATCH',
      headers: {
        authorization,
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
        'content-length': '900',
      },
    });
    request.on('error', () => {});
    const closed = new Promise((resolve) => request.once('close', resolve));
    request.write(Buffer.alloc(500));
    await until(async () => (await shown(path)).offset === 500);
    // The connection hangs; its client begins anew, and what comes by the old one no longer counts.
    expect((await send('HEAD', path)).headers.get('upload-offset')).toBe('500');
    await closed;
    expect((await part(path, 500, Buffer.alloc(100))).headers.get('upload-offset')).toBe('600');
    await send('DELETE', path);
  });

  test('adds a leg to a call that is there', async () => {
    const first = await upload(newWav(), about);
    const second = newWav();
    const { callId } = await upload(second, { callId: first.callId, leg: '2', startSeconds: '1.5' });
    expect(callId).toBe(first.callId);
    expect((await legsOf(callId))[1]).toMatchObject({ leg: 2, startSeconds: 1.5, sha256: digest(second) });
  });

  test('of the same file finds its call', async () => {
    const bytes = newWav();
    const named = { ...about, externalId: randomUUID() };
    const first = await upload(bytes, named);
    expect((await upload(bytes, named)).callId).toBe(first.callId);
  });

  test('that was whole when the server was killed is stored when its client asks', async () => {
    const bytes = newWav();
    const path = (await begin(bytes.length)).headers.get('location')!;
    await part(path, 0, bytes.subarray(0, 100));
    // As if the process had ended after the last byte: the bytes are here, and nobody made the call.
    await writeFile(join(uploadsDir, path.split('/').at(-1)!), bytes);
    expect(await shown(path)).toMatchObject({ offset: bytes.length, callId: null, state: 'uploading' });
    const callId = (await send('HEAD', path)).headers.get('debrief-call-id')!;
    expect(await legsOf(callId)).toMatchObject([{ sha256: digest(bytes) }]);
  });

  test('that ends twice at once makes one call', async () => {
    const bytes = newWav();
    const path = (await begin(bytes.length)).headers.get('location')!;
    await writeFile(join(uploadsDir, path.split('/').at(-1)!), bytes);
    const ended = await Promise.all(Array.from({ length: 5 }, () => send('HEAD', path)));
    const ids = ended.map(({ headers }) => headers.get('debrief-call-id'));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).not.toBeNull();
  });

  test('is its sender’s alone', async () => {
    const browser = await browserOf(service, account, { id: ann, role: 'rep' });
    const begun = await browser.send('POST', '/api/v1/uploads', undefined, {
      'upload-length': '5',
      'upload-metadata': encode(about),
    });
    expect(begun.status).toBe(201);
    const path = `/api/v1/uploads/${begun.json().id}`;
    const other = await browserOf(service, account, { id: rob, role: 'rep' });
    expect((await other.send('GET', path)).status).toBe(404);
    expect((await send('HEAD', path)).status).toBe(404);
    expect((await part(path, 0, Buffer.from('x'))).status).toBe(404);
    expect((await browser.send('GET', path)).status).toBe(200);
    expect((await browser.send('DELETE', path)).status).toBe(204);
  });
});

describe('before a byte is taken', () => {
  test.each([
    ['no call time', { direction: 'INBOUND' }, 'callTime'],
    ['a key that nothing knows', { ...about, colour: 'red' }, 'colour'],
    ['a wrong direction', { ...about, direction: 'SIDEWAYS' }, 'direction'],
    ['a caller who is not there', { ...about, callerId: 'nobody' }, 'callerId'],
    ['a leg that is no number', { callId: 'x', leg: 'two' }, 'leg'],
  ])('%s is refused', async (_, metadata, field) => {
    const { status, text } = await begin(10, metadata);
    expect([status, JSON.parse(text).parameter]).toEqual([400, field]);
  });

  test('so is what is no upload of tus', async () => {
    expect((await begin(10, { ...about, callId: 'unknown' })).status).toBe(400);
    expect((await begin(10, { callId: 'unknown' })).status).toBe(404);
    for (const size of ['', 'x', '-1', '1.5', '1e3']) expect((await begin(size)).status).toBe(400);
    expect((await begin(2 * 1024 ** 3 + 1)).status).toBe(413);
    for (const header of ['callTime', 'callTime !', 'callTime /w==', ',', 'a b c']) {
      expect((await begin(10, about, { 'upload-metadata': header })).status, header).toBe(400);
    }
    const old = await begin(10, about, { 'tus-resumable': '0.2.2' });
    expect([old.status, old.headers.get('tus-version')]).toEqual([412, '1.0.0']);
    const path = (await begin(10)).headers.get('location')!;
    expect((await part(path, 0, Buffer.from('x'), { 'content-type': 'audio/wav' })).status).toBe(415);
    expect((await part(path, 'x', Buffer.from('x'))).status).toBe(400);
    await send('DELETE', path);
    expect((await fetch(new URL('/api/v1/uploads', service.url), { method: 'POST' })).status).toBe(401);
  });

  test('a rep sends recordings of their own calls alone', async () => {
    const browser = await browserOf(service, account, { id: ann, role: 'rep' });
    const trying = (metadata: Record<string, string>) =>
      browser.send('POST', '/api/v1/uploads', undefined, { 'upload-length': '5', 'upload-metadata': encode(metadata) });
    expect((await trying({ ...about, callerId: rob })).status).toBe(403);
    const own = await trying({ ...about, callerId: ann });
    expect(own.status).toBe(201);
    await browser.send('DELETE', `/api/v1/uploads/${own.json().id}`);
  });

  test('a client may ask what the server can do', async () => {
    const { status, headers } = await send('OPTIONS', '/api/v1/uploads');
    expect(status).toBe(204);
    expect(headers.get('tus-version')).toBe('1.0.0');
    expect(headers.get('tus-max-size')).toBe(String(2 * 1024 ** 3));
    expect(headers.get('tus-extension')!.split(',').sort()).toEqual(['creation', 'expiration', 'termination']);
  });
});

describe('nothing is left', () => {
  test('of an upload that was left a day ago, and of files that no upload needs', async () => {
    const [left, going] = [(await begin(10)).headers.get('location')!, (await begin(10)).headers.get('location')!];
    const id = left.split('/').at(-1)!;
    await service.pool.query(`update uploads set touched_at = now() - interval '25 hours' where upload_id = $1`, [id]);
    await writeFile(join(uploadsDir, randomUUID()), 'of no upload');
    await sweepUploads({ db: service.db, clock: systemClock, uploadsDir });
    expect((await send('HEAD', left)).status).toBe(404);
    expect((await send('HEAD', going)).status).toBe(200);
    expect(await filesHere()).toBe(1);
    await send('DELETE', going);
  });

  test(`of ${UPLOADS} uploads that were dropped and resumed, but their calls`, async () => {
    const bytes = Array.from({ length: UPLOADS }, () => randomBytes(60_000));
    const other = await startService({ uploadsDir });
    try {
      const sent = await Promise.all(
        bytes.map((each, index) =>
          // Also by two processes of one machine in turn.
          upload(
            each,
            { ...about, externalId: randomUUID() },
            {
              chunkSize: 25_000,
              drops: { every: 2, after: 9_000 },
              ...(index % 2 === 1 && { alternates: [service.url, other.url] }),
            },
          ),
        ),
      );
      expect(sent.reduce((sum, { dropped }) => sum + dropped, 0)).toBeGreaterThanOrEqual(UPLOADS);
      expect(new Set(sent.map(({ callId }) => callId)).size).toBe(UPLOADS);
      for (const [index, { callId }] of sent.entries()) {
        expect(await legsOf(callId)).toMatchObject([{ sha256: digest(bytes[index]!) }]);
      }
    } finally {
      await other.close();
    }
    expect(await filesHere()).toBe(0);
    // Where two requests had the whole file, a job removes what the second one stored.
    const strays = `select * from stored_objects where account_id = $1 and (call_id is null or doomed_at is not null)`;
    const left = async () => (await service.pool.query(strays, [account.accountId])).rows;
    await until(async () => (await left()).length === 0, { seconds: 60, left });
  });
});
