import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allRoutes } from '#debrief/contract/routes.js';
import { startService, type TestService } from '../support/service.js';
import { type BodySchema, badValues, badWords, sample, UNKNOWN_FIELDS } from './bad-json.js';
import { HOSTILE_TEXTS } from './bad-values.js';
import { expectNoFaults, expectProblem, faultOf } from './problems.js';
import { kindOf, makeTarget, nameOf, pathOf, type Target, TRANSCRIPT } from './target.js';

// Every field of every body of the contract, broken in every way that its schema can be, and every rule of a word: the
// refusal names the field and says what it takes, and nothing has changed.

let service: TestService;
let target: Target;

beforeAll(async () => {
  service = await startService();
  target = await makeTarget(service);
});
afterAll(() => service.close());

const JSON_TYPE = { 'content-type': 'application/json' };

describe('fields of bodies', () => {
  const takers = allRoutes.filter((route) => route.body !== undefined);
  /** Bodies whose schema lets a field be left out that a new one needs. */
  const needed: Record<string, readonly string[]> = { 'POST /api/v1/calls': ['callTime', 'direction'] };

  interface Case {
    readonly why: string;
    readonly json: string;
    readonly parameter: string | RegExp;
  }

  function bodyOf(schema: BodySchema, required: readonly string[], name: string, json: string | null): string {
    const fields = required.filter((each) => each !== name).map((each) => [each, sample(schema.properties![each]!)]);
    if (json !== null) fields.push([name, json]);
    return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
  }

  function casesOf(schema: BodySchema, required: readonly string[]): Case[] {
    const found: Case[] = required.map((name) => ({
      why: `${name} missing`,
      json: bodyOf(schema, required, name, null),
      parameter: name,
    }));
    for (const name of UNKNOWN_FIELDS) {
      found.push({ why: `an unknown field ${name}`, json: bodyOf(schema, required, name, '1'), parameter: name });
    }
    for (const [name, property] of Object.entries(schema.properties!)) {
      for (const { why, json, at, below } of badValues(property)) {
        const parameter = below ? new RegExp(`^${name}[[.]`) : `${name}${at}`;
        found.push({ why: `${name}${at}: ${why}`, json: bodyOf(schema, required, name, json), parameter });
      }
      // JSON leaves it open which of two counts (RFC 8259 §4); here it is the last, and it is checked.
      const [wrong] = badValues(property);
      const twice = bodyOf(schema, required, name, `${sample(property)},${JSON.stringify(name)}:${wrong!.json}`);
      found.push({ why: `${name} twice`, json: twice, parameter: name });
    }
    return found;
  }

  test('every route with a body is here', () => {
    const without = allRoutes.filter(({ method, body }) => (method === 'POST' || method === 'PATCH') && !body);
    const expected = [
      'POST /api/v1/calls/import',
      'POST /api/v1/calls/:id/transcript',
      'POST /api/v1/calls/:id/transcript/edits/:number/undo',
      'POST /api/v1/topics/rematch',
      'POST /api/v1/observations/import',
      'POST /api/v1/calls/:id/summary',
      'POST /api/v1/recordings',
      'POST /api/v1/calls/:id/recording',
      'POST /api/v1/calls/:id/processing/retry',
      'POST /api/v1/uploads',
      'PATCH /api/v1/uploads/:id',
    ];
    expect(without.map(nameOf).sort()).toEqual(expected.sort());
  });

  test.each(takers.map((route) => [nameOf(route), route] as const))('%s', async (name, route) => {
    const schema = route.body as BodySchema;
    const cases = casesOf(schema, needed[name] ?? schema.required ?? []);
    const request = { method: route.method, path: pathOf(route, target.ids[kindOf(route) ?? ''] ?? '') };
    const run = async ({ json, parameter }: Case) =>
      faultOf(await target.raw.send({ ...request, headers: JSON_TYPE, body: json }), { status: 400, parameter });
    await target.unchanged(() => expectNoFaults(cases, (each) => each.why, run));
  });

  test('what the schema cannot say', async () => {
    const call = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND' };
    const cases: [path: string, body: object | string, parameter: string][] = [
      ['calls', { ...call, metadata: { id: '1' } }, 'metadata.id'],
      ['calls', { ...call, metadata: { callCardTemplates: {} } }, 'metadata.callCardTemplates'],
      ['calls', { ...call, metadata: { text: 'x'.repeat(256 * 1024) } }, 'metadata'],
      ['calls', { ...call, metadata: { text: ',[{'.repeat(1_000_000) } }, 'metadata'],
      ['calls', { ...call, metadata: { 'a\0b': 1 } }, 'metadata.a\0b'],
      ['calls', `{"callTime":"2026-03-01T10:00Z","direction":"INBOUND","metadata":{"\\ud800":1}}`, 'metadata.\ud800'],
      ['calls', { ...call, callerId: 'nobody' }, 'callerId'],
      ['calls', { ...call, callerEmail: 'a@b.c', callerSystemId: 'x' }, 'callerSystemId'],
      [
        'calls',
        { ...call, participants: [{ speakerNumber: 1 }, { speakerNumber: 1 }] },
        'participants[1].speakerNumber',
      ],
      ['calls', { ...call, transcript: {} }, 'transcript'],
      ['users', { email: 'a@b.c', firstName: 'A', lastName: 'B', teamId: 'none' }, 'teamId'],
      ['users', { email: 'a@b.c', firstName: 'A', lastName: 'B', departmentId: 'none' }, 'departmentId'],
      ['teams', { name: 'A', managerId: 'none' }, 'managerId'],
      ['teams', { name: 'A', departmentId: 'none' }, 'departmentId'],
      ['topics', { name: 'A', words: ['fine', '…'] }, 'words[1]'],
      ['templates', { name: 'A', template: '{% if %}' }, 'template'],
    ];
    const run = async ([path, sent, parameter]: [string, object | string, string]) => {
      const body = typeof sent === 'string' ? sent : JSON.stringify(sent);
      return faultOf(await target.raw.send({ method: 'POST', path: `/api/v1/${path}`, headers: JSON_TYPE, body }), {
        status: 400,
        parameter,
      });
    };
    await target.unchanged(() => expectNoFaults(cases, ([path, , parameter]) => `${path} ${parameter}`, run));
  });

  test.each([
    [
      'scorecards',
      { name: 'A', scheme: 'YesNo', questions: ['Did they ask?'] },
      'questions[0]',
      'an object {questionId, text,',
    ],
    [
      'scorecards',
      { name: ' ', scheme: 'YesNo', questions: [] },
      'name',
      'text of 1 to 200 characters, not only blanks',
    ],
    ['meetings', { dateTime: '2026-03-01T10:00Z', callReviews: ['call'] }, 'callReviews[0]', 'an object {callId, '],
    [
      'meetings',
      { dateTime: '2026-03-01' },
      'dateTime',
      'dateTime "2026-03-01" has no time of day; it takes an ISO 8601',
    ],
    ['kpis', { description: 'A', frequency: 'daily', target: 1 }, 'frequency', 'MONTHLY or QUARTERLY'],
  ])('what a refusal says: %s %j', async (path, body, parameter, text) => {
    const answer = await target.client.send('POST', `/api/v1/${path}`, body);
    expect([answer.status, answer.json().parameter]).toEqual([400, parameter]);
    expect(answer.json().detail).toContain(text);
  });

  test('hostile text that is text like any other is kept as it was sent', async () => {
    for (const text of HOSTILE_TEXTS) {
      const metadata = JSON.parse(
        `{"field":${JSON.stringify(text)},"__proto__":{"a":1},"constructor":["x"],${JSON.stringify(text.slice(0, 20))}:1}`,
      );
      const fields = {
        externalId: text,
        originalPath: text,
        metadata,
        participants: [{ speakerNumber: 0, firstName: text }],
      };
      const given = await target.client.send('POST', '/api/v1/calls', {
        callTime: '2026-03-01T10:00Z',
        direction: 'INBOUND',
        id: text,
        ...fields,
      });
      expect(given.status, `${text}: ${given.text}`).toBe(201);
      const read = await target.raw.send({ method: 'GET', path: `/api/v1/calls/${encodeURIComponent(text)}` });
      expect(read.status, text).toBe(200);
      expect(JSON.parse(read.text)).toMatchObject({
        id: text,
        externalId: text,
        originalPath: text,
        participants: [{ firstName: text }],
      });
      expect(read.text).toContain(`"metadata":${JSON.stringify(metadata)}`);
      const found = await target.raw.send({
        method: 'GET',
        path: `/api/ev/2/calls/search?metadata.field=${encodeURIComponent(text)}`,
      });
      expect(JSON.parse(found.text)).toEqual([text]);
      const page = await target.raw.send({
        method: 'GET',
        path: `/api/ev/2/calls?since=2020-01-01T00:00Z&limit=1&last_id=${encodeURIComponent(text)}`,
      });
      expect(page.status).toBe(200);
      expect((await target.client.send('DELETE', `/api/ev/2/call/${encodeURIComponent(text)}`)).status).toBe(204);
      const user = { email: 'text@example.com', firstName: text, lastName: text, systemIds: [text] };
      const made = await target.client.send('POST', '/api/v1/users', user);
      expect(made.json()).toMatchObject(user);
      expect((await target.client.send('DELETE', `/api/v1/users/${made.json().id}`)).status).toBe(204);
    }
  });
});

describe('words', () => {
  const call = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND' };

  test.each(['POST', 'PATCH'])('each rule, by %s: the refusal names the word', async (method) => {
    const good = TRANSCRIPT.map((word) => JSON.stringify(word));
    const path = method === 'POST' ? '/api/v1/calls' : `/api/v1/calls/${target.ids.calls}`;
    const rest = method === 'POST' ? `${JSON.stringify(call).slice(1, -1)},` : '';
    const cases = badWords().flatMap((bad) => [0, 2, 3].map((index) => ({ ...bad, index })));
    expect(cases.length).toBeGreaterThan(200);
    await target.unchanged(() =>
      expectNoFaults(
        cases,
        ({ why, index }) => `${why} at ${index}`,
        async ({ json, at, index }) => {
          const words = [...good.slice(0, index), json, ...good.slice(index)];
          const answer = await target.raw.send({
            method,
            path,
            headers: JSON_TYPE,
            body: `{${rest}"transcript":[${words.join(',')}]}`,
          });
          return faultOf(answer, { status: 400, parameter: `transcript[${index}]${at}` });
        },
      ),
    );
  });

  test('the first bad word counts, and there is a most of them', async () => {
    const [word] = TRANSCRIPT;
    const send = (transcript: unknown) =>
      target.raw.send({
        method: 'POST',
        path: '/api/v1/calls',
        headers: JSON_TYPE,
        body: JSON.stringify({ ...call, transcript }),
      });
    await target.unchanged(async () => {
      expectProblem(await send([word, { ...word, v: -1 }, { ...word, start: 'x' }]), 400, {
        parameter: 'transcript[1].v',
      });
      expectProblem(await send([{ ...word, start: '2', end: '1' }]), 400, {
        parameter: 'transcript[0].end',
        detail: 'before',
      });
      expectProblem(await send(Array(200_001).fill(word)), 400, {
        parameter: 'transcript',
        allowed: 'at most 200000 words a call',
      });
      // Read in a thread, where errors must keep what they name.
      expectProblem(await send([...Array(5_000).fill(word), { ...word, v: 'x' }]), 400, {
        parameter: 'transcript[5000].v',
      });
      for (const none of [{}, 'text', 7, true]) expectProblem(await send(none), 400, { parameter: 'transcript' });
    });
  });
});
