// Who spoke and who called is bound: whoever has an address later is not who had it then.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { atRest, expectOk } from '../support/analysed.js';
import { makeAccount, startService, type TestAccount, type TestClient, type TestService } from '../support/service.js';

let service: TestService;
let account: TestAccount;
let client: TestClient;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());
beforeEach(async () => {
  account = await makeAccount(service);
  client = await account.client();
});

const BEFORE = '2026-03-01T14:30:00Z';
const now = () => new Date().toISOString();
const transcript = [
  { start: '0', end: '8', word: 'hello', v: 0 },
  { start: '8', end: '12', word: 'hi', v: 1 },
];
const spoken = { callTime: BEFORE, direction: 'OUTBOUND', duration: 12, transcript };
const by = (email: string, speakerNumber = 0) => ({ participants: [{ speakerNumber, email }] });

const change = (path: string, body: object) => expectOk(client.send('PATCH', `/api/v1/${path}`, body));
const give = async (call: object): Promise<string> => {
  const answer = await client.send('POST', '/api/v1/calls', call);
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.json().id;
};

/** What clients are shown of a call, once all is done. */
async function shown(id: string) {
  await atRest(service, client.accountId);
  const { stats, modified, callerId, callerEmail } = (await client.get(`/api/ev/2/call/${id}`)).json();
  const { speakers } = (await client.get(`/api/ev/2/transcript/${id}`)).json();
  const [{ email, speakerType } = { email: null, speakerType: null }] = speakers;
  return { internal: stats?.internalTalkTime ?? null, email, speakerType, callerId, callerEmail, modified };
}

describe("a user's new address", () => {
  test('leaves past calls as they are, and so does whoever has the old one next', async () => {
    const ada = await account.addUser('ada@old.example');
    const id = await give({ ...spoken, ...by('ada@old.example') });
    const before = await shown(id);
    expect(before).toMatchObject({ internal: 8, email: 'ada@old.example', speakerType: 'INTERNAL' });

    await change(`users/${ada}`, { email: 'ada@new.example' });
    const renamed = await shown(id);
    expect(renamed).toEqual({ ...before, email: 'ada@new.example' });

    const bob = await account.addUser('ada@old.example', { firstName: 'Bob' });
    expect(await shown(id)).toEqual(renamed);
    const { speakers } = (await client.get(`/api/ev/2/transcript/${id}`)).json();
    expect(speakers[0]).toMatchObject({ firstName: 'Ada', email: 'ada@new.example' });

    // The same call again, by its id and in another case, and with the participants in another order.
    await give({ id, ...spoken, ...by('ada@old.example') });
    await give({ id, ...spoken, ...by('ADA@Old.example') });
    expect(await shown(id)).toMatchObject({ email: 'ada@new.example', internal: 8 });
    await give({ id, ...spoken, ...by('ada@old.example', 1) });
    expect((await client.get(`/api/ev/2/transcript/${id}`)).json().speakers[1]).toMatchObject({
      email: 'ada@new.example',
      speakerType: 'INTERNAL',
    });

    // Another one of that time is Ada's, one of now is Bob's.
    const then = await give({ ...spoken, ...by('ada@old.example') });
    expect(await shown(then)).toMatchObject({ email: 'ada@new.example' });
    const today = await give({ ...spoken, callTime: now(), ...by('ada@old.example') });
    await change(`users/${bob}`, { email: 'bob@new.example' });
    expect(await shown(today)).toMatchObject({ email: 'bob@new.example', speakerType: 'INTERNAL' });
  });

  test('leaves the old one theirs as long as nobody else has it', async () => {
    const ada = await account.addUser('ada@old.example');
    await change(`users/${ada}`, { email: 'ada@new.example' });
    const id = await give({ ...spoken, callTime: now(), ...by('Ada@OLD.example'), callerEmail: 'aDa@old.example' });
    expect(await shown(id)).toMatchObject({
      internal: 8,
      email: 'ada@new.example',
      callerId: ada,
      callerEmail: 'ada@new.example',
    });
  });

  test('finds what was given under it before; who has left is found, too', async () => {
    const id = await give({ ...spoken, ...by('ada@typed.example'), callerEmail: 'ada@typed.example' });
    expect(await shown(id)).toMatchObject({ internal: 0, callerId: null });
    const ada = await account.addUser('ada@tpyed.example');
    await expectOk(client.send('DELETE', `/api/v1/users/${ada}`));
    await change(`users/${ada}`, { email: 'ada@typed.example' });
    expect(await shown(id)).toMatchObject({ internal: 8, email: 'ada@typed.example', callerId: ada });
  });
});

describe('a binding', () => {
  test('goes when the address is another one, or a userId is given, and comes back with neither', async () => {
    const [ada, bob] = [await account.addUser('ada@x.example'), await account.addUser('bob@x.example')];
    const id = await give({ ...spoken, ...by('ada@x.example') });
    await give({ id, ...spoken, ...by('bob@x.example') });
    expect(await shown(id)).toMatchObject({ email: 'bob@x.example' });
    await give({ id, ...spoken, participants: [{ speakerNumber: 0, email: 'who@x.example', userId: ada }] });
    expect(await shown(id)).toMatchObject({ email: 'ada@x.example', speakerType: 'INTERNAL' });
    const given = (await client.get(`/api/v1/calls/${id}`)).json().participants;
    expect(given).toEqual([
      { speakerNumber: 0, email: 'who@x.example', firstName: null, lastName: null, type: null, userId: ada },
    ]);
    // What was read is sent back: nothing changes. Without the userId, the address is still whose it was here.
    const before = await shown(id);
    await change(`calls/${id}`, { participants: given });
    expect(await shown(id)).toEqual(before);
    await give({ id, ...spoken, ...by('who@x.example') });
    expect(await shown(id)).toMatchObject({ email: 'ada@x.example' });
    await give({ id, ...spoken, participants: [] });
    expect(await shown(id)).toMatchObject({ internal: 0 });
    expect(bob).not.toBe(ada);
  });

  test('is to a user of the account', async () => {
    const answer = await client.send('POST', '/api/v1/calls', {
      ...spoken,
      participants: [{ speakerNumber: 3, userId: 'nobody' }],
    });
    expect(answer.status).toBe(400);
    expect(answer.json().detail).toContain('give speaker 3 a userId that names no user of this account');
  });

  test('outlasts leaving, and a successor under the same address', async () => {
    const ada = await account.addUser('desk@x.example');
    const id = await give({ ...spoken, ...by('desk@x.example'), callerEmail: 'desk@x.example' });
    await expectOk(client.send('DELETE', `/api/v1/users/${ada}`));
    const bob = await account.addUser('desk@x.example', { firstName: 'Bob' });
    const before = await shown(id);
    expect(before).toMatchObject({ internal: 8, callerId: ada });
    await give({ id, ...spoken, ...by('desk@x.example'), callerEmail: 'DESK@x.example' });
    expect(await shown(id)).toEqual(before);
    const today = await give({ ...spoken, callTime: now(), ...by('desk@x.example'), callerEmail: 'desk@x.example' });
    expect(await shown(today)).toMatchObject({ callerId: bob });

    // Who comes back takes an address that nobody has; the successor has this one.
    const back = await client.send('PATCH', `/api/v1/users/${ada}`, { active: true });
    expect(back.status).toBe(409);
    expect(back.json().detail).toContain(bob);
    await expectOk(client.send('DELETE', `/api/v1/users/${bob}`));
    await change(`users/${ada}`, { active: true });
    const again = await give({ ...spoken, callTime: now(), callerEmail: 'desk@x.example' });
    expect(await shown(again)).toMatchObject({ callerId: ada });
  });
});

describe('a caller', () => {
  test('by an id in another system is whoever had it at the time', async () => {
    const ada = await account.addUser('ada@x.example', { systemIds: ['7', '8'] });
    const id = await give({ ...spoken, callerSystemId: '7' });
    await change(`users/${ada}`, { systemIds: ['8'] });
    const bob = await account.addUser('bob@x.example', { systemIds: ['7'] });
    const before = await shown(id);
    expect(before.callerId).toBe(ada);
    await give({ id, ...spoken, callerSystemId: '7' });
    expect(await shown(id)).toEqual(before);
    expect(await shown(await give({ ...spoken, callerSystemId: '7' }))).toMatchObject({ callerId: ada });
    const today = { ...spoken, callTime: now() };
    expect(await shown(await give({ ...today, callerSystemId: '7' }))).toMatchObject({ callerId: bob });
    // Both have it: whoever came by it last, and once that one has lost it, the other again.
    await change(`users/${ada}`, { systemIds: ['7'] });
    expect(await shown(await give({ ...spoken, callTime: now(), callerSystemId: '7' }))).toMatchObject({
      callerId: ada,
    });
    await change(`users/${ada}`, { systemIds: [] });
    expect(await shown(await give({ ...spoken, callTime: now(), callerSystemId: '7' }))).toMatchObject({
      callerId: bob,
    });
  });

  test('who has another address stays the caller of a call that is sent again, and shows the new one', async () => {
    const ada = await account.addUser('ada@old.example');
    const id = await give({ ...spoken, callerEmail: 'ada@old.example' });
    await change(`users/${ada}`, { email: 'ada@new.example' });
    await account.addUser('ada@old.example');
    const before = await shown(id);
    expect(before).toMatchObject({ callerId: ada, callerEmail: 'ada@new.example' });
    await give({ id, ...spoken, callerEmail: 'ada@old.example' });
    await give({ id, ...spoken, callerEmail: 'Ada@old.example' });
    expect(await shown(id)).toEqual(before);
    await give({ id, ...spoken, callerEmail: null });
    expect(await shown(id)).toMatchObject({ callerId: null });
  });
});

test('users and calls that come at once find each other', async () => {
  const emails = Array.from({ length: 12 }, (_, i) => `both${i}@x.example`);
  const ids = new Map<string, string>();
  await Promise.all(
    emails.flatMap((email) => [
      account.addUser(email),
      give({ ...spoken, ...by(email), callerEmail: email }).then((id) => ids.set(email, id)),
    ]),
  );
  for (const [email, id] of ids) expect(await shown(id)).toMatchObject({ internal: 8, email, callerEmail: email });
});
