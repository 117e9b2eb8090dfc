import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#debrief/clock.js';
import type { Actor } from '#debrief/services/actor.js';
import { startMeeting } from '#debrief/services/coaching/meeting-moves.js';
import {
  createMeeting,
  deleteMeeting,
  listMeetings,
  readMeeting,
  updateMeeting,
} from '#debrief/services/coaching/meetings.js';
import {
  createObservation,
  deleteObservation,
  listObservations,
  readObservation,
  updateObservation,
} from '#debrief/services/coaching/observations.js';
import { createPlan, deletePlan, listPlans, readPlan, updatePlan } from '#debrief/services/coaching/plans.js';
import type { Deps } from '#debrief/services/deps.js';
import { accountAtRest, snapshotAccount } from '../support/account-snapshot.js';
import { type Coached, makeCoached } from '../support/coached.js';
import { startService, type TestService } from '../support/service.js';

// Who sees coaching, and who changes it. People come by sessions; here they come as who they are.

let service: TestService;
let coached: Coached;
let people: Record<string, Actor>;
let deps: Deps;

const everything = { after: 0, limit: 100 };
const anybody = { coachId: null, recipientId: null };
const AT = '2026-03-02T15:00:00Z';

beforeAll(async () => {
  service = await startService();
  deps = { db: service.db, clock: systemClock };
  coached = await makeCoached(service);
  const { make, account, person, teamId, repId, coachId } = coached;
  const user = (name: string, more: object = {}) => account.addUser(`${name}@example.com`, more);
  const above = (await make('teams', { name: 'All' })).id;
  const ids = {
    manager: await user('manager', { role: 'manager' }),
    director: await user('director', { role: 'manager' }),
    colleague: await user('colleague', { teamId }),
    outsider: await user('outsider', { role: 'manager' }),
    admin: await user('admin', { role: 'admin' }),
  };
  const elsewhere = (await make('teams', { name: 'West', managerId: ids.outsider })).id;
  expect(elsewhere).toBeTruthy();
  const patch = (id: string, body: object) => coached.client.send('PATCH', `/api/v1/teams/${id}`, body);
  expect((await patch(teamId, { managerId: ids.manager, parentTeamId: above })).status).toBe(200);
  expect((await patch(above, { managerId: ids.director })).status).toBe(200);
  people = {
    coach: person(coachId, 'manager'),
    recipient: person(repId, 'rep'),
    manager: person(ids.manager, 'manager', [teamId]),
    // As where everybody sees all calls: that is about calls.
    director: { ...person(ids.director, 'manager'), sight: 'all' },
    colleague: { ...person(ids.colleague, 'rep'), sight: 'all' },
    outsider: { ...person(ids.outsider, 'manager'), sight: 'all' },
    admin: person(ids.admin, 'admin'),
    program: account.actor,
  };
});
afterAll(() => service.close());

async function outcome(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** What each gets, by name. */
async function outcomes(run: (actor: Actor) => Promise<unknown>): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, actor] of Object.entries(people)) found[name] = await outcome(() => run(actor));
  return found;
}

const all = (value: string) => Object.fromEntries(Object.keys(people).map((name) => [name, value]));
const hidden = { colleague: 'not_found', outsider: 'not_found' };

describe('plans and meetings', () => {
  test('are seen by the coach, the recipient, managers of theirs and above, administrators and programs', async () => {
    const plan = await coached.make('plans', coached.planBody());
    const meeting = await coached.make('meetings', { planId: plan.id, dateTime: AT });
    const [planId, meetingId] = [String(plan.id), String(meeting.id)];
    expect(await outcomes((actor) => readPlan(deps, actor, planId))).toEqual({ ...all('ok'), ...hidden });
    expect(await outcomes((actor) => readMeeting(deps, actor, meetingId))).toEqual({ ...all('ok'), ...hidden });
    for (const [name, actor] of Object.entries(people)) {
      const expected = name in hidden ? [] : [plan.id];
      const plans = await listPlans(deps, actor, anybody, everything);
      expect(
        plans.map(({ id }) => id),
        name,
      ).toEqual(expected);
      const meetings = await listMeetings(deps, actor, { ...anybody, planId }, everything);
      expect(
        meetings.map(({ id }) => id),
        name,
      ).toEqual(name in hidden ? [] : [meeting.id]);
    }
    await deletePlan(deps, people.coach!, planId);
  });

  test('are changed by all of these but the recipient', async () => {
    const plan = await coached.make('plans', coached.planBody());
    const meeting = await coached.make('meetings', { planId: plan.id, dateTime: AT });
    const [planId, meetingId] = [String(plan.id), String(meeting.id)];
    const writers = { ...all('ok'), ...hidden, recipient: 'forbidden' };
    expect(await outcomes((actor) => updatePlan(deps, actor, planId, { name: 'New' }))).toEqual(writers);
    expect(await outcomes((actor) => updateMeeting(deps, actor, meetingId, { comments: 'New' }))).toEqual(writers);
    await accountAtRest(service, coached.account.accountId);
    const before = await snapshotAccount(service, coached.account.accountId);
    for (const name of ['recipient', 'colleague', 'outsider']) {
      const actor = people[name]!;
      const refused = name === 'recipient' ? 'forbidden' : 'not_found';
      expect(await outcome(() => deletePlan(deps, actor, planId))).toBe(refused);
      expect(await outcome(() => startMeeting(deps, actor, meetingId, {}))).toBe(refused);
      expect(await outcome(() => deleteMeeting(deps, actor, meetingId))).toBe(refused);
    }
    expect(await snapshotAccount(service, coached.account.accountId)).toEqual(before);
    expect(await outcome(() => startMeeting(deps, people.coach!, meetingId, {}))).toBe('ok');
    // Held ones are history.
    expect(await outcomes((actor) => deleteMeeting(deps, actor, meetingId))).toEqual({
      ...all('forbidden'),
      ...hidden,
      admin: 'ok',
      program: 'not_found',
    });
    await deletePlan(deps, people.director!, planId);
  });

  test('are made by the coach, and by managers for the people of their teams', async () => {
    const body = coached.planBody();
    const made = await outcomes((actor) => createPlan(deps, actor, body));
    const makers = { ...all('ok'), recipient: 'forbidden', colleague: 'forbidden', outsider: 'forbidden' };
    expect(made).toEqual(makers);
    const meeting = { dateTime: AT, coachId: coached.coachId, recipientId: coached.repId };
    expect(await outcomes((actor) => createMeeting(deps, actor, meeting))).toEqual(makers);
  });

  test('a rep who coaches makes meetings of the plans that say so, and no others', async () => {
    const colleague = people.colleague!;
    const coachId = (colleague.by as { id: string }).id;
    const { id } = await coached.make('plans', coached.planBody({ coachId }));
    const alone = { dateTime: AT, coachId, recipientId: coached.repId };
    expect(await outcome(() => createMeeting(deps, colleague, alone))).toBe('forbidden');
    const made = await createMeeting(deps, colleague, { dateTime: AT, planId: id });
    expect(made).toMatchObject({ coachId, recipientId: coached.repId });
    expect(await outcome(() => startMeeting(deps, colleague, String(made.id), {}))).toBe('ok');
  });

  test('of history, ids and times are for administrators and programs with that scope', async () => {
    const admins = { ...all('forbidden'), admin: 'ok', program: 'ok' };
    let number = 700;
    const meeting = { dateTime: AT, coachId: coached.coachId, recipientId: coached.repId };
    expect(await outcomes((actor) => createPlan(deps, actor, coached.planBody({ id: number++ })))).toEqual(admins);
    expect(await outcomes((actor) => createMeeting(deps, actor, { ...meeting, id: number++ }))).toEqual(admins);
    expect(await outcomes((actor) => createMeeting(deps, actor, { ...meeting, startTime: AT }))).toEqual(admins);
    const { id } = await coached.make('meetings', meeting);
    expect(await outcomes((actor) => updateMeeting(deps, actor, String(id), { startTime: AT }))).toEqual(admins);
  });

  test('a meeting reviews calls that whoever picks them sees', async () => {
    const { callId } = await coached.scoredCall([1, 2, 3]);
    const meeting = { dateTime: AT, coachId: coached.coachId, recipientId: coached.repId, callReviews: [{ callId }] };
    // The coach manages no team, and sees only their own calls.
    expect(await outcome(() => createMeeting(deps, people.coach!, meeting))).toBe('invalid');
    const made = await createMeeting(deps, people.manager!, meeting);
    expect(made.callReviews).toHaveLength(1);
    expect((await readMeeting(deps, people.coach!, String(made.id))).scores).toEqual(made.scores);
  });
});

describe('observations', () => {
  test('are seen by the observed, the observer, managers of theirs and above, administrators and programs', async () => {
    const { id: kpiId } = await coached.make('kpis', { description: 'Dials', frequency: 'DAILY', target: 50 });
    const given = { observedAt: AT, observerId: coached.coachId, observedId: coached.repId, kpiId, value: 1 };
    const { id } = await coached.make('observations', given);
    expect(await outcomes((actor) => readObservation({ db: service.db }, actor, id))).toEqual({
      ...all('ok'),
      ...hidden,
    });
    const filters = { kpiId: String(kpiId), observedId: null };
    const counts = await Promise.all(
      Object.values(people).map(async (actor) => {
        return (await listObservations({ db: service.db }, actor, filters, { after: null, limit: 9 })).length;
      }),
    );
    expect(counts).toEqual(Object.keys(people).map((name) => (name in hidden ? 0 : 1)));
    const change = (actor: Actor) => updateObservation({ db: service.db }, actor, id, { value: 2 });
    expect(await outcomes(change)).toEqual({ ...all('ok'), ...hidden, recipient: 'forbidden' });
    expect(await outcome(() => deleteObservation({ db: service.db }, people.recipient!, id, null))).toBe('forbidden');
    expect(await outcome(() => deleteObservation({ db: service.db }, people.director!, id, null))).toBe('ok');
  });

  test('are made by managers of the people of their teams, as observed by themselves', async () => {
    const { id: kpiId } = await coached.make('kpis', { description: 'Dials', frequency: 'DAILY', target: 50 });
    const given = { observedAt: AT, observedId: coached.repId, kpiId, value: 1 };
    const makers = { ...all('forbidden'), manager: 'ok', director: 'ok', admin: 'ok' };
    // A program says who observed.
    expect(await outcomes((actor) => createObservation({ db: service.db }, actor, given))).toEqual({
      ...makers,
      program: 'invalid',
    });
    const other = { ...given, observedAt: '2026-03-03T15:00Z', observerId: coached.coachId };
    const forOthers = { ...all('forbidden'), admin: 'ok' };
    expect(await outcomes((actor) => createObservation({ db: service.db }, actor, other))).toEqual({
      ...forOthers,
      program: 'conflict',
    });
  });
});
