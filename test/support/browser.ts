import type { Role } from '#debrief/contract/access.js';
import { setPassword } from '#debrief/services/people/password-links.js';
import { selfActor, startSession } from '#debrief/services/people/sessions.js';
import { type RawAnswer, sendRaw } from './raw-http.js';
import type { TestAccount, TestService } from './service.js';

/** Somebody with a browser: keeps the cookies it is sent, and sends what a page of the server would. */
export interface Browser {
  /** By name; what they hold goes with each request. */
  readonly cookies: Map<string, string>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<BrowserAnswer>;
  logIn(email: string, password?: string, more?: object): Promise<BrowserAnswer>;
}

export interface BrowserAnswer extends RawAnswer {
  /** Each `Set-Cookie`, as it came. */
  readonly setCookies: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json(): any;
}

export const PASSWORD = 'correct battery staple';

/** A header given as '' is not sent. */
export function openBrowser(service: TestService): Browser {
  const cookies = new Map<string, string>();
  const browser: Browser = {
    cookies,
    async send(method, path, body, headers = {}) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await sendRaw(service, {
        method,
        path,
        headers: {
          origin: method === 'GET' ? '' : service.url,
          cookie,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const setCookies = [(answer.headers['set-cookie'] ?? []) as string | string[]].flat();
      for (const each of setCookies) keep(cookies, each);
      return { ...answer, setCookies, json: () => JSON.parse(answer.text) };
    },
    logIn: (email, password = PASSWORD, more = {}) =>
      browser.send('POST', '/api/v1/session', { email, password, ...more }),
  };
  return browser;
}

function keep(cookies: Map<string, string>, setCookie: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? [];
  if (/; Max-Age=0(;|$)/.test(setCookie)) cookies.delete(name);
  else cookies.set(name, value);
}

/** A new user with a password. */
export async function addPerson(
  service: TestService,
  account: TestAccount,
  email: string,
  more: object = {},
): Promise<string> {
  const userId = await account.addUser(email, more);
  await setPassword({ db: service.db }, account.actor, userId, PASSWORD, Date.now() * 1000);
  return userId;
}

/** A browser in which this user has logged in, without the time that a password takes. */
export async function browserOf(
  service: TestService,
  account: TestAccount,
  user: { readonly id: string; readonly role: Role },
): Promise<Browser & { readonly sessionId: string }> {
  const context = { now: Date.now() * 1000, userAgent: null, formerToken: null };
  const { token, session } = await service.db
    .transaction()
    .execute((tx) => startSession(tx, selfActor(account, user.id, user.role), 'link', context));
  const browser = openBrowser(service);
  browser.cookies.set('debrief_session', token);
  return { ...browser, sessionId: session.id };
}
