import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seesCall } from '#debrief/db/visibility.js';
import type { AppError } from '#debrief/errors.js';
import { createFeedback } from '#debrief/services/feedback/feedback.js';
import { createShare, createShareLink, listShares, readShare, revokeShare } from '#debrief/services/feedback/shares.js';
import { addPerson, asUser } from '../support/people.js';
import { type RawAnswer, sendRaw } from '../support/raw-http.js';
import { drivenClock, startService } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { comparable, expectProblem } from './problems.js';

let rita: string;
let rob: string;
let mona: string;
let adam: string;
let callId: string;
let log: string[] = [];
const clock = drivenClock();
const { service, account, client } = await openSuite({
  clock,
  trustProxy: ['loopback'],
  onLog: (line) => log.push(line),
});

const DAY_MS = 24 * 3600_000;

beforeAll(async () => {
  mona = await addPerson(account, 'mona', 'manager');
  const team = (await client.send('POST', '/api/v1/teams', { name: 'East', managerId: mona })).json().id;
  rita = await addPerson(account, 'rita', 'rep', { teamId: team });
  rob = await addPerson(account, 'rob');
  adam = await addPerson(account, 'adam', 'admin');
  callId = await upsertCall();
});
beforeEach(() => {
  // Long after the last wrong token: several in a row are answered slowly.
  clock.advance(3_600_000);
});

function upsertCall(): Promise<string> {
  return client.upsertCall({
    callTime: '2026-03-01T10:00:30Z',
    direction: 'OUTBOUND',
    duration: 60,
    callerEmail: 'rita@example.com',
    callSummary: { nextSteps: ['Call back'], questionsAndAnswers: [], summary: 'Short.' },
    metadata: { secret: 'metadata-secret' },
    participants: [
      { speakerNumber: 0, email: 'rita@example.com' },
      { speakerNumber: 1, email: 'kim@customer.example', firstName: 'Kim', lastName: 'Customer' },
    ],
    transcript: [
      { start: '0', end: '1', word: 'hello', p: '.', v: 0 },
      { start: '2', end: '3', word: 'yes', p: '?', v: 1 },
    ],
  });
}

const deps = () => ({ db: service.db, clock });
const actor = (userId: string) => asUser(service, account, userId);

interface Shared {
  readonly id: string;
  readonly links: readonly { readonly email: string; readonly url: string; readonly expiresAt: string }[];
}

async function share(more: object = {}): Promise<Shared> {
  const body = { callId, sharedBy: rita, recipientEmails: ['out@example.com'], ...more };
  const answer = await client.send('POST', '/api/v1/shares', body);
  expect(answer.status, answer.text).toBe(201);
  return answer.json();
}

/** From an address of its own unless one is given, so that no test slows another. */
function open(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> {
  return sendRaw(service, { method, path: new URL(url, service.url).pathname, headers });
}

async function refusal(run: Promise<unknown>): Promise<{ code: string; field: string | undefined }> {
  const error = await run.then(
    () => null,
    (thrown: AppError) => thrown,
  );
  expect(error?.name).toBe('AppError');
  return { code: error!.code, field: error!.field };
}

describe('sharing with people', () => {
  test('they see the call by it, until it is revoked', async () => {
    const call = await upsertCall();
    const sees = async (userId: string) => seesCall(service.db, await actor(userId), call);
    expect(await sees(rob)).toBe(false);
    const { share: shared, links } = await createShare(deps(), await actor(rita), {
      callId: call,
      recipientUserIds: [rob, rob],
    });
    expect(links).toEqual([]);
    expect(shared).toEqual({
      id: expect.any(String),
      callId: call,
      sharedBy: rita,
      sharedAt: expect.stringMatching(/Z$/),
      recipientUserIds: [rob],
      recipientEmails: [],
      message: null,
      audio: false,
      links: [],
      revokedAt: null,
    });
    expect(Math.abs(Date.parse(shared.sharedAt) - clock.now() / 1000)).toBeLessThan(60_000);
    expect(await sees(rob)).toBe(true);
    const comment = { callId: call, startTime: 1, text: 'Thanks' };
    expect((await createFeedback(deps(), await actor(rob), comment)).feedbackBy).toBe(rob);
    expect((await readShare({ db: service.db }, await actor(rob), shared.id)).id).toBe(shared.id);
    await revokeShare(deps(), await actor(rita), shared.id);
    expect(await sees(rob)).toBe(false);
    expect(await refusal(readShare({ db: service.db }, await actor(rob), shared.id))).toMatchObject({
      code: 'not_found',
    });
    expect((await readShare({ db: service.db }, await actor(rita), shared.id)).revokedAt).toMatch(/Z$/);
    // That it was shared is history.
    const feed = (await client.get('/api/ev/2/shares?since=2020-01-01T00:00Z&limit=1000')).json();
    expect(feed.find(({ id }: Shared) => id === shared.id)).toMatchObject({ recipientUserIds: [rob] });
    await revokeShare(deps(), await actor(rita), shared.id);
  });

  test('who does not see the call shares nothing, and one of two shares is enough', async () => {
    const call = await upsertCall();
    const body = { callId: call, recipientUserIds: [rob] };
    expect(await refusal(createShare(deps(), await actor(rob), body))).toMatchObject({ code: 'not_found' });
    const first = await createShare(deps(), await actor(rita), body);
    await createShare(deps(), await actor(mona), body);
    await revokeShare(deps(), await actor(rita), first.share.id);
    expect(await seesCall(service.db, await actor(rob), call)).toBe(true);
  });

  test('what cannot be', async () => {
    const send = async (more: object) => {
      const body = { callId, sharedBy: rita, recipientUserIds: [rob], ...more };
      const answer = await client.send('POST', '/api/v1/shares', body);
      return [answer.status, answer.json().parameter];
    };
    expect(await send({ recipientUserIds: [] })).toEqual([400, 'recipientUserIds']);
    expect(await send({ recipientUserIds: [rob, 'nobody'] })).toEqual([400, 'recipientUserIds[1]']);
    expect(await send({ callId: 'unknown' })).toEqual([404, undefined]);
    expect(await send({ sharedBy: 'nobody' })).toEqual([400, 'sharedBy']);
    const at = (ms: number) => new Date(clock.now() / 1000 + ms).toISOString();
    expect(await send({ expiresAt: at(-60_000) })).toEqual([400, 'expiresAt']);
    expect(await send({ expiresAt: at(366 * DAY_MS) })).toEqual([400, 'expiresAt']);
    expect(await send({ expiresAt: at(364 * DAY_MS) })).toEqual([201, undefined]);
    const history = { callId, recipientUserIds: [rob], sharedAt: '2019-01-01T00:00Z' };
    expect(await refusal(createShare(deps(), await actor(mona), history))).toMatchObject({ field: 'sharedAt' });
    const other = { callId, recipientUserIds: [rob], sharedBy: rita };
    expect(await refusal(createShare(deps(), await actor(mona), other))).toMatchObject({ field: 'sharedBy' });
  });

  test('history keeps its time, and makes no links', async () => {
    const body = { id: 'old', sharedAt: '2018-04-27T10:10:00Z', message: 'Listen' };
    expect(await share(body)).toMatchObject({ ...body, links: [] });
    const again = await client.send('POST', '/api/v1/shares', {
      callId,
      sharedBy: rita,
      recipientUserIds: [rob],
      ...body,
    });
    expect(again.status).toBe(409);
  });

  test('the sharer and admins end a share; of two who do, one is told', async () => {
    const { id } = await share({ callId: await upsertCall() });
    expect(await refusal(revokeShare(deps(), await actor(mona), id))).toMatchObject({ code: 'forbidden' });
    expect(await refusal(revokeShare(deps(), await actor(rob), id))).toMatchObject({ code: 'not_found' });
    const etag = (await client.get(`/api/v1/shares/${id}`)).headers.get('etag')!;
    const revoke = () => client.send('DELETE', `/api/v1/shares/${id}`, undefined, { 'if-match': etag });
    const statuses = (await Promise.all(Array.from({ length: 6 }, revoke))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([204, 412, 412, 412, 412, 412]);
    const byAdmin = await share();
    await revokeShare(deps(), await actor(adam), byAdmin.id);
  });

  test('lists are of what one sees, and of what one shared', async () => {
    const call = await upsertCall();
    const { id } = await share({ callId: call });
    clock.advance(1_000);
    const { id: monas } = await share({ callId: call, sharedBy: mona });
    const list = async (query: string) =>
      (await client.get(`/api/v1/shares?callId=${call}${query}`)).json().items.map((item: Shared) => item.id);
    expect(await list('')).toEqual([id, monas]);
    expect(await list(`&sharedBy=${mona}`)).toEqual([monas]);
    const all = { callId: null, sharedBy: null };
    const page = { after: { at: '-infinity', id: '' }, limit: 1_000 };
    const idsOf = async (userId: string) =>
      (await listShares({ db: service.db }, await actor(userId), all, page)).map((item) => item.id);
    expect(await idsOf(rob)).not.toContain(id);
    expect(await idsOf(rita)).toEqual(expect.arrayContaining([id, monas]));
  });
});

describe('links', () => {
  test('show one call to whoever has one, and nothing more', async () => {
    const { links, ...shared } = await share({
      recipientEmails: ['A@example.com', 'b@example.com', 'a@EXAMPLE.com'],
      message: 'Hear this',
    });
    expect(links.map(({ email }) => email)).toEqual(['A@example.com', 'b@example.com']);
    expect(links[0]!.url).toMatch(new RegExp(`^${service.url}/shared/[\\w-]{43}$`));
    expect(links[0]!.url).not.toBe(links[1]!.url);
    const ends = Date.parse(links[0]!.expiresAt) - clock.now() / 1000;
    expect(Math.round(ends / DAY_MS)).toBe(14);
    const answer = await open(links[0]!.url);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({
      id: callId,
      callTime: '2026-03-01T10:00:30Z',
      duration: 60,
      direction: 'OUTBOUND',
      callerName: 'rita Person',
      callSummary: { nextSteps: ['Call back'], questionsAndAnswers: [], summary: 'Short.' },
      transcript: {
        speakers: [
          { email: null, firstName: 'rita', lastName: 'Person', speakerNumber: 0, speakerType: 'INTERNAL' },
          { email: null, firstName: 'Kim', lastName: 'Customer', speakerNumber: 1, speakerType: 'UNKNOWN' },
        ],
        transcript: [
          { endTime: 1, speakerNumber: 0, startTime: 0, text: 'hello.' },
          { endTime: 3, speakerNumber: 1, startTime: 2, text: 'yes?' },
        ],
      },
      audio: false,
      message: 'Hear this',
    });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex, nofollow',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    for (const secret of ['@', 'metadata-secret', account.accountId]) expect(answer.text).not.toContain(secret);
    // The token is told this once, and kept nowhere.
    const token = links[0]!.url.slice(-43);
    const read = await client.get(`/api/v1/shares/${shared.id}`);
    expect(read.json()).toEqual({ ...shared, links: links.map(({ email, expiresAt }) => ({ email, expiresAt })) });
    const tables = ['shares', 'share_links', 'share_accesses', 'audit', 'idempotency_keys'];
    for (const table of tables) {
      const found = await service.pool.query(`select 1 from ${table} t where t::text like $1`, [`%${token}%`]);
      expect(found.rows, table).toEqual([]);
    }
    expect((await open(links[0]!.url, {}, 'POST')).status).toBe(404);
  });

  test('of a share that is sent again with its key, the answer is repeated without the links, and nothing more is made', async () => {
    const body = { callId, sharedBy: rita, recipientEmails: ['once@example.com'] };
    const send = () => client.send('POST', '/api/v1/shares', body, { 'idempotency-key': 'share-1' });
    const first = await send();
    const second = await send();
    const { links, ...rest } = first.json();
    expect(second.json()).toEqual({ ...rest, links: [{ email: 'once@example.com', expiresAt: links[0].expiresAt }] });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect((await open(links[0].url)).status).toBe(200);
    const kept = await service.pool.query(`select answer from idempotency_keys where key = 'share-1'`);
    expect(JSON.stringify(kept.rows)).not.toContain('/shared/');
  });

  test('unknown, expired, replaced, revoked and of a deleted call answer alike', async () => {
    const later = await upsertCall();
    const [expiring, replaced, revoked, deleted] = [
      await share({ expiresAt: new Date(clock.now() / 1000 + DAY_MS).toISOString() }),
      await share(),
      await share(),
      await share({ callId: later }),
    ] as const;
    const shares = [expiring, replaced, revoked, deleted];
    for (const { links } of shares) expect((await open(links[0]!.url)).status).toBe(200);
    clock.advance(DAY_MS - 120_000);
    expect((await open(expiring.links[0]!.url)).status).toBe(200);
    clock.advance(120_000);
    const fresh = await client.send('POST', `/api/v1/shares/${replaced.id}/links`, { email: 'OUT@example.com' });
    expect(fresh.status).toBe(201);
    expect(fresh.json()).toEqual({
      email: 'out@example.com',
      expiresAt: expect.any(String),
      url: expect.stringContaining('/shared/'),
    });
    expect((await client.send('DELETE', `/api/v1/shares/${revoked.id}`)).status).toBe(204);
    expect((await client.send('DELETE', `/api/v1/calls/${later}`)).status).toBe(204);
    const unknown = await open(`/shared/${'x'.repeat(43)}`);
    expectProblem(unknown, 404);
    expect(unknown.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    for (const { links } of shares) expect(comparable(await open(links[0]!.url))).toEqual(comparable(unknown));
    expect((await open(fresh.json().url)).status).toBe(200);
    expect((await open(expiring.links[0]!.url.replace('/shared/', '/shared/x'))).status).toBe(404);
  });

  test('who may have a new one made', async () => {
    const call = await upsertCall();
    const { id } = await share({ callId: call });
    const link = async (userId: string, email = 'out@example.com') =>
      createShareLink(deps(), await actor(userId), id, { email });
    expect(await refusal(link(mona))).toMatchObject({ code: 'forbidden' });
    expect(await refusal(link(rita, 'other@example.com'))).toMatchObject({ code: 'invalid', field: 'email' });
    expect((await link(adam)).token).toMatch(/^[\w-]{43}$/);
    // Who does not see the call any more lets nobody else see it.
    await client.send('PATCH', `/api/v1/calls/${call}`, { callerEmail: 'mona@example.com' });
    expect(await refusal(link(rita))).toMatchObject({ code: 'not_found' });
    await revokeShare(deps(), await actor(rita), id);
    expect(await refusal(link(adam))).toMatchObject({ code: 'conflict' });
  });

  test('every opening is written down, for the sharer and admins', async () => {
    const { id, links } = await share({ recipientEmails: ['a@example.com', 'b@example.com'] });
    const before = clock.now() / 1000;
    await open(links[0]!.url, { 'user-agent': 'x'.repeat(300), 'x-forwarded-for': '203.0.113.9' });
    clock.advance(60_000);
    await open(links[1]!.url);
    expect((await open(links[1]!.url, {}, 'HEAD')).status).toBe(200);
    const accesses = await client.get(`/api/v1/shares/${id}/accesses`);
    const { items } = accesses.json();
    const opening = { id: expect.any(Number), at: expect.any(String), lastAt: expect.any(String), openings: 1 };
    expect(items).toEqual([
      { ...opening, email: 'b@example.com', ip: '127.0.0.1', userAgent: null },
      {
        ...opening,
        email: 'a@example.com',
        ip: '203.0.113.9',
        userAgent: 'x'.repeat(200),
      },
    ]);
    expect(Math.abs(Date.parse(items[1].at) - before)).toBeLessThan(30_000);
    const page = (await client.get(`/api/v1/shares/${id}/accesses?limit=1`)).json();
    expect(page.items).toEqual([items[0]]);
    const next = (await client.get(`/api/v1/shares/${id}/accesses?limit=1&cursor=${page.next}`)).json();
    expect(next).toEqual({ items: [items[1]], next: null });
    expect((await client.get('/api/v1/shares/unknown/accesses')).status).toBe(404);
  });

  test('openings of an hour are one row, with how often, by whose link, address and browser', async () => {
    const { id, links } = await share({ recipientEmails: ['a@example.com', 'b@example.com'] });
    const from = (ip: string, userAgent = 'one') => ({ 'x-forwarded-for': ip, 'user-agent': userAgent });
    clock.advance(3_600_000 - ((clock.now() / 1000) % 3_600_000));
    const start = clock.now() / 1000;
    for (let i = 0; i < 5; i++) {
      expect((await open(links[0]!.url, from('203.0.113.1'))).status).toBe(200);
      clock.advance(60_000);
    }
    // All at once, as the first.
    const written = ['203.0.113.2', '203.0.113.2:80', '::ffff:203.0.113.2', '[::ffff:203.0.113.2]:80'];
    await Promise.all([...written, ...written.slice(2)].map((ip) => open(links[0]!.url, from(ip))));
    await open(links[0]!.url, from('203.0.113.2', 'two'));
    await open(links[1]!.url, from('203.0.113.2'));
    clock.advance(3_600_000);
    await open(links[0]!.url, from('203.0.113.1'));
    const { items } = (await client.get(`/api/v1/shares/${id}/accesses`)).json();
    const rows = items.map((each: Record<string, unknown>) => [each.email, each.ip, each.userAgent, each.openings]);
    expect(rows).toEqual([
      ['a@example.com', '203.0.113.1', 'one', 1],
      ['b@example.com', '203.0.113.2', 'one', 1],
      ['a@example.com', '203.0.113.2', 'two', 1],
      ['a@example.com', '203.0.113.2', 'one', 6],
      ['a@example.com', '203.0.113.1', 'one', 5],
    ]);
    const { at, lastAt } = items[4];
    expect(Math.floor(Date.parse(at) / 60_000)).toBe(Math.floor(start / 60_000));
    expect(Math.floor((Date.parse(lastAt) - Date.parse(at)) / 60_000)).toBeGreaterThanOrEqual(4);
  });

  test('a recipient has a thousand rows at most: what comes then counts in the newest', async () => {
    const { id, links } = await share({ recipientEmails: ['a@example.com', 'b@example.com'] });
    await service.pool.query(
      `insert into share_accesses (account_id, share_id, email, at, last_at, ip)
       select $1, $2, 'a@example.com', now(), now(), '10.0.' || n / 256 || '.' || n % 256 from generate_series(1, 1000) n`,
      [account.accountId, id],
    );
    const known = await service.pool.query(
      `select access_id from share_accesses where account_id = $1 and share_id = $2 order by access_id desc limit 1`,
      [account.accountId, id],
    );
    for (const ip of ['203.0.113.1', '203.0.113.2']) await open(links[0]!.url, { 'x-forwarded-for': ip });
    await open(links[1]!.url, { 'x-forwarded-for': '203.0.113.1' });
    const { items } = (await client.get(`/api/v1/shares/${id}/accesses?limit=1000`)).json();
    expect(items).toHaveLength(1000);
    expect(items[0]).toMatchObject({ email: 'b@example.com', openings: 1 });
    expect(items[1]).toMatchObject({ id: known.rows[0].access_id, ip: '10.0.3.232', openings: 3 });
    expect(items[2]).toMatchObject({ ip: '10.0.3.231', openings: 1 });
    expect(Date.parse(items[1].lastAt)).toBeGreaterThan(Date.parse(items[1].at));
  });

  test('links lead to where people find the server, as invitations do', async () => {
    const publicUrl = 'https://debrief.example.com';
    const behind = await startService({ clock, logIn: { publicUrl, mailer: null, oidc: null } });
    try {
      const authorization = `Basic ${Buffer.from(`${client.username}:${client.password}`).toString('base64')}`;
      const send = async (path: string, body: object) => {
        const headers = { authorization, 'content-type': 'application/json' };
        const answer = await sendRaw(behind, { method: 'POST', path, headers, body: JSON.stringify(body) });
        expect(answer.status, answer.text).toBe(201);
        return JSON.parse(answer.text);
      };
      const made = await send('/api/v1/shares', { callId, sharedBy: rita, recipientEmails: ['out@example.com'] });
      const leadsThere = /^https:\/\/debrief\.example\.com\/shared\/[\w-]{43}$/;
      expect(made.links[0].url).toMatch(leadsThere);
      const again = await send(`/api/v1/shares/${made.id}/links`, { email: 'out@example.com' });
      expect(again.url).toMatch(leadsThere);
      const invited = await send(`/api/v1/users/${rita}/invite`, {});
      expect(new URL(invited.url).origin).toBe(new URL(again.url).origin);
    } finally {
      await behind.close();
    }
  });

  test('neither log nor metrics hold a token, however it is sent', async () => {
    const { links } = await share();
    const { pathname } = new URL(links[0]!.url);
    const token = pathname.slice(-43);
    log = [];
    const paths = [
      pathname,
      `${pathname}?x=${token}`,
      `${pathname}/`,
      `/SHARED/${token}`,
      `/%73hared/${token}`,
      `/x/shared/${token}`,
      `//shared/${token}`,
      `/shared/%zz${token}`,
      `/shared/${token.repeat(50)}`,
    ];
    for (const path of paths) {
      clock.advance(3_600_000);
      for (const method of ['GET', 'HEAD', 'DELETE', 'POST']) await sendRaw(service, { method, path });
    }
    const lines = log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
    expect(lines.length).toBeGreaterThanOrEqual(paths.length * 3);
    expect(lines[0]).toMatchObject({ route: '/shared/:token', path: '/shared/…', status: 200 });
    expect(log.join('')).not.toContain(token);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('route="/shared/:token"');
    expect(metrics).not.toContain(token);
  });

  test('wrong tokens slow down their address, and no other', async () => {
    const { links } = await share();
    const wrong = async (address: string) => {
      const answer = await open(`/shared/${'y'.repeat(43)}`, { 'x-forwarded-for': address });
      expect(answer.status).toBe(404);
    };
    for (let i = 0; i < 5; i++) await wrong('203.0.113.7');
    // Each waits twice as long as the one before; the last of them, two seconds.
    const slowed = Promise.all([1, 2, 3, 4].map(() => wrong('203.0.113.7'))).then(() => 'slowed');
    const others = async () => {
      for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) await wrong(`198.51.100.${n}`);
      return 'others';
    };
    expect(await Promise.race([slowed, others()])).toBe('others');
    expect((await open(links[0]!.url)).status).toBe(200);
    await slowed;
  });
});

test('erasing a call erases its shares, links and openings', async () => {
  const call = await upsertCall();
  const { id, links } = await share({ callId: call, message: 'a secret word' });
  await open(links[0]!.url);
  expect((await client.send('DELETE', `/api/v1/calls/${call}`)).status).toBe(204);
  for (const table of ['shares', 'share_links', 'share_accesses']) {
    const left = await service.pool.query(`select 1 from ${table} where account_id = $1 and share_id = $2`, [
      account.accountId,
      id,
    ]);
    expect(left.rows, table).toEqual([]);
  }
  const audit = (await client.get(`/api/v1/audit?kind=shares&id=${id}`)).json().items;
  expect(audit).toMatchObject([{ action: 'create', before: null, after: null }]);
});
