import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Browser, browserOf } from '../support/browser.js';
import { addPerson } from '../support/people.js';
import { drivenClock } from '../support/service.js';
import { openSuite } from '../support/suite.js';

const clock = drivenClock();
const { service, account, client } = await openSuite({ clock });
await client.send('PATCH', '/api/v1/account', { callVisibility: 'own' });
const west: string = (await client.send('POST', '/api/v1/teams', { name: 'West' })).json().id;
const rita = await addPerson(account, 'rita');
const rob = await addPerson(account, 'rob', 'rep', { teamId: west });
const nina = await addPerson(account, 'nina');
const adam = await addPerson(account, 'adam', 'admin');
const as = (id: string, role: 'rep' | 'admin' = 'rep'): Promise<Browser> => browserOf(service, account, { id, role });
const [ritas, robs, ninas, adams] = [await as(rita), await as(rob), await as(nina), await as(adam, 'admin')];

const newCall = (callerEmail = 'rita@example.com') =>
  client.upsertCall({ callTime: '2026-03-01T10:00:30Z', direction: 'INBOUND', duration: 10.5, callerEmail });
async function newClip(callId: string, title = 'Price'): Promise<string> {
  const body = { callId, startSeconds: 2, endSeconds: 4, title, createdBy: rita };
  return (await client.send('POST', '/api/v1/clips', body)).json().id;
}

interface Item {
  readonly id: string;
  readonly clipId: string | null;
  readonly callId: string;
}

async function newPlaylist(more: object = {}): Promise<string> {
  const answer = await ritas.send('POST', '/api/v1/playlists', { title: 'Openings', ...more });
  expect(answer.status, answer.text).toBe(201);
  return answer.json().id;
}

const pathOf = (id: string) => `/api/v1/playlists/${id}`;
const add = (id: string, body: object, who = ritas) => who.send('POST', `${pathOf(id)}/items`, body);
const read = async (id: string, who = ritas): Promise<{ items: Item[]; hidden: number }> =>
  (await who.send('GET', `${pathOf(id)}/items`)).json();
const tagOf = async (id: string, who = ritas) => (await who.send('GET', pathOf(id))).headers.etag ?? '';
const order = async (id: string, who = ritas) => (await read(id, who)).items.map((item) => item.clipId ?? item.callId);

const call = await newCall();
const clip = await newClip(call);

test('holds clips and calls in their order, each once', async () => {
  const other = await newCall();
  const id = await newPlaylist({ note: 'Hear these' });
  expect((await ritas.send('GET', pathOf(id))).json()).toEqual({
    id,
    title: 'Openings',
    note: 'Hear these',
    ownerId: rita,
    createdAt: expect.stringMatching(/Z$/),
    sharedWithUserIds: [],
    sharedWithTeamIds: [],
    itemCount: 0,
    revision: 1,
  });
  const added = await add(id, { clipIds: [clip], callIds: [other, call] });
  expect([added.status, added.json().itemCount, added.json().revision]).toEqual([201, 3, 2]);
  expect(await read(id)).toEqual({
    items: [
      {
        id: expect.any(String),
        clipId: clip,
        callId: call,
        title: 'Price',
        note: null,
        startSeconds: 2,
        endSeconds: 4,
        callTime: '2026-03-01T10:00:30Z',
        callerName: 'rita Person',
        wholeCall: true,
      },
      expect.objectContaining({ clipId: null, callId: other, title: null, startSeconds: 0, endSeconds: 11 }),
      expect.objectContaining({ clipId: null, callId: call }),
    ],
    hidden: 0,
  });
  // Again, and twice at once: they stay where they are.
  expect((await add(id, { callIds: [call, other, call], clipIds: [clip] })).json()).toEqual(added.json());
  const [first, second, third] = (await read(id)).items.map((item) => item.id);
  const etag = await tagOf(id);
  const patch = (itemIds: unknown[], tag = etag) =>
    ritas.send('PATCH', pathOf(id), { itemIds }, tag === '' ? {} : { 'if-match': tag });
  expect((await patch([third, first, second])).status).toBe(200);
  expect(await order(id)).toEqual([call, clip, other]);
  expect((await patch([first, second, third])).status).toBe(412);
  expect((await patch([third, second], '')).json().itemCount).toBe(2);
  expect(await order(id)).toEqual([call, other]);
  expect((await patch([third, third], '')).json().parameter).toBe('itemIds[1]');
  expect((await patch([third, first], '')).json().parameter).toBe('itemIds[1]');
  await client.send('DELETE', `/api/v1/calls/${other}`);
  expect(await order(id)).toEqual([call]);
});

test('takes what its owner sees, and no more than 500', async () => {
  const foreign = await newCall('rob@example.com');
  const id = await newPlaylist();
  const refused = async (body: object) => {
    const answer = await add(id, body);
    return [answer.status, answer.json().parameter];
  };
  expect(await refused({ callIds: [call, foreign] })).toEqual([400, 'callIds[1]']);
  expect(await refused({ clipIds: [await newClip(foreign)] })).toEqual([400, 'clipIds[0]']);
  expect(await refused({})).toEqual([400, 'clipIds']);
  expect(await refused({ callIds: Array.from({ length: 501 }, (_, i) => String(i)) })).toEqual([400, 'callIds']);
  await service.pool.query(
    `insert into clips (account_id, clip_id, call_id, title, start_seconds, end_seconds, created_by, created_at)
     select account_id, 'many-' || n, call_id, 'Many', 0, 1, created_by, created_at
     from clips, generate_series(1, 500) n where clip_id = $1`,
    [clip],
  );
  const many = Array.from({ length: 500 }, (_, i) => `many-${i + 1}`);
  expect((await add(id, { clipIds: many })).json().itemCount).toBe(500);
  expect((await add(id, { clipIds: [clip] })).status).toBe(409);
  expect((await add(id, { clipIds: [many[3]] })).status).toBe(201);
  expect((await read(id)).items.map(({ clipId }) => clipId)).toEqual(many);
  await service.pool.query(`delete from clips where clip_id like 'many-%'`);
});

test('shows its readers what they see anyway, and counts the rest', async () => {
  const [own, shared] = [await newCall('rob@example.com'), await newClip(call, 'Shared')];
  const id = (await adams.send('POST', '/api/v1/playlists', { title: 'For Rob', ownerId: rita })).json().id;
  await add(id, { clipIds: [clip, shared], callIds: [call, own] }, adams);
  expect((await robs.send('GET', pathOf(id))).status).toBe(404);
  expect((await robs.send('GET', `${pathOf(id)}/items`)).status).toBe(404);
  expect((await ritas.send('PATCH', pathOf(id), { sharedWithUserIds: [rob] })).status).toBe(200);
  expect(await order(id, robs)).toEqual([own]);
  expect((await read(id, robs)).hidden).toBe(3);
  await ritas.send('POST', '/api/v1/clip-shares', { clipId: shared, recipientUserIds: [rob] });
  const seen = await read(id, robs);
  expect(seen.items).toMatchObject([
    { clipId: shared, title: 'Shared', wholeCall: false },
    { callId: own, wholeCall: true },
  ]);
  expect(seen.hidden).toBe(2);
  // Who only reads it changes nothing.
  expect((await robs.send('PATCH', pathOf(id), { title: 'Mine' })).status).toBe(403);
  expect((await add(id, { callIds: [own] }, robs)).status).toBe(403);
  expect((await robs.send('DELETE', pathOf(id))).status).toBe(403);
  // An owner who does not see an item neither moves nor drops it.
  expect((await read(id)).hidden).toBe(1);
  const ids = (await read(id)).items.map((item) => item.id).reverse();
  expect((await ritas.send('PATCH', pathOf(id), { itemIds: ids })).status).toBe(200);
  expect(await order(id, adams)).toEqual([call, shared, clip, own]);
  expect((await ritas.send('PATCH', pathOf(id), { itemIds: ids.slice(0, 1) })).status).toBe(200);
  expect(await order(id, adams)).toEqual([call, own]);
});

test('is shared with people and with whoever is in a team, until it is not', async () => {
  const id = await newPlaylist({ sharedWithTeamIds: [west] });
  const sees = async (who: Browser) => (await who.send('GET', pathOf(id))).status === 200;
  expect([await sees(robs), await sees(ninas), await sees(adams)]).toEqual([true, false, true]);
  await client.send('PATCH', `/api/v1/users/${nina}`, { teamId: west });
  expect(await sees(ninas)).toBe(true);
  await client.send('PATCH', `/api/v1/users/${nina}`, { teamId: null });
  const patch = async (body: object) => (await ritas.send('PATCH', pathOf(id), body)).json().parameter;
  expect(await patch({ sharedWithUserIds: [nina, nina], sharedWithTeamIds: [] })).toBeUndefined();
  expect([await sees(robs), await sees(ninas)]).toEqual([false, true]);
  expect(await patch({ sharedWithUserIds: ['nobody'] })).toBe('sharedWithUserIds[0]');
  expect(await patch({ sharedWithTeamIds: ['none'] })).toBe('sharedWithTeamIds[0]');
  // Somebody who left stays until they are taken out; nobody who left is added.
  await client.send('PATCH', `/api/v1/users/${nina}`, { active: false });
  expect(await patch({ sharedWithUserIds: [nina, rob] })).toBeUndefined();
  expect(await patch({ sharedWithUserIds: [rob] })).toBeUndefined();
  expect(await patch({ sharedWithUserIds: [nina, rob] })).toBe('sharedWithUserIds[0]');
});

test('of a list is found by owner and text, the newest first', async () => {
  const word = randomUUID();
  const ids: string[] = [];
  for (const title of [`${word} a`, 'b', 'c']) {
    clock.advance(1_000);
    ids.unshift(await newPlaylist({ title, note: title === 'c' ? word.toUpperCase() : null }));
  }
  const list = async (query: string, who = ritas) =>
    (await who.send('GET', `/api/v1/playlists?${query}`)).json().items.map((item: Item) => item.id);
  expect(await list(`q=${word}`)).toEqual([ids[0], ids[2]]);
  expect((await list(`ownerId=${rita}`, adams)).slice(0, 3)).toEqual(ids);
  expect(await list(`ownerId=${rob}&q=${word}`)).toEqual([]);
  expect(await list(`q=${word}`, robs)).toEqual([]);
  const first = (await ritas.send('GET', `/api/v1/playlists?q=${word}&limit=1`)).json();
  expect(await list(`q=${word}&limit=1&cursor=${first.next}`)).toEqual([ids[2]]);
  expect((await ritas.send('DELETE', pathOf(ids[0]!))).status).toBe(204);
  expect(await list(`q=${word}`)).toEqual([ids[2]]);
});
