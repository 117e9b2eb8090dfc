import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InboxItem } from '#debrief/contract/inbox.js';
import { unreadCounts } from '#debrief/db/inbox.js';
import { type Browser, browserOf } from '../support/browser.js';
import { addPerson } from '../support/people.js';
import { makeScored, type Scored } from '../support/scored.js';
import { startService } from '../support/service.js';

// The inbox of a rep (the caller), of their manager who reviews, and of a rep of another team.

const service = await startService();
afterAll(() => service.close());

let scored: Scored;
let rep: Browser;
let coach: Browser;
let other: Browser;
let otherId: string;

const open = (id: string, role: 'rep' | 'manager') => browserOf(service, scored.account, { id, role });

beforeAll(async () => {
  scored = await makeScored(service);
  const { client, account, teamId, coachId, repId } = scored;
  await client.send('PATCH', `/api/v1/teams/${teamId}`, { managerId: coachId });
  await client.send('PATCH', '/api/v1/account', { callVisibility: 'team' });
  otherId = await addPerson(account, 'other');
  [rep, coach, other] = [await open(repId, 'rep'), await open(coachId, 'manager'), await open(otherId, 'rep')];
});

async function itemsOf(browser: Browser, query = ''): Promise<InboxItem[]> {
  const answer = await browser.send('GET', `/api/v1/inbox${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json().items;
}
const unreadOf = async (browser: Browser) => (await browser.send('GET', '/api/v1/inbox/counts')).json();
const mark = async (browser: Browser, body: object) => {
  const answer = await browser.send('PATCH', '/api/v1/inbox', body);
  expect(answer.status, answer.text).toBe(200);
  return answer.json();
};

test('a comment that mentions someone is in their inbox, as text, at its second', async () => {
  const { callId, repId } = scored;
  const body = { callId, startTime: 42.5, text: 'Well <b>done</b> &amp; more', mentions: [repId] };
  const made = await coach.send('POST', '/api/v1/feedback', body);
  expect(made.status, made.text).toBe(201);
  expect(await itemsOf(rep)).toEqual([
    {
      id: `mention:${made.json().id}`,
      kind: 'mention',
      thingId: made.json().id,
      callId,
      at: expect.stringMatching(/Z$/),
      by: { id: scored.coachId, name: 'Ada Byron' },
      text: 'Well done & more',
      startTime: 42.5,
      read: false,
    },
  ]);
  expect(await itemsOf(coach)).toEqual([]);
  await coach.send('PATCH', `/api/v1/feedback/${made.json().id}`, { mentions: [] });
  expect(await itemsOf(rep)).toEqual([]);
});

test('a share is in the inbox until it is revoked, and what one no longer sees is not', async () => {
  const { callId, client, repId } = scored;
  const share = await rep.send('POST', '/api/v1/shares', { callId, recipientUserIds: [otherId], message: 'Listen' });
  expect(share.status, share.text).toBe(201);
  const comment = { callId, startTime: 1, text: 'And you?', mentions: [otherId], feedbackBy: repId };
  const { id } = (await client.send('POST', '/api/v1/feedback', comment)).json();
  const kinds = async () => (await itemsOf(other)).map(({ kind, text }) => `${kind} ${text}`);
  expect(await kinds()).toEqual(['mention And you?', 'share Listen']);
  expect(await unreadOf(other)).toMatchObject({ unread: 2, byKind: { mention: 1, share: 1, result: 0 } });
  await rep.send('DELETE', `/api/v1/shares/${share.json().id}`);
  // The mention is of a call that they no longer see.
  expect(await kinds()).toEqual([]);
  expect(await unreadOf(other)).toMatchObject({ unread: 0 });
  await client.send('DELETE', `/api/v1/feedback/${id}`);
});

test('a clip is in the inbox of those it is shared with, and of the teams that they are in, until it is revoked', async () => {
  const { callId, repId, coachId, teamId, client } = scored;
  const range = { callId, startSeconds: 0, endSeconds: 1, title: 'The price', createdBy: repId };
  const clip = await client.send('POST', '/api/v1/clips', range);
  expect(clip.status, clip.text).toBe(201);
  const clipId = clip.json().id;
  const share = async (more: object): Promise<string> => {
    const made = await rep.send('POST', '/api/v1/clip-shares', { clipId, ...more });
    expect(made.status, made.text).toBe(201);
    return made.json().id;
  };
  const ofPerson = await share({ recipientUserIds: [otherId] });
  const item = { id: `clip:${clipId}`, kind: 'clip', thingId: clipId, callId: null, by: { id: repId } };
  expect(await itemsOf(other)).toMatchObject([{ ...item, text: 'The price', read: false }]);
  await mark(other, { read: true });
  // Shared again, it is there once, and unread.
  const again = await share({ recipientUserIds: [otherId], message: 'Once more' });
  expect(await itemsOf(other)).toMatchObject([{ ...item, text: 'Once more', read: false }]);
  // Who manages a team is among those it is shared with; who shared it is not.
  expect(await itemsOf(coach)).toEqual([]);
  const ofTeam = await share({ recipientTeamIds: [teamId] });
  expect(await itemsOf(coach)).toMatchObject([item]);
  expect(await itemsOf(rep)).toEqual([]);
  const concerned = await sql<{ ids: string[] }>`select user_ids as ids from change_log
    where account_id = ${scored.account.accountId} and thing_id = ${ofTeam}`.execute(service.db);
  expect(concerned.rows[0]!.ids).toContain(coachId);
  for (const id of [ofPerson, again, ofTeam]) await rep.send('DELETE', `/api/v1/clip-shares/${id}`);
  expect([await itemsOf(other), await itemsOf(coach)]).toEqual([[], []]);
  await client.send('DELETE', `/api/v1/clips/${clipId}`);
});

test('a result waits for its caller; disputed, for its reviewer and managers; resolved, for the caller again', async () => {
  const { id } = (await scored.score('SUBMITTED', [4, 5])).json();
  expect(await itemsOf(rep)).toMatchObject([{ kind: 'result', thingId: id, text: 'Discovery' }]);
  await mark(rep, { read: true });
  expect(await itemsOf(rep)).toMatchObject([{ read: true }]);
  await rep.send('POST', `/api/v1/results/${id}/dispute`, { reason: 'I did ask' });
  expect(await itemsOf(rep)).toEqual([]);
  expect(await itemsOf(coach)).toMatchObject([{ kind: 'dispute', thingId: id, text: 'I did ask' }]);
  expect(await itemsOf(other)).toEqual([]);
  await coach.send('POST', `/api/v1/results/${id}/resolve`, { resolution: 'So you did' });
  // It came about anew: what was read before is not what is to be read now.
  expect(await itemsOf(rep)).toMatchObject([{ kind: 'result', thingId: id, read: false }]);
  const acknowledged = await rep.send('POST', `/api/v1/results/${id}/acknowledge`, {});
  expect(acknowledged.status, acknowledged.text).toBe(200);
  expect([await itemsOf(rep), await itemsOf(coach)]).toEqual([[], []]);
});

test("a meeting of today is in both people's inboxes by the account's day; others are not", async () => {
  const { coachId, repId, make, client, account } = scored;
  const local = new Intl.DateTimeFormat('en-CA', { timeZone: account.actor.timeZone }).format(new Date());
  const later = new Date(Date.now() + 36 * 3_600_000).toISOString();
  // The last minute of the day in New York is of the next day in UTC.
  const lastMinute = new Date(`${local}T23:59:00-05:00`).toISOString();
  const { id } = await make('meetings', { coachId, recipientId: repId, dateTime: lastMinute });
  await make('meetings', { coachId, recipientId: repId, dateTime: later });
  const wanted = { kind: 'meeting', thingId: String(id), callId: null, at: lastMinute.replace('.000Z', 'Z') };
  expect(await itemsOf(coach)).toMatchObject([{ ...wanted, by: { id: repId } }]);
  expect(await itemsOf(rep)).toMatchObject([{ ...wanted, by: { id: coachId } }]);
  await mark(rep, { read: true });
  expect(await unreadOf(rep)).toMatchObject({ unread: 0 });
  await client.send('DELETE', `/api/v1/meetings/${id}`);
});

test('processing that failed is told to who may retry it', async () => {
  const { callId, account } = scored;
  const reason = 'The file is not audio';
  await sql`insert into processing_steps (account_id, call_id, step, state, reason, finished_at)
    values (${account.accountId}, ${callId}, 'decode', 'failed', ${reason}, now())`.execute(service.db);
  const wanted = [{ id: `failure:${callId}`, kind: 'failure', callId, by: null, text: reason }];
  expect(await itemsOf(coach)).toMatchObject(wanted);
  expect(await itemsOf(rep)).toMatchObject(wanted);
  expect(await itemsOf(other)).toEqual([]);
  await sql`delete from processing_steps where account_id = ${account.accountId}`.execute(service.db);
});

test('items are paged the newest first, and read one by one, unread again, or all at once', async () => {
  const { client, coachId, callId, repId } = scored;
  for (let i = 0; i < 5; i++) {
    const comment = { callId, startTime: i, text: `No. ${i}`, mentions: [repId], feedbackBy: coachId };
    expect((await client.send('POST', '/api/v1/feedback', comment)).status).toBe(201);
  }
  const texts: (string | null)[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await rep.send('GET', `/api/v1/inbox?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    texts.push(...page.json().items.map((item: InboxItem) => item.text));
    cursor = page.json().next;
  }
  expect(texts).toEqual(['No. 4', 'No. 3', 'No. 2', 'No. 1', 'No. 0']);
  const [newest, second] = await itemsOf(rep);
  expect(await mark(rep, { read: true, ids: [newest!.id, 'mention:unknown'] })).toMatchObject({ unread: 4 });
  expect((await itemsOf(rep, '?unread=true')).map(({ text }) => text)).not.toContain('No. 4');
  expect(await mark(rep, { read: true })).toMatchObject({ unread: 0 });
  expect(await mark(rep, { read: false, ids: [second!.id] })).toMatchObject({ unread: 1, byKind: { mention: 1 } });
  expect((await itemsOf(rep, '?unread=true&kind=mention')).map(({ text }) => text)).toEqual(['No. 3']);
  expect(await mark(rep, { read: false })).toMatchObject({ unread: 5 });
});

test('programs have no inbox', async () => {
  for (const path of ['/api/v1/inbox', '/api/v1/inbox/counts', '/api/v1/events']) {
    expect((await scored.client.get(path)).status).toBe(403);
  }
});

test('each part of the inbox is read by an index', async () => {
  const { accountId } = scored.account;
  await sql`insert into calls (account_id, call_id, caller_id, call_time, direction, state)
    select ${accountId}, 'plan-' || n, ${otherId}, now(), 'INBOUND', 'COMPLETE'
    from generate_series(1, 2000) as n`.execute(service.db);
  await sql`insert into feedback (account_id, feedback_id, call_id, kind, feedback_by, feedback_at, start_time, mentions)
    select ${accountId}, 'plan-' || n, 'plan-' || n, 'comment', ${otherId}, now(), 0, array['someone ' || n % 400]
    from generate_series(1, 2000) as n`.execute(service.db);
  await sql`insert into shares (account_id, share_id, call_id, shared_by, shared_at, recipient_user_ids, recipient_emails)
    select ${accountId}, 'plan-' || n, 'plan-' || n, ${otherId}, now(), array['someone ' || n % 400], '{}'
    from generate_series(1, 2000) as n`.execute(service.db);
  const clip = sql`'plan-' || n, 'plan-' || n`;
  await sql`insert into clips (account_id, clip_id, call_id, title, start_seconds, end_seconds, created_by, created_at)
    select ${accountId}, ${clip}, 'Clip', 0, 1, ${otherId}, now() from generate_series(1, 2000) as n`.execute(
    service.db,
  );
  await sql`insert into clip_shares (account_id, share_id, clip_id, shared_by, shared_at, recipient_user_ids,
      recipient_team_ids, recipient_emails, audio)
    select ${accountId}, ${clip}, ${otherId}, now(), array['someone ' || n % 400], array['team ' || n % 400], '{}', false
    from generate_series(1, 2000) as n`.execute(service.db);
  for (const table of ['calls', 'feedback', 'shares', 'clips', 'clip_shares'])
    await service.pool.query(`vacuum analyze ${table}`);
  const owner = {
    accountId,
    sight: { userId: scored.repId, teamIds: [] },
    userIds: [scored.repId] as const,
    isManager: false,
    now: Date.now() * 1000,
    today: [0, 1] as const,
  };
  const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${unreadCounts(owner)}`.execute(service.db);
  const text = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).toContain('feedback_by_mention');
  expect(text).toContain('shares_by_recipient');
  expect(text).toContain('clip_shares_by_recipient');
  expect(text).toContain('clip_shares_by_team');
  expect(text).toContain('processing_steps_held');
  expect(text).not.toMatch(/Seq Scan on (calls|feedback|shares|clips|clip_shares)/);
});
