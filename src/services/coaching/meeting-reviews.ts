import type { CallReviewInput, MeetingQuestionInput } from '../../contract/coaching.js';
import type { Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { eraseAnsweredReviews } from '../../db/idempotency-keys.js';
import {
  eraseAuditedReviews,
  holdSeenCalls,
  lockMeetingsReviewing,
  type PickedReview,
  selectSubmittedAnswers,
} from '../../db/meeting-reviews.js';
import { meetingsFeed } from '../../db/meetings.js';
import { STAMP_BATCH } from '../../db/stamps.js';
import { invalid } from '../../errors.js';
import type { MeetingQuestion } from '../../wire/coaching-json.js';
import type { Actor } from '../actor.js';
import { entriesChanged } from '../restamp.js';

/**
 * Picks what reviews show of each call: the questions that are named, in that order; else those with a skill of the
 * plan; else, without a plan or with one without skills, all. They are questions of the call's submitted results, or of
 * the results that are named. The pick fixes which result answers a question; the answer is read when the meeting is
 * shown. Throws invalid for a call that is not seen, and for a result or a question that is none of the call's.
 *
 * Keeps the calls from being erased until commit. Lock order: calls, plans, meetings.
 */
export async function pickReviews(
  tx: Tx,
  actor: Actor,
  given: readonly CallReviewInput[],
  planSkills: readonly number[],
): Promise<PickedReview[]> {
  const callIds = given.map(({ callId }) => callId);
  const seen = await holdSeenCalls(tx, actor, callIds);
  const unseen = callIds.findIndex((callId) => !seen.has(callId));
  if (unseen !== -1) throw invalid(`callReviews[${unseen}].callId`, 'names no call of this account', "a call's id");
  const answers = await selectSubmittedAnswers(tx, actor, callIds);
  return given.map(({ callId, resultIds, questionIds }, index) => {
    const field = `callReviews[${index}]`;
    const ofCall = answers.filter((answer) => answer.callId === callId);
    for (const [at, id] of (resultIds ?? []).entries()) {
      if (ofCall.some(({ resultId }) => resultId === id)) continue;
      throw invalid(`${field}.resultIds[${at}]`, 'names no submitted result of this call', "such a result's id");
    }
    const ofResults = ofCall.filter(({ resultId }) => resultIds?.includes(resultId) ?? true);
    for (const [at, id] of (questionIds ?? []).entries()) {
      if (ofResults.some(({ questionId }) => questionId === id)) continue;
      const problem = 'names no question that a submitted result of this call answers';
      throw invalid(`${field}.questionIds[${at}]`, problem, "such a question's id");
    }
    const picked = questionIds
      ? [...new Set(questionIds)].flatMap((id) => ofResults.filter(({ questionId }) => questionId === id))
      : ofResults.filter(({ skills }) => planSkills.length === 0 || skills.some((id) => planSkills.includes(id)));
    return { callId, questions: picked.map(({ resultId, questionId }) => ({ resultId, questionId })) };
  });
}

/** Throws invalid for a call that is reviewed twice. */
export function checkReviews(given: readonly CallReviewInput[]): void {
  const seen = new Set<string>();
  for (const [index, { callId }] of given.entries()) {
    if (seen.has(callId)) throw invalid(`callReviews[${index}].callId`, 'is given twice', 'each call once');
    seen.add(callId);
  }
}

/** Checks a meeting's own questions: a text question has no scores, and no score is above the possible one. */
export function checkQuestions(given: readonly MeetingQuestionInput[]): MeetingQuestion[] {
  return given.map((sent, index) => {
    const { question, kind, possibleScore = null, actualScore = null, reviewWeight = 0 } = sent;
    const refuse = (field: string, problem: string, allowed: string) =>
      invalid(`questions[${index}].${field}`, problem, allowed);
    if (kind === 'text') {
      if (possibleScore !== null) throw refuse('possibleScore', 'is given for a text question', 'null');
      if (actualScore !== null) throw refuse('actualScore', 'is given for a text question', 'null');
      if (reviewWeight !== 0) throw refuse('reviewWeight', 'is given for a text question', '0');
    } else if (possibleScore === null) {
      throw refuse('possibleScore', 'is missing', 'a whole number from 1 to 1000');
    } else if (actualScore !== null && actualScore > possibleScore) {
      throw refuse('actualScore', `${actualScore} is above what is possible`, `a number from 0 to ${possibleScore}`);
    }
    return { question, kind, possibleScore, actualScore, reviewWeight };
  });
}

/**
 * Erases what stored answers and the audit show of a call's reviews, for a call that is about to be erased: its rows in
 * meetings go with it. The meetings that review it are locked first, so that no change of theirs writes more of it.
 * Returns their ids, for `restampMeetings`.
 */
export async function eraseReviewsOfCall(tx: Tx, scope: Scope, callId: string): Promise<string[]> {
  const meetingIds = await lockMeetingsReviewing(tx, scope, callId);
  if (meetingIds.length > 0) await eraseAnsweredReviews(tx, scope, callId);
  await eraseAuditedReviews(tx, scope, callId);
  return meetingIds;
}

/**
 * Stamps the meetings that an erased call was reviewed in: a batch at once, the others in the background. Called last:
 * it takes the account's stamp lock.
 */
export async function restampMeetings(tx: Tx, scope: Scope, meetingIds: readonly string[]): Promise<void> {
  await entriesChanged(tx, scope, 'meeting', meetingIds.slice(STAMP_BATCH));
  await stampEntries(tx, scope, meetingsFeed, meetingIds.slice(0, STAMP_BATCH));
}
