import { expect, test } from 'vitest';
import { type Browser, browserOf } from '../support/browser.js';
import { openSuite } from '../support/suite.js';

// Saved views of the list of calls: who has them, who changes them, and what they may hold.

const { service, account, client } = await openSuite();
const as = async (email: string, role: 'admin' | 'manager' | 'rep') =>
  browserOf(service, account, { id: await account.addUser(email, { role }), role });
const admin = await as('admin@example.com', 'admin');
const manager = await as('manager@example.com', 'manager');
const rep = await as('rep@example.com', 'rep');

const save = async (person: Browser, body: object) => person.send('POST', '/api/v1/views', body);
const namesOf = async (person: Browser) =>
  (await person.send('GET', '/api/v1/views')).json().items.map(({ name }: { name: string }) => name);

test('a view is its owner’s, until an admin shares one with everyone', async () => {
  const own = (await save(rep, { name: 'Long ones', query: 'minDuration=600&sort=-duration' })).json();
  expect(own).toMatchObject({ name: 'Long ones', query: 'minDuration=600&sort=-duration', shared: false });
  expect(await namesOf(rep)).toEqual(['Long ones']);
  expect(await namesOf(admin)).toEqual([]);
  expect((await admin.send('GET', `/api/v1/views/${own.id}`)).status).toBe(404);
  expect((await admin.send('DELETE', `/api/v1/views/${own.id}`)).status).toBe(404);

  expect((await save(rep, { name: 'Mine', query: '', shared: true })).status).toBe(403);
  expect((await rep.send('PATCH', `/api/v1/views/${own.id}`, { shared: true })).status).toBe(403);
  const shared = (await save(admin, { name: 'For all', query: 'q=%22good+price%22&days=7', shared: true })).json();
  for (const person of [rep, manager, admin]) expect(await namesOf(person)).toContain('For all');
  for (const person of [rep, manager]) {
    expect((await person.send('PATCH', `/api/v1/views/${shared.id}`, { name: 'x' })).status).toBe(403);
    expect((await person.send('DELETE', `/api/v1/views/${shared.id}`)).status).toBe(403);
  }
  expect((await admin.send('PATCH', `/api/v1/views/${shared.id}`, { shared: false })).json().shared).toBe(false);
  expect(await namesOf(manager)).toEqual([]);
});

test('is changed as it was read, and deleted; the audit has both', async () => {
  const made = await save(rep, { name: 'A', query: '' });
  const { id } = made.json();
  const tag = String(made.headers.etag);
  const renamed = await rep.send('PATCH', `/api/v1/views/${id}`, { name: 'B' }, { 'if-match': tag });
  expect(renamed.json()).toMatchObject({ name: 'B', query: '' });
  expect((await rep.send('PATCH', `/api/v1/views/${id}`, { name: 'C' }, { 'if-match': tag })).status).toBe(412);
  expect((await rep.send('DELETE', `/api/v1/views/${id}`)).status).toBe(204);
  expect((await rep.send('GET', `/api/v1/views/${id}`)).status).toBe(404);
  const { items } = (await client.get(`/api/v1/audit?kind=views&id=${id}`)).json();
  expect(items.map(({ action }: { action: string }) => action)).toEqual(['delete', 'update', 'create']);
});

test('holds only what the list of calls understands', async () => {
  for (const [query, problem] of [
    ['direction=sideways', /direction "sideways" is not understood/],
    ['colour=red', /colour is not a parameter/],
    ['q=%22open', /q has/],
    ['days=8', /days "8"/],
    ['metadata.=x', /metadata/],
    ['callerId=a&callerId=b', /callerId is given more than once/],
  ] as const) {
    const refused = await save(rep, { name: 'A', query });
    expect([query, refused.status]).toEqual([query, 400]);
    expect(refused.json()).toMatchObject({ parameter: 'query', detail: expect.stringMatching(problem) });
  }
  const query = 'metadata.outcome=won&from=2026-03-01&to=2026-03-31&columns=when%2Cwho&teamId=a&teams_below=true';
  expect((await save(rep, { name: 'A', query })).status).toBe(201);
});

test('is for people: a program has no list to look at', async () => {
  expect((await client.get('/api/v1/views')).status).toBe(403);
});
