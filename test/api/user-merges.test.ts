// Two users who are one person become one: everything that named the one names the other, and stays so.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { droppedTables, namingTables } from '#debrief/db/merged-rows.js';
import { atRest, expectOk } from '../support/analysed.js';
import { browserOf } from '../support/browser.js';
import { type Coached, makeCoached } from '../support/coached.js';
import { startService, type TestClient, type TestService } from '../support/service.js';
import { mark, namesOf, recorded, standing } from '../support/standing.js';

let service: TestService;
let coached: Coached;
let client: TestClient;
let make: Coached['make'];
/** The user who is merged, by an id that stands nowhere else, and who they are. */
const LOST = 'lost "user" & <one>';
let kept: string;
let other: string;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

beforeEach(async () => {
  coached = await makeCoached(service);
  ({ client, make } = coached);
  await coached.account.addUser('lost@x.example', { id: LOST, role: 'manager', systemIds: ['7', '8'] });
  kept = await coached.account.addUser('kept@x.example', { role: 'admin', systemIds: ['8', '9'] });
  other = coached.repId;
});

const userPath = (id: string) => `/api/v1/users/${encodeURIComponent(id)}`;
const merge = (id: string, into: string, headers = {}) =>
  client.send('POST', `${userPath(id)}/merge`, { into }, headers);
async function mergeAll(): Promise<void> {
  await expectOk(merge(LOST, kept));
  await atRest(service, client.accountId);
}

const CALL = { callTime: '2026-03-01T10:00Z', direction: 'OUTBOUND', duration: 120 };
const transcript = [
  { start: '0', end: '8', word: 'hello', v: 0 },
  { start: '8', end: '12', word: 'hi', v: 1 },
];

/** One of everything that names a user; answers the calls: one of theirs, one where they speak, one where a person said so. */
async function nameEverywhere(): Promise<string[]> {
  const own = await client.upsertCall({ ...CALL, callerSystemId: '7', transcript });
  const participants = [{ speakerNumber: 0, email: 'LOST@x.example' }];
  const spoken = await client.upsertCall({ ...CALL, callerId: other, transcript, participants });
  const said = await client.upsertCall({ ...CALL, transcript });
  await expectOk(client.send('PATCH', `/api/v1/calls/${said}/speakers/1`, { userId: LOST }));
  const deleted = (await make('calls', { ...CALL, callerId: LOST })).id;
  await expectOk(client.send('DELETE', `/api/v1/calls/${deleted}`));
  await coached.scoredCall([4, 5, 3], { reviewerId: LOST });
  const { resultId } = await coached.scoredCall([1, 2, 3]);
  await expectOk(client.send('POST', `/api/v1/results/${resultId}/dispute`, { reason: 'No', disputedBy: other }));
  await expectOk(client.send('POST', `/api/v1/results/${resultId}/resolve`, { resolution: 'Yes', resolvedBy: LOST }));
  await make('feedback', { callId: own, feedbackBy: LOST, startTime: 1, text: 'Mine' });
  const text = `${mark(LOST)}lost</span> and ${mark(kept)}kept</span>: data-user-id="${LOST}"`;
  await make('feedback', { callId: own, feedbackBy: other, startTime: 2, text, mentions: [LOST, kept] });
  await make('feedback', { callId: own, feedbackBy: other, startTime: 3, text: 'You', mentions: [LOST] });
  await make('shares', { callId: own, sharedBy: LOST, recipientUserIds: [other, LOST, kept] });
  for (const listener of [LOST, kept]) {
    await make('listens/history', { callId: own, listener, date: '2026-03-02', timeListened: 5 });
    await expectOk(client.send('POST', '/api/v1/listens', { callId: said, listener, session: 'tab', spans: [[0, 3]] }));
  }
  await make('listens/history', { callId: own, listener: LOST, date: '2026-03-03', timeListened: 7 });
  const plan = await make('plans', coached.planBody({ coachId: LOST }));
  await make('plans', coached.planBody({ recipientId: LOST }));
  await make('meetings', { planId: plan.id, dateTime: '2026-03-02T10:00Z' });
  const held = { startTime: '2026-03-02T10:00Z', endTime: '2026-03-02T11:00Z' };
  await make('meetings', { coachId: other, recipientId: LOST, dateTime: '2026-03-02T10:00Z', ...held });
  const kpi = await make('kpis', { description: 'Dials', frequency: 'DAILY', target: 50 });
  const observation = { observedAt: '2026-03-02T10:00Z', kpiId: kpi.id, value: 4 };
  await make('observations', { ...observation, observerId: LOST, observedId: other });
  await make('observations', { ...observation, observerId: other, observedId: LOST });
  await make('teams', { name: 'Theirs', managerId: LOST });
  const browser = await browserOf(service, coached.account, { id: LOST, role: 'manager' });
  const answer = await browser.send(
    'POST',
    '/api/v1/feedback',
    { callId: own, startTime: 4, text: 'Hm' },
    {
      'idempotency-key': 'once',
    },
  );
  expect(answer.status, answer.text).toBe(201);
  await expectOk(client.send('POST', `${userPath(LOST)}/invite`, {}));
  await atRest(service, client.accountId);
  return [own, spoken, said];
}

// biome-ignore lint/suspicious/noExplicitAny: entries of every feed
async function entriesOf(feed: string): Promise<any[]> {
  const answer = await client.get(`/api/ev/2/${feed}?since=2020-01-01T00:00Z&limit=1000`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json();
}
// biome-ignore lint/suspicious/noExplicitAny: entries of every feed
const idOf = (entry: any) => entry.id ?? entry.resultId ?? entry.meetingId ?? entry.planId;
const FEEDS = ['calls', 'calls/deleted', 'scores', 'feedback', 'shares', 'listens', 'plans', 'meetings', 'kpis'];

describe('a merge', () => {
  test('hands everything on, restamped, and leaves nothing of the merged user', async () => {
    const [own, spoken, said] = await nameEverywhere();
    const before = new Map<string, string>();
    for (const feed of FEEDS) before.set(feed, JSON.stringify(await entriesOf(feed)));
    const names = [LOST, 'lost@x.example'].map((name) => JSON.stringify(name).slice(1, -1));
    const showing = FEEDS.filter((feed) => names.some((name) => before.get(feed)!.includes(name)));
    expect(showing).toEqual(FEEDS);

    const answer = await merge(LOST, kept);
    expect(answer.json()).toMatchObject({ id: LOST, active: false, mergedInto: kept, systemIds: [] });
    await atRest(service, client.accountId);
    const left = await standing(service, client.accountId, LOST);
    expect(left.filter((column) => !recorded.includes(column))).toEqual([]);

    for (const feed of FEEDS) {
      const old = JSON.parse(before.get(feed)!) as { modified?: string; deletedAt?: string }[];
      const last = old
        .map((each) => each.modified ?? each.deletedAt ?? '')
        .sort()
        .at(-1)!;
      const now = await entriesOf(feed);
      const moved = now.filter((each) => (each.modified ?? each.deletedAt) > last);
      const shown = JSON.stringify(now);
      for (const name of names) expect(shown.includes(name), `${feed} shows ${name}`).toBe(false);
      const kin = old.filter((each) => names.some((name) => JSON.stringify(each).includes(name)));
      const ids = moved.map(idOf);
      expect(
        kin.map(idOf).filter((id) => !ids.includes(id)),
        feed,
      ).toEqual([]);
    }
    const { items: users } = (await client.get('/api/v1/users')).json();
    const user = users.find(({ id }: { id: string }) => id === kept);
    expect(user).toMatchObject({ email: 'kept@x.example', systemIds: ['8', '9', '7'], mergedInto: null });
    expect((await client.get(`/api/ev/2/call/${own}`)).json()).toMatchObject({ callerId: kept });
    for (const [id, number] of [
      [spoken, 0],
      [said, 1],
    ] as const) {
      const speaker = (await client.get(`/api/v1/calls/${id}/speakers/${number}`)).json();
      expect(speaker).toMatchObject({ userId: kept, email: 'kept@x.example', speakerType: 'INTERNAL' });
    }
    const texts = (await entriesOf('feedback')).map(({ text }) => text);
    // What was only written about them stays as it was written.
    expect(texts).toContain(
      `<p>${mark(kept)}lost</span> and ${mark(kept)}kept</span>: data-user-id="lost "user" &amp; &lt;one&gt;"</p>`,
    );
    expect((await entriesOf('shares'))[0].recipientUserIds).toEqual([other, kept]);
    const listens = (await entriesOf('listens')).map(({ callId, date, listener, timeListened }) => [
      ...[callId === own ? 'own' : 'said', callId === own ? date : 'today', listener, timeListened],
    ]);
    expect(listens.map((line) => line.join(' ')).sort()).toEqual([
      ...[`own 2026-03-02 ${kept} 0`, `own 2026-03-02 ${kept} 10`, `own 2026-03-03 ${kept} 7`],
      ...[`said today ${kept} 0`, `said today ${kept} 6`],
    ]);
    const listed = (await client.get(`/api/v1/listens?listener=${kept}`)).json().items;
    expect(listed.map(({ timeListened }: { timeListened: number }) => timeListened).sort()).toEqual([10, 6, 7]);
    // What is played and brought in from now on is added.
    await expectOk(
      client.send('POST', '/api/v1/listens', { callId: said, listener: LOST, session: 'new', spans: [[4, 5]] }),
    );
    const history = { callId: own, listener: LOST, date: '2026-03-02', timeListened: 6 };
    expect((await client.send('POST', '/api/v1/listens/history', history)).json()).toMatchObject({
      listener: kept,
      timeListened: 11,
    });
    const team = (await client.get('/api/v1/teams'))
      .json()
      .items.find(({ name }: { name: string }) => name === 'Theirs');
    expect(team.managerId).toBe(kept);
  });

  test('is final: they cannot log in, are not changed, and are merged once', async () => {
    const browser = await browserOf(service, coached.account, { id: LOST, role: 'manager' });
    const { url } = (await client.send('POST', `${userPath(LOST)}/invite`, {})).json();
    const tag = (await client.get(userPath(LOST))).headers.get('etag')!;
    expect((await merge(LOST, kept, { 'if-match': '"other"' })).status).toBe(412);
    const merged = await merge(LOST, kept, { 'if-match': tag });
    expect(merged.headers.get('etag')).toBe((await client.get(userPath(LOST))).headers.get('etag'));
    expect((await browser.send('GET', '/api/v1/session')).status).toBe(401);
    const token = url.split('token=')[1];
    const set = await browser.send('POST', '/api/v1/password', { token, password: 'a new one of many letters' });
    expect(set.status).toBe(404);
    for (const body of [{ active: true }, { email: 'x@x.example' }]) {
      const answer = await client.send('PATCH', userPath(LOST), body);
      expect([answer.status, answer.json().detail]).toEqual([409, expect.stringContaining(`merged into ${kept}`)]);
    }
    expect((await merge(LOST, kept)).json()).toEqual(merged.json());
    expect((await merge(LOST, other)).status).toBe(409);
    expect((await client.get('/api/ev/2/users')).json().map(({ userId }: { userId: string }) => userId)).not.toContain(
      LOST,
    );
    const changes = (await client.get(`/api/v1/audit?kind=users&id=${encodeURIComponent(LOST)}`)).json().items;
    expect(changes[0]).toMatchObject({ before: { mergedInto: null }, after: { mergedInto: kept } });
  });

  test('of one into whom others were merged takes these along', async () => {
    await nameEverywhere();
    const last = await coached.account.addUser('last@x.example');
    // The first is under way when the second begins.
    await expectOk(merge(LOST, kept));
    await expectOk(merge(kept, last));
    await atRest(service, client.accountId);
    expect((await client.get(userPath(LOST))).json().mergedInto).toBe(last);
    for (const id of [LOST, kept]) {
      expect(
        (await standing(service, client.accountId, id)).filter(
          (column) => ![...recorded, 'users.merged_into'].includes(column),
        ),
      ).toEqual([]);
    }
    const call = await make('calls', { ...CALL, callerId: LOST });
    expect((await client.get(`/api/ev/2/call/${call.id}`)).json()).toMatchObject({ callerId: last });
  });
});

describe('what names the merged user afterwards names who they are', () => {
  test('by ids', async () => {
    const [own] = await nameEverywhere();
    await mergeAll();
    const answers = [
      await make('calls', { ...CALL, callerId: LOST, participants: [{ speakerNumber: 0, userId: LOST }] }),
      await make('feedback', {
        callId: own,
        feedbackBy: LOST,
        startTime: 1,
        text: `${mark(LOST)}x</span>`,
        mentions: [LOST, kept],
      }),
      await make('shares', { callId: own, sharedBy: LOST, recipientUserIds: [LOST, kept] }),
      await make('plans', coached.planBody({ coachId: LOST, recipientId: LOST })),
      await make('meetings', { coachId: LOST, recipientId: other, dateTime: '2026-03-02T10:00Z' }),
      await make('teams', { name: 'Another', managerId: LOST }),
    ];
    await coached.scoredCall([4, 5, 3], { reviewerId: LOST });
    await expectOk(client.send('PATCH', `/api/v1/plans/${answers[3].id}`, { coachId: LOST }));
    await expectOk(client.send('PATCH', `/api/v1/feedback/${answers[1].id}`, { mentions: [LOST] }));
    const csv = `observedAt,observerEmail,observedId,kpiId,value\n2026-03-05T10:00Z,lost@x.example,${other},1,4\n`;
    await expectOk(client.send('POST', '/api/v1/observations/import', csv, { 'content-type': 'text/csv' }));
    await atRest(service, client.accountId);
    expect((await standing(service, client.accountId, LOST)).filter((column) => !recorded.includes(column))).toEqual(
      [],
    );
    expect(answers[1]).toMatchObject({ feedbackBy: kept, mentions: [kept], text: `<p>${mark(kept)}x</span></p>` });
    expect(answers[2].recipientUserIds).toEqual([kept]);
  });

  test('in what lists are asked for, before all is handed on and after', async () => {
    await nameEverywhere();
    const lists = [
      ...['calls?callerId', 'results?reviewerId', 'feedback?feedbackBy', 'shares?sharedBy', 'listens?listener'],
      ...['plans?coachId', 'plans?recipientId', 'meetings?coachId', 'meetings?recipientId', 'observations?observedId'],
    ];
    const counts = async (id: string) => {
      const answers = lists.map((list) => client.get(`/api/v1/${list}=${encodeURIComponent(id)}`));
      return (await Promise.all(answers)).map((answer) => answer.json().items?.length ?? answer.text);
    };
    const [theirs, others] = [await counts(LOST), await counts(kept)];
    expect(theirs).not.toContain(0);
    const worker = await service.pool.connect();
    try {
      // What the merge is to hand on is held until the lists were read.
      await worker.query('begin');
      await worker.query('lock table calls, results, feedback, shares, plans, meetings in share mode');
      await expectOk(merge(LOST, kept));
      const together = theirs.map((count, i) => count + others[i]);
      expect([await counts(LOST), await counts(kept)]).toEqual([together, together]);
    } finally {
      await worker.query('rollback');
      worker.release();
    }
    await atRest(service, client.accountId);
    expect(await counts(LOST)).toEqual(await counts(kept));
    expect(await counts(LOST)).not.toContain(0);
  });

  test('by addresses', async () => {
    const id = (await make('calls', { ...CALL, callerEmail: 'lost@x.example' })).id;
    await mergeAll();
    const now = { ...CALL, callTime: new Date().toISOString() };
    const callerOf = async (call: object) => {
      const given = await client.send('POST', '/api/v1/calls', call);
      return (await client.get(`/api/ev/2/call/${given.json().id}`)).json().callerId;
    };
    expect(await callerOf({ id, ...CALL, callerEmail: 'lost@x.example' })).toBe(kept);
    expect(await callerOf({ ...now, callerEmail: 'LOST@x.example' })).toBe(kept);
    expect(await callerOf({ ...now, callerSystemId: '7' })).toBe(kept);
    const next = await coached.account.addUser('lost@x.example');
    expect(await callerOf({ ...now, callTime: new Date().toISOString(), callerEmail: 'lost@x.example' })).toBe(next);
    expect(await callerOf({ ...CALL, callerEmail: 'lost@x.example' })).toBe(kept);
  });
});

describe('a merge is refused', () => {
  const refused = async (status: number, detail: string, id = LOST, into = kept) => {
    const answer = await merge(id, into);
    expect([answer.status, answer.json().detail]).toEqual([status, expect.stringContaining(detail)]);
    return answer.json();
  };

  test('where both have what may be there once, or one coaches the other, and nothing is changed', async () => {
    const { callId, resultId } = await coached.scoredCall([4, 5, 3], { reviewerId: LOST });
    const scorecardId = (await client.get(`/api/v1/results/${resultId}`)).json().scorecardId;
    const twin = await make('results', { callId, scorecardId, reviewerId: kept, state: 'DRAFT' });
    const kpi = await make('kpis', { description: 'Dials', frequency: 'DAILY', target: 50 });
    const observation = { observedAt: '2026-03-02T10:00Z', kpiId: kpi.id, value: 4, observedId: other };
    const ids: string[] = [];
    for (const observerId of [LOST, kept]) ids.push((await make('observations', { ...observation, observerId })).id);
    await make('observations', { ...observation, observerId: other });
    const plan = await make('plans', coached.planBody({ coachId: LOST, recipientId: kept }));
    const back = await make('plans', coached.planBody({ coachId: kept, recipientId: LOST }));
    await make('plans', coached.planBody({ coachId: kept, recipientId: other }));
    const meeting = await make('meetings', { coachId: kept, recipientId: LOST, dateTime: '2026-03-02T10:00Z' });
    await atRest(service, client.accountId);
    const before = await standing(service, client.accountId, LOST);
    const { conflicts } = await refused(409, 'one coaches the other (plans: 2)');
    expect(conflicts).toEqual([
      { kind: 'results', ids: [resultId, twin.id].sort() },
      { kind: 'observations', ids: ids.sort() },
      { kind: 'plans', ids: [String(plan.id)] },
      { kind: 'plans', ids: [String(back.id)] },
      { kind: 'meetings', ids: [String(meeting.id)] },
    ]);
    expect(await standing(service, client.accountId, LOST)).toEqual(before);
    expect((await client.get(userPath(LOST))).json()).toMatchObject({ active: true, mergedInto: null });
    for (const path of [
      `results/${twin.id}`,
      `observations/${ids[0]}`,
      `meetings/${meeting.id}`,
      `plans/${plan.id}`,
      `plans/${back.id}`,
    ]) {
      await expectOk(client.send('DELETE', `/api/v1/${path}`));
    }
    await mergeAll();
    // What was one's own before is one's own.
    const again = await client.send('POST', '/api/v1/results', {
      callId,
      scorecardId,
      reviewerId: kept,
      state: 'DRAFT',
    });
    expect(again.json().detail).toContain(`There is a result ${resultId} already`);
  });

  test('with what is wrong', async () => {
    await refused(404, 'There is no such user', 'nobody');
    await refused(400, 'into names no user of this account', LOST, 'nobody');
    await refused(400, 'into is the user themselves', LOST, LOST);
    const third = await coached.account.addUser('third@x.example');
    await expectOk(merge(third, kept));
    await refused(400, `was merged into ${kept}`, LOST, third);
    await expectOk(client.send('DELETE', userPath(kept)));
    await refused(409, 'is deactivated');
    await expectOk(client.send('DELETE', userPath(LOST)));
    await expectOk(merge(LOST, kept));
  });

  test('where something of one who was merged before is still to be handed on', async () => {
    const { callId, resultId } = await coached.scoredCall([4, 5, 3], { reviewerId: LOST });
    const scorecardId = (await client.get(`/api/v1/results/${resultId}`)).json().scorecardId;
    const third = await coached.account.addUser('third@x.example');
    const theirs = await make('results', { callId, scorecardId, reviewerId: third, state: 'DRAFT' });
    await mergeAll();
    // As it is before the job comes to it.
    await service.pool.query('update results set reviewer_id = $2 where account_id = $1 and result_id = $3', [
      ...[client.accountId, LOST, resultId],
    ]);
    expect((await refused(409, 'result of the same scorecard', kept, third)).conflicts).toEqual([
      { kind: 'results', ids: [resultId, theirs.id].sort() },
    ]);
  });

  test('as long as a result or an observation is still to be handed on, another is', async () => {
    const { callId, resultId } = await coached.scoredCall([4, 5, 3], { reviewerId: LOST });
    const scorecardId = (await client.get(`/api/v1/results/${resultId}`)).json().scorecardId;
    const kpi = await make('kpis', { description: 'Dials', frequency: 'DAILY', target: 50 });
    const observation = { observedAt: '2026-03-02T10:00Z', kpiId: kpi.id, value: 4, observedId: other };
    await make('observations', { ...observation, observerId: LOST });
    const holder = await service.pool.connect();
    await holder.query('begin');
    // Whoever hands on waits for these.
    await holder.query('select 1 from kpi_observations where account_id = $1 for update', [client.accountId]);
    await holder.query('select 1 from results where account_id = $1 for update', [client.accountId]);
    try {
      await expectOk(merge(LOST, kept));
      const result = { callId, scorecardId, reviewerId: kept, state: 'DRAFT' };
      expect((await client.send('POST', '/api/v1/results', result)).status).toBe(409);
      expect((await client.send('POST', '/api/v1/observations', { ...observation, observerId: kept })).status).toBe(
        409,
      );
      const csv = `observedAt,observerId,observedId,kpiId,value\n2026-03-02T10:00Z,${kept},${other},${kpi.id},5\n`;
      const sent = () => client.send('POST', '/api/v1/observations/import', csv, { 'content-type': 'text/csv' });
      expect((await sent()).status).toBe(503);
      await holder.query('commit');
      await atRest(service, client.accountId);
      expect((await sent()).json()).toMatchObject({ changed: 1, created: 0 });
    } finally {
      holder.release();
    }
  });
});

/** Columns that hold no id of a user, by name, whichever table they are of; and those of one table. */
const NO_USERS = new Set(
  `view_id query account_id action added decoder file_name made_by notes origin ours removed sources speech_names after_call answer asked_last_id asked_since by_kind call_id call_visibility canonical code_verifier
   comment comment_required comments content_encoding credential_id department_id description direction email entry_id
   error_reason etag external_id feed feedback_id file_digest first_name frequency given_caller_email given_caller_system_id
   given_type hash id ip key kind kpi_id last_name line_id listen_id link_id meeting_id message metadata crm_matches
   call_summary stats question_counts method move name nonce objective observation_id original_path parent_team_id pieces
   plan_id process_id purpose question_id question_text questions rate_time_zone reason recipient_emails reply_to
   resolution dispute_reason result_id return_to role scheme scopes scorecard_id section session session_id share_id
   skill_id skill1_id skill2_id skill3_id source speaker_type start_id state step system_ids team_id template_id text
   time_zone topic_id user_agent words worker_ids address language after taken_id cited engine
   clip_id title note recipient_team_ids playlist_id shared_team_ids thing_id item_id`.split(/\s+/),
);
/** What names users but in rows that are handed on: by what is done in the first transaction. */
const AT_ONCE = [
  ...['users.merged_into', 'teams.manager_id', 'user_addresses.user_id', 'user_passwords.user_id', 'sessions.user_id'],
  'password_links.user_id',
];

test('every column is known to name a user, or not to', async () => {
  const handled = new Set([
    ...namingTables.flatMap(({ table, ids, lists = [] }) => [...ids, ...lists].map((column) => `${table}.${column}`)),
    ...droppedTables.map(({ table, column }) => `${table}.${column}`),
    ...['listens.listener', 'feedback.text', ...AT_ONCE],
    ...recorded,
  ]);
  const unknown: string[] = [];
  for (const [table, names] of await namesOf(service)) {
    // A user is of an account, and so is what names one.
    if (!names.includes('account_id')) continue;
    for (const column of names) {
      if (!handled.has(`${table}.${column}`) && !NO_USERS.has(column)) unknown.push(`${table}.${column}`);
    }
  }
  // One that names users goes into `namingTables`; one that does not, here.
  expect(unknown).toEqual([]);
  const references = await service.pool.query(
    `select c.conrelid::regclass::text || '.' || a.attname as column from pg_constraint c
     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
     where c.contype = 'f' and c.confrelid = 'users'::regclass and a.attname <> 'account_id' order by 1`,
  );
  const names = references.rows.map(({ column }) => column).filter((column) => column !== 'listen_sessions.listener');
  expect(names.filter((column) => !handled.has(column))).toEqual([]);
});
