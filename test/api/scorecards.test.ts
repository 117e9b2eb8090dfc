import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeScored, type Scored } from '../support/scored.js';
import { lockIsWaitedFor, startService, type TestService, until } from '../support/service.js';
import { expectProblem } from './problems.js';

// Skills, scorecards and their versions.

let service: TestService;
let scored: Scored;

beforeAll(async () => {
  service = await startService();
  scored = await makeScored(service);
});
afterAll(() => service.close());

const send = async (method: string, path: string, body?: object, headers?: Record<string, string>) => {
  const answer = await scored.client.send(method, `/api/v1/${path}`, body, headers);
  return { ...answer, headers: Object.fromEntries(answer.headers) };
};

describe('skills', () => {
  test('are numbered, changed, deactivated, and never share a name while active', async () => {
    const first = await scored.make('skills', { name: 'Hunting' });
    expect(first).toEqual({ id: 1, name: 'Hunting', active: true });
    const second = await scored.make('skills', { name: 'Trapping' });
    expect(second.id).toBe(2);
    expectProblem(await send('POST', 'skills', { name: 'hunting' }), 409, { parameter: 'name' });
    expectProblem(await send('PATCH', 'skills/2', { name: 'HUNTING' }), 409, { parameter: 'name' });
    expect((await send('DELETE', 'skills/1')).status).toBe(204);
    expect((await send('PATCH', 'skills/2', { name: 'Hunting' })).json().name).toBe('Hunting');
    expectProblem(await send('PATCH', 'skills/1', { active: true }), 409, { parameter: 'name' });
    expect((await send('GET', 'skills/1')).json()).toEqual({ id: 1, name: 'Hunting', active: false });
    for (let i = 3; i <= 11; i++) await scored.make('skills', { name: `Skill ${i}` });
    const page = (await send('GET', 'skills?limit=9')).json();
    const rest = (await send('GET', `skills?cursor=${page.next}`)).json();
    expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    for (const id of ['02', '0', '-2', 'x', '12']) expectProblem(await send('GET', `skills/${id}`), 404);
  });

  test('two changes that looked at the same: one is refused', async () => {
    const { etag } = (await send('GET', 'skills/2')).headers;
    const both = await Promise.all(
      ['Skinning', 'Baking'].map((name) => send('PATCH', 'skills/2', { name }, { 'if-match': etag! })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});

describe('scorecards', () => {
  const whole = {
    text: 'Did they ask?',
    section: 'Opening',
    weight: 2.5,
    skills: [3, 4, 5],
    autoFail: true,
    required: true,
    commentRequired: 'low',
  };

  test('are shown as they were given, with defaults', async () => {
    const made = await scored.make('scorecards', {
      name: 'Whole',
      scheme: 'YesNo',
      questions: [whole, { text: 'Plain?' }],
    });
    const [first, second] = made.questions;
    expect(made).toEqual({
      id: made.id,
      lineId: made.id,
      version: 1,
      newestId: made.id,
      name: 'Whole',
      scheme: 'YesNo',
      questions: [
        { questionId: first.questionId, ...whole },
        {
          questionId: second.questionId,
          text: 'Plain?',
          section: null,
          weight: 1,
          skills: [],
          autoFail: false,
          required: false,
          commentRequired: 'never',
        },
      ],
      active: true,
    });
    expect((await send('GET', `scorecards/${made.id}`)).json()).toEqual(made);
    const listed = (await send('GET', 'scorecards?limit=1000')).json().items;
    expect(listed).toContainEqual(made);
    expect(listed.map(({ id }: { id: string }) => id)).toEqual(listed.map(({ id }: { id: string }) => id).sort());
  });

  test('what the schema cannot say', async () => {
    const base = { name: 'Bad', scheme: 'YesNo' };
    const cases: [questions: object[], status: number, parameter: string][] = [
      [[], 400, 'questions'],
      [[{ text: 'a', skills: [99] }], 400, 'questions[0].skills[0]'],
      [[{ text: 'a' }, { text: 'b', skills: [3, 3] }], 400, 'questions[1].skills[1]'],
      [[{ text: 'a', skills: [1] }], 400, 'questions[0].skills[0]'],
      [
        [
          { text: 'a', questionId: 'q' },
          { text: 'b', questionId: 'q' },
        ],
        400,
        'questions[1].questionId',
      ],
      [[{ text: 'a', questionId: scored.scorecard.questions[0].questionId }], 409, 'questions[0].questionId'],
    ];
    for (const [questions, status, parameter] of cases) {
      expectProblem(await send('POST', 'scorecards', { ...base, questions }), status, { parameter });
    }
    const questions = [{ text: 'a' }];
    expectProblem(await send('POST', 'scorecards', { ...base, questions, id: scored.scorecard.id }), 409, {
      parameter: 'id',
    });
    const writer = await scored.account.client('write');
    for (const body of [{ id: 'x', questions }, { questions: [{ text: 'a', questionId: 'x' }] }]) {
      expect((await writer.send('POST', '/api/v1/scorecards', { ...base, ...body })).status).toBe(403);
    }
    const unknown = { questions: [{ text: 'a', questionId: 'other' }] };
    expectProblem(await send('PATCH', `scorecards/${scored.scorecard.id}`, unknown), 400, {
      parameter: 'questions[0].questionId',
    });
  });

  test('without results, one is edited in place, and its questions keep their ids', async () => {
    const made = await scored.make('scorecards', {
      name: 'In place',
      scheme: 'YesNo',
      questions: [{ text: 'a', skills: [6] }, { text: 'b' }],
    });
    expect((await send('DELETE', 'skills/6')).status).toBe(204);
    const [a, b] = made.questions;
    const path = `scorecards/${made.id}`;
    const questions = [{ ...b, text: 'B' }, a, { text: 'c' }];
    const edited = (await send('PATCH', path, { scheme: 'PassFail', questions })).json();
    expect(edited).toMatchObject({ id: made.id, version: 1, scheme: 'PassFail' });
    expect(edited.questions.slice(0, 2)).toEqual([{ ...b, text: 'B' }, a]);
    expect(edited.questions[2].text).toBe('c');
  });

  test('with results, an edit is a new version; what there was stays as it was', async () => {
    const made = await scored.make('scorecards', {
      name: 'Versions',
      scheme: 'OneToFive',
      questions: [{ text: 'a' }, { text: 'b' }],
    });
    const path = `scorecards/${made.id}`;
    const before = await scored.client.get(`/api/ev/2/scorecard/${made.id}`);
    const answers = made.questions.map(({ questionId }: { questionId: string }) => ({ questionId, answer: 3 }));
    const draft = await scored.make('results', {
      callId: scored.callId,
      scorecardId: made.id,
      reviewerId: scored.coachId,
      state: 'DRAFT',
      answers,
    });
    // Taken out of use and back, it is still the same scorecard; so it is when nothing changes.
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('PATCH', path, { active: true })).json()).toEqual(made);
    expect((await send('PATCH', path, { name: 'Versions', questions: made.questions })).json()).toEqual(made);

    const { etag } = (await send('GET', path)).headers;
    const edits = await Promise.all(
      ['One', 'Other'].map((name) => send('PATCH', path, { name }, { 'if-match': etag! })),
    );
    expect(edits.map(({ status }) => status).sort()).toEqual([200, 412]);
    const second = edits.find(({ status }) => status === 200)!.json();
    expect(second).toMatchObject({ lineId: made.id, version: 2, newestId: second.id, active: true });
    expect(second.id).not.toBe(made.id);
    const texts = (scorecard: typeof made) => scorecard.questions.map(({ text }: { text: string }) => text);
    expect(texts(second)).toEqual(['a', 'b']);
    for (const { questionId } of second.questions) {
      expect(made.questions.map((each: { questionId: string }) => each.questionId)).not.toContain(questionId);
    }
    expect((await send('GET', path)).json()).toEqual({ ...made, newestId: second.id, active: false });
    expect((await scored.client.get(`/api/ev/2/scorecard/${made.id}`)).text).toBe(before.text);
    expect((await scored.client.get(`/api/ev/2/scorecard/${second.id}`)).json()[0]).toMatchObject({
      scorecardId: second.id,
      scorecardName: second.name,
      questionId: second.questions[0].questionId,
    });

    const refused = await send('PATCH', path, { name: 'Late' });
    expectProblem(refused, 409, { detail: second.id });
    expectProblem(await send('DELETE', path), 409, { detail: second.id });
    const onOld = { callId: scored.callId, scorecardId: made.id, reviewerId: scored.repId, state: 'DRAFT' };
    expectProblem(await send('POST', 'results', onOld), 409, { parameter: 'scorecardId', detail: second.id });
    // The old version's draft is still good.
    expect((await send('PATCH', `results/${draft.id}`, { state: 'SUBMITTED' })).json()).toMatchObject({
      state: 'SUBMITTED',
      scorecardId: made.id,
      percentage: 60,
    });
    const third = (await send('PATCH', `scorecards/${second.id}`, { name: 'Still no results' })).json();
    expect(third).toMatchObject({ id: second.id, version: 2 });
  });

  test('a result that comes while its scorecard is edited waits, and finds it as it is then', async () => {
    const other = await makeScored(service);
    const editor = await service.pool.connect();
    await editor.query('begin');
    const which = [other.account.accountId, other.scorecard.id];
    await editor.query('select 1 from scorecards where account_id = $1 and scorecard_id = $2 for no key update', which);
    const scoring = other.score('SUBMITTED', [1, 1]);
    try {
      await until(() => lockIsWaitedFor(service, 'from scorecards.*for share$'));
      await editor.query("update scorecards set scheme = 'YesNo' where account_id = $1 and scorecard_id = $2", which);
    } finally {
      await editor.query('commit');
      editor.release();
    }
    expect((await scoring).json()).toMatchObject({ state: 'SUBMITTED', percentage: 100 });
  });

  test('a deactivated one takes no new results, and keeps those it has', async () => {
    const other = await makeScored(service);
    const result = (await other.score('SUBMITTED', [4, 5])).json();
    await other.client.send('DELETE', `/api/v1/scorecards/${other.scorecard.id}`);
    const refused = await other.score('SUBMITTED', [1, 1], { reviewerId: other.repId });
    expect([refused.status, refused.json().parameter]).toEqual([409, 'scorecardId']);
    expect((await other.client.get(`/api/v1/results/${result.id}`)).json()).toEqual(result);
    // History that is brought in may be older than that.
    const past = { reviewerId: other.repId, scoreTime: '2020-01-01T00:00:00Z' };
    expect((await other.score('SUBMITTED', [1, 1], past)).status).toBe(201);
  });
});
