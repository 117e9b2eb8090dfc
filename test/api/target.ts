import { expect } from 'vitest';
import type { RouteContract } from '#debrief/contract/route.js';
import { allRoutes } from '#debrief/contract/routes.js';
import { accountAtRest, snapshotAccount } from '../support/account-snapshot.js';
import { type Browser, browserOf } from '../support/browser.js';
import { giveClipSound, giveSound } from '../support/played.js';
import { type RawClient, type RawRequest, rawClient, sendRaw } from '../support/raw-http.js';
import { makeAccount, type TestAccount, type TestClient, type TestService } from '../support/service.js';

/** An account with one of everything, and what no request in a suite may change. */
export interface Target {
  readonly account: TestAccount;
  readonly client: TestClient;
  /** Sends as the client; what is for people alone, as a user who has logged in. */
  readonly raw: RawClient;
  /** That user, in their browser. */
  readonly person: Browser;
  /** The id of something, by the first part of the path that it is read at. */
  readonly ids: Readonly<Record<string, string>>;
  readonly deletedCallId: string;
  /** Runs this and expects every row of the account to be as it was. */
  unchanged(run: () => Promise<unknown>): Promise<void>;
}

export const TRANSCRIPT = [
  { start: '0.5', end: '1', word: 'hello', p: ',', v: 0 },
  { start: '1', end: '2', word: 'there', p: '.', v: 0 },
  { start: '2.5', end: '3', word: 'hi', p: '.', v: 1 },
];

export async function makeTarget(service: TestService): Promise<Target> {
  const account = await makeAccount(service);
  const client = await account.client();
  const create = async (path: string, body: object) => {
    const answer = await client.send('POST', `/api/v1/${path}`, body);
    expect(answer.status, answer.text).toBe(201);
    return String(answer.json().id);
  };
  const departments = await create('departments', { name: 'Sales' });
  const teams = await create('teams', { name: 'East', departmentId: departments });
  const users = await create('users', { email: 'rep@example.com', firstName: 'Rita', lastName: 'Rep', teamId: teams });
  const topics = await create('topics', { name: 'Greetings', words: ['hello there'] });
  const templates = await create('templates', { name: 'Card', template: '{{ call.id }}' });
  const call = {
    callTime: '2026-03-01T10:00Z',
    direction: 'INBOUND',
    transcript: TRANSCRIPT,
    metadata: { stage: 'won' },
  };
  const calls = await client.upsertCall({ ...call, externalId: 'first', callerEmail: 'rep@example.com' });
  await client.upsertCall({ ...call, externalId: 'second' });
  await giveSound(service, account, calls, Buffer.from('sound'));
  const skills = await create('skills', { name: 'Listening' });
  const questions = [{ text: 'Did they listen?', skills: [Number(skills)] }];
  const scorecards = await create('scorecards', { name: 'Discovery', scheme: 'OneToFive', questions });
  const sheet = (await client.get(`/api/v1/scorecards/${scorecards}`)).json();
  const answers = [{ questionId: sheet.questions[0].questionId, answer: 4 }];
  const result = { callId: calls, scorecardId: scorecards, reviewerId: users, state: 'SUBMITTED', answers };
  const results = await create('results', result);
  const scoring = { skills, scorecards, scorecard: scorecards, results };
  const feedback = await create('feedback', { callId: calls, feedbackBy: users, startTime: 1, text: 'Well said' });
  const shares = await create('shares', { callId: calls, sharedBy: users, recipientEmails: ['out@example.com'] });
  const range = { startSeconds: 0, endSeconds: 2, title: 'Hello' };
  const clips = await create('clips', { callId: calls, createdBy: users, ...range });
  await giveClipSound(service, account, { id: clips, callId: calls }, Buffer.from('sound'));
  const outsider = { recipientEmails: ['out@example.com'] };
  const clipShares = await create('clip-shares', { clipId: clips, sharedBy: users, ...outsider });
  const playlists = await create('playlists', { title: 'Openings', ownerId: users });
  await create(`playlists/${playlists}/items`, { clipIds: [clips], callIds: [calls] });
  const library = { clips, 'clip-shares': clipShares, playlists };
  const heartbeat = { callId: calls, listener: users, session: 'tab', spans: [[0, 2]] };
  expect((await client.send('POST', '/api/v1/listens', heartbeat)).status).toBe(200);
  const plans = await create('plans', aPlan(users, [Number(skills)]));
  const meetings = await create('meetings', {
    planId: Number(plans),
    dateTime: '2026-03-02T10:00Z',
    callReviews: [{ callId: calls }],
    questions: [{ question: 'Ready?', kind: 'scored', possibleScore: 5, actualScore: 4, reviewWeight: 1 }],
  });
  // One that is in the feed.
  const held = { dateTime: '2026-03-02T10:00Z', startTime: '2026-03-02T10:00Z', endTime: '2026-03-02T10:30Z' };
  await create('meetings', { planId: Number(plans), ...held });
  const kpis = await create('kpis', { description: 'Dials', frequency: 'DAILY', target: 50 });
  const observations = await create('observations', {
    observedAt: '2026-03-02T10:00Z',
    observerId: users,
    observedId: users,
    kpiId: Number(kpis),
    value: 41.5,
  });
  const coaching = { plans, meetings, kpis, kpi: kpis, observations };
  const uploads = await beginUpload(client);
  const deletedCallId = await client.upsertCall(call);
  expect((await client.send('DELETE', `/api/v1/calls/${deletedCallId}`)).status).toBe(204);
  const person = await browserOf(service, account, { id: users, role: 'rep' });
  const view = await person.send('POST', '/api/v1/views', { name: 'Won', query: 'metadata.stage=won' });
  expect(view.status, view.text).toBe(201);
  const cookie = `debrief_session=${person.cookies.get('debrief_session')}`;
  const raw = rawClient(service, client);
  await accountAtRest(service, account.accountId);
  return {
    account,
    client,
    person,
    raw: {
      authorization: raw.authorization,
      send: ({ headers, ...request }) =>
        isForPeople(request)
          ? sendRaw(service, { ...request, headers: { cookie, origin: service.url, ...headers } })
          : raw.send({ ...request, headers: { ...headers } }),
    },
    ids: {
      calls,
      call: calls,
      transcript: calls,
      users,
      teams,
      departments,
      topics,
      templates,
      feedback,
      shares,
      ...scoring,
      ...coaching,
      ...library,
      sessions: person.sessionId,
      views: view.json().id,
      uploads,
    },
    deletedCallId,
    async unchanged(run) {
      await accountAtRest(service, account.accountId);
      const before = await snapshotAccount(service, account.accountId);
      await run();
      await accountAtRest(service, account.accountId);
      expect(await snapshotAccount(service, account.accountId)).toEqual(before);
    },
  };
}

/** An upload of which nothing has been sent yet; answers its id. */
async function beginUpload(client: TestClient): Promise<string> {
  const about = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND' };
  const metadata = Object.entries(about).map(([name, value]) => `${name} ${btoa(value)}`);
  const headers = { 'tus-resumable': '1.0.0', 'upload-length': '10', 'upload-metadata': metadata.join(',') };
  const begun = await client.send('POST', '/api/v1/uploads', undefined, headers);
  expect(begun.status, begun.text).toBe(201);
  return begun.headers.get('location')!.split('/').at(-1)!;
}

/** A plan of somebody with themselves. */
export function aPlan(userId: string, skills: readonly number[] = []): object {
  const people = { coachId: userId, recipientId: userId };
  const schedule = { startDate: '2026-03-01T10:00Z', cadenceDays: 7, plannedMeetings: 4 };
  return { name: 'Listening', objective: 'Listen more', ...people, ...schedule, skills };
}

/** `/api/ev/2/call/:id` with an id in its place; the call of a target has a speaker 0. */
export function pathOf(route: RouteContract, id: string): string {
  return route.path.replace(':id', id).replace(':number', '0');
}

function isForPeople({ method, path }: RawRequest): boolean {
  return allRoutes.some(
    (route) =>
      route.audience === 'people' &&
      route.method === method &&
      new RegExp(`^${route.path.replace(':id', '[^?]*')}(\\?|$)`).test(path),
  );
}

/** Whether programs take a route: not those of sessions, which `permissions.test.ts` and `sessions.test.ts` are about. */
export function forPrograms(route: RouteContract): boolean {
  return route.audience === undefined;
}

/** What the id in a route's path is of: `calls`, `users`, …, also in `/results/:id/history`; undefined where there is none. */
export function kindOf(route: RouteContract): string | undefined {
  return /\/([^/]+)\/:id(?:\/|$)/.exec(route.path)?.[1];
}

export function nameOf(route: RouteContract): string {
  return `${route.method} ${route.path}`;
}

/** The headers and the body that a route takes, so that a path or a scope is all that can be wrong. */
export function soundBody(route: RouteContract): { headers?: Record<string, string>; body?: string } {
  if (route.path.endsWith('/observations/import')) {
    return { headers: { 'content-type': 'text/csv' }, body: 'observedAt,observerId,observedId,kpiId,value\n' };
  }
  if (route.path.endsWith('/import')) return { headers: { 'content-type': 'application/x-ndjson' }, body: '' };
  if (route.bodyType === 'application/octet-stream') return { headers: { 'content-type': route.bodyType }, body: '' };
  if (route.method !== 'POST' && route.method !== 'PATCH') return {};
  return { headers: { 'content-type': 'application/json' }, body: '{}' };
}
