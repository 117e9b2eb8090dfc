import { type RawBuilder, sql } from 'kysely';
import type { Answer, Result } from '../contract/scorecards.js';
import type { ResultState } from '../rules/result-states.js';
import type { Scheme } from '../rules/scoring.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import { filtered } from './filters.js';
import { idsOf, isUser } from './named-users.js';
import { callLength, holdCallOf } from './seen-calls.js';
import { type Sight, visible } from './visibility.js';

type InstantField = 'scoreTime' | 'acknowledgedAt' | 'disputedAt' | 'resolvedAt';

/** A stored result, with the data of its scorecard and its call that its rules need. */
export interface ResultRow
  extends Omit<Result, 'answers' | 'createdAt' | InstantField>,
    Readonly<Record<InstantField, Micros | null>> {
  readonly createdAt: Micros;
  /** In the order of the scorecard's questions. */
  readonly answers: readonly AnswerRow[];
  readonly scheme: Scheme;
  readonly callerId: string | null;
  /** The length of the call, as `callLength` computes it. */
  readonly lengthSeconds: number | null;
}

/** A stored answer. Its score in percent is computed from the scheme and not stored. */
export type AnswerRow = Omit<Answer, 'percentage'>;

/** The viewer of results. They see the results of the calls that they see. */
export interface ResultViewer extends Scope {
  readonly sight: Sight;
  /** The user whose drafts are visible; null means all drafts are. */
  readonly draftsOf: string | null;
}

/** Filters of a list of results; null means any value. */
export interface ResultFilters {
  readonly callId: string | null;
  readonly reviewerId: string | null;
  readonly scorecardId: string | null;
  readonly state: ResultState | null;
}

/** Results, newest first. `after` is the `createdAt` and the id of the last result of the previous page. */
export async function selectResults(
  db: Db | Tx,
  viewer: ResultViewer,
  { callId, reviewerId, scorecardId, state }: ResultFilters,
  { after, limit }: { readonly after: readonly [Micros, string] | null; readonly limit: number },
): Promise<ResultRow[]> {
  const place = after && sql`(${toTimestamp(after[0])}::timestamptz, ${after[1]})`;
  return selectSeen(
    db,
    viewer,
    sql`${place ? sql`(r.created_at, r.result_id) < ${place}` : sql`true`}
      and ${filtered({ 'r.call_id': callId, 'r.scorecard_id': scorecardId, 'r.state': state })}
      and ${isUser(viewer, 'r.reviewer_id', reviewerId)}
    order by r.created_at desc, r.result_id desc limit ${limit}`,
  );
}

/** The result; null if it does not exist or the viewer does not see it. */
export async function findResult(db: Db | Tx, viewer: ResultViewer, resultId: string): Promise<ResultRow | null> {
  const [result] = await selectSeen(db, viewer, sql`r.result_id = ${resultId}`);
  return result ?? null;
}

/** The result, locked with its call until commit; null if it does not exist or the viewer does not see it. */
export async function lockResult(tx: Tx, viewer: ResultViewer, resultId: string): Promise<ResultRow | null> {
  await holdCallOf(tx, viewer, 'results', resultId);
  // The result is read by a second query: the one that waited for the lock would still see the old answers.
  await sql`select 1 from results
    where account_id = ${viewer.accountId} and result_id = ${resultId} for no key update`.execute(tx);
  return findResult(tx, viewer, resultId);
}

type Row = Omit<ResultRow, 'answers'> & { readonly answersJson: string };

/** Reads results (as `r`) that the viewer sees. `rest` is the SQL of a further condition, order and limit. */
async function selectSeen(
  db: Db | Tx,
  { accountId, sight, draftsOf }: ResultViewer,
  which: RawBuilder<unknown>,
): Promise<ResultRow[]> {
  const isShown = draftsOf === null ? sql`true` : sql`(r.state <> 'DRAFT' or r.reviewer_id = ${draftsOf})`;
  const found = await sql<Row>`select r.result_id as id, r.call_id as "callId", r.scorecard_id as "scorecardId",
      r.reviewer_id as "reviewerId", r.state, r.score_time as "scoreTime", r.percentage, r.auto_failed as "autoFailed",
      r.acknowledged_at as "acknowledgedAt", r.disputed_at as "disputedAt", r.dispute_reason as "disputeReason",
      r.resolved_at as "resolvedAt", r.resolved_by as "resolvedBy", r.resolution, r.created_at as "createdAt",
      s.scheme, c.caller_id as "callerId", ${callLength('c')} as "lengthSeconds",
      (select coalesce(json_agg(json_build_object('questionId', a.question_id, 'answer', a.answer,
          'rawAnswer', a.raw_answer, 'reason', a.reason, 'comment', a.comment,
          'moment', a.moment_seconds) order by q.position), '[]')
        from result_answers a
          join scorecard_questions q on q.account_id = a.account_id and q.question_id = a.question_id
        where a.account_id = r.account_id and a.result_id = r.result_id) as "answersJson"
    from results r
      join scorecards s on s.account_id = r.account_id and s.scorecard_id = r.scorecard_id
      join calls c on c.account_id = r.account_id and c.call_id = r.call_id
    where r.account_id = ${accountId} and ${visible(sight, 'c')} and ${isShown} and ${which}`.execute(db);
  return found.rows.map(({ answersJson, ...row }) => ({ ...row, answers: JSON.parse(answersJson) }));
}

/** Whether the account has a result with this id, visible to the viewer or not. */
export async function resultExists(tx: Tx, scope: Scope, resultId: string): Promise<boolean> {
  const found = await sql`select 1 from results
    where account_id = ${scope.accountId} and result_id = ${resultId}`.execute(tx);
  return found.rows.length > 0;
}

/** Whether a version of a scorecard has results. */
export async function hasResults(tx: Tx, scope: Scope, scorecardId: string): Promise<boolean> {
  const found = await sql`select 1 from results
    where account_id = ${scope.accountId} and scorecard_id = ${scorecardId} limit 1`.execute(tx);
  return found.rows.length > 0;
}

/** The key of a result: a reviewer has at most one result for a version of a scorecard on a call. */
type ResultKey = Pick<Result, 'callId' | 'scorecardId' | 'reviewerId'>;

/** The id of the result that a reviewer, or a user merged into them, already has; null if there is none. */
export async function findResultId(
  tx: Tx,
  scope: Scope,
  { callId, scorecardId, reviewerId }: ResultKey,
): Promise<string | null> {
  const found = await sql<{ id: string }>`select result_id as id from results where account_id = ${scope.accountId}
    and call_id = ${callId} and scorecard_id = ${scorecardId}
    and reviewer_id in ${idsOf(scope, reviewerId)}`.execute(tx);
  return found.rows[0]?.id ?? null;
}

/** The score of a result's answers, with the result's state. */
export interface ResultScore extends Pick<Result, 'state' | 'percentage' | 'autoFailed'> {
  /** The number of answered questions, without those answered N/A. */
  readonly answered: number;
}

interface NewResult extends ResultKey, ResultScore {
  readonly id: string;
  /** `'now'` means the database's clock. */
  readonly scoreTime: Micros | 'now' | null;
}

/**
 * Adds a result without answers. False if another transaction has just committed one with this id, or one of this
 * reviewer for the same scorecard and call.
 */
export async function insertResult(tx: Tx, scope: Scope, result: NewResult): Promise<boolean> {
  const { id, callId, scorecardId, reviewerId, state, answered, percentage, autoFailed } = result;
  const scoreTime =
    result.scoreTime === 'now' ? sql`clock_timestamp()` : sql`${toTimestamp(result.scoreTime)}::timestamptz`;
  const inserted = await sql`insert into results
      (account_id, result_id, scorecard_id, call_id, reviewer_id, state, score_time, answered, percentage, auto_failed)
    values (${scope.accountId}, ${id}, ${scorecardId}, ${callId}, ${reviewerId}, ${state}, ${scoreTime}, ${answered},
      ${percentage}, ${autoFailed})
    on conflict do nothing returning 1`.execute(tx);
  return inserted.rows.length > 0;
}

/** Adds the answers of a result that has none. */
export async function insertAnswers(
  tx: Tx,
  scope: Scope,
  resultId: string,
  answers: readonly AnswerRow[],
): Promise<void> {
  if (answers.length === 0) return;
  const rows = answers.map((answer) => ({
    account_id: scope.accountId,
    result_id: resultId,
    question_id: answer.questionId,
    answer: answer.answer,
    raw_answer: answer.rawAnswer,
    reason: answer.reason,
    comment: answer.comment,
    moment_seconds: answer.moment,
  }));
  await tx.insertInto('result_answers').values(rows).execute();
}

/** Replaces the answers of a result. */
export async function writeAnswers(
  tx: Tx,
  scope: Scope,
  resultId: string,
  answers: readonly AnswerRow[],
): Promise<void> {
  await sql`delete from result_answers
    where account_id = ${scope.accountId} and result_id = ${resultId}`.execute(tx);
  await insertAnswers(tx, scope, resultId, answers);
}

/** Stores the score of changed answers; with `submits`, the result is submitted now. */
export async function writeScore(
  tx: Tx,
  scope: Scope,
  resultId: string,
  { state, answered, percentage, autoFailed, submits }: ResultScore & { readonly submits: boolean },
): Promise<void> {
  await sql`update results set state = ${state}, answered = ${answered}, percentage = ${percentage},
      auto_failed = ${autoFailed}, score_time = ${submits ? sql`clock_timestamp()` : sql`score_time`},
      acknowledged_at = case when ${state} = 'ACKNOWLEDGED' then acknowledged_at end
    where account_id = ${scope.accountId} and result_id = ${resultId}`.execute(tx);
}

/** Stores that the call's caller acknowledges the result now. */
export async function writeAcknowledgement(tx: Tx, scope: Scope, resultId: string, state: ResultState): Promise<void> {
  await sql`update results set state = ${state}, acknowledged_at = clock_timestamp()
    where account_id = ${scope.accountId} and result_id = ${resultId}`.execute(tx);
}

/** Stores that the call's caller disputes the result now. */
export async function writeDispute(
  tx: Tx,
  scope: Scope,
  resultId: string,
  state: ResultState,
  reason: string,
): Promise<void> {
  await sql`update results set state = ${state}, disputed_at = clock_timestamp(), dispute_reason = ${reason}
    where account_id = ${scope.accountId} and result_id = ${resultId}`.execute(tx);
}

/** Stores that a dispute is resolved now. */
export async function writeResolution(
  tx: Tx,
  scope: Scope,
  resultId: string,
  state: ResultState,
  { resolvedBy, resolution }: { readonly resolvedBy: string; readonly resolution: string },
): Promise<void> {
  await sql`update results set state = ${state}, resolved_at = clock_timestamp(), resolved_by = ${resolvedBy},
      resolution = ${resolution}
    where account_id = ${scope.accountId} and result_id = ${resultId}`.execute(tx);
}

/** Deletes a result with its answers and its history. */
export async function removeResult(tx: Tx, scope: Scope, resultId: string): Promise<void> {
  await sql`delete from results where account_id = ${scope.accountId} and result_id = ${resultId}`.execute(tx);
}
