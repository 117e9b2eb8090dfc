import { beforeAll, describe, expect, test } from 'vitest';
import type { Feedback } from '#debrief/contract/feedback.js';
import type { AppError } from '#debrief/errors.js';
import {
  createFeedback,
  deleteFeedback,
  listFeedback,
  readFeedback,
  updateFeedback,
} from '#debrief/services/feedback/feedback.js';
import { addPerson, asUser } from '../support/people.js';
import { drivenClock, makeAccount } from '../support/service.js';
import { openSuite } from '../support/suite.js';

const clock = drivenClock();
const { service, account, client } = await openSuite({ clock });
/** The caller, their manager, an admin, and a rep who does not see the call. */
let rita: string;
let mona: string;
let adam: string;
let rob: string;
let callId: string;

beforeAll(async () => {
  mona = await addPerson(account, 'mona', 'manager');
  const team = (await client.send('POST', '/api/v1/teams', { name: 'East', managerId: mona })).json().id;
  rita = await addPerson(account, 'rita', 'rep', { teamId: team });
  adam = await addPerson(account, 'adam', 'admin');
  rob = await addPerson(account, 'rob');
  callId = await upsertCall();
});

function upsertCall(more: object = {}): Promise<string> {
  const call = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND', callerEmail: 'rita@example.com', duration: 60.5 };
  return client.upsertCall({ ...call, ...more });
}

const deps = () => ({ db: service.db, clock });
const actor = (userId: string) => asUser(service, account, userId);
const write = async (userId: string, body: object): Promise<Feedback> =>
  createFeedback(deps(), await actor(userId), { callId, startTime: 1, text: 'Good', ...body });

async function refusal(run: Promise<unknown>): Promise<{ code: string; field: string | undefined }> {
  const error = await run.then(
    () => null,
    (thrown: AppError) => thrown,
  );
  expect(error?.name).toBe('AppError');
  return { code: error!.code, field: error!.field };
}

describe('giving', () => {
  test('a comment is pinned to a moment, a highlight over a range', async () => {
    const comment = { callId, feedbackBy: mona, startTime: 12.5, text: 'Good <b>opening</b>' };
    const given = await client.send('POST', '/api/v1/feedback', comment);
    expect(given.status, given.text).toBe(201);
    expect(given.json()).toEqual({
      id: expect.any(String),
      callId,
      feedbackBy: mona,
      feedbackAt: expect.stringMatching(/Z$/),
      isComment: true,
      isHighlight: false,
      text: '<p>Good <strong>opening</strong></p>',
      startTime: 12.5,
      endTime: null,
      replyTo: null,
      mentions: [],
      deleted: false,
    });
    const highlight = { callId, feedbackBy: mona, startTime: 12.5, endTime: 20 };
    const marked = (await client.send('POST', '/api/v1/feedback', highlight)).json();
    expect(marked).toMatchObject({ isComment: false, isHighlight: true, text: null, startTime: 12.5, endTime: 20 });
    const read = await client.get(`/api/v1/feedback/${marked.id}`);
    expect(read.json()).toEqual(marked);
    expect(read.headers.get('etag')).toMatch(/^"/);
  });

  test('what cannot be', async () => {
    const send = async (more: object) => {
      const body = { callId, feedbackBy: mona, startTime: 1, text: 'x', ...more };
      const answer = await client.send('POST', '/api/v1/feedback', body);
      return [answer.status, answer.json().parameter];
    };
    expect(await send({ text: '<script>alert(1)</script>' })).toEqual([400, 'text']);
    expect(await send({ text: null })).toEqual([400, 'text']);
    expect(await send({ startTime: undefined })).toEqual([400, 'startTime']);
    expect(await send({ startTime: 61.1 })).toEqual([400, 'startTime']);
    expect(await send({ startTime: 10, endTime: 10 })).toEqual([400, 'endTime']);
    expect(await send({ startTime: 10, endTime: 61.5 })).toEqual([400, 'endTime']);
    expect(await send({ startTime: 60, endTime: 61 })).toEqual([201, undefined]);
    expect(await send({ callId: 'unknown' })).toEqual([404, undefined]);
    expect(await send({ feedbackBy: 'nobody' })).toEqual([400, 'feedbackBy']);
    expect(await send({ feedbackBy: undefined })).toEqual([400, 'feedbackBy']);
    expect(await send({ replyTo: 'unknown' })).toEqual([400, 'replyTo']);
    expect(await send({ mentions: [mona, 'nobody'] })).toEqual([400, 'mentions[1]']);
  });

  test('on a call of unknown length, any time will do', async () => {
    const endless = await upsertCall({ duration: null });
    expect((await write(mona, { callId: endless, startTime: 5_000, endTime: 6_000 })).endTime).toBe(6_000);
  });

  test('words after the duration are part of the call', async () => {
    const transcript = [{ start: '0', end: '90.2', word: 'long', v: 0 }];
    const longer = await upsertCall({ transcript });
    expect((await write(mona, { callId: longer, startTime: 90, endTime: 91 })).endTime).toBe(91);
    expect(await refusal(write(mona, { callId: longer, startTime: 92 }))).toMatchObject({ field: 'startTime' });
  });

  test('people give it themselves; ids, times and other authors are history, for admins', async () => {
    expect((await write(rita, {})).feedbackBy).toBe(rita);
    expect(await refusal(write(rita, { feedbackBy: mona }))).toEqual({ code: 'forbidden', field: 'feedbackBy' });
    expect(await refusal(write(mona, { id: 'chosen' }))).toEqual({ code: 'forbidden', field: 'id' });
    const at = { feedbackAt: '2019-01-01T00:00Z' };
    expect(await refusal(write(mona, at))).toEqual({ code: 'forbidden', field: 'feedbackAt' });
    const history = { id: 'old-1', feedbackAt: '2019-01-01T10:00:00.123456Z', feedbackBy: rob };
    expect(await write(adam, history)).toMatchObject(history);
    expect(await refusal(write(adam, history))).toEqual({ code: 'conflict', field: 'id' });
  });

  test('a POST that is sent again is answered alike and gives nothing more', async () => {
    const once = await upsertCall();
    const body = { callId: once, feedbackBy: mona, startTime: 1, text: 'Once' };
    const send = () => client.send('POST', '/api/v1/feedback', body, { 'idempotency-key': 'feedback-1' });
    const [first, second] = await Promise.all([send(), send()]);
    expect(second.text).toBe(first.text);
    expect((await client.get(`/api/v1/feedback?callId=${once}`)).json().items).toHaveLength(1);
  });
});

describe('mentions', () => {
  test('are of active users who see the call; the others are told of', async () => {
    const mention = `ask <span data-user-id="${mona}">@mona</span> and <span data-user-id="${rita}">@rita</span>`;
    const given = await write(rita, { text: mention, mentions: [mona, mona] });
    expect(given.mentions).toEqual([mona]);
    expect(given.text).toBe(`<p>ask <span data-user-id="${mona}">@mona</span> and @rita</p>`);
    const refused = await createFeedback(deps(), await actor(rita), {
      callId,
      startTime: 1,
      text: 'x',
      mentions: [mona, rob],
    }).catch((error) => error);
    expect([refused.field, refused.message.includes(rob), refused.message.includes(mona)]).toEqual([
      'mentions',
      true,
      false,
    ]);
    const gone = await addPerson(account, 'gone', 'manager');
    await client.send('DELETE', `/api/v1/users/${gone}`);
    expect(await refusal(write(rita, { mentions: [gone] }))).toEqual({ code: 'invalid', field: 'mentions[0]' });
    // History may tell of those who have left, and of those who see less now.
    const history = { feedbackAt: '2019-01-01T00:00Z', mentions: [gone, rob] };
    expect((await write(adam, history)).mentions).toEqual([gone, rob]);
    const patched = await updateFeedback({ db: service.db }, await actor(rita), given.id, { mentions: [] });
    expect(patched.text).toBe('<p>ask @mona and @rita</p>');
  });
});

describe('threads', () => {
  test('are one level deep, at the time of their comment unless a reply says otherwise', async () => {
    const comment = await write(mona, { startTime: 30 });
    const reply = await write(rita, { replyTo: comment.id, startTime: undefined });
    expect(reply).toMatchObject({ replyTo: comment.id, startTime: 30, isComment: true });
    expect(await refusal(write(mona, { replyTo: reply.id }))).toMatchObject({ field: 'replyTo' });
    expect(await refusal(write(mona, { replyTo: comment.id, endTime: 40 }))).toMatchObject({ field: 'endTime' });
    const highlight = await write(mona, { endTime: 40 });
    expect(await refusal(write(rita, { replyTo: highlight.id }))).toMatchObject({ field: 'replyTo' });
    const elsewhere = await upsertCall();
    expect(await refusal(write(rita, { replyTo: comment.id, callId: elsewhere }))).toMatchObject({ field: 'replyTo' });
  });

  test('a deleted comment holds its place as long as there are replies', async () => {
    const call = await upsertCall();
    const comment = await write(mona, { callId: call, mentions: [rita], text: 'secret' });
    const reply = await write(rita, { callId: call, replyTo: comment.id });
    await deleteFeedback({ db: service.db }, await actor(mona), comment.id);
    const list = () => client.get(`/api/v1/feedback?callId=${call}`).then((answer) => answer.json().items);
    expect(await list()).toEqual([{ ...comment, text: null, mentions: [], deleted: true }, reply]);
    const feed = await client.get('/api/ev/2/feedback?since=2020-01-01T00:00Z&limit=1000');
    const inFeed = feed.json().map(({ id }: { id: string }) => id);
    expect([inFeed.includes(comment.id), inFeed.includes(reply.id)]).toEqual([false, true]);
    expect(await refusal(write(rita, { callId: call, replyTo: comment.id }))).toMatchObject({ field: 'replyTo' });
    for (const method of ['PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { text: 'x' } : undefined;
      expect((await client.send(method, `/api/v1/feedback/${comment.id}`, body)).status).toBe(404);
    }
    expect((await client.send('DELETE', `/api/v1/feedback/${reply.id}`)).status).toBe(204);
    expect(await list()).toEqual([]);
    expect((await client.get(`/api/v1/feedback/${comment.id}`)).status).toBe(404);
    const kept = await service.pool.query('select text from feedback where account_id = $1 and call_id = $2', [
      account.accountId,
      call,
    ]);
    expect(kept.rows).toEqual([{ text: null }, { text: null }]);
    expect(
      (
        await client.send('POST', '/api/v1/feedback', {
          callId,
          feedbackBy: mona,
          startTime: 1,
          text: 'x',
          id: reply.id,
        })
      ).status,
    ).toBe(409);
  });
});

describe('who may', () => {
  test('who does not see the call sees nothing said of it', async () => {
    const given = await write(mona, {});
    const robs = await actor(rob);
    expect(await refusal(write(rob, {}))).toMatchObject({ code: 'not_found' });
    expect(await refusal(readFeedback({ db: service.db }, robs, given.id))).toMatchObject({ code: 'not_found' });
    expect(await refusal(updateFeedback({ db: service.db }, robs, given.id, { text: 'x' }))).toMatchObject({
      code: 'not_found',
    });
    expect(await refusal(deleteFeedback({ db: service.db }, robs, given.id))).toMatchObject({ code: 'not_found' });
    const all = { callId: null, feedbackBy: null, kind: null };
    const page = { after: { at: '-infinity', id: '' }, limit: 1_000 };
    expect(await listFeedback({ db: service.db }, robs, all, page)).toEqual([]);
    const ritas = await listFeedback({ db: service.db }, await actor(rita), all, page);
    expect(ritas.map(({ id }) => id)).toContain(given.id);
    const other = await makeAccount(service);
    const stranger = await other.client();
    expect((await stranger.get(`/api/v1/feedback/${given.id}`)).status).toBe(404);
  });

  test('its author and admins change it; managers delete it, too', async () => {
    const given = await write(rita, {});
    const change = async (userId: string) =>
      updateFeedback({ db: service.db }, await actor(userId), given.id, { text: userId });
    expect(await refusal(change(mona))).toMatchObject({ code: 'forbidden' });
    expect((await change(rita)).text).toBe(`<p>${rita}</p>`);
    expect((await change(adam)).text).toBe(`<p>${adam}</p>`);
    const monas = await write(mona, {});
    expect(await refusal(deleteFeedback({ db: service.db }, await actor(rita), monas.id))).toMatchObject({
      code: 'forbidden',
    });
    await deleteFeedback({ db: service.db }, await actor(mona), given.id);
    await deleteFeedback({ db: service.db }, await actor(adam), monas.id);
    const own = await write(rita, {});
    await deleteFeedback({ db: service.db }, await actor(rita), own.id);
  });
});

describe('changing', () => {
  test('what is not given stays, and kinds stay what they are', async () => {
    const { id } = await write(mona, { startTime: 5, endTime: 10, text: 'a' });
    const patch = (body: object) => client.send('PATCH', `/api/v1/feedback/${id}`, body);
    expect((await patch({ endTime: 12 })).json()).toMatchObject({ startTime: 5, endTime: 12, text: '<p>a</p>' });
    expect((await patch({ text: null })).json()).toMatchObject({ text: null });
    expect((await patch({ endTime: null })).json().parameter).toBe('endTime');
    expect((await patch({ startTime: 12 })).json().parameter).toBe('endTime');
    expect((await patch({ endTime: 90 })).json().parameter).toBe('endTime');
    const comment = await write(mona, {});
    const turned = await client.send('PATCH', `/api/v1/feedback/${comment.id}`, { endTime: 12 });
    expect(turned.json().parameter).toBe('endTime');
    const emptied = await client.send('PATCH', `/api/v1/feedback/${comment.id}`, { text: '<br>' });
    expect(emptied.json().parameter).toBe('text');
  });

  test('no change is lost: of two made looking at the same, one is taken', async () => {
    const { id } = await write(mona, {});
    const etag = (await client.get(`/api/v1/feedback/${id}`)).headers.get('etag')!;
    const patch = (text: string) => client.send('PATCH', `/api/v1/feedback/${id}`, { text }, { 'if-match': etag });
    const answers = await Promise.all(['one', 'two', 'three'].map(patch));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    const taken = answers.find(({ status }) => status === 200)!;
    expect((await client.get(`/api/v1/feedback/${id}`)).json()).toEqual(taken.json());
    const remove = await client.send('DELETE', `/api/v1/feedback/${id}`, undefined, { 'if-match': etag });
    expect(remove.status).toBe(412);
  });

  test('a change moves it in the feed, and one that changes nothing does not', async () => {
    const { id } = await write(mona, { text: 'same' });
    const modified = async () => {
      const feed = await client.get('/api/ev/2/feedback?since=2020-01-01T00:00Z&limit=1000');
      return feed.json().find((entry: { id: string }) => entry.id === id).modified;
    };
    const before = await modified();
    await client.send('PATCH', `/api/v1/feedback/${id}`, { text: 'same' });
    expect(await modified()).toBe(before);
    await client.send('PATCH', `/api/v1/feedback/${id}`, { text: 'other' });
    expect((await modified()) > before).toBe(true);
  });
});

test('lists are of a call, by somebody, of a kind, and page', async () => {
  const call = await upsertCall();
  const made: Feedback[] = [];
  for (const [userId, body] of [
    [mona, {}],
    [rita, {}],
    [mona, { endTime: 9 }],
  ] as const) {
    clock.advance(1_000);
    made.push(await write(userId, { callId: call, ...body }));
  }
  const ids = made.map(({ id }) => id);
  const list = async (query: string) => (await client.get(`/api/v1/feedback?callId=${call}${query}`)).json();
  const idsOf = async (query: string) => (await list(query)).items.map(({ id }: { id: string }) => id);
  expect(await idsOf('')).toEqual(ids);
  expect(await idsOf(`&feedbackBy=${mona}`)).toEqual([ids[0], ids[2]]);
  expect(await idsOf('&kind=highlight')).toEqual([ids[2]]);
  expect(await idsOf(`&kind=comment&feedbackBy=${mona}`)).toEqual([ids[0]]);
  const found: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await list(`&limit=1${cursor}`);
    found.push(...page.items.map(({ id }: { id: string }) => id));
    if (page.next === null) break;
    cursor = `&cursor=${page.next}`;
  }
  expect(found).toEqual(ids);
});

test('erasing a call erases what was said of it, from the audit, too', async () => {
  const call = await upsertCall();
  const given = await write(mona, { callId: call, text: 'a secret word', mentions: [rita] });
  await write(rita, { callId: call, replyTo: given.id });
  await updateFeedback({ db: service.db }, await actor(mona), given.id, { text: 'another secret word' });
  expect((await client.send('DELETE', `/api/v1/calls/${call}`)).status).toBe(204);
  const left = await service.pool.query('select 1 from feedback where account_id = $1 and call_id = $2', [
    account.accountId,
    call,
  ]);
  expect(left.rows).toEqual([]);
  const audit = (await client.get(`/api/v1/audit?kind=feedback&id=${given.id}`)).json().items;
  expect(audit.map(({ action, before, after }: Record<string, unknown>) => [action, before, after])).toEqual([
    ['update', null, null],
    ['create', null, null],
  ]);
  expect((await client.get(`/api/v1/feedback/${given.id}`)).status).toBe(404);
});
