import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { digestOf } from '#debrief/services/tokens.js';
import { openBrowser, PASSWORD } from '../support/browser.js';
import { startDatabase, type TemporaryDatabase } from '../support/database.js';
import { drivenClock, type ServiceOptions, startService, type TestService } from '../support/service.js';
import { expectProblem } from './problems.js';

// The first run: who may make the first account, once.

const TOKEN = 'the token of the link';
const clock = drivenClock();
let database: TemporaryDatabase;
let service: TestService;
const others: TestService[] = [];

async function start(options: ServiceOptions = {}): Promise<TestService> {
  const setup = { digest: digestOf(TOKEN), isFromAnywhere: false };
  const started = await startService({ databaseUrl: database.databaseUrl, clock, setup, ...options });
  others.push(started);
  return started;
}

beforeAll(async () => {
  database = await startDatabase();
  service = await start();
});
afterEach(async () => {
  await service.pool.query('truncate accounts, log_in_failures cascade');
});
afterAll(async () => {
  await Promise.all(others.map((each) => each.close()));
  await database.stop();
});

const body = (more: object = {}) => ({
  token: TOKEN,
  account: { name: 'Example Ltd', timeZone: 'Europe/London' },
  admin: { email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee', password: PASSWORD },
  ...more,
});

const setUp = (of: TestService, more: object = {}, headers: Record<string, string> = {}) =>
  openBrowser(of).send('POST', '/api/v1/setup', body(more), headers);
const stateOf = async (of: TestService, headers: Record<string, string> = {}) =>
  (await openBrowser(of).send('GET', '/api/v1/login-methods', undefined, headers)).json().setup;
const accounts = async () => (await service.pool.query('select name, time_zone from accounts')).rows;

test('makes the account and its administrator, and logs them in; once', async () => {
  expect(await stateOf(service)).toEqual({ allowed: true });
  const browser = openBrowser(service);
  const made = await browser.send('POST', '/api/v1/setup', body());
  expect(made.status, made.text).toBe(201);
  expect(made.json()).toMatchObject({
    user: { email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee', role: 'admin' },
    account: { name: 'Example Ltd', timeZone: 'Europe/London' },
  });
  expect((await browser.send('GET', '/api/v1/session')).json()).toEqual(made.json());
  expect((await openBrowser(service).logIn('ann@example.com')).status).toBe(201);
  expect(await accounts()).toEqual([{ name: 'Example Ltd', time_zone: 'Europe/London' }]);
  // The account has what others have: topic 1 is that of the canonical questions.
  expect((await browser.send('GET', '/api/v1/topics')).json().items.length).toBe(1);

  expect(await stateOf(service)).toBeNull();
  expectProblem(await setUp(service), 409, { detail: 'set up already' });
  const text = (await service.pool.query('select coalesce(before, after)::text as text from audit')).rows;
  for (const secret of [TOKEN, PASSWORD]) expect(JSON.stringify(text)).not.toContain(secret);
});

test('of many at once, one makes it, also through several processes', async () => {
  const second = await start();
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      setUp(i % 2 ? service : second, { account: { name: `No ${i}`, timeZone: 'UTC' } }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
  expect(await accounts()).toHaveLength(1);
});

test('what is wrong with it is named, and nothing is made', async () => {
  const { admin, account } = body();
  const cases: [object, string, string][] = [
    [{ account: { ...account, timeZone: 'Mars/Olympus' } }, 'account.timeZone', 'an IANA time zone'],
    [{ account: { ...account, name: ' ' } }, 'account.name', 'text of 1 to 200 characters'],
    [{ admin: { ...admin, password: 'password123' } }, 'password', 'none of the commonest'],
    [{ admin: { ...admin, email: 'nobody' } }, 'admin.email', 'an e-mail address'],
  ];
  for (const [more, parameter, detail] of cases) expectProblem(await setUp(service, more), 400, { parameter, detail });
  expect(await accounts()).toEqual([]);
});

test('a wrong token is refused, and after ten of them every token for a while', async () => {
  const wrong = () => setUp(service, { token: 'another token' });
  for (let i = 0; i < 3; i++) expectProblem(await wrong(), 403, { parameter: 'token', detail: 'not the token' });
  const many = await Promise.all(Array.from({ length: 9 }, wrong));
  expect(many.map(({ status }) => status).sort()).toEqual([...Array(7).fill(403), 429, 429]);
  expect((await setUp(service)).status).toBe(429);
  expect(await accounts()).toEqual([]);
  clock.advance(15 * 60_000);
  expect((await setUp(service)).status).toBe(201);
});

test('a page of another site cannot send it', async () => {
  expectProblem(await setUp(service, {}, { origin: 'https://evil.example' }), 403, { detail: 'page of this server' });
});

test('from elsewhere it is refused, unless the token is that of the setting', async () => {
  const forwarded = { 'x-forwarded-for': '203.0.113.7' };
  const behind = await start({ trustProxy: ['loopback'] });
  // A proxy that is not trusted, one that does not know, and a client that says so itself.
  const from: [TestService, Record<string, string>, boolean][] = [
    [service, forwarded, false],
    [service, { 'x-forwarded-for': '127.0.0.1' }, false],
    [service, { forwarded: 'for=127.0.0.1' }, false],
    [behind, forwarded, false],
    [behind, { 'x-forwarded-for': 'unknown' }, false],
    [behind, { 'x-forwarded-for': '127.0.0.1, 203.0.113.7' }, false],
    [behind, { 'x-forwarded-for': '127.0.0.1' }, true],
    [behind, {}, true],
  ];
  for (const [of, headers, allowed] of from) {
    expect(await stateOf(of, headers), JSON.stringify(headers)).toEqual({ allowed });
    if (!allowed) expectProblem(await setUp(of, {}, headers), 403, { detail: 'SETUP_TOKEN' });
  }
  expect(await accounts()).toEqual([]);
  const open = await start({ trustProxy: ['loopback'], setup: { digest: digestOf(TOKEN), isFromAnywhere: true } });
  expect(await stateOf(open, forwarded)).toEqual({ allowed: true });
  expectProblem(await setUp(open, { token: 'guess' }, forwarded), 403, { parameter: 'token', detail: 'not the token' });
  expect((await setUp(open, {}, forwarded)).status).toBe(201);
});

test('where nothing was printed, nothing can be made', async () => {
  const without = await startService({ databaseUrl: database.databaseUrl, clock });
  others.push(without);
  expect(await stateOf(without)).toEqual({ allowed: false });
  expectProblem(await setUp(without), 403, { detail: 'SETUP_TOKEN' });
});
