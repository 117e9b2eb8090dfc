import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { type Result, ResultInput, ResultPatch, type Scorecard } from '../../contract/scorecards.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import {
  findResultId,
  insertAnswers,
  insertResult,
  removeResult,
  resultExists,
  writeAnswers,
  writeScore,
} from '../../db/results.js';
import { lockScorecardShared } from '../../db/scorecards.js';
import { scoresFeed } from '../../db/scores.js';
import { AppError, invalid } from '../../errors.js';
import type { ResultMove, ResultState } from '../../rules/result-states.js';
import { type Actor, requireAdmin, requireUser } from '../actor.js';
import { recordChange } from '../audit.js';
import { holdSeenCall } from '../calls/seen-call.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { instantField } from '../instant-field.js';
import { requireUserId } from '../people/named-users.js';
import { entriesChanged } from '../restamp.js';
import { checkAnswers, countAnswered, requireComplete, resultScore } from './result-answers.js';
import { keepHistory, recordResult, requireReviewerOrManager, stateAfter } from './result-changes.js';
import { lockSeenResult, readResult, resultOf } from './result-views.js';
import { readScorecard } from './scorecards.js';

const checkInput = compileCheck(ResultInput);
const checkPatch = compileCheck(ResultPatch);

/**
 * Fills in a scorecard on a call, as a draft or submitted at once. Lock order: people, the scorecard, the call. Throws
 * `conflict` where the scorecard takes no new results or the reviewer has one of it on the call.
 */
export async function createResult({ db }: DbDeps, actor: Actor, body: unknown): Promise<Result> {
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
    // A result imported with its time of the past may be of an older version.
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
    const inserted = await insertResult(tx, actor, {
      ...own,
      ...resultScore(input.state, answers, scorecard),
      id,
      scoreTime: input.state === 'DRAFT' ? null : (scoreTime ?? 'now'),
    });
    if (!inserted) {
      // A result was committed meanwhile: the reviewer's own, or one of this id.
      await requireFirst(tx, actor, own);
      throw new AppError('conflict', `There is a result ${id} already.`, { field: 'id' });
    }
    await insertAnswers(tx, actor, id, answers);
    const after = await readResult({ db: tx }, actor, id);
    await recordChange(tx, actor, { kind: 'results', id, callId: after.callId, before: null, after });
    if (inFeed(after)) await stampEntries(tx, actor, scoresFeed, [id]);
    return after;
  });
}

/**
 * Changes or submits a draft, or amends a submitted result: its reviewer or a manager does. Throws `conflict` where the
 * state allows no such move.
 */
export async function updateResult(
  { db }: DbDeps,
  actor: Actor,
  resultId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Result> {
  return atomic(db, async (tx) => {
    const row = await lockSeenResult(tx, actor, resultId);
    const before = resultOf(row);
    const patch = checkPatch(body);
    if (before.state !== 'DRAFT') requireReviewerOrManager(actor, before, 'amend it');
    requireMatch(ifMatch, etagOf(before));
    const move = moveOf(before.state, patch.state);
    const state = stateAfter(before.state, move);
    const scorecard = await readScorecard({ db: tx }, actor, before.scorecardId);
    const answers =
      patch.answers === undefined ? before.answers : checkAnswers(patch.answers, scorecard, row.lengthSeconds);
    if (state !== 'DRAFT') requireComplete(answers, scorecard);
    const rescored = JSON.stringify(answers) !== JSON.stringify(before.answers);
    if (!rescored && move !== 'submit') return before;
    if (rescored) await writeAnswers(tx, actor, resultId, answers);
    await writeScore(tx, actor, resultId, { ...resultScore(state, answers, scorecard), submits: move === 'submit' });
    if (move === 'amend') {
      await keepHistory(tx, actor, 'amend', before);
      await entriesChanged(tx, actor, 'result', [resultId]);
    }
    const after = await recordResult(tx, actor, before);
    if (inFeed(after)) await stampEntries(tx, actor, scoresFeed, [resultId]);
    return after;
  });
}

/** Deletes a draft, or, as an administrator, any result. Throws `forbidden` to others. */
export async function deleteResult(
  { db }: DbDeps,
  actor: Actor,
  resultId: string,
  ifMatch: string | null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const before = resultOf(await lockSeenResult(tx, actor, resultId));
    if (before.state !== 'DRAFT' && !actor.rights.has('admin')) {
      throw new AppError('forbidden', 'Only an administrator can delete a submitted result.');
    }
    requireMatch(ifMatch, etagOf(before));
    await removeResult(tx, actor, resultId);
    await recordChange(tx, actor, { kind: 'results', id: resultId, callId: before.callId, before, after: null });
    await entriesChanged(tx, actor, 'result', [resultId]);
  });
}

/** The scorecard of a new result, unchanged until commit: from then on it has a result, and changes make a version. */
async function lockScorecard(tx: Tx, scope: Scope, scorecardId: string): Promise<Scorecard> {
  const scorecard = await lockScorecardShared(tx, scope, scorecardId);
  if (scorecard === null) throw invalid('scorecardId', 'names no scorecard of this account', "a scorecard's id");
  return scorecard;
}

async function requireUnusedId(tx: Tx, scope: Scope, resultId: string): Promise<void> {
  if (await resultExists(tx, scope, resultId)) {
    throw new AppError('conflict', `There is a result ${resultId} already.`, { field: 'id' });
  }
}

/** Throws `conflict` where the reviewer, or a user merged into them, has a result of the scorecard on the call. */
async function requireFirst(
  tx: Tx,
  scope: Scope,
  own: Pick<Result, 'callId' | 'scorecardId' | 'reviewerId'>,
): Promise<void> {
  const id = await findResultId(tx, scope, own);
  if (id === null) return;
  const problem = `There is a result ${id} already; a reviewer has one of a scorecard on a call, and can change it.`;
  throw new AppError('conflict', problem);
}

/** The move that a PATCH makes; `given` is its state. */
function moveOf(before: ResultState, given: 'DRAFT' | 'SUBMITTED' | undefined): ResultMove {
  if (given === 'SUBMITTED') return 'submit';
  if (before === 'DRAFT') return 'save';
  return given === 'DRAFT' ? 'reopen' : 'amend';
}

/** Whether /api/ev/2/scores has it. */
function inFeed({ state, answers }: Result): boolean {
  return state !== 'DRAFT' && countAnswered(answers) > 0;
}
