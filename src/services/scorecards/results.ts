import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { compileCheck } from '../../contract/check.js';
import { Acknowledgement, Dispute, Resolution, ResultInput, ResultPatch } from '../../contract/scorecards.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { idsOf } from '../../db/named-users.js';
import { scoresFeed } from '../../db/scores.js';
import { AppError, invalid } from '../../errors.js';
import { nextState, type ResultMove, type ResultState, refusalOf } from '../../rules/result-states.js';
import { type Micros, toTimestamp } from '../../wire/instants.js';
import { type Actor, requireAdmin, requireUser, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import { holdSeenCall } from '../calls/seen-call.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { instantField } from '../instant-field.js';
import { requireUserId, usersNamed } from '../people/named-users.js';
import { entriesChanged } from '../restamp.js';
import { checkAnswers, overallOf, requireComplete, type ScoredAnswer } from './result-answers.js';
import { type FoundResult, findResult, type ManagedResult } from './result-views.js';
import { type ManagedScorecard, readScorecard } from './scorecards.js';

const checkInput = compileCheck(ResultInput);
const checkPatch = compileCheck(ResultPatch);
const checkAcknowledgement = compileCheck(Acknowledgement);
const checkDispute = compileCheck(Dispute);
const checkResolution = compileCheck(Resolution);

/** Fills in a scorecard on a call, as a draft or to submit it at once. */
export async function createResult({ db }: DbDeps, actor: Actor, body: unknown): Promise<ManagedResult> {
  const input = checkInput(body);
  const scoreTime = input.scoreTime === undefined ? null : instantField('scoreTime', input.scoreTime);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  if (scoreTime !== null) requireAdmin(actor, 'scoreTime');
  if (scoreTime !== null && input.state === 'DRAFT') {
    throw invalid('scoreTime', 'is given with a draft, which has none yet', 'nothing, or a state of SUBMITTED');
  }
  const reviewer = requireUser(actor, 'reviewerId', input.reviewerId);
  return atomic(db, async (tx) => {
    const reviewerId = await requireUserId(tx, actor, 'reviewerId', reviewer);
    const scorecard = await lockScorecard(tx, actor, input.scorecardId);
    // What is brought in of the past may be on a scorecard of the past.
    if (!scorecard.active && scoreTime === null) {
      const newest = scorecard.newestId === scorecard.id ? '' : ` Its newest version is ${scorecard.newestId}.`;
      const problem = `The scorecard ${scorecard.id} is not active, and takes no new results.${newest}`;
      throw new AppError('conflict', problem, { field: 'scorecardId' });
    }
    const { lengthSeconds } = await holdSeenCall(tx, actor, input.callId);
    const answers = checkAnswers(input.answers ?? [], scorecard, lengthSeconds);
    if (input.state === 'SUBMITTED') requireComplete(answers, scorecard);
    const id = input.id ?? randomUUID();
    if (input.id !== undefined) await requireUnusedId(tx, actor, input.id);
    const own = { callId: input.callId, scorecardId: scorecard.id, reviewerId };
    await requireFirst(tx, actor, own);
    const { percentage, autoFailed } = overallOf(answers, scorecard);
    const inserted = await sql`insert into results
        (account_id, result_id, scorecard_id, call_id, reviewer_id, state, score_time, answered, percentage, auto_failed)
      values (${actor.accountId}, ${id}, ${scorecard.id}, ${input.callId}, ${reviewerId}, ${input.state},
        ${scoreTimeOf(input.state, scoreTime)}, ${countAnswered(answers)}, ${percentage}, ${autoFailed})
      on conflict do nothing returning 1`.execute(tx);
    if (inserted.rows.length === 0) {
      // Another has come at the same time: the reviewer's own, or one of this id.
      await requireFirst(tx, actor, own);
      throw new AppError('conflict', `There is a result ${id} already.`, { field: 'id' });
    }
    await insertAnswers(tx, actor, id, answers);
    const { shown } = await findResult(tx, actor, id);
    await recordChange(tx, actor, { kind: 'results', id, callId: shown.callId, before: null, after: shown });
    if (inFeed(shown)) await stampEntries(tx, actor, scoresFeed, [id]);
    return shown;
  });
}

/** Changes a draft, submits it, or amends what was submitted. */
export async function updateResult(
  { db }: DbDeps,
  actor: Actor,
  resultId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedResult> {
  return atomic(db, async (tx) => {
    const found = await lockResult(tx, actor, resultId);
    const before = found.shown;
    const patch = checkPatch(body);
    if (before.state !== 'DRAFT') requireReviewerOrManager(actor, before, 'amends');
    requireMatch(ifMatch, etagOf(before));
    const move = moveOf(before.state, patch.state);
    const state = stateAfter(before.state, move);
    const scorecard = await readScorecard({ db: tx }, actor, before.scorecardId);
    const answers =
      patch.answers === undefined ? before.answers : checkAnswers(patch.answers, scorecard, found.lengthSeconds);
    if (state !== 'DRAFT') requireComplete(answers, scorecard);
    const rescored = JSON.stringify(answers) !== JSON.stringify(before.answers);
    if (!rescored && move !== 'submit') return before;
    const { percentage, autoFailed } = overallOf(answers, scorecard);
    const scoreTime = move === 'submit' ? sql`clock_timestamp()` : sql`score_time`;
    if (rescored) {
      await sql`delete from result_answers
        where account_id = ${actor.accountId} and result_id = ${resultId}`.execute(tx);
      await insertAnswers(tx, actor, resultId, answers);
    }
    await sql`update results set state = ${state}, score_time = ${scoreTime}, answered = ${countAnswered(answers)},
        percentage = ${percentage}, auto_failed = ${autoFailed},
        acknowledged_at = case when ${state} = 'ACKNOWLEDGED' then acknowledged_at end
      where account_id = ${actor.accountId} and result_id = ${resultId}`.execute(tx);
    if (move === 'amend') {
      await keepHistory(tx, actor, 'amend', before);
      await entriesChanged(tx, actor, 'result', [resultId]);
    }
    const after = await changed(tx, actor, before);
    if (inFeed(after)) await stampEntries(tx, actor, scoresFeed, [resultId]);
    return after;
  });
}

/** The rep has seen the result. */
export async function acknowledgeResult(
  { db }: DbDeps,
  actor: Actor,
  resultId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedResult> {
  return atomic(db, async (tx) => {
    const found = await lockResult(tx, actor, resultId);
    const { acknowledgedBy } = checkAcknowledgement(body);
    await requireCaller(tx, actor, found, 'acknowledgedBy', acknowledgedBy, 'acknowledges');
    return moveResult(tx, actor, found.shown, ifMatch, 'acknowledge', sql`acknowledged_at = clock_timestamp()`);
  });
}

/** The rep does not agree with the result. */
export async function disputeResult(
  { db }: DbDeps,
  actor: Actor,
  resultId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedResult> {
  return atomic(db, async (tx) => {
    const found = await lockResult(tx, actor, resultId);
    const { reason, disputedBy } = checkDispute(body);
    await requireCaller(tx, actor, found, 'disputedBy', disputedBy, 'disputes');
    const set = sql`disputed_at = clock_timestamp(), dispute_reason = ${reason}`;
    return moveResult(tx, actor, found.shown, ifMatch, 'dispute', set);
  });
}

/** Ends a dispute: the result stands as submitted again, with the resolution. */
export async function resolveResult(
  { db }: DbDeps,
  actor: Actor,
  resultId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedResult> {
  return atomic(db, async (tx) => {
    const { shown: before } = await lockResult(tx, actor, resultId);
    const { resolution, resolvedBy: given } = checkResolution(body);
    const resolvedBy = await requireUserId(tx, actor, 'resolvedBy', requireUser(actor, 'resolvedBy', given));
    requireReviewerOrManager(actor, before, 'resolves a dispute of');
    const set = sql`resolved_at = clock_timestamp(), resolved_by = ${resolvedBy}, resolution = ${resolution}`;
    return moveResult(tx, actor, before, ifMatch, 'resolve', set);
  });
}

export async function deleteResult(
  { db }: DbDeps,
  actor: Actor,
  resultId: string,
  ifMatch: string | null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const { shown: before } = await lockResult(tx, actor, resultId);
    if (before.state !== 'DRAFT' && !actor.rights.has('admin')) {
      throw new AppError('forbidden', 'Only an administrator deletes a result that was submitted.');
    }
    requireMatch(ifMatch, etagOf(before));
    await sql`delete from results where account_id = ${actor.accountId} and result_id = ${resultId}`.execute(tx);
    await recordChange(tx, actor, { kind: 'results', id: resultId, callId: before.callId, before, after: null });
    await entriesChanged(tx, actor, 'result', [resultId]);
  });
}

/** A result that this one sees, locked until commit. */
async function lockResult(tx: Tx, actor: Actor, resultId: string): Promise<FoundResult> {
  await sql`select 1 from results
    where account_id = ${actor.accountId} and result_id = ${resultId} for no key update`.execute(tx);
  return findResult(tx, actor, resultId);
}

/** The scorecard of a new result, as it is until commit: with a result, it is not edited in place any more. */
async function lockScorecard(tx: Tx, scope: Scope, scorecardId: string): Promise<ManagedScorecard> {
  const found = await sql`select 1 from scorecards
    where account_id = ${scope.accountId} and scorecard_id = ${scorecardId} for share`.execute(tx);
  if (found.rows.length === 0) {
    throw invalid('scorecardId', 'names no scorecard of this account', "a scorecard's id");
  }
  return readScorecard({ db: tx }, scope, scorecardId);
}

async function requireUnusedId(tx: Tx, scope: Scope, resultId: string): Promise<void> {
  const found = await sql`select 1 from results
    where account_id = ${scope.accountId} and result_id = ${resultId}`.execute(tx);
  if (found.rows.length > 0) throw new AppError('conflict', `There is a result ${resultId} already.`, { field: 'id' });
}

/** Refuses what stands in the way of a new result: its reviewer's own, also as a user who was merged into them. */
async function requireFirst(
  tx: Tx,
  scope: Scope,
  { callId, scorecardId, reviewerId }: Pick<ManagedResult, 'callId' | 'scorecardId' | 'reviewerId'>,
): Promise<void> {
  const found = await sql<{ id: string }>`select result_id as id from results where account_id = ${scope.accountId}
    and call_id = ${callId} and scorecard_id = ${scorecardId} and reviewer_id in ${idsOf(scope, reviewerId)}`.execute(
    tx,
  );
  const other = found.rows[0];
  if (!other) return;
  const problem = `There is a result ${other.id} already; a reviewer has one of a scorecard on a call, and can change it.`;
  throw new AppError('conflict', problem);
}

/** The move that a PATCH makes. */
function moveOf(before: ResultState, given: 'DRAFT' | 'SUBMITTED' | undefined): ResultMove {
  if (given === 'SUBMITTED') return 'submit';
  if (before === 'DRAFT') return 'save';
  return given === 'DRAFT' ? 'reopen' : 'amend';
}

function stateAfter(before: ResultState, move: ResultMove): ResultState {
  const after = nextState(before, move);
  if (after === null) throw new AppError('conflict', refusalOf(before, move));
  return after;
}

/** Of those who see a result, its reviewer, managers and administrators; a program acts for whom it says. */
function requireReviewerOrManager(actor: Actor, { reviewerId }: ManagedResult, does: string): void {
  const user = userOf(actor);
  if (user === null || user.id === reviewerId || user.role !== 'rep') return;
  throw new AppError('forbidden', `Only its reviewer, a manager who sees the call, or an administrator ${does} it.`);
}

async function requireCaller(
  tx: Tx,
  actor: Actor,
  { callerId }: FoundResult,
  field: string,
  given: string | undefined,
  does: string,
): Promise<void> {
  const userId = requireUser(actor, field, given);
  const named = callerId === null ? new Map() : await usersNamed(tx, actor, [userId, callerId]);
  // Either may have been merged.
  if (callerId !== null && named.get(userId)?.id === named.get(callerId)!.id) return;
  if (given !== undefined) throw invalid(field, "is not the call's caller", "the id of the call's caller");
  throw new AppError('forbidden', `Only the call's caller ${does} it.`);
}

function scoreTimeOf(state: string, given: Micros | null) {
  if (state === 'DRAFT') return sql`null`;
  return given === null ? sql`clock_timestamp()` : sql`${toTimestamp(given)}::timestamptz`;
}

function countAnswered(answers: readonly ScoredAnswer[]): number {
  return answers.filter(({ answer }) => answer !== null).length;
}

function inFeed({ state, answers }: ManagedResult): boolean {
  return state !== 'DRAFT' && countAnswered(answers) > 0;
}

async function insertAnswers(tx: Tx, scope: Scope, resultId: string, answers: readonly ScoredAnswer[]): Promise<void> {
  if (answers.length === 0) return;
  const rows = answers.map(
    ({ questionId, answer, rawAnswer, reason, comment, moment }) =>
      sql`(${sql.join([scope.accountId, resultId, questionId, answer, rawAnswer, reason, comment, moment])})`,
  );
  await sql`insert into result_answers
      (account_id, result_id, question_id, answer, raw_answer, reason, comment, moment_seconds)
    values ${sql.join(rows)}`.execute(tx);
}

/** Keeps what a result was before a change. */
async function keepHistory(tx: Tx, actor: Actor, move: ResultMove, before: ManagedResult): Promise<void> {
  const byId = actor.by.kind === 'command' ? null : actor.by.id;
  await sql`insert into result_history (account_id, result_id, by_kind, by_id, move, before)
    values (${actor.accountId}, ${before.id}, ${actor.by.kind}, ${byId}, ${move}, ${JSON.stringify(before)})`.execute(
    tx,
  );
}

/** Moves a submitted result on, with the columns that the move sets. */
async function moveResult(
  tx: Tx,
  actor: Actor,
  before: ManagedResult,
  ifMatch: string | null,
  move: ResultMove,
  set: RawBuilder<unknown>,
): Promise<ManagedResult> {
  requireMatch(ifMatch, etagOf(before));
  await sql`update results set state = ${stateAfter(before.state, move)}, ${set}
    where account_id = ${actor.accountId} and result_id = ${before.id}`.execute(tx);
  await keepHistory(tx, actor, move, before);
  return changed(tx, actor, before);
}

async function changed(tx: Tx, actor: Actor, before: ManagedResult): Promise<ManagedResult> {
  const { shown: after } = await findResult(tx, actor, before.id);
  await recordChange(tx, actor, { kind: 'results', id: before.id, callId: before.callId, before, after });
  return after;
}
