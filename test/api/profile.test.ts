import { expect, test } from 'vitest';
import { addPerson, browserOf } from '../support/browser.js';
import { openSuite } from '../support/suite.js';
import { expectProblem } from './problems.js';

// What people choose for themselves.

const { service, account, client } = await openSuite({}, 'Europe/London');
const userId = await addPerson(service, account, `profile-${process.pid}@example.com`);
const own = () => browserOf(service, account, { id: userId, role: 'rep' });

test("a person's own time zone is theirs in every session, and in the audit", async () => {
  const [first, second] = [await own(), await own()];
  const changed = await first.send('PATCH', '/api/v1/profile', { timeZone: 'Asia/Kolkata' });
  expect(changed.status).toBe(200);
  const session = (await second.send('GET', '/api/v1/session')).json();
  expect(session).toMatchObject({
    user: { id: userId, timeZone: 'Asia/Kolkata' },
    account: { timeZone: 'Europe/London' },
    timeZone: 'Asia/Kolkata',
  });
  expect({ ...changed.json(), id: '', createdAt: '', expiresAt: '' }).toEqual({
    ...session,
    id: '',
    createdAt: '',
    expiresAt: '',
  });
  // A field left out stays; null is the account's zone again.
  expect((await first.send('PATCH', '/api/v1/profile', {})).json().timeZone).toBe('Asia/Kolkata');
  const back = (await first.send('PATCH', '/api/v1/profile', { timeZone: null })).json();
  expect([back.user.timeZone, back.timeZone]).toEqual([null, 'Europe/London']);
  const { items } = (await client.get(`/api/v1/audit?kind=profiles&id=${userId}`)).json();
  expect(items.map(({ before, after }: { before: object; after: object }) => [before, after])).toEqual([
    [{ timeZone: 'Asia/Kolkata' }, { timeZone: null }],
    [{ timeZone: null }, { timeZone: 'Asia/Kolkata' }],
  ]);
});

test('a time zone that is not known is refused, and so is a program', async () => {
  const browser = await own();
  for (const timeZone of ['Mars/Olympus', '', 7]) {
    const answer = await browser.send('PATCH', '/api/v1/profile', { timeZone });
    expectProblem(answer, 400, { parameter: 'timeZone', detail: 'an IANA time zone such as America/New_York' });
  }
  expect((await client.send('PATCH', '/api/v1/profile', { timeZone: null })).status).toBe(403);
});
