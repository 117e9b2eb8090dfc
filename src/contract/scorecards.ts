import Type, { type Static } from 'typebox';
import { RESULT_STATES } from '../rules/result-states.js';
import { SCHEMES } from '../rules/scoring.js';
import { closed, Id, Instant, named, nullable, optional, written, writtenOrNull } from './fields.js';
import { id } from './params.js';
import { crud, feed, get, list, listOf, v1 } from './route.js';

// Skills, scorecards and results.

const textOrNull = Type.Union([Type.String(), Type.Null()]);
const instant = (description: string) => Type.String({ format: 'date-time', description });

/** An answered question of a result in API v2 (api-v2 §4). */
export const Score = Type.Object(
  {
    reviewer: Type.String({ description: "the reviewer's e-mail address" }),
    reviewerTeam: textOrNull,
    caller: textOrNull,
    callerTeam: textOrNull,
    callId: Type.String(),
    resultId: Type.String(),
    scoreTime: instant('when the result was submitted'),
    modified: instant('stamp of the result: all its rows have the same'),
    scorecardId: Type.String(),
    scorecardName: Type.String(),
    questionId: Type.String(),
    question: Type.String(),
    skill1: textOrNull,
    skill2: textOrNull,
    skill3: textOrNull,
    scheme: Type.Enum([...SCHEMES]),
    answer: Type.Integer({ minimum: 0 }),
    rawAnswer: Type.Integer({ minimum: 0, maximum: 5 }),
    reason: textOrNull,
    comment: textOrNull,
  },
  { title: 'Score' },
);
export type Score = Static<typeof Score>;

/** A question of a scorecard in API v2 (api-v2 §4). Its id has both of the reference's spellings. */
export const ScorecardQuestion = Type.Object(
  {
    scorecardId: Type.String(),
    scorecardScheme: Type.Enum([...SCHEMES]),
    scorecardName: Type.String(),
    questionId: Type.String(),
    questionText: Type.String(),
    questionID: Type.String(),
  },
  { title: 'ScorecardQuestion' },
);
export type ScorecardQuestion = Static<typeof ScorecardQuestion>;

const bool = Type.Boolean({ description: 'true or false' });

/** A new skill. */
export const SkillInput = Type.Object({ name: written(200) }, named('SkillInput'));
/** Changes of a skill. */
export const SkillPatch = Type.Partial(Type.Object({ name: written(200), active: bool }, closed), {
  ...closed,
  title: 'SkillPatch',
});

const QuestionInput = Type.Object(
  {
    questionId: optional(Id),
    text: written(2_000),
    section: optional(writtenOrNull(200)),
    weight: optional(Type.Number({ minimum: 0, maximum: 1_000_000, description: 'a number from 0 to 1000000' })),
    skills: optional(
      Type.Array(Type.Integer({ minimum: 1, description: "a skill's number" }), {
        maxItems: 3,
        description: 'an array of up to three numbers of skills',
      }),
    ),
    autoFail: optional(bool),
    required: optional(bool),
    commentRequired: optional(Type.Enum(['never', 'always', 'low'], { description: 'never, always or low' })),
  },
  closed,
);
/** A question of a new scorecard or version. */
export type QuestionInput = Static<typeof QuestionInput>;

const scorecardFields = {
  name: written(200),
  scheme: Type.Enum([...SCHEMES], { description: 'OneToFive, OneToThree, OneTwo, YesNo or PassFail' }),
  questions: Type.Array(QuestionInput, {
    maxItems: 200,
    description:
      'an array of 1 to 200 {questionId, text, section, weight, skills, autoFail, required, commentRequired}',
  }),
};
/** A new scorecard. */
export const ScorecardInput = Type.Object({ id: optional(Id), ...scorecardFields }, named('ScorecardInput'));
/** Changes of a scorecard. */
export const ScorecardPatch = Type.Partial(Type.Object({ ...scorecardFields, active: bool }, closed), {
  ...closed,
  title: 'ScorecardPatch',
});

const note = written(5_000);
const noteOrNull = optional(writtenOrNull(5_000));

const AnswerInput = Type.Object(
  {
    questionId: Id,
    answer: nullable(
      Type.Integer({ minimum: 0 }),
      "the answer's number in the scorecard's scheme, or null if the question does not apply",
    ),
    reason: noteOrNull,
    comment: noteOrNull,
    moment: optional(
      nullable(
        Type.Number({ minimum: 0, maximum: 1_000_000 }),
        'seconds from the start of the call, up to its duration, or null',
      ),
    ),
  },
  closed,
);
/** An answer of a new or changed result. */
export type AnswerInput = Static<typeof AnswerInput>;

const answers = optional(
  Type.Array(AnswerInput, {
    maxItems: 200,
    description: 'an array of up to 200 {questionId, answer, reason, comment, moment}, one a question',
  }),
);
const state = Type.Enum(['DRAFT', 'SUBMITTED'], { description: 'DRAFT or SUBMITTED' });

/** A new result. */
export const ResultInput = Type.Object(
  {
    id: optional(Id),
    callId: Id,
    scorecardId: Id,
    state,
    answers,
    reviewerId: optional(Id),
    scoreTime: optional(Instant),
  },
  named('ResultInput'),
);
/** Changes of a result. */
export const ResultPatch = Type.Object({ state: optional(state), answers }, named('ResultPatch'));
/** The body that acknowledges a result. In a session, `acknowledgedBy` is the user; a program must name it. */
export const Acknowledgement = Type.Object({ acknowledgedBy: optional(Id) }, named('Acknowledgement'));
/** The body that disputes a result. In a session, `disputedBy` is the user; a program must name it. */
export const Dispute = Type.Object({ reason: note, disputedBy: optional(Id) }, named('Dispute'));
/** The body that resolves a dispute. In a session, `resolvedBy` is the user; a program must name it. */
export const Resolution = Type.Object({ resolution: note, resolvedBy: optional(Id) }, named('Resolution'));

const numberOrNull = Type.Union([Type.Number(), Type.Null()]);
const instantOrNull = Type.Union([instant('an instant in UTC'), Type.Null()]);

const Skill = Type.Object({ id: Type.Integer(), name: Type.String(), active: Type.Boolean() }, { title: 'Skill' });
/** A skill in /api/v1. */
export type Skill = Static<typeof Skill>;

const Question = Type.Object({
  questionId: Type.String(),
  text: Type.String(),
  section: textOrNull,
  weight: Type.Number({ minimum: 0 }),
  skills: Type.Array(Type.Integer()),
  autoFail: Type.Boolean({ description: 'whether an answer of 0 fails the whole result' }),
  required: Type.Boolean({ description: 'whether it must be answered, and may not be N/A' }),
  commentRequired: Type.Enum(['never', 'always', 'low']),
});
/** A question of a scorecard in /api/v1. */
export type Question = Static<typeof Question>;

/** A version of a scorecard in /api/v1. */
const Scorecard = Type.Object(
  {
    id: Type.String(),
    lineId: Type.String({ description: 'the same for all versions' }),
    version: Type.Integer({ minimum: 1 }),
    newestId: Type.String({ description: 'the version that can be changed' }),
    name: Type.String(),
    scheme: Type.Enum([...SCHEMES]),
    questions: Type.Array(Question),
    active: Type.Boolean({ description: 'whether it takes new results' }),
  },
  { title: 'Scorecard' },
);
export type Scorecard = Static<typeof Scorecard>;

/**
 * An answer of a result in /api/v1. `answer`, `rawAnswer` and `percentage` (whole percent) are null for N/A. `moment`
 * is in seconds from the start of the call.
 */
const Answer = Type.Object({
  questionId: Type.String(),
  answer: numberOrNull,
  rawAnswer: numberOrNull,
  percentage: numberOrNull,
  reason: textOrNull,
  comment: textOrNull,
  moment: numberOrNull,
});
export type Answer = Static<typeof Answer>;

/**
 * A reviewer's filled-in scorecard on one call, in /api/v1. The answers are in the order of the scorecard's questions.
 * `scoreTime` is when it was submitted, null for a draft. The dispute and resolution shown are the latest.
 */
const Result = Type.Object(
  {
    id: Type.String(),
    callId: Type.String(),
    scorecardId: Type.String(),
    reviewerId: Type.String(),
    state: Type.Enum([...RESULT_STATES]),
    scoreTime: instantOrNull,
    percentage: numberOrNull,
    autoFailed: Type.Boolean(),
    answers: Type.Array(Answer),
    acknowledgedAt: instantOrNull,
    disputedAt: instantOrNull,
    disputeReason: textOrNull,
    resolvedAt: instantOrNull,
    resolvedBy: textOrNull,
    resolution: textOrNull,
    createdAt: instant('when it was created'),
  },
  { title: 'Result' },
);
export type Result = Static<typeof Result>;

const ResultHistory = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        at: instant('when it was changed'),
        by: Type.Object({ kind: Type.String(), id: textOrNull }),
        move: Type.String(),
        before: Result,
      }),
    ),
  },
  { title: 'ResultHistory' },
);
/** The earlier states of a result, the newest first. */
export type ResultHistory = Static<typeof ResultHistory>;

const resultFilters = {
  callId: id,
  reviewerId: id,
  scorecardId: id,
  state: { kind: 'choice', of: RESULT_STATES },
} as const;

/** The score routes of API v2. */
export const scoreRoutesV2 = {
  scores: get(
    '/scores',
    'Scores of results that changed at or after since; limit counts results',
    feed,
    Type.Array(Score),
  ),
  scorecard: get('/scorecard/:id', 'The questions of a scorecard', {}, Type.Array(ScorecardQuestion)),
};

/** The routes of skills, scorecards and results of /api/v1. */
export const scoreRoutesV1 = {
  skills: crud('skills', 'skill', 'manager', { input: SkillInput, patch: SkillPatch, item: Skill }),
  scorecards: crud('scorecards', 'scorecard', 'manager', {
    input: ScorecardInput,
    patch: ScorecardPatch,
    item: Scorecard,
  }),
  results: {
    list: v1('GET', '/results', 'read', 'rep', 'Filled-in scorecards, the newest first, a page at a time', {
      query: { ...list, ...resultFilters },
      answer: listOf(Result),
    }),
    create: v1('POST', '/results', 'write', 'rep', 'Fill in a scorecard on a call', {
      body: ResultInput,
      status: 201,
      answer: Result,
      etag: true,
      idempotent: true,
    }),
    read: v1('GET', '/results/:id', 'read', 'rep', 'One filled-in scorecard', { answer: Result, etag: true }),
    update: v1('PATCH', '/results/:id', 'write', 'rep', 'Change or submit a draft, or amend what was submitted', {
      body: ResultPatch,
      answer: Result,
      etag: true,
    }),
    remove: v1('DELETE', '/results/:id', 'write', 'rep', 'Delete a draft; an administrator may delete any result', {
      status: 204,
    }),
    history: v1(
      'GET',
      '/results/:id/history',
      'read',
      'rep',
      'What a result was before each change, the newest first',
      {
        answer: ResultHistory,
      },
    ),
    acknowledge: v1('POST', '/results/:id/acknowledge', 'write', 'rep', "Acknowledge a result as the call's caller", {
      body: Acknowledgement,
      answer: Result,
      etag: true,
      idempotent: true,
    }),
    dispute: v1('POST', '/results/:id/dispute', 'write', 'rep', "Dispute a result as the call's caller", {
      body: Dispute,
      answer: Result,
      etag: true,
      idempotent: true,
    }),
    resolve: v1('POST', '/results/:id/resolve', 'write', 'rep', 'Resolve a dispute', {
      body: Resolution,
      answer: Result,
      etag: true,
      idempotent: true,
    }),
  },
};
