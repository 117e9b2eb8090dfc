import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, browserOf } from '../support/browser.js';
import { addPerson } from '../support/people.js';
import { makeScored, type Scored } from '../support/scored.js';
import { startService, type TestService, until } from '../support/service.js';

// The stream of events: who is told of what, and how it ends.

const service = await startService();
afterAll(() => service.close());
let scored: Scored;
let coachId: string;
let otherId: string;

beforeAll(async () => {
  scored = await makeScored(service);
  coachId = scored.coachId;
  await scored.client.send('PATCH', `/api/v1/teams/${scored.teamId}`, { managerId: coachId });
  await scored.client.send('PATCH', '/api/v1/account', { callVisibility: 'team' });
  otherId = await addPerson(scored.account, 'other');
});

interface Stream {
  readonly status: number;
  readonly headers: Headers;
  /** The data of the events so far; a reset is `reset`. */
  readonly events: unknown[];
  readonly lastId: () => string;
  readonly isEnded: () => boolean;
  close(): void;
}

const streams: Stream[] = [];
afterAll(() => {
  for (const stream of streams) stream.close();
});

async function listen(browser: Browser, lastEventId = '', from: TestService = service): Promise<Stream> {
  const gone = new AbortController();
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(new URL('/api/v1/events', from.url), {
    headers: { cookie, 'accept-encoding': 'gzip', ...(lastEventId && { 'last-event-id': lastEventId }) },
    signal: gone.signal,
  });
  const events: unknown[] = [];
  let lastId = '';
  let isEnded = false;
  const take = (block: string) => {
    const fields = new Map(
      block.split('\n').map((line) => [line.split(': ', 1)[0]!, line.slice(line.indexOf(': ') + 2)]),
    );
    lastId = fields.get('id') ?? lastId;
    if (fields.get('event') === 'reset') events.push('reset');
    else if (fields.has('data')) events.push(JSON.parse(fields.get('data')!));
  };
  const read = async () => {
    let text = '';
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) take(block);
    }
  };
  void read()
    .catch(() => {})
    .finally(() => {
      isEnded = true;
    });
  const { status, headers } = response;
  const stream = { status, headers, events, lastId: () => lastId, isEnded: () => isEnded, close: () => gone.abort() };
  streams.push(stream);
  if (status === 200) await until(async () => lastId !== '');
  return stream;
}

const open = (id: string, role: 'rep' | 'manager' | 'admin' = 'rep') =>
  browserOf(service, scored.account, { id, role });
const told = (stream: Stream, event: object | string) =>
  until(async () => stream.events.some((each) => JSON.stringify(each) === JSON.stringify(event)), {
    seconds: 15,
    left: async () => stream.events,
  });
const comment = (browser: Browser, mentions: string[] = []) =>
  browser.send('POST', '/api/v1/feedback', { callId: scored.callId, startTime: 1, text: 'Good', mentions });

test('who sees a call is told what of it to read again; others are told nothing, unless they were shown it', async () => {
  const [rep, coach, other] = [await open(scored.repId), await open(coachId, 'manager'), await open(otherId)];
  const [ofRep, ofOther] = [await listen(rep), await listen(other)];
  expect([ofRep.status, ofRep.headers.get('content-type'), ofRep.headers.get('content-encoding')]).toEqual([
    200,
    'text/event-stream',
    null,
  ]);
  expect(ofRep.headers.get('x-accel-buffering')).toBe('no');
  await comment(coach, [scored.repId]);
  await told(ofRep, { kind: 'feedback', callId: scored.callId });
  await told(ofRep, { kind: 'inbox' });
  const share = await rep.send('POST', '/api/v1/shares', { callId: scored.callId, recipientUserIds: [otherId] });
  await told(ofOther, { kind: 'shares', callId: scored.callId });
  expect(ofOther.events).not.toContainEqual({ kind: 'feedback', callId: scored.callId });
  const before = ofOther.events.length;
  await rep.send('DELETE', `/api/v1/shares/${share.json().id}`);
  // Their inbox is less by one, and the call is nothing of theirs any more.
  await until(async () => ofOther.events.length > before);
  expect(ofOther.events.slice(before)).toEqual([{ kind: 'inbox' }]);
  // What a program changes is found by looking.
  await scored.client.send('PATCH', `/api/v1/calls/${scored.callId}`, { metadata: { deal: 'won' } });
  await told(ofRep, { kind: 'call', id: scored.callId });
  expect(ofOther.events.slice(before)).toEqual([{ kind: 'inbox' }]);
});

test('who comes back is told what changed meanwhile, and to read everything where that is not known', async () => {
  const rep = await open(scored.repId);
  const first = await listen(rep);
  first.close();
  await scored.score('SUBMITTED', [4, 5]);
  const second = await listen(rep, first.lastId());
  await told(second, { kind: 'results', callId: scored.callId });
  expect(second.events).not.toContain('reset');
  const third = await listen(rep, second.lastId());
  expect(third.events).toEqual([]);
  for (const unknown of [
    'nonsense',
    '1.5:5:',
    `${Date.now() * 1000}.9:3:4`,
    `${Date.now() * 1000}.900000000:900000000:`,
  ]) {
    const stream = await listen(rep, unknown);
    await told(stream, 'reset');
    stream.close();
  }
  for (const stream of [second, third]) stream.close();
});

test('meetings and plans are told to their people, deleted calls to all', async () => {
  const [rep, other] = [await open(scored.repId), await open(otherId)];
  const [ofRep, ofOther] = [await listen(rep), await listen(other)];
  const at = '2030-01-01T10:00:00Z';
  const meeting = await scored.make('meetings', { coachId, recipientId: scored.repId, dateTime: at });
  await told(ofRep, { kind: 'meetings', id: String(meeting.id) });
  const { id } = await scored.make('calls', { callTime: at, direction: 'INBOUND', callerId: scored.repId });
  await scored.client.send('DELETE', `/api/v1/calls/${id}`);
  await told(ofOther, { kind: 'calls' });
  expect(JSON.stringify(ofOther.events)).not.toContain('meetings');
  expect(JSON.stringify(ofOther.events)).not.toContain(id);
  for (const stream of [ofRep, ofOther]) stream.close();
});

test('a session that ends takes its stream with it: by log-out, by another, and with its user', async () => {
  const leaves = addPerson(scored.account, 'leaves');
  const admin = await open(await addPerson(scored.account, 'boss', 'admin'), 'admin');
  const [first, second, third] = [await open(await leaves), await open(await leaves), await open(await leaves)];
  const open3 = [await listen(first), await listen(second), await listen(third)];
  await first.send('DELETE', '/api/v1/session');
  await until(async () => open3[0]!.isEnded());
  expect(open3.map((stream) => stream.isEnded())).toEqual([true, false, false]);
  const { items } = (await second.send('GET', '/api/v1/sessions')).json();
  const its = items.find((each: { current: boolean }) => !each.current);
  await second.send('DELETE', `/api/v1/sessions/${its.id}`);
  await until(async () => open3[2]!.isEnded());
  const gone = await admin.send('DELETE', `/api/v1/users/${await leaves}`);
  expect(gone.status, gone.text).toBe(204);
  await until(async () => open3[1]!.isEnded());
});

test('one person has six streams at most, and hanging up makes room', async () => {
  const rep = await open(await addPerson(scored.account, 'many'));
  const six: Stream[] = [];
  for (let i = 0; i < 6; i++) six.push(await listen(rep));
  const seventh = await listen(rep);
  expect([seventh.status, seventh.headers.get('retry-after')]).toEqual([429, '30']);
  six[0]!.close();
  await until(async () => {
    const again = await listen(rep);
    again.close();
    return again.status === 200;
  });
  for (const stream of six) stream.close();
});

test('changes are told after the connection that hears of them was cut, and it hears again', async () => {
  const [rep, coach] = [await open(scored.repId), await open(coachId, 'manager')];
  const stream = await listen(rep);
  const mine = `select pid from pg_stat_activity where application_name = 'debrief events' and datname = current_database()`;
  await until(async () => (await service.pool.query(mine)).rows.length > 0);
  const cut = (await service.pool.query(mine)).rows.map(({ pid }) => pid as number);
  await service.pool.query(`select pg_terminate_backend(pid) from (${mine}) as mine`);
  await comment(coach);
  await told(stream, { kind: 'feedback', callId: scored.callId });
  await until(async () => {
    const now = (await service.pool.query(mine)).rows.map(({ pid }) => pid as number);
    return now.length > 0 && now.every((pid) => !cut.includes(pid));
  });
  stream.close();
});

test('a stream is no long request in the metrics', async () => {
  const rep = await open(scored.repId);
  const stream = await listen(rep);
  stream.close();
  const next = await listen(rep);
  next.close();
  // By now the first one is over.
  await comment(rep);
  const routes = async () => (await fetch(`${service.url}/metrics`)).text();
  await until(async () => (await routes()).includes('route="/api/v1/feedback"'));
  expect(await routes()).not.toContain('route="/api/v1/events",status="200"');
});

test('a server that stops ends its streams at once', async () => {
  const another = await startService();
  const rep = await open(scored.repId);
  const stream = await listen(rep, '', another);
  await another.close();
  await until(async () => stream.isEnded());
});
