import { afterAll, beforeAll, expect, test } from 'vitest';
import { updateUser } from '#debrief/services/people/users.js';
import { lockIsWaitedFor, makeAccount, startService, type TestService, until } from '../support/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

test("a user's change that waits holds up no call of theirs", async () => {
  const account = await makeAccount(service);
  const userId = await account.addUser('before@example.com');
  const client = await account.client();
  const call = { callTime: '2026-01-01T00:00Z', direction: 'INBOUND', callerId: userId };
  // As an analysis does while it commits, so that the change of the user waits with what it has locked already.
  const analysis = await service.pool.connect();
  await analysis.query('begin');
  await analysis.query('select 1 from accounts where account_id = $1 for share', [account.accountId]);
  const renaming = updateUser({ db: service.db }, account.actor, userId, { email: 'after@example.com' });
  try {
    await until(() => lockIsWaitedFor(service, '^select 1 from accounts .* for no key update'));
    // With a lock on the user or the people that excludes whoever names them, a call would wait here with its own row locked,
    // and the analysis for the call: a deadlock.
    expect((await client.send('POST', '/api/v1/calls', call)).status).toBe(201);
  } finally {
    await analysis.query('commit');
    analysis.release();
  }
  expect((await renaming).email).toBe('after@example.com');
});
