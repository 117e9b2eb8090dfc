import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takeAttempt } from '#debrief/db/log-in-failures.js';
import { insertOidcAttempt } from '#debrief/db/oidc-attempts.js';
import { sweepSessions } from '#debrief/db/sessions.js';
import { inviteUser, setPassword } from '#debrief/services/people/password-links.js';
import { selfActor, startSession } from '#debrief/services/people/sessions.js';
import { updateUser } from '#debrief/services/people/users.js';
import { digestOf } from '#debrief/services/tokens.js';
import { addPerson, type Browser, openBrowser, PASSWORD } from '../support/browser.js';
import { basic, sendRaw } from '../support/raw-http.js';
import { drivenClock, makeAccount, startService, type TestService } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { comparable, expectProblem } from './problems.js';

// People who log in: their sessions, how those end, what other sites cannot do with them, and guessing.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const clock = drivenClock();
const { service, account } = await openSuite({ clock }, 'Europe/London');
let serial = 0;

/** An address that nobody has in any account: failures are counted by address alone. */
const newEmail = () => `person-${process.pid}-${Date.now()}-${serial++}@example.com`;

async function newPerson(more: object = {}): Promise<{ id: string; email: string }> {
  const email = newEmail();
  return { id: await addPerson(service, account, email, more), email };
}

async function loggedIn(email: string): Promise<Browser> {
  const browser = openBrowser(service);
  expect((await browser.logIn(email)).status).toBe(201);
  return browser;
}

const whoAmI = (browser: Browser) => browser.send('GET', '/api/v1/session');

async function auditOf(kind: string, id: string) {
  const client = await account.client('admin');
  const { items } = (await client.get(`/api/v1/audit?kind=${kind}&id=${id}`)).json();
  return items;
}

describe('a session', () => {
  test('begins with the log-in, says who it is, and ends with the log-out', async () => {
    const team = await account.client().then((client) => client.send('POST', '/api/v1/teams', { name: 'East' }));
    const { id, email } = await newPerson({ role: 'manager', teamId: team.json().id });
    const browser = openBrowser(service);
    const answer = await browser.logIn(email.toUpperCase(), PASSWORD, {});
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const session = answer.json();
    expect(session).toEqual({
      id: expect.any(String),
      user: {
        id,
        email,
        firstName: 'Ada',
        lastName: 'Byron',
        role: 'manager',
        team: { id: team.json().id, name: 'East' },
        timeZone: null,
      },
      account: { id: account.accountId, name: 'Test company', timeZone: 'Europe/London' },
      timeZone: 'Europe/London',
      createdAt: expect.stringMatching(/Z$/),
      expiresAt: expect.stringMatching(/Z$/),
    });
    expect(Date.parse(session.expiresAt) - Date.parse(session.createdAt)).toBe(14 * DAY);
    expect(answer.setCookies).toEqual([
      expect.stringMatching(/^debrief_session=[\w-]{43}; Path=\/; Max-Age=7776000; HttpOnly; SameSite=Lax$/),
    ]);
    expect((await whoAmI(browser)).json()).toEqual(session);
    expect((await browser.send('GET', '/api/v1/users')).status).toBe(200);

    const token = browser.cookies.get('debrief_session')!;
    const out = await browser.send('DELETE', '/api/v1/session');
    expect([out.status, out.setCookies]).toEqual([
      204,
      ['debrief_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax'],
    ]);
    browser.cookies.set('debrief_session', token);
    expectProblem(await whoAmI(browser), 401, { detail: 'Your session has ended' });
    const entries = await auditOf('sessions', session.id);
    expect(entries).toMatchObject([
      { by: { kind: 'user', id }, action: 'delete', before: { userId: id }, after: null },
      { by: { kind: 'user', id }, action: 'create', before: null, after: { userId: id, method: 'password' } },
    ]);
  });

  test('is nothing that the database could give away', async () => {
    const { id, email } = await newPerson();
    const browser = await loggedIn(email);
    const token = browser.cookies.get('debrief_session')!;
    const tables = ['sessions', 'user_passwords', 'audit'];
    for (const table of tables) {
      const { rows } = await service.pool.query(`select t::text as row from ${table} t where account_id = $1`, [
        account.accountId,
      ]);
      const text = rows.map(({ row }) => row).join('\n');
      for (const secret of [token, Buffer.from(token, 'base64url').toString('hex'), PASSWORD]) {
        expect(text).not.toContain(secret);
      }
    }
    const { rows } = await service.pool.query('select hash from user_passwords where user_id = $1', [id]);
    expect(rows[0].hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test('has a new token at each log-in, and takes the place of the one that the browser had', async () => {
    const { email } = await newPerson();
    const browser = await loggedIn(email);
    const first = browser.cookies.get('debrief_session')!;
    await browser.logIn(email);
    const second = browser.cookies.get('debrief_session')!;
    expect(second).not.toBe(first);
    // A token that somebody else has put there is not taken over.
    browser.cookies.set('debrief_session', 'A'.repeat(43));
    await browser.logIn(email);
    expect(browser.cookies.get('debrief_session')).not.toBe('A'.repeat(43));
    browser.cookies.set('debrief_session', first);
    expect((await whoAmI(browser)).status).toBe(401);
    browser.cookies.set('debrief_session', second);
    expect((await whoAmI(browser)).status).toBe(200);
  });

  test('by https has a cookie that no plain page and no other host can set', async () => {
    const proxied = await startService({ clock, trustProxy: ['loopback'] });
    try {
      const { email } = await newPerson();
      const https = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'debrief.example.com' };
      const browser = openBrowser(proxied);
      const own = { ...https, origin: 'https://debrief.example.com' };
      const answer = await browser.send('POST', '/api/v1/session', { email, password: PASSWORD }, own);
      expect(answer.setCookies).toEqual([
        expect.stringMatching(
          /^__Host-debrief_session=[\w-]{43}; Path=\/; Max-Age=7776000; HttpOnly; SameSite=Lax; Secure$/,
        ),
      ]);
      expect((await browser.send('GET', '/api/v1/session', undefined, https)).status).toBe(200);
      const token = browser.cookies.get('__Host-debrief_session')!;
      const plain = { ...https, cookie: `debrief_session=${token}` };
      expect((await browser.send('GET', '/api/v1/session', undefined, plain)).status).toBe(401);
    } finally {
      await proxied.close();
    }
  });

  test('is found among other cookies, and API v2 takes none', async () => {
    const { email } = await newPerson({ role: 'admin' });
    const browser = await loggedIn(email);
    const token = browser.cookies.get('debrief_session')!;
    const cookie = `a=b; x_debrief_session=no; debrief_session=${token};c`;
    const ask = (path: string, headers: Record<string, string>) => sendRaw(service, { method: 'GET', path, headers });
    expect((await ask('/api/v1/session', { cookie })).status).toBe(200);
    for (const bad of [
      '',
      '=',
      'debrief_session',
      'debrief_session=',
      `debrief_session="${token}"`,
      ';;;',
      `debrief_session=${'x'.repeat(5000)}`,
    ]) {
      expect((await ask('/api/v1/session', { cookie: bad })).status, bad).toBe(401);
    }
    const v2 = await ask('/api/ev/2/check', { cookie });
    expect(comparable(v2)).toEqual(comparable(await ask('/api/ev/2/check', {})));
    expect([v2.status, v2.headers['www-authenticate']]).toEqual([401, 'Basic realm="Debrief", charset="UTF-8"']);
    // Whoever sends a credential is whom it names.
    const program = await account.client('read');
    const authorization = basic(program.username, program.password);
    expect((await ask('/api/v1/session', { cookie, authorization })).status).toBe(403);
    expect((await ask('/api/v1/audit', { cookie, authorization })).status).toBe(403);
    expect((await ask('/api/v1/audit', { cookie })).status).toBe(200);
  });

  test('refused, browsers are not told to ask for a user and a password', async () => {
    const cookie = `debrief_session=${'A'.repeat(43)}`;
    const ask = async (path: string, headers: Record<string, string>) =>
      (await sendRaw(service, { method: 'GET', path, headers })).headers['www-authenticate'];
    expect(await ask('/api/v1/users', { cookie })).toBeUndefined();
    expect(await ask('/api/v1/session', {})).toBeUndefined();
    expect(await ask('/api/v1/users', {})).toMatch(/^Basic /);
    expect(await ask('/api/ev/2/users', { cookie })).toMatch(/^Basic /);
  });
});

describe('sessions end', () => {
  test('fourteen days after the last use, and are written to once an hour', async () => {
    const { id, email } = await newPerson();
    const browser = await loggedIn(email);
    const seen = async () =>
      (await service.pool.query('select last_seen_at from sessions where user_id = $1', [id])).rows[0].last_seen_at;
    const begun = await seen();
    clock.advance(HOUR - 60_000);
    expect((await whoAmI(browser)).status).toBe(200);
    expect(await seen()).toBe(begun);
    clock.advance(60_000);
    const asked = await Promise.all(Array.from({ length: 5 }, () => whoAmI(browser)));
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await seen()).toBeGreaterThan(begun);
    clock.advance(14 * DAY - 60_000);
    expect((await whoAmI(browser)).status).toBe(200);
    clock.advance(14 * DAY);
    expect((await whoAmI(browser)).status).toBe(401);
  });

  test('ninety days after the log-in, used or not', async () => {
    const { email } = await newPerson();
    const browser = await loggedIn(email);
    for (let day = 10; day < 90; day += 10) {
      clock.advance(10 * DAY);
      expect((await whoAmI(browser)).status).toBe(200);
    }
    const { createdAt, expiresAt } = (await whoAmI(browser)).json();
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(90 * DAY);
    clock.advance(10 * DAY);
    expect((await whoAmI(browser)).status).toBe(401);
  });

  test('and are swept then, with links, log-ins under way and failures that no longer count', async () => {
    // Long ago: the sweep leaves what other suites have.
    const then = Date.UTC(2019, 0, 1) * 1000;
    const [minute, day] = [60_000_000, DAY * 1000];
    const { id, email } = await newPerson();
    const stranger = newEmail();
    const self = selfActor(account, id, 'rep');
    const context = { now: then, userAgent: null, formerToken: null };
    await service.db.transaction().execute((tx) => startSession(tx, self, 'password', context));
    await inviteUser({ db: service.db }, account.actor, id, {}, { baseUrl: '', now: then, mailer: null });
    const attempt = { state: '', nonce: '', codeVerifier: '', returnTo: '/' };
    await insertOidcAttempt(service.db, account, digestOf(email), attempt, then + 10 * minute);
    await takeAttempt(service.db, stranger, then);
    const left = async (now: number) => {
      await sweepSessions(service.db, now);
      const found = await service.pool.query<{ name: string }>(
        `select 'session' as name from sessions where user_id = $1
         union all select 'link' from password_links where user_id = $1
         union all select 'attempt' from oidc_attempts where account_id = $2
         union all select 'failure' from log_in_failures where email_digest = sha256(convert_to($3, 'UTF8'))`,
        [id, account.accountId, stranger],
      );
      return found.rows.map(({ name }) => name);
    };
    expect(await left(then + 9 * minute)).toEqual(['session', 'link', 'attempt', 'failure']);
    expect(await left(then + 15 * minute)).toEqual(['session', 'link', 'failure']);
    expect(await left(then + 6 * day)).toEqual(['session', 'link']);
    expect(await left(then + 7 * day)).toEqual(['session']);
    expect(await left(then + 14 * day - minute)).toEqual(['session']);
    expect(await left(then + 14 * day)).toEqual([]);
  });

  test('at once with their user, who comes back as somebody that has to log in', async () => {
    const { id, email } = await newPerson();
    const browser = await loggedIn(email);
    await updateUser({ db: service.db }, account.actor, id, { active: false });
    expect((await whoAmI(browser)).status).toBe(401);
    expect((await openBrowser(service).logIn(email)).status).toBe(401);
    await updateUser({ db: service.db }, account.actor, id, { active: true });
    expect((await whoAmI(browser)).status).toBe(401);
    await loggedIn(email);
  });

  test('a changed role counts from the next request on', async () => {
    const { id, email } = await newPerson();
    const browser = await loggedIn(email);
    const read = async () => (await browser.send('GET', '/api/v1/audit')).status;
    expect(await read()).toBe(403);
    await updateUser({ db: service.db }, account.actor, id, { role: 'admin' });
    expect(await read()).toBe(200);
    await updateUser({ db: service.db }, account.actor, id, { role: 'manager' });
    expect(await read()).toBe(403);
    expect((await whoAmI(browser)).json().user.role).toBe('manager');
  });

  test("one by one by their own user, and all of a user's by an admin", async () => {
    const { id, email } = await newPerson();
    const other = await newPerson();
    const [phone, laptop, stranger] = [await loggedIn(email), await loggedIn(email), await loggedIn(other.email)];
    const listed = (await laptop.send('GET', '/api/v1/sessions')).json();
    expect(listed.next).toBeNull();
    expect(listed.items).toHaveLength(2);
    expect(listed.items.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
    const of = listed.items.find(({ current }: { current: boolean }) => !current);
    expect(of).toEqual({
      id: expect.any(String),
      method: 'password',
      userAgent: null,
      current: false,
      createdAt: expect.any(String),
      lastSeenAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    expectProblem(await stranger.send('DELETE', `/api/v1/sessions/${of.id}`), 404);
    expect((await laptop.send('DELETE', `/api/v1/sessions/${of.id}`)).status).toBe(204);
    expectProblem(await laptop.send('DELETE', `/api/v1/sessions/${of.id}`), 404);
    expect([(await whoAmI(phone)).status, (await whoAmI(laptop)).status]).toEqual([401, 200]);

    expectProblem(await stranger.send('DELETE', `/api/v1/users/${id}/sessions`), 403, { detail: 'administrators' });
    const admin = await account.client('admin');
    expect((await admin.send('DELETE', `/api/v1/users/${id}/sessions`)).status).toBe(204);
    expect([(await whoAmI(laptop)).status, (await whoAmI(stranger)).status]).toEqual([401, 200]);
    const foreign = await makeAccount(service).then((each) => each.client('admin'));
    expect((await foreign.send('DELETE', `/api/v1/users/${other.id}/sessions`)).status).toBe(404);
    expect((await whoAmI(stranger)).status).toBe(200);
  });
});

describe('other sites', () => {
  const attempt = async (browser: Browser, headers: Record<string, string>) =>
    (await browser.send('POST', '/api/v1/topics', { name: 'Ours', words: ['x'] }, { origin: '', ...headers })).status;

  test('cannot have a browser change anything', async () => {
    const { email } = await newPerson({ role: 'admin' });
    const browser = await loggedIn(email);
    const host = new URL(service.url).host;
    const forged: Record<string, string>[] = [
      {},
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: `https://${host}` },
      { origin: `http://${host}.evil.example` },
      { origin: `http://evil.example/${host}` },
      { origin: 'http://127.0.0.1' },
      { origin: 'https://evil.example', referer: `${service.url}/` },
      { referer: 'https://evil.example/' },
      { referer: `https://evil.example/?${service.url}` },
      { referer: 'not a url' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of forged) expect(await attempt(browser, headers), JSON.stringify(headers)).toBe(403);
    for (const method of ['PATCH', 'DELETE']) {
      const path = `/api/v1/users/${(await whoAmI(browser)).json().user.id}`;
      const body = method === 'PATCH' ? { role: 'rep' } : undefined;
      expectProblem(await browser.send(method, path, body, { origin: 'https://evil.example' }), 403, {
        detail: 'not sent from a page of this server',
      });
    }
    for (const headers of [
      { origin: service.url },
      { referer: `${service.url}/topics?x=y` },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'same-origin', origin: 'https://behind-a-proxy.example' },
    ]) {
      expect(await attempt(browser, headers), JSON.stringify(headers)).toBe(201);
    }
    // What only reads is let through: no other site sees the answer.
    expect((await browser.send('GET', '/api/v1/session', undefined, { origin: 'https://evil.example' })).status).toBe(
      200,
    );
    // A program is no browser.
    const program = await account.client('write');
    const sent = await program.send(
      'POST',
      '/api/v1/topics',
      { name: 'P', words: ['x'] },
      { origin: 'https://a.example' },
    );
    expect(sent.status).toBe(201);
  });

  test('cannot log a browser in as somebody else, or out', async () => {
    const { email } = await newPerson();
    const browser = openBrowser(service);
    const body = { email, password: PASSWORD };
    for (const headers of [{ origin: 'https://evil.example' }, { origin: '' }, { origin: 'null' }]) {
      expectProblem(await browser.send('POST', '/api/v1/session', body, headers), 403);
    }
    // What a form can send.
    const form = { 'content-type': 'text/plain' };
    expectProblem(await browser.send('POST', '/api/v1/session', body, form), 415);
    expect(browser.cookies.size).toBe(0);
    expect((await browser.logIn(email)).status).toBe(201);
    expect((await browser.send('DELETE', '/api/v1/session', undefined, { origin: 'null' })).status).toBe(403);
    expect((await whoAmI(browser)).status).toBe(200);
    for (const path of ['password', 'password/reset']) {
      const headers = { origin: 'https://evil.example' };
      expectProblem(
        await browser.send('POST', `/api/v1/${path}`, { token: 'x', password: PASSWORD, email }, headers),
        403,
      );
    }
  });

  test('the configured public URL is ours', async () => {
    const publicUrl = 'https://debrief.example.com';
    const behind = await startService({ clock, logIn: { publicUrl, mailer: null, oidc: null } });
    try {
      const { email } = await newPerson();
      const browser = openBrowser(behind);
      const body = { email, password: PASSWORD };
      expect(
        (await browser.send('POST', '/api/v1/session', body, { origin: 'https://other.example.com' })).status,
      ).toBe(403);
      expect((await browser.send('POST', '/api/v1/session', body, { origin: publicUrl })).status).toBe(201);
    } finally {
      await behind.close();
    }
  });
});

describe('guessing', () => {
  const guess = (through: TestService, email: string, password: string) => openBrowser(through).logIn(email, password);

  let second: TestService;
  beforeAll(async () => {
    second = await startService({ clock });
  });
  afterAll(() => second.close());

  test('whatever is wrong, the answer is the same', async () => {
    const { email } = await newPerson();
    const invited = newEmail();
    await account.addUser(invited);
    const gone = await newPerson();
    await updateUser({ db: service.db }, account.actor, gone.id, { active: false });
    const answers = [
      await openBrowser(service).logIn(email, 'wrong password'),
      await openBrowser(service).logIn(newEmail(), PASSWORD),
      await openBrowser(service).logIn(invited, PASSWORD),
      await openBrowser(service).logIn(gone.email, PASSWORD),
      await openBrowser(service).logIn(email, PASSWORD, { account: 'no such account' }),
      await openBrowser(service).logIn(email, PASSWORD.toUpperCase()),
    ];
    for (const answer of answers) {
      expect(comparable(answer)).toEqual(comparable(answers[0]!));
      expectProblem(answer, 401, { detail: 'do not fit' });
      expect(answer.headers['www-authenticate']).toBeUndefined();
      expect(answer.setCookies).toEqual([]);
    }
  });

  test('ten failures make an address wait, over all processes, whether anybody has it or not', async () => {
    const { email } = await newPerson();
    for (const address of [email, newEmail()]) {
      clock.advance(HOUR);
      for (let i = 0; i < 10; i++) {
        clock.advance(HOUR / 60);
        const answer = await guess(i % 2 ? service : second, i % 3 ? address : address.toUpperCase(), 'wrong password');
        expect(answer.status).toBe(401);
      }
      for (const through of [service, second]) {
        const answer = await guess(through, address, PASSWORD);
        expectProblem(answer, 429, { detail: 'Too many log-ins' });
        // The first failure was nine minutes before the tenth, and counts for fifteen.
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(340);
        expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(360);
      }
    }
    // Waiting is not made longer by trying.
    clock.advance(6 * 60_000);
    expect((await guess(service, email, PASSWORD)).status).toBe(201);
  }, 120_000);

  test('of guesses that come at once no more get through', async () => {
    const { email } = await newPerson();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => openBrowser(i % 2 ? service : second).logIn(email, `wrong password ${i}`)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  }, 120_000);

  test('a log-in that succeeds does not count, and forgives no failure', async () => {
    const { email } = await newPerson();
    const others = await makeAccount(service);
    const theirs = await others.addUser(email);
    await setPassword({ db: service.db }, others.actor, theirs, 'the other account', Date.now() * 1000);
    clock.advance(HOUR);
    for (let i = 0; i < 9; i++) {
      expect((await guess(service, email, 'wrong password')).status).toBe(401);
      expect((await guess(service, email, 'the other account')).status).toBe(201);
    }
    expect((await guess(service, email, 'wrong password')).status).toBe(401);
    expect((await guess(service, email, 'the other account')).status).toBe(429);
  }, 120_000);
});

describe('one address in several accounts', () => {
  test('the password decides among those that it fits, or the account is named', async () => {
    const email = newEmail();
    const other = await makeAccount(service);
    await addPerson(service, account, email);
    const theirId = await addPerson(service, other, email);
    const inAccount = async (password: string, more = {}) => {
      const answer = await openBrowser(service).logIn(email, password, more);
      return answer.status === 201 ? answer.json().account.id : answer.status;
    };
    const both = await openBrowser(service).logIn(email);
    expectProblem(both, 409, { parameter: 'account', detail: account.accountId });
    expect(both.json().allowed).toContain(`${other.accountId} (Test company)`);
    expect(await inAccount(PASSWORD, { account: other.accountId })).toBe(other.accountId);
    await setPassword({ db: service.db }, other.actor, theirId, 'another password', Date.now() * 1000);
    expect(await inAccount('another password')).toBe(other.accountId);
    expect(await inAccount(PASSWORD)).toBe(account.accountId);
    expect(await inAccount(PASSWORD, { account: other.accountId })).toBe(401);
  });
});
