import { expect } from 'vitest';
import { CALL, makeScored, type Scored } from './scored.js';
import type { TestService } from './service.js';

/** An account with a rep, a coach who manages no team, and a scorecard about skills. */
export interface Coached extends Scored {
  /** Numbers of two skills, Asking and Listening; a third one is about nothing. */
  readonly skills: readonly [number, number, number];
  /** Ids of a scorecard's questions: about Asking, about Asking and Listening, about neither. */
  readonly questionIds: readonly [string, string, string];
  /** A plan of the coach's with the rep. */
  planBody(more?: object): object;
  /** A call with a submitted result of the coach's. */
  scoredCall(answers: readonly (number | null)[], more?: object): Promise<{ callId: string; resultId: string }>;
  /** An entry of a feed, by its id. */
  // biome-ignore lint/suspicious/noExplicitAny: as answered
  entry(feed: 'plans' | 'meetings' | 'kpis', id: number | string): Promise<any>;
}

const idFields = { plans: 'planId', meetings: 'meetingId', kpis: 'id' };

export async function makeCoached(service: TestService): Promise<Coached> {
  const scored = await makeScored(service);
  const { make, client, coachId, repId } = scored;
  const skills: number[] = [];
  for (const name of ['Asking', 'Listening', 'Nothing']) skills.push((await make('skills', { name })).id);
  const questions = [
    { text: 'Asked?', skills: [skills[0]] },
    { text: 'Asked and listened?', skills: [skills[1], skills[0]] },
    { text: 'Laughed?' },
  ];
  const sheet = await make('scorecards', { name: 'Coaching', scheme: 'OneToFive', questions });
  const questionIds: string[] = sheet.questions.map((each: { questionId: string }) => each.questionId);
  return {
    ...scored,
    skills: skills as [number, number, number],
    questionIds: questionIds as [string, string, string],
    planBody: (more = {}) => ({
      name: 'Ask',
      objective: 'Ask more',
      coachId,
      recipientId: repId,
      startDate: '2026-03-01T10:00:00-05:00',
      cadenceDays: 7,
      plannedMeetings: 4,
      ...more,
    }),
    async scoredCall(answers, more = {}) {
      const { id: callId } = await make('calls', { ...CALL, callerId: repId });
      const given = answers.map((answer, index) => ({ questionId: questionIds[index], answer }));
      const result = { callId, scorecardId: sheet.id, reviewerId: coachId, state: 'SUBMITTED', answers: given };
      return { callId, resultId: (await make('results', { ...result, ...more })).id };
    },
    async entry(feed, id) {
      const answer = await client.get(`/api/ev/2/${feed}?since=2020-01-01T00:00Z&limit=1000`);
      expect(answer.status, answer.text).toBe(200);
      return answer.json().find((each: Record<string, unknown>) => each[idFields[feed]] === id);
    },
  };
}
