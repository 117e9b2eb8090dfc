import { describe, expect, test } from 'vitest';
import { allRoutes } from '#debrief/contract/routes.js';
import { type Answer, makeAccount } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { nameOf, pathOf, soundBody } from './target.js';

// What holds for every change by /api/v1: conditions, keys that make a request happen once, and the audit.

const { service, account, client } = await openSuite();

const tagOf = (answer: Answer) => answer.headers.get('etag')!;

async function makeTeam(name: string): Promise<Answer> {
  const made = await client.send('POST', '/api/v1/teams', { name });
  expect(made.status).toBe(201);
  return made;
}

async function teamsNamed(name: string): Promise<number> {
  const { items } = (await client.get('/api/v1/teams?limit=1000')).json();
  return items.filter((team: { name: string }) => team.name === name).length;
}

describe('conditions', () => {
  test('a tag is of what is shown: it comes with it, and changes with it', async () => {
    const made = await makeTeam('Tagged');
    const path = `/api/v1/teams/${made.json().id}`;
    expect(tagOf(await client.get(path))).toBe(tagOf(made));
    const changed = await client.send('PATCH', path, { name: 'Retagged' }, { 'if-match': tagOf(made) });
    expect(changed.status).toBe(200);
    expect(tagOf(changed)).not.toBe(tagOf(made));
    expect(tagOf(await client.get(path))).toBe(tagOf(changed));
  });

  test('of changes made looking at the same, one is taken, however many come at once', async () => {
    const made = await makeTeam('Contested');
    const path = `/api/v1/teams/${made.json().id}`;
    const changes = Array.from({ length: 8 }, (_, n) =>
      client.send('PATCH', path, { name: `Writer ${n}` }, { 'if-match': tagOf(made) }),
    );
    const answers = await Promise.all(changes);
    const taken = answers.filter(({ status }) => status === 200);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
    expect((await client.get(path)).text).toBe(taken[0]!.text);
    const refused = answers.find(({ status }) => status === 412)!;
    expect(refused.json().detail).toContain('read it again');
  });

  test.each([
    ['another', '"nothing"', 412],
    ['a weak one', 'W/', 412],
    ['one of several', '"nothing", ', 200],
    ['any', '*', 200],
  ])('%s', async (_name, tag, status) => {
    const made = await makeTeam('Conditional');
    const value = tag.endsWith('/') || tag.endsWith(' ') ? `${tag}${tagOf(made)}` : tag;
    const path = `/api/v1/teams/${made.json().id}`;
    expect((await client.send('PATCH', path, { name: 'New' }, { 'if-match': value })).status).toBe(status);
    expect((await client.get(path)).json().name).toBe(status === 200 ? 'New' : 'Conditional');
  });

  test('removing takes one too', async () => {
    const made = await makeTeam('Stays');
    const path = `/api/v1/teams/${made.json().id}`;
    expect((await client.send('DELETE', path, undefined, { 'if-match': '"nothing"' })).status).toBe(412);
    expect((await client.get(path)).json().active).toBe(true);
    expect((await client.send('DELETE', path, undefined, { 'if-match': tagOf(made) })).status).toBe(204);
  });

  test('a call’s tag moves with its stamp', async () => {
    const { id } = (
      await client.send('POST', '/api/v1/calls', { callTime: '2026-03-01T10:00Z', direction: 'INBOUND' })
    ).json();
    const path = `/api/v1/calls/${id}`;
    const tag = tagOf(await client.get(path));
    const changed = await client.send('PATCH', path, { duration: 5 }, { 'if-match': tag });
    expect(changed.status).toBe(200);
    expect(tagOf(changed)).not.toBe(tag);
    expect(tagOf(await client.get(path))).toBe(tagOf(changed));
    // What changes nothing moves no stamp.
    expect(tagOf(await client.send('PATCH', path, { duration: 5 }))).toBe(tagOf(changed));
    expect((await client.send('PATCH', path, { duration: 6 }, { 'if-match': tag })).status).toBe(412);
    expect((await client.send('DELETE', path, undefined, { 'if-match': tag })).status).toBe(412);
    expect((await client.get(path)).json().duration).toBe(5);
    expect((await client.send('DELETE', path, undefined, { 'if-match': tagOf(changed) })).status).toBe(204);
  });
});

describe('Idempotency-Key', () => {
  const post = (key: string, body: object, by = client) =>
    by.send('POST', '/api/v1/teams', body, { 'idempotency-key': key });

  test('a request that is sent again is answered alike, and does nothing', async () => {
    const first = await post('again', { name: 'Once' });
    const second = await post('again', { name: 'Once' });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.text).toBe(first.text);
    expect(tagOf(second)).toBe(tagOf(first));
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await teamsNamed('Once')).toBe(1);
  });

  test('at the same time on many connections: one is made', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('together', { name: 'Together' })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(await teamsNamed('Together')).toBe(1);
  });

  test('a call too', async () => {
    const body = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND' };
    const send = () => client.send('POST', '/api/v1/calls', body, { 'idempotency-key': 'call' });
    const answers = await Promise.all([send(), send(), send()]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test('is taken by the routes that say so, and read by no others', async () => {
    const posts = allRoutes.filter(({ method, audience }) => method === 'POST' && audience === undefined);
    const takers: string[] = [];
    for (const route of posts) {
      const { headers, body } = soundBody(route);
      const sent = { ...headers, 'idempotency-key': 'with a blank' };
      const answer = await client.send('POST', pathOf(route, 'none'), body, sent);
      if (answer.text.includes('"parameter":"Idempotency-Key"')) takers.push(nameOf(route));
    }
    expect(takers).toEqual(posts.filter(({ idempotent }) => idempotent).map(nameOf));
    expect(takers.length).toBeGreaterThan(15);
    expect(allRoutes.filter(({ method, idempotent }) => idempotent && method !== 'POST')).toEqual([]);
  });

  test('another body or path under the same key is refused', async () => {
    await post('body', { name: 'Mine' });
    const other = await post('body', { name: 'Other' });
    expect([other.status, other.json().parameter]).toEqual([422, 'Idempotency-Key']);
    const elsewhere = await client.send('POST', '/api/v1/departments', { name: 'Mine' }, { 'idempotency-key': 'body' });
    expect(elsewhere.status).toBe(422);
    expect(await teamsNamed('Other')).toBe(0);
  });

  test('a refused request leaves no key, and nothing else', async () => {
    expect((await post('refused', { name: 'Refused', departmentId: 'none' })).status).toBe(400);
    expect((await post('refused', { name: 'Refused' })).status).toBe(201);
    expect(await teamsNamed('Refused')).toBe(1);
  });

  test('is the sender’s own', async () => {
    const other = await account.client('write');
    await post('own', { name: 'Own' });
    expect((await post('own', { name: 'Own' }, other)).status).toBe(201);
    expect(await teamsNamed('Own')).toBe(2);
  });

  test.each([' ', 'a b', 'x'.repeat(256), 'ü'])('%j is malformed', async (key) => {
    const answer = await post(Buffer.from(key).toString('latin1'), { name: 'Malformed' });
    // fetch trims blanks, and what is left is empty.
    expect([answer.status, answer.json().parameter]).toEqual([400, 'Idempotency-Key']);
  });
});

describe('lists', () => {
  test('go on where the page before ended', async () => {
    const lister = await (await makeAccount(service)).client();
    const ids: string[] = [];
    for (let n = 0; n < 5; n++)
      ids.push((await lister.send('POST', '/api/v1/departments', { name: `${n}` })).json().id);
    const pages: string[][] = [];
    let next: string | null = '';
    while (next !== null) {
      const page = (await lister.get(`/api/v1/departments?limit=2${next && `&cursor=${next}`}`)).json();
      pages.push(page.items.map(({ id }: { id: string }) => id));
      next = page.next;
    }
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(ids.sort());
  });

  test('topics and templates too', async () => {
    for (const [path, body] of [
      ['topics', { words: ['hello'] }],
      ['templates', { template: 'x' }],
    ] as const) {
      for (let n = 0; n < 3; n++) await client.send('POST', `/api/v1/${path}`, { ...body, name: `${path} ${n}` });
      const all = (await client.get(`/api/v1/${path}`)).json().items;
      const first = (await client.get(`/api/v1/${path}?limit=1`)).json();
      const rest = (await client.get(`/api/v1/${path}?cursor=${first.next}`)).json();
      expect([...first.items, ...rest.items]).toEqual(all);
      expect(rest.next).toBeNull();
    }
  });
});

describe('the audit', () => {
  const entries = async (query: string) => (await client.get(`/api/v1/audit?${query}`)).json().items;

  test('has who, what, before and after, the newest first', async () => {
    const made = await makeTeam('Audited');
    const { id } = made.json();
    const path = `/api/v1/teams/${id}`;
    const renamed = await client.send('PATCH', path, { name: 'Renamed' });
    await client.send('PATCH', path, { name: 'Renamed' });
    await client.send('DELETE', path);
    const by = { kind: 'credential', id: client.username };
    const shown = { kind: 'teams', thingId: id, by, at: expect.stringMatching(/Z$/), id: expect.any(Number) };
    expect(await entries(`kind=teams&id=${id}`)).toEqual([
      { ...shown, action: 'update', before: renamed.json(), after: { ...renamed.json(), active: false } },
      { ...shown, action: 'update', before: made.json(), after: renamed.json() },
      { ...shown, action: 'create', before: null, after: made.json() },
    ]);
  });

  test('a refused change leaves none', async () => {
    const { id } = (await makeTeam('Unharmed')).json();
    await client.send('PATCH', `/api/v1/teams/${id}`, { departmentId: 'none' });
    await client.send('PATCH', `/api/v1/teams/${id}`, { name: 'x' }, { 'if-match': '"other"' });
    expect(await entries(`kind=teams&id=${id}`)).toHaveLength(1);
  });

  test('shows nothing of a call that was erased', async () => {
    const body = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND', metadata: { secret: 'first' } };
    const { id } = (await client.send('POST', '/api/v1/calls', body)).json();
    await client.send('PATCH', `/api/v1/calls/${id}`, { metadata: { secret: 'second' } });
    expect(JSON.stringify(await entries(`kind=calls&id=${id}`))).toContain('second');
    await client.send('DELETE', `/api/v1/calls/${id}`);
    const left = await entries(`kind=calls&id=${id}`);
    expect(left.map(({ action }: { action: string }) => action)).toEqual(['delete', 'update', 'create']);
    expect(JSON.stringify(left)).not.toMatch(/first|second/);
  });

  test('is for admins, a page at a time, and of no other account', async () => {
    expect((await (await account.client('write')).get('/api/v1/audit')).status).toBe(403);
    const first = (await client.get('/api/v1/audit?limit=3')).json();
    const second = (await client.get(`/api/v1/audit?limit=3&cursor=${first.next}`)).json();
    const numbers = [...first.items, ...second.items].map(({ id }: { id: number }) => id);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => b - a));
    const stranger = await (await makeAccount(service)).client();
    expect((await stranger.get('/api/v1/audit')).json()).toEqual({ items: [], next: null });
  });
});

describe('the account', () => {
  test('its settings are read and changed', async () => {
    const admin = await (await makeAccount(service, 'Europe/London')).client();
    const read = await admin.get('/api/v1/account');
    expect(read.json()).toMatchObject({
      timeZone: 'Europe/London',
      callVisibility: 'team',
      rate: { day: 5, night: 25 },
    });
    const rate = { day: 2, night: 3, hours: '08:00-20:00', timeZone: 'Europe/Paris' };
    const patch = { name: 'Renamed', callVisibility: 'own', rate };
    const changed = await admin.send('PATCH', '/api/v1/account', patch, { 'if-match': tagOf(read) });
    expect(changed.json()).toEqual({ ...read.json(), ...patch });
    expect((await admin.send('PATCH', '/api/v1/account', { name: 'x' }, { 'if-match': tagOf(read) })).status).toBe(412);
    const bad = await admin.send('PATCH', '/api/v1/account', { name: 'x', rate: { ...rate, hours: '08:00-08:00' } });
    expect([bad.status, bad.json().parameter]).toEqual([400, 'day end']);
    expect((await admin.get('/api/v1/account')).text).toBe(changed.text);
  });
});

describe('teams below teams', () => {
  test('no circle, however it comes', async () => {
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map(async (name) => (await makeTeam(name)).json().id));
    const put = (below: string, above: string | null) =>
      client.send('PATCH', `/api/v1/teams/${below}`, { parentTeamId: above });
    expect((await put(b, a)).json().parentTeamId).toBe(a);
    expect((await put(c, b)).status).toBe(200);
    for (const above of [a, b, c]) {
      const answer = await put(a, above);
      expect([answer.status, answer.json().parameter]).toEqual([400, 'parentTeamId']);
    }
    expect((await put(b, null)).json().parentTeamId).toBeNull();
    const both = await Promise.all([put(a, b), put(b, a)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
  });
});
