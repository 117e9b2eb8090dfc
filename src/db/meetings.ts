import { type RawBuilder, sql } from 'kysely';
import type { CallReview, ReviewedQuestion } from '../rules/skill-scores.js';
import type { MeetingQuestion } from '../wire/coaching-json.js';
import type { Micros } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';

/** Those that have ended: planned ones, and ones under way, are in /api/v1 only. */
export const meetingsFeed = feedTable({
  name: 'meetings',
  table: 'meetings',
  id: 'meeting_id',
  times: ['scheduled_at', 'started_at', 'ended_at'],
  where: sql`ended_at is not null`,
});

/** A coaching meeting: planned, under way or ended. */
export interface MeetingRow {
  /** Numbers, as text. */
  readonly meetingId: string;
  readonly planId: string | null;
  readonly scheduledAt: Micros;
  readonly coachId: string;
  readonly recipientId: string;
  readonly startedAt: Micros | null;
  readonly endedAt: Micros | null;
  readonly callReviews: readonly CallReview[];
  readonly questions: readonly MeetingQuestion[];
  readonly comments: string | null;
  /** Null where it is in no feed. */
  readonly modified: Micros | null;
}

/** A meeting that is in the feed. */
export interface EndedMeetingRow extends MeetingRow {
  readonly startedAt: Micros;
  readonly endedAt: Micros;
  readonly modified: Micros;
}

type Row = Omit<MeetingRow, 'callReviews' | 'questions'> & { readonly questionsJson: string };

/** The account's meetings (as `m`) that a condition, an order and a limit leave, with what they review. */
export async function selectMeetings(db: Db | Tx, scope: Scope, which: RawBuilder<unknown>): Promise<MeetingRow[]> {
  const found =
    await sql<Row>`select m.meeting_id as "meetingId", m.plan_id as "planId", m.scheduled_at as "scheduledAt",
      m.coach_id as "coachId", m.recipient_id as "recipientId", m.started_at as "startedAt", m.ended_at as "endedAt",
      m.questions as "questionsJson", m.comments, m.stamp as modified
    from meetings m ${which}`.execute(db);
  const ids = found.rows.map((row) => row.meetingId);
  const reviews = await readReviews(db, scope, ids);
  return found.rows.map(({ questionsJson, ...meeting }) => ({
    ...meeting,
    callReviews: reviews.get(meeting.meetingId) ?? [],
    questions: JSON.parse(questionsJson),
  }));
}

/** A page of the feed of meetings: those strictly after a position, in feed order. */
export async function meetingsAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<EndedMeetingRow[]> {
  const page = pageAfter(meetingsFeed, 'm', scope, after, limit, sql`m.ended_at is not null`);
  return (await selectMeetings(db, scope, page)) as EndedMeetingRow[];
}

type ReviewRow = { readonly meetingId: string; readonly callId: string } & (ReviewedQuestion | { resultId: null });

/** The calls that meetings review, with the questions as they are answered now. */
async function readReviews(
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

/** The ids of the entries that show any of some skills or results, or the account itself: the offset of its zone. */
export const meetingsShowing = {
  skill: (scope: Scope, ids: readonly string[]) =>
    sql`select p.meeting_id as id from scorecard_questions q
      join meeting_review_questions p on p.account_id = q.account_id and p.question_id = q.question_id
      where q.account_id = ${scope.accountId} and array[q.skill1_id, q.skill2_id, q.skill3_id] && ${ids}::text[]`,
  result: (scope: Scope, ids: readonly string[]) =>
    sql`select meeting_id as id from meeting_review_questions
      where account_id = ${scope.accountId} and result_id = any(${ids})`,
  meeting: (scope: Scope, ids: readonly string[]) =>
    sql`select meeting_id as id from meetings where account_id = ${scope.accountId} and meeting_id = any(${ids})`,
  account: (scope: Scope) => sql`select meeting_id as id from meetings where account_id = ${scope.accountId}`,
};
