import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeScored, type Scored } from '../support/scored.js';
import { startService, type TestService, until } from '../support/service.js';

// Percentages that were stored truncated answer by answer, as versions before did, are counted again after an upgrade.

const OTHERS = 1_500;

let service: TestService;
let scored: Scored;

beforeAll(async () => {
  service = await startService();
  scored = await makeScored(service, 'OneToThree', [
    { text: 'Did they listen?' },
    { text: 'Did they ask?' },
    { text: 'Did they close?', weight: 2, autoFail: true },
    { text: 'Were they kind?', weight: 0 },
  ]);
});
afterAll(() => service.close());

const inAccount = (text: string, ...values: unknown[]) =>
  service.pool.query(text, [scored.account.accountId, ...values]);

/** Gives a result by a reviewer of its own; answers its id. */
async function give(state: 'DRAFT' | 'SUBMITTED', answers: (number | null)[]): Promise<string> {
  const reviewerId = await scored.account.addUser(`${crypto.randomUUID()}@example.com`, { role: 'manager' });
  const given = await scored.score(state, answers, { reviewerId });
  expect(given.status, given.text).toBe(201);
  return given.json().id;
}

async function percentageOf(id: string): Promise<number | null> {
  return (await inAccount('select percentage from results where account_id = $1 and result_id = $2', id)).rows[0]
    .percentage;
}

/** Has what is stored after a result counted again, and waits until it is. */
async function recount(after: string): Promise<void> {
  await inAccount('insert into percentage_recounts (account_id, after) values ($1, $2)', after);
  await service.pool.query(`select graphile_worker.add_job('sweep', '{}'::json)`);
  const left = () => inAccount('select 1 from percentage_recounts where account_id = $1');
  await until(async () => (await left()).rows.length === 0);
}

test('each by its answers and weights, a thousand a transaction, without a stamp', async () => {
  const cases = [
    { answers: [2, 1, 3], state: 'SUBMITTED', stored: 74, right: 75 },
    { answers: [2, 1, 3], state: 'DRAFT', stored: 74, right: 75 },
    { answers: [1, 2], state: 'SUBMITTED', stored: 49, right: 50 },
    { answers: [3, 3, 0], state: 'SUBMITTED', stored: 0, right: 0 },
    { answers: [null, null, null, 3], state: 'SUBMITTED', stored: null, right: null },
    { answers: [], state: 'DRAFT', stored: null, right: null },
  ] as const;
  const ids: string[] = [];
  for (const { state, answers, right } of cases) {
    const id = await give(state, [...answers]);
    expect(await percentageOf(id)).toBe(right);
    ids.push(id);
  }
  // Many more like the first, each by a reviewer of its own.
  await inAccount(
    `insert into users (account_id, user_id, email, first_name, last_name)
      select $1, 'other-' || n, 'other-' || n || '@example.com', 'Ada', 'Byron' from generate_series(1, $2::integer) n`,
    OTHERS,
  );
  await inAccount(
    `insert into results (account_id, result_id, scorecard_id, call_id, reviewer_id, state, score_time, answered)
      select $1, 'other-' || n, $2, $3, 'other-' || n, 'SUBMITTED', now(), 3 from generate_series(1, $4::integer) n`,
    ...[scored.scorecard.id, scored.callId, OTHERS],
  );
  await inAccount(
    `insert into result_answers (account_id, result_id, question_id, answer, raw_answer)
      select account_id, 'other-' || n, question_id, answer, raw_answer from result_answers, generate_series(1, $3::integer) n
      where account_id = $1 and result_id = $2`,
    ...[ids[0], OTHERS],
  );
  // As the version before left them.
  await inAccount('update results set percentage = 74 where account_id = $1');
  for (const [index, { stored }] of cases.entries()) {
    await inAccount(
      'update results set percentage = $3 where account_id = $1 and result_id = $2',
      ...[ids[index], stored],
    );
  }
  const others = async () => {
    const found =
      await inAccount(`select percentage, count(*)::int as count, count(distinct xmin::text)::int as transactions
      from results where account_id = $1 and starts_with(result_id, 'other-') group by 1`);
    return found.rows;
  };
  const stamps = async () =>
    (await inAccount('select result_id, stamp from results where account_id = $1 order by 1')).rows;
  const stamped = await stamps();

  // Stopped on the way, it goes on after the last.
  await recount('other-');
  for (const [index, { stored }] of cases.entries()) expect(await percentageOf(ids[index]!)).toBe(stored);
  expect(await others()).toEqual([{ percentage: 75, count: OTHERS, transactions: 2 }]);
  expect((await scored.client.get('/api/v1/calls?minScore=75')).json().items).toHaveLength(1);

  await recount('');
  for (const [index, { right }] of cases.entries()) expect(await percentageOf(ids[index]!)).toBe(right);
  expect(await stamps()).toEqual(stamped);
});
