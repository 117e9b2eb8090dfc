import Type from 'typebox';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Score, ScorecardInput, ScorecardQuestion, scoreRoutesV1 } from '#debrief/contract/scorecards.js';
import { RESULT_STATES } from '#debrief/rules/result-states.js';
import { SCHEMES } from '#debrief/rules/scoring.js';
import { accountAtRest } from '../support/account-snapshot.js';
import { conforms } from '../support/conforms.js';
import { CALL, makeScored, type Scored } from '../support/scored.js';
import { makeAccount, startService, type TestService } from '../support/service.js';

// Scores and scorecards in API v2.

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const SINCE = 'since=2020-01-01T00:00Z';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

test('the contract names what the analysis knows', () => {
  expect(ScorecardInput.properties.scheme.enum).toEqual(SCHEMES);
  expect(scoreRoutesV1.results.list.query.state.of).toEqual(RESULT_STATES);
});

describe("the reference's own examples", () => {
  test('a score, and the scorecard', async () => {
    const account = await makeAccount(service);
    const client = await account.client();
    const make = async (path: string, body: object) => {
      const answer = await client.send('POST', `/api/v1/${path}`, body);
      expect(answer.status, answer.text).toBe(201);
      return answer.json();
    };
    const reviewerTeam = await make('teams', { name: 'My Team' });
    const callerTeam = await make('teams', { name: 'trending_team_name' });
    const reviewerId = await account.addUser('tim.smith@example.com', { teamId: reviewerTeam.id });
    const callerId = await account.addUser('inttest4@bah.com', { teamId: callerTeam.id });
    await make('calls', { ...CALL, id: 'scorecard_mb1', callerId });
    const skills: number[] = [];
    for (const name of ['hunting', 'trapping', 'charring']) skills.push((await make('skills', { name })).id);
    const questions = [
      { questionId: 'Q1C', text: 'Q1', skills },
      { questionId: 'Q2C', text: 'Q2', skills: skills.slice(1, 2) },
      { questionId: 'Q3C', text: 'Q3' },
    ];
    await make('scorecards', { id: 'c_scorecard', name: 'C', scheme: 'OneToThree', questions });
    await make('results', {
      id: 'CR23',
      callId: 'scorecard_mb1',
      scorecardId: 'c_scorecard',
      reviewerId,
      state: 'SUBMITTED',
      scoreTime: '2018-11-09T18:09:11.794403Z',
      answers: [
        { questionId: 'Q3C', answer: null, comment: 'N/A has no row' },
        { questionId: 'Q2C', answer: 0, reason: 'Why', comment: 'What' },
        { questionId: 'Q1C', answer: 3 },
      ],
    });
    const answer = await client.get(`/api/ev/2/scores?${SINCE}`);
    const [{ modified }] = answer.json();
    expect(modified).toMatch(STAMP);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const shared = {
      reviewer: 'tim.smith@example.com',
      reviewerTeam: 'My Team',
      caller: 'inttest4@bah.com',
      callerTeam: 'trending_team_name',
      callId: 'scorecard_mb1',
      resultId: 'CR23',
      scoreTime: '2018-11-09T18:09:11.794403Z',
      modified,
      scorecardId: 'c_scorecard',
      scorecardName: 'C',
    };
    expect(answer.text).toBe(
      JSON.stringify([
        {
          ...shared,
          questionId: 'Q1C',
          question: 'Q1',
          skill1: 'hunting',
          skill2: 'trapping',
          skill3: 'charring',
          scheme: 'OneToThree',
          answer: 3.0,
          rawAnswer: 5,
          reason: null,
          comment: null,
        },
        {
          ...shared,
          questionId: 'Q2C',
          question: 'Q2',
          skill1: 'trapping',
          skill2: null,
          skill3: null,
          scheme: 'OneToThree',
          answer: 0,
          rawAnswer: 0,
          reason: 'Why',
          comment: 'What',
        },
      ]),
    );
    conforms(Type.Array(Score), answer.json());

    const scorecard = await client.get('/api/ev/2/scorecard/c_scorecard');
    expect(scorecard.text).toBe(
      JSON.stringify(
        ['1', '2', '3'].map((n) => ({
          scorecardId: 'c_scorecard',
          scorecardScheme: 'OneToThree',
          scorecardName: 'C',
          questionId: `Q${n}C`,
          questionText: `Q${n}`,
          questionID: `Q${n}C`,
        })),
      ),
    );
    conforms(Type.Array(ScorecardQuestion), scorecard.json());
    expect((await client.get('/api/ev/2/scorecard/none')).status).toBe(404);

    // By the scoreTime of the page before, as the reference's example pages by callTime.
    const next = await client.get('/api/ev/2/scores?since=2018-11-09T18:09:11.794403Z&last_id=CR23');
    expect(next.json()).toEqual([]);
  });

  test('without teams, and without a caller', async () => {
    const scored = await makeScored(service);
    const { id: callId } = await scored.make('calls', CALL);
    await scored.score('SUBMITTED', [1], { callId });
    const [row] = (await scored.client.get(`/api/ev/2/scores?${SINCE}`)).json();
    expect(row).toMatchObject({ reviewerTeam: null, caller: null, callerTeam: null });
    conforms(Score, row);
  });
});

describe('the feed', () => {
  let scored: Scored;
  beforeEach(async () => {
    scored = await makeScored(service);
  });

  interface Row {
    readonly resultId: string;
    readonly modified: string;
    readonly answer: number;
  }
  const page = async (query: string) => {
    const answer = await scored.client.get(`/api/ev/2/scores?${query}`);
    expect(answer.status, answer.text).toBe(200);
    const rows: Row[] = answer.json();
    return { rows, ids: [...new Set(rows.map(({ resultId }) => resultId))], link: answer.headers.get('link') };
  };
  const reviewers = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, i) => scored.account.addUser(`reviewer${i}@example.com`)));
  const patch = (id: string, body: object) => scored.client.send('PATCH', `/api/v1/results/${id}`, body);
  const question = (index: number): string => scored.scorecard.questions[index].questionId;

  test('limit counts results and never splits one; pages follow each other', async () => {
    const ids: string[] = [];
    for (const reviewerId of await reviewers(5)) {
      ids.push((await scored.score('SUBMITTED', [1, 2], { reviewerId })).json().id);
    }
    const all = await page(SINCE);
    expect(all.ids).toEqual(ids);
    expect(all.rows).toHaveLength(10);
    expect(all.link).toBeNull();
    for (const id of ids) {
      expect(new Set(all.rows.filter(({ resultId }) => resultId === id).map(({ modified }) => modified)).size).toBe(1);
    }
    const crawled: string[] = [];
    let query: string | null = `${SINCE}&limit=2`;
    for (let pages = 0; query !== null && pages < 5; pages++) {
      const { rows, ids: found, link } = await page(query);
      expect(rows).toHaveLength(found.length * 2);
      crawled.push(...found);
      query = link === null ? null : new URL(/<(.*)>/.exec(link)![1]!).search.slice(1);
    }
    expect(crawled).toEqual(ids);
    const second = (await page(`${SINCE}&limit=2`)).rows.at(-1)!;
    expect((await page(`since=${second.modified}&last_id=${second.resultId}`)).ids).toEqual(ids.slice(2));
    expect((await page(`since=${second.modified}`)).ids).toEqual(ids.slice(2));
    expect((await page(`${SINCE}&limit=0`)).rows).toEqual([]);
  });

  test('drafts and results without an answer are not in it, and are not counted', async () => {
    const [draft, empty, full] = await Promise.all(
      (await reviewers(3)).map(async (reviewerId, index) => {
        const answers = index === 1 ? [null, null] : [5, null];
        return (await scored.score(index === 0 ? 'DRAFT' : 'SUBMITTED', answers, { reviewerId })).json().id;
      }),
    );
    expect((await page(`${SINCE}&limit=1`)).ids).toEqual([full]);
    expect((await page(SINCE)).rows).toHaveLength(1);
    await patch(draft, { answers: [{ questionId: question(0), answer: 1 }] });
    expect((await page(SINCE)).ids).toEqual([full]);
    await patch(draft, { state: 'SUBMITTED' });
    expect((await page(SINCE)).ids).toEqual([full, draft]);
    await patch(empty, { answers: [{ questionId: question(0), answer: 1 }] });
    expect((await page(SINCE)).ids).toEqual([full, draft, empty]);
    // Without answers any more, it leaves; with some again, it comes again.
    await patch(full, { answers: [] });
    expect((await page(SINCE)).ids).toEqual([draft, empty]);
    await patch(full, { answers: [{ questionId: question(1), answer: 1 }] });
    expect((await page(SINCE)).ids).toEqual([draft, empty, full]);
  });

  test('an amendment moves a result to the end; what is not shown does not', async () => {
    const [first, second] = await Promise.all(
      (await reviewers(2)).map(
        async (reviewerId) => (await scored.score('SUBMITTED', [1, 2], { reviewerId })).json().id,
      ),
    );
    const order = (await page(SINCE)).ids;
    expect(order.toSorted()).toEqual([first, second].sort());
    const [id] = order as [string];
    const before = await page(SINCE);
    const move = (name: string, body: object) => scored.client.send('POST', `/api/v1/results/${id}/${name}`, body);
    expect((await move('dispute', { reason: 'No', disputedBy: scored.repId })).status).toBe(200);
    expect((await move('resolve', { resolution: 'So', resolvedBy: scored.coachId })).status).toBe(200);
    expect((await move('acknowledge', { acknowledgedBy: scored.repId })).status).toBe(200);
    expect(await page(SINCE)).toEqual(before);
    await patch(id, { answers: [{ questionId: question(0), answer: 5 }] });
    const after = await page(SINCE);
    expect(after.ids).toEqual([order[1], id]);
    expect(after.rows.at(-1)).toMatchObject({ answer: 5 });
    expect((await page(`since=${before.rows.at(-1)!.modified}&last_id=${order[1]}`)).ids).toEqual([id]);
  });

  test('a deleted result, and one on a deleted call, are gone', async () => {
    const { id: callId } = await scored.make('calls', CALL);
    const kept = (await scored.score('SUBMITTED', [1])).json().id;
    const { id } = (await scored.score('SUBMITTED', [1], { reviewerId: scored.repId })).json();
    await scored.score('SUBMITTED', [1], { callId });
    expect((await page(SINCE)).ids).toHaveLength(3);
    await scored.client.send('DELETE', `/api/v1/results/${id}`);
    await scored.client.send('DELETE', `/api/v1/calls/${callId}`);
    expect((await page(SINCE)).ids).toEqual([kept]);
  });

  test("another account's last_id counts as none, and its results are nowhere", async () => {
    const other = await makeScored(service);
    const foreign = (await other.score('SUBMITTED', [1])).json().id;
    const mine = (await scored.score('SUBMITTED', [1])).json().id;
    expect((await page(`${SINCE}&last_id=${foreign}`)).ids).toEqual([mine]);
  });

  describe('whatever a result shows counts as its change', () => {
    /** The results that a change restamps, of: the coach's, one by another on the same call, and one elsewhere. */
    async function restamped(change: () => Promise<unknown>): Promise<string[]> {
      await accountAtRest(service, scored.account.accountId);
      const before = await page(SINCE);
      await change();
      await accountAtRest(service, scored.account.accountId);
      const end = before.rows.at(-1)!;
      const { ids } = await page(`since=${end.modified}&last_id=${end.resultId}`);
      return ids.map((id) => names.get(id)!).sort();
    }
    let names: Map<string, string>;
    let elsewhere: { callId: string; repId: string; reviewerId: string; teamId: string };
    let skill: number;

    beforeEach(async () => {
      skill = (await scored.make('skills', { name: 'Listening' })).id;
      const questions = [{ text: 'Skilled', skills: [skill] }, { text: 'Other' }];
      const sheet = await scored.make('scorecards', { name: 'Skilled', scheme: 'YesNo', questions });
      const teamId = (await scored.make('teams', { name: 'West' })).id;
      const repId = await scored.account.addUser('west@example.com', { teamId });
      const reviewerId = await scored.account.addUser('reviewer@example.com', { teamId });
      const callId = (await scored.make('calls', { ...CALL, callerEmail: 'late@example.com' })).id;
      elsewhere = { callId, repId, reviewerId, teamId };
      const skilled = (place: number) => ({
        scorecardId: sheet.id,
        answers: [{ questionId: sheet.questions[place].questionId, answer: 1 }],
      });
      const made = {
        coach: scored.score('SUBMITTED', [1]),
        other: scored.score('SUBMITTED', [], { ...skilled(0), reviewerId }),
        elsewhere: scored.score('SUBMITTED', [], { ...skilled(1), callId }),
        // Never in the feed, so never restamped.
        draft: scored.score('DRAFT', [1], { reviewerId: scored.repId }),
      };
      names = new Map();
      for (const [name, answer] of Object.entries(made)) names.set((await answer).json().id, name);
    });

    const change = (path: string, body: object) => () => scored.client.send('PATCH', `/api/v1/${path}`, body);

    test("a reviewer's address", async () => {
      expect(await restamped(change(`users/${scored.coachId}`, { email: 'new@example.com' }))).toEqual([
        'coach',
        'elsewhere',
      ]);
      expect((await page(SINCE)).rows.at(-1)).toMatchObject({ reviewer: 'new@example.com' });
    });
    test("a caller's address", async () => {
      expect(await restamped(change(`users/${scored.repId}`, { email: 'new@example.com' }))).toEqual([
        'coach',
        'other',
      ]);
    });
    test('a name that no entry shows', async () => {
      expect(await restamped(change(`users/${scored.repId}`, { firstName: 'New', systemIds: ['x'] }))).toEqual([]);
    });
    test("a reviewer's team's name, and a caller's", async () => {
      expect(await restamped(change(`teams/${elsewhere.teamId}`, { name: 'New' }))).toEqual(['other']);
      expect(await restamped(change(`teams/${scored.teamId}`, { name: 'Newer' }))).toEqual(['coach', 'other']);
      expect(await restamped(change(`teams/${scored.teamId}`, { managerId: scored.coachId }))).toEqual([]);
    });
    test("a user's change of team", async () => {
      const { teamId } = elsewhere;
      expect(await restamped(change(`users/${scored.coachId}`, { teamId }))).toEqual(['coach', 'elsewhere']);
      expect(await restamped(change(`users/${scored.coachId}`, { teamId }))).toEqual([]);
    });
    test("a skill's name", async () => {
      expect(await restamped(change(`skills/${skill}`, { name: 'Hearing' }))).toEqual(['other']);
      expect((await page(SINCE)).rows.at(-1)).toMatchObject({ skill1: 'Hearing' });
      expect(await restamped(change(`skills/${skill}`, { active: false }))).toEqual([]);
    });
    test("a call's change of caller", async () => {
      const moved = change(`calls/${scored.callId}`, { callerId: elsewhere.repId });
      expect(await restamped(moved)).toEqual(['coach', 'other']);
      expect(await restamped(change(`calls/${scored.callId}`, { duration: 500 }))).toEqual([]);
    });
    test('a user whom a call named before they came', async () => {
      expect(await restamped(() => scored.account.addUser('late@example.com'))).toEqual(['elsewhere']);
      expect((await page(SINCE)).rows.at(-1)).toMatchObject({ caller: 'late@example.com' });
    });
  });

  test('more results than one transaction stamps: all of them, each once', async () => {
    const { accountId } = scored.account;
    await service.pool.query(
      `insert into users (account_id, user_id, email, first_name, last_name)
       select $1, 'r' || n, 'r' || n || '@example.com', 'R', 'R' from generate_series(1, 1001) n`,
      [accountId],
    );
    const { id } = (await scored.score('SUBMITTED', [1])).json();
    await service.pool.query(
      `insert into results (account_id, result_id, scorecard_id, call_id, reviewer_id, state, score_time, answered)
       select account_id, 'copy' || n, scorecard_id, call_id, 'r' || n, state, score_time, answered
       from results, generate_series(1, 1001) n where account_id = $1 and result_id = $2`,
      [accountId, id],
    );
    await scored.client.send('PATCH', `/api/v1/teams/${scored.teamId}`, { name: 'Renamed' });
    await accountAtRest(service, accountId);
    const stamps = await service.pool.query(
      `select count(stamp)::int as stamped, count(distinct stamp)::int as different from results where account_id = $1`,
      [accountId],
    );
    expect(stamps.rows[0]).toEqual({ stamped: 1002, different: 1002 });
  });
});
