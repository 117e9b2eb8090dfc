import { type RawBuilder, sql } from 'kysely';
import type { CallReview } from '../rules/skill-scores.js';
import type { MeetingQuestion } from '../wire/coaching-json.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import { seesCoaching } from './coaching-visibility.js';
import type { Db, Scope, Tx } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';
import { selectReviews } from './meeting-reviews.js';
import { isUser } from './named-users.js';
import type { PlanFilters } from './plans.js';
import type { Sight } from './visibility.js';

/** The feed of meetings that have ended (api-v2 §4). Planned meetings and meetings under way are in /api/v1 only. */
export const meetingsFeed = feedTable({
  name: 'meetings',
  table: 'meetings',
  id: 'meeting_id',
  times: ['scheduled_at', 'started_at', 'ended_at'],
  where: sql`ended_at is not null`,
});

/** A coaching meeting: planned, under way or ended. */
export interface MeetingRow {
  /** Ids are numbers, as text. */
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
  /** Null while the meeting is not in the feed. */
  readonly modified: Micros | null;
}

/** A meeting that is in the feed. */
export interface EndedMeetingRow extends MeetingRow {
  readonly startedAt: Micros;
  readonly endedAt: Micros;
  readonly modified: Micros;
}

/** The values of a meeting, without the calls that it reviews. */
export type MeetingValues = Omit<MeetingRow, 'callReviews' | 'modified'>;

/** Filters of a list of meetings; null means any value. */
export interface MeetingFilters extends PlanFilters {
  readonly planId: string | null;
}

type Row = Omit<MeetingRow, 'callReviews' | 'questions'> & { readonly questionsJson: string };

/**
 * Reads the account's meetings (as `m`), with what they review. `rest` is the SQL after the joins: condition, order,
 * limit and lock.
 */
async function readMeetings(db: Db | Tx, scope: Scope, rest: RawBuilder<unknown>): Promise<MeetingRow[]> {
  const found =
    await sql<Row>`select m.meeting_id as "meetingId", m.plan_id as "planId", m.scheduled_at as "scheduledAt",
      m.coach_id as "coachId", m.recipient_id as "recipientId", m.started_at as "startedAt", m.ended_at as "endedAt",
      m.questions as "questionsJson", m.comments, m.stamp as modified
    from meetings m ${rest}`.execute(db);
  const ids = found.rows.map((row) => row.meetingId);
  const reviews = await selectReviews(db, scope, ids);
  return found.rows.map(({ questionsJson, ...meeting }) => ({
    ...meeting,
    callReviews: reviews.get(meeting.meetingId) ?? [],
    questions: JSON.parse(questionsJson),
  }));
}

const seen = (sight: Sight) => seesCoaching(sight, 'm', 'coach_id', 'recipient_id');

/** Meetings within a sight with numbers after the given one, by number; null filters match any value. */
export function selectMeetings(
  db: Db | Tx,
  scope: Scope,
  sight: Sight,
  { planId, coachId, recipientId }: MeetingFilters,
  page: { readonly after: number; readonly limit: number },
): Promise<MeetingRow[]> {
  return readMeetings(
    db,
    scope,
    sql`where m.account_id = ${scope.accountId} and m.meeting_id::bigint > ${page.after}
      ${planId === null ? sql`` : sql`and m.plan_id = ${planId}`}
      and ${isUser(scope, 'm.coach_id', coachId)} and ${isUser(scope, 'm.recipient_id', recipientId)}
      and ${seen(sight)} order by m.meeting_id::bigint limit ${page.limit}`,
  );
}

/** A page of the feed of meetings: those strictly after a position, in feed order. */
export async function meetingsAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<EndedMeetingRow[]> {
  const page = pageAfter(meetingsFeed, 'm', scope, after, limit, sql`m.ended_at is not null`);
  return (await readMeetings(db, scope, page)).filter(isEnded);
}

function isEnded(meeting: MeetingRow): meeting is EndedMeetingRow {
  return meeting.startedAt !== null && meeting.endedAt !== null && meeting.modified !== null;
}

const one = (scope: Scope, meetingId: string, sight: Sight) =>
  sql`where m.account_id = ${scope.accountId} and m.meeting_id = ${meetingId} and ${seen(sight)}`;

/** The meeting; null if there is no such meeting within the sight. */
export async function findMeeting(
  db: Db | Tx,
  scope: Scope,
  meetingId: string,
  sight: Sight,
): Promise<MeetingRow | null> {
  const [meeting] = await readMeetings(db, scope, one(scope, meetingId, sight));
  return meeting ?? null;
}

/** The meeting, locked until commit; null if there is no such meeting within the sight. */
export async function lockMeeting(tx: Tx, scope: Scope, meetingId: string, sight: Sight): Promise<MeetingRow | null> {
  const [meeting] = await readMeetings(tx, scope, sql`${one(scope, meetingId, sight)} for no key update`);
  return meeting ?? null;
}

/** A plan's meetings, in order, locked until commit for deletion. */
export function lockMeetingsOfPlan(tx: Tx, scope: Scope, planId: string): Promise<MeetingRow[]> {
  return readMeetings(
    tx,
    scope,
    sql`where m.account_id = ${scope.accountId} and m.plan_id = ${planId} order by m.meeting_id for update`,
  );
}

/** Whether a plan has meetings, including planned ones. */
export async function hasMeetings(tx: Tx, scope: Scope, planId: string): Promise<boolean> {
  const found = await sql`select 1 from meetings
    where account_id = ${scope.accountId} and plan_id = ${planId} limit 1`.execute(tx);
  return found.rows.length > 0;
}

/** Adds a meeting without reviews; false if the number is in use. */
export async function insertMeeting(tx: Tx, scope: Scope, meeting: MeetingValues): Promise<boolean> {
  const inserted = await tx
    .insertInto('meetings')
    .values({ account_id: scope.accountId, meeting_id: meeting.meetingId, ...columnsOf(meeting) })
    .onConflict((conflict) => conflict.columns(['account_id', 'meeting_id']).doNothing())
    .returning('meeting_id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Stores a meeting's new values. */
export async function writeMeeting(tx: Tx, scope: Scope, meeting: MeetingValues): Promise<void> {
  await tx
    .updateTable('meetings')
    .set(columnsOf(meeting))
    .where('account_id', '=', scope.accountId)
    .where('meeting_id', '=', meeting.meetingId)
    .execute();
}

const columnsOf = (meeting: MeetingValues) => ({
  plan_id: meeting.planId,
  scheduled_at: toTimestamp(meeting.scheduledAt),
  coach_id: meeting.coachId,
  recipient_id: meeting.recipientId,
  started_at: toTimestamp(meeting.startedAt),
  ended_at: toTimestamp(meeting.endedAt),
  questions: JSON.stringify(meeting.questions),
  comments: meeting.comments,
});

/** Deletes a meeting with its reviews. */
export async function removeMeeting(tx: Tx, scope: Scope, meetingId: string): Promise<void> {
  await tx
    .deleteFrom('meetings')
    .where('account_id', '=', scope.accountId)
    .where('meeting_id', '=', meetingId)
    .execute();
}

/** Deletes a plan's meetings with their reviews. */
export async function removeMeetingsOfPlan(tx: Tx, scope: Scope, planId: string): Promise<void> {
  await tx.deleteFrom('meetings').where('account_id', '=', scope.accountId).where('plan_id', '=', planId).execute();
}

/**
 * Queries of the ids of the entries that show any of some skills or results, a meeting itself, or the account's time
 * zone (in the offset of times).
 */
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
