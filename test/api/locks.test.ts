import { afterAll, beforeAll, expect, test } from 'vitest';
import { updateUser } from '#debrief/services/people/users.js';
import {
  lockIsWaitedFor,
  makeAccount,
  startService,
  type TestClient,
  type TestService,
  until,
} from '../support/service.js';

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

/** A comment on a call, and a result of it, each with a change of it that moves it to the end of its feed. */
async function changesOf(client: TestClient, callId: string, userId: string) {
  const create = async (path: string, body: object) => {
    const answer = await client.send('POST', `/api/v1/${path}`, body);
    expect(answer.status, answer.text).toBe(201);
    return answer.json();
  };
  const comment = await create('feedback', { callId, feedbackBy: userId, startTime: 1, text: 'Hm' });
  const card = { name: 'Card', scheme: 'YesNo', questions: [{ text: 'Did they ask?' }] };
  const { id: scorecardId, questions } = await create('scorecards', card);
  const answers = (answer: number) => [{ questionId: questions[0].questionId, answer }];
  const scored = { callId, scorecardId, reviewerId: userId, state: 'SUBMITTED', answers: answers(0) };
  const result = await create('results', scored);
  return [
    { path: `/api/v1/feedback/${comment.id}`, body: { text: 'Well said' } },
    { path: `/api/v1/results/${result.id}`, body: { answers: answers(1) } },
  ];
}

test('a change of what hangs on a call waits for whoever has the call, and holds up no stamp meanwhile', async () => {
  const account = await makeAccount(service);
  const userId = await account.addUser('rep@example.com');
  const client = await account.client();
  const callId = await client.upsertCall({ callTime: '2026-01-01T00:00Z', direction: 'INBOUND', callerId: userId });
  for (const { path, body } of await changesOf(client, callId, userId)) {
    // As an analysis does while it commits: it has its call, and takes its stamp last.
    const analysis = await service.pool.connect();
    await analysis.query('begin');
    await analysis.query('select 1 from calls where account_id = $1 and call_id = $2 for update', [
      account.accountId,
      callId,
    ]);
    const { rows } = await analysis.query('select pg_backend_pid() as pid');
    const changing = client.send('PATCH', path, body);
    try {
      const held = 'select 1 from pg_stat_activity where $1 = any(pg_blocking_pids(pid))';
      await until(async () => (await service.pool.query(held, [rows[0].pid])).rows.length > 0);
      await analysis.query('select take_stamps($1, 1)', [account.accountId]);
    } finally {
      await analysis.query('commit');
      analysis.release();
    }
    const changed = await changing;
    expect(changed.status, `${path} ${changed.text}`).toBe(200);
  }
});
