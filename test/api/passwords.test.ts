import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setPassword } from '#debrief/services/people/password-links.js';
import { updateUser } from '#debrief/services/people/users.js';
import { addPerson, openBrowser, PASSWORD } from '../support/browser.js';
import { type Mailbox, openMailbox, readMessage } from '../support/mailbox.js';
import {
  type DrivenClock,
  drivenClock,
  lockIsWaitedFor,
  makeAccount,
  makeClient,
  startService,
  type TestAccount,
  type TestClient,
  type TestService,
  until,
} from '../support/service.js';
import { expectProblem } from './problems.js';

// Passwords: invitations, links to set one, and changing one's own.

const DAY = 24 * 3_600_000;
const PUBLIC_URL = 'https://debrief.example.com';

let service: TestService;
let plain: TestService;
let clock: DrivenClock;
let account: TestAccount;
let admin: TestClient;
let mailbox: Mailbox;
let lines: string[] = [];
let serial = 0;

beforeAll(async () => {
  clock = drivenClock();
  mailbox = await openMailbox();
  const logIn = { publicUrl: PUBLIC_URL, mailer: mailbox.mailer, oidc: null };
  service = await startService({ clock, logIn, onLog: (line) => lines.push(line) });
  plain = await startService({ clock });
  account = await makeAccount(service);
  admin = await account.client('admin');
});
afterAll(() => Promise.all([service.close(), plain.close(), mailbox.close()]));
beforeEach(() => {
  lines = [];
});

const newEmail = () => `password-${process.pid}-${Date.now()}-${serial++}@example.com`;

async function newUser(): Promise<{ id: string; email: string }> {
  const email = newEmail();
  return { id: await account.addUser(email), email };
}

async function invite(userId: string, body: object = {}): Promise<string> {
  const answer = await admin.send('POST', `/api/v1/users/${userId}/invite`, body);
  expect(answer.status, answer.text).toBe(201);
  return answer.json().url;
}

const tokenOf = (url: string) => /#token=([\w-]{43})$/.exec(url)![1]!;
const setByLink = (token: string, password = PASSWORD) =>
  openBrowser(service).send('POST', '/api/v1/password', { token, password });
const reset = (email: string) => openBrowser(service).send('POST', '/api/v1/password/reset', { email });
/** The mails to an address. */
const mailsTo = async (email: string) =>
  (await mailbox.messages()).map(readMessage).filter(({ headers }) => headers.To === email);

describe('an invitation', () => {
  test('is a link with which somebody sets their password, once, and has logged in', async () => {
    const { id, email } = await newUser();
    const answer = await admin.send('POST', `/api/v1/users/${id}/invite`, {});
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { url, expiresAt } = answer.json();
    expect(url).toMatch(/^https:\/\/debrief\.example\.com\/password#token=[\w-]{43}$/);
    expect(Math.abs(Date.parse(expiresAt) - clock.now() / 1000 - 7 * DAY)).toBeLessThan(60_000);
    const browser = openBrowser(service);
    const body = { token: tokenOf(url), password: PASSWORD };
    const set = await browser.send('POST', '/api/v1/password', body);
    expect([set.status, set.json().user.id]).toEqual([201, id]);
    expect((await browser.send('GET', '/api/v1/session')).json()).toEqual(set.json());
    expectProblem(await browser.send('POST', '/api/v1/password', body), 404, { parameter: 'token' });
    expect((await openBrowser(service).logIn(email)).status).toBe(201);

    const audit = (await admin.get('/api/v1/audit?limit=1000')).json().items;
    const about = audit.filter((entry: object) => JSON.stringify(entry).includes(id));
    expect(about.map(({ kind, action }: { kind: string; action: string }) => `${kind} ${action}`)).toEqual([
      'sessions create',
      'sessions create',
      'passwords create',
      'password_links create',
      'users create',
    ]);
    expect(about[2]).toMatchObject({ by: { kind: 'user', id }, after: { by: 'invite' } });
    const { rows } = await service.pool.query(
      'select l::text as row from password_links l union all select a::text from audit a',
    );
    const stored = JSON.stringify(rows) + lines.join('');
    for (const secret of [tokenOf(url), PASSWORD]) expect(stored).not.toContain(secret);
  });

  test('names the server as the admin reached it, where no URL is configured', async () => {
    const { id } = await newUser();
    const client = await makeClient(plain, account.accountId, ['admin']);
    const answer = await client.send('POST', `/api/v1/users/${id}/invite`, {});
    expect(answer.json().url).toMatch(new RegExp(`^${plain.url}/password#token=`));
    const mailed = await client.send('POST', `/api/v1/users/${id}/invite`, { mail: true });
    expect([mailed.status, mailed.json().parameter]).toEqual([409, 'mail']);
  });

  test('is mailed where that is asked for', async () => {
    const { id, email } = await newUser();
    const url = await invite(id, { mail: true });
    const mails = await mailsTo(email);
    expect(mails).toHaveLength(1);
    expect(mails[0]!.text).toContain(url);
    expect(mails[0]!.headers.Subject).toBe('Your invitation to Debrief');
  });

  test('is void after seven days, after another one, for another address, and for nobody any more', async () => {
    const { id } = await newUser();
    const first = await invite(id);
    const second = await invite(id);
    expect((await setByLink(tokenOf(first))).status).toBe(404);
    await updateUser({ db: service.db }, account.actor, id, { email: newEmail() });
    expect((await setByLink(tokenOf(second))).status).toBe(404);
    const third = await invite(id);
    await updateUser({ db: service.db }, account.actor, id, { active: false });
    expect((await setByLink(tokenOf(third))).status).toBe(404);
    expect((await admin.send('POST', `/api/v1/users/${id}/invite`, {})).status).toBe(409);
    await updateUser({ db: service.db }, account.actor, id, { active: true });
    expect((await setByLink(tokenOf(third))).status).toBe(404);
    const fourth = await invite(id);
    clock.advance(7 * DAY - 60_000);
    expectProblem(await setByLink(tokenOf(fourth), 'password123'), 400, { parameter: 'password' });
    clock.advance(60_000);
    expect((await setByLink(tokenOf(fourth))).status).toBe(404);
  });

  test('of two who come with it at once, one sets the password', async () => {
    const { id, email } = await newUser();
    const token = tokenOf(await invite(id));
    const passwords = ['the first of us', 'the second of us', 'the third of us'];
    const answers = await Promise.all(passwords.map((password) => setByLink(token, password)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 404, 404]);
    const winner = passwords[answers.findIndex(({ status }) => status === 201)]!;
    expect((await openBrowser(service).logIn(email, winner)).status).toBe(201);
  });

  test('is for administrators to make, and for users of their own account', async () => {
    const { id } = await newUser();
    const stranger = await makeAccount(service).then((each) => each.client('admin'));
    expect((await stranger.send('POST', `/api/v1/users/${id}/invite`, {})).status).toBe(404);
    const writer = await account.client('write');
    expect((await writer.send('POST', `/api/v1/users/${id}/invite`, {})).status).toBe(403);
  });
});

describe('a reset', () => {
  test('is answered alike, whether anybody has the address or not', async () => {
    const { email } = await newUser();
    const answers = [await reset(email), await reset(newEmail())];
    for (const { status, text } of answers) expect([status, text]).toEqual([202, '']);
    await until(async () => (await mailsTo(email)).length === 1);
    const [mail] = await mailsTo(email);
    const url = /https:\S+/.exec(mail!.text)![0];
    expect(url).toMatch(/^https:\/\/debrief\.example\.com\/password#token=/);
    const browser = openBrowser(service);
    const set = await browser.send('POST', '/api/v1/password', { token: tokenOf(url), password: PASSWORD });
    expect([set.status, set.json().user.email]).toEqual([201, email]);
    expect(lines.join('')).not.toContain(tokenOf(url));
    // None, and no error, where no mail can be sent.
    expect((await openBrowser(plain).send('POST', '/api/v1/password/reset', { email })).status).toBe(202);
  });

  test('names no server that the request names', async () => {
    const { email } = await newUser();
    const evil = { host: 'evil.example', origin: 'http://evil.example' };
    expect((await openBrowser(service).send('POST', '/api/v1/password/reset', { email }, evil)).status).toBe(202);
    await until(async () => (await mailsTo(email)).length === 1);
    expect((await mailsTo(email))[0]!.text).not.toContain('evil');
  });

  test('mails nobody oftener than every five minutes, and its link holds for an hour', async () => {
    const { email } = await newUser();
    await Promise.all([reset(email), reset(email.toUpperCase()), reset(email)]);
    await until(async () => (await mailsTo(email)).length === 1);
    await reset(email);
    clock.advance(5 * 60_000);
    await reset(email);
    await until(async () => (await mailsTo(email)).length === 2);
    const [first, second] = (await mailsTo(email)).map(({ text }) => tokenOf(/https:\S+/.exec(text)![0]));
    expect((await setByLink(first!)).status).toBe(404);
    clock.advance(59 * 60_000);
    const weak = await setByLink(second!, email);
    expectProblem(weak, 400, { parameter: 'password' });
    clock.advance(60_000);
    expect((await setByLink(second!)).status).toBe(404);
    expect(await mailsTo(email)).toHaveLength(2);
  });

  test('ends the sessions that there were', async () => {
    const email = newEmail();
    await addPerson(service, account, email);
    const thief = openBrowser(service);
    await thief.logIn(email);
    await reset(email);
    await until(async () => (await mailsTo(email)).length === 1);
    expect((await thief.send('GET', '/api/v1/session')).status).toBe(200);
    const token = tokenOf(/https:\S+/.exec((await mailsTo(email))[0]!.text)![0]);
    expect((await setByLink(token, 'quite another one')).status).toBe(201);
    expect((await thief.send('GET', '/api/v1/session')).status).toBe(401);
    expect((await openBrowser(service).logIn(email)).status).toBe(401);
  });
});

describe('a password', () => {
  test('that anybody would try first is refused', async () => {
    const { id, email } = await newUser();
    const bad = [
      'short',
      'nine char',
      'x'.repeat(257),
      email,
      email.toUpperCase(),
      '1234567890',
      'Password123',
      'aaaaaaaaaaaa',
    ];
    for (const password of bad) {
      const token = tokenOf(await invite(id));
      expectProblem(await setByLink(token, password), 400, { parameter: 'password' });
      await expect(setPassword({ db: service.db }, account.actor, id, password, 0), password).rejects.toThrow(
        'password',
      );
    }
    for (const password of ['ten chars!', '😀😁'.repeat(5), 'x y'.repeat(85)]) {
      expect((await setByLink(tokenOf(await invite(id)), password)).status, password).toBe(201);
      expect((await openBrowser(service).logIn(email, password)).status).toBe(201);
    }
    // Composed by one keyboard or another.
    expect((await setByLink(tokenOf(await invite(id)), 'caf\u00e9 du jour')).status).toBe(201);
    expect((await openBrowser(service).logIn(email, 'cafe\u0301 du jour')).status).toBe(201);
  });

  test('that is changed while somebody logs in with the old one lets them in no more', async () => {
    const email = newEmail();
    const id = await addPerson(service, account, email);
    const changing = await service.pool.connect();
    await changing.query('begin');
    const whose = [account.accountId, id];
    await changing.query('select 1 from users where account_id = $1 and user_id = $2 for no key update', whose);
    const logIn = openBrowser(service).logIn(email);
    try {
      // The password has been found to fit by then.
      await until(() => lockIsWaitedFor(service, String.raw`p\.hash = \$`));
      await changing.query(`update user_passwords set hash = 'another' where account_id = $1 and user_id = $2`, whose);
    } finally {
      await changing.query('commit');
      changing.release();
    }
    expect((await logIn).status).toBe(401);
  });

  test('is changed by whoever knows it, and every other session ends', async () => {
    const email = newEmail();
    const id = await addPerson(service, account, email);
    const [here, there] = [openBrowser(service), openBrowser(service)];
    await here.logIn(email);
    await there.logIn(email);
    const change = (current: string, password: string) => here.send('PATCH', '/api/v1/password', { current, password });
    expectProblem(await change('not the password', 'quite another one'), 403, { parameter: 'current' });
    expectProblem(await change(PASSWORD, 'password123'), 400, { parameter: 'password' });
    const token = here.cookies.get('debrief_session');
    const changed = await change(PASSWORD, 'quite another one');
    expect([changed.status, changed.json().user.id]).toEqual([200, id]);
    expect(here.cookies.get('debrief_session')).not.toBe(token);
    expect((await here.send('GET', '/api/v1/session')).status).toBe(200);
    expect((await there.send('GET', '/api/v1/session')).status).toBe(401);
    expect((await openBrowser(service).logIn(email)).status).toBe(401);
    expect((await openBrowser(service).logIn(email, 'quite another one')).status).toBe(201);
    // Guessing it is limited as logging in is.
    clock.advance(3_600_000);
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++) statuses.push((await change(`wrong password ${i}`, 'one of mine again')).status);
    expect(statuses).toEqual([...Array(10).fill(403), 429]);
  });
});
