import { afterAll, expect, test } from 'vitest';
import { addPerson, browserOf } from '../support/browser.js';
import { makeAccount, startService } from '../support/service.js';
import { browserSuite } from './browser-suite.js';

const service = await startService();
const account = await makeAccount(service, 'Europe/London');
const browser = browserSuite();
afterAll(() => service.close());

const email = `profile-page-${process.pid}@example.com`;
const userId = await addPerson(service, account, email);
const client = await account.client();
await client.upsertCall({ callerId: userId, callTime: '2026-07-01T10:00:00Z', direction: 'OUTBOUND' });

test('times are shown in the time zone that a person chose, in every browser; colours in this one', async () => {
  const { page, context, faults } = await browser.open(service.url);
  const { cookies, send } = await browserOf(service, account, { id: userId, role: 'rep' });
  await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: service.url })));
  await page.goto('/calls');
  await page.getByRole('link', { name: /11:00/ }).waitFor();

  await page.goto('/profile');
  const zone = page.getByLabel('Time zone');
  expect(await zone.locator('option:checked').textContent()).toBe('As Test company (Europe/London)');
  await zone.selectOption('Asia/Tokyo');
  await expect.poll(async () => (await send('GET', '/api/v1/session')).json().timeZone).toBe('Asia/Tokyo');
  await page.getByRole('radiogroup', { name: 'Colours' }).getByText('Dark').click();
  await expect.poll(() => page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Calls' }).click();
  await page.getByRole('link', { name: /7:00/ }).waitFor();
  await page.reload();
  await page.getByRole('link', { name: /7:00/ }).waitFor();
  expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
  expect(faults).toEqual([]);
});
