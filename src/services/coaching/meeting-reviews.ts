import { sql } from 'kysely';
import type { CallReviewInput, MeetingQuestionInput } from '../../contract/coaching.js';
import type { Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { meetingsFeed } from '../../db/meetings.js';
import { STAMP_BATCH } from '../../db/stamps.js';
import { visible } from '../../db/visibility.js';
import { invalid } from '../../errors.js';
import type { MeetingQuestion } from '../../wire/coaching-json.js';
import type { Actor } from '../actor.js';
import { entriesChanged } from '../restamp.js';

/** A call that a meeting reviews, with the answered scorecard questions that are shown of it. */
export interface PickedReview {
  readonly callId: string;
  readonly questions: readonly { readonly resultId: string; readonly questionId: string }[];
}

/**
 * What reviews show: of each call, the questions that were picked, in that order; else those with a skill of the plan;
 * else, without a plan or with one without skills, all. They are taken from the call's submitted results, or from those
 * that were picked. What is answered and by which result is fixed here; how it is answered is shown as it is by then.
 * Keeps the calls from being erased meanwhile, and so comes before any plan or meeting is locked.
 */
export async function pickReviews(
  tx: Tx,
  actor: Actor,
  given: readonly CallReviewInput[],
  planSkills: readonly number[],
): Promise<PickedReview[]> {
  const callIds = given.map(({ callId }) => callId);
  await requireCalls(tx, actor, callIds);
  const answers = await submittedAnswers(tx, actor, callIds);
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

async function requireCalls(tx: Tx, actor: Actor, callIds: readonly string[]): Promise<void> {
  const found = await sql<{ id: string }>`select c.call_id as id from calls c where c.account_id = ${actor.accountId}
    and c.call_id = any(${callIds}) and ${visible(actor.sight, 'c')} order by c.call_id for key share of c`.execute(tx);
  const seen = new Set(found.rows.map(({ id }) => id));
  for (const [index, callId] of callIds.entries()) {
    if (seen.has(callId)) continue;
    throw invalid(`callReviews[${index}].callId`, 'names no call that there is', "a call's id");
  }
}

interface SubmittedAnswer {
  readonly callId: string;
  readonly resultId: string;
  readonly questionId: string;
  /** Numbers of skills. */
  readonly skills: readonly number[];
}

async function submittedAnswers(tx: Tx, scope: Scope, callIds: readonly string[]): Promise<SubmittedAnswer[]> {
  const found = await sql<Omit<SubmittedAnswer, 'skills'> & { readonly skills: string[] }>`
    select r.call_id as "callId", r.result_id as "resultId", a.question_id as "questionId",
      array_remove(array[q.skill1_id, q.skill2_id, q.skill3_id]::text[], null) as skills
    from results r
      join result_answers a on a.account_id = r.account_id and a.result_id = r.result_id and a.raw_answer is not null
      join scorecard_questions q on q.account_id = a.account_id and q.question_id = a.question_id
    where r.account_id = ${scope.accountId} and r.call_id = any(${callIds}) and r.in_feed
    order by r.score_time, r.result_id, q.position`.execute(tx);
  return found.rows.map((row) => ({ ...row, skills: row.skills.map(Number) }));
}

/** Refuses a call that is reviewed twice. */
export function checkReviews(given: readonly CallReviewInput[]): void {
  const seen = new Set<string>();
  for (const [index, { callId }] of given.entries()) {
    if (seen.has(callId)) throw invalid(`callReviews[${index}].callId`, 'is given twice', 'each call once');
    seen.add(callId);
  }
}

/** Checks a review's own questions: a text question has no scores, and no score is above what is possible. */
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

/** Puts reviews in the place of those that a meeting had. */
export async function writeReviews(
  tx: Tx,
  scope: Scope,
  meetingId: string,
  reviews: readonly PickedReview[],
): Promise<void> {
  await sql`delete from meeting_reviews
    where account_id = ${scope.accountId} and meeting_id = ${meetingId}`.execute(tx);
  const callIds = reviews.map(({ callId }) => callId);
  await sql`insert into meeting_reviews (account_id, meeting_id, position, call_id)
    select ${scope.accountId}, ${meetingId}, ordinality - 1, call_id
    from unnest(${callIds}::text[]) with ordinality as given (call_id, ordinality)`.execute(tx);
  const picks = reviews.flatMap(({ callId, questions }) => questions.map((question) => ({ callId, ...question })));
  const column = (name: 'callId' | 'resultId' | 'questionId') => picks.map((pick) => pick[name]);
  await sql`insert into meeting_review_questions (account_id, meeting_id, call_id, position, result_id, question_id)
    select ${scope.accountId}, ${meetingId}, call_id, ordinality - 1, result_id, question_id
    from unnest(${column('callId')}::text[], ${column('resultId')}::text[], ${column('questionId')}::text[])
      with ordinality as given (call_id, result_id, question_id, ordinality)`.execute(tx);
}

/**
 * Locks the meetings that review a call which is about to be erased, before the call goes: whoever changes one of them
 * has locked it before its reviews. Answers their ids.
 */
export async function lockMeetingsReviewing(tx: Tx, scope: Scope, callId: string): Promise<string[]> {
  const found = await sql<{ id: string }>`select meeting_id as id from meetings
    where account_id = ${scope.accountId} and meeting_id in (select meeting_id from meeting_reviews
      where account_id = ${scope.accountId} and call_id = ${callId})
    order by meeting_id for no key update`.execute(tx);
  if (found.rows.length > 0) await forgetReviewsAnswered(tx, scope, callId);
  return found.rows.map(({ id }) => id);
}

/** Stamps the meetings that a call was reviewed in, called last: the first of them at once, more of them in the background. */
export async function reviewsErased(tx: Tx, scope: Scope, meetingIds: readonly string[]): Promise<void> {
  await entriesChanged(tx, scope, 'meeting', meetingIds.slice(STAMP_BATCH));
  await stampEntries(tx, scope, meetingsFeed, meetingIds.slice(0, STAMP_BATCH));
}

/** What requests about a meeting were answered shows scores of its calls: of those that review this one, the id stays. */
async function forgetReviewsAnswered(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await sql`update idempotency_keys set answer = json_build_object('id', answer->'id'), etag = null
    where account_id = ${scope.accountId}
      and (answer->'callReviews')::jsonb @> jsonb_build_array(jsonb_build_object('callId', ${callId}::text))`.execute(
    tx,
  );
}
