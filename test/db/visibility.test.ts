import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { managedTeams, type Sight, seesCall, visible } from '#debrief/db/visibility.js';
import { requireUser, userOf } from '#debrief/services/actor.js';
import { makeAccount } from '../support/service.js';
import { openSuite } from '../support/suite.js';

const { service, account } = await openSuite();
const teams: Record<string, string> = {};
const users: Record<string, string> = {};
const calls: Record<string, string> = {};

beforeAll(async () => {
  const client = await account.client();
  users.boss = await account.addUser('boss@example.com', { role: 'manager' });
  users.lead = await account.addUser('lead@example.com', { role: 'manager' });
  const team = async (name: string, more: object) => {
    teams[name] = (await client.send('POST', '/api/v1/teams', { name, ...more })).json().id;
  };
  await team('top', { managerId: users.boss });
  await team('middle', { managerId: users.lead, parentTeamId: teams.top });
  await team('bottom', { parentTeamId: teams.middle });
  await team('other', {});
  for (const name of ['top', 'middle', 'bottom', 'other']) {
    users[name] = await account.addUser(`${name}@example.com`, { teamId: teams[name] });
    const call = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND', callerId: users[name] };
    calls[name] = (await client.send('POST', '/api/v1/calls', call)).json().id;
  }
  calls.nobody = (
    await client.send('POST', '/api/v1/calls', { callTime: '2026-03-01T10:00Z', direction: 'INBOUND' })
  ).json().id;
});

async function seen(sight: Sight): Promise<string[]> {
  const found = await sql<{ id: string }>`select c.call_id as id from calls c
    where c.account_id = ${account.accountId} and ${visible(sight, 'c')}`.execute(service.db);
  const ids = new Set(found.rows.map(({ id }) => id));
  const names = Object.keys(calls).filter((name) => ids.has(calls[name]!));
  for (const [name, id] of Object.entries(calls)) {
    expect(await seesCall(service.db, { ...account.actor, sight }, id)).toBe(names.includes(name));
  }
  return names;
}

describe('who sees which call', () => {
  const sightOf = async (name: string): Promise<Sight> => ({
    userId: users[name]!,
    teamIds: await managedTeams(service.db, account, users[name]!),
  });

  test('all', async () => expect(await seen('all')).toEqual(['top', 'middle', 'bottom', 'other', 'nobody']));
  test('a manager: their team’s and those of teams below', async () => {
    expect(await seen(await sightOf('boss'))).toEqual(['top', 'middle', 'bottom']);
    expect(await seen(await sightOf('lead'))).toEqual(['middle', 'bottom']);
  });
  test('a rep: their own', async () => expect(await seen(await sightOf('bottom'))).toEqual(['bottom']));
  test('another account’s: nothing', async () => {
    const stranger = (await makeAccount(service)).actor;
    expect(await seesCall(service.db, stranger, calls.top!)).toBe(false);
  });
});

describe('who acts', () => {
  const rep = {
    ...account?.actor,
    rights: new Set(['read', 'write']),
    by: { kind: 'user', id: 'me', role: 'rep' },
  } as never;
  test('a person acts for themselves', () => {
    expect(userOf(rep)).toMatchObject({ id: 'me' });
    expect(requireUser(rep, 'feedbackBy', undefined)).toBe('me');
    expect(requireUser(rep, 'feedbackBy', 'me')).toBe('me');
    expect(() => requireUser(rep, 'feedbackBy', 'other')).toThrow('feedbackBy is chosen by the server');
  });
  test('a program says for whom', () => {
    expect(userOf(account.actor)).toBeNull();
    expect(requireUser(account.actor, 'feedbackBy', 'other')).toBe('other');
    expect(() => requireUser(account.actor, 'feedbackBy', undefined)).toThrow('feedbackBy is missing');
  });
});
