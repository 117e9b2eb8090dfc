import { METHODS } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isV2, refusesUnknown } from '#debrief/contract/route.js';
import { allRoutes } from '#debrief/contract/routes.js';
import { basic, speak } from '../support/raw-http.js';
import { type DrivenClock, drivenClock, makeClient, startService, type TestService } from '../support/service.js';
import { comparable, expectNoFaults, expectProblem, faultOf } from './problems.js';
import { kindOf, makeTarget, pathOf, type Target } from './target.js';

// Methods that a path does not take, paths that are not there, HEAD, and what is no HTTP at all.

let service: TestService;
let clock: DrivenClock;
let target: Target;

beforeAll(async () => {
  clock = drivenClock();
  service = await startService({ clock });
  target = await makeTarget(service);
});
afterAll(() => service.close());

describe('methods and paths', () => {
  const paths = [...new Set(allRoutes.map((route) => route.path))];

  /** The methods of every route whose pattern takes this path: `/calls/import` is also an id's. */
  function methodsAt(path: string): Set<string> {
    const routes = allRoutes.filter((route) => new RegExp(`^${route.path.replace(':id', '[^/]+')}$`).test(path));
    const methods = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    return new Set(methods);
  }

  test.each(paths)('%s takes no other method', async (path) => {
    const concrete = path.replace(':id', '%61b%2fc');
    const allowed = methodsAt(path.replace(':id', 'x'));
    // CONNECT is for proxies: Node ends such a connection itself.
    // Clients of tus ask by OPTIONS what an upload may be: see uploads.test.ts.
    const isAnswered = (method: string) => method === 'OPTIONS' && path.startsWith('/api/v1/uploads');
    const refused = METHODS.filter((method) => !allowed.has(method) && !isAnswered(method) && method !== 'CONNECT');
    expect(refused.length).toBeGreaterThan(25);
    const run = async (method: string, body: object) => {
      const answer = await target.raw.send({ method, path: `${concrete}?a=b`, ...body });
      const allow = new Set((answer.headers.allow ?? '').split(', '));
      if (allow.size !== allowed.size || ![...allow].every((each) => allowed.has(each)))
        return `Allow: ${answer.headers.allow}`;
      if (method !== 'HEAD') return faultOf(answer, { status: 405 });
      return answer.status === 405 && answer.text === '' ? null : `${answer.status} ${answer.text}`;
    };
    await target.unchanged(async () => {
      await expectNoFaults(
        refused,
        (method) => method,
        (method) => run(method, {}),
      );
      // What is wrong with the body comes second.
      // Its length is said: of an OPTIONS, Node's client would send it as the next request.
      const body = { headers: { 'content-type': 'text/plain', 'content-length': '4' }, body: 'text' };
      await expectNoFaults(
        ['PUT', 'OPTIONS'].filter((method) => !isAnswered(method)),
        (method) => method,
        (method) => run(method, body),
      );
    });
  });

  test('paths that are not there', async () => {
    const missing = [
      '//',
      '/api',
      '/api/',
      '/api/ev/2',
      '/api/ev/2/',
      '/api/ev/2/nope',
      '/api/ev/3/check',
      '/api/ev/2/check//',
      '/api/ev/2/check/%2f',
      '/api/ev/2/call/',
      '/api/v1/users//',
      '/healthz/',
      '/api/ev/2/CHECK',
      '/API/ev/2/check',
      '//api/ev/2/check',
      '/api//ev/2/check',
      '/api/ev/2/check;x=1',
      '/api/ev/2/check%00',
      '/api/ev/2/check%2f',
      '/api/ev/2/../../../etc/passwd',
      '/..%2f..%2fetc%2fpasswd',
      '/api/ev/2/call',
      '/api/ev/2/users/1',
      '/api/v1',
      '/api/v1/nope',
      '/api/v1/calls/x/y',
      '/__proto__',
      '/constructor',
      '/.env',
      '/package.json',
      '/dist/main.js',
      '*',
    ];
    await expectNoFaults(
      missing,
      (path) => path,
      async (path) => {
        for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS', 'PROPFIND']) {
          const fault = faultOf(await target.raw.send({ method, path }), { status: 404 });
          if (fault !== null) return `${method}: ${fault}`;
        }
        return null;
      },
    );
    expectProblem(await target.raw.send({ method: 'GET', path: '/%zz' }), 400);
    expectProblem(await target.raw.send({ method: 'PROPFIND', path: '/api/ev/2/%zz' }), 400);
  });

  test('a path of API v2 may end in a slash: answers, methods and the rate limit are those of it without', async () => {
    const ofV2 = allRoutes.filter((route) => isV2(route.path));
    expect(ofV2.length).toBeGreaterThan(18);
    await target.unchanged(() =>
      expectNoFaults(
        ofV2,
        (route) => route.path,
        async (route) => {
          const path = pathOf(route, target.ids[kindOf(route) ?? ''] ?? 'x');
          const query = route.metadataQuery ? '?metadata.stage=won' : '?since=2020-01-01T00:00Z';
          for (const method of ['GET', 'HEAD', 'PUT', 'POST']) {
            const answers = [];
            for (const slash of ['', '/']) {
              const { status, text, headers } = await target.raw.send({ method, path: path + slash + query });
              if (headers.ratelimit === undefined) return `${method}: it does not tell of the rate limit`;
              if (status !== (methodsAt(route.path.replace(':id', 'x')).has(method) ? 200 : 405)) {
                return `${method}${slash}: ${status} ${text}`;
              }
              answers.push(JSON.stringify([status, text, headers.allow, headers.link, headers['content-length']]));
            }
            if (answers[0] !== answers[1]) return `${method}: ${answers.join(' is not ')}`;
          }
          return null;
        },
      ),
    );
    // An id that got lost does not make it a list.
    const lost = ['/api/v1/users/', '/api/v1/calls/', '/api/ev/2/call/', '/api/ev/2/transcript/'];
    for (const path of lost) expectProblem(await target.raw.send({ method: 'GET', path }), 404);
    const users = await target.raw.send({ method: 'GET', path: '/api/ev/2/users/' });
    expect(JSON.parse(users.text).length).toBeGreaterThan(0);
    const page = await target.raw.send({ method: 'GET', path: '/api/ev/2/calls/?since=2020-01-01T00:00Z&limit=1' });
    expect(page.headers.link).toContain('/api/ev/2/calls?since=');
  });

  test('HEAD on every GET: the same headers, and no body', async () => {
    const gets = allRoutes.filter((route) => route.method === 'GET');
    const requests = gets.flatMap((route) => {
      const path = pathOf(route, target.ids[kindOf(route) ?? ''] ?? '');
      const since =
        'since' in route.query
          ? ['?since=2020-01-01T00:00Z', '?since=2020-01-01T00:01Z&limit=1', '?since=2020-01-01T00:00Z&limit=0']
          : [''];
      const good = route.metadataQuery ? ['?metadata.stage=won'] : since;
      const bad = 'since' in route.query ? ['?since=x'] : refusesUnknown(route) || route.metadataQuery ? ['?x=1'] : [];
      return [...good, ...bad].map((query) => path + query).concat(kindOf(route) ? [pathOf(route, 'unknown')] : []);
    });
    const withTranscripts = '/api/ev/2/calls?since=2020-01-01T00:02Z&include_transcripts=true';
    // The clock is moved by the others meanwhile, and with it the day in the name of a file.
    const headOf = ({ status, headers }: ReturnType<typeof comparable>) =>
      JSON.stringify([status, Object.entries(headers).sort()]).replace(/calls-\d{4}-\d\d-\d\d\.csv/, 'calls-day.csv');
    await target.unchanged(() =>
      expectNoFaults(
        [...requests, withTranscripts],
        (path) => path,
        async (path) => {
          for (const more of ['', 'Accept-Encoding: gzip\r\n', `Authorization: ${basic('x', 'y')}\r\n`]) {
            // The first of two headers counts, so the third round is a 401.
            clock.advance(60 * 60_000);
            const head = `${path} HTTP/1.1\r\nHost: x\r\n${more}Authorization: ${target.raw.authorization}\r\nConnection: close\r\n\r\n`;
            const asked = comparable(await speak(service, `HEAD ${head}`));
            const got = comparable(await speak(service, `GET ${head}`));
            if (asked.text !== '') return `a body: ${asked.text}`;
            const [found, expected] = [headOf(asked), headOf(got)];
            if (found !== expected) return `${found} is not ${expected}`;
          }
          return null;
        },
      ),
    );
  });
});

describe('what is no request', () => {
  const GET = 'GET /api/ev/2/check HTTP/1.1\r\n';

  test.each<[why: string, bytes: string, status: number]>([
    ['garbage', '\x16\x03\x01\x02\r\n\r\n', 400],
    ['no such method', 'NOPE / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a space in the path', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a control character in the path', 'GET /a\x01b HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a header without a colon', `${GET}Host x\r\n\r\n`, 400],
    ['a NUL in a header', `${GET}Host: x\r\nX-A: a\0b\r\n\r\n`, 400],
    ['two lengths', `${GET}Host: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n`, 400],
    ['a length and chunks', `${GET}Host: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 400],
    ['a length that is no number', `${GET}Host: x\r\nContent-Length: -1\r\n\r\n`, 400],
    ['a host that is none', `${GET}Host: a b<c>\r\nConnection: close\r\n\r\n`, 400],
    ['a host with a broken port', `${GET}Host: x:99999999\r\nConnection: close\r\n\r\n`, 400],
    ['large headers', `${GET}Host: x\r\nX-A: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['many headers', `${GET}Host: x\r\n${'X-A: x\r\n'.repeat(20_000)}\r\n`, 431],
    ['a large credential', `${GET}Host: x\r\nAuthorization: Basic ${'x'.repeat(1024 * 1024)}\r\n\r\n`, 431],
    ['a large URL', `GET /${'x'.repeat(1024 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
  ])('%s', async (why, bytes, status) => {
    const answer = await speak(service, bytes);
    expect(faultOf(answer, { status, ...(why.startsWith('a host') && { parameter: 'Host' }) })).toBeNull();
  });

  test('a link names the host that was asked, and none without one', async () => {
    const ask = async (version: string, host: string, path = '/api/ev/2/calls') => {
      const query = '?since=2020-01-01T00:03Z&limit=1';
      const bytes = `GET ${path}${query} HTTP/${version}\r\n${host}Authorization: ${target.raw.authorization}\r\nConnection: close\r\n\r\n`;
      const answer = await speak(service, bytes);
      expect(answer.status).toBe(200);
      return answer.headers.link;
    };
    expect(await ask('1.1', 'Host: example.com:8080\r\n')).toMatch(
      /^<http:\/\/example\.com:8080\/api\/ev\/2\/calls\?since=.*>; rel="next"$/,
    );
    expect(await ask('1.0', '')).toMatch(/^<\/api\/ev\/2\/calls\?since=.*>; rel="next"$/);
  });

  test('the server still serves', async () => {
    expect(
      (await makeClient(service, target.account.accountId, ['read']).then((client) => client.get('/api/ev/2/check')))
        .status,
    ).toBe(200);
  });
});
