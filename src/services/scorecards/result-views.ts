import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '../../db/database.js';
import { isUser } from '../../db/named-users.js';
import { visible } from '../../db/visibility.js';
import { AppError } from '../../errors.js';
import type { ResultState } from '../../rules/result-states.js';
import { type Scheme, scoreOf } from '../../rules/scoring.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import { type Actor, userOf } from '../actor.js';
import { callLength } from '../calls/seen-call.js';
import type { DbDeps } from '../deps.js';
import type { ScoredAnswer } from './result-answers.js';

/** One person's filled-in scorecard on one call. */
export interface ManagedResult {
  readonly id: string;
  readonly callId: string;
  readonly scorecardId: string;
  readonly reviewerId: string;
  readonly state: ResultState;
  /** When it was submitted; null for a draft. */
  readonly scoreTime: string | null;
  /** Over all answers, whole percent; null where there is nothing to go by. */
  readonly percentage: number | null;
  readonly autoFailed: boolean;
  /** In the order of the scorecard's questions. */
  readonly answers: readonly ScoredAnswer[];
  readonly acknowledgedAt: string | null;
  /** The latest dispute, and how the latest one that was resolved was. */
  readonly disputedAt: string | null;
  readonly disputeReason: string | null;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
  readonly createdAt: string;
}

/** A result, with what its rules go by beside what is shown. */
export interface FoundResult {
  readonly shown: ManagedResult;
  readonly callerId: string | null;
  /** Of the call; null where it is not known. */
  readonly lengthSeconds: number | null;
  readonly createdAt: Micros;
}

export interface ResultFilters {
  readonly callId: string | null;
  readonly reviewerId: string | null;
  readonly scorecardId: string | null;
  readonly state: string | null;
}

/** Results that this one sees, the newest first, after a place in that order. */
export async function listResults(
  { db }: DbDeps,
  actor: Actor,
  filters: ResultFilters,
  page: { readonly after: readonly [Micros, string] | null; readonly limit: number },
): Promise<FoundResult[]> {
  const { callId, reviewerId, scorecardId, state } = filters;
  const conditions = [
    page.after && sql`(r.created_at, r.result_id) < (${formatInstant(page.after[0])}::timestamptz, ${page.after[1]})`,
    callId === null ? null : sql`r.call_id = ${callId}`,
    isUser(actor, 'r.reviewer_id', reviewerId),
    scorecardId === null ? null : sql`r.scorecard_id = ${scorecardId}`,
    state === null ? null : sql`r.state = ${state}`,
  ].filter((condition) => condition !== null);
  const order = sql`order by r.created_at desc, r.result_id desc limit ${page.limit}`;
  return selectResults(db, actor, sql`${sql.join(conditions, sql` and `)} ${order}`);
}

/** A result that this one sees: 404 for one that is not there or not seen, and for another's draft. */
export async function findResult(db: Db | Tx, actor: Actor, resultId: string): Promise<FoundResult> {
  const [found] = await selectResults(db, actor, sql`r.result_id = ${resultId}`);
  if (!found) throw new AppError('not_found', 'There is no such result.');
  return found;
}

type Shown = Omit<ManagedResult, 'answers' | InstantField> & Record<InstantField, Micros | null>;
type InstantField = 'scoreTime' | 'acknowledgedAt' | 'disputedAt' | 'resolvedAt' | 'createdAt';
type Row = Shown & {
  readonly createdAt: Micros;
  readonly scheme: Scheme;
  readonly callerId: string | null;
  readonly lengthSeconds: number | null;
  readonly answersJson: string;
};

async function selectResults(db: Db | Tx, actor: Actor, which: RawBuilder<unknown>): Promise<FoundResult[]> {
  const user = userOf(actor);
  // A draft is its reviewer's own; programs see everything.
  const own = user === null ? sql`true` : sql`(r.state <> 'DRAFT' or r.reviewer_id = ${user.id})`;
  const found = await sql<Row>`select r.result_id as id, r.call_id as "callId", r.scorecard_id as "scorecardId",
      r.reviewer_id as "reviewerId", r.state, r.score_time as "scoreTime", r.percentage, r.auto_failed as "autoFailed",
      r.acknowledged_at as "acknowledgedAt", r.disputed_at as "disputedAt", r.dispute_reason as "disputeReason",
      r.resolved_at as "resolvedAt", r.resolved_by as "resolvedBy", r.resolution, r.created_at as "createdAt",
      s.scheme, c.caller_id as "callerId", ${callLength('c')} as "lengthSeconds",
      (select coalesce(json_agg(json_build_object('questionId', a.question_id, 'answer', a.answer,
          'rawAnswer', a.raw_answer, 'percentage', null, 'reason', a.reason, 'comment', a.comment,
          'moment', a.moment_seconds) order by q.position), '[]')
        from result_answers a join scorecard_questions q on q.account_id = a.account_id and q.question_id = a.question_id
        where a.account_id = r.account_id and a.result_id = r.result_id) as "answersJson"
    from results r
      join scorecards s on s.account_id = r.account_id and s.scorecard_id = r.scorecard_id
      join calls c on c.account_id = r.account_id and c.call_id = r.call_id
    where r.account_id = ${actor.accountId} and ${visible(actor.sight, 'c')} and ${own} and ${which}`.execute(db);
  return found.rows.map(foundResult);
}

function foundResult(row: Row): FoundResult {
  const { scheme, callerId, lengthSeconds, answersJson, ...shown } = row;
  const answers = (JSON.parse(answersJson) as ScoredAnswer[]).map((each) => ({
    ...each,
    percentage: each.answer === null ? null : (scoreOf(scheme, each.answer)?.percentage ?? null),
  }));
  return {
    shown: {
      id: shown.id,
      callId: shown.callId,
      scorecardId: shown.scorecardId,
      reviewerId: shown.reviewerId,
      state: shown.state,
      scoreTime: formatInstant(shown.scoreTime),
      percentage: shown.percentage,
      autoFailed: shown.autoFailed,
      answers,
      acknowledgedAt: formatInstant(shown.acknowledgedAt),
      disputedAt: formatInstant(shown.disputedAt),
      disputeReason: shown.disputeReason,
      resolvedAt: formatInstant(shown.resolvedAt),
      resolvedBy: shown.resolvedBy,
      resolution: shown.resolution,
      createdAt: formatInstant(shown.createdAt),
    },
    callerId,
    lengthSeconds,
    createdAt: shown.createdAt,
  };
}

/** A change that came after a result was submitted. */
export interface HistoryEntry {
  readonly at: string;
  readonly by: { readonly kind: string; readonly id: string | null };
  readonly move: string;
  /** The result as it was. */
  readonly before: ManagedResult;
}

/** As many changes as are shown of one result. */
const MAX_HISTORY = 1_000;

/** What a result was before each change after it was submitted, the newest first. */
export async function readHistory({ db }: DbDeps, actor: Actor, resultId: string): Promise<HistoryEntry[]> {
  await findResult(db, actor, resultId);
  const found = await sql<{ at: Micros; byKind: string; byId: string | null; move: string; before: string }>`
    select at, by_kind as "byKind", by_id as "byId", move, before from result_history
    where account_id = ${actor.accountId} and result_id = ${resultId}
    order by entry_id desc limit ${MAX_HISTORY}`.execute(db);
  return found.rows.map(({ at, byKind, byId, move, before }) => ({
    at: formatInstant(at),
    by: { kind: byKind, id: byId },
    move,
    before: JSON.parse(before),
  }));
}
