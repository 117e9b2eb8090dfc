import Type from 'typebox';
import { expect, test } from 'vitest';
import { KpiEntry, MeetingEntry, ObservationEntry, PlanEntry } from '#debrief/contract/coaching.js';
import { conforms } from '../support/conforms.js';
import { CALL } from '../support/scored.js';
import { openSuite } from '../support/suite.js';

// Plans, meetings and KPIs: their fields, order, types and values, as the reference shows them.

const ZONED_STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}-0[45]:00$/;
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const { service, account, client } = await openSuite();

async function make(path: string, body: object) {
  const answer = await client.send('POST', `/api/v1/${path}`, body);
  expect(answer.status, answer.text).toBe(201);
  return answer.json();
}

/** Skills' numbers are ours: the reference's are written to the table. */
async function addSkill(id: number, name: string): Promise<void> {
  await service.pool.query('insert into skills (account_id, skill_id, name) values ($1, $2, $3)', [
    account.accountId,
    String(id),
    name,
  ]);
}

const COACH = '5322d716-caec-4336-95e0-3fc1ce577455';
const RECIPIENT = 'a12fac0e-63fc-4f3a-bffb-e2493139bc9d';

test('a plan', async () => {
  await addSkill(44, 'Lead In');
  await addSkill(8750, 'Pre-call Research');
  await account.addUser('coach@example.com', { id: COACH });
  await account.addUser('recipient@example.com', { id: RECIPIENT });
  const plan = await make('plans', {
    id: 3789,
    name: 'Lead In, Pre-call Research, Aug 2020-Dec 2020',
    objective: 'Alon Kostetsky should improve skills: Lead In, Pre-call Research',
    startDate: '2020-08-06T13:41:35.135707-04:00',
    coachId: COACH,
    recipientId: RECIPIENT,
    cadenceDays: 7,
    plannedMeetings: 20,
    skills: [44, 8750],
    // Three weeks after the start.
    completedAt: '2020-08-27T13:41:35.135707-04:00',
  });
  expect(plan).toEqual({
    id: 3789,
    name: 'Lead In, Pre-call Research, Aug 2020-Dec 2020',
    objective: 'Alon Kostetsky should improve skills: Lead In, Pre-call Research',
    coachId: COACH,
    recipientId: RECIPIENT,
    startDate: '2020-08-06T17:41:35.135707Z',
    cadenceDays: 7,
    plannedMeetings: 20,
    skills: [44, 8750],
    completedAt: '2020-08-27T17:41:35.135707Z',
    completedMeetings: 0,
    estimatedMissedMeetings: 3,
  });
  for (const day of ['10', '17']) {
    const held = { startTime: `2020-08-${day}T15:00Z`, endTime: `2020-08-${day}T15:30Z` };
    await make('meetings', { planId: 3789, dateTime: `2020-08-${day}T15:00Z`, ...held });
  }
  const answer = await client.get('/api/ev/2/plans?since=2020-01-01T00:00Z');
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const [{ modified }] = answer.json();
  expect(modified).toMatch(ZONED_STAMP);
  conforms(Type.Array(PlanEntry), answer.json());
  expect(answer.text).toBe(
    JSON.stringify([
      {
        planId: 3789,
        name: 'Lead In, Pre-call Research, Aug 2020-Dec 2020',
        objective: 'Alon Kostetsky should improve skills: Lead In, Pre-call Research',
        startDate: '2020-08-06T13:41:35.135707-04:00',
        coachId: COACH,
        recipientId: RECIPIENT,
        plannedMeetings: 20,
        completedMeetings: 2,
        estimatedMissedMeetings: 1,
        skill: [
          { skillId: 44, skillName: 'Lead In' },
          { skillId: 8750, skillName: 'Pre-call Research' },
        ],
        modified,
      },
    ]),
  );
  // A number that history brought in is not given again.
  expect((await make('plans', { ...planBody(), name: 'Next' })).id).toBe(3790);
});

function planBody(more: object = {}): object {
  const people = { coachId: COACH, recipientId: RECIPIENT };
  const schedule = { startDate: '2020-08-06T13:41Z', cadenceDays: 7, plannedMeetings: 1 };
  return { name: 'Plan', objective: 'Improve', ...people, ...schedule, ...more };
}

const CALLS = ['8fa41d84-a060-4e0f-95bf-d315da545e5c', '59bc0458-fb35-4163-8303-70ce6164e4e4'] as const;
const PROBING = 'Did the rep ask probing questions to uncover challenges?';

test('a meeting', async () => {
  await addSkill(9000, 'Challenges');
  const coachId = await account.addUser('c@example.com', { id: '51d91544-8fef-4fe3-92f7-89d3c1c2f4ff' });
  const recipientId = await account.addUser('r@example.com', { id: '460a5f56-cf06-4252-b4be-c3b4220fb767' });
  const questions = [{ text: PROBING, skills: [9000] }, { text: 'Was it fun?' }];
  const scorecard = await make('scorecards', { name: 'Discovery', scheme: 'OneToFive', questions });
  for (const id of CALLS) {
    await make('calls', { ...CALL, id });
    const [probing, fun] = scorecard.questions;
    const answers = [
      { questionId: probing.questionId, answer: 1 },
      { questionId: fun.questionId, answer: 5 },
    ];
    await make('results', { callId: id, scorecardId: scorecard.id, reviewerId: coachId, state: 'SUBMITTED', answers });
  }
  await make('plans', { ...planBody({ coachId, recipientId }), id: 3913, skills: [9000] });
  await make('meetings', {
    id: 9266,
    planId: 3913,
    dateTime: '2020-08-17T15:00:00-04:00',
    startTime: '2020-08-12T08:46:45.23184-04:00',
    endTime: '2020-08-12T08:46:52.408-04:00',
    // Without a choice, the questions of the plan's skills.
    callReviews: CALLS.map((callId) => ({ callId })),
    questions: [
      { question: 'This is a text question', kind: 'text' },
      { question: 'Does the rep pull it off?', kind: 'scored', possibleScore: 5, actualScore: 5, reviewWeight: 34 },
    ],
    comments: 'asdfgsd fg',
  });
  const answer = await client.get('/api/ev/2/meetings?since=2020-01-01T00:00Z');
  conforms(Type.Array(MeetingEntry), answer.json());
  const meeting = answer.json().at(-1);
  expect(meeting.modified).toMatch(ZONED_STAMP);
  const question = { question: PROBING, possibleScore: 5, actualScore: 1, reviewWeight: null };
  const expected = {
    meetingId: 9266,
    planId: 3913,
    dateTime: '2020-08-17T15:00:00-04:00',
    coachId,
    recipientId,
    startTime: '2020-08-12T08:46:45.23184-04:00',
    endTime: '2020-08-12T08:46:52.408-04:00',
    scores: { Challenges: 20 },
    callReviews: CALLS.map((callId) => ({ callId, questions: [question] })),
    questions: [
      { question: 'This is a text question', possibleScore: null, actualScore: null, reviewWeight: 0 },
      { question: 'Does the rep pull it off?', possibleScore: 5, actualScore: 5, reviewWeight: 34 },
    ],
    comments: 'asdfgsd fg',
    modified: meeting.modified,
  };
  expect(answer.text.endsWith(`${JSON.stringify(expected)}]`), answer.text).toBe(true);
});

test('a meeting with nothing', async () => {
  const people = { coachId: COACH, recipientId: RECIPIENT };
  // A planned one is not in the feed.
  await make('meetings', { dateTime: '2021-01-04T10:00Z', ...people });
  const held = { startTime: '2021-01-05T10:00Z', endTime: '2021-01-05T10:00Z' };
  const { id } = await make('meetings', { dateTime: '2021-01-05T10:00Z', ...people, ...held });
  const answer = await client.get('/api/ev/2/meetings?since=2020-01-01T00:00Z');
  conforms(Type.Array(MeetingEntry), answer.json());
  const { modified } = answer.json().at(-1);
  const expected = {
    meetingId: id,
    planId: null,
    dateTime: '2021-01-05T05:00:00-05:00',
    ...people,
    startTime: '2021-01-05T05:00:00-05:00',
    endTime: '2021-01-05T05:00:00-05:00',
    scores: {},
    callReviews: [],
    questions: [],
    comments: null,
    modified,
  };
  expect(id).toBe(9268);
  expect(answer.text.endsWith(`${JSON.stringify(expected)}]`), answer.text).toBe(true);
});

test('a KPI and its observation', async () => {
  await account.addUser('observer@example.com', { id: '224' });
  await make('kpis', { id: 1, description: 'Linking goals', frequency: 'MONTHLY', target: 23.23 });
  await make('kpis', { id: 3, description: 'Dials', frequency: 'DAILY', target: 50 });
  const definition = await client.get('/api/ev/2/kpi/1');
  conforms(KpiEntry, definition.json());
  expect(definition.text).toBe(
    JSON.stringify({ kpiId: 1, description: 'Linking goals', frequency: 'MONTHLY', target: 23.23 }),
  );
  for (const unknown of ['2', '01', 'x', '1.0', '99999999999999999999']) {
    expect((await client.get(`/api/ev/2/kpi/${unknown}`)).status).toBe(404);
  }
  const given = { observedAt: '2021-06-25T10:32:00Z', observerId: '224', observedId: '224', kpiId: 3, value: 18.56 };
  const { id } = await make('observations', given);
  const answer = await client.get('/api/ev/2/kpis?since=2020-01-01T00:00Z');
  conforms(Type.Array(ObservationEntry), answer.json());
  const [{ modified }] = answer.json();
  expect(modified).toMatch(STAMP);
  expect(answer.text).toBe(JSON.stringify([{ ...given, modified, id }]));
});
