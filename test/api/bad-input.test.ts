import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allowedText } from '#debrief/contract/params.js';
import { type RouteContract, refusesUnknown } from '#debrief/contract/route.js';
import { allRoutes } from '#debrief/contract/routes.js';
import { speak } from '../support/raw-http.js';
import { startService, type TestService } from '../support/service.js';
import { BROKEN_ENCODINGS, badQueryValues, goodQueryValue, HOSTILE_TEXTS } from './bad-values.js';
import { type ExpectedProblem, expectNoFaults, expectProblem, faultOf } from './problems.js';
import { kindOf, makeTarget, nameOf, pathOf, soundBody, type Target } from './target.js';

// Every parameter in the URL of every route of the contract, broken in every way that its kind can be: the refusal names
// it and says what it takes, and nothing has changed.

let service: TestService;
let target: Target;

beforeAll(async () => {
  service = await startService();
  target = await makeTarget(service);
});
afterAll(() => service.close());

const MEGABYTE = 'x'.repeat(1024 * 1024);

describe('ids in paths', () => {
  /** What the id's place in the URL holds, and the answer: no id is malformed, so most are just not there. */
  const cases: [sent: string, status: number][] = [
    ...HOSTILE_TEXTS.map((text): [string, number] => [encodeURIComponent(text), 404]),
    ...['unknown', '', '%20', '%00', 'a%00b', '%01%02%0a%0d', '%7f', '..', '%2e%2e', '.', '*', ':id'].map(
      (id): [string, number] => [id, 404],
    ),
    ['..%2f..%2fetc%2fpasswd', 404],
    ['..%5c..%5cwin.ini', 404],
    ['../../etc/passwd', 404],
    ['a/b', 404],
    ['-1', 404],
    ['1e3', 404],
    ['0x1', 404],
    ['1.0', 404],
    ['99999999999999999999', 404],
    ['x'.repeat(200), 404],
    ['x'.repeat(201), 404],
    ['%F0%9F%98%80'.repeat(200), 404],
    ['%F0%9F%98%80'.repeat(201), 404],
    ['x'.repeat(2001), 414],
    ['%F0%9F%98%80'.repeat(1300), 414],
    [MEGABYTE, 431],
    ...BROKEN_ENCODINGS.map((id): [string, number] => [id, 400]),
  ];

  const routes = allRoutes.filter((route) => kindOf(route) !== undefined);
  test.each(routes.map((route) => [nameOf(route), route] as const))('%s', async (_, route) => {
    const run = async ([id, status]: [string, number]) => {
      const request = { method: route.method, path: pathOf(route, id), ...soundBody(route) };
      // Node ends the connection with the headers unread, so it is not the shared agent's.
      const answer =
        id === MEGABYTE
          ? await speak(service, `GET ${request.path} HTTP/1.1\r\nHost: x\r\n\r\n`)
          : await target.raw.send(request);
      return faultOf(answer, { status });
    };
    await target.unchanged(() => expectNoFaults(cases, ([id]) => id.slice(0, 60), run));
  });

  test('a raw NUL', async () => {
    for (const path of ['/api/ev/2/call/a\0b', '/api/ev/2/calls?since=2020-01-01T00:00Z\0']) {
      const answer = await speak(
        service,
        `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${target.raw.authorization}\r\n\r\n`,
      );
      expectProblem(answer, 400);
    }
  });
});

describe('query parameters', () => {
  const named = allRoutes.flatMap((route) =>
    Object.entries(route.query).map(([name, param]) => [`${nameOf(route)} ${name}`, route, name, param] as const),
  );

  /** The route's path with what it needs beside this parameter. */
  function withParameter(route: RouteContract, name: string, sent: string): string {
    const needed = Object.entries(route.query).filter(
      ([other, param]) =>
        other !== name &&
        ((param.kind === 'instant' && param.required) ||
          (name === 'window_length' && other === 'minimum_matches') ||
          (name === 'minimum_matches' && other === 'window_length')),
    );
    const query = [...needed.map(([other, param]) => `${other}=${goodQueryValue(param)}`), sent].filter(
      (part) => part !== '',
    );
    return `${pathOf(route, target.ids[kindOf(route) ?? ''] ?? '')}?${query.join('&')}`;
  }

  test.each(named)('%s', async (_, route, name, param) => {
    const good = goodQueryValue(param);
    const [bad] = badQueryValues(param);
    const cases = [
      ...badQueryValues(param).map((value) => `${name}=${value}`),
      `${name}=${good}&${name}=${good}`,
      `${name}=${good}&${name}=${bad}`,
      `${name}=&${name}=`,
      `${name}=${good}&${encodeURIComponent(name).replace('_', '%5F').replace(/^s/, '%73').replace(/^l/, '%6C')}=${good}`,
      ...(param.kind === 'lastId' || param.kind === 'text' ? [] : [`${name}=`, name]),
      ...(param.kind === 'instant' && param.required ? [''] : []),
    ];
    // The only body that a route with parameters takes.
    const file = { headers: { 'content-type': 'text/csv' }, body: 'observedAt,observerId,observedId,kpiId,value\n' };
    const send = (sent: string) => {
      const request = { method: route.method, path: withParameter(route, name, sent) };
      return target.raw.send({ ...request, ...(route.bodyType && file) });
    };
    const expected: ExpectedProblem = { status: 400, parameter: name, allowed: allowedText(param) };
    await target.unchanged(async () => {
      // A good recording makes a call. No OpenID provider is configured here.
      if (route.status !== 201) expect((await send(`${name}=${good}`)).status).toBe(route.status === 302 ? 404 : 200);
      await expectNoFaults(
        cases,
        (sent) => sent.slice(0, 80),
        async (sent) => faultOf(await send(sent), expected),
      );
      const long = withParameter(route, name, `${name}=${MEGABYTE}`);
      expectProblem(await speak(service, `GET ${long} HTTP/1.1\r\nHost: x\r\n\r\n`), 431);
    });
  });

  test('a boolean is true or false in any case, or 1 or 0', async () => {
    const since = 'since=2020-01-01T00:00Z';
    const calls = (query: string) => target.raw.send({ method: 'GET', path: `/api/ev/2/calls?${since}&${query}` });
    const shown = async (query: string) => Object.keys(JSON.parse((await calls(query)).text)[0]);
    for (const [yes, no] of [
      ['true', 'false'],
      ['True', 'False'],
      ['TRUE', 'FALSE'],
      ['tRUe', 'fALSe'],
      ['1', '0'],
    ]) {
      expect(await shown(`include_transcripts=${yes}&include_crm_matches=${no}`)).toContain('transcript');
      expect(await shown(`include_transcripts=${no}&include_crm_matches=${yes}`)).toContain('crmMatches');
      expect(await shown(`include_transcripts=${no}&include_crm_matches=${no}`)).toEqual(await shown(''));
      expectProblem(await calls(`render_templates=${yes}&limit=101`), 400, {
        parameter: 'limit',
        allowed: 'up to 100',
      });
      expect((await calls(`render_templates=${no}&limit=101`)).status).toBe(200);
    }
  });

  test('an empty last_id counts as absent, and an unknown one too, whatever it looks like', async () => {
    const routes = allRoutes.filter((route) => 'last_id' in route.query);
    expect(routes.length).toBeGreaterThan(2);
    const sent = [
      'last_id=',
      'last_id',
      ...HOSTILE_TEXTS.map((text) => `last_id=${encodeURIComponent(text)}`),
      'last_id=..%2f..%2fetc%2fpasswd',
      'last_id=%01%0d%0a',
      `last_id=${'%F0%9F%98%80'.repeat(200)}`,
    ];
    for (const route of routes) {
      const absent = await target.raw.send({ method: 'GET', path: withParameter(route, 'last_id', '') });
      expect(JSON.parse(absent.text)).not.toHaveLength(0);
      await target.unchanged(() =>
        expectNoFaults(
          sent,
          (each) => `${route.path} ${each}`,
          async (each) => {
            const answer = await target.raw.send({ method: 'GET', path: withParameter(route, 'last_id', each) });
            return answer.status === 200 && answer.text === absent.text
              ? null
              : `${answer.status} ${answer.text.slice(0, 300)}`;
          },
        ),
      );
    }
  });

  test('parameters that no endpoint knows are ignored by API v2, and refused by /api/v1', async () => {
    const unknown = [
      '_=1',
      '_=1&_=2',
      'x',
      '=',
      '=1',
      'x=%zz',
      '%zz=1',
      '%00=1',
      'a%5B%5D=1',
      'a[b]=1',
      '__proto__=1',
      '__proto__[limit]=0',
      'constructor=1',
      'toString=%00',
      'SINCE=1',
      'since%00=1',
      ' since=1'.replace(' ', '%20'),
      'metadata.=1',
      'include_everything=maybe',
      'callback=alert(1)',
      `_=${'x'.repeat(8000)}`,
    ];
    /** What a refusal calls a query's first parameter. */
    const nameIn = (query: string) => {
      const name = query.split('=', 1)[0]!;
      return name === '' || name === '%zz' ? 'query' : decodeURIComponent(name);
    };
    const routes = allRoutes.filter(
      (route) => route.method === 'GET' && route.metadataQuery !== 'one' && route.audience !== 'anyone',
    );
    for (const route of routes) {
      const path = `${pathOf(route, target.ids[kindOf(route) ?? ''] ?? '')}?${'since' in route.query ? 'since=2020-01-01T00:00Z&' : ''}`;
      const without = await target.raw.send({ method: 'GET', path: `${path}&&` });
      expect(without.status).toBe(200);
      await expectNoFaults(
        unknown,
        (each) => `${path}${each}`,
        async (each) => {
          const answer = await target.raw.send({ method: 'GET', path: path + each });
          if (refusesUnknown(route)) return faultOf(answer, { status: 400, parameter: nameIn(each) });
          return answer.status === 200 && answer.text === without.text
            ? null
            : `${answer.status} ${answer.text.slice(0, 300)}`;
        },
      );
    }
  });

  test('that are misspelt are told with those that there are', async () => {
    const refused = async (path: string) => {
      const answer = await target.raw.send({ method: 'GET', path });
      expect(answer.status).toBe(400);
      return JSON.parse(answer.text).detail;
    };
    expect(await refused('/api/v1/skills?limt=1')).toBe(
      'limt is not a parameter of this route; it takes limit, cursor',
    );
    expect(await refused('/api/v1/account?limit=1')).toBe(
      'limit is not a parameter of this route; it takes no parameters',
    );
    const calls = /^metadata is not a parameter of this route; it takes limit, .*, metadata\.<field>$/;
    expect(await refused('/api/v1/calls?metadata=won')).toMatch(calls);
  });

  test('of which two say something together', async () => {
    const send = async (query: string) => target.raw.send({ method: 'GET', path: `/api/ev/2/${query}` });
    const since = 'since=2020-01-01T00:00Z';
    expectProblem(await send(`call_topics?${since}&window_length=60`), 400, { parameter: 'minimum_matches' });
    expectProblem(await send(`call_topics?${since}&minimum_matches=1`), 400, { parameter: 'window_length' });
    expectProblem(await send(`calls?${since}&render_templates=true&limit=101`), 400, {
      parameter: 'limit',
      allowed: 'up to 100',
    });
    expect((await send(`calls?${since}&render_templates=true&limit=100`)).status).toBe(200);
    expectProblem(await send(`calls?${since}&limit=1001`), 400, { parameter: 'limit', detail: 'maximum of 1000' });
  });

  test('calls/search takes exactly one metadata field', async () => {
    const cases: [query: string, parameter: string][] = [
      ['', 'query'],
      ['&', 'query'],
      ['metadata.stage=won&_=1', 'query'],
      ['metadata.stage=won&metadata.stage=won', 'query'],
      ['metadata.stage=won&metadata.other=1', 'query'],
      ['=won', 'query'],
      ['%zz=won', 'query'],
      ['metadata.%zz=won', 'query'],
      ['stage=won', 'stage'],
      ['metadata=won', 'metadata'],
      ['metadata.=won', 'metadata.'],
      ['Metadata.stage=won', 'Metadata.stage'],
      ['__proto__=1', '__proto__'],
      ['constructor=1', 'constructor'],
      ['metadata.stage%00=won', 'metadata.stage\0'],
      ['metadata.stage=', 'metadata.stage'],
      ['metadata.stage', 'metadata.stage'],
      ['metadata.stage=%00', 'metadata.stage'],
      ['metadata.stage=won%00', 'metadata.stage'],
      ['metadata.id=a%00', 'metadata.id'],
      [`${'x'.repeat(8000)}=1`, 'x'.repeat(100)],
      ...BROKEN_ENCODINGS.map((value): [string, string] => [`metadata.stage=${value}`, 'metadata.stage']),
    ];
    const send = (query: string) => target.raw.send({ method: 'GET', path: `/api/ev/2/calls/search?${query}` });
    const expected = { status: 400, allowed: 'exactly one metadata.<field>=<value>' };
    await target.unchanged(() =>
      expectNoFaults(
        cases,
        ([query]) => query.slice(0, 60),
        async ([query, parameter]) => faultOf(await send(query), { ...expected, parameter }),
      ),
    );
    for (const text of [...HOSTILE_TEXTS, 'x'.repeat(8000)]) {
      expect((await send(`metadata.stage=${encodeURIComponent(text)}`)).text, text).toBe('[]');
      expect((await send(`metadata.id=${encodeURIComponent(text)}`)).text, text).toBe('[]');
      expect((await send(`metadata.${encodeURIComponent(text.slice(0, 1000))}=1`)).text, text).toBe('[]');
    }
  });
});
