import type { Micros } from './instants.js';
import { jsonArray, jsonInstant, jsonString } from './json.js';
import { formatZoned } from './zoned.js';

/** A coaching plan, as its entry shows it. */
export interface PlanRow {
  /** A number, as text. */
  readonly planId: string;
  readonly name: string;
  readonly objective: string;
  readonly startAt: Micros;
  readonly coachId: string;
  readonly recipientId: string;
  readonly plannedMeetings: number;
  readonly completedMeetings: number;
  readonly skills: readonly { readonly id: number; readonly name: string }[];
  readonly modified: Micros;
}

const zonedJson = (micros: Micros, timeZone: string) => `"${formatZoned(micros, timeZone)}"`;

export function planJson(row: PlanRow, missedMeetings: number, timeZone: string): string {
  return (
    `{"planId":${row.planId},"name":${jsonString(row.name)},"objective":${jsonString(row.objective)}` +
    `,"startDate":${zonedJson(row.startAt, timeZone)},"coachId":${jsonString(row.coachId)}` +
    `,"recipientId":${jsonString(row.recipientId)},"plannedMeetings":${row.plannedMeetings}` +
    `,"completedMeetings":${row.completedMeetings},"estimatedMissedMeetings":${missedMeetings}` +
    `,"skill":${jsonArray(row.skills.map(({ id, name }) => `{"skillId":${id},"skillName":${jsonString(name)}}`))}` +
    `,"modified":${zonedJson(row.modified, timeZone)}}`
  );
}

/** An answered scorecard question of a reviewed call. */
export interface ReviewedQuestion {
  readonly resultId: string;
  readonly questionId: string;
  readonly question: string;
  /** 0 to 5. */
  readonly rawAnswer: number;
  /** The names of the skills that it is about. */
  readonly skills: readonly string[];
}

export interface CallReview {
  readonly callId: string;
  readonly questions: readonly ReviewedQuestion[];
}

/** A question of the review itself. */
export interface MeetingQuestion {
  readonly question: string;
  readonly kind: 'text' | 'scored';
  readonly possibleScore: number | null;
  readonly actualScore: number | null;
  readonly reviewWeight: number;
}

/** A coaching meeting. */
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
export interface EndedMeeting extends MeetingRow {
  readonly startedAt: Micros;
  readonly endedAt: Micros;
  readonly modified: Micros;
}

/** What every scorecard question can score, whatever its scheme. */
export const POSSIBLE_SCORE = 5;

/**
 * Per skill, in the order of their first questions: the mean of actual ÷ possible over all questions with that skill, in
 * whole percent, truncated. In whole numbers throughout, so that 3 of 5 is 60 and never 59.
 */
export function skillScores(reviews: readonly CallReview[]): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { rawAnswer, skills } of reviews.flatMap((review) => review.questions)) {
    for (const skill of new Set(skills)) {
      const { sum, count } = sums.get(skill) ?? { sum: 0, count: 0 };
      sums.set(skill, { sum: sum + rawAnswer, count: count + 1 });
    }
  }
  const percent = (sum: number, count: number) => Math.floor((sum * 100) / (count * POSSIBLE_SCORE));
  return new Map([...sums].map(([skill, { sum, count }]) => [skill, percent(sum, count)]));
}

export function meetingJson(row: EndedMeeting, timeZone: string): string {
  const scores = [...skillScores(row.callReviews)].map(([skill, percent]) => `${jsonString(skill)}:${percent}`);
  const reviews = row.callReviews.map(({ callId, questions }) => {
    const answered = questions.map(({ question, rawAnswer }) =>
      questionJson(question, POSSIBLE_SCORE, rawAnswer, null),
    );
    return `{"callId":${jsonString(callId)},"questions":${jsonArray(answered)}}`;
  });
  const questions = row.questions.map(({ question, possibleScore, actualScore, reviewWeight }) =>
    questionJson(question, possibleScore, actualScore, reviewWeight),
  );
  return (
    `{"meetingId":${row.meetingId},"planId":${row.planId},"dateTime":${zonedJson(row.scheduledAt, timeZone)}` +
    `,"coachId":${jsonString(row.coachId)},"recipientId":${jsonString(row.recipientId)}` +
    `,"startTime":${zonedJson(row.startedAt, timeZone)},"endTime":${zonedJson(row.endedAt, timeZone)}` +
    `,"scores":{${scores.join(',')}},"callReviews":${jsonArray(reviews)},"questions":${jsonArray(questions)}` +
    `,"comments":${jsonString(row.comments)},"modified":${zonedJson(row.modified, timeZone)}}`
  );
}

function questionJson(
  question: string,
  possibleScore: number | null,
  actualScore: number | null,
  reviewWeight: number | null,
): string {
  return JSON.stringify({ question, possibleScore, actualScore, reviewWeight });
}

/** A KPI observation, as its entry shows it. */
export interface ObservationRow {
  readonly observationId: string;
  readonly observedAt: Micros;
  readonly observerId: string;
  readonly observedId: string;
  /** A number, as text. */
  readonly kpiId: string;
  readonly value: number;
  readonly modified: Micros;
}

export function observationJson(row: ObservationRow): string {
  return (
    `{"observedAt":${jsonInstant(row.observedAt)},"observerId":${jsonString(row.observerId)}` +
    `,"observedId":${jsonString(row.observedId)},"kpiId":${row.kpiId},"value":${JSON.stringify(row.value)}` +
    `,"modified":${jsonInstant(row.modified)},"id":${jsonString(row.observationId)}}`
  );
}
