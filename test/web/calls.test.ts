import { readFileSync } from 'node:fs';
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
const person = (firstName: string, lastName: string, more: object = {}) =>
  addPerson(service, account, `${firstName.toLowerCase()}@calls.example.com`, { firstName, lastName, ...more });
const people = {
  lead: await person('Lena', 'Lead', { role: 'admin' }),
  ann: await person('Ann', 'Arbor', { teamId: 'north' }),
  bob: await person('Bob', 'Beam'),
};

/** Calls of Ann and Bob by turns, the later the longer. */
const callIds: string[] = [];
for (let i = 0; i < 6; i++) {
  callIds.push(
    await client.upsertCall({
      externalId: `call-${i}`,
      callerId: i % 2 === 0 ? people.ann : people.bob,
      callTime: `2026-03-0${i + 1}T10:00:00Z`,
      direction: i === 5 ? 'INBOUND' : 'OUTBOUND',
      duration: 600 + i,
      metadata: { outcome: i === 0 ? 'won' : 'lost' },
      transcript: ['a', i === 2 ? 'giraffe' : 'zebra'].map((word, at) => ({
        start: `${at + 3}`,
        end: `${at + 3.5}`,
        word,
        v: 0,
      })),
    }),
  );
}

async function openAs(id: string, role: 'admin' | 'rep'): Promise<Window> {
  const window = await browser.open(service.url);
  const { cookies } = await browserOf(service, account, { id, role });
  await window.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: service.url })));
  return window;
}

const rows = ({ page }: Window) => page.locator('[data-call]');
/** Waits until the list has these calls, in this order. */
const shows = (window: Window, ids: readonly (string | undefined)[]) =>
  expect
    .poll(() => rows(window).evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.call)), {
      timeout: 20_000,
    })
    .toEqual(ids);
const query = ({ page }: Window) => Object.fromEntries(new URL(page.url()).searchParams);
const newest = [...callIds].reverse();

test('filters hold in the address, over a reload and the way back, and are taken away one by one', async () => {
  const window = await openAs(people.lead, 'admin');
  const { page, faults } = window;
  await page.goto('/calls');
  await shows(window, newest);
  await page.getByText('6 calls', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Filters', exact: true }).click();
  const field = page.getByRole('combobox', { name: 'People' });
  for (let i = 0; i < 3; i++) await field.press('ArrowDown');
  expect(await field.getAttribute('aria-activedescendant')).not.toBe(null);
  await field.pressSequentially('bob@');
  // The option that the arrows were at is gone, and the field no longer names it.
  await expect.poll(() => field.getAttribute('aria-activedescendant')).toBe(null);
  await field.press('ArrowDown');
  await field.press('Enter');
  await shows(window, [newest[0], newest[2], newest[4]]);
  await page.getByLabel('From').fill('2026-03-03');
  await page.getByLabel('Until').fill('2026-03-04');
  await shows(window, [newest[2]]);
  await page.getByLabel('Length, At least, minutes').fill('10.05');
  await page.getByRole('button', { name: 'Close the filters' }).click();
  await expect
    .poll(() => query(window))
    .toEqual({ callerId: people.bob, from: '2026-03-03', to: '2026-03-04', minDuration: '603' });
  await page.reload();
  await shows(window, [newest[2]]);
  await page.getByRole('button', { name: 'Remove: Length: at least 10:03' }).waitFor();
  await page.getByRole('button', { name: 'Remove: Person: Bob Beam' }).click();
  await expect.poll(() => query(window).callerId).toBe(undefined);
  await page.goBack();
  await page.getByRole('button', { name: 'Remove: Person: Bob Beam' }).waitFor();
  await page.getByRole('button', { name: 'Clear all' }).click();
  await shows(window, newest);
  expect(faults).toEqual([]);
});

test('heads sort, keys move, and a passage opens the call at its second', async () => {
  const window = await openAs(people.lead, 'admin');
  const { page, faults } = window;
  await page.goto('/calls?metadata.outcome=lost');
  await shows(window, newest.slice(0, 5));
  await page.getByRole('button', { name: 'Length' }).click();
  await expect.poll(() => query(window).sort).toBe('-duration');
  await page.getByRole('button', { name: 'Length' }).click();
  await shows(window, [...newest.slice(0, 5)].reverse());
  expect(await page.getByRole('columnheader', { name: 'Length' }).getAttribute('aria-sort')).toBe('ascending');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByText('1 call selected').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('"broken');
  await page.keyboard.press('Enter');
  await page.getByText(/q has a quotation mark|q has/).waitFor();
  await page.getByRole('searchbox').fill('giraffe');
  await page.getByRole('searchbox').press('Enter');
  await shows(window, [callIds[2]]);
  await page.getByRole('link', { name: '0:04' }).click();
  await expect.poll(() => new URL(page.url()).pathname + new URL(page.url()).search).toBe(`/calls/${callIds[2]}?t=4`);
  await page.goBack();
  await shows(window, [callIds[2]]);
  expect(faults).toEqual([]);
});

test('an admin saves a view and shares it; a rep has it and opens it', async () => {
  const window = await openAs(people.lead, 'admin');
  const { page, faults } = window;
  await page.goto('/calls?direction=OUTBOUND&sort=-duration');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save as…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Long outbound');
  await page.getByRole('checkbox', { name: 'Share with everyone' }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'View: Long outbound' }).waitFor();
  const { items } = (
    await (await browserOf(service, account, { id: people.ann, role: 'rep' })).send('GET', '/api/v1/views')
  ).json();
  expect(items).toMatchObject([{ name: 'Long outbound', shared: true, ownerId: people.lead }]);

  const rep = await openAs(people.ann, 'rep');
  await rep.page.goto('/calls');
  await rep.page.getByRole('button', { name: 'Views' }).click();
  await rep.page.getByRole('menuitem', { name: 'Long outbound' }).click();
  await shows(rep, [callIds[4], callIds[2], callIds[0]]);
  expect(query(rep)).toMatchObject({ direction: 'OUTBOUND', sort: '-duration', view: items[0].id });
  await rep.page.getByRole('button', { name: 'View: Long outbound' }).click();
  await rep.page.getByRole('menuitem', { name: 'Save as…' }).waitFor();
  expect(await rep.page.getByRole('menuitem', { name: 'Delete' }).count()).toBe(0);

  await page.getByRole('button', { name: 'View: Long outbound' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect
    .poll(
      async () =>
        (await (await browserOf(service, account, { id: people.bob, role: 'rep' })).send('GET', '/api/v1/views')).json()
          .items.length,
    )
    .toBe(1);
  expect([...faults, ...rep.faults]).toEqual([]);
});

test('calls that are selected are shared and exported', async () => {
  const window = await openAs(people.lead, 'admin');
  const { page, faults } = window;
  await page.goto('/calls');
  await shows(window, newest);
  const boxes = page.getByRole('checkbox', { name: /^Select the call of/ });
  await boxes.nth(0).click();
  await boxes.nth(1).click({ modifiers: ['Shift'] });
  await page.getByText('2 calls selected').waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('region', { name: 'Selected calls' }).getByRole('button', { name: 'Export CSV' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^calls-\d{4}-\d\d-\d\d\.csv$/);
  const lines = readFileSync(await file.path(), 'utf8')
    .replace('\ufeff', '')
    .trim()
    .split('\r\n');
  expect(lines.map((line) => line.split(',')[0])).toEqual(['id', newest[0], newest[1]]);
  const whole = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export all as CSV' }).click();
  expect(
    readFileSync(await (await whole).path(), 'utf8')
      .trim()
      .split('\r\n'),
  ).toHaveLength(7);

  await page.getByRole('button', { name: 'Add to a playlist' }).click();
  await page.getByRole('textbox', { name: 'Or a new one' }).fill('Openings');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Added 2 calls to Openings').waitFor();
  const { items } = (await client.get('/api/v1/playlists')).json();
  expect(items).toMatchObject([{ title: 'Openings', ownerId: people.lead, itemCount: 2 }]);

  await boxes.nth(1).click();
  await boxes.nth(0).click({ modifiers: ['Shift'] });
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await page.getByRole('combobox', { name: 'With' }).pressSequentially('ann');
  await page.getByRole('option', { name: /Ann Arbor/ }).click();
  await page.getByRole('textbox', { name: 'Message' }).fill('Both are worth a listen');
  await page.getByRole('dialog').getByRole('button', { name: 'Share', exact: true }).click();
  await page.getByText('Shared 2 calls with Ann Arbor').waitFor();
  const shares = (await client.get('/api/ev/2/shares?since=2026-01-01')).json();
  expect(shares.map(({ callId }: { callId: string }) => callId).sort()).toEqual([newest[0], newest[1]].sort());
  expect(shares[0]).toMatchObject({ sharedBy: people.lead, recipientUserIds: [people.ann] });
  expect(faults).toEqual([]);
});

test('a search that finds nothing at first goes on by itself, and says how far back it has looked', async () => {
  const window = await openAs(people.lead, 'admin');
  const { page, faults } = window;
  let asked = 0;
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  // A library in which the first pages of a search are empty has a hundred thousand calls.
  await page.route('**/api/v1/calls?*q=zebra*', async (route) => {
    asked += 1;
    const answer = await route.fetch();
    const all = await answer.json();
    if (asked === 1)
      return route.fulfill({ json: { ...all, items: [], next: 'abc', searchedTo: '2026-03-04T10:00:00Z' } });
    await held;
    const url = new URL(route.request().url());
    url.searchParams.delete('cursor');
    return route.fulfill({ response: await route.fetch({ url: url.href }) });
  });
  await page.goto('/calls?q=zebra');
  await page.getByText(/Searched back to Mar 4, 2026.*, going on/).waitFor();
  expect(await page.getByText('Nothing found').count()).toBe(0);
  goOn();
  await expect.poll(() => rows(window).count(), { timeout: 20_000 }).toBe(5);
  expect(faults).toEqual([]);
});
