import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPerson, type Browser, browserOf } from '../support/browser.js';
import { makeAccount, startService } from '../support/service.js';
import { browserSuite, type Window } from './browser-suite.js';

// What is around the pages: search, keys, the inbox, and what happens without a connection.

const service = await startService();
const account = await makeAccount(service);
const browser = browserSuite();
afterAll(() => service.close());

let repId: string;
let callId: string;
let coach: Browser;

beforeAll(async () => {
  repId = await addPerson(service, account, 'rep@shell.example.com');
  const coachId = await addPerson(service, account, 'coach@shell.example.com', { role: 'admin', firstName: 'Grace' });
  coach = await browserOf(service, account, { id: coachId, role: 'admin' });
  const client = await account.client();
  const words = Array.from({ length: 100 }, (_, i) => ({
    start: String(i),
    end: String(i + 0.9),
    word: i === 42 ? 'marzipan' : `word${i}`,
    p: '',
    v: i % 2,
  }));
  callId = await client.upsertCall({
    externalId: 'shell',
    callerId: repId,
    callTime: '2026-03-01T10:00:00Z',
    direction: 'OUTBOUND',
    transcript: words,
  });
  await client.send('POST', '/api/v1/topics', { name: 'Sweets', words: ['marzipan'] });
});

async function openAs(id: string, role: 'rep' | 'admin' = 'rep'): Promise<Window> {
  const window = await browser.open(service.url);
  const { cookies } = await browserOf(service, account, { id, role });
  await window.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: service.url })));
  return window;
}

const pathOf = (page: Page) => new URL(page.url()).pathname + new URL(page.url()).search;
const mention = (text: string) =>
  coach.send('POST', '/api/v1/feedback', { callId, startTime: 12, text, mentions: [repId] });

test('the search finds what is said, people, topics and pages, by keyboard alone', async () => {
  const { page, faults } = await openAs(repId);
  await page.goto('/calls');
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  await page.keyboard.press('Control+k');
  const search = page.getByRole('combobox', { name: /Search calls/ });
  await search.fill('marzi*');
  await page.getByRole('option', { name: /0:42/ }).waitFor();
  await page.getByRole('status').filter({ hasText: '1 result' }).waitFor();
  expect(await search.getAttribute('aria-activedescendant')).toBe(
    await page.getByRole('option', { selected: true }).getAttribute('id'),
  );
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/calls\/.+\?t=42/);
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await search.fill('in');
  await page.getByRole('option', { name: 'Insights' }).waitFor();
  await page.keyboard.press('Escape');
  await search.waitFor({ state: 'hidden' });
  for (const [text, name, wanted] of [
    ['grace', /Grace Byron/, /^\/calls\?callerId=/],
    ['sweets', /Sweets/, /^\/calls\?topicId=\d+$/],
    ['inbo', /Inbox/, /^\/inbox$/],
  ] as const) {
    await page.keyboard.press('Control+k');
    await search.fill(text);
    await page.getByRole('option', { name }).waitFor();
    await expect.poll(() => page.getByRole('option', { selected: true }).textContent()).toMatch(name);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => pathOf(page)).toMatch(wanted);
    await search.waitFor({ state: 'hidden' });
  }
  expect(faults).toEqual([]);
});

test('the sheet lists the keys, and single keys wait while one types', async () => {
  const { page, faults } = await openAs(repId);
  await page.goto('/calls');
  await page.getByRole('searchbox').fill('what?');
  await page.keyboard.press('?');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.getByRole('heading', { name: 'Calls', exact: true }).click();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await sheet.getByText('Search on this page').waitFor();
  await sheet.getByText('Ctrl K').waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'hidden' });
  await page.keyboard.press('/');
  expect(await page.getByRole('searchbox').evaluate((field) => field === document.activeElement)).toBe(true);
  expect(faults).toEqual([]);
});

test('a mention is counted at once in every tab, opens at its moment, and all is read and unread again', async () => {
  const { page, context, faults } = await openAs(repId);
  const streams: Request[] = [];
  context.on('request', (request) => request.url().endsWith('/api/v1/events') && streams.push(request));
  await page.goto('/calls');
  const second = await context.newPage();
  await second.goto('/inbox');
  await page.getByRole('link', { name: 'Inbox, nothing unread' }).waitFor();
  await second.getByRole('heading', { name: 'Nothing waits for you' }).waitFor();
  expect((await mention('Listen to this')).status).toBe(201);
  for (const tab of [page, second]) await tab.getByRole('link', { name: 'Inbox, 1 unread' }).waitFor();
  // One stream serves both tabs.
  expect(streams).toHaveLength(1);
  await mention('And to this');
  await page.getByRole('link', { name: 'Inbox, 2 unread' }).click();
  await page.getByText('And to this').waitFor();
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await page.getByRole('link', { name: 'Inbox, nothing unread' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: 'Inbox, 2 unread' }).waitFor();
  await page.getByRole('link', { name: 'Grace Byron mentioned you' }).first().click();
  await page.waitForURL(new RegExp(`/calls/${callId}\\?t=12`));
  await page.getByRole('link', { name: 'Inbox, 1 unread' }).waitFor();
  expect((await coach.send('GET', '/api/v1/inbox')).json().items).toEqual([]);
  expect(faults).toEqual([]);
});

test('without a connection the page says so, and what was missed is there when it comes back', async () => {
  const { page, context } = await openAs(repId);
  await page.goto('/inbox');
  const before = page.getByRole('link', { name: /^Inbox, \d unread/ });
  await before.waitFor();
  const count = Number(/\d/.exec((await before.getAttribute('aria-label'))!)![0]);
  await context.setOffline(true);
  await page.getByText('What you write stays here.').waitFor();
  await mention('While you were away');
  await context.setOffline(false);
  await page.getByText('What you write stays here.').waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: `Inbox, ${count + 1} unread` }).waitFor();
  await page.getByText('While you were away').waitFor();
});

test('pages are gone to by keyboard, and say where one is; the administration is for administrators', async () => {
  const { page, faults } = await openAs(repId);
  await page.goto('/calls');
  const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Coaching' });
  for (let i = 0; i < 30 && !(await link.evaluate((each) => each === document.activeElement)); i++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Coaching' }).waitFor();
  expect(await link.getAttribute('aria-current')).toBe('page');
  await page.getByRole('tab', { name: 'Plans' }).click();
  await page.getByText('You have no coaching plans.').waitFor();
  expect(pathOf(page)).toBe('/coaching?tab=plans');
  await page.goto('/insights');
  await page.getByText(/% in 1 call/).waitFor();
  expect(await page.getByRole('link', { name: 'Admin' }).count()).toBe(0);
  await page.goto('/admin');
  await page.getByRole('heading', { name: 'This is for administrators' }).waitFor();
  expect(faults).toEqual([]);

  const admin = await openAs(await addPerson(service, account, 'admin@shell.example.com', { role: 'admin' }), 'admin');
  await admin.page.goto('/admin');
  await admin.page.getByRole('row', { name: /rep@shell.example.com/ }).waitFor();
  await admin.page.getByRole('tab', { name: 'Changes' }).click();
  await admin.page.getByText('Made topics').waitFor();
  expect(admin.faults).toEqual([]);
});
