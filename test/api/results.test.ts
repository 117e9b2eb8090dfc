import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acknowledgeResult, disputeResult, resolveResult } from '#debrief/services/scorecards/result-moves.js';
import { listResults, readResult, readResultHistory } from '#debrief/services/scorecards/result-views.js';
import { createResult, deleteResult, updateResult } from '#debrief/services/scorecards/results.js';
import { accountAtRest, snapshotAccount } from '../support/account-snapshot.js';
import { CALL, makeScored, type Scored } from '../support/scored.js';
import { lockIsWaitedFor, startService, type TestService, until } from '../support/service.js';

// Results: one person's filled-in scorecard on one call.

let service: TestService;
let scored: Scored;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const send = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
  scored.client.send(method, `/api/v1/results${path}`, body, headers);

/** Runs this and expects every row of the account to be as it was. */
async function unchanged(run: () => Promise<unknown>): Promise<void> {
  await accountAtRest(service, scored.account.accountId);
  const before = await snapshotAccount(service, scored.account.accountId);
  await run();
  expect(await snapshotAccount(service, scored.account.accountId)).toEqual(before);
}

const QUESTIONS = [
  { text: 'Did they listen?', weight: 3 },
  { text: 'Did they ask?', commentRequired: 'low' },
  { text: 'Did they lie?', autoFail: true, weight: 0 },
];

describe('answers', () => {
  beforeAll(async () => {
    scored = await makeScored(service, 'OneToThree', [
      ...QUESTIONS,
      { text: 'Required?', required: true },
      { text: 'Commented?', commentRequired: 'always' },
    ]);
  });
  const id = (index: number): string => scored.scorecard.questions[index].questionId;
  /** The least that is complete. */
  const required = () => ({ questionId: id(3), answer: 3 });

  test('are kept as given, in the order of the questions, with what they are worth', async () => {
    const given = await send('POST', '', {
      callId: scored.callId,
      scorecardId: scored.scorecard.id,
      reviewerId: scored.coachId,
      state: 'SUBMITTED',
      answers: [
        { questionId: id(4), answer: null, reason: 'No time' },
        { ...required(), moment: 120 },
        { questionId: id(1), answer: 1, comment: 'Hardly', reason: 'Haste', moment: 12.5 },
        { questionId: id(0), answer: 2 },
      ],
    });
    const result = given.json();
    const none = { reason: null, comment: null, moment: null };
    expect(result).toEqual({
      id: result.id,
      callId: scored.callId,
      scorecardId: scored.scorecard.id,
      reviewerId: scored.coachId,
      state: 'SUBMITTED',
      scoreTime: expect.stringMatching(/Z$/),
      percentage: 66,
      autoFailed: false,
      answers: [
        { ...none, questionId: id(0), answer: 2, rawAnswer: 3, percentage: 66 },
        {
          questionId: id(1),
          answer: 1,
          rawAnswer: 1,
          percentage: 33,
          reason: 'Haste',
          comment: 'Hardly',
          moment: 12.5,
        },
        { ...none, questionId: id(3), answer: 3, rawAnswer: 5, percentage: 100, moment: 120 },
        { ...none, questionId: id(4), answer: null, rawAnswer: null, percentage: null, reason: 'No time' },
      ],
      acknowledgedAt: null,
      disputedAt: null,
      disputeReason: null,
      resolvedAt: null,
      resolvedBy: null,
      resolution: null,
      createdAt: expect.stringMatching(/Z$/),
    });
    expect((await send('GET', `/${result.id}`)).json()).toEqual(result);
    const failed = await send('PATCH', `/${result.id}`, { answers: [required(), { questionId: id(2), answer: 0 }] });
    expect(failed.json()).toMatchObject({ percentage: 0, autoFailed: true });
    expect((await send('DELETE', `/${result.id}`)).status).toBe(204);
    expect((await send('GET', `/${result.id}`)).status).toBe(404);
  });

  test('that break a rule are refused, and nothing changes', async () => {
    const draft = (await scored.score('DRAFT', [1])).json();
    const cases: [why: string, answers: object[], parameter: string, detail: string][] = [
      ['outside the scheme', [{ questionId: id(0), answer: 4 }], 'answers[0].answer', 'from 0 to 3'],
      [
        'no such question',
        [required(), { questionId: 'x', answer: 1 }],
        'answers[1].questionId',
        'one of its questions',
      ],
      ['twice', [required(), required()], 'answers[1].questionId', 'once'],
      ['N/A where required', [{ questionId: id(3), answer: null }], 'answers[0].answer', 'must be answered'],
      ['past the end', [{ ...required(), moment: 120.01 }], 'answers[0].moment', 'from 0 to 120'],
    ];
    const incomplete: typeof cases = [
      ['a required one is missing', [{ questionId: id(0), answer: 1 }], 'answers', 'Required?'],
      ['a low one without a comment', [required(), { questionId: id(1), answer: 1 }], 'answers', 'Did they ask?'],
      [
        'a blank comment',
        [required(), { questionId: id(4), answer: 3, comment: '  ' }],
        'answers[1].comment',
        'text of 1 to 5000 characters, not only blanks, or null',
      ],
    ];
    const base = { callId: scored.callId, scorecardId: scored.scorecard.id, reviewerId: scored.repId };
    await unchanged(async () => {
      for (const [why, answers, parameter, detail] of [...cases, ...incomplete]) {
        const refusals = [
          await send('POST', '', { ...base, state: 'SUBMITTED', answers }),
          await send('PATCH', `/${draft.id}`, { state: 'SUBMITTED', answers }),
        ];
        if (parameter !== 'answers') refusals.push(await send('PATCH', `/${draft.id}`, { answers }));
        for (const answer of refusals) {
          expect([answer.status, answer.json().parameter], `${why}: ${answer.text}`).toEqual([400, parameter]);
          expect(answer.json().detail, why).toContain(detail);
        }
      }
      const unknown: [body: object, status: number, parameter: string | undefined][] = [
        [{ ...base, callId: 'none' }, 404, undefined],
        [{ ...base, scorecardId: 'none' }, 400, 'scorecardId'],
        [{ ...base, reviewerId: 'none' }, 400, 'reviewerId'],
        [{ ...base, reviewerId: undefined }, 400, 'reviewerId'],
        [{ ...base, scoreTime: '2020-01-01T00:00:00Z' }, 400, 'scoreTime'],
      ];
      for (const [body, status, parameter] of unknown) {
        const answer = await send('POST', '', { ...body, state: 'DRAFT' });
        expect([answer.status, answer.json().parameter], answer.text).toEqual([status, parameter]);
      }
    });
    // A high one needs none, nor does N/A where comments are always due.
    const fine = [required(), { questionId: id(1), answer: 2 }, { questionId: id(4), answer: null }];
    expect((await send('PATCH', `/${draft.id}`, { answers: fine, state: 'SUBMITTED' })).status).toBe(200);
  });

  test("a call's results go with it, and so does what was written down of them", async () => {
    const callId = (await scored.make('calls', { ...CALL, callerId: scored.repId })).id;
    const body = {
      callId,
      scorecardId: scored.scorecard.id,
      reviewerId: scored.coachId,
      state: 'SUBMITTED',
      answers: [{ ...required(), comment: 'very secret' }],
    };
    const { id: resultId } = (await send('POST', '', body, { 'idempotency-key': 'erase' })).json();
    await send('PATCH', `/${resultId}`, { answers: [required()] });
    expect((await scored.client.send('DELETE', `/api/v1/calls/${callId}`)).status).toBe(204);
    expect((await send('GET', `/${resultId}`)).status).toBe(404);
    expect((await send('POST', '', { ...body, reviewerId: scored.repId })).status).toBe(404);
    const tables = await service.pool.query(
      `select table_name as name from information_schema.columns where column_name = 'account_id'
       and table_schema = 'public'`,
    );
    for (const { name } of tables.rows) {
      const left = await service.pool.query(
        `select 1 from ${name} t where account_id = $1 and t::text like '%very secret%'`,
        [scored.account.accountId],
      );
      expect(left.rows, name).toEqual([]);
    }
  });
});

test('erasing a call and restamping its results never wait for each other crosswise', async () => {
  scored = await makeScored(service);
  const { accountId } = scored.account;
  // Stored, and found by their call, in the other order than by id.
  for (const [id, reviewerId] of [
    ['b', 'first'],
    ['a', 'second'],
  ]) {
    await scored.account.addUser(`${reviewerId}@example.com`, { id: reviewerId });
    expect((await scored.score('SUBMITTED', [1], { id, reviewerId })).status).toBe(201);
  }
  const batch = await service.pool.connect();
  const lock = 'select 1 from results where account_id = $1 and result_id = $2 for no key update';
  await batch.query('begin');
  await batch.query(lock, [accountId, 'a']);
  const erasing = scored.client.send('DELETE', `/api/v1/calls/${scored.callId}`);
  try {
    await until(() => lockIsWaitedFor(service, '(results.*for update|delete from "calls")'));
    await batch.query(lock, [accountId, 'b']);
  } finally {
    await batch.query('rollback');
    batch.release();
  }
  expect((await erasing).status).toBe(204);
});

describe('states', () => {
  beforeEach(async () => {
    scored = await makeScored(service);
  });
  const acknowledge = (id: string) => send('POST', `/${id}/acknowledge`, { acknowledgedBy: scored.repId });
  const dispute = (id: string, reason = 'I did') =>
    send('POST', `/${id}/dispute`, { reason, disputedBy: scored.repId });
  const resolve = (id: string) => send('POST', `/${id}/resolve`, { resolution: 'You did', resolvedBy: scored.coachId });
  const answers = (...given: number[]) => ({
    answers: given.map((answer, index) => ({ questionId: scored.scorecard.questions[index].questionId, answer })),
  });

  test('the whole way, with what it was before each step', async () => {
    const shown: object[] = [];
    const step = async (answer: Promise<Awaited<ReturnType<typeof send>>>) => {
      const { status, text, headers, json } = await answer;
      expect(status, text).toBeLessThan(300);
      expect(headers.get('etag')).toBe((await send('GET', `/${json().id}`)).headers.get('etag'));
      shown.unshift(json());
      return json();
    };
    const draft = await step(scored.score('DRAFT', [1]));
    expect(draft).toMatchObject({ state: 'DRAFT', scoreTime: null, percentage: 20 });
    expect(await step(send('PATCH', `/${draft.id}`, answers(1, 2)))).toMatchObject({ state: 'DRAFT', percentage: 30 });
    const submitted = await step(send('PATCH', `/${draft.id}`, { state: 'SUBMITTED' }));
    expect(submitted).toMatchObject({ state: 'SUBMITTED', percentage: 30 });
    const amended = await step(send('PATCH', `/${draft.id}`, answers(3, 2)));
    expect(amended).toMatchObject({ state: 'SUBMITTED', percentage: 50, scoreTime: submitted.scoreTime });
    expect(await step(dispute(draft.id))).toMatchObject({ state: 'DISPUTED', disputeReason: 'I did' });
    expect(await step(send('PATCH', `/${draft.id}`, answers(4, 2)))).toMatchObject({ state: 'DISPUTED' });
    expect(await step(resolve(draft.id))).toMatchObject({
      state: 'SUBMITTED',
      disputeReason: 'I did',
      resolution: 'You did',
      resolvedBy: scored.coachId,
    });
    const acknowledged = await step(acknowledge(draft.id));
    expect(acknowledged).toMatchObject({ state: 'ACKNOWLEDGED', acknowledgedAt: expect.any(String) });
    expect(await step(send('PATCH', `/${draft.id}`, answers(5, 5)))).toMatchObject({
      state: 'SUBMITTED',
      acknowledgedAt: null,
      percentage: 100,
    });
    // Given again as it is, nothing happens.
    expect((await send('PATCH', `/${draft.id}`, answers(5, 5))).json()).toEqual(shown[0]);

    const { items } = (await send('GET', `/${draft.id}/history`)).json();
    expect(items.map(({ move }: { move: string }) => move)).toEqual([
      'amend',
      'acknowledge',
      'resolve',
      'amend',
      'dispute',
      'amend',
    ]);
    expect(items.map(({ before }: { before: object }) => before)).toEqual(shown.slice(1, 7));
    expect(items[0].by).toEqual({ kind: 'credential', id: scored.client.username });
  });

  test('every other move is refused with what is allowed, and changes nothing', async () => {
    const { id } = (await scored.score('DRAFT', [1, 1])).json();
    const moves: Record<string, () => ReturnType<typeof send>> = {
      submit: () => send('PATCH', `/${id}`, { state: 'SUBMITTED' }),
      reopen: () => send('PATCH', `/${id}`, { state: 'DRAFT' }),
      acknowledge: () => acknowledge(id),
      dispute: () => dispute(id),
      resolve: () => resolve(id),
    };
    const refuse = async (state: string, names: string[], allowed: string) =>
      unchanged(async () => {
        for (const name of names) {
          const answer = await moves[name]!();
          expect(answer.status, `${state} ${name} ${answer.text}`).toBe(409);
          expect(answer.json().detail).toMatch(
            new RegExp(`^A result that is ${state} cannot be .*; it can be ${allowed}`),
          );
        }
      });
    await refuse('DRAFT', ['acknowledge', 'dispute', 'resolve'], 'changed as a draft or submitted');
    expect((await moves.submit!()).status).toBe(200);
    await refuse('SUBMITTED', ['submit', 'reopen', 'resolve'], 'amended or acknowledged or disputed');
    expect((await moves.dispute!()).status).toBe(200);
    await refuse('DISPUTED', ['submit', 'reopen', 'acknowledge', 'dispute'], 'amended or resolved');
    expect((await moves.resolve!()).status).toBe(200);
    expect((await moves.acknowledge!()).status).toBe(200);
    await refuse('ACKNOWLEDGED', ['submit', 'reopen', 'acknowledge', 'dispute', 'resolve'], 'amended');
  });

  test('who acknowledges or disputes is the caller, and who resolves is a user', async () => {
    const { id } = (await scored.score('SUBMITTED', [1, 1])).json();
    await unchanged(async () => {
      for (const [path, body, parameter] of [
        ['acknowledge', {}, 'acknowledgedBy'],
        ['acknowledge', { acknowledgedBy: scored.coachId }, 'acknowledgedBy'],
        ['dispute', { reason: 'No' }, 'disputedBy'],
        ['dispute', { reason: 'No', disputedBy: 'none' }, 'disputedBy'],
        ['dispute', { disputedBy: scored.repId }, 'reason'],
        ['resolve', { resolution: ' \n' }, 'resolution'],
        ['resolve', { resolution: 'So' }, 'resolvedBy'],
        ['resolve', { resolution: 'So', resolvedBy: 'none' }, 'resolvedBy'],
      ] as const) {
        const answer = await send('POST', `/${id}/${path}`, body);
        expect([answer.status, answer.json().parameter], answer.text).toEqual([400, parameter]);
      }
    });
  });

  test('a lost update is refused', async () => {
    const { id } = (await scored.score('SUBMITTED', [1, 1])).json();
    const etag = (await send('GET', `/${id}`)).headers.get('etag')!;
    const amend = (...given: number[]) => send('PATCH', `/${id}`, answers(...given), { 'if-match': etag });
    const both = await Promise.all([amend(2, 2), amend(3, 3)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    for (const path of ['acknowledge', 'dispute', 'resolve']) {
      const body = {
        ...(path === 'acknowledge' && { acknowledgedBy: scored.repId }),
        ...(path === 'dispute' && { disputedBy: scored.repId, reason: 'No' }),
        ...(path === 'resolve' && { resolvedBy: scored.coachId, resolution: 'So' }),
      };
      expect((await send('POST', `/${id}/${path}`, body, { 'if-match': etag })).status, path).toBe(412);
    }
    expect((await send('DELETE', `/${id}`, undefined, { 'if-match': etag })).status).toBe(412);
    expect((await send('GET', `/${id}/history`)).json().items).toHaveLength(1);
  });

  test('submitted twice at once, there is one result', async () => {
    const sent = await Promise.all([1, 2, 3, 4].map((answer) => scored.score('SUBMITTED', [answer, answer])));
    expect(sent.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const { items } = (await send('GET', `?callId=${scored.callId}`)).json();
    expect(items).toHaveLength(1);
    const refused = sent.find(({ status }) => status === 409)!;
    expect(refused.json().detail).toContain(items[0].id);

    const draft = (await scored.score('DRAFT', [1, 1], { reviewerId: scored.repId })).json();
    const both = await Promise.all(
      [5, 3].map((answer) => send('PATCH', `/${draft.id}`, { state: 'SUBMITTED', ...answers(answer, answer) })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = both.find(({ status }) => status === 200)!;
    expect((await send('GET', `/${draft.id}`)).json()).toEqual(winner.json());
    expect((await send('GET', `/${draft.id}/history`)).json().items).toEqual([]);
  });

  test('with one Idempotency-Key, it is done once and answered alike', async () => {
    const body = { callId: scored.callId, scorecardId: scored.scorecard.id, reviewerId: scored.coachId };
    const post = () =>
      send('POST', '', { ...body, state: 'SUBMITTED', ...answers(4, 4) }, { 'idempotency-key': 'once' });
    const [first, second] = await Promise.all([post(), post()]);
    expect([first.status, second.status, first.text]).toEqual([201, 201, second.text]);
    const { id } = first.json();
    const key = { 'idempotency-key': 'disputed' };
    const disputed = { reason: 'No', disputedBy: scored.repId };
    const answer = await send('POST', `/${id}/dispute`, disputed, key);
    expect(answer.status).toBe(200);
    const again = await send('POST', `/${id}/dispute`, disputed, key);
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([200, answer.text, 'true']);
  });

  test('an id and a time of their own: history that is brought in', async () => {
    const past = { id: 'CR23', scoreTime: '2018-11-09T18:09:11.794403Z' };
    const writer = await scored.account.client('write');
    const body = { callId: scored.callId, scorecardId: scored.scorecard.id, reviewerId: scored.coachId };
    for (const [field, value] of Object.entries(past)) {
      const refused = await writer.send('POST', '/api/v1/results', { ...body, state: 'SUBMITTED', [field]: value });
      expect([refused.status, refused.json().parameter]).toEqual([403, field]);
    }
    expect((await scored.score('SUBMITTED', [1, 1], past)).json()).toMatchObject(past);
    const twice = await scored.score('SUBMITTED', [1, 1], { ...past, reviewerId: scored.repId });
    expect([twice.status, twice.json().parameter]).toEqual([409, 'id']);
  });

  test('lists: by filter, the newest first, a page at a time', async () => {
    const ids: string[] = [];
    for (const reviewerId of [scored.coachId, scored.repId, await scored.account.addUser('third@example.com')]) {
      ids.unshift(
        (await scored.score(reviewerId === scored.repId ? 'DRAFT' : 'SUBMITTED', [1, 1], { reviewerId })).json().id,
      );
    }
    const list = async (query: string) => {
      const { items, next } = (await send('GET', `?${query}`)).json();
      return { ids: items.map(({ id }: { id: string }) => id), next };
    };
    const first = await list('limit=2');
    expect(first.ids).toEqual(ids.slice(0, 2));
    expect(await list(`limit=2&cursor=${first.next}`)).toEqual({ ids: ids.slice(2), next: null });
    expect((await list(`reviewerId=${scored.repId}`)).ids).toEqual([ids[1]]);
    expect((await list('state=DRAFT')).ids).toEqual([ids[1]]);
    expect((await list(`callId=${scored.callId}&state=SUBMITTED`)).ids).toEqual([ids[0], ids[2]]);
    expect((await list(`scorecardId=${scored.scorecard.id}`)).ids).toEqual(ids);
    expect((await list('callId=none')).ids).toEqual([]);
  });
});

describe('people', () => {
  let draft: string;
  let submitted: string;
  let strangerId: string;
  beforeAll(async () => {
    scored = await makeScored(service);
    strangerId = await scored.account.addUser('stranger@example.com');
    draft = (await scored.score('DRAFT', [1, 1])).json().id;
    submitted = (await scored.score('SUBMITTED', [1, 1], { reviewerId: strangerId })).json().id;
  });
  const rep = () => scored.person(scored.repId, 'rep');
  const coach = () => scored.person(scored.coachId, 'manager', [scored.teamId]);
  const peer = () => scored.person(strangerId, 'rep', [scored.teamId]);
  const outsider = () => scored.person(strangerId, 'rep');
  const admin = () => scored.person(strangerId, 'admin');
  const notFound = expect.objectContaining({ code: 'not_found' });
  const forbidden = expect.objectContaining({ code: 'forbidden' });
  const seen = async (actor: ReturnType<typeof rep>) =>
    (
      await listResults(
        { db: service.db },
        actor,
        { callId: null, reviewerId: null, scorecardId: null, state: null },
        {
          after: null,
          limit: 10,
        },
      )
    )
      .map(({ id }) => id)
      .sort();

  test('see results of the calls that they see, and drafts of their own', async () => {
    expect(await seen(rep())).toEqual([submitted]);
    expect(await seen(coach())).toEqual([draft, submitted].sort());
    expect(await seen(peer())).toEqual([submitted]);
    expect(await seen(outsider())).toEqual([]);
    expect(await seen(admin())).toEqual([submitted]);
    for (const actor of [rep(), peer(), outsider(), admin()]) {
      await expect(readResult({ db: service.db }, actor, draft)).rejects.toEqual(notFound);
      await expect(readResultHistory({ db: service.db }, actor, draft)).rejects.toEqual(notFound);
      await expect(updateResult({ db: service.db }, actor, draft, {})).rejects.toEqual(notFound);
      await expect(deleteResult({ db: service.db }, actor, draft, null)).rejects.toEqual(notFound);
    }
    await expect(readResult({ db: service.db }, outsider(), submitted)).rejects.toEqual(notFound);
    const body = { callId: scored.callId, scorecardId: scored.scorecard.id, state: 'DRAFT' };
    await unchanged(() => expect(createResult({ db: service.db }, outsider(), body)).rejects.toEqual(notFound));
    const forOther = createResult({ db: service.db }, peer(), { ...body, reviewerId: scored.repId });
    await expect(forOther).rejects.toEqual(forbidden);
  });

  test('do what is theirs to do', async () => {
    const other = scored.person(scored.coachId, 'rep', [scored.teamId]);
    const amend = { answers: [{ questionId: scored.scorecard.questions[0].questionId, answer: 5 }] };
    await unchanged(async () => {
      for (const actor of [rep(), other]) {
        await expect(updateResult({ db: service.db }, actor, submitted, amend)).rejects.toEqual(forbidden);
        await expect(deleteResult({ db: service.db }, actor, submitted, null)).rejects.toEqual(forbidden);
      }
      for (const actor of [coach(), peer(), admin()]) {
        await expect(acknowledgeResult({ db: service.db }, actor, submitted, {})).rejects.toEqual(forbidden);
        await expect(disputeResult({ db: service.db }, actor, submitted, { reason: 'No' })).rejects.toEqual(forbidden);
      }
    });
    expect((await updateResult({ db: service.db }, peer(), submitted, amend)).percentage).toBe(100);
    expect((await disputeResult({ db: service.db }, rep(), submitted, { reason: 'No' })).state).toBe('DISPUTED');
    for (const actor of [rep(), other]) {
      await expect(resolveResult({ db: service.db }, actor, submitted, { resolution: 'So' })).rejects.toEqual(
        forbidden,
      );
    }
    expect(await resolveResult({ db: service.db }, coach(), submitted, { resolution: 'So' })).toMatchObject({
      state: 'SUBMITTED',
      resolvedBy: scored.coachId,
    });
    expect((await acknowledgeResult({ db: service.db }, rep(), submitted, {})).state).toBe('ACKNOWLEDGED');
    await expect(deleteResult({ db: service.db }, peer(), submitted, null)).rejects.toEqual(forbidden);
    await deleteResult({ db: service.db }, admin(), submitted, null);
    await deleteResult({ db: service.db }, coach(), draft, null);
    expect(await seen(admin())).toEqual([]);
  });

  test("another account's are not there", async () => {
    const mine = (await scored.score('SUBMITTED', [1, 1], { reviewerId: scored.repId })).json().id;
    const other = await makeScored(service);
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['GET', '/history'],
      ['POST', '/acknowledge'],
      ['POST', '/dispute'],
      ['POST', '/resolve'],
    ] as const) {
      const answer = await other.client.send(
        method,
        `/api/v1/results/${mine}${path}`,
        method === 'POST' || method === 'PATCH' ? {} : undefined,
      );
      expect(answer.status, `${method} ${path}`).toBe(404);
    }
    expect((await other.client.get(`/api/v1/results?callId=${scored.callId}`)).json().items).toEqual([]);
    expect((await other.client.get(`/api/ev/2/scorecard/${scored.scorecard.id}`)).status).toBe(404);
  });
});
