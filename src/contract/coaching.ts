import Type, { type Static } from 'typebox';
import { closed, Id, INSTANT_TEXT, Instant, named, nullable, optional, written, writtenOrNull } from './fields.js';
import { id } from './params.js';
import { crud, feed, get, list, listOf, v1 } from './route.js';

// Coaching: plans, meetings and KPIs.

const textOrNull = Type.Union([Type.String(), Type.Null()]);
const numberOrNull = Type.Union([Type.Number(), Type.Null()]);
const zoned = (description: string) =>
  Type.String({ format: 'date-time', description: `${description}, with the offset of the account's time zone` });
const utc = (description: string) => Type.String({ format: 'date-time', description });
const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY'] as const;

/** A coaching plan in API v2 (api-v2 §4). */
export const PlanEntry = Type.Object(
  {
    planId: Type.Integer(),
    name: Type.String(),
    objective: Type.String(),
    startDate: zoned('when the plan starts'),
    coachId: Type.String(),
    recipientId: Type.String(),
    plannedMeetings: Type.Integer({ minimum: 0 }),
    completedMeetings: Type.Integer({ minimum: 0, description: 'meetings of the plan that have ended' }),
    estimatedMissedMeetings: Type.Integer({
      minimum: 0,
      description:
        'planned meetings that were due by now, or by the completion of the plan, less the completed ones: one is due every cadenceDays after the start',
    }),
    skill: Type.Array(Type.Object({ skillId: Type.Integer(), skillName: Type.String() })),
    modified: zoned('stamp'),
  },
  { title: 'Plan' },
);

const ReviewQuestion = Type.Object({
  question: Type.String(),
  possibleScore: numberOrNull,
  actualScore: numberOrNull,
  reviewWeight: numberOrNull,
});

/** A coaching meeting in API v2 (api-v2 §4). */
export const MeetingEntry = Type.Object(
  {
    meetingId: Type.Integer(),
    planId: Type.Union([Type.Integer(), Type.Null()]),
    dateTime: zoned('when the meeting is scheduled'),
    coachId: Type.String(),
    recipientId: Type.String(),
    startTime: zoned('when it started'),
    endTime: zoned('when it ended'),
    scores: Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 100 }), {
      description:
        "by skill: the mean of the reviewed calls' scorecard questions with that skill, in whole percent, truncated",
    }),
    callReviews: Type.Array(Type.Object({ callId: Type.String(), questions: Type.Array(ReviewQuestion) })),
    questions: Type.Array(ReviewQuestion),
    comments: textOrNull,
    modified: zoned('stamp'),
  },
  { title: 'Meeting' },
);

/** A KPI observation in API v2 (api-v2 §4). */
export const ObservationEntry = Type.Object(
  {
    observedAt: utc('when the value was observed'),
    observerId: Type.String(),
    observedId: Type.String(),
    kpiId: Type.Integer(),
    value: Type.Number(),
    modified: utc('stamp'),
    id: Type.String(),
  },
  { title: 'KpiObservation' },
);

/** A KPI definition in API v2 (api-v2 §4). */
export const KpiEntry = Type.Object(
  {
    kpiId: Type.Integer(),
    description: Type.String(),
    frequency: Type.Enum([...FREQUENCIES]),
    target: Type.Number(),
  },
  { title: 'Kpi' },
);

const MAX_NUMBER = 999_999_999_999_999;
const numberOf = (noun: string) => Type.Integer({ minimum: 1, maximum: MAX_NUMBER, description: `a ${noun}'s number` });
const newNumber = (noun: string) => ({ id: optional(numberOf(noun)) });
const instantOrNull = nullable(Instant, `${INSTANT_TEXT}, or null`);

const planFields = {
  name: written(200),
  objective: written(2_000),
  coachId: Id,
  recipientId: Id,
  startDate: Instant,
  cadenceDays: Type.Integer({
    minimum: 1,
    maximum: 366,
    description: 'days from one meeting to the next, a whole number from 1 to 366 (7 is weekly)',
  }),
  plannedMeetings: Type.Integer({ minimum: 0, maximum: 1_000, description: 'a whole number from 0 to 1000' }),
  skills: optional(
    Type.Array(numberOf('skill'), { maxItems: 50, description: 'an array of up to 50 numbers of skills' }),
  ),
  completedAt: optional(instantOrNull),
};
/** A new plan. */
export const PlanInput = Type.Object({ ...newNumber('plan'), ...planFields }, named('PlanInput'));
export type PlanInput = Static<typeof PlanInput>;
/** Changes of a plan. */
export const PlanPatch = Type.Partial(Type.Object(planFields, closed), named('PlanPatch'));
export type PlanPatch = Static<typeof PlanPatch>;

const idsOf = (noun: string, max: number) =>
  optional(Type.Array(Id, { maxItems: max, description: `an array of up to ${max} ids of ${noun}` }));

const CallReview = Type.Object(
  { callId: Id, resultIds: idsOf('results', 50), questionIds: idsOf('questions', 200) },
  closed,
);
/** A call reviewed in a meeting. */
export type CallReviewInput = Static<typeof CallReview>;

const MAX_SCORE = 1_000;
const Question = Type.Object(
  {
    question: written(2_000),
    kind: Type.Enum(['text', 'scored'], { description: 'text or scored' }),
    possibleScore: optional(
      nullable(
        Type.Integer({ minimum: 1, maximum: MAX_SCORE }),
        `a whole number from 1 to ${MAX_SCORE}; null for a text question`,
      ),
    ),
    actualScore: optional(
      nullable(
        Type.Number({ minimum: 0, maximum: MAX_SCORE }),
        'a number from 0 to the possibleScore, or null where it is not scored',
      ),
    ),
    reviewWeight: optional(
      Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'a whole number from 0 to 1000000' }),
    ),
  },
  closed,
);
/** A question of a meeting's own review. */
export type MeetingQuestionInput = Static<typeof Question>;

const meetingFields = {
  planId: optional(nullable(numberOf('plan'), "a plan's number, or null")),
  coachId: optional(Id),
  recipientId: optional(Id),
  startTime: optional(instantOrNull),
  endTime: optional(instantOrNull),
  callReviews: optional(
    Type.Array(CallReview, { maxItems: 50, description: 'an array of up to 50 {callId, resultIds, questionIds}' }),
  ),
  questions: optional(
    Type.Array(Question, {
      maxItems: 100,
      description: 'an array of up to 100 {question, kind, possibleScore, actualScore, reviewWeight}',
    }),
  ),
  comments: optional(writtenOrNull(20_000)),
};
/** A new meeting. */
export const MeetingInput = Type.Object(
  { ...newNumber('meeting'), dateTime: Instant, ...meetingFields },
  named('MeetingInput'),
);
export type MeetingInput = Static<typeof MeetingInput>;
/** Changes of a meeting. */
export const MeetingPatch = Type.Object({ dateTime: optional(Instant), ...meetingFields }, named('MeetingPatch'));
export type MeetingPatch = Static<typeof MeetingPatch>;
/**
 * The body that starts or ends a meeting. It is empty: the meeting starts or ends now. A change of the meeting sets
 * other times.
 */
export const MeetingMove = Type.Object({}, named('MeetingMove'));

const amount = Type.Number({
  minimum: -1e12,
  maximum: 1e12,
  description: 'a number from -1000000000000 to 1000000000000',
});
const kpiFields = {
  description: written(2_000),
  frequency: Type.Enum([...FREQUENCIES], { description: 'DAILY, WEEKLY, MONTHLY or QUARTERLY' }),
  target: amount,
};
/** A new KPI. */
export const KpiInput = Type.Object({ ...newNumber('KPI'), ...kpiFields }, named('KpiInput'));
/** Changes of a KPI. */
export const KpiPatch = Type.Partial(Type.Object(kpiFields, closed), named('KpiPatch'));

const observationFields = {
  observedAt: Instant,
  observerId: optional(Id),
  observedId: Id,
  kpiId: numberOf('KPI'),
  value: amount,
};
/** A new KPI observation. */
export const ObservationInput = Type.Object({ id: optional(Id), ...observationFields }, named('ObservationInput'));
/** Changes of a KPI observation. */
export const ObservationPatch = Type.Partial(Type.Object(observationFields, closed), {
  ...closed,
  title: 'ObservationPatch',
});

const utcOrNull = (description: string) => Type.Union([utc(description), Type.Null()]);

const Plan = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    objective: Type.String(),
    coachId: Type.String(),
    recipientId: Type.String(),
    startDate: utc('when the plan starts'),
    cadenceDays: Type.Integer({ minimum: 1 }),
    plannedMeetings: Type.Integer({ minimum: 0 }),
    skills: Type.Array(Type.Integer()),
    completedAt: utcOrNull('when it was completed; null while it is open'),
    completedMeetings: Type.Integer({ minimum: 0 }),
    estimatedMissedMeetings: Type.Integer({ minimum: 0, description: 'as of now' }),
  },
  { title: 'Plan' },
);
/** A coaching plan in /api/v1. */
export type Plan = Static<typeof Plan>;

const Meeting = Type.Object(
  {
    id: Type.Integer(),
    planId: Type.Union([Type.Integer(), Type.Null()]),
    dateTime: utc('when the meeting is scheduled'),
    coachId: Type.String(),
    recipientId: Type.String(),
    startTime: utcOrNull('when it started'),
    endTime: utcOrNull('when it ended'),
    scores: Type.Record(Type.String(), Type.Integer(), { description: 'whole percent, by skill' }),
    callReviews: Type.Array(
      Type.Object({
        callId: Type.String(),
        questions: Type.Array(
          Type.Object({
            resultId: Type.String(),
            questionId: Type.String(),
            question: Type.String(),
            possibleScore: Type.Number(),
            actualScore: Type.Number(),
            reviewWeight: Type.Null(),
          }),
        ),
      }),
    ),
    questions: Type.Array(
      Type.Object({
        question: Type.String(),
        kind: Type.Enum(['text', 'scored']),
        possibleScore: numberOrNull,
        actualScore: numberOrNull,
        reviewWeight: Type.Number(),
      }),
    ),
    comments: textOrNull,
  },
  { title: 'Meeting' },
);
/** A coaching meeting in /api/v1. */
export type Meeting = Static<typeof Meeting>;

const Kpi = Type.Object(
  { id: Type.Integer(), description: Type.String(), frequency: Type.Enum([...FREQUENCIES]), target: Type.Number() },
  { title: 'Kpi' },
);
/** A KPI in /api/v1. */
export type Kpi = Static<typeof Kpi>;

const Observation = Type.Object(
  {
    id: Type.String(),
    observedAt: utc('when the value was observed'),
    observerId: Type.String(),
    observedId: Type.String(),
    kpiId: Type.Integer(),
    value: Type.Number(),
  },
  { title: 'Observation' },
);
/** A KPI observation in /api/v1. */
export type Observation = Static<typeof Observation>;

const counted = (description: string) => Type.Integer({ minimum: 0, description });
const ImportedObservations = Type.Object(
  {
    accepted: counted('accepted lines: created, changed and unchanged'),
    created: counted('observations created'),
    changed: counted('observations whose value changed'),
    unchanged: counted('observations that were the same already'),
    refusedLines: counted('lines that were refused'),
    refused: Type.Array(
      Type.Object({
        line: Type.Integer({ minimum: 1, description: 'the header is line 1' }),
        column: textOrNull,
        problem: Type.String(),
        allowed: Type.String(),
      }),
      { description: 'the first refused lines' },
    ),
  },
  { title: 'ImportedObservations' },
);
/** What an import of observations has done. */
export type ImportedObservations = Static<typeof ImportedObservations>;

/** The coaching routes of API v2. */
export const coachingRoutesV2 = {
  plans: get('/plans', 'Coaching plans that changed at or after since', feed, Type.Array(PlanEntry)),
  meetings: get(
    '/meetings',
    'Coaching meetings that have ended, and changed at or after since',
    feed,
    Type.Array(MeetingEntry),
  ),
  kpis: get('/kpis', 'KPI observations that changed at or after since', feed, Type.Array(ObservationEntry)),
  kpi: get('/kpi/:id', 'One KPI definition', {}, KpiEntry),
};

/** Which number comes first in a date with slashes. */
const DATE_ORDERS = ['MDY', 'DMY'] as const;
const DATES_TEXT =
  'Which comes first in dates with slashes: the month (MDY) or the day (DMY). Without it, such dates are refused.';

/** The coaching routes of /api/v1. */
export const coachingRoutesV1 = {
  plans: {
    ...crud('plans', 'coaching plan', 'manager', { input: PlanInput, patch: PlanPatch, item: Plan }),
    list: v1('GET', '/plans', 'read', 'rep', 'Coaching plans that the caller may see, by number, a page at a time', {
      query: { ...list, coachId: id, recipientId: id },
      answer: listOf(Plan),
    }),
    remove: v1('DELETE', '/plans/:id', 'write', 'manager', 'Delete a plan without held meetings', {
      status: 204,
    }),
  },
  meetings: {
    ...crud('meetings', 'coaching meeting', 'rep', {
      input: MeetingInput,
      patch: MeetingPatch,
      item: Meeting,
    }),
    list: v1(
      'GET',
      '/meetings',
      'read',
      'rep',
      'Coaching meetings that the caller may see, by number, a page at a time',
      {
        query: { ...list, planId: id, coachId: id, recipientId: id },
        answer: listOf(Meeting),
      },
    ),
    remove: v1(
      'DELETE',
      '/meetings/:id',
      'write',
      'rep',
      'Cancel a meeting that has not started; an administrator may delete any meeting',
      { status: 204 },
    ),
    start: v1('POST', '/meetings/:id/start', 'write', 'rep', 'Start a meeting', {
      body: MeetingMove,
      answer: Meeting,
      etag: true,
      idempotent: true,
    }),
    end: v1('POST', '/meetings/:id/end', 'write', 'rep', 'End a meeting that has started', {
      body: MeetingMove,
      answer: Meeting,
      etag: true,
      idempotent: true,
    }),
  },
  kpis: {
    ...crud('kpis', 'KPI', 'manager', { input: KpiInput, patch: KpiPatch, item: Kpi }),
    list: v1('GET', '/kpis', 'read', 'rep', 'KPI definitions, by number, a page at a time', {
      query: list,
      answer: listOf(Kpi),
    }),
    remove: v1('DELETE', '/kpis/:id', 'write', 'manager', 'Delete a KPI without observations', { status: 204 }),
  },
  observations: {
    ...crud('observations', 'KPI observation', 'manager', {
      input: ObservationInput,
      patch: ObservationPatch,
      item: Observation,
    }),
    list: v1(
      'GET',
      '/observations',
      'read',
      'rep',
      'KPI observations that the caller may see, by time, a page at a time',
      {
        query: { ...list, kpiId: id, observedId: id },
        answer: listOf(Observation),
      },
    ),
    remove: v1('DELETE', '/observations/:id', 'write', 'manager', 'Delete a KPI observation', { status: 204 }),
    import: v1('POST', '/observations/import', 'write', 'manager', 'Import KPI observations from CSV', {
      bodyType: 'text/csv',
      query: { dates: { kind: 'choice', of: DATE_ORDERS, description: DATES_TEXT } },
      answer: ImportedObservations,
    }),
  },
};
