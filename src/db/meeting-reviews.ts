import { sql } from 'kysely';
import type { CallReview, ReviewedQuestion } from '../rules/skill-scores.js';
import type { Db, Scope, Tx } from './database.js';
import { type Sight, visible } from './visibility.js';

/** A call that a meeting reviews, and the questions shown for it, each with the result that answers it. */
export interface PickedReview {
  readonly callId: string;
  readonly questions: readonly { readonly resultId: string; readonly questionId: string }[];
}

type ReviewRow = { readonly meetingId: string; readonly callId: string } & (ReviewedQuestion | { resultId: null });

/** The calls that meetings review, in order, with the current answers to their questions, by meeting id. */
export async function selectReviews(
  db: Db | Tx,
  scope: Scope,
  meetingIds: readonly string[],
): Promise<ReadonlyMap<string, readonly CallReview[]>> {
  const meetings = new Map<string, (CallReview & { readonly questions: ReviewedQuestion[] })[]>();
  if (meetingIds.length === 0) return meetings;
  const found = await sql<ReviewRow>`
    select v.meeting_id as "meetingId", v.call_id as "callId", a.result_id as "resultId", a.question_id as "questionId",
      q.question_text as question, a.raw_answer as "rawAnswer",
      array_remove(array[k1.name, k2.name, k3.name], null) as skills
    from meeting_reviews v
      left join (meeting_review_questions p
        join results r on r.account_id = p.account_id and r.result_id = p.result_id and r.in_feed
        join result_answers a on a.account_id = p.account_id and a.result_id = p.result_id
          and a.question_id = p.question_id and a.raw_answer is not null
        join scorecard_questions q on q.account_id = p.account_id and q.question_id = p.question_id)
        on p.account_id = v.account_id and p.meeting_id = v.meeting_id and p.call_id = v.call_id
      left join skills k1 on k1.account_id = q.account_id and k1.skill_id = q.skill1_id
      left join skills k2 on k2.account_id = q.account_id and k2.skill_id = q.skill2_id
      left join skills k3 on k3.account_id = q.account_id and k3.skill_id = q.skill3_id
    where v.account_id = ${scope.accountId} and v.meeting_id = any(${meetingIds})
    order by v.meeting_id, v.position, p.position`.execute(db);
  for (const { meetingId, callId, ...answered } of found.rows) {
    const reviews = meetings.get(meetingId) ?? [];
    meetings.set(meetingId, reviews);
    let review = reviews.at(-1);
    if (review?.callId !== callId) {
      review = { callId, questions: [] };
      reviews.push(review);
    }
    if (answered.resultId !== null) review.questions.push(answered);
  }
  return meetings;
}

/** Stores the calls that a meeting reviews, in this order, replacing the earlier ones. */
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

/** Which of these calls exist and are visible to the viewer. They cannot be erased before commit. */
export async function holdSeenCalls(
  tx: Tx,
  viewer: Scope & { readonly sight: Sight },
  callIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await sql<{ id: string }>`select c.call_id as id from calls c where c.account_id = ${viewer.accountId}
    and c.call_id = any(${callIds}) and ${visible(viewer.sight, 'c')} order by c.call_id for key share of c`.execute(
    tx,
  );
  return new Set(found.rows.map(({ id }) => id));
}

/** An answered question of a submitted result. */
export interface SubmittedAnswer {
  readonly callId: string;
  readonly resultId: string;
  readonly questionId: string;
  /** Ids of skills. */
  readonly skills: readonly number[];
}

/** The answers of calls' submitted results, by the time of the result and then in the order of the scorecard. */
export async function selectSubmittedAnswers(
  tx: Tx,
  scope: Scope,
  callIds: readonly string[],
): Promise<SubmittedAnswer[]> {
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

/** The ids of the meetings that review a call, in order, locked until commit. */
export async function lockMeetingsReviewing(tx: Tx, scope: Scope, callId: string): Promise<string[]> {
  const found = await sql<{ id: string }>`select meeting_id as id from meetings
    where account_id = ${scope.accountId} and meeting_id in (select meeting_id from meeting_reviews
      where account_id = ${scope.accountId} and call_id = ${callId})
    order by meeting_id for no key update`.execute(tx);
  return found.rows.map(({ id }) => id);
}

/**
 * Erases a call's reviews from what the audit shows of meetings. The meetings' scores are erased too, because they
 * combine all reviewed calls. Rows are locked in order, so that two erasures cannot deadlock.
 */
export async function eraseAuditedReviews(tx: Tx, scope: Scope, callId: string): Promise<void> {
  const without = (side: 'before' | 'after') => {
    const meeting = sql`${sql.ref(`audit.${side}`)}::jsonb`;
    const others = sql`jsonb_path_query_array(${meeting}, '$.callReviews[*] ? (@.callId != $erased)',
      jsonb_build_object('erased', ${callId}::text))`;
    return sql`(${meeting} - 'scores' || jsonb_build_object('callReviews', ${others}))::json`;
  };
  await sql`with showing as materialized (select audit_id from audit where account_id = ${scope.accountId}
      and kind = 'meetings' and audited_calls(before, after) @> jsonb_build_array(${callId}::text)
      order by audit_id for update)
    update audit set before = ${without('before')}, after = ${without('after')}
    from showing where audit.account_id = ${scope.accountId} and audit.audit_id = showing.audit_id`.execute(tx);
}
