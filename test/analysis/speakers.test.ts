// Who speaks and who called is resolved again when users and CRM contacts change: statistics, matches and callers follow,
// and the calls that show something new, no others, move in their feed.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SpeakerType, Topic, Word } from '../naive/analysis.js';
import { differences } from '../naive/cases.js';
import { atRest, expectOk, naively, setTopics, topicEntries, wholeFeed } from '../support/analysed.js';
import { makeAccount, startService, type TestAccount, type TestClient, type TestService } from '../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

let account: TestAccount;
let client: TestClient;

const CANONICAL = 1;
const topics: Topic[] = [
  { id: CANONICAL, name: 'Canonical questions', words: ['what'] },
  { id: 2, name: 'Price', words: ['price'] },
];
const words: Word[] = [
  { start: '0', end: '4', word: 'what', v: 0 },
  { start: '4', end: '5', word: 'price', p: '?', v: 0 },
  { start: '5', end: '7', word: 'what', p: '?', v: 1 },
  { start: '7', end: '10', word: 'price', p: '.', v: 2 },
];
const transcribed = { callTime: '2026-03-01T14:30:00Z', direction: 'OUTBOUND', duration: 10, transcript: words };

beforeEach(async () => {
  account = await makeAccount(service);
  client = await account.client('admin');
  await setTopics(service, client, topics, CANONICAL);
});

async function read(id: string) {
  return (await client.get(`/api/ev/2/call/${id}`)).json();
}

/** Once all is done: everything that shows types agrees on these. Answers the call's stamp. */
async function expectTypes(id: string, types: [SpeakerType, SpeakerType, SpeakerType]): Promise<string> {
  await atRest(service, client.accountId);
  const speakerTypes = new Map(types.map((type, v) => [v, type]));
  const expected = naively({ words, duration: 10, speakerTypes, topics, canonicalTopicId: CANONICAL });
  const call = await read(id);
  const entry = (await topicEntries(client)).get(id)!;
  expect(differences(call.stats, expected.stats)).toEqual([]);
  expect(differences(entry.questionCounts, expected.questionCounts)).toEqual([]);
  expect(differences(entry.topicMatches, expected.topicMatches)).toEqual([]);
  const { speakers } = (await client.get(`/api/ev/2/transcript/${id}`)).json();
  expect(speakers.map((speaker: { speakerType: string }) => speaker.speakerType)).toEqual(types);
  expect(entry.modified).toBe(call.modified);
  return call.modified;
}

async function addUser(email: string, more: object = {}): Promise<string> {
  const body = { email, firstName: 'Ada', lastName: 'Byron', ...more };
  const answer = await client.send('POST', '/api/v1/users', body);
  expect(answer.status).toBe(201);
  return answer.json().id;
}

const change = (path: string, body: object) => expectOk(client.send('PATCH', `/api/v1/${path}`, body));

describe('speakers', () => {
  test('become INTERNAL when a user with their address comes, and stay so when they leave', async () => {
    const id = await client.upsertCall({
      ...transcribed,
      participants: [{ speakerNumber: 1, email: 'ada@example.com' }],
    });
    const bystander = await client.upsertCall({
      ...transcribed,
      participants: [{ speakerNumber: 1, email: 'b@example.com' }],
    });
    const before = await expectTypes(id, ['UNKNOWN', 'UNKNOWN', 'UNKNOWN']);
    const bystanding = await expectTypes(bystander, ['UNKNOWN', 'UNKNOWN', 'UNKNOWN']);
    const userId = await addUser('ADA@Example.com');
    const after = await expectTypes(id, ['UNKNOWN', 'INTERNAL', 'UNKNOWN']);
    expect(after > before).toBe(true);
    expect(await expectTypes(bystander, ['UNKNOWN', 'UNKNOWN', 'UNKNOWN'])).toBe(bystanding);
    await expectOk(client.send('DELETE', `/api/v1/users/${userId}`));
    expect(await expectTypes(id, ['UNKNOWN', 'INTERNAL', 'UNKNOWN'])).toBe(after);
  });

  test("stay a user's who has another address, and become theirs who spoke under it before", async () => {
    const id = await client.upsertCall({
      ...transcribed,
      participants: [
        { speakerNumber: 0, email: 'old@example.com' },
        { speakerNumber: 1, email: 'new@example.com' },
      ],
    });
    const userId = await addUser('old@example.com');
    await expectTypes(id, ['INTERNAL', 'UNKNOWN', 'UNKNOWN']);
    await change(`users/${userId}`, { email: 'new@example.com' });
    await expectTypes(id, ['INTERNAL', 'INTERNAL', 'UNKNOWN']);
  });

  test('a user wins over what the source said, a contact over INTERNAL', async () => {
    await addUser('ada@example.com');
    const id = await client.upsertCall({
      ...transcribed,
      crmMatches: [
        {
          crmName: 'CRM',
          activityCrmId: '1',
          account: null,
          contacts: [{ crmId: '2', name: 'kit  Carson' }],
          engagement: null,
        },
      ],
      participants: [
        { speakerNumber: 0, email: 'ada@example.com', type: 'EXTERNAL' },
        { speakerNumber: 1, firstName: 'Kit', lastName: 'Carson', type: 'INTERNAL' },
        { speakerNumber: 2, firstName: 'Kit', type: 'INTERNAL' },
      ],
    });
    await expectTypes(id, ['INTERNAL', 'EXTERNAL', 'INTERNAL']);
  });

  test('become EXTERNAL and UNKNOWN as the CRM contacts of their call change', async () => {
    const match = (...names: string[]) => ({
      crmName: 'Salesforce',
      activityCrmId: '00T6',
      account: { crmId: '0017', name: 'Acme' },
      contacts: names.map((name, i) => ({ crmId: `003${i}`, name })),
      engagement: null,
    });
    const id = await client.upsertCall({
      ...transcribed,
      participants: [
        { speakerNumber: 0, email: 'rep@example.com' },
        { speakerNumber: 1, firstName: 'Kellie', lastName: 'Courville' },
        { speakerNumber: 2, firstName: 'Jo', lastName: 'Doe' },
      ],
    });
    await addUser('rep@example.com');
    const unmatched = await expectTypes(id, ['INTERNAL', 'UNKNOWN', 'UNKNOWN']);
    await change(`calls/${id}`, { crmMatches: [match('KELLIE COURVILLE')] });
    const matched = await expectTypes(id, ['INTERNAL', 'EXTERNAL', 'UNKNOWN']);
    expect(matched > unmatched).toBe(true);
    await change(`calls/${id}`, { crmMatches: [match('Somebody Else'), match('Jo Doe')] });
    const other = await expectTypes(id, ['INTERNAL', 'UNKNOWN', 'EXTERNAL']);
    await change(`calls/${id}`, { crmMatches: [match('Somebody Else'), match('Jo Doe')] });
    expect(await expectTypes(id, ['INTERNAL', 'UNKNOWN', 'EXTERNAL'])).toBe(other);
    await change(`calls/${id}`, { crmMatches: null });
    await expectTypes(id, ['INTERNAL', 'UNKNOWN', 'UNKNOWN']);
  });

  test('change with the participants and the duration that are given', async () => {
    const id = await client.upsertCall(transcribed);
    await expectTypes(id, ['UNKNOWN', 'UNKNOWN', 'UNKNOWN']);
    await change(`calls/${id}`, { participants: [{ speakerNumber: 2, type: 'INTERNAL' }] });
    await expectTypes(id, ['UNKNOWN', 'UNKNOWN', 'INTERNAL']);
    await change(`calls/${id}`, { duration: 20 });
    await atRest(service, client.accountId);
    expect((await read(id)).stats.interchangesPerMinute).toBeCloseTo(2 / (20 / 60), 9);
    await change(`calls/${id}`, { duration: null });
    await atRest(service, client.accountId);
    expect((await read(id)).stats.interchangesPerMinute).toBeCloseTo(2 / (10 / 60), 9);
  });
});

describe('callers', () => {
  const bare = { callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND' };

  test('named before there is a user are linked when they come', async () => {
    const byEmail = await client.upsertCall({ ...bare, callerEmail: 'Late@Example.com' });
    const byId = await client.upsertCall({ ...bare, callerSystemId: 'dialer-7' });
    const other = await client.upsertCall({ ...bare, callerEmail: 'other@example.com' });
    const before = await wholeFeed<{ modified: string }>(client, 'calls');
    expect(await read(byEmail)).toMatchObject({ callerEmail: null, callerId: null });
    const userId = await addUser('late@example.com');
    await atRest(service, client.accountId);
    expect(await read(byEmail)).toMatchObject({ callerEmail: 'late@example.com', callerId: userId });
    expect(await read(byId)).toMatchObject({ callerEmail: null, callerId: null });
    await change(`users/${userId}`, { systemIds: ['dialer-7'] });
    await atRest(service, client.accountId);
    expect(await read(byId)).toMatchObject({ callerEmail: 'late@example.com', callerId: userId });
    const after = await wholeFeed<{ modified: string }>(client, 'calls');
    // In the order of their change.
    expect([...after.keys()]).toEqual([other, byEmail, byId]);
    expect(after.get(other)).toEqual(before.get(other));
    expect(after.get(byEmail)!.modified > before.get(byId)!.modified).toBe(true);
  });

  test("a user's name and team are nothing that calls show", async () => {
    const userId = await addUser('rep@example.com');
    await client.upsertCall({ ...bare, callerId: userId });
    await atRest(service, client.accountId);
    const before = await wholeFeed(client, 'calls');
    await change(`users/${userId}`, {
      firstName: 'Augusta',
      role: 'manager',
      systemIds: ['x'],
      email: 'rep@example.com',
    });
    await atRest(service, client.accountId);
    expect(await wholeFeed(client, 'calls')).toEqual(before);
  });

  test('a new address restamps the calls that show it, at most 1000 to a transaction', async () => {
    const [caller, other] = [await addUser('many@example.com'), await addUser('few@example.com')];
    const lines = Array.from({ length: 1_100 }, (_, i) => ({
      ...bare,
      id: `call-${i}`,
      callerId: i % 20 === 0 ? other : caller,
    }));
    const body = lines.map((line) => JSON.stringify(line)).join('\n');
    await expectOk(client.send('POST', '/api/v1/calls/import', body, { 'content-type': 'application/x-ndjson' }));
    await atRest(service, client.accountId);
    type Shown = { modified: string; callerId: string; callerEmail: string };
    const before = await wholeFeed<Shown>(client, 'calls');
    expect(before.size).toBe(lines.length);
    await change(`users/${caller}`, { email: 'moved@example.com' });
    await atRest(service, client.accountId);
    const after = await wholeFeed<Shown>(client, 'calls');
    expect(after.size).toBe(lines.length);
    for (const [id, { modified, callerId, callerEmail }] of after) {
      expect(callerEmail).toBe(callerId === caller ? 'moved@example.com' : 'few@example.com');
      expect(modified > before.get(id)!.modified, id).toBe(callerId === caller);
    }
    // A row's xmin is the transaction that wrote it last.
    const { rows } = await service.pool.query(
      `select count(*) as count from calls where account_id = $1 and caller_id = $2 group by xmin::text`,
      [client.accountId, caller],
    );
    const counts = rows.map((row) => row.count);
    expect(Math.max(...counts)).toBeLessThanOrEqual(1_000);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(lines.filter((line) => line.callerId === caller).length);
    expect(counts.length).toBe(2);
  });
});
