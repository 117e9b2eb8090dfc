import { expect } from 'vitest';
import type { RouteContract } from '#debrief/contract/route.js';
import { accountAtRest, snapshotAccount } from '../support/account-snapshot.js';
import { type RawClient, rawClient } from '../support/raw-http.js';
import { makeAccount, type TestAccount, type TestClient, type TestService } from '../support/service.js';

/** An account with one of everything, and what no request in a suite may change. */
export interface Target {
  readonly account: TestAccount;
  readonly client: TestClient;
  readonly raw: RawClient;
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
  const calls = await client.giveCall({ ...call, externalId: 'first', callerEmail: 'rep@example.com' });
  await client.giveCall({ ...call, externalId: 'second' });
  const deletedCallId = await client.giveCall(call);
  expect((await client.send('DELETE', `/api/v1/calls/${deletedCallId}`)).status).toBe(204);
  await accountAtRest(service, account.accountId);
  return {
    account,
    client,
    raw: rawClient(service, client),
    ids: { calls, call: calls, transcript: calls, users, teams, departments, topics, templates },
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

/** `/api/ev/2/call/:id` with an id in its place. */
export function pathOf(route: RouteContract, id: string): string {
  return route.path.replace(':id', id);
}

/** What the id in a route's path is of: `calls`, `users`, …; undefined where there is none. */
export function kindOf(route: RouteContract): string | undefined {
  return /\/([^/]+)\/:id$/.exec(route.path)?.[1];
}

export function nameOf(route: RouteContract): string {
  return `${route.method} ${route.path}`;
}

/** The headers and the body that a route takes, so that a path or a scope is all that can be wrong. */
export function soundBody(route: RouteContract): { headers?: Record<string, string>; body?: string } {
  if (route.path.endsWith('/import')) return { headers: { 'content-type': 'application/x-ndjson' }, body: '' };
  if (route.method !== 'POST' && route.method !== 'PATCH') return {};
  return { headers: { 'content-type': 'application/json' }, body: '{}' };
}
