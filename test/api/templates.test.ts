import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { callsAfter } from '#debrief/db/calls.js';
import { DEMO_TEMPLATES } from '#debrief/demo/templates.js';
import { renderCards } from '#debrief/services/calls/call-cards.js';
import type { TemplateRenderer, TimedRendering } from '#debrief/templates/renderer.js';
import { makeAccount, startService, type TestAccount, type TestClient, type TestService } from '../support/service.js';

// Call-card templates: managing them, what they render in API v2, and templates that mean harm.

let service: TestService;
let account: TestAccount;
let client: TestClient;
let callId: string;

const SINCE = '/api/ev/2/calls?since=2020-01-01T00:00Z';

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const crmMatch = {
  crmName: 'Salesforce',
  activityCrmId: '00T6Q',
  account: { crmId: '0017', name: 'memoryBlue' },
  contacts: [
    { crmId: '0035', name: 'Kellie Courville' },
    { crmId: '0036', name: 'Sam Poe' },
  ],
  engagement: null,
};

beforeEach(async () => {
  account = await makeAccount(service);
  client = await account.client();
  const team = (await client.send('POST', '/api/v1/teams', { name: 'East' })).json();
  const caller = { firstName: 'Rita', lastName: 'Rep', teamId: team.id, systemIds: ['rita-1'] };
  await account.addUser('rep@example.com', caller);
  callId = await client.upsertCall({
    callerEmail: 'rep@example.com',
    callTime: '2018-01-01T11:11:11Z',
    duration: 123,
    direction: 'INBOUND',
    originalPath: 'foo.txt',
    metadata: { stage: 'won' },
    crmMatches: [crmMatch, { ...crmMatch, crmName: 'HubSpot' }],
    callSummary: {
      nextSteps: ['Send the offer.', 'Call again on Friday.'],
      questionsAndAnswers: [],
      summary: 'Short.',
    },
    participants: [{ speakerNumber: 1, email: 'rep@example.com' }],
    transcript: [
      { start: '0', end: '2', word: 'hi', v: 0 },
      { start: '2', end: '3', word: 'hello', v: 1 },
    ],
  });
});

async function create(name: string, template: string, more: object = {}) {
  const answer = await client.send('POST', '/api/v1/templates', { name, template, ...more });
  expect(answer.status, answer.text).toBe(201);
  return answer.json();
}

async function preview(template: string, of = callId): Promise<{ rendered: string; error: string | null }> {
  const answer = await client.send('POST', '/api/v1/templates/preview', { template, callId: of });
  expect(answer.status, answer.text).toBe(200);
  return answer.json();
}

/** The cards of one call, in the order in which they are on the wire. Both APIs have the same. */
async function cards(of = callId): Promise<Record<string, string>> {
  const { callCardTemplates } = (await client.get(`/api/ev/2/call/${of}`)).json().metadata;
  const { items } = (await client.get(`/api/v1/calls/${of}/cards`)).json();
  expect(items).toEqual(Object.entries(callCardTemplates).map(([name, text]) => ({ name, text })));
  return callCardTemplates;
}

describe('managing', () => {
  test('create, read, list, change, deactivate, bring back', async () => {
    const made = await create('Card', 'a', { id: 'card-1' });
    expect(made).toEqual({ id: 'card-1', name: 'Card', template: 'a', active: true });
    const off = await create('Off', 'b', { active: false });
    expect((await client.get('/api/v1/templates/card-1')).json()).toEqual(made);
    const { items } = (await client.get('/api/v1/templates')).json();
    expect(items).toEqual([made, off].sort((a, b) => (a.id < b.id ? -1 : 1)));
    const changed = await client.send('PATCH', '/api/v1/templates/card-1', { template: 'c', name: 'New' });
    expect(changed.json()).toEqual({ id: 'card-1', name: 'New', template: 'c', active: true });
    expect(await cards()).toEqual({ New: 'c' });
    expect((await client.send('DELETE', '/api/v1/templates/card-1')).status).toBe(204);
    expect((await client.get('/api/v1/templates/card-1')).json().active).toBe(false);
    expect(await cards()).toEqual({});
    await client.send('PATCH', '/api/v1/templates/card-1', { active: true });
    expect(await cards()).toEqual({ New: 'c' });
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? {} : undefined;
      expect((await client.send(method, '/api/v1/templates/nope', body)).status).toBe(404);
    }
  });

  test('an id is chosen by admins, and once', async () => {
    const writer = await account.client('write');
    const body = { id: 'mine', name: 'A', template: 'a' };
    expect((await writer.send('POST', '/api/v1/templates', body)).status).toBe(403);
    await create('A', 'a', { id: 'mine' });
    const again = await client.send('POST', '/api/v1/templates', { ...body, name: 'B' });
    expect([again.status, again.json().parameter]).toEqual([409, 'id']);
  });

  test('names are unique among active ones, also when many come at once', async () => {
    const sent = await Promise.all(
      Array.from({ length: 24 }, () => client.send('POST', '/api/v1/templates', { name: 'One', template: 'a' })),
    );
    expect(sent.map((answer) => answer.status).sort()).toEqual([201, ...Array(23).fill(409)]);
    for (const answer of sent.filter(({ status }) => status === 409)) expect(answer.json().parameter).toBe('name');
    const other = await create('Other', 'b');
    expect((await client.send('PATCH', `/api/v1/templates/${other.id}`, { name: 'One' })).status).toBe(409);
    const twin = await create('One', 'c', { active: false });
    expect((await client.send('PATCH', `/api/v1/templates/${twin.id}`, { active: true })).status).toBe(409);
    expect(await cards()).toEqual({ One: 'a', Other: 'b' });
    const first = sent.find(({ status }) => status === 201)!.json();
    expect((await client.send('DELETE', `/api/v1/templates/${first.id}`)).status).toBe(204);
    expect((await client.send('PATCH', `/api/v1/templates/${twin.id}`, { active: true })).status).toBe(200);
    expect(await cards()).toEqual({ One: 'c', Other: 'b' });
  });

  test('twenty active ones at most', async () => {
    for (let i = 0; i < 15; i++) await create(`Card ${i}`, String(i));
    // Sixteen at once, of which there is room for five.
    const bodies = Array.from({ length: 16 }, (_, i) => ({ name: `Late ${i}`, template: 'a' }));
    const sent = await Promise.all(bodies.map((body) => client.send('POST', '/api/v1/templates', body)));
    expect(sent.map(({ status }) => status).sort()).toEqual([...Array(5).fill(201), ...Array(11).fill(409)]);
    const more = await client.send('POST', '/api/v1/templates', { name: 'More', template: 'a' });
    expect([more.status, more.json().parameter]).toEqual([409, 'active']);
    await create('More', 'a', { active: false });
    expect(Object.keys(await cards())).toHaveLength(20);
  });

  test("a syntax error is refused in Liquid's words, with its line", async () => {
    const sound = await create('Sound', 'a');
    const bad = { template: 'one\n{{ call.id | nope }}' };
    for (const answer of [
      await client.send('POST', '/api/v1/templates', { name: 'Bad', ...bad }),
      await client.send('PATCH', `/api/v1/templates/${sound.id}`, bad),
    ]) {
      expect([answer.status, answer.json().parameter]).toEqual([400, 'template']);
      expect(answer.json().detail).toContain('undefined filter: nope, line:2');
    }
    expect(await cards()).toEqual({ Sound: 'a' });
  });

  test("another account's are not there", async () => {
    const made = await create('Mine', 'a');
    const other = await makeAccount(service);
    const stranger = await other.client();
    expect((await stranger.get(`/api/v1/templates/${made.id}`)).status).toBe(404);
    expect((await stranger.send('DELETE', `/api/v1/templates/${made.id}`)).status).toBe(404);
    expect((await stranger.get('/api/v1/templates')).json()).toEqual({ items: [], next: null });
    const answer = await stranger.send('POST', '/api/v1/templates/preview', { template: 'a', callId });
    expect([answer.status, answer.json().detail]).toEqual([404, 'There is no such call.']);
  });
});

describe('what renders', () => {
  const EVERYTHING =
    '{{ call | json }}{{ caller | json }}{{ team | json }}{{ crmMatch | json }}{{ crmMatches | size }}';

  test('every variable', async () => {
    const { id: userId, teamId } = (await client.get('/api/v1/users')).json().items[0];
    const call = {
      id: callId,
      time: '2018-01-01T11:11:11Z',
      duration: 123,
      direction: 'INBOUND',
      state: 'COMPLETE',
      originalPath: 'foo.txt',
    };
    const caller = { id: userId, email: 'rep@example.com', firstName: 'Rita', lastName: 'Rep', systemIds: ['rita-1'] };
    const expected = [call, caller, { id: teamId, name: 'East' }, crmMatch].map((each) => JSON.stringify(each));
    expect(await preview(EVERYTHING)).toEqual({ rendered: `${expected.join('')}2`, error: null });
    const served = (await client.get(`/api/ev/2/call/${callId}`)).json();
    expect(JSON.parse((await preview('{{ stats | json }}')).rendered)).toEqual(served.stats);
    expect(JSON.parse((await preview('{{ summary | json }}')).rendered)).toEqual(served.callSummary);
    expect((await preview('{{ metadata | json }}')).rendered).toBe('{"stage":"won"}');
  });

  test('a call without anything', async () => {
    const bare = await client.upsertCall({ callTime: '2022-05-19T16:58:09.749Z', direction: 'OUTBOUND' });
    const { rendered } = await preview(
      `{{ caller.email }}${EVERYTHING}{{ stats.talkRatio }}{{ summary.summary }}`,
      bare,
    );
    const call = { id: bare, time: '2022-05-19T16:58:09.749Z', duration: null, direction: 'OUTBOUND' };
    const expected = JSON.stringify({ ...call, state: 'PENDING', originalPath: null });
    expect(rendered).toBe(`${expected}${'null'.repeat(3)}0`);
    for (const { name, template } of DEMO_TEMPLATES) expect((await preview(template, bare)).error, name).toBeNull();
  });

  test('in API v2, in order of name, and only when asked for', async () => {
    const names = ['b', 'a', '10', '9', 'B', 'é', '"quoted"', '__proto__', 'constructor', 'x y'];
    // Neither in order of creation nor of their source.
    for (const [at, name] of names.entries()) await create(name, `{% # ${at} %}{{ call.direction }} ${name}`);
    await create('hidden', 'x', { active: false });
    const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const card = sorted.map((name) => `${JSON.stringify(name)}:${JSON.stringify(`INBOUND ${name}`)}`).join(',');
    const metadata = `"metadata":{"stage":"won","callCardTemplates":{${card}}},"modified"`;
    expect((await client.get(`/api/ev/2/call/${callId}`)).text).toContain(metadata);
    expect((await client.get(`${SINCE}&render_templates=true`)).text).toContain(metadata);
    expect((await client.get(`${SINCE}&render_templates=false`)).text).toContain('"metadata":{"stage":"won"},');
    expect((await client.get(SINCE)).text).toContain('"metadata":{"stage":"won"},');
  });

  test('templates do not stamp, and an account without any has {}', async () => {
    const before = (await client.get(`/api/ev/2/call/${callId}`)).json();
    expect(before.metadata.callCardTemplates).toEqual({});
    expect((await client.get(`${SINCE}&render_templates=true`)).text).toContain('"callCardTemplates":{}');
    await create('Card', 'a');
    const { metadata, ...after } = (await client.get(`/api/ev/2/call/${callId}`)).json();
    expect(metadata.callCardTemplates).toEqual({ Card: 'a' });
    expect(after.modified).toBe(before.modified);
  });

  test('one query more a page, and none without templates', async () => {
    const statements = vi.spyOn(pg.Client.prototype, 'query');
    const cost = async (path: string) => {
      statements.mockClear();
      expect((await client.get(path)).status).toBe(200);
      // Who asks is known for a while, and asked for when that is over.
      return statements.mock.calls.filter(([query]) => !/from credentials/.test(JSON.stringify(query))).length;
    };
    await client.upsertCall({ callTime: '2022-05-19T16:58Z', direction: 'OUTBOUND' });
    const rendered = `${SINCE}&render_templates=true`;
    await cost(rendered);
    const plain = await cost(SINCE);
    const one = await cost(`/api/ev/2/call/${callId}`);
    expect(await cost(rendered)).toBe(plain);
    await create('Card', 'a');
    await create('Card 2', 'b');
    expect(await cost(rendered)).toBe(plain + 1);
    expect(await cost(SINCE)).toBe(plain);
    expect(await cost(`/api/ev/2/call/${callId}`)).toBe(one + 1);
    statements.mockRestore();
  });

  test('the examples of the documentation', async () => {
    const text = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');
    const examples = [...text.matchAll(/```liquid\n(.*?)\n```\n\n```text\n(.*?)\n```/gs)];
    expect(examples.length).toBeGreaterThanOrEqual(5);
    for (const [, template, expected] of examples) {
      const { rendered, error } = await preview(template!);
      expect(error).toBeNull();
      expect(rendered.trim()).toBe(expected);
    }
  });

  test('the demo templates', async () => {
    for (const { name, template } of DEMO_TEMPLATES) await create(name, template);
    expect(await cards()).toEqual({
      'At a glance': 'Rita (East) with memoryBlue, Jan 1, 2018 at 6:11 AM, 3 min',
      Coaching: 'Rep talked 33 % of the time: mostly listening.\n',
      'Follow-up': '- Send the offer.\n- Call again on Friday.\n',
    });
  });
});

describe('the bounds of a page', () => {
  /** A renderer that says of each rendering that it took so long, or was so large. */
  async function pageOf(rendering: TimedRendering, isGone = () => false) {
    for (let i = 0; i < 4; i++) await client.upsertCall({ callTime: '2022-05-19T16:58Z', direction: 'OUTBOUND' });
    await create('a', 'x');
    await create('b', 'y');
    const asked: string[][] = [];
    const templates: TemplateRenderer = {
      async render({ sources }) {
        asked.push([...sources]);
        return sources.map((source) => (source === 'x' ? rendering : { rendering: { text: 'fine' }, ms: 0.1 }));
      },
      problemOf: async () => null,
      close: async () => {},
    };
    const scope = { accountId: account.accountId, timeZone: 'UTC' };
    const parts = { transcripts: false, crmMatches: false, cards: 'any' } as const;
    const calls = await callsAfter(service.db, scope, { stamp: 0, id: '' }, 100, parts);
    const pages = await renderCards({ db: service.db, templates }, scope, calls, isGone);
    return { asked, cards: pages.map((page) => JSON.parse(page)) };
  }

  test('a template that has used up its time is not tried again on the page', async () => {
    const { asked, cards: shown } = await pageOf({ rendering: { text: 'slow' }, ms: 600 });
    expect(asked).toEqual([['x', 'y'], ['x', 'y'], ['y'], ['y'], ['y']]);
    const late = { a: 'Template error: it took more than 1000 ms on this page', b: 'fine' };
    expect(shown).toEqual([{ a: 'slow', b: 'fine' }, { a: 'slow', b: 'fine' }, late, late, late]);
  });

  test('the output of all cards together', async () => {
    const { asked, cards: shown } = await pageOf({ rendering: { text: 'x'.repeat(9_000_000) }, ms: 1 });
    expect(asked).toHaveLength(2);
    const late = expect.stringMatching(/^Template error: this page's cards are longer than/);
    expect(shown.slice(2)).toEqual([1, 2, 3].map(() => ({ a: late, b: late })));
  });

  test('nothing more is rendered once the client is gone', async () => {
    let looks = 0;
    const { asked } = await pageOf({ rendering: { text: 'x' }, ms: 1 }, () => ++looks > 2);
    expect(asked).toHaveLength(2);
  });
});

describe('templates that mean harm', () => {
  /** Hangs for several seconds inside one filter, where Liquid never looks at the time. */
  const HANGS = `{{ (1..490000) | where_exp: "x", "${'x == 0 or '.repeat(20)}x == 1" | size }}`;
  const SLOW =
    '{% for a in (1..300) %}{% for b in (1..300) %}{% for c in "a" %}{{ b | times: a | modulo: 1 | slice: 9 }}{% endfor %}{% endfor %}{% endfor %}'.repeat(
      3,
    );
  const HUGE = '{% for a in (1..300) %}{% for b in (1..300) %}0123456789{% endfor %}{% endfor %}';

  test('cost their own text alone, and the other cards of the page render', async () => {
    for (let i = 0; i < 30; i++) await client.upsertCall({ callTime: '2022-05-19T16:58Z', direction: 'OUTBOUND' });
    await create('a sound one', '{{ call.id }}');
    await create('b hangs', HANGS);
    await create('c hangs too', `${HANGS} `);
    await create('d is slow', SLOW);
    await create('e is huge', HUGE);
    await create('f sound as well', '{{ call.direction }}');
    let isDone = false;
    const asked = client.get(`${SINCE}&render_templates=true&limit=100`).finally(() => {
      isDone = true;
    });
    // Meanwhile the server answers others: rendering holds no loop of its.
    for (let i = 0; i < 50; i++) {
      expect((await client.get('/api/ev/2/check')).status).toBe(200);
      expect((await client.get('/api/ev/2/users')).status).toBe(200);
    }
    expect(isDone).toBe(false);
    const answer = await asked;
    expect(answer.status).toBe(200);
    const calls: { id: string; direction: string; metadata: { callCardTemplates: object } }[] = answer.json();
    expect(calls).toHaveLength(31);
    for (const call of calls) {
      expect(call.metadata.callCardTemplates).toEqual({
        'a sound one': call.id,
        'b hangs': expect.stringMatching(/^Template error: it was stopped after/),
        'c hangs too': expect.stringMatching(/^Template error: it was stopped after/),
        'd is slow': expect.stringMatching(/^Template error: it took more than/),
        'e is huge': expect.stringMatching(/^Template error: the output is longer/),
        'f sound as well': call.direction,
      });
    }
    // The threads that were ended have been replaced.
    expect(await preview('{{ call.id }}')).toEqual({ rendered: callId, error: null });
  });

  test('in a preview they are an error text', async () => {
    for (const [template, error] of [
      [HUGE, 'the output is longer'],
      ["{% include '/etc/passwd' %}", 'the tag "include" is not available'],
      ['{% if %}', 'line:1'],
      ['{{ (1..100000000) | join }}', 'it makes too much'],
    ] as const) {
      const shown = await preview(template);
      expect(shown.error).toContain(error);
      expect(shown.rendered).toBe(`Template error: ${shown.error}`);
    }
    const stored = await client.send('POST', '/api/v1/templates', {
      name: 'x',
      template: "{% include '/etc/passwd' %}",
    });
    expect(stored.status).toBe(400);
  });

  test('a client that goes away leaves a renderer that works', async () => {
    await create('a', HANGS);
    const leaving = new AbortController();
    const credentials = Buffer.from(`${client.username}:${client.password}`).toString('base64');
    const asked = fetch(new URL(`/api/ev/2/call/${callId}`, service.url), {
      headers: { authorization: `Basic ${credentials}` },
      signal: leaving.signal,
    });
    setTimeout(() => leaving.abort(), 100);
    await expect(asked).rejects.toThrow();
    expect((await preview('{{ call.id }}')).rendered).toBe(callId);
  });

  test('what a call carries is data, never a template, and JSON whatever it holds', async () => {
    const text = '{{ call.id }}{% raw %}"\\\u0001\u2028😀 </script>';
    const odd = await client.upsertCall({
      callTime: '2022-05-19T16:58Z',
      direction: 'OUTBOUND',
      metadata: { text, __proto__: null, constructor: text },
    });
    await create('Odd "card"', '{{ metadata.text }}{{ metadata.constructor }}{{ metadata.toString }}');
    expect(await cards(odd)).toEqual({ 'Odd "card"': `${text}${text}` });
  });
});
