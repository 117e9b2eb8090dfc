import Type, { type Static } from 'typebox';
import { Id, Instant, line, named, optional } from './fields.js';
import { BOUNDS_TEXT } from './instant-bounds.js';
import { id } from './params.js';
import { feed, get, list, listOf, v1 } from './route.js';

/** How long a user listened to a call on one day, in API v2 (api-v2 §4). */
export const ListenEntry = Type.Object(
  {
    date: Type.String({ format: 'date', description: "day in the account's time zone" }),
    modified: Type.String({ format: 'date-time', description: 'stamp in the feed of listens' }),
    callId: Type.String(),
    listener: Type.String(),
    caller: Type.Union([Type.String(), Type.Null()]),
    timeListened: Type.Number({ description: 'seconds' }),
    id: Type.String(),
  },
  { title: 'Listen' },
);
export type ListenEntry = Static<typeof ListenEntry>;

const MAX_SPANS = 100;
/** The longest time that one heartbeat may report, in seconds: a player sends one every few seconds or minutes. */
export const MAX_PLAYED = 3_600;

const second = Type.Number({ minimum: 0, maximum: 1_000_000, description: 'seconds, a number from 0 to 1000000' });

/**
 * What a player played since its last heartbeat. `playedAt` is when the last span ended, now unless given; `startedAt`
 * when the first began: without it they are taken to have been played at normal speed.
 */
export const ListenInput = Type.Object(
  {
    callId: Id,
    session: line(100),
    spans: Type.Array(Type.Array(second, { minItems: 2, maxItems: 2, description: 'a span [from, to] in seconds' }), {
      maxItems: MAX_SPANS,
      description: `an array of up to ${MAX_SPANS} spans [from, to] in seconds, in the order in which they were played`,
    }),
    startedAt: optional(Instant),
    playedAt: optional(Instant),
    listener: optional(Id),
  },
  named('ListenInput'),
);
export type ListenInput = Static<typeof ListenInput>;

export const DATE_TEXT = `a date such as 2026-03-01, ${BOUNDS_TEXT}`;

/** How long a user listened to a call on a past day. */
export const ListenHistory = Type.Object(
  {
    callId: Id,
    listener: Id,
    date: Type.String({ maxLength: 40, description: DATE_TEXT }),
    timeListened: Type.Number({ minimum: 0, maximum: 90_000, description: 'seconds, a number from 0 to 90000' }),
  },
  named('ListenHistory'),
);
export type ListenHistory = Static<typeof ListenHistory>;

/** A listen in /api/v1. */
const Listen = Type.Object(
  {
    id: Type.String(),
    date: Type.String({ format: 'date', description: "day in the account's time zone" }),
    callId: Type.String(),
    listener: Type.String(),
    caller: Type.Union([Type.String(), Type.Null()]),
    timeListened: Type.Number({ description: 'seconds' }),
  },
  { title: 'Listen' },
);
export type Listen = Static<typeof Listen>;

/** The listen routes of API v2. */
export const v2ListenRoutes = {
  listens: get('/listens', 'Listens that changed at or after since', feed, Type.Array(ListenEntry)),
};

/** The listen routes of /api/v1. */
export const v1ListenRoutes = {
  listListens: v1('GET', '/listens', 'read', 'rep', 'Who listened to calls that the caller may see, by day', {
    query: { ...list, callId: id, listener: id },
    answer: listOf(Listen),
  }),
  createListen: v1('POST', '/listens', 'write', 'rep', 'Report what was just played of a call', {
    body: ListenInput,
    answer: Type.Object({ listens: Type.Array(Listen) }, { title: 'Listens' }),
    idempotent: true,
  }),
  importListen: v1('POST', '/listens/history', 'admin', 'admin', 'Add how long a user listened before, by day', {
    body: ListenHistory,
    status: 201,
    alsoStatus: 200,
    answer: Listen,
    idempotent: true,
  }),
};
