import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createPool } from '#debrief/db/connection/pool.js';
import { PASSWORD } from '../support/browser.js';
import { type Served, serve } from '../support/served.js';
import { browserSuite } from './browser-suite.js';

// The first run as an admin meets it: the real command on an empty database, the link that it prints, and its page.

const name = `setup_${process.pid}`;
const server = createPool({ connection: { connectionString: inject('databaseUrl') }, max: 1, onError: () => {} });
const browser = browserSuite();
let served: Served;
let settings: Record<string, string>;

beforeAll(async () => {
  await server.query(`create database ${name}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  settings = { DATABASE_URL: url.href, WORKERS: '0', LOG_LEVEL: 'trace' };
  served = await serve(settings);
});
afterAll(async () => {
  await served?.stop();
  await server.query(`drop database if exists ${name} with (force)`);
  await server.end();
});

test('the link that the first start prints makes the account and logs its administrator in; once', async () => {
  const link = /^\s+(http:\S+\/setup#token=[\w-]{43})$/m.exec(served.log())?.[1] ?? '';
  const token = new URL(link).hash.slice('#token='.length);
  const { page, context, faults } = await browser.open(served.url);
  await page.goto('/');
  await page.getByRole('alert').filter({ hasText: 'Nobody is here yet' }).waitFor();

  await page.goto(link);
  await page.getByLabel('Company').fill('Example Ltd');
  expect(new URL(page.url()).hash).toBe('');
  const zone = page.getByLabel('Time zone');
  expect(await zone.inputValue()).toBe(await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone));
  await zone.selectOption('Europe/London');
  await page.getByLabel('First name').fill('Ann');
  await page.getByLabel('Last name').fill('Lee');
  await page.getByLabel('E-mail address').fill('ann@example.com');
  const password = page.getByRole('textbox', { name: 'Password' });
  await password.fill('1234567890');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('alert').filter({ hasText: 'one of the commonest' }).waitFor();
  // What was typed is still there.
  await password.fill(PASSWORD);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/calls');
  expect(await (await context.request.get('/api/v1/session')).json()).toMatchObject({
    user: { email: 'ann@example.com', role: 'admin' },
    account: { name: 'Example Ltd', timeZone: 'Europe/London' },
  });

  const again = await browser.open(served.url);
  await again.page.goto(link);
  await again.page.getByRole('heading', { name: 'Debrief is set up' }).waitFor();
  await again.page.getByRole('link', { name: 'Log in' }).click();
  await again.page.getByRole('heading', { name: 'Log in to Debrief' }).waitFor();
  // It was printed for the person, and logged nowhere.
  const log = served
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  expect(log.length).toBeGreaterThan(0);
  expect(log.join('\n')).not.toContain(token);
  expect([...faults, ...again.faults]).toEqual([]);
});

test('with an account, a start prints no link', async () => {
  await served.stop();
  served = await serve(settings);
  expect(served.log()).not.toContain('/setup');
});
