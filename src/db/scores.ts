import { type RawBuilder, sql } from 'kysely';
import type { Score } from '../contract/scorecards.js';
import { formatInstant, type Micros } from '../wire/instants.js';
import type { Db, Scope } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';

/** The feed of scores (api-v2 §4). An entry is a submitted result with at least one answer. */
export const scoresFeed = feedTable({
  name: 'scores',
  table: 'results',
  id: 'result_id',
  times: ['score_time'],
  where: sql`in_feed`,
});

/** A result in the feed, with a score for each answer. */
export interface ScoredResult {
  readonly resultId: string;
  readonly stamp: Micros;
  readonly scoreTime: Micros;
  readonly scores: readonly Score[];
}

type ScoreRow = Omit<Score, 'scoreTime' | 'modified'> & { readonly scoreTime: Micros; readonly modified: Micros };

/** A page of the feed of scores: all scores of the results strictly after a position, in feed order. */
export async function scoresAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<ScoredResult[]> {
  const page = await sql<ScoreRow>`
    with page as materialized (
      select * from results r ${pageAfter(scoresFeed, 'r', scope, after, limit, sql`r.in_feed`)})
    select ru.email as reviewer, rt.name as "reviewerTeam", cu.email as caller, ct.name as "callerTeam",
      r.call_id as "callId", r.result_id as "resultId", r.score_time as "scoreTime", r.stamp as modified,
      r.scorecard_id as "scorecardId", s.name as "scorecardName", a.question_id as "questionId",
      q.question_text as question, k1.name as skill1, k2.name as skill2, k3.name as skill3, s.scheme, a.answer,
      a.raw_answer as "rawAnswer", a.reason, a.comment
    from page r
      join result_answers a on a.account_id = r.account_id and a.result_id = r.result_id and a.answer is not null
      join scorecard_questions q on q.account_id = a.account_id and q.question_id = a.question_id
      join scorecards s on s.account_id = r.account_id and s.scorecard_id = r.scorecard_id
      join users ru on ru.account_id = r.account_id and ru.user_id = r.reviewer_id
      left join teams rt on rt.account_id = ru.account_id and rt.team_id = ru.team_id
      join calls c on c.account_id = r.account_id and c.call_id = r.call_id
      left join users cu on cu.account_id = c.account_id and cu.user_id = c.caller_id
      left join teams ct on ct.account_id = cu.account_id and ct.team_id = cu.team_id
      left join skills k1 on k1.account_id = q.account_id and k1.skill_id = q.skill1_id
      left join skills k2 on k2.account_id = q.account_id and k2.skill_id = q.skill2_id
      left join skills k3 on k3.account_id = q.account_id and k3.skill_id = q.skill3_id
    order by r.stamp, r.result_id, q.position`.execute(db);
  const results: (ScoredResult & { readonly scores: Score[] })[] = [];
  for (const row of page.rows) {
    let result = results.at(-1);
    if (result?.resultId !== row.resultId) {
      result = { resultId: row.resultId, stamp: row.modified, scoreTime: row.scoreTime, scores: [] };
      results.push(result);
    }
    result.scores.push({
      ...row,
      scoreTime: formatInstant(row.scoreTime),
      modified: formatInstant(row.modified),
    });
  }
  return results;
}

const inFeed = (scope: Scope): RawBuilder<unknown> => sql`r.account_id = ${scope.accountId} and r.in_feed`;

/** A query of the results in the feed whose reviewer, or whose call's caller, is one of these users. */
function byPeople(scope: Scope, userIds: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select r.result_id as id from results r where ${inFeed(scope)} and r.reviewer_id in (${userIds})
    union all select r.result_id from calls c join results r on r.account_id = c.account_id and r.call_id = c.call_id
    where c.account_id = ${scope.accountId} and c.caller_id in (${userIds}) and ${inFeed(scope)}`;
}

/** Queries of the ids (as `id`) of the entries that show any of some users, teams, calls or skills. */
export const scoresShowing = {
  user: (scope: Scope, ids: readonly string[]) => byPeople(scope, sql`select unnest(${ids}::text[])`),
  team: (scope: Scope, ids: readonly string[]) =>
    byPeople(scope, sql`select user_id from users where account_id = ${scope.accountId} and team_id = any(${ids})`),
  call: (scope: Scope, ids: readonly string[]) =>
    sql`select r.result_id as id from results r where ${inFeed(scope)} and r.call_id = any(${ids})`,
  skill: (scope: Scope, ids: readonly string[]) =>
    sql`select r.result_id as id from scorecard_questions q
      join result_answers a on a.account_id = q.account_id and a.question_id = q.question_id and a.answer is not null
      join results r on r.account_id = a.account_id and r.result_id = a.result_id
      where q.account_id = ${scope.accountId} and array[q.skill1_id, q.skill2_id, q.skill3_id] && ${ids}::text[]
        and ${inFeed(scope)}`,
};
