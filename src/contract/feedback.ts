import Type, { type Static } from 'typebox';
import { Id, Instant, NullableId, named, nullable, optional } from './fields.js';
import { id } from './params.js';
import { feed, get, list, listOf, v1 } from './route.js';

/** A comment or highlight in API v2 (api-v2 §4). */
export const FeedbackEntry = Type.Object(
  {
    feedbackAt: Type.String({ format: 'date-time', description: 'when it was given' }),
    modified: Type.String({ format: 'date-time', description: 'stamp in the feed of feedback' }),
    callId: Type.String(),
    feedbackBy: Type.String(),
    isComment: Type.Boolean(),
    isHighlight: Type.Boolean(),
    text: Type.Union([Type.String({ description: 'HTML' }), Type.Null()]),
    startTime: Type.Number({ description: 'seconds' }),
    endTime: Type.Union([Type.Number({ description: 'seconds; of a highlight' }), Type.Null()]),
    id: Type.String(),
  },
  { title: 'Feedback' },
);
export type FeedbackEntry = Static<typeof FeedbackEntry>;

const MAX_TEXT_LENGTH = 20_000;
const MAX_MENTIONS = 50;
const SECONDS_TEXT = 'seconds, a number from 0 to 1000000';
const seconds = Type.Number({ minimum: 0, maximum: 1_000_000, description: SECONDS_TEXT });

const content = {
  text: optional(
    nullable(
      Type.String({ maxLength: MAX_TEXT_LENGTH }),
      `HTML or plain text of up to ${MAX_TEXT_LENGTH} characters, or null`,
    ),
  ),
  startTime: optional(seconds),
  endTime: optional(nullable(seconds, `${SECONDS_TEXT}, or null`)),
  mentions: optional(
    Type.Array(Id, { maxItems: MAX_MENTIONS, description: `an array of up to ${MAX_MENTIONS} users' ids` }),
  ),
};

/** A new comment, or highlight if it has an `endTime`. A reply is at its thread's time unless it gives its own. */
export const FeedbackInput = Type.Object(
  {
    callId: Id,
    ...content,
    replyTo: optional(NullableId),
    id: optional(Id),
    feedbackBy: optional(Id),
    feedbackAt: optional(Instant),
  },
  named('FeedbackInput'),
);
export type FeedbackInput = Static<typeof FeedbackInput>;

/** Changes of a comment or highlight. */
export const FeedbackPatch = Type.Object(content, named('FeedbackPatch'));
export type FeedbackPatch = Static<typeof FeedbackPatch>;

/** A comment or highlight in /api/v1. */
const Feedback = Type.Object(
  {
    id: Type.String(),
    callId: Type.String(),
    feedbackBy: Type.String(),
    feedbackAt: Type.String({ format: 'date-time', description: 'when it was given' }),
    isComment: Type.Boolean(),
    isHighlight: Type.Boolean(),
    text: Type.Union([Type.String({ description: 'HTML' }), Type.Null()]),
    startTime: Type.Number({ description: 'seconds' }),
    endTime: Type.Union([Type.Number({ description: 'seconds; of a highlight' }), Type.Null()]),
    replyTo: Type.Union([Type.String({ description: 'the comment that begins the thread' }), Type.Null()]),
    mentions: Type.Array(Type.String({ description: "a user's id" })),
    deleted: Type.Boolean({ description: 'true for a deleted comment that still has replies' }),
  },
  { title: 'Feedback' },
);
export type Feedback = Static<typeof Feedback>;

const FEEDBACK_KINDS = ['comment', 'highlight'] as const;

/** The feedback routes of API v2. */
export const v2FeedbackRoutes = {
  feedback: get(
    '/feedback',
    'Comments and highlights given or changed at or after since',
    feed,
    Type.Array(FeedbackEntry),
  ),
};

/** The feedback routes of /api/v1. */
export const v1FeedbackRoutes = {
  listFeedback: v1(
    'GET',
    '/feedback',
    'read',
    'rep',
    'Comments and highlights of calls that the caller may see, the oldest first',
    {
      query: { ...list, callId: id, feedbackBy: id, kind: { kind: 'choice', of: FEEDBACK_KINDS } },
      answer: listOf(Feedback),
    },
  ),
  createFeedback: v1('POST', '/feedback', 'write', 'rep', 'Comment on a moment of a call, or highlight a range', {
    body: FeedbackInput,
    status: 201,
    answer: Feedback,
    etag: true,
    idempotent: true,
  }),
  readFeedback: v1('GET', '/feedback/:id', 'read', 'rep', 'One comment or highlight', {
    answer: Feedback,
    etag: true,
  }),
  updateFeedback: v1('PATCH', '/feedback/:id', 'write', 'rep', "Change one's own comment or highlight", {
    body: FeedbackPatch,
    answer: Feedback,
    etag: true,
  }),
  deleteFeedback: v1('DELETE', '/feedback/:id', 'write', 'rep', 'Delete a comment or highlight; replies to it stay', {
    status: 204,
  }),
};
