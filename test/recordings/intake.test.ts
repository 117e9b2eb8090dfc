// Recordings in, over a real socket: one call a recording, whoever sends it, however often.

import { createHash, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Browser, browserOf } from '../support/browser.js';
import { until } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { toneWav } from '../support/wav.js';

const { service, account, client } = await openSuite();
const callTime = '2026-03-01T14:30:00Z';
let pitch = 200;

/** Other bytes each time. */
const newWav = () => toneWav([{ channel: 0, start: 0.5, end: 1, pitch: pitch++ }], { seconds: 2 });
const query = (more: Record<string, string> = {}) =>
  new URLSearchParams({ callTime, direction: 'INBOUND', ...more }).toString();
const send = (wav: Uint8Array, more: Record<string, string> = {}, type = 'audio/wav') =>
  client.send('POST', `/api/v1/recordings?${query(more)}`, wav, { 'content-type': type });
const processing = async (id: string) => (await client.get(`/api/v1/calls/${id}/processing`)).json();

async function decoded(id: string): Promise<void> {
  await until(async () => (await processing(id)).steps[0].state === 'done', { seconds: 50 });
}

describe('a recording', () => {
  test('makes a call, with its file, its length and its state', async () => {
    const wav = newWav();
    const externalId = randomUUID();
    const made = await send(wav, { externalId, fileName: 'one.wav' });
    expect([made.status, made.json()]).toMatchObject([201, { state: 'TRANSCRIBING' }]);
    const { id } = made.json();
    const { legs } = (await client.get(`/api/v1/calls/${id}/recording`)).json();
    expect(legs).toEqual([
      {
        leg: 1,
        fileName: 'one.wav',
        sizeBytes: wav.length,
        sha256: createHash('sha256').update(wav).digest('hex'),
        startSeconds: 0,
        ours: null,
        isKept: true,
      },
    ]);
    await decoded(id);
    const call = (await client.get(`/api/v1/calls/${id}`)).json();
    expect(call).toMatchObject({ externalId, originalPath: 'one.wav' });
    expect(call.duration).toBeCloseTo(2, 1);
  });

  test.each(['application/octet-stream', 'application/x-www-form-urlencoded', 'audio/x-wav', 'video/mp4'])(
    'is taken as %s',
    async (type) => {
      expect((await send(newWav(), {}, type)).status).toBe(201);
    },
  );

  test('is taken as a form, with its call', async () => {
    const form = new FormData();
    const call = { callTime, direction: 'OUTBOUND', externalId: randomUUID(), metadata: { deal: 'x' } };
    form.set('call', JSON.stringify(call));
    form.set('file', new Blob([new Uint8Array(newWav())]), 'of form.wav');
    const { headers, body } = new Response(form);
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    const type = headers.get('content-type')!;
    const made = await client.send('POST', '/api/v1/recordings?ours=left', bytes, { 'content-type': type });
    expect(made.status).toBe(201);
    const { id } = made.json();
    expect((await client.get(`/api/v1/calls/${id}`)).json()).toMatchObject({ ...call, originalPath: 'of form.wav' });
    expect((await client.get(`/api/v1/calls/${id}/recording`)).json().legs[0].ours).toBe('left');
  });

  test.each([
    ['without callTime', 'direction=INBOUND', 400, /callTime is missing/],
    ['without direction', `callTime=${callTime}`, 400, /direction is missing/],
    ['with a caller who is nobody', query({ callerId: 'nobody' }), 400, /callerId is not a user/],
    ['with another channel', query({ ours: 'middle' }), 400, /ours .*left or right/],
  ])('%s is refused, and leaves no object', async (_, sent, status, detail) => {
    const refused = await client.send('POST', `/api/v1/recordings?${sent}`, newWav(), { 'content-type': 'audio/wav' });
    expect([refused.status, refused.json().detail]).toEqual([status, expect.stringMatching(detail)]);
  });

  test('as JSON is refused with what is taken', async () => {
    const refused = await client.send('POST', `/api/v1/recordings?${query()}`, { a: 1 });
    expect([refused.status, refused.json().detail]).toEqual([415, expect.stringMatching(/Send the file as the body/)]);
  });

  test.each([
    ['no file', 'x', [['call', '{}']], /file is missing/],
    ['an unknown part', 'x', [['sound', 'abc']], /part "sound"/],
    [
      'a call after its file',
      'x',
      [
        ['file', 'abc'],
        ['call', '{}'],
      ],
      /part "call"/,
    ],
  ] as const)('in a form with %s is refused', async (_, boundary, parts, detail) => {
    const body = `${parts.map(([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--${boundary}--\r\n`;
    const type = `multipart/form-data; boundary=${boundary}`;
    const answer = await client.send('POST', `/api/v1/recordings?${query()}`, body, { 'content-type': type });
    // A part after the file comes too late to refuse what is taken by then, or ends the file.
    if (parts[0][0] === 'file') expect([201, 400]).toContain(answer.status);
    else expect([answer.status, answer.json().detail]).toEqual([400, expect.stringMatching(detail)]);
  });
});

describe('the same file again', () => {
  test('with its externalId finds its call', async () => {
    const [wav, externalId] = [newWav(), randomUUID()];
    const { id } = (await send(wav, { externalId })).json();
    const again = await send(wav, { externalId, callTime: '2026-03-02T00:00:00Z' });
    expect([again.status, again.json().id]).toEqual([200, id]);
  });

  test('without one finds the call of its caller and time; another time is another call', async () => {
    const wav = newWav();
    const callerId = await account.addUser(`${randomUUID()}@example.com`);
    const { id } = (await send(wav, { callerId })).json();
    expect((await send(wav, { callerId })).json().id).toBe(id);
    expect((await send(wav, { callerId, callTime: '2026-03-02T00:00:00Z' })).status).toBe(201);
    expect((await send(wav)).status).toBe(201);
  });

  test('sent four times at once makes one call', async () => {
    const wav = newWav();
    const answers = await Promise.all([send(wav), send(wav), send(wav), send(wav)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(1);
  });

  test('under another externalId is a call of its own; another file under the same one is refused', async () => {
    const [wav, externalId] = [newWav(), randomUUID()];
    const { id } = (await send(wav, { externalId })).json();
    expect((await send(wav, { externalId: randomUUID() })).status).toBe(201);
    const other = await send(newWav(), { externalId });
    expect([other.status, other.json().detail]).toEqual([409, expect.stringContaining(id)]);
  });

  test('leaves no object that is used by nothing', async () => {
    const { accountId } = account;
    await until(async () => {
      const { rows } = await service.pool.query(
        `select count(*)::int as stray from stored_objects o where account_id = $1
           and not exists (select from recordings r where r.account_id = o.account_id and r.object_id = o.object_id)
           and not exists (select from renditions r where r.account_id = o.account_id and r.object_id = o.object_id)
           and (call_id is not null or doomed_at is not null)`,
        [accountId],
      );
      return rows[0].stray === 0;
    });
  });
});

describe('the recording of a call that is there', () => {
  const newCall = async (more: object = {}) => {
    const made = await client.send('POST', '/api/v1/calls', { callTime, direction: 'INBOUND', ...more });
    return made.json().id as string;
  };
  const add = (id: string, wav: Uint8Array, more = '') =>
    client.send('POST', `/api/v1/calls/${id}/recording${more}`, wav, { 'content-type': 'audio/wav' });

  test('adds sound to a transcript, and leaves its words', async () => {
    const transcript = [{ start: '0.1', end: '0.4', word: 'hello', v: 0 }];
    const id = await client.upsertCall({ callTime, direction: 'INBOUND', transcript });
    const added = await add(id, newWav());
    expect([added.status, added.json()]).toEqual([201, { id, state: 'COMPLETE' }]);
    await decoded(id);
    const { steps } = await processing(id);
    expect(steps.map(({ step }: { step: string }) => step)).not.toContain('transcribe');
    expect((await client.get(`/api/v1/calls/${id}`)).json().transcript).toMatchObject(transcript);
  });

  test('comes in legs, each once; another file needs replace', async () => {
    const id = await newCall();
    const [one, two] = [newWav(), newWav()];
    expect((await add(id, one)).status).toBe(201);
    expect((await add(id, one)).status).toBe(200);
    expect((await add(id, two, '?leg=2&startSeconds=1.5')).status).toBe(201);
    const refused = await add(id, newWav());
    expect([refused.status, refused.json().detail]).toEqual([409, expect.stringMatching(/replace=true/)]);
    expect((await add(id, newWav(), '?replace=true')).status).toBe(201);
    const { legs } = (await client.get(`/api/v1/calls/${id}/recording`)).json();
    expect(legs.map(({ leg, startSeconds }: { leg: number; startSeconds: number }) => [leg, startSeconds])).toEqual([
      [1, 0],
      [2, 1.5],
    ]);
    await until(
      async () => (await client.get(`/api/v1/calls/${id}/recording`)).json().rendition?.durationSeconds > 3.4,
    );
  });

  test('a call that does not exist is 404, before a byte is stored', async () => {
    expect((await add('nobody', newWav())).status).toBe(404);
  });
});

describe('who may send', () => {
  let rep: string;
  let otherRep: string;
  let manager: string;
  const people = new Map<string, Browser>();
  beforeAll(async () => {
    for (const role of ['rep', 'manager', 'admin'] as const) {
      const id = await account.addUser(`${role}-${randomUUID()}@example.com`, { role });
      if (role === 'rep') rep = id;
      if (role === 'manager') manager = id;
      people.set(role, await browserOf(service, account, { id, role }));
    }
    otherRep = await account.addUser(`${randomUUID()}@example.com`);
  });
  const sendAs = async (role: string, more: Record<string, string> = {}) => {
    const browser = people.get(role)!;
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return fetch(`${service.url}/api/v1/recordings?${query(more)}`, {
      method: 'POST',
      headers: { cookie, origin: service.url, 'content-type': 'audio/wav' },
      body: new Uint8Array(newWav()),
    });
  };

  test('a rep sends their own calls, without naming themselves', async () => {
    const made = await sendAs('rep');
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    expect((await client.get(`/api/v1/calls/${id}`)).json().callerId).toBe(rep);
    expect((await sendAs('rep', { callerId: rep })).status).toBe(201);
  });

  test('a rep sends nobody else’s, and no id', async () => {
    expect((await sendAs('rep', { callerId: otherRep })).status).toBe(403);
    expect((await sendAs('rep', { callerEmail: 'nobody@example.com' })).status).toBe(403);
  });

  test('an admin sends everyone’s', async () => {
    expect((await sendAs('admin', { callerId: otherRep })).status).toBe(201);
    expect((await sendAs('admin', { callerEmail: 'nobody@example.com' })).status).toBe(201);
  });

  test('a manager sends those whose calls they see', async () => {
    expect((await sendAs('manager', { callerId: manager })).status).toBe(201);
    const seesAll = (await client.get('/api/v1/account')).json().callVisibility === 'everyone';
    expect((await sendAs('manager', { callerId: otherRep })).status).toBe(seesAll ? 201 : 403);
  });
});

test('a connection that breaks off leaves no call and no object', async () => {
  const { hostname, port } = new URL(service.url);
  const { accountId } = account;
  const objects = async () => {
    const { rows } = await service.pool.query(
      `select count(*)::int as count from stored_objects where account_id = $1 and call_id is null and doomed_at is null`,
      [accountId],
    );
    return rows[0].count as number;
  };
  const before = await objects();
  const externalId = randomUUID();
  const socket = connect(Number(port), hostname);
  const authorization = `Basic ${Buffer.from(`${client.username}:${client.password}`).toString('base64')}`;
  socket.write(
    `POST /api/v1/recordings?${query({ externalId })} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: ${authorization}\r\ncontent-type: audio/wav\r\ncontent-length: 1000000\r\n\r\n`,
  );
  socket.write(Buffer.alloc(100_000, 1));
  await until(async () => (await objects()) === before + 1);
  socket.destroy();
  await until(async () => (await objects()) === before);
  const { items } = (await client.get('/api/v1/calls?limit=1000')).json();
  expect(items.filter((call: { externalId?: string }) => call.externalId === externalId)).toEqual([]);
});
