import { expect } from 'vitest';
import type { Role } from '#debrief/contract/access.js';
import type { Actor } from '#debrief/services/actor.js';
import { type Answer, makeAccount, type TestAccount, type TestClient, type TestService } from './service.js';

/** An account with a team, a rep who calls, a coach who reviews, and a scorecard. */
export interface Scored {
  readonly account: TestAccount;
  readonly client: TestClient;
  readonly teamId: string;
  readonly repId: string;
  readonly coachId: string;
  readonly callId: string;
  /** The scorecard as /api/v1 shows it. */
  // biome-ignore lint/suspicious/noExplicitAny: as answered
  readonly scorecard: any;
  /** Creates something; answers it. */
  // biome-ignore lint/suspicious/noExplicitAny: as answered
  make(path: string, body: object): Promise<any>;
  /** POSTs a result of the coach's on the call: the answers are those to the scorecard's questions, in order. */
  score(state: 'DRAFT' | 'SUBMITTED', answers: readonly (number | null)[], more?: object): Promise<Answer>;
  /** A person of the account, who sees the calls of these teams beside their own. */
  person(id: string, role: Role, teamIds?: readonly string[]): Actor;
}

export const CALL = { callTime: '2026-03-01T10:00Z', direction: 'OUTBOUND', duration: 120 };

export async function makeScored(service: TestService, scheme = 'OneToFive', questions?: object[]): Promise<Scored> {
  const account = await makeAccount(service);
  const client = await account.client();
  const make = async (path: string, body: object) => {
    const answer = await client.send('POST', `/api/v1/${path}`, body);
    expect(answer.status, answer.text).toBe(201);
    return answer.json();
  };
  const teamId = (await make('teams', { name: 'East' })).id;
  const repId = await account.addUser('rep@example.com', { teamId });
  const coachId = await account.addUser('coach@example.com', { role: 'manager' });
  const callId = (await make('calls', { ...CALL, callerId: repId })).id;
  const asked = questions ?? [{ text: 'Did they listen?' }, { text: 'Did they ask?' }];
  const scorecard = await make('scorecards', { name: 'Discovery', scheme, questions: asked });
  return {
    account,
    client,
    teamId,
    repId,
    coachId,
    callId,
    scorecard,
    make,
    score(state, answers, more = {}) {
      const given = answers.map((answer, index) => ({ questionId: scorecard.questions[index].questionId, answer }));
      const result = { callId, scorecardId: scorecard.id, reviewerId: coachId, state, answers: given };
      return client.send('POST', '/api/v1/results', { ...result, ...more });
    },
    person: (id, role, teamIds = []) => ({
      accountId: account.accountId,
      timeZone: 'UTC',
      by: { kind: 'user', id, role },
      rights: new Set(role === 'admin' ? ['admin', 'write', 'read', 'delete'] : ['write', 'read']),
      sight: role === 'admin' ? 'all' : { userId: id, teamIds },
    }),
  };
}
