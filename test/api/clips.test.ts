import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Browser, browserOf } from '../support/browser.js';
import { addPerson } from '../support/people.js';
import { sendRaw } from '../support/raw-http.js';
import { drivenClock, until } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { type Tone, toneWav } from '../support/wav.js';

const clock = drivenClock();
const { service, account, client } = await openSuite({ clock });

const mona = await addPerson(account, 'mona', 'manager');
const east: string = (await client.send('POST', '/api/v1/teams', { name: 'East', managerId: mona })).json().id;
const west: string = (await client.send('POST', '/api/v1/teams', { name: 'West' })).json().id;
const rita = await addPerson(account, 'rita', 'rep', { teamId: east });
const rob = await addPerson(account, 'rob', 'rep', { teamId: west });
const adam = await addPerson(account, 'adam', 'admin');
await client.send('PATCH', '/api/v1/account', { callVisibility: 'team' });
const as = async (id: string, role: 'rep' | 'manager' | 'admin' = 'rep'): Promise<Browser> =>
  browserOf(service, account, { id, role });
const [ritas, robs, monas, adams] = [await as(rita), await as(rob), await as(mona, 'manager'), await as(adam, 'admin')];

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
/** A word a second; the customer speaks from the sixth second on. */
const transcript = WORDS.map((word, at) => ({ start: `${at}.25`, end: `${at}.75`, word, v: at < 6 ? 0 : 1 }));
const participants = [
  { speakerNumber: 0, email: 'rita@example.com' },
  { speakerNumber: 1, email: 'kim@customer.example', firstName: 'Kim', lastName: 'Customer' },
];
const callBody = {
  callTime: '2026-03-01T10:00:30Z',
  direction: 'OUTBOUND',
  duration: 10,
  callerEmail: 'rita@example.com',
  callSummary: { nextSteps: ['Secret step'], questionsAndAnswers: [], summary: 'Secret.' },
  metadata: { secret: 'metadata-secret' },
  participants,
  transcript,
};
const newCall = () => client.upsertCall({ ...callBody, externalId: randomUUID() });
const callId = await newCall();

interface Made {
  readonly id: string;
  readonly links: readonly { readonly email: string; readonly url: string; readonly expiresAt: string }[];
}

async function makeClip(of = callId, more: object = {}): Promise<string> {
  const body = { callId: of, startSeconds: 2, endSeconds: 4, title: 'Price', ...more };
  const answer = await ritas.send('POST', '/api/v1/clips', body);
  expect(answer.status, answer.text).toBe(201);
  return answer.json().id;
}

async function share(clipId: string, more: object, by = ritas): Promise<Made> {
  const answer = await by.send('POST', '/api/v1/clip-shares', { clipId, ...more });
  expect(answer.status, answer.text).toBe(201);
  return answer.json();
}

const open = (url: string, headers: Record<string, string> = {}) =>
  sendRaw(service, { method: 'GET', path: new URL(url, service.url).pathname, headers });

describe('a clip', () => {
  test('is made by who sees its call, and seen by them', async () => {
    const answer = await ritas.send('POST', '/api/v1/clips', {
      callId,
      startSeconds: 2,
      endSeconds: 4.5,
      title: 'Price',
      note: 'Listen <b>here</b>',
    });
    expect(answer.status).toBe(201);
    const clip = answer.json();
    expect(clip).toEqual({
      id: expect.any(String),
      callId,
      title: 'Price',
      note: 'Listen <b>here</b>',
      startSeconds: 2,
      endSeconds: 4.5,
      createdBy: rita,
      createdAt: expect.stringMatching(/Z$/),
      callTime: '2026-03-01T10:00:30Z',
      callerName: 'rita Person',
      wholeCall: true,
    });
    for (const [who, status] of [
      [ritas, 200],
      [monas, 200],
      [adams, 200],
      [robs, 404],
    ] as const) {
      for (const path of ['', '/content']) {
        expect((await who.send('GET', `/api/v1/clips/${clip.id}${path}`)).status).toBe(status);
      }
      const { items } = (await who.send('GET', `/api/v1/clips?callId=${callId}`)).json();
      expect(items.some(({ id }: Made) => id === clip.id)).toBe(status === 200);
    }
    expect(
      (await robs.send('POST', '/api/v1/clips', { callId, startSeconds: 1, endSeconds: 2, title: 'x' })).status,
    ).toBe(404);
  });

  test('has a range within its call, and a title', async () => {
    const send = async (more: object) => {
      const body = { callId, startSeconds: 2, endSeconds: 4, title: 'Price', createdBy: rita, ...more };
      const answer = await client.send('POST', '/api/v1/clips', body);
      return [answer.status, answer.json().parameter];
    };
    expect(await send({})).toEqual([201, undefined]);
    expect(await send({ startSeconds: 0, endSeconds: 10 })).toEqual([201, undefined]);
    expect(await send({ endSeconds: 2.1 })).toEqual([201, undefined]);
    expect(await send({ endSeconds: 2.05 })).toEqual([400, 'endSeconds']);
    expect(await send({ endSeconds: 2 })).toEqual([400, 'endSeconds']);
    expect(await send({ startSeconds: 5 })).toEqual([400, 'endSeconds']);
    expect(await send({ endSeconds: 10.5 })).toEqual([400, 'endSeconds']);
    expect(await send({ startSeconds: -1 })).toEqual([400, 'startSeconds']);
    expect(await send({ title: ' ' })).toEqual([400, 'title']);
    expect(await send({ title: 'x'.repeat(201) })).toEqual([400, 'title']);
    expect(await send({ note: 'x'.repeat(4001) })).toEqual([400, 'note']);
    expect(await send({ createdBy: undefined })).toEqual([400, 'createdBy']);
    const long = await client.upsertCall({ ...callBody, externalId: randomUUID(), duration: 8_000 });
    expect(await send({ callId: long, startSeconds: 0, endSeconds: 7_200 })).toEqual([201, undefined]);
    expect(await send({ callId: long, startSeconds: 0, endSeconds: 7_201 })).toEqual([400, 'endSeconds']);
  });

  test('is renamed by its maker, and deleted also by managers who see the call', async () => {
    const id = await makeClip();
    const path = `/api/v1/clips/${id}`;
    expect((await monas.send('PATCH', path, { title: 'Mine' })).status).toBe(403);
    const { etag = '' } = (await ritas.send('GET', path)).headers;
    const renamed = await ritas.send('PATCH', path, { title: 'New', note: 'N' }, { 'if-match': etag });
    expect(renamed.json()).toMatchObject({ title: 'New', note: 'N' });
    expect((await ritas.send('PATCH', path, { title: 'Newer' }, { 'if-match': etag })).status).toBe(412);
    expect((await adams.send('PATCH', path, { note: null })).json()).toMatchObject({ title: 'New', note: null });
    await share(id, { recipientUserIds: [rob] });
    expect((await robs.send('DELETE', path)).status).toBe(403);
    expect((await monas.send('DELETE', path)).status).toBe(204);
    expect((await ritas.send('GET', path)).status).toBe(404);
    const { items } = (await client.get(`/api/v1/audit?kind=clips&id=${id}`)).json();
    expect(items.map(({ action }: { action: string }) => action)).toEqual(['delete', 'update', 'update', 'create']);
  });

  test('of a list is found by maker, share and text, the newest first', async () => {
    const call = await newCall();
    const ids: string[] = [];
    for (const title of ['Alpha', 'Beta 100%', 'Gamma']) {
      clock.advance(1_000);
      ids.unshift(await makeClip(call, { title, note: title === 'Gamma' ? 'about ALPHA' : null }));
    }
    const list = async (query: string, who = ritas) =>
      (await who.send('GET', `/api/v1/clips?callId=${call}${query}`)).json().items.map(({ id }: Made) => id);
    expect(await list('')).toEqual(ids);
    expect(await list(`&createdBy=${mona}`)).toEqual([]);
    expect(await list('&q=alpha')).toEqual([ids[0], ids[2]]);
    expect(await list('&q=0%25')).toEqual([ids[1]]);
    expect(await list(`&sharedWith=${rob}`, robs)).toEqual([]);
    await share(ids[1]!, { recipientUserIds: [rob] });
    expect(await list(`&sharedWith=${rob}`, robs)).toEqual([ids[1]]);
    const first = (await ritas.send('GET', `/api/v1/clips?callId=${call}&limit=2`)).json();
    const second = (await ritas.send('GET', `/api/v1/clips?callId=${call}&limit=2&cursor=${first.next}`)).json();
    expect([...first.items, ...second.items].map(({ id }: Made) => id)).toEqual(ids);
    expect(second.next).toBeNull();
    expect((await ritas.send('GET', '/api/v1/clips?q=%00')).status).toBe(400);
    expect((await robs.send('GET', `/api/v1/clips?sharedWith=${rita}`)).status).toBe(403);
  });

  test('is kept when its call gets a new transcript: its seconds count', async () => {
    const call = await newCall();
    const id = await makeClip(call);
    const again = transcript.map((word) => ({ ...word, word: `new-${word.word}` }));
    expect((await client.send('PATCH', `/api/v1/calls/${call}`, { transcript: again })).status).toBe(200);
    const { words } = (await ritas.send('GET', `/api/v1/clips/${id}/content`)).json();
    expect(words.map(({ word }: { word: string }) => word)).toEqual(['new-two', 'new-three']);
  });
});

describe('a shared clip', () => {
  test('shows its recipients the range, and nothing else of the call by any route', async () => {
    const call = await newCall();
    const id = await makeClip(call, { startSeconds: 5.5, endSeconds: 7.26 });
    await share(id, { recipientUserIds: [rob] });
    const clip = (await robs.send('GET', `/api/v1/clips/${id}`)).json();
    expect(clip).toMatchObject({ callId: call, callerName: 'rita Person', wholeCall: false });
    const content = await robs.send('GET', `/api/v1/clips/${id}/content`);
    // A word belongs to the clip if it begins in it: the sixth began before it, and the last ends after it.
    expect(content.json()).toEqual({
      speakers: [{ speakerNumber: 1, name: 'Kim Customer' }],
      words: [
        { start: '6.25', end: '6.75', word: 'six', v: 1 },
        { start: '7.25', end: '7.75', word: 'seven', v: 1 },
      ],
      sound: 'none',
    });
    const routes = ['', '/transcript', '/speakers', '/summary', '/audio', '/peaks', '/processing', '/recording'];
    for (const route of routes) {
      expect((await robs.send('GET', `/api/v1/calls/${call}${route}`)).status, route).toBe(404);
    }
    const lists = ['/api/v1/calls', '/api/v1/feedback', '/api/v1/shares', '/api/v1/results', '/api/v1/clip-shares'];
    for (const list of lists) expect((await robs.send('GET', list)).text, list).not.toContain(call);
    const comment = { callId: call, startTime: 6, text: 'x' };
    expect((await robs.send('POST', '/api/v1/feedback', comment)).status).toBe(404);
    // Only who may share the call may share the clip.
    const passedOn = await robs.send('POST', '/api/v1/clip-shares', { clipId: id, recipientUserIds: [mona] });
    expect(passedOn.status).toBe(403);
    expect((await robs.send('PATCH', `/api/v1/clips/${id}`, { title: 'x' })).status).toBe(403);
    const other = await makeClip(call, { startSeconds: 0, endSeconds: 9 });
    expect((await robs.send('GET', `/api/v1/clips/${other}/content`)).status).toBe(404);
    // API v2 shows shares of calls only.
    expect((await client.get('/api/ev/2/shares?since=2020-01-01T00:00Z&limit=1000')).text).not.toContain(call);
  });

  test('is seen by whoever is in the team, at the time', async () => {
    const id = await makeClip();
    const { id: shareId } = await share(id, { recipientTeamIds: [west] });
    const sees = async (who: Browser) => (await who.send('GET', `/api/v1/clips/${id}`)).status === 200;
    const nina = await addPerson(account, 'nina');
    const ninas = await as(nina);
    expect([await sees(robs), await sees(ninas)]).toEqual([true, false]);
    await client.send('PATCH', `/api/v1/users/${nina}`, { teamId: west });
    expect(await sees(ninas)).toBe(true);
    await client.send('PATCH', `/api/v1/users/${nina}`, { teamId: null });
    expect(await sees(ninas)).toBe(false);
    await client.send('PATCH', `/api/v1/teams/${west}`, { managerId: nina });
    expect(await sees(ninas)).toBe(true);
    expect((await monas.send('DELETE', `/api/v1/clip-shares/${shareId}`)).status).toBe(403);
    expect((await ritas.send('DELETE', `/api/v1/clip-shares/${shareId}`)).status).toBe(204);
    expect([await sees(robs), await sees(ninas)]).toEqual([false, false]);
    expect((await ritas.send('GET', `/api/v1/clip-shares/${shareId}`)).json().revokedAt).toMatch(/Z$/);
  });

  test('what cannot be', async () => {
    const clipId = await makeClip();
    const send = async (more: object) => {
      const answer = await ritas.send('POST', '/api/v1/clip-shares', { clipId, recipientUserIds: [rob], ...more });
      return [answer.status, answer.json().parameter];
    };
    expect(await send({ recipientUserIds: [] })).toEqual([400, 'recipientUserIds']);
    expect(await send({ recipientUserIds: ['nobody'] })).toEqual([400, 'recipientUserIds[0]']);
    expect(await send({ recipientTeamIds: ['none'] })).toEqual([400, 'recipientTeamIds[0]']);
    expect(await send({ recipientEmails: ['none'] })).toEqual([400, 'recipientEmails[0]']);
    expect(await send({ clipId: 'none' })).toEqual([404, undefined]);
    expect(await send({ sharedBy: mona })).toEqual([403, 'sharedBy']);
    expect(await send({ expiresAt: '2020-01-01T00:00Z' })).toEqual([400, 'expiresAt']);
  });
});

describe('a link to a clip', () => {
  test('shows an outsider the range and nothing else, and counts openings', async () => {
    const id = await makeClip(callId, { note: 'For you' });
    const { id: shareId, links } = await share(id, { recipientEmails: ['Out@example.com'], message: 'Hear this' });
    const { url } = links[0]!;
    expect(url).toMatch(new RegExp(`^${service.url}/shared/clips/[\\w-]{43}$`));
    const answer = await open(url);
    expect(JSON.parse(answer.text)).toEqual({
      title: 'Price',
      note: 'For you',
      startSeconds: 2,
      endSeconds: 4,
      callTime: '2026-03-01T10:00:30Z',
      callerName: 'rita Person',
      message: 'Hear this',
      speakers: [{ speakerNumber: 0, name: 'rita Person' }],
      words: [
        { start: '2.25', end: '2.75', word: 'two', v: 0 },
        { start: '3.25', end: '3.75', word: 'three', v: 0 },
      ],
      sound: 'none',
    });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      vary: expect.stringMatching(/accept/i),
    });
    for (const secret of ['@', 'ecret', account.accountId, callId]) expect(answer.text).not.toContain(secret);
    const page = await open(url, { accept: 'text/html' });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await open(`${url}/audio`)).status).toBe(404);
    await open(url);
    const accesses = (await ritas.send('GET', `/api/v1/clip-shares/${shareId}/accesses`)).json().items;
    expect(accesses).toMatchObject([{ email: 'Out@example.com', openings: 2 }]);
    expect((await monas.send('GET', `/api/v1/clip-shares/${shareId}/accesses`)).status).toBe(403);
    const token = url.slice(-43);
    for (const table of ['clip_shares', 'clip_share_links', 'clip_share_accesses', 'audit', 'idempotency_keys']) {
      const found = await service.pool.query(`select 1 from ${table} t where t::text like $1`, [`%${token}%`]);
      expect(found.rows, table).toEqual([]);
    }
    // A token opens what it was made for.
    expect((await open(`/shared/${token}`)).status).toBe(404);
  });

  test('ends with its time, its replacement, its share, its clip and its call', async () => {
    const [call, other] = [await newCall(), await newCall()];
    const recipientEmails = ['out@example.com'];
    const later = new Date(clock.now() / 1000 + 3600_000).toISOString();
    const made = {
      expired: await share(await makeClip(), { recipientEmails, expiresAt: later }),
      replaced: await share(await makeClip(), { recipientEmails }),
      revoked: await share(await makeClip(), { recipientEmails }),
      ofDeleted: await share(await makeClip(other), { recipientEmails }),
      ofErased: await share(await makeClip(call), { recipientEmails }),
    };
    for (const { links } of Object.values(made)) expect((await open(links[0]!.url)).status).toBe(200);
    clock.advance(3600_000);
    const body = { email: 'OUT@example.com' };
    const fresh = await ritas.send('POST', `/api/v1/clip-shares/${made.replaced.id}/links`, body);
    expect(fresh.status, fresh.text).toBe(201);
    await ritas.send('DELETE', `/api/v1/clip-shares/${made.revoked.id}`);
    const { clipId } = (await ritas.send('GET', `/api/v1/clip-shares/${made.ofDeleted.id}`)).json();
    await ritas.send('DELETE', `/api/v1/clips/${clipId}`);
    expect((await client.send('DELETE', `/api/v1/calls/${call}`)).status).toBe(204);
    for (const [name, { links }] of Object.entries(made)) expect((await open(links[0]!.url)).status, name).toBe(404);
    expect((await open(fresh.json().url)).status).toBe(200);
    const again = await ritas.send('POST', `/api/v1/clip-shares/${made.revoked.id}/links`, body);
    expect(again.status).toBe(409);
  });

  test('is in the first answer only', async () => {
    const clipId = await makeClip();
    const send = () =>
      ritas.send(
        'POST',
        '/api/v1/clip-shares',
        { clipId, recipientEmails: ['once@example.com'] },
        { 'idempotency-key': 'k' },
      );
    const [first, second] = [(await send()).json(), (await send()).json()];
    expect(second).toEqual({ ...first, links: [{ email: 'once@example.com', expiresAt: first.links[0].expiresAt }] });
    expect((await open(first.links[0].url)).status).toBe(200);
  });
});

test('erasing a call erases its clips, their shares, and what of them is in the audit and in answers', async () => {
  const call = await newCall();
  const title = `title-${randomUUID()}`;
  const body = { callId: call, startSeconds: 2, endSeconds: 4, title, note: title };
  const made = await ritas.send('POST', '/api/v1/clips', body, { 'idempotency-key': randomUUID() });
  const clipId = made.json().id;
  const key = { 'idempotency-key': randomUUID() };
  const sent = { clipId, recipientUserIds: [rob], recipientEmails: ['out@example.com'], message: title };
  const shared = (await ritas.send('POST', '/api/v1/clip-shares', sent, key)).json();
  await open(shared.links[0].url);
  const list = (await ritas.send('POST', '/api/v1/playlists', { title: 'Mine' })).json();
  await ritas.send(
    'POST',
    `/api/v1/playlists/${list.id}/items`,
    { clipIds: [clipId], callIds: [call] },
    {
      'idempotency-key': randomUUID(),
    },
  );
  const standing = async (text: string) => {
    const { rows } = await service.pool.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind = 'r' order by 1`,
    );
    const found: string[] = [];
    for (const { name } of rows) {
      const some = await service.pool.query(`select 1 from "${name}" t where strpos(t::text, $1) > 0 limit 1`, [text]);
      if (some.rows.length > 0) found.push(name);
    }
    return found;
  };
  expect(await standing(title)).toEqual(['audit', 'clip_shares', 'clips', 'idempotency_keys']);
  expect((await client.send('DELETE', `/api/v1/calls/${call}`)).status).toBe(204);
  expect(await standing(title)).toEqual([]);
  // The record that there was a clip stays; for an hour also that pages were to read it again, with nothing of what it
  // said; and a program's answer about the playlist, which shows nothing of it.
  expect(await standing(clipId)).toEqual(['audit', 'change_log']);
  expect((await ritas.send('GET', `/api/v1/playlists/${list.id}/items`)).json()).toEqual({ items: [], hidden: 0 });
});

describe('the sound of a clip', async () => {
  /** A tone in each second of ten, each of its own pitch: 300 Hz in the first, 400 Hz in the second, and so on. */
  const tones = WORDS.map((_, at): Tone => ({ channel: at % 2, start: at, end: at + 1, pitch: 300 + 100 * at }));

  async function callWithTones(): Promise<string> {
    const query = new URLSearchParams({
      callTime: '2026-03-01T14:30:00Z',
      direction: 'INBOUND',
      externalId: randomUUID(),
      callerEmail: 'rita@example.com',
    });
    const wav = toneWav(tones, { seconds: 10 });
    const made = await client.send('POST', `/api/v1/recordings?${query}`, wav, { 'content-type': 'audio/wav' });
    expect(made.status, made.text).toBe(201);
    const { id } = made.json();
    await until(async () => (await client.get(`/api/v1/calls/${id}`)).json().state === 'COMPLETE', { seconds: 50 });
    return id;
  }

  /** What is heard in an m4a file: its length, and the pitch of each tenth of a second, both channels together. */
  async function hear(bytes: Buffer): Promise<{ seconds: number; pitches: number[] }> {
    const path = join(tmpdir(), `clip-${randomUUID()}.m4a`);
    await writeFile(path, bytes);
    const args = ['-v', 'error', '-i', path, '-ac', '1', '-ar', '16000', '-f', 's16le', '-'];
    const { stdout } = await promisify(execFile)('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 26 });
    const samples = new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length >> 1);
    const pitches: number[] = [];
    for (let from = 0; from + 1600 <= samples.length; from += 1600) {
      const part = samples.subarray(from, from + 1600);
      let crossings = 0;
      for (let i = 1; i < part.length; i++) if (part[i - 1]! < 0 && part[i]! >= 0) crossings += 1;
      pitches.push(crossings * 10);
    }
    return { seconds: samples.length / 16_000, pitches };
  }

  const call = await callWithTones();
  const fetchAudio = async (path: string, headers: Record<string, string>) => {
    const answer = await fetch(new URL(path, service.url), { headers });
    return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  const robsCookie = { cookie: `debrief_session=${robs.cookies.get('debrief_session')}` };
  const ready = (read: () => Promise<{ text: string }>) =>
    until(async () => JSON.parse((await read()).text).sound === 'ready', { seconds: 50 });

  test('is cut to the range, and has nothing of what is around it', async () => {
    const id = await makeClip(call, { startSeconds: 3, endSeconds: 5 });
    const { links } = await share(id, {
      recipientUserIds: [rob],
      recipientEmails: ['out@example.com'],
      audio: true,
    });
    const url = new URL(links[0]!.url).pathname;
    await ready(() => open(url));
    const heard = await fetchAudio(`${url}/audio`, {});
    expect(heard.status).toBe(200);
    expect(Object.fromEntries(heard.headers)).toMatchObject({
      'content-type': 'audio/mp4',
      'cache-control': 'no-store',
      'accept-ranges': 'bytes',
    });
    const { seconds, pitches } = await hear(heard.bytes);
    expect(Math.abs(seconds - 2)).toBeLessThan(0.05);
    // 600 Hz in the fourth second, 700 Hz in the fifth. The tenth at the seam, and those at the ends, are the codec's.
    expect(
      pitches.slice(1, 9).every((pitch) => Math.abs(pitch - 600) <= 20),
      String(pitches),
    ).toBe(true);
    expect(
      pitches.slice(11, 19).every((pitch) => Math.abs(pitch - 700) <= 20),
      String(pitches),
    ).toBe(true);
    const part = await fetchAudio(`${url}/audio`, { range: 'bytes=10-19' });
    expect([part.status, part.bytes.equals(heard.bytes.subarray(10, 20))]).toEqual([206, true]);
    const whole = await fetchAudio(`/api/v1/clips/${id}/audio`, robsCookie);
    expect(whole.bytes.equals(heard.bytes)).toBe(true);
    const peaks = (await robs.send('GET', `/api/v1/clips/${id}/peaks`)).json();
    expect(peaks).toMatchObject({ channels: 2, silentChannels: [] });
    expect(Math.abs(peaks.durationSeconds - 2)).toBeLessThan(0.05);
    // The fourth second is in the right channel, the fifth in the left.
    const loud = (channel: number, from: number, to: number) =>
      peaks.peaks[channel].slice(from, to).filter((peak: number) => peak > 60).length / (to - from);
    expect([loud(1, 50, 950), loud(0, 1050, 1950)].every((part) => part > 0.95)).toBe(true);
    expect([loud(0, 50, 950), loud(1, 1050, 1950)].every((part) => part < 0.05)).toBe(true);
    expect(JSON.parse((await open(`${url}/peaks`)).text)).toEqual(peaks);
    expect((await robs.send('GET', `/api/v1/calls/${call}/audio`)).status).toBe(404);
  });

  test('goes with the share, the clip and the call, from the store too', async () => {
    const own = await callWithTones();
    const id = await makeClip(own, { startSeconds: 0, endSeconds: 1 });
    const { id: shareId } = await share(id, { recipientUserIds: [rob] });
    const path = `/api/v1/clips/${id}`;
    await ready(() => robs.send('GET', `${path}/content`));
    expect((await fetchAudio(`${path}/audio`, robsCookie)).status).toBe(200);
    await ritas.send('DELETE', `/api/v1/clip-shares/${shareId}`);
    expect((await fetchAudio(`${path}/audio`, robsCookie)).status).toBe(404);
    const objects = async () => {
      const { rows } = await service.pool.query('select 1 from stored_objects where call_id = $1', [own]);
      return rows.length;
    };
    // The recording, what is played of it, and the clip.
    expect(await objects()).toBe(3);
    await ritas.send('DELETE', path);
    await until(async () => (await objects()) === 2);
    const second = await makeClip(own, { startSeconds: 0, endSeconds: 1 });
    await share(second, { recipientUserIds: [rob] });
    await ready(() => robs.send('GET', `/api/v1/clips/${second}/content`));
    await client.send('DELETE', `/api/v1/calls/${own}`);
    await until(async () => (await objects()) === 0);
    expect((await service.pool.query('select 1 from clip_sounds where clip_id = $1', [second])).rows).toEqual([]);
  });

  test('is told of where the recording ends before the clip', async () => {
    await client.send('PATCH', `/api/v1/calls/${call}`, { duration: 30 });
    const id = await makeClip(call, { startSeconds: 20, endSeconds: 22 });
    await share(id, { recipientUserIds: [rob] });
    const state = async () => (await robs.send('GET', `/api/v1/clips/${id}/content`)).json().sound;
    await until(async () => (await state()) === 'none', { seconds: 50 });
    expect((await robs.send('GET', `/api/v1/clips/${id}/audio`)).status).toBe(404);
  });
});
