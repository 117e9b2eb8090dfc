import { beforeAll, expect, inject, test } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { runCommand } from '../support/command.js';
import { serve } from '../support/served.js';
import type { TestService } from '../support/service.js';
import { openSuite } from '../support/suite.js';

const { service, account } = await openSuite();
let settings: Record<string, string>;
beforeAll(async () => {
  settings = { DATABASE_URL: inject('databaseUrl') };
});

test('a link is made and a password set at the server', async () => {
  const email = `command-${process.pid}-${Date.now()}@example.com`;
  const id = await account.addUser(email);
  const words = [id, '--account', account.accountId];
  const invited = await runCommand(['user', 'invite', ...words], { ...settings, HOST: '0.0.0.0', PORT: '8123' });
  expect([invited.code, invited.stderr]).toEqual([0, '']);
  const { url, expiresAt } = JSON.parse(invited.stdout);
  expect(url).toMatch(/^http:\/\/localhost:8123\/password#token=[\w-]{43}$/);
  expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 6 * 24 * 3_600_000);
  const publicUrl = { ...settings, PUBLIC_URL: 'https://debrief.example.com/' };
  const again = JSON.parse((await runCommand(['user', 'invite', ...words], publicUrl)).stdout);
  expect(again.url).toMatch(/^https:\/\/debrief\.example\.com\/password#token=/);

  const set = await runCommand(['user', 'password', ...words], settings, 'from a file, with a line end\n');
  expect([set.code, set.stdout, set.stderr]).toEqual([0, `{"userId":"${id}"}\n`, '']);
  expect((await openBrowser(service).logIn(email, 'from a file, with a line end')).status).toBe(201);
  const weak = await runCommand(['user', 'password', ...words], settings, 'short');
  expect([weak.code, weak.stdout]).toEqual([2, '']);
  expect(weak.stderr).toContain('password is too short; it takes 10 to 256 characters');
  const byAddress = await runCommand(['user', 'invite', email.toUpperCase(), ...words.slice(1)], settings);
  expect([byAddress.code, byAddress.stderr]).toEqual([0, '']);
  const nobody = await runCommand(['user', 'invite', 'nobody', '--account', account.accountId], settings);
  expect([nobody.code, nobody.stderr]).toEqual([1, 'There is no such user.\n']);
});

test('failed log-ins are counted over all processes', async () => {
  const email = `counted-${process.pid}-${Date.now()}@example.com`;
  const served = await serve({ ...settings, WORKERS: '0', LOG_LEVEL: 'silent' });
  try {
    const processes = [service, { ...service, url: served.url }];
    const logIn = async (through: TestService) => (await openBrowser(through).logIn(email, 'wrong password')).status;
    for (let i = 0; i < 10; i++) expect(await logIn(processes[i % 2]!)).toBe(401);
    for (const each of processes) expect(await logIn(each)).toBe(429);
  } finally {
    await served.stop();
  }
});

test.each([
  [{ PUBLIC_URL: 'debrief.example.com' }, 'PUBLIC_URL is "debrief.example.com"; it takes http or https'],
  [{ PUBLIC_URL: 'https://debrief.example.com/app' }, 'PUBLIC_URL is'],
  [{ MAIL_COMMAND: 'sendmail -t' }, 'PUBLIC_URL is not set'],
  [
    { MAIL_COMMAND: 'sendmail -t', PUBLIC_URL: 'https://a.example', MAIL_FROM: 'a,b@c' },
    'MAIL_FROM cannot be mailed to',
  ],
  [{ OIDC_ISSUER: 'http://login.example.com' }, 'OIDC_ISSUER is "http://login.example.com"; it takes an https URL'],
  [{ OIDC_ISSUER: 'https://login.example.com' }, 'OIDC_CLIENT_ID is not set'],
  [{ OIDC_SCOPES: 'email' }, 'OIDC_SCOPES is "email"'],
  [{ OIDC_EMAIL_VERIFIED: 'no' }, 'OIDC_EMAIL_VERIFIED is "no"; it takes required, optional'],
])('serve refuses %j', async (wrong: Record<string, string>, line: string) => {
  const { code, stderr } = await runCommand(['serve'], { ...settings, ...wrong });
  expect(stderr).toContain(line);
  expect(code).toBe(2);
});
