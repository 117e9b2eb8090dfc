import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RouteContract } from '#debrief/contract/route.js';
import { allRoutes } from '#debrief/contract/routes.js';
import type { Browser } from '../support/browser.js';
import { startService, type TestService } from '../support/service.js';
import { aPlan, kindOf, makeTarget, nameOf, pathOf, type Target } from './target.js';

// A tag that comes with a change is the one that reading gives, and the next change may be conditional on it: every route of
// /api/v1 that answers with one.

let service: TestService;
let target: Target;
beforeAll(async () => {
  service = await startService();
  target = await makeTarget(service);
});
afterAll(() => service.close());

type Ids = Target['ids'];
type Body = (ids: Ids) => object | Promise<object>;

let names = 0;
/** Names that are each given once. */
const changeOf =
  (name: string, field = 'name'): Body =>
  () => ({ [field]: `${name} ${++names}` });

async function aResult({ calls, users }: Ids): Promise<object> {
  const questions = [{ text: 'Did they ask?' }];
  const card = { name: 'Another', scheme: 'YesNo', questions };
  const scorecardId = (await target.client.send('POST', '/api/v1/scorecards', card)).json().id;
  return { callId: calls, scorecardId, reviewerId: users, state: 'DRAFT' };
}

const aClip: Body = ({ calls, users }) => ({
  callId: calls,
  createdBy: users,
  startSeconds: 1,
  endSeconds: 2.5,
  title: `Clip ${++names}`,
});

/** What is sent to each of these routes, in this order: some go on from what those before them made of a thing. */
const bodies: Record<string, Body> = {
  // Nothing before a call's own change that has it analysed again: its tag moves once more when that is done.
  'PATCH /calls/:id/speakers/:number': () => ({ firstName: `Kit ${++names}`, type: 'UNKNOWN' }),
  'PATCH /calls/:id': () => ({ metadata: { stage: `lost ${++names}` } }),
  'POST /departments': changeOf('New department'),
  'PATCH /departments/:id': changeOf('Renamed department'),
  'POST /teams': changeOf('New team'),
  'PATCH /teams/:id': changeOf('Renamed team'),
  'POST /users': () => ({ email: 'new@example.com', firstName: 'New', lastName: 'User' }),
  'PATCH /users/:id': () => ({ firstName: 'Renamed' }),
  'POST /topics': () => ({ name: 'New topic', words: ['price'] }),
  'PATCH /topics/:id': () => ({ words: ['hello'] }),
  'POST /templates': () => ({ name: 'New card', template: 'a' }),
  'PATCH /templates/:id': () => ({ template: 'b' }),
  'POST /skills': changeOf('New skill'),
  'PATCH /skills/:id': changeOf('Renamed skill'),
  'POST /scorecards': () => ({ name: 'New card', scheme: 'YesNo', questions: [{ text: 'Did they ask?' }] }),
  'PATCH /scorecards/:id': changeOf('Another version'),
  'POST /results': aResult,
  'POST /results/:id/dispute': ({ users }) => ({ reason: 'No', disputedBy: users }),
  'POST /results/:id/resolve': ({ users }) => ({ resolution: 'Yes', resolvedBy: users }),
  'POST /results/:id/acknowledge': ({ users }) => ({ acknowledgedBy: users }),
  'PATCH /results/:id': async ({ results }) => {
    const [{ questionId }] = (await target.client.get(`/api/v1/results/${results}`)).json().answers;
    return { answers: [{ questionId, answer: 2 }] };
  },
  'POST /plans': ({ users, skills }) => aPlan(users!, [Number(skills)]),
  'PATCH /plans/:id': changeOf('Renamed plan'),
  'POST /meetings': ({ plans, calls }) => ({
    planId: Number(plans),
    dateTime: '2026-03-09T10:00Z',
    callReviews: [{ callId: calls }],
  }),
  'PATCH /meetings/:id': () => ({ comments: 'Better' }),
  'POST /meetings/:id/start': () => ({}),
  'POST /meetings/:id/end': () => ({}),
  'POST /kpis': () => ({ description: 'Calls', frequency: 'WEEKLY', target: 7.5 }),
  'PATCH /kpis/:id': () => ({ target: 51 }),
  'POST /observations': ({ users, kpis }) => ({
    observedAt: '2026-03-03T10:00Z',
    observerId: users,
    observedId: users,
    kpiId: Number(kpis),
    value: 1.25,
  }),
  'PATCH /observations/:id': () => ({ value: 42 }),
  'PATCH /account': () => ({ name: 'Renamed company' }),
  'POST /feedback': ({ calls, users }) => ({ callId: calls, feedbackBy: users, startTime: 1, endTime: 2 }),
  'PATCH /feedback/:id': () => ({ text: '<b>Better</b> said' }),
  'POST /shares': ({ calls, users }) => ({ callId: calls, sharedBy: users, recipientEmails: ['on@example.com'] }),
  'POST /clips': aClip,
  'PATCH /clips/:id': changeOf('Renamed clip', 'title'),
  'POST /clip-shares': ({ clips, users }) => ({
    clipId: clips,
    sharedBy: users,
    recipientEmails: ['on@example.com'],
  }),
  'POST /playlists': ({ users }) => ({ title: 'New playlist', ownerId: users }),
  'PATCH /playlists/:id': changeOf('Renamed playlist', 'title'),
  // What a playlist has already does not change it.
  'POST /playlists/:id/items': async (ids) => {
    const made = await target.client.send('POST', '/api/v1/clips', await aClip(ids));
    return { clipIds: [made.json().id], callIds: [ids.calls] };
  },
  'POST /views': () => ({ name: 'New view', query: 'direction=INBOUND' }),
  'PATCH /views/:id': changeOf('Renamed view'),
  'PATCH /calls/:id/transcript': () => ({ from: 0, to: 1, words: [{ word: `Hello${++names}` }] }),
  'POST /calls/:id/transcript/edits/:number/undo': () => ({}),
  // For good, so it comes last.
  'POST /users/:id/merge': async () => {
    const other = { email: 'other@example.com', firstName: 'Other', lastName: 'Rep' };
    return { into: (await target.client.send('POST', '/api/v1/users', other)).json().id };
  },
};

const tagged = allRoutes.filter(({ method, etag }) => etag && method !== 'GET');
const routeNamed = (name: string) => allRoutes.find((route) => nameOf(route) === name.replace(' ', ' /api/v1'));

test('every route that answers with a tag is here', () => {
  const told = Object.keys(bodies).map((name) => name.replace(' ', ' /api/v1'));
  expect(told.sort()).toEqual(tagged.map(nameOf).sort());
});

/** The route that changes what a route answers: its own path, or the one above it. */
function changeBeside(route: RouteContract): RouteContract | undefined {
  const path = route.path.replace('/api/v1', '');
  const part = /^.*\/:id\/(?:transcript|.*:number$)/.exec(path)?.[0];
  return routeNamed(`PATCH ${part ?? (path === '/account' ? path : `${path.split('/:id')[0]}/:id`)}`);
}

/** Where the thing that a route answers is read. */
function readingOf(route: RouteContract, id: unknown): string {
  if (id === undefined) return pathOf(changeBeside(route)!, target.ids[kindOf(route)!]!);
  const [path] = route.path.split('/:id') as [string];
  return path.endsWith('/account') ? path : `${path}/${encodeURIComponent(String(id))}`;
}

/** Sends as a program, and to what is for people alone as a person. */
async function send({ audience }: RouteContract, ...request: Parameters<Browser['send']>) {
  if (audience !== 'people') {
    const answer = await target.client.send(...request);
    return { ...answer, etag: answer.headers.get('etag') ?? undefined };
  }
  const answer = await target.person.send(...request);
  return { ...answer, etag: answer.headers.etag };
}

test.each(Object.keys(bodies))('%s', async (name) => {
  const { ids } = target;
  const route = routeNamed(name)!;
  const body = await bodies[name]!(ids);
  // The test of edits made two.
  const sentTo = pathOf(route, ids[kindOf(route) ?? ''] ?? '').replace('/edits/0', '/edits/2');
  const answer = await send(route, route.method, sentTo, body);
  expect(answer.status, answer.text).toBeLessThan(300);
  const path = readingOf(route, answer.json().id);
  const read = await send(route, 'GET', path);
  expect(read.status, path).toBe(200);
  // That of the whole, sent by gzip, ends so: it is as good for a change.
  expect(read.etag).toBeDefined();
  expect(answer.etag).toBe(read.etag?.replace(/-gzip"$/, '"'));
  const change = changeBeside(route);
  // What was merged stays as it is.
  if (change === undefined || name.endsWith('/merge')) return;
  const ifMatch = { 'if-match': answer.etag! };
  const again = { ...ids, [kindOf(change)!]: String(answer.json().id) };
  const sent = name.startsWith('POST /results') ? {} : await bodies[nameOf(change).replace(' /api/v1', ' ')]!(again);
  const changed = await send(change, 'PATCH', path, sent, ifMatch);
  expect(changed.status, changed.text).toBe(200);
  expect((await send(change, 'PATCH', path, sent, { 'if-match': '"other"' })).status).toBe(412);
});
