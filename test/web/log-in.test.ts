import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { addPerson, PASSWORD } from '../support/browser.js';
import { makeAccount, startService } from '../support/service.js';
import { browserSuite, expectAccessible } from './browser-suite.js';

const service = await startService();
const account = await makeAccount(service);
const browser = browserSuite();
afterAll(() => service.close());

const email = 'rep@log-in.example.com';
const userId = await addPerson(service, account, email);

async function logIn(page: Page): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('a page asks for the log-in, and comes after it; a wrong password is told', async () => {
  const { page, faults } = await browser.open(service.url);
  await page.goto('/calls?q=price');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill('something else');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page
    .getByRole('alert')
    .filter({ hasText: /password/ })
    .waitFor();
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  await expectAccessible(page);
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/calls?q=price');
  await page.getByText('Nothing found').waitFor();
  expect(faults).toEqual([]);
});

test('a link sets a password, once; its token leaves the address', async () => {
  const client = await account.client();
  const { url } = (await client.send('POST', `/api/v1/users/${userId}/invite`, {})).json();
  expect(new URL(url).pathname).toBe('/password');
  const { page, faults } = await browser.open(service.url);
  await page.goto(url);
  await page.getByRole('textbox', { name: 'New password' }).fill('short');
  expect(new URL(page.url()).hash).toBe('');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByRole('alert').filter({ hasText: '10' }).waitFor();
  await page.getByRole('textbox', { name: 'New password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  expect(faults).toEqual([]);
});

test('a session that ended asks for the password in place, and what was typed stays', async () => {
  const { page } = await browser.open(service.url);
  await page.goto('/log-in');
  await logIn(page);
  await page.getByRole('searchbox').fill('half a thought');
  await service.pool.query('delete from sessions where account_id = $1', [account.accountId]);
  await page.getByRole('searchbox').press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Log in' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('Nothing found').waitFor();
  expect(await page.getByRole('searchbox').inputValue()).toBe('half a thought');
});

test('logging out ends the session, and the back button shows nothing of it', async () => {
  const { page, context } = await browser.open(service.url);
  await page.goto('/log-in');
  await logIn(page);
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Ada Byron' }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.getByRole('heading', { name: 'Log in to Debrief' }).waitFor();
  expect(await context.cookies()).toEqual([]);
  await page.goBack();
  await page.getByRole('heading', { name: 'Log in to Debrief' }).waitFor();
});
