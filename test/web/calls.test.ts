import { afterAll, expect, test } from 'vitest';
import { addPerson, browserOf } from '../support/browser.js';
import { makeAccount, startService } from '../support/service.js';
import { browserSuite, type Window } from './browser-suite.js';

const service = await startService();
const account = await makeAccount(service);
const browser = browserSuite();
afterAll(() => service.close());

const client = await account.client();
await client.send('POST', '/api/v1/teams', { id: 'north', name: 'North' });
const people = {
  lead: await addPerson(service, account, 'lead@calls.example.com', {
    firstName: 'Lena',
    lastName: 'Lead',
    role: 'admin',
  }),
  ann: await addPerson(service, account, 'ann@calls.example.com', {
    firstName: 'Ann',
    lastName: 'Arbor',
    teamId: 'north',
  }),
  bob: await addPerson(service, account, 'bob@calls.example.com', { firstName: 'Bob', lastName: 'Beam' }),
};

/** Ten minutes each, alternately of Ann and Bob. */
for (let i = 0; i < 6; i++) {
  await client.upsertCall({
    externalId: `call-${i}`,
    callerId: i % 2 === 0 ? people.ann : people.bob,
    callTime: `2026-03-0${i + 1}T10:00:00Z`,
    direction: 'OUTBOUND',
    duration: 600 + i,
  });
}

async function openAs(id: string, role: 'admin' | 'manager' | 'rep'): Promise<Window> {
  const window = await browser.open(service.url);
  const { cookies } = await browserOf(service, account, { id, role });
  await window.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: service.url })));
  return window;
}

test('people and teams are picked by name, by keyboard too, and the address keeps them', async () => {
  const { page, faults } = await openAs(people.lead, 'admin');
  await page.goto('/calls');
  const field = page.getByRole('combobox', { name: 'People' });
  await field.press('ArrowDown');
  await field.press('ArrowDown');
  await field.press('ArrowDown');
  expect(await field.getAttribute('aria-activedescendant')).not.toBe(null);
  await field.pressSequentially('bob@');
  await expect.poll(() => field.getAttribute('aria-activedescendant')).toBe(null);
  await field.press('ArrowDown');
  await field.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('callerId')).toBe(people.bob);
  await page.getByRole('row').nth(3).waitFor();
  expect(await page.getByRole('row').count()).toBe(4);
  expect(faults).toEqual([]);
});
