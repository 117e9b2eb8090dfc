import Type, { type Static } from 'typebox';
import { named, nullable, optional } from './fields.js';
import { flag } from './params.js';
import { list, listOf, type RouteContract, v1 } from './route.js';

// What waits for a person: the inbox, and the stream of events that says when to read again.

/** The kinds of items in an inbox. */
export const INBOX_KINDS = ['mention', 'share', 'clip', 'result', 'dispute', 'meeting', 'failure'] as const;
export type InboxKind = (typeof INBOX_KINDS)[number];

/** How many days an item is in the inbox. */
export const INBOX_DAYS = 90;
/** Items of a kind beyond this number are not counted. */
export const MAX_COUNTED = 1_000;

const InboxItem = Type.Object(
  {
    id: Type.String({ description: 'the id of the item in the inbox' }),
    kind: Type.Enum([...INBOX_KINDS], {
      description:
        'a comment that mentions the person; a call or a clip shared with them; a result to acknowledge; a disputed result to resolve; a meeting of today; a call whose processing failed',
    }),
    thingId: Type.String({
      description: 'the id of the comment, share, clip, result or meeting; of the call for a failure',
    }),
    callId: nullable(
      Type.String(),
      "the call's id; null for a meeting, and for a clip, whose call the person may not see",
    ),
    at: Type.String({ format: 'date-time', description: 'when it came about; for a meeting, when it is planned' }),
    by: nullable(
      Type.Object({ id: Type.String(), name: Type.String() }),
      'who wrote, shared, scored or disputed it, or whom the meeting is with; null for a failure',
    ),
    text: nullable(
      Type.String(),
      'what it says, without markup, up to 300 characters, or the title of a clip; null if it says nothing',
    ),
    startTime: nullable(Type.Number(), 'seconds: the moment of the call that a comment is at; null for others'),
    read: Type.Boolean(),
  },
  { title: 'InboxItem' },
);
export type InboxItem = Static<typeof InboxItem>;

const unreadNumber = Type.Integer({ minimum: 0 });
const InboxCounts = Type.Object(
  {
    unread: Type.Integer({ minimum: 0, description: `unread items of all kinds, each counted to ${MAX_COUNTED}` }),
    byKind: Type.Object(
      Object.fromEntries(INBOX_KINDS.map((kind) => [kind, unreadNumber])) as Record<InboxKind, typeof unreadNumber>,
    ),
  },
  { title: 'InboxCounts' },
);
export type InboxCounts = Static<typeof InboxCounts>;

/** Marks items as read or unread. */
export const InboxPatch = Type.Object(
  {
    read: Type.Boolean({ description: 'true or false' }),
    ids: optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 220 }), {
        minItems: 1,
        maxItems: 200,
        description: 'an array of 1 to 200 ids of items; all items unless given',
      }),
    ),
  },
  named('InboxPatch'),
);

const people = <R extends RouteContract>(route: R) => ({ ...route, audience: 'people' }) as const;

/** The media type of a stream of events. */
export const EVENT_STREAM = 'text/event-stream';

/** The routes of a person's own inbox and events. */
export const inboxRoutes = {
  listInbox: people(
    v1('GET', '/inbox', 'read', 'rep', "What waits for the session's user, the newest first", {
      query: {
        ...list,
        kind: { kind: 'choice', of: INBOX_KINDS },
        unread: { ...flag, description: 'Whether only unread items are listed.' },
      },
      answer: listOf(InboxItem),
    }),
  ),
  countInbox: people(
    v1('GET', '/inbox/counts', 'read', 'rep', 'How many unread items the inbox has', { answer: InboxCounts }),
  ),
  markInbox: people(
    v1('PATCH', '/inbox', 'read', 'rep', 'Mark items of the inbox, or all of it, as read or unread', {
      body: InboxPatch,
      answer: InboxCounts,
    }),
  ),
  events: people(
    v1('GET', '/events', 'read', 'rep', 'What to read again, told as it changes: server-sent events', {
      answerType: EVENT_STREAM,
    }),
  ),
};
