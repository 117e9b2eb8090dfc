import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { ObjectStore } from '#debrief/adapters/storage/object-store.js';
import { browserOf } from '../support/browser.js';
import { giveSound } from '../support/played.js';
import { startService, until } from '../support/service.js';
import { openSuite } from '../support/suite.js';

const { service, account, client } = await openSuite();
const MIB = 1024 ** 2;
/** Far more than the buffers of a connection hold. */
const LONG = randomBytes(64 * MIB);
const bytes = randomBytes(10_000);
const ann = await account.addUser('ann@example.com');
const rob = await account.addUser('rob@example.com');

const newCall = () =>
  client.upsertCall({ callTime: '2026-03-01T10:00Z', direction: 'INBOUND', callerEmail: 'ann@example.com' });
async function callWithSound(sound = bytes): Promise<string> {
  const callId = await newCall();
  await giveSound(service, account, callId, sound);
  return callId;
}
const audioOf = (callId: string) => `/api/v1/calls/${callId}/audio`;
const authorization = `Basic ${Buffer.from(`${client.username}:${client.password}`).toString('base64')}`;

async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await fetch(new URL(path, service.url), { method, headers: { authorization, ...headers } });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}
async function cookieOf(userId: string, role: 'rep' | 'manager' | 'admin' = 'rep') {
  const browser = await browserOf(service, account, { id: userId, role });
  return { cookie: `debrief_session=${browser.cookies.get('debrief_session')}`, sessionId: browser.sessionId };
}
async function linkTo(callId: string, more: object) {
  const body = { callId, sharedBy: ann, recipientEmails: ['out@example.com'], ...more };
  const made = (await client.send('POST', '/api/v1/shares', body)).json();
  return { shareId: made.id as string, path: new URL(made.links[0].url).pathname };
}

/** Begins to play, and takes no more for now. */
async function listen(path: string, headers: Record<string, string> = { authorization }, at = service) {
  const request = http.get(new URL(path, at.url), { headers, agent: false });
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  expect(answer.statusCode).toBe(200);
  answer.pause();
  return answer;
}

describe('the sound of a call', async () => {
  const callId = await callWithSound();
  const whole = await get(audioOf(callId));
  const tag = whole.headers.get('etag')!;

  test('is sent whole', () => {
    expect(whole.status).toBe(200);
    expect(whole.body.equals(bytes)).toBe(true);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'audio/mp4',
      'content-length': '10000',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      etag: expect.stringMatching(/^"[0-9a-f-]{36}"$/),
    });
    expect(whole.headers.get('content-encoding')).toBeNull();
  });

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-', 0, 9999],
    ['bytes=100-199', 100, 199],
    ['bytes=9999-', 9999, 9999],
    ['bytes=9000-20000', 9000, 9999],
    ['bytes=-1', 9999, 9999],
    ['bytes=-500', 9500, 9999],
    ['bytes=-20000', 0, 9999],
    ['Bytes=5-6', 5, 6],
    ['bytes= 5-6 ', 5, 6],
  ])('in a range: %s', async (range, start, end) => {
    const { status, headers, body } = await get(audioOf(callId), { range });
    expect(status).toBe(206);
    expect(headers.get('content-range')).toBe(`bytes ${start}-${end}/10000`);
    expect(headers.get('content-length')).toBe(String(end - start + 1));
    expect(headers.get('etag')).toBe(tag);
    expect(body.equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  test.each(['bytes=10000-', 'bytes=10000-10001', 'bytes=-0', 'bytes=99999999999999999999-'])(
    'not in a range that has no byte of it: %s',
    async (range) => {
      const { status, headers } = await get(audioOf(callId), { range });
      expect(status).toBe(416);
      expect(headers.get('content-range')).toBe('bytes */10000');
      expect(headers.get('content-type')).toContain('application/problem+json');
    },
  );

  test.each(['bytes=', 'bytes=-', 'bytes=5-4', 'bytes=a-b', 'words=1-2', 'bytes=0-1,5-6', 'bytes=1.5-2', '', 'bytes'])(
    'whole for what is not one range: "%s"',
    async (range) => {
      const { status, body } = await get(audioOf(callId), { range });
      expect(status).toBe(200);
      expect(body.length).toBe(10_000);
    },
  );

  test('in a range only of the version that the client has', async () => {
    const range = 'bytes=1-2';
    expect((await get(audioOf(callId), { range, 'if-range': tag })).status).toBe(206);
    for (const other of ['"other"', `W/${tag}`, 'Sun, 01 Mar 2026 10:00:00 GMT']) {
      const { status, body } = await get(audioOf(callId), { range, 'if-range': other });
      expect([status, body.length]).toEqual([200, 10_000]);
    }
  });

  test('not again to who has it', async () => {
    for (const headers of [{}, { range: 'bytes=0-1' }]) {
      const { status, body } = await get(audioOf(callId), { ...headers, 'if-none-match': `"x", ${tag}` });
      expect([status, body.length]).toEqual([304, 0]);
    }
    expect((await get(audioOf(callId), { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('is told of by HEAD, which has no ranges', async () => {
    const { status, headers, body } = await get(audioOf(callId), { range: 'bytes=0-1' }, 'HEAD');
    expect([status, headers.get('content-length'), headers.get('etag'), body.length]).toEqual([200, '10000', tag, 0]);
  });

  test('is for those who see the call, and is not there without a recording', async () => {
    const { cookie } = await cookieOf(ann);
    expect((await get(audioOf(callId), { authorization: '', cookie })).status).toBe(401);
    const asking = async (userId: string, path: string) => {
      const { cookie } = await cookieOf(userId);
      return (await fetch(new URL(path, service.url), { headers: { cookie } })).status;
    };
    expect(await asking(ann, audioOf(callId))).toBe(200);
    await client.send('PATCH', '/api/v1/account', { callVisibility: 'own' });
    for (const path of [audioOf(callId), `/api/v1/calls/${callId}/peaks`]) {
      expect(await asking(ann, path)).toBe(200);
      expect(await asking(rob, path)).toBe(404);
    }
    await client.send('PATCH', '/api/v1/account', { callVisibility: 'everyone' });
    const silent = await newCall();
    expect((await get(audioOf(silent))).status).toBe(404);
    expect((await get(`/api/v1/calls/${silent}/peaks`)).status).toBe(404);
    expect((await fetch(new URL(audioOf(callId), service.url))).status).toBe(401);
  });

  test('has a waveform', async () => {
    const answer = await client.get(`/api/v1/calls/${callId}/peaks`);
    const { peaks, ...about } = answer.json();
    expect(about).toEqual({ durationSeconds: 10, channels: 2, silentChannels: [1] });
    expect(peaks).toEqual([Array(2000).fill(7), Array(2000).fill(0)]);
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    const again = await client.get(`/api/v1/calls/${callId}/peaks`, { 'if-none-match': answer.headers.get('etag')! });
    expect(again.status).toBe(304);
  });
});

describe('a link', () => {
  test('lets people hear the call only if its sharer allowed it', async () => {
    const callId = await callWithSound();
    const [mute, heard] = [await linkTo(callId, {}), await linkTo(callId, { audio: true })];
    for (const part of ['audio', 'peaks']) {
      expect((await fetch(new URL(`${mute.path}/${part}`, service.url))).status).toBe(404);
      expect((await fetch(new URL(`/shared/unknown/${part}`, service.url))).status).toBe(404);
    }
    const shown = await fetch(new URL(heard.path, service.url));
    expect(await shown.json()).toMatchObject({ id: callId, audio: true });
    const part = await fetch(new URL(`${heard.path}/audio`, service.url), { headers: { range: 'bytes=5-9' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(5, 10))).toBe(true);
    expect(part.headers.get('cache-control')).toBe('no-store');
    const peaks = await fetch(new URL(`${heard.path}/peaks`, service.url));
    expect((await peaks.json()).channels).toBe(2);
    // What is played for it is no opening of the link.
    const accesses = (await client.get(`/api/v1/shares/${heard.shareId}/accesses`)).json();
    expect(accesses.items).toMatchObject([{ openings: 1 }]);
    await client.send('DELETE', `/api/v1/shares/${heard.shareId}`);
    expect((await fetch(new URL(`${heard.path}/audio`, service.url))).status).toBe(404);
  });
});

describe('playing is cut', () => {
  test('when the call is deleted, also by another process', async () => {
    const callId = await callWithSound(LONG);
    const other = await startService();
    try {
      const [first, second] = [await listen(audioOf(callId)), await listen(audioOf(callId), { authorization }, other)];
      expect((await client.send('DELETE', `/api/v1/calls/${callId}`)).status).toBe(204);
      expect((await get(audioOf(callId))).status).toBe(404);
      for (const answer of [first, second]) {
        const { taken, isWhole } = await cut(answer);
        expect(isWhole).toBe(false);
        expect(taken).toBeLessThan(LONG.length);
      }
    } finally {
      await other.close();
    }
  });

  test('when the session ends, the credential or the share is revoked', async () => {
    const callId = await callWithSound(LONG);
    const { cookie, sessionId } = await cookieOf(ann);
    const link = await linkTo(callId, { audio: true });
    const program = await account.client('read');
    const basic = `Basic ${Buffer.from(`${program.username}:${program.password}`).toString('base64')}`;
    const playing = [
      await listen(audioOf(callId), { cookie }),
      await listen(`${link.path}/audio`, {}),
      await listen(audioOf(callId), { authorization: basic }),
    ];
    const goesOn = await listen(audioOf(callId));
    await service.pool.query('delete from sessions where session_id = $1', [sessionId]);
    await client.send('DELETE', `/api/v1/shares/${link.shareId}`);
    await service.pool.query('update credentials set revoked_at = now() where credential_id = $1', [program.username]);
    for (const answer of playing) expect((await cut(answer)).isWhole).toBe(false);
    expect((await buffer(goesOn)).equals(LONG)).toBe(true);
  });

  /** Waits until the server has ended the connection, while taking only what it takes to notice that. */
  async function cut(answer: http.IncomingMessage) {
    let taken = 0;
    const slowly = setInterval(() => {
      const chunk: Buffer | null = answer.read(64 * 1024) ?? answer.read();
      taken += chunk?.length ?? 0;
    }, 20);
    answer.on('readable', () => {});
    answer.on('error', () => {});
    await until(async () => answer.destroyed || answer.readableEnded);
    clearInterval(slowly);
    return { taken, isWhole: answer.complete && taken === LONG.length };
  }
});

test('no more is read from the store than the listener takes', async () => {
  let read = 0;
  const counting: ObjectStore = {
    ...service.store,
    async read(key, range) {
      const source = await service.store.read(key, range);
      return Readable.from(
        (async function* () {
          for await (const chunk of source) {
            read += chunk.length;
            yield chunk;
          }
        })(),
        { objectMode: false },
      );
    },
  };
  const callId = await callWithSound(LONG);
  const counted = await startService({ store: counting });
  try {
    const answer = await listen(audioOf(callId), { authorization }, counted);
    let before = -1;
    await until(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const stands = read === before;
      before = read;
      return stands;
    });
    expect(read).toBeLessThan(16 * MIB);
    answer.destroy();
  } finally {
    await counted.close();
  }
});
