// People say who speaks in a call, and it outlasts what the source says.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { atRest, expectOk, wholeFeed } from '../support/analysed.js';
import { type Browser, browserOf } from '../support/browser.js';
import { makeAccount, startService, type TestAccount, type TestClient, type TestService } from '../support/service.js';

let service: TestService;
let account: TestAccount;
let client: TestClient;
let ada: string;
let bob: string;
let callId: string;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const transcript = [
  { start: '0', end: '8', word: 'hello', v: 0 },
  { start: '8', end: '12', word: 'hi', v: 1 },
  { start: '12', end: '13', word: 'bye', v: 2 },
];
const call = {
  callTime: '2026-03-01T14:30:00Z',
  direction: 'OUTBOUND',
  duration: 13,
  transcript,
  participants: [
    { speakerNumber: 0, email: 'ada@x.example' },
    { speakerNumber: 1, email: 'kit@acme.example', firstName: 'Kit', lastName: 'Carson', type: 'UNKNOWN' },
  ],
};

beforeEach(async () => {
  account = await makeAccount(service);
  client = await account.client();
  ada = await account.addUser('ada@x.example');
  bob = await account.addUser('bob@x.example', { firstName: 'Bob', lastName: 'Hope' });
  callId = await client.upsertCall({ ...call, callerId: ada });
});

const path = (number: number | string = 0) => `/api/v1/calls/${callId}/speakers/${number}`;
const correct = async (number: number, body: object) => {
  const answer = await client.send('PATCH', path(number), body);
  expect(answer.status, answer.text).toBe(200);
  return answer.json();
};
async function refused(status: number, detail: string, body: unknown, number: number | string = 0): Promise<void> {
  const answer = await client.send('PATCH', path(number), body);
  expect([answer.status, answer.json().detail]).toEqual([status, expect.stringContaining(detail)]);
}

/** What API v2 shows, once all is done: seconds of INTERNAL and EXTERNAL speakers, and the speakers. */
async function shown() {
  await atRest(service, client.accountId);
  const { stats, modified } = (await client.get(`/api/ev/2/call/${callId}`)).json();
  const { speakers } = (await client.get(`/api/ev/2/transcript/${callId}`)).json();
  type Shown = { email: string | null; firstName: string | null; speakerType: string };
  const lines = speakers.map((each: Shown) => `${each.firstName} ${each.email} ${each.speakerType}`);
  return { times: [stats.internalTalkTime, stats.externalTalkTime], lines, modified };
}

describe('a correction', () => {
  test('to a user, to somebody of a type, and back', async () => {
    const before = await shown();
    expect(before).toMatchObject({
      times: [8, 0],
      lines: ['Ada ada@x.example INTERNAL', 'Kit kit@acme.example UNKNOWN', 'null null UNKNOWN'],
    });
    expect(await correct(1, { userId: bob })).toEqual({
      speakerNumber: 1,
      userId: bob,
      email: 'bob@x.example',
      firstName: 'Bob',
      lastName: 'Hope',
      speakerType: 'INTERNAL',
      isCorrected: true,
    });
    const second = await shown();
    expect(second).toMatchObject({ times: [12, 0] });
    expect(second.lines[1]).toBe('Bob bob@x.example INTERNAL');
    expect(second.modified > before.modified).toBe(true);

    await correct(1, { type: 'EXTERNAL', firstName: 'Christopher' });
    expect((await shown()).lines[1]).toBe('Christopher kit@acme.example EXTERNAL');
    // Who is said not to be Ada has not Ada's address.
    await correct(0, { type: 'EXTERNAL' });
    await correct(2, { userId: ada });
    const third = await shown();
    expect(third.lines).toEqual([
      ...['null null EXTERNAL', 'Christopher kit@acme.example EXTERNAL', 'Ada ada@x.example INTERNAL'],
    ]);
    expect(third.times).toEqual([1, 12]);
    for (const number of [0, 1, 2])
      expect(await correct(number, { reset: true })).toMatchObject({ isCorrected: false });
    expect(await shown()).toMatchObject({ times: before.times, lines: before.lines });
  });

  test('that changes no type stamps nothing', async () => {
    const before = await wholeFeed(client, 'calls');
    await correct(0, { userId: bob });
    await correct(1, { type: 'UNKNOWN', firstName: 'Kid' });
    await atRest(service, client.accountId);
    expect(await wholeFeed(client, 'calls')).toEqual(before);
  });

  test('outlasts what the source sends later, other addresses and leaving', async () => {
    await correct(0, { type: 'EXTERNAL', firstName: 'Kit' });
    await correct(2, { userId: bob });
    const { lines } = await shown();
    const give = (more: object) => expectOk(client.send('PATCH', `/api/v1/calls/${callId}`, more));
    await give({ participants: [{ speakerNumber: 0, userId: bob }, call.participants[1]] });
    expect((await shown()).lines).toEqual(['Kit null EXTERNAL', ...lines.slice(1)]);
    await give({ participants: [call.participants[1]] });
    expect((await shown()).lines).toEqual(['Kit null EXTERNAL', ...lines.slice(1)]);
    await give({ transcript: null });
    await give({ transcript, participants: call.participants });
    await expectOk(client.send('PATCH', `/api/v1/users/${bob}`, { email: 'bob@y.example' }));
    await expectOk(client.send('DELETE', `/api/v1/users/${bob}`));
    expect((await shown()).lines).toEqual([...lines.slice(0, 2), 'Bob bob@y.example INTERNAL']);
  });

  test('during an analysis is what the analysis that counts goes by', async () => {
    // One that began with another version is not stored.
    const version = async () => {
      const query = 'select content_version as version from calls where account_id = $1 and call_id = $2';
      return (await service.pool.query(query, [client.accountId, callId])).rows[0].version;
    };
    const before = await version();
    await Promise.all([
      expectOk(client.send('PATCH', `/api/v1/calls/${callId}`, { duration: 20 })),
      correct(1, { type: 'EXTERNAL' }),
      correct(2, { type: 'EXTERNAL' }),
    ]);
    expect((await shown()).times).toEqual([8, 5]);
    expect(await version()).toBe(before + 3);
  });

  test('is in the audit, and goes with the call', async () => {
    await correct(1, { userId: bob });
    const query = `kind=speakers&id=${encodeURIComponent(`${callId}/1`)}`;
    const changes = async () => (await client.get(`/api/v1/audit?${query}`)).json().items;
    expect(await changes()).toMatchObject([
      { action: 'update', before: { userId: null, firstName: 'Kit' }, after: { userId: bob, isCorrected: true } },
    ]);
    await expectOk(client.send('DELETE', `/api/v1/calls/${callId}`));
    expect(await changes()).toMatchObject([{ before: null, after: null }]);
    const left = await service.pool.query('select 1 from speaker_corrections where account_id = $1', [
      client.accountId,
    ]);
    expect(left.rows).toEqual([]);
  });
});

describe('reading', () => {
  test('gives all who are given or heard, and a tag of each', async () => {
    const { items } = (await client.get(`/api/v1/calls/${callId}/speakers`)).json();
    expect(items.map(({ speakerNumber, userId }: Record<string, unknown>) => [speakerNumber, userId])).toEqual([
      ...[
        [0, ada],
        [1, null],
        [2, null],
      ],
    ]);
    const one = await client.get(path(2));
    expect(one.json()).toEqual(items[2]);
    const ifMatch = { 'if-match': one.headers.get('etag')! };
    const [first, second] = await Promise.all(
      [ada, bob].map((userId) => client.send('PATCH', path(2), { userId }, ifMatch)),
    );
    expect([first!.status, second!.status].sort()).toEqual([200, 412]);
  });
});

describe('what is refused', () => {
  test('names what is wrong and what is taken', async () => {
    await refused(404, 'The call has no speaker 7; it has 0, 1, 2.', { userId: bob }, 7);
    await refused(404, 'The call has no speaker 00; it has', { userId: bob }, '00');
    await refused(404, 'The call has no speaker x; it has', { userId: bob }, 'x');
    await refused(400, 'userId names no user of this account', { userId: 'nobody' });
    await expectOk(client.send('DELETE', `/api/v1/users/${bob}`));
    await refused(400, 'userId names a deactivated user', { userId: bob });
    const shapes = 'it takes one of {userId}, {type, firstName, lastName} and {reset: true}';
    for (const body of [
      { userId: ada, type: 'INTERNAL' },
      { userId: ada, firstName: 'Ada' },
      { userId: ada, reset: true },
      { type: 'EXTERNAL', reset: true },
      {},
    ]) {
      await refused(400, shapes, body);
    }
    await refused(400, 'type is missing: a name needs a type', { firstName: 'Kit' });
    await refused(400, 'reset', { reset: false });
    await refused(400, 'type', { type: 'CUSTOMER' });
    await refused(400, 'speaker is not known', { speaker: ada });
    await refused(400, 'userId', { userId: null });
    callId = 'none';
    await refused(404, 'There is no such call', { userId: ada });
  });

  test('to a rep who is not the caller, even of a call that they see', async () => {
    const rep = async (id: string): Promise<Browser> => browserOf(service, account, { id, role: 'rep' });
    expect((await (await rep(ada)).send('PATCH', path(1), { type: 'EXTERNAL' })).status).toBe(200);
    await client.send('POST', '/api/v1/shares', { callId, sharedBy: ada, recipientUserIds: [bob] });
    const answer = await (await rep(bob)).send('PATCH', path(1), { type: 'INTERNAL' });
    expect([answer.status, answer.json().detail]).toEqual([403, expect.stringContaining("Only the call's caller")]);
  });
});
