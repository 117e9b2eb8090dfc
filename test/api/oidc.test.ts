import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mailer } from '#debrief/adapters/mail/mailer.js';
import type { OidcSettings } from '#debrief/server/auth/oidc.js';
import { updateUser } from '#debrief/services/people/users.js';
import { type Browser, type BrowserAnswer, browserOf, openBrowser } from '../support/browser.js';
import { checkAnswer } from '../support/declared-answer.js';
import { type Claims, type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import {
  type DrivenClock,
  drivenClock,
  makeAccount,
  startService,
  type TestAccount,
  type TestService,
} from '../support/service.js';
import { expectProblem } from './problems.js';

// Logging in with an OpenID provider: a real one, on loopback, and what must not come of it.

const PUBLIC_URL = 'https://debrief.example.com';
const BEGIN = '/api/v1/session/oidc';
const CALLBACK = `${BEGIN}/callback`;

let clock: DrivenClock;
let identity: IdentityProvider;
let service: TestService;
let account: TestAccount;
let serial = 0;
const services: TestService[] = [];

async function start(more: Partial<OidcSettings> = {}): Promise<TestService> {
  const { issuer, clientId, clientSecret } = identity;
  const settings: OidcSettings = {
    issuer,
    clientId,
    clientSecret,
    accountId: account?.accountId ?? '',
    scopes: 'openid email',
    emailVerified: 'required',
    ...more,
  };
  const started = await startService({ clock, logIn: { publicUrl: PUBLIC_URL, mailer: null, oidc: settings } });
  services.push(started);
  return started;
}

beforeAll(async () => {
  clock = drivenClock();
  identity = await startIdentityProvider(PUBLIC_URL + CALLBACK);
  const bare = await startService();
  services.push(bare);
  account = await makeAccount(bare);
  service = await start();
});
afterAll(async () => {
  await Promise.all(services.map((each) => each.close()));
  await identity.close();
});

const newEmail = () => `oidc-${process.pid}-${serial++}@example.com`;

/** Begins in this browser; answers where it is sent to. */
async function begin(browser: Browser, query = ''): Promise<URL> {
  const answer = await browser.send('GET', BEGIN + query);
  expect(answer.status, answer.text).toBe(302);
  return new URL(answer.headers.location!);
}

/** What the browser is sent back with. */
async function prove(url: URL, claims: Claims): Promise<URL> {
  const back = await identity.logIn(url.href, `subject-${serial++}`, claims);
  expect(back.origin + back.pathname).toBe(PUBLIC_URL + CALLBACK);
  return back;
}

const comeBack = (browser: Browser, { search }: URL) => browser.send('GET', CALLBACK + search);

/** The log-ins that this browser has under way, by their cookies. */
const attemptsIn = (browser: Browser) => [...browser.cookies].filter(([name]) => name.startsWith('debrief_oidc_'));

function expectRefused(answer: BrowserAnswer, browser: Browser, detail: string | RegExp): void {
  expectProblem(answer, 403, { detail });
  expect(browser.cookies.has('debrief_session')).toBe(false);
}

async function newUser(): Promise<{ id: string; email: string }> {
  const email = newEmail();
  return { id: await account.addUser(email), email };
}

test('somebody whose address the provider has verified is logged in, and goes on where they were', async () => {
  const { id, email } = await newUser();
  const browser = openBrowser(service);
  const url = await begin(browser, `?returnTo=${encodeURIComponent('/calls/7?tab=notes')}`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'debrief',
    response_type: 'code',
    scope: 'openid email',
    redirect_uri: PUBLIC_URL + CALLBACK,
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  const answer = await comeBack(browser, await prove(url, { email: email.toUpperCase(), email_verified: true }));
  expect([answer.status, answer.headers.location]).toEqual([302, '/calls/7?tab=notes']);
  expect(answer.setCookies).toEqual([
    expect.stringMatching(/^debrief_oidc_[\w-]{12}=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax$/),
    expect.stringMatching(/^debrief_session=[\w-]{43}; Path=\/; Max-Age=7776000; HttpOnly; SameSite=Lax$/),
  ]);
  const session = (await browser.send('GET', '/api/v1/session')).json();
  expect(session.user.id).toBe(id);
  const client = await account.client('admin');
  const { items } = (await client.get(`/api/v1/audit?kind=sessions&id=${session.id}`)).json();
  expect(items).toMatchObject([{ by: { kind: 'user', id }, after: { userId: id, method: 'oidc' } }]);
});

test('a log-in page knows of it, and of mail, and of no more', async () => {
  const methods = async (of: TestService, headers: Record<string, string> = {}) => {
    const answer = await openBrowser(of).send('GET', '/api/v1/login-methods', undefined, headers);
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    checkAnswer('GET', '/api/v1/login-methods', { ...answer, headers: new Headers({}) });
    return answer.json();
  };
  const [plain] = services as [TestService];
  expect(await methods(plain)).toEqual({ password: true, mail: false, openIdConnect: null, setup: null });
  const logInUrl = PUBLIC_URL + BEGIN;
  const here = { password: true, mail: false, openIdConnect: { logInUrl }, setup: null };
  expect(await methods(service)).toEqual(here);
  // Whoever asks, and whatever they come with.
  const { id } = await newUser();
  const person = await browserOf(service, account, { id, role: 'rep' });
  expect((await person.send('GET', '/api/v1/login-methods')).json()).toEqual(here);
  expect(await methods(service, { authorization: 'Basic nonsense', host: 'evil.example' })).toEqual(here);

  const { pathname } = new URL(logInUrl);
  const sent = await openBrowser(service).send('GET', `${pathname}?returnTo=/calls`);
  expect([sent.status, new URL(sent.headers.location!).origin]).toEqual([302, new URL(identity.issuer).origin]);

  const mailer: Mailer = { send: async () => {} };
  for (const [publicUrl, mail] of [
    [PUBLIC_URL, true],
    [null, false],
  ] as const) {
    const mailing = await startService({ logIn: { publicUrl, mailer, oidc: null } });
    services.push(mailing);
    expect(await methods(mailing)).toEqual({ password: true, mail, openIdConnect: null, setup: null });
  }
});

test('a browser is told on the log-in page what went wrong, and goes on where it wanted to', async () => {
  const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const browser = openBrowser(service);
  const back = await prove(await begin(browser, '?returnTo=/calls/7'), { email: newEmail(), email_verified: true });
  const nobody = await browser.send('GET', CALLBACK + back.search, undefined, html);
  expect([nobody.status, nobody.headers.location]).toEqual([302, '/log-in?fault=refused&to=%2Fcalls%2F7']);
  const again = await browser.send('GET', CALLBACK + back.search, undefined, html);
  expect([again.status, again.headers.location]).toEqual([302, '/log-in?fault=refused']);
  const away = await start({ issuer: 'http://127.0.0.1:1' });
  const lost = await openBrowser(away).send('GET', `${BEGIN}?returnTo=/calls`, undefined, html);
  expect([lost.status, lost.headers.location]).toEqual([302, '/log-in?fault=unreachable&to=%2Fcalls']);
});

describe('several log-ins at once in one browser', () => {
  test('begun one after the other, each ends where it was begun, in any order', async () => {
    const { email } = await newUser();
    const browser = openBrowser(service);
    const backs: [string, URL][] = [];
    for (const tab of ['/one', '/two', '/three']) {
      backs.push([tab, await prove(await begin(browser, `?returnTo=${tab}`), { email, email_verified: true })]);
    }
    expect(attemptsIn(browser)).toHaveLength(3);
    for (const index of [1, 0, 2]) {
      const [tab, back] = backs[index]!;
      const answer = await comeBack(browser, back);
      expect([answer.status, answer.headers.location], tab).toEqual([302, tab]);
      expectProblem(await comeBack(browser, back), 403, { detail: 'not started in this browser, has ended' });
    }
    expect(attemptsIn(browser)).toEqual([]);
  });

  test('begun at the same moment, as when a browser opens its tabs again', async () => {
    const { email } = await newUser();
    const browser = openBrowser(service);
    const urls = await Promise.all([begin(browser), begin(browser)]);
    for (const url of urls) {
      const answer = await comeBack(browser, await prove(url, { email, email_verified: true }));
      expect(answer.status).toBe(302);
    }
  });

  test('what strays to the callback uses up none', async () => {
    const { email } = await newUser();
    const [browser, stranger] = [openBrowser(service), openBrowser(service)];
    const back = await prove(await begin(browser), { email, email_verified: true });
    const state = back.searchParams.get('state')!;
    await begin(stranger);
    const strays: [Browser, string][] = [
      [browser, ''],
      [browser, '?state='],
      [stranger, '?state=%00'],
      [browser, '?code=x&state=another'],
      [browser, '?error=access_denied'],
      [stranger, back.search],
      [stranger, `?error=access_denied&state=${state}`],
    ];
    const twice = await browser.send('GET', `${CALLBACK}?code=x&state=${state}&state=${state}`);
    expectProblem(twice, 400, { parameter: 'state' });
    const nul = createHash('sha256').update('\0').digest('base64url').slice(0, 12);
    stranger.cookies.set(`debrief_oidc_${nul}`, 'made-up');
    for (const [who, search] of strays) {
      expectRefused(await who.send('GET', CALLBACK + search), who, 'not started in this browser');
    }
    expect((await comeBack(browser, back)).status).toBe(302);
  });

  test('another browser’s log-in cannot be taken, nor one’s own by its state', async () => {
    const { email } = await newUser();
    const [browser, thief] = [openBrowser(service), openBrowser(service)];
    const back = await prove(await begin(browser), { email, email_verified: true });
    const own = await prove(await begin(thief), { email, email_verified: true });
    // What the thief's own attempt is bound by, under the name of the other.
    thief.cookies.set(attemptsIn(browser)[0]![0], attemptsIn(thief)[0]![1]);
    expectRefused(await comeBack(thief, back), thief, 'not started in this browser');
    expect((await comeBack(browser, back)).status).toBe(302);
    expect((await comeBack(thief, own)).status).toBe(302);
  });

  test('the oldest of more than ten are given up', async () => {
    const { email } = await newUser();
    const browser = openBrowser(service);
    const urls: URL[] = [];
    for (let i = 0; i < 12; i++) urls.push(await begin(browser));
    expect(attemptsIn(browser)).toHaveLength(10);
    const proof = { email, email_verified: true };
    expectRefused(await comeBack(browser, await prove(urls[1]!, proof)), browser, 'not started in this browser');
    expect((await comeBack(browser, await prove(urls[2]!, proof))).status).toBe(302);
  });
});

test('without returnTo they go on to the first page', async () => {
  const { email } = await newUser();
  const browser = openBrowser(service);
  const answer = await comeBack(browser, await prove(await begin(browser), { email, email_verified: 'true' }));
  expect([answer.status, answer.headers.location]).toEqual([302, '/']);
});

test('returnTo is a path of ours', async () => {
  const bad = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'calls',
    '',
    '/a\nb',
    '/\t/evil.example',
    `/${'x'.repeat(2000)}`,
    'javascript:alert(1)',
    '/a\\b',
    '/é',
  ];
  for (const path of bad) {
    const answer = await openBrowser(service).send('GET', `${BEGIN}?returnTo=${encodeURIComponent(path)}`);
    expectProblem(answer, 400, { parameter: 'returnTo' });
  }
  expectProblem(await openBrowser(service).send('GET', `${BEGIN}?returnTo=/a&returnTo=/b`), 400, {
    parameter: 'returnTo',
  });
});

describe('it is refused', () => {
  test('to whoever is not an active user of the account', async () => {
    const gone = await newUser();
    await updateUser({ db: service.db }, account.actor, gone.id, { active: false });
    const elsewhere = newEmail();
    await (await makeAccount(service)).addUser(elsewhere);
    const kelvin = `k${newEmail()}`;
    await account.addUser(kelvin);
    for (const email of [newEmail(), gone.email, elsewhere, kelvin.replace('k', '\u212a')]) {
      const browser = openBrowser(service);
      const answer = await comeBack(browser, await prove(await begin(browser), { email, email_verified: true }));
      expectRefused(answer, browser, 'Nobody with your e-mail address is a user here');
    }
  });

  test('where the provider has not verified the address, or tells none', async () => {
    const { email } = await newUser();
    const cases: [Claims, string][] = [
      [{ email, email_verified: false }, 'does not say that it has verified'],
      [{ email, email_verified: 'false' }, 'does not say that it has verified'],
      [{ email, email_verified: null }, 'does not say that it has verified'],
      [{ email }, 'does not say that it has verified'],
      [{ email_verified: true }, 'does not give your e-mail address'],
    ];
    for (const [claims, detail] of cases) {
      const browser = openBrowser(service);
      expectRefused(await comeBack(browser, await prove(await begin(browser), claims)), browser, detail);
    }
    // Unless the settings believe one that says nothing; one that says no is believed in any case.
    const trusting = await start({ emailVerified: 'optional' });
    const [first, second] = [openBrowser(trusting), openBrowser(trusting)];
    expect((await comeBack(first, await prove(await begin(first), { email }))).status).toBe(302);
    const denied = await comeBack(second, await prove(await begin(second), { email, email_verified: false }));
    expectRefused(denied, second, 'does not say that it has verified');
  });

  test('with another state', async () => {
    const { email } = await newUser();
    const browser = openBrowser(service);
    const back = await prove(await begin(browser), { email, email_verified: true });
    back.searchParams.set('state', 'another');
    expectRefused(await comeBack(browser, back), browser, 'not started in this browser');
  });

  test('with another nonce', async () => {
    const { email } = await newUser();
    const browser = openBrowser(service);
    const url = await begin(browser);
    url.searchParams.set('nonce', 'another');
    const answer = await comeBack(browser, await prove(url, { email, email_verified: true }));
    expectRefused(answer, browser, 'does not belong to this log-in');
  });

  test('to another browser, with its own log-in under way or without', async () => {
    const { email } = await newUser();
    const [victim, thief] = [openBrowser(service), openBrowser(service)];
    const back = await prove(await begin(thief), { email, email_verified: true });
    expectRefused(await comeBack(victim, back), victim, 'not started in this browser');
    const theirs = await begin(victim);
    // As the thief would have it: their code with the victim's state. PKCE is in the way.
    const mixed = new URL(back);
    mixed.searchParams.set('state', theirs.searchParams.get('state')!);
    expectRefused(await comeBack(victim, mixed), victim, 'does not belong to this log-in');
  });

  test('a second time', async () => {
    const { email } = await newUser();
    const browser = openBrowser(service);
    const back = await prove(await begin(browser), { email, email_verified: true });
    const [name, value] = attemptsIn(browser)[0]!;
    expect((await comeBack(browser, back)).status).toBe(302);
    browser.cookies.clear();
    browser.cookies.set(name, value);
    expectRefused(await comeBack(browser, back), browser, 'not started in this browser, has ended');
    // The code is spent, too.
    const url = await begin(browser);
    back.searchParams.set('state', url.searchParams.get('state')!);
    expectRefused(await comeBack(browser, back), browser, 'does not belong to this log-in');
  });

  test('after ten minutes', async () => {
    const { email } = await newUser();
    const browser = openBrowser(service);
    const back = await prove(await begin(browser), { email, email_verified: true });
    clock.advance(10 * 60_000);
    expectRefused(await comeBack(browser, back), browser, 'took too long');
  });

  test('from another issuer, without a code, and with an error', async () => {
    const cases: [Record<string, string>, string | RegExp][] = [
      [{ iss: 'https://evil.example' }, 'does not belong to this log-in'],
      [{ code: '' }, 'does not belong to this log-in'],
      [{ code: 'made-up' }, 'does not belong to this log-in'],
      [
        { error: 'access_denied', error_description: '<script>' },
        /^The OpenID provider did not log you in \(access_denied\)\.$/,
      ],
      [{ error: '<script>' }, /^The OpenID provider did not log you in\.$/],
    ];
    for (const [changes, detail] of cases) {
      const browser = openBrowser(service);
      const url = await begin(browser);
      const back = new URL(PUBLIC_URL + CALLBACK);
      const search = { state: url.searchParams.get('state')!, iss: identity.issuer, code: 'x', ...changes };
      for (const [name, value] of Object.entries(search)) {
        if (name !== 'code' || !('error' in changes)) back.searchParams.set(name, value);
      }
      expectRefused(await comeBack(browser, back), browser, detail);
    }
  });
});

test('a provider that is away is tried again the next time', async () => {
  const away = await start({ issuer: 'http://127.0.0.1:9' });
  expectProblem(await openBrowser(away).send('GET', BEGIN), 503, { detail: 'cannot be reached' });
  expectProblem(await openBrowser(away).send('GET', BEGIN), 503, { detail: 'cannot be reached' });
  const lost = await start({ accountId: 'no-such-account' });
  expectProblem(await openBrowser(lost).send('GET', BEGIN), 503, { detail: 'OIDC_ACCOUNT' });
});

test('without a provider there is nothing', async () => {
  for (const path of [BEGIN, CALLBACK]) expectProblem(await openBrowser(services[0]!).send('GET', path), 404);
});
