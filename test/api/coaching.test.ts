import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { restampDuePlans } from '#debrief/services/coaching/due-plans.js';
import { accountAtRest, snapshotAccount } from '../support/account-snapshot.js';
import { type Coached, makeCoached } from '../support/coached.js';
import { type DrivenClock, drivenClock, startService, type TestService, until } from '../support/service.js';

// Plans and meetings: what they count, what moves their entries, and what is refused.

const DAY_MS = 24 * 3600 * 1000;

let clock: DrivenClock;
let service: TestService;
let coached: Coached;

beforeAll(async () => {
  clock = drivenClock();
  service = await startService({ clock });
});
afterAll(() => service.close());
beforeEach(async () => {
  coached = await makeCoached(service);
});

const send = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
  coached.client.send(method, `/api/v1/${path}`, body, headers);

async function ok(method: string, path: string, body?: object) {
  const answer = await send(method, path, body);
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.status === 204 ? null : answer.json();
}

interface Audited {
  readonly action: string;
  // biome-ignore lint/suspicious/noExplicitAny: as answered
  readonly before: any;
  // biome-ignore lint/suspicious/noExplicitAny: as answered
  readonly after: any;
}

/** What the audit has of something, the newest first. */
async function auditOf(kind: string, id: number): Promise<Audited[]> {
  const { items } = await ok('GET', `audit?kind=${kind}&id=${id}`);
  return items.map(({ action, before, after }: Audited) => ({ action, before, after }));
}

/** Runs this and expects every row of the account to be as it was. */
async function unchanged(run: () => Promise<unknown>): Promise<void> {
  await accountAtRest(service, coached.account.accountId);
  const before = await snapshotAccount(service, coached.account.accountId);
  await run();
  expect(await snapshotAccount(service, coached.account.accountId)).toEqual(before);
}

const AT = '2026-03-02T15:00:00Z';
const HELD = { dateTime: AT, startTime: AT, endTime: '2026-03-02T15:30:00Z' };

describe('plans', () => {
  const iso = (ms: number) => new Date(ms).toISOString();
  /** Runs the job on our clock, whatever the worker's says. */
  const minute = () => restampDuePlans({ db: service.db, clock }, new AbortController().signal);

  test('the figure is that of the request, and the entry moves within a minute of a change', async () => {
    const startDate = iso(clock.now() / 1000 - DAY_MS / 2);
    const { id } = await coached.make('plans', coached.planBody({ startDate, cadenceDays: 1, plannedMeetings: 2 }));
    const missed = async () => {
      const { estimatedMissedMeetings, modified } = await coached.entry('plans', id);
      expect((await ok('GET', `plans/${id}`)).estimatedMissedMeetings).toBe(estimatedMissedMeetings);
      return { estimatedMissedMeetings, modified };
    };
    const first = await missed();
    expect(first.estimatedMissedMeetings).toBe(0);
    await minute();
    expect(await missed()).toEqual(first);

    clock.advance(DAY_MS);
    expect(await missed()).toEqual({ estimatedMissedMeetings: 1, modified: first.modified });
    await minute();
    const second = await missed();
    expect(second.estimatedMissedMeetings).toBe(1);
    expect(second.modified > first.modified).toBe(true);
    await minute();
    expect(await missed()).toEqual(second);

    // One that is held ahead: nothing changes a day later.
    for (const count of [1, 2]) {
      await ok('POST', 'meetings', { planId: id, ...HELD });
      expect((await coached.entry('plans', id)).completedMeetings).toBe(count);
    }
    const held = await missed();
    expect(held.estimatedMissedMeetings).toBe(0);
    clock.advance(DAY_MS);
    await minute();
    expect(await missed()).toEqual(held);
  });

  test('completed, it misses no more; reopened, what was due meanwhile', async () => {
    const startDate = iso(clock.now() / 1000 - 1.5 * DAY_MS);
    const { id } = await coached.make('plans', coached.planBody({ startDate, cadenceDays: 1, plannedMeetings: 9 }));
    const completed = await ok('PATCH', `plans/${id}`, { completedAt: iso(clock.now() / 1000) });
    expect(completed.estimatedMissedMeetings).toBe(1);
    const { modified } = await coached.entry('plans', id);
    clock.advance(3 * DAY_MS);
    await minute();
    expect(await coached.entry('plans', id)).toMatchObject({ estimatedMissedMeetings: 1, modified });
    expect(await ok('PATCH', `plans/${id}`, { completedAt: null })).toMatchObject({
      completedAt: null,
      estimatedMissedMeetings: 4,
    });
    clock.advance(DAY_MS);
    const reopened = await coached.entry('plans', id);
    await minute();
    const after = await coached.entry('plans', id);
    expect([reopened.estimatedMissedMeetings, after.estimatedMissedMeetings]).toEqual([5, 5]);
    expect(after.modified > reopened.modified).toBe(true);
  });

  test('many that are due at once are all restamped', async () => {
    const startDate = iso(clock.now() / 1000 - DAY_MS / 2);
    const due = coached.planBody({ startDate, cadenceDays: 1 });
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push((await coached.make('plans', due)).id);
    const before = await Promise.all(ids.map((id) => coached.entry('plans', id)));
    clock.advance(DAY_MS);
    await minute();
    for (const [index, id] of ids.entries()) {
      expect((await coached.entry('plans', id)).modified > before[index].modified).toBe(true);
    }
  });

  test("in another zone its instants have another offset, and its meetings are due by that zone's clocks", async () => {
    const plan = await coached.make('plans', coached.planBody());
    const meeting = await coached.make('meetings', { planId: plan.id, ...HELD });
    const before = await coached.entry('plans', plan.id);
    expect(before.startDate).toBe('2026-03-01T10:00:00-05:00');
    await ok('PATCH', 'account', { timeZone: 'Asia/Kolkata' });
    await accountAtRest(service, coached.account.accountId);
    const after = await coached.entry('plans', plan.id);
    expect(after.startDate).toBe('2026-03-01T20:30:00+05:30');
    expect(Date.parse(after.modified)).toBeGreaterThan(Date.parse(before.modified));
    expect(await coached.entry('meetings', meeting.id)).toMatchObject({
      dateTime: '2026-03-02T20:30:00+05:30',
      startTime: '2026-03-02T20:30:00+05:30',
      endTime: '2026-03-02T21:00:00+05:30',
    });
    const due = await service.pool.query('select 1 from plans where account_id = $1 and next_change_at <= now()', [
      coached.account.accountId,
    ]);
    expect(due.rows).toHaveLength(1);
  });

  test('is changed field by field, and listed by whom it is with', async () => {
    const other = await coached.account.addUser('other@example.com');
    const mine = await coached.make('plans', coached.planBody({ skills: [coached.skills[1], coached.skills[0]] }));
    const theirs = await coached.make('plans', coached.planBody({ recipientId: other }));
    const changed = { name: 'Listen', cadenceDays: 14, plannedMeetings: 0, skills: [coached.skills[2]] };
    expect(await ok('PATCH', `plans/${mine.id}`, changed)).toMatchObject({
      ...mine,
      ...changed,
      estimatedMissedMeetings: 0,
    });
    const list = async (query: string) =>
      (await ok('GET', `plans?${query}`)).items.map((plan: { id: number }) => plan.id);
    expect(await list('')).toEqual([mine.id, theirs.id]);
    expect(await list(`recipientId=${other}`)).toEqual([theirs.id]);
    expect(await list(`coachId=${coached.repId}`)).toEqual([]);
    const { next } = await ok('GET', 'plans?limit=1');
    expect(await list(`cursor=${next}`)).toEqual([theirs.id]);
    // Nothing changed: nothing moves.
    const { modified } = await coached.entry('plans', theirs.id);
    await ok('PATCH', `plans/${theirs.id}`, { name: 'Ask', skills: [] });
    expect((await coached.entry('plans', theirs.id)).modified).toBe(modified);
  });

  test('is deleted with the meetings that were not held, and not after one was', async () => {
    const { id } = await coached.make('plans', coached.planBody());
    const meeting = await coached.make('meetings', { planId: id, dateTime: AT });
    await ok('DELETE', `plans/${id}`);
    expect(await coached.entry('plans', id)).toBeUndefined();
    expect(await coached.entry('meetings', meeting.id)).toBeUndefined();
    expect((await send('GET', `meetings/${meeting.id}`)).status).toBe(404);
    const kept = await coached.make('plans', coached.planBody());
    await coached.make('meetings', { planId: kept.id, ...HELD });
    await unchanged(async () => {
      const refused = await send('DELETE', `plans/${kept.id}`);
      expect([refused.status, refused.json().detail]).toEqual([409, expect.stringContaining('set completedAt')]);
    });
  });
});

describe('meetings', () => {
  test('start, end, and count for their plan', async () => {
    const plan = await coached.make('plans', coached.planBody());
    const before = await coached.entry('plans', plan.id);
    const { id } = await coached.make('meetings', { planId: plan.id, dateTime: AT });
    const started = await ok('POST', `meetings/${id}/start`, {});
    expect([started.coachId, started.recipientId]).toEqual([coached.coachId, coached.repId]);
    expect(started.startTime).toMatch(/Z$/);
    expect(await coached.entry('plans', plan.id)).toEqual(before);
    const ended = await ok('POST', `meetings/${id}/end`, {});
    expect(ended.endTime >= started.startTime).toBe(true);
    const after = await coached.entry('plans', plan.id);
    expect(after).toMatchObject({ completedMeetings: 1 });
    expect(after.modified > before.modified).toBe(true);
    // Moved to another plan, it counts there; of none, nowhere.
    const second = await coached.make('plans', coached.planBody());
    await ok('PATCH', `meetings/${id}`, { planId: second.id });
    expect(await coached.entry('plans', plan.id)).toMatchObject({ completedMeetings: 0 });
    expect(await coached.entry('plans', second.id)).toMatchObject({ completedMeetings: 1 });
    await ok('PATCH', `meetings/${id}`, { planId: null });
    expect(await coached.entry('plans', second.id)).toMatchObject({ completedMeetings: 0 });
    await ok('PATCH', `meetings/${id}`, { planId: plan.id });
    expect(await coached.entry('plans', plan.id)).toMatchObject({ completedMeetings: 1 });
    await ok('DELETE', `meetings/${id}`);
    expect(await coached.entry('plans', plan.id)).toMatchObject({ completedMeetings: 0 });
  });

  test('are in the feed from their end on, with the times at which they were held', async () => {
    const feed = async () => (await coached.client.get('/api/ev/2/meetings?since=2020-01-01T00:00Z')).json();
    const { callId, resultId } = await coached.scoredCall([1, 2, 3]);
    const people = { coachId: coached.coachId, recipientId: coached.repId };
    const planned = { dateTime: AT, ...people, callReviews: [{ callId }] };
    const { id } = await coached.make('meetings', planned);
    const other = await coached.make('meetings', planned);
    const history = await coached.make('meetings', { ...HELD, ...people });
    expect((await feed()).map((meeting: { meetingId: number }) => meeting.meetingId)).toEqual([history.id]);
    await ok('POST', `meetings/${id}/start`, {});
    await ok('PATCH', `meetings/${other.id}`, { comments: 'Prepare this' });
    // What a planned meeting shows changes, by a batch in the background too: nobody is told.
    await ok('PATCH', `results/${resultId}`, { answers: [{ questionId: coached.questionIds[0], answer: 4 }] });
    await ok('PATCH', `skills/${coached.skills[0]}`, { name: 'Questions' });
    await accountAtRest(service, coached.account.accountId);
    expect(await feed()).toHaveLength(1);
    const stamped = await service.pool.query(
      'select meeting_id from meetings where account_id = $1 and stamp is not null',
      [coached.account.accountId],
    );
    expect(stamped.rows).toEqual([{ meeting_id: String(history.id) }]);

    const ended = await ok('POST', `meetings/${id}/end`, {});
    const [, entry, ...more] = await feed();
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ meetingId: id, scores: { Questions: 80 } });
    expect([entry.startTime, entry.endTime].map(Date.parse)).toEqual([ended.startTime, ended.endTime].map(Date.parse));
    // A later word on when it was held moves it; it stays one that was held.
    await ok('PATCH', `meetings/${id}`, { startTime: AT, endTime: HELD.endTime });
    const [first, moved] = await feed();
    expect(moved).toMatchObject({ meetingId: id, endTime: '2026-03-02T10:30:00-05:00' });
    expect(moved.modified > entry.modified).toBe(true);
    await unchanged(async () => {
      for (const cleared of [{ endTime: null }, { startTime: null }, { startTime: null, endTime: null }]) {
        const refused = await send('PATCH', `meetings/${id}`, cleared);
        expect([refused.status, refused.json().detail]).toEqual([409, expect.stringContaining('not cleared')]);
      }
    });
    await ok('DELETE', `meetings/${id}`);
    expect(await feed()).toEqual([first]);
    // A client whose page ended with it goes on behind it.
    const at = `since=${encodeURIComponent(moved.modified)}&last_id=${id}`;
    expect((await coached.client.get(`/api/ev/2/meetings?${at}`)).json()).toEqual([]);
  });

  test('that were planned when every meeting was in the feed have left it', async () => {
    const people = { coachId: coached.coachId, recipientId: coached.repId };
    const { id } = await coached.make('meetings', { dateTime: AT, ...people });
    await service.pool.query(
      `update meetings set first_stamp = t.first, stamp = t.first from take_stamps($1, 1) as t (first)
       where account_id = $1 and meeting_id = $2`,
      [coached.account.accountId, String(id)],
    );
    expect(await coached.entry('meetings', id)).toBeUndefined();
    await ok('POST', `meetings/${id}/start`, {});
    await ok('POST', `meetings/${id}/end`, {});
    expect(await coached.entry('meetings', id)).toMatchObject({ meetingId: id });
  });

  test('review what was picked of the calls, and score the skills of that', async () => {
    const { skills, questionIds } = coached;
    const [asked, both, laughed] = questionIds;
    const plan = await coached.make('plans', coached.planBody({ skills: [skills[1]] }));
    const first = await coached.scoredCall([1, 2, 3]);
    const second = await coached.scoredCall([0, null, 5]);
    const review = async (callReviews: object[], planId: number | null = plan.id) => {
      const people = { coachId: coached.coachId, recipientId: coached.repId };
      const { id } = await coached.make('meetings', { planId, ...people, ...HELD, callReviews });
      const entry = await coached.entry('meetings', id);
      const shown = entry.callReviews.map(({ callId, questions }: { callId: string; questions: object[] }) => [
        callId,
        ...questions.map((each) => (each as { actualScore: number }).actualScore),
      ]);
      expect((await ok('GET', `meetings/${id}`)).scores).toEqual(entry.scores);
      return { shown, scores: entry.scores };
    };
    const calls = [{ callId: first.callId }, { callId: second.callId }];
    // Of the plan's skill; one is not answered.
    expect(await review(calls)).toEqual({
      shown: [[first.callId, 2], [second.callId]],
      scores: { Listening: 40, Asking: 40 },
    });
    // Of no plan: all. Asking: (1 + 2 + 0) / 15.
    expect(await review(calls, null)).toEqual({
      shown: [
        [first.callId, 1, 2, 3],
        [second.callId, 0, 5],
      ],
      scores: { Asking: 20, Listening: 40 },
    });
    expect(await review([{ ...calls[0], questionIds: [laughed, asked] }])).toEqual({
      shown: [[first.callId, 3, 1]],
      scores: { Asking: 20 },
    });
    // Another result on the same call: both, or the one that is picked.
    const again = { callId: first.callId, reviewerId: coached.repId };
    const { resultId } = await coached.scoredCall([5, 5, 5], again);
    expect((await review([{ ...calls[0], questionIds: [both] }])).shown).toEqual([[first.callId, 2, 5]]);
    expect((await review([{ ...calls[0], resultIds: [resultId] }])).shown).toEqual([[first.callId, 5]]);
    // 2 of 3 questions: (5 + 5 + 0) / 15 is 66.67 %.
    const asking = [{ ...calls[0], resultIds: [resultId], questionIds: [asked, both] }, { callId: second.callId }];
    expect((await review(asking, null)).scores).toEqual({ Asking: 66, Listening: 100 });
  });

  test('show what their results say by now', async () => {
    const { callId, resultId } = await coached.scoredCall([1, 2, 3]);
    const body = { ...HELD, coachId: coached.coachId, recipientId: coached.repId, callReviews: [{ callId }] };
    const { id } = await coached.make('meetings', body);
    const scoresAfter = async (change: () => Promise<unknown>) => {
      const before = await coached.entry('meetings', id);
      await change();
      await accountAtRest(service, coached.account.accountId);
      const after = await coached.entry('meetings', id);
      expect(after.modified > before.modified).toBe(true);
      return { scores: after.scores, count: after.callReviews[0]?.questions.length };
    };
    const answers = [{ questionId: coached.questionIds[0], answer: 4 }];
    expect(await scoresAfter(() => ok('PATCH', `results/${resultId}`, { answers }))).toEqual({
      scores: { Asking: 80 },
      count: 1,
    });
    expect(await scoresAfter(() => ok('PATCH', `skills/${coached.skills[0]}`, { name: 'Questions' }))).toEqual({
      scores: { Questions: 80 },
      count: 1,
    });
    expect(await scoresAfter(() => ok('DELETE', `results/${resultId}`))).toEqual({ scores: {}, count: 0 });
  });

  test("a renamed skill's plans are restamped, too", async () => {
    const { id } = await coached.make('plans', coached.planBody({ skills: [coached.skills[0]] }));
    const before = await coached.entry('plans', id);
    await ok('PATCH', `skills/${coached.skills[0]}`, { name: 'Questions' });
    await accountAtRest(service, coached.account.accountId);
    const after = await coached.entry('plans', id);
    expect(after.skill).toEqual([{ skillId: coached.skills[0], skillName: 'Questions' }]);
    expect(after.modified > before.modified).toBe(true);
  });

  test('an erased call goes from them, and nothing that its results said is left', async () => {
    const { callId } = await coached.scoredCall([1, 2, 3]);
    const other = await coached.scoredCall([4]);
    const reviews = { callReviews: [{ callId }, { callId: other.callId }] };
    const body = { ...HELD, coachId: coached.coachId, recipientId: coached.repId, ...reviews };
    const made = await send('POST', 'meetings', body, { 'idempotency-key': 'one' });
    const { id } = made.json();
    const untouched = await coached.make('meetings', { ...body, callReviews: [] });
    const [before, still] = [await coached.entry('meetings', id), await coached.entry('meetings', untouched.id)];
    await ok('DELETE', `calls/${callId}`);
    // In the same transaction: nothing to wait for.
    const after = await coached.entry('meetings', id);
    expect(after.modified > before.modified).toBe(true);
    expect(after.scores).toEqual({ Asking: 80 });
    expect(after.callReviews.map((review: { callId: string }) => review.callId)).toEqual([other.callId]);
    expect(await coached.entry('meetings', untouched.id)).toEqual(still);
    const replayed = await send('POST', 'meetings', body, { 'idempotency-key': 'one' });
    expect([replayed.status, replayed.json()]).toEqual([201, { id }]);
    for (const table of ['meeting_reviews', 'meeting_review_questions', 'idempotency_keys']) {
      const left = await service.pool.query(`select 1 from ${table} t where account_id = $1 and t::text like $2`, [
        coached.account.accountId,
        `%${callId}%`,
      ]);
      expect(left.rows, table).toEqual([]);
    }
    const { scores, ...shown } = await ok('GET', `meetings/${id}`);
    expect(await auditOf('meetings', id)).toEqual([{ action: 'create', before: null, after: shown }]);
  });

  test('an erased call goes from the audit of meetings that reviewed it before, too', async () => {
    const { callId } = await coached.scoredCall([1, 2, 3]);
    const other = await coached.scoredCall([4]);
    const callReviews = [{ callId }, { callId: other.callId }];
    const plan = await coached.make('plans', coached.planBody());
    const cancelled = await coached.make('meetings', { planId: plan.id, dateTime: AT, callReviews });
    await ok('DELETE', `plans/${plan.id}`);
    const people = { coachId: coached.coachId, recipientId: coached.repId };
    const changed = await coached.make('meetings', { ...HELD, ...people, callReviews });
    await ok('PATCH', `meetings/${changed.id}`, { callReviews: [] });
    const untouched = await coached.make('meetings', { ...HELD, ...people, callReviews: [{ callId: other.callId }] });
    const of = async (id: number) => (await auditOf('meetings', id)).flatMap(({ before, after }) => [before, after]);
    const still = await of(untouched.id);
    expect(JSON.stringify([await of(cancelled.id), await of(changed.id)])).toContain(callId);
    await ok('DELETE', `calls/${callId}`);
    const erased = [await of(cancelled.id), await of(changed.id)];
    expect(JSON.stringify(erased)).not.toMatch(new RegExp(`${callId}|scores|listened`));
    // The rest of them stays.
    const { scores, ...rest } = cancelled;
    const kept = { ...rest, callReviews: cancelled.callReviews.slice(1) };
    expect(erased[0]).toEqual([kept, null, null, kept]);
    expect(erased[1]!.map((side) => side?.callReviews.length)).toEqual([1, 0, undefined, 1]);
    expect(await of(untouched.id)).toEqual(still);
  });

  test('are in the audit as they are shown, those that are cancelled with their plan, too', async () => {
    const { callId } = await coached.scoredCall([1, 2, 3]);
    const plan = await coached.make('plans', coached.planBody());
    const body = {
      planId: plan.id,
      dateTime: AT,
      callReviews: [{ callId }],
      questions: [{ question: 'Prepared?', kind: 'scored', possibleScore: 5, actualScore: 4 }],
      comments: 'Listen to this first',
    };
    const shown = async (id: number) => ok('GET', `meetings/${id}`);
    const ids: number[] = [];
    for (let i = 0; i < 2; i++) ids.push((await coached.make('meetings', body)).id);
    const planned = await Promise.all(ids.map(shown));
    expect(planned[0].callReviews[0].questions).toHaveLength(3);
    await ok('DELETE', `plans/${plan.id}`);
    for (const [index, id] of ids.entries()) {
      expect(await auditOf('meetings', id)).toEqual([
        { action: 'delete', before: planned[index], after: null },
        { action: 'create', before: null, after: planned[index] },
      ]);
    }
    const { id } = await coached.make('meetings', {
      ...body,
      planId: null,
      coachId: coached.coachId,
      recipientId: coached.repId,
    });
    const states = [await shown(id)];
    for (const [method, path, change] of [
      ['POST', `meetings/${id}/start`, {}],
      ['POST', `meetings/${id}/end`, {}],
      ['PATCH', `meetings/${id}`, { callReviews: [] }],
    ] as const) {
      states.push(await ok(method, path, change));
      expect(states.at(-1)).toEqual(await shown(id));
    }
    await ok('DELETE', `meetings/${id}`);
    const updates = states.slice(1).map((after, index) => ({ action: 'update', before: states[index], after }));
    expect(await auditOf('meetings', id)).toEqual([
      { action: 'delete', before: states.at(-1), after: null },
      ...updates.reverse(),
      { action: 'create', before: null, after: states[0] },
    ]);
  });
});

test('what is refused, each with what is allowed, and nothing changes', async () => {
  const { planBody, coachId, repId, questionIds } = coached;
  const plan = await coached.make('plans', planBody());
  const fresh = await coached.make('meetings', { planId: plan.id, dateTime: AT });
  const held = await coached.make('meetings', { planId: plan.id, ...HELD });
  const running = await coached.make('meetings', { planId: plan.id, dateTime: AT });
  await ok('POST', `meetings/${running.id}/start`, {});
  const future = await coached.make('meetings', {
    planId: plan.id,
    dateTime: AT,
    startTime: new Date(clock.now() / 1000 + 9 * DAY_MS).toISOString(),
  });
  const later = new Date(clock.now() / 1000 + 60_000).toISOString();
  const scored = await coached.scoredCall([1, null]);
  const draft = await coached.scoredCall([1], { state: 'DRAFT' });
  const gone = (await coached.scoredCall([1])).callId;
  await ok('DELETE', `calls/${gone}`);
  const foreign = await makeCoached(service);
  const people = { coachId, recipientId: repId };
  const meeting = { dateTime: AT, ...people };
  const question = { question: 'Fine?', kind: 'scored', possibleScore: 5 };
  const reviewing = (review: object) => ({ ...meeting, callReviews: [{ callId: scored.callId, ...review }] });

  type Case = [method: string, path: string, body: object, status: number, parameter: string | null, allowed: string];
  const cases: Case[] = [
    ['POST', `meetings/${fresh.id}/end`, {}, 409, null, 'has not started'],
    ['POST', `meetings/${running.id}/start`, {}, 409, null, 'it starts once'],
    ['POST', `meetings/${held.id}/start`, {}, 409, null, 'it starts once'],
    ['POST', `meetings/${held.id}/end`, {}, 409, null, 'it ends once'],
    ['POST', `meetings/${future.id}/end`, {}, 409, null, 'ends after its start'],
    ['POST', 'meetings/999/start', {}, 404, null, 'no such meeting'],
    ['PATCH', `meetings/${held.id}`, { endTime: '2026-03-02T14:59:59Z' }, 400, 'endTime', '2026-03-02T15:00:00Z on'],
    ['PATCH', `meetings/${held.id}`, { startTime: '2026-03-02T15:31:00Z' }, 400, 'endTime', '15:31:00Z on'],
    ['PATCH', `meetings/${held.id}`, { startTime: null }, 409, 'startTime', 'not cleared'],
    ['PATCH', `meetings/${held.id}`, { endTime: null }, 409, 'endTime', 'not cleared'],
    ['PATCH', `meetings/${held.id}`, { endTime: later }, 400, 'endTime', 'a time up to now'],
    ['PATCH', `meetings/${running.id}`, { endTime: later }, 400, 'endTime', 'is in the future'],
    ['POST', 'meetings', { ...meeting, startTime: AT, endTime: later }, 400, 'endTime', 'null for a meeting to come'],
    ['PATCH', `meetings/${fresh.id}`, { endTime: AT }, 400, 'endTime', 'beside a startTime'],
    ['POST', 'meetings', { ...meeting, endTime: AT }, 400, 'endTime', 'beside a startTime'],
    ['POST', 'meetings', { ...meeting, coachId: 'none' }, 400, 'coachId', "a user's id"],
    ['POST', 'meetings', { ...meeting, recipientId: foreign.repId }, 400, 'recipientId', "a user's id"],
    ['POST', 'meetings', { dateTime: AT, recipientId: repId }, 400, 'coachId', 'the planId'],
    ['POST', 'meetings', { dateTime: AT, coachId }, 400, 'recipientId', 'the planId'],
    ['POST', 'meetings', { ...meeting, planId: 999 }, 400, 'planId', "a plan's number"],
    ['PATCH', `meetings/${fresh.id}`, { planId: 999 }, 400, 'planId', "a plan's number"],
    ['POST', 'meetings', { planId: plan.id, dateTime: AT, recipientId: coachId }, 400, 'recipientId', repId],
    ['PATCH', `meetings/${fresh.id}`, { recipientId: coachId }, 400, 'recipientId', repId],
    ['POST', 'meetings', { ...meeting, id: fresh.id }, 409, 'id', 'already'],
    ['POST', 'meetings', reviewing({ callId: 'none' }), 400, 'callReviews[0].callId', "a call's id"],
    ['POST', 'meetings', reviewing({ callId: gone }), 400, 'callReviews[0].callId', "a call's id"],
    ['POST', 'meetings', reviewing({ callId: foreign.callId }), 400, 'callReviews[0].callId', "a call's id"],
    [
      ...(['PATCH', `meetings/${fresh.id}`, { callReviews: [{ callId: gone }] }, 400] as const),
      ...(['callReviews[0].callId', "a call's id"] as const),
    ],
    [
      ...([
        'POST',
        'meetings',
        { ...meeting, callReviews: [scored, scored].map(({ callId }) => ({ callId })) },
      ] as const),
      ...([400, 'callReviews[1].callId', 'each call once'] as const),
    ],
    ['POST', 'meetings', reviewing({ resultIds: ['none'] }), 400, 'callReviews[0].resultIds[0]', 'a result'],
    [
      ...(['POST', 'meetings', reviewing({ callId: draft.callId, resultIds: [draft.resultId] })] as const),
      ...([400, 'callReviews[0].resultIds[0]', 'submitted'] as const),
    ],
    [
      ...(['POST', 'meetings', reviewing({ questionIds: [questionIds[0], questionIds[1]] })] as const),
      ...([400, 'callReviews[0].questionIds[1]', 'answers'] as const),
    ],
    [
      ...(['PATCH', `meetings/${fresh.id}`, { questions: [{ ...question, actualScore: 5.5 }] }, 400] as const),
      ...(['questions[0].actualScore', 'from 0 to 5'] as const),
    ],
    [
      ...(['POST', 'meetings', { ...meeting, questions: [{ question: 'Fine?', kind: 'scored' }] }, 400] as const),
      ...(['questions[0].possibleScore', 'a whole number'] as const),
    ],
    ...(['possibleScore', 'actualScore', 'reviewWeight'] as const).map((field): Case => {
      const questions = [{ question: 'Fine?', kind: 'text', [field]: 1 }];
      return ['POST', 'meetings', { ...meeting, questions }, 400, `questions[0].${field}`, 'text question'];
    }),
    ['POST', 'plans', planBody({ coachId: foreign.coachId }), 400, 'coachId', "a user's id"],
    ['POST', 'plans', planBody({ recipientId: 'none' }), 400, 'recipientId', "a user's id"],
    ['POST', 'plans', planBody({ skills: [coached.skills[0], 999] }), 400, 'skills[1]', "a skill's number"],
    ['POST', 'plans', planBody({ id: plan.id }), 409, 'id', 'already'],
    ['POST', 'plans', planBody({ completedAt: '2026-02-28T00:00Z' }), 400, 'completedAt', '2026-03-01T15:00:00Z on'],
    ['PATCH', `plans/${plan.id}`, { completedAt: '2026-02-28T00:00Z' }, 400, 'completedAt', 'on, or null'],
    ['PATCH', `plans/${plan.id}`, { recipientId: coachId }, 409, 'recipientId', 'a plan of their own'],
    ['DELETE', `plans/${plan.id}`, {}, 409, null, 'set completedAt'],
  ];
  await unchanged(async () => {
    for (const [method, path, body, status, parameter, allowed] of cases) {
      const answer = await send(method, path, method === 'DELETE' ? undefined : body);
      const what = `${method} ${path} ${JSON.stringify(body)}: ${answer.text}`;
      expect(answer.status, what).toBe(status);
      expect(answer.json().parameter ?? null, what).toBe(parameter);
      expect(answer.json().detail, what).toContain(allowed);
    }
  });
});

describe('two at once', () => {
  test('of two changes made looking at the same, one is lost and says so', async () => {
    const { id } = await coached.make('plans', coached.planBody());
    const meeting = await coached.make('meetings', { planId: id, dateTime: AT });
    const { coachId, repId } = coached;
    const apart = await coached.make('meetings', { dateTime: AT, coachId, recipientId: repId });
    const kpi = await coached.make('kpis', { description: 'Dials', frequency: 'DAILY', target: 50 });
    const people = { observerId: coachId, observedId: repId };
    const observation = await coached.make('observations', { observedAt: AT, ...people, kpiId: kpi.id, value: 1 });
    for (const [path, changes] of [
      [`plans/${id}`, [{ name: 'A' }, { name: 'B' }]],
      [`meetings/${meeting.id}`, [{ comments: 'A' }, { comments: 'B' }]],
      // Without a plan, its own lock alone keeps the two apart.
      [`meetings/${apart.id}`, [{ comments: 'A' }, { comments: 'B' }]],
      [`kpis/${kpi.id}`, [{ target: 1 }, { target: 2 }]],
      [`observations/${observation.id}`, [{ value: 2 }, { value: 3 }]],
    ] as const) {
      const headers = { 'if-match': (await send('GET', path)).headers.get('etag')! };
      const answers = await Promise.all(changes.map((change) => send('PATCH', path, change, headers)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      const won = answers.findIndex(({ status }) => status === 200);
      expect((await send('GET', path)).json()).toMatchObject(changes[won]!);
    }
    const headers = { 'if-match': '"old"' };
    for (const move of ['start', 'end']) {
      expect((await send('POST', `meetings/${meeting.id}/${move}`, {}, headers)).status).toBe(412);
    }
    expect((await send('DELETE', `meetings/${meeting.id}`, undefined, headers)).status).toBe(412);
  });

  test('a POST that is sent again is answered alike and makes nothing', async () => {
    const { id } = await coached.make('plans', coached.planBody());
    const meeting = await coached.make('meetings', { planId: id, dateTime: AT });
    const kpi = await coached.make('kpis', { description: 'Dials', frequency: 'DAILY', target: 50 });
    const people = { observerId: coached.coachId, observedId: coached.repId };
    const posts: [path: string, body: object][] = [
      ['plans', coached.planBody()],
      ['meetings', { planId: id, dateTime: AT }],
      [`meetings/${meeting.id}/start`, {}],
      [`meetings/${meeting.id}/end`, {}],
      ['kpis', { description: 'Dials', frequency: 'DAILY', target: 50 }],
      ['observations', { observedAt: AT, ...people, kpiId: kpi.id, value: 1 }],
    ];
    for (const [path, body] of posts) {
      const headers = { 'idempotency-key': path };
      const [one, two] = await Promise.all([send('POST', path, body, headers), send('POST', path, body, headers)]);
      const three = await send('POST', path, body, headers);
      expect(one.status, one.text).toBeLessThan(300);
      expect([two.text, three.text]).toEqual([one.text, one.text]);
      expect([two.headers.get('etag'), three.headers.get('etag')]).toEqual(Array(2).fill(one.headers.get('etag')));
    }
    expect((await ok('GET', 'plans')).items).toHaveLength(2);
    expect((await ok('GET', 'meetings')).items).toHaveLength(2);
    expect((await ok('GET', 'observations')).items).toHaveLength(1);
  });

  test('meetings of one plan that end at once all count', async () => {
    await ok('PATCH', 'account', { timeZone: 'UTC' });
    const start = Math.floor(clock.now() / 1000 / 1000) * 1000;
    const plan = coached.planBody({ startDate: new Date(start).toISOString(), cadenceDays: 1, plannedMeetings: 9 });
    const { id } = await coached.make('plans', plan);
    const ids: number[] = [];
    for (let i = 0; i < 8; i++) ids.push((await coached.make('meetings', { planId: id, dateTime: AT })).id);
    for (const each of ids) await ok('POST', `meetings/${each}/start`, {});
    await Promise.all(ids.map((each) => ok('POST', `meetings/${each}/end`, {})));
    expect(await coached.entry('plans', id)).toMatchObject({ completedMeetings: 8 });
    // The ninth is missed first: whoever came last has counted all the others.
    const due = await service.pool.query('select next_change_at from plans where account_id = $1', [
      coached.account.accountId,
    ]);
    expect(due.rows).toEqual([{ next_change_at: (start + 9 * DAY_MS) * 1000 }]);
  });

  test('changes of a meeting, of its plan, and the erasure of its calls do not wait for each other for good', async () => {
    const { id } = await coached.make('plans', coached.planBody());
    const calls = [];
    for (let i = 0; i < 6; i++) calls.push((await coached.scoredCall([1, 2, 3])).callId);
    const callReviews = calls.map((callId) => ({ callId }));
    const meetings: number[] = [];
    for (let i = 0; i < 3; i++) {
      meetings.push((await coached.make('meetings', { planId: id, ...HELD, callReviews })).id);
    }
    const requests = calls.flatMap((callId, index) => [
      () => send('DELETE', `calls/${callId}`),
      () => send('PATCH', `meetings/${meetings[index % 3]}`, { callReviews: callReviews.toReversed() }),
      () => send('PATCH', `meetings/${meetings[index % 3]}`, { planId: index % 2 === 0 ? null : id }),
      () => send('PATCH', `plans/${id}`, { name: `Name ${index}` }),
    ]);
    const answers = await Promise.all(requests.map((request) => request()));
    // A call may be gone by then, and a meeting in another plan; no request fails of itself.
    for (const { status, text } of answers) expect([200, 204, 400, 503], text).toContain(status);
    for (const meetingId of meetings) expect((await coached.entry('meetings', meetingId)).callReviews).toEqual([]);
  });
});

describe('feeds', () => {
  const feeds = { plans: 'planId', meetings: 'meetingId', kpis: 'id' } as const;

  async function fill(feed: keyof typeof feeds): Promise<(string | number)[]> {
    const ids = [];
    const kpi = await coached.make('kpis', { description: 'Dials', frequency: 'DAILY', target: 50 });
    const people = { observerId: coached.coachId, observedId: coached.repId };
    const bodies = {
      plans: ['plans', () => coached.planBody()],
      meetings: ['meetings', () => ({ ...HELD, coachId: coached.coachId, recipientId: coached.repId })],
      kpis: [
        'observations',
        (i: number) => ({ observedAt: `2026-03-0${i + 1}T10:00Z`, ...people, kpiId: kpi.id, value: i }),
      ],
    } as const;
    const [path, body] = bodies[feed];
    for (let i = 0; i < 7; i++) ids.push((await coached.make(path, body(i))).id);
    return ids;
  }

  test.each(Object.keys(feeds) as (keyof typeof feeds)[])(
    '%s: every entry once, however the next page is asked for',
    async (feed) => {
      const ids = await fill(feed);
      const path = `/api/ev/2/${feed}`;
      const start = `${path}?since=2020-01-01T00:00Z&limit=3`;
      type Next = (last: Record<string, string>, link: string | null) => string | null;
      const ways: Record<string, Next> = {
        'by its link': (_, link) => /<([^>]+)>; rel="next"/.exec(link ?? '')?.[1] ?? null,
        'by modified and last_id': (last) =>
          `${path}?since=${encodeURIComponent(last.modified!)}&last_id=${last[feeds[feed]]}&limit=3`,
        // As clients do that do not encode the offset's sign.
        'by modified as it stands': (last) => `${path}?since=${last.modified}&limit=3`,
      };
      for (const [way, next] of Object.entries(ways)) {
        const client = await coached.account.client('read');
        const got: (string | number)[] = [];
        let at: string | null = start;
        for (let pages = 0; at !== null && pages < 9; pages++) {
          const answer = await client.get(at);
          const entries = answer.json();
          if (entries.length === 0) break;
          got.push(...entries.map((entry: Record<string, string>) => entry[feeds[feed]]));
          at = next(entries.at(-1), answer.headers.get('link'));
        }
        expect(got, way).toEqual(ids);
      }
    },
  );
});

test('an hour that passes in the background: the worker restamps what is due by itself', async () => {
  // Due by the worker's own clock, whatever ours says.
  const { rows } = await service.pool.query('select now()::timestamptz(0) as now');
  const startDate = new Date(rows[0].now / 1000 - 1.5 * DAY_MS).toISOString();
  const { id } = await coached.make('plans', coached.planBody({ startDate, cadenceDays: 1 }));
  const before = await coached.entry('plans', id);
  await service.pool.query(
    `update plans set next_change_at = start_at + interval '1 day' where account_id = $1 and plan_id = $2`,
    [coached.account.accountId, String(id)],
  );
  await service.pool.query(`select graphile_worker.add_job('restamp_plans', '{}')`);
  await until(async () => (await coached.entry('plans', id)).modified > before.modified);
});
