import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Right, Role } from '#debrief/contract/access.js';
import type { RouteContract } from '#debrief/contract/route.js';
import { allRoutes } from '#debrief/contract/routes.js';
import { browserOf } from '../support/browser.js';
import { type RawAnswer, rawClient, sendRaw } from '../support/raw-http.js';
import { makeAccount, startService, type TestAccount, type TestService } from '../support/service.js';
import { type BodySchema, sample } from './bad-json.js';
import { comparable, expectNoFaults, faultOf } from './problems.js';
import { kindOf, makeTarget, nameOf, pathOf, soundBody, type Target } from './target.js';

// Who may do what: every route of /api/v1 for everybody who could come, by the scope and the role that the contract says.
// A route that is added is here by that alone; what is bound to a call, call-permissions.test.ts is about.

let service: TestService;
let target: Target;
let foreign: TestAccount;
let people: Record<Role, string>;
let foreignAdmin: string;
let addresses = 0;

const v1Routes = allRoutes.filter(({ path }) => path.startsWith('/api/v1/'));
const UNKNOWN = '987654';

beforeAll(async () => {
  // Refusals in a row are answered slowly by address: everybody comes from one of their own.
  service = await startService({ trustProxy: ['loopback'] });
  [target, foreign] = await Promise.all([makeTarget(service), makeAccount(service)]);
  const add = (role: Role) => target.account.addUser(`${role}@example.com`, { role });
  people = { rep: target.ids.users!, manager: await add('manager'), admin: await add('admin') };
  foreignAdmin = await foreign.addUser('admin@example.com', { role: 'admin' });
});
afterAll(() => service.close());

/** Sends what a caller would, as they are: a session, a credential, or nobody. */
type Send = (route: RouteContract, path: string, body?: string) => Promise<RawAnswer>;

function sendWith(headers: () => Promise<Record<string, string>>): Send {
  return async (route, path, body) => {
    const sound = soundBody(route);
    return sendRaw(service, {
      method: route.method,
      path,
      body: body ?? sound.body ?? '',
      headers: {
        origin: service.url,
        'x-forwarded-for': `10.1.${addresses >> 8}.${addresses++ & 255}`,
        ...sound.headers,
        ...(await headers()),
      },
    });
  };
}

/** With a new session each time: some requests end the one that they come with. */
const asPerson = (account: () => TestAccount, id: () => string, role: Role) =>
  sendWith(async () => {
    const browser = await browserOf(service, account(), { id: id(), role });
    return { cookie: `debrief_session=${browser.cookies.get('debrief_session')}` };
  });

const asProgram = (account: () => TestAccount, ...scopes: Right[]) => {
  let authorization: Promise<string> | undefined;
  return sendWith(async () => {
    authorization ??= account()
      .client(...scopes)
      .then((client) => rawClient(service, client).authorization);
    return { authorization: await authorization };
  });
};

interface Caller {
  readonly send: Send;
  readonly role?: Role;
  readonly scopes?: readonly Right[];
}

const callers: Record<string, Caller> = {
  'no one': { send: sendWith(async () => ({})) },
  'a rep': {
    send: asPerson(
      () => target.account,
      () => people.rep,
      'rep',
    ),
    role: 'rep',
  },
  'a manager': {
    send: asPerson(
      () => target.account,
      () => people.manager,
      'manager',
    ),
    role: 'manager',
  },
  'an admin': {
    send: asPerson(
      () => target.account,
      () => people.admin,
      'admin',
    ),
    role: 'admin',
  },
  'a read credential': { send: asProgram(() => target.account, 'read'), scopes: ['read'] },
  'a write credential': { send: asProgram(() => target.account, 'write'), scopes: ['read', 'write'] },
  'a delete credential': { send: asProgram(() => target.account, 'delete'), scopes: ['delete'] },
  'an admin credential': { send: asProgram(() => target.account, 'admin'), scopes: ['read', 'write', 'admin'] },
};

const RANK: Record<Role, number> = { rep: 0, manager: 1, admin: 2 };

/** What stands in a caller's way by the contract: 401, 403, or null for nothing. */
function refusalOf(route: RouteContract, { role, scopes }: Caller): 401 | 403 | null {
  if (route.audience === 'anyone') return null;
  if (role !== undefined) return route.role !== null && RANK[role] >= RANK[route.role] ? null : 403;
  if (scopes !== undefined) return route.audience !== 'people' && scopes.includes(route.right) ? null : 403;
  return 401;
}

describe.each(Object.entries(callers))('%s', (_, caller) => {
  test('is refused what is not for them, whether it is there or not, and nothing else', async () => {
    const run = async (route: RouteContract): Promise<string | null> => {
      const unknown = await caller.send(route, pathOf(route, UNKNOWN));
      const refusal = refusalOf(route, caller);
      if (refusal === null) {
        const fits = unknown.status < 500 ? ![401, 403].includes(unknown.status) : unknown.status === 503;
        return fits ? null : `${unknown.status} ${unknown.text}`;
      }
      const kind = kindOf(route);
      if (kind !== undefined) {
        const there = await caller.send(route, pathOf(route, target.ids[kind] ?? UNKNOWN));
        if (JSON.stringify(comparable(there)) !== JSON.stringify(comparable(unknown))) {
          return `${JSON.stringify(comparable(there))} is not ${JSON.stringify(comparable(unknown))}`;
        }
      }
      return faultOf(unknown, { status: refusal });
    };
    expect(await expectNoFaults(v1Routes, nameOf, run)).toBeGreaterThan(40);
  });
});

test('a refusal says who may', async () => {
  const detail = async (caller: string, method: string, path: string) => {
    const route = v1Routes.find((each) => each.method === method && each.path === path)!;
    return JSON.parse((await callers[caller]!.send(route, pathOf(route, UNKNOWN))).text).detail;
  };
  expect(await detail('a rep', 'POST', '/api/v1/topics')).toBe(
    'This is for managers and administrators: you are a rep.',
  );
  expect(await detail('a manager', 'GET', '/api/v1/audit')).toBe('This is for administrators: you are a manager.');
  expect(await detail('a read credential', 'POST', '/api/v1/topics')).toBe(
    'This needs a credential with the write scope.',
  );
  expect(await detail('an admin credential', 'GET', '/api/v1/session')).toContain('for people who have logged in');
  expect(await detail('no one', 'GET', '/api/v1/session')).toBe('Log in first.');
});

describe("another account's ids are not there", () => {
  const foreigners: Record<string, Send> = {
    'for an admin': asPerson(
      () => foreign,
      () => foreignAdmin,
      'admin',
    ),
    'for an admin credential': asProgram(() => foreign, 'admin', 'delete'),
  };

  test.each(Object.entries(foreigners))('%s', async (name, send) => {
    const takers = v1Routes.filter((route) => kindOf(route) !== undefined);
    const byPerson = name === 'for an admin';
    const run = async (route: RouteContract): Promise<string | null> => {
      if (route.audience === 'people' && !byPerson) return null;
      const id = target.ids[kindOf(route)!];
      if (id === undefined) return `test/api/target.ts has no id of ${kindOf(route)}`;
      const body = route.body && bodyOf(route.body as BodySchema);
      const there = await send(route, pathOf(route, id), body);
      if (there.status === 404) return faultOf(there, { status: 404 });
      // A body that its schema alone does not make sound may be refused first, if it is for one that is not there as well.
      const unknown = await send(route, pathOf(route, UNKNOWN), body);
      const alike = JSON.stringify(comparable(there)) === JSON.stringify(comparable(unknown));
      return there.status === 400 && alike ? null : `${there.status} ${there.text}`;
    };
    await target.unchanged(() => expectNoFaults(takers, nameOf, run));
  });

  /** The least that the schema takes. */
  function bodyOf({ properties = {}, required = [] }: BodySchema): string {
    return `{${required.map((name) => `${JSON.stringify(name)}:${sample(properties[name]!)}`).join(',')}}`;
  }
});
