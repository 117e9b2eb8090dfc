import type { Micros } from './instants.js';
import { jsonArray, jsonInstant, jsonString } from './json.js';
import { formatZoned } from './zoned.js';

/** A coaching plan as its entry shows it. */
export interface PlanRow {
  /** A number, as text. */
  readonly planId: string;
  readonly name: string;
  readonly objective: string;
  readonly startAt: Micros;
  readonly coachId: string;
  readonly recipientId: string;
  readonly cadenceDays: number;
  readonly plannedMeetings: number;
  /** Null while the plan is open. */
  readonly completedAt: Micros | null;
  /** How many of its meetings have ended. */
  readonly completedMeetings: number;
  /** In the order that they were given. */
  readonly skills: readonly { readonly id: number; readonly name: string }[];
  readonly modified: Micros;
}

const zonedJson = (micros: Micros, timeZone: string) => `"${formatZoned(micros, timeZone)}"`;

/** The JSON of a plan, with the fields and order of api-v2 §4. Its times have the offset of `timeZone`. */
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

/** A question that a meeting asks itself, beside those of the calls it reviews. */
export interface MeetingQuestion {
  readonly question: string;
  readonly kind: 'text' | 'scored';
  readonly possibleScore: number | null;
  readonly actualScore: number | null;
  readonly reviewWeight: number;
}

/** An ended meeting as its entry shows it. */
export interface EndedMeeting {
  /** Both ids are numbers, as text. */
  readonly meetingId: string;
  readonly planId: string | null;
  readonly scheduledAt: Micros;
  readonly coachId: string;
  readonly recipientId: string;
  readonly startedAt: Micros;
  readonly endedAt: Micros;
  readonly callReviews: readonly {
    readonly callId: string;
    readonly questions: readonly { readonly question: string; readonly rawAnswer: number }[];
  }[];
  readonly questions: readonly MeetingQuestion[];
  readonly comments: string | null;
  readonly modified: Micros;
}

/**
 * The computed fields of a meeting's entry: each skill's percentage, and the score that each reviewed question can
 * reach.
 */
export interface MeetingScores {
  readonly skills: ReadonlyMap<string, number>;
  readonly possible: number;
}

/** The JSON of an ended meeting, with the fields and order of api-v2 §4. Its times have the offset of `timeZone`. */
export function meetingJson(row: EndedMeeting, scores: MeetingScores, timeZone: string): string {
  const skills = [...scores.skills].map(([skill, percent]) => `${jsonString(skill)}:${percent}`);
  const reviews = row.callReviews.map(({ callId, questions }) => {
    const answered = questions.map(({ question, rawAnswer }) =>
      questionJson(question, scores.possible, rawAnswer, null),
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
    `,"scores":{${skills.join(',')}},"callReviews":${jsonArray(reviews)},"questions":${jsonArray(questions)}` +
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

/** A KPI observation as its entry shows it. */
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

/** The JSON of an observation, with the fields and order of api-v2 §4. */
export function observationJson(row: ObservationRow): string {
  return (
    `{"observedAt":${jsonInstant(row.observedAt)},"observerId":${jsonString(row.observerId)}` +
    `,"observedId":${jsonString(row.observedId)},"kpiId":${row.kpiId},"value":${JSON.stringify(row.value)}` +
    `,"modified":${jsonInstant(row.modified)},"id":${jsonString(row.observationId)}}`
  );
}
