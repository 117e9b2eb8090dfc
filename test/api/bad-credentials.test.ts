import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RIGHTS, type Right } from '#debrief/contract/access.js';
import type { RouteContract } from '#debrief/contract/route.js';
import { allRoutes, v1Routes } from '#debrief/contract/routes.js';
import { revokeCredential } from '#debrief/services/accounts/credentials.js';
import { basic, type RawAnswer, rawClient, sendRaw } from '../support/raw-http.js';
import { type DrivenClock, drivenClock, startService, type TestService } from '../support/service.js';
import { comparable, expectNoFaults, expectProblem, faultOf } from './problems.js';
import { aPlan, forPrograms, kindOf, makeTarget, nameOf, pathOf, soundBody, type Target } from './target.js';

// Who asks, what they may do, and whose things they name.

const programRoutes = allRoutes.filter(forPrograms);

let service: TestService;
let clock: DrivenClock;
let target: Target;
let other: Target;

beforeAll(async () => {
  clock = drivenClock();
  service = await startService({ clock });
  [target, other] = await Promise.all([makeTarget(service), makeTarget(service)]);
});
afterAll(() => service.close());

/** Sends what will be refused, long after the last refusal: several in a row are answered slowly. */
async function sendUnauthorized(
  route: RouteContract,
  authorization: string,
  id = target.ids[kindOf(route) ?? ''] ?? '',
) {
  clock.advance(60 * 60_000);
  const { headers, ...body } = soundBody(route);
  return sendRaw(service, {
    method: route.method,
    path: pathOf(route, id),
    ...body,
    headers: { ...headers, authorization },
  });
}

const CHALLENGE = 'Basic realm="Debrief", charset="UTF-8"';

function faultOf401(answer: RawAnswer): string | null {
  if (answer.headers['www-authenticate'] !== CHALLENGE)
    return `no challenge: ${answer.status} ${answer.headers['www-authenticate']}`;
  return faultOf(answer, { status: 401 });
}

describe('authentication', () => {
  test.each(programRoutes.map((route) => [nameOf(route), route] as const))('%s', async (_, route) => {
    await target.unchanged(async () => {
      const none = await sendUnauthorized(route, '');
      expect(faultOf401(none)).toBeNull();
      const wrong = await sendUnauthorized(route, basic(target.client.username, 'wrong'));
      expect(comparable(wrong)).toEqual(comparable(none));
    });
  });

  test('whatever is wrong, the answer is the same', async () => {
    const { username, password } = target.client;
    const revoked = await target.account.client('read');
    expect((await revoked.get('/api/ev/2/check')).status).toBe(200);
    expect(await revokeCredential({ db: service.db }, revoked.username)).toBe(true);
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const sent: Record<string, string> = {
      none: '',
      'no scheme': base64(`${username}:${password}`),
      'only a scheme': 'Basic',
      'an empty credential': 'Basic ',
      'another scheme': `Bearer ${base64(`${username}:${password}`)}`,
      digest: `Digest username="${username}"`,
      'no base64': 'Basic %%%%',
      'not encoded': `Basic ${username}:${password}`,
      'a space inside': `Basic ${base64(username)} ${base64(password)}`,
      'two credentials': `Basic ${base64(`${username}:${password}`)}, Basic ${base64(`${username}:${password}`)}`,
      'no colon': `Basic ${base64(`${username}${password}`)}`,
      'no user': basic('', password),
      'no password': basic(username, ''),
      'an unknown user': basic('8f6f1c53-3a3f-4b38-9d35-0d6c1f1f0000', password),
      'a wrong password': basic(username, `${password.slice(0, -1)}!`),
      'a longer password': basic(username, `${password}x`),
      'the password in upper case': basic(username, password.toUpperCase()),
      'another credential’s password': basic(username, other.client.password),
      revoked: basic(revoked.username, revoked.password),
      'a NUL in the user': basic(`${username}\0`, password),
      'a NUL': basic(username, `${password}\0`),
      'an injection': basic(`' or '1'='1`, `' or '1'='1`),
      'no UTF-8': `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0xff]).toString('base64')}`,
      'a long user': basic('x'.repeat(5000), password),
      'a long password': basic(username, 'x'.repeat(5000)),
      JavaScript: basic('__proto__', 'constructor'),
    };
    const check = allRoutes.find((route) => route.path.endsWith('/check'))!;
    const none = comparable(await sendUnauthorized(check, ''));
    for (const [name, authorization] of Object.entries(sent)) {
      const answer = await sendUnauthorized(check, authorization);
      expect(faultOf401(answer), name).toBeNull();
      expect(comparable(answer), name).toEqual(none);
    }
    expect((await sendUnauthorized(check, `bAsIc   ${base64(`${username}:${password}`)}`)).status).toBe(200);
  });
});

describe('scopes', () => {
  const includes: Record<Right, readonly Right[]> = {
    read: ['read'],
    write: ['write', 'read'],
    admin: ['admin', 'write', 'read'],
    delete: ['delete'],
  };

  /** How a route answers an unknown id and an empty or `{}` body, once the credential is let through. */
  function passed(route: RouteContract): number {
    if (route.path.endsWith('/import')) return 200;
    if (kindOf(route) !== undefined) return 404;
    return route.method === 'POST' || route.path.endsWith('/search') || 'since' in route.query ? 400 : 200;
  }

  test.each(RIGHTS)('%s alone', async (right) => {
    const client = rawClient(service, await target.account.client(right));
    const run = async (route: RouteContract) => {
      const answer = await client.send({ method: route.method, path: pathOf(route, '987654'), ...soundBody(route) });
      if (!includes[right].includes(route.right)) return faultOf(answer, { status: 403 });
      return answer.status === passed(route) ? null : `${answer.status}, not ${passed(route)}: ${answer.text}`;
    };
    // Without a body to be wrong, that one would do what it is for.
    const routes = programRoutes.filter(
      (route) => route !== v1Routes.startRematch || !includes[right].includes('write'),
    );
    await target.unchanged(() => expectNoFaults(routes, nameOf, run));
  });

  test('without the scope, one that is there and one that is not answer alike', async () => {
    const client = rawClient(service, await target.account.client('read'));
    for (const route of programRoutes.filter((each) => each.right !== 'read' && kindOf(each))) {
      const send = (id: string) => client.send({ method: route.method, path: pathOf(route, id), ...soundBody(route) });
      expect(comparable(await send(target.ids[kindOf(route)!]!))).toEqual(comparable(await send('unknown')));
    }
  });

  test('an id is chosen with the admin scope only', async () => {
    const client = rawClient(service, await target.account.client('write', 'delete'));
    const bodies: Record<string, object> = {
      calls: { callTime: '2026-03-01T10:00Z', direction: 'INBOUND' },
      users: { email: 'new@example.com', firstName: 'A', lastName: 'B' },
      teams: { name: 'New' },
      departments: { name: 'New' },
    };
    await target.unchanged(async () => {
      for (const [path, body] of Object.entries(bodies)) {
        const headers = { 'content-type': 'application/json' };
        const sent = JSON.stringify({ ...body, id: 'chosen' });
        expectProblem(await client.send({ method: 'POST', path: `/api/v1/${path}`, headers, body: sent }), 403, {
          parameter: 'id',
        });
      }
    });
  });
});

describe("another account's ids answer exactly as unknown ones", () => {
  /** Of the same form as ours. */
  const UNKNOWN = '8f6f1c53-3a3f-4b38-9d35-0d6c1f1f0000';

  /** Byte for byte, but for the id. */
  function expectAlike(foreign: RawAnswer, unknown: RawAnswer, foreignId: string, unknownId: string): void {
    const { status, headers, text } = comparable(foreign);
    expect({ status, headers, text: text.replaceAll(foreignId, unknownId) }).toEqual(comparable(unknown));
  }

  test('in paths', async () => {
    // These are numbered by account: ones that only the other has.
    const numbered: Record<string, object> = {
      topics: { name: 'Theirs', words: ['theirs'] },
      skills: { name: 'Theirs' },
      plans: aPlan(other.ids.users!),
      meetings: { planId: Number(other.ids.plans), dateTime: '2026-03-02T10:00Z' },
      kpis: { description: 'Theirs', frequency: 'DAILY', target: 1 },
    };
    const foreignNumbers: Record<string, string> = {};
    for (const [kind, body] of Object.entries(numbered)) {
      const made = await other.client.send('POST', `/api/v1/${kind}`, body);
      foreignNumbers[kind] = String(made.json().id);
      expect((await target.client.get(`/api/v1/${kind}/${foreignNumbers[kind]}`)).status).toBe(404);
    }
    // Shown by its number in API v2, too.
    foreignNumbers.kpi = foreignNumbers.kpis!;
    for (const mine of [target, other]) {
      await mine.unchanged(async () => {
        for (const route of programRoutes.filter((each) => kindOf(each) !== undefined)) {
          const kind = kindOf(route)!;
          const foreignId = foreignNumbers[kind] ?? other.ids[kind]!;
          const unknownId = kind in foreignNumbers ? '7' : UNKNOWN;
          const send = (id: string) =>
            target.raw.send({ method: route.method, path: pathOf(route, id), ...soundBody(route) });
          const unknown = await send(unknownId);
          expectProblem(unknown, 404);
          expectAlike(await send(foreignId), unknown, foreignId, unknownId);
          if (kind in foreignNumbers) continue;
          if (['calls', 'call', 'transcript'].includes(kind)) {
            expectAlike(await send(target.deletedCallId), unknown, target.deletedCallId, unknownId);
          }
        }
      });
    }
  });

  test('in queries', async () => {
    const send = (query: string) => target.raw.send({ method: 'GET', path: `/api/ev/2/${query}` });
    for (const feed of ['calls', 'calls/deleted', 'call_topics', 'plans', 'meetings', 'kpis']) {
      const query = `${feed}?since=2020-01-01T00:00:00.5Z&last_id=`;
      expectAlike(await send(query + other.ids.calls), await send(query + UNKNOWN), other.ids.calls!, UNKNOWN);
    }
    const search = 'calls/search?metadata.id=';
    expectAlike(await send(search + other.ids.calls), await send(search + UNKNOWN), other.ids.calls!, UNKNOWN);
  });

  test('in bodies', async () => {
    const call = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND' };
    const user = { email: 'new@example.com', firstName: 'A', lastName: 'B' };
    const cases: [path: string, body: object, field: string, kind: string][] = [
      ['calls', call, 'callerId', 'users'],
      ['users', user, 'teamId', 'teams'],
      ['users', user, 'departmentId', 'departments'],
      ['teams', { name: 'New' }, 'managerId', 'users'],
      ['teams', { name: 'New' }, 'departmentId', 'departments'],
    ];
    await target.unchanged(async () => {
      for (const [path, body, field, kind] of cases) {
        for (const [method, at, more] of [
          ['POST', path, body],
          ['PATCH', `${path}/${target.ids[path]}`, {}],
        ] as const) {
          const send = (id: string) =>
            target.raw.send({
              method,
              path: `/api/v1/${at}`,
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ ...more, [field]: id }),
            });
          const unknown = await send(UNKNOWN);
          expectProblem(unknown, 400, { parameter: field });
          expectAlike(await send(other.ids[kind]!), unknown, other.ids[kind]!, UNKNOWN);
        }
      }
    });
  });
});
