import Type, { type Static } from 'typebox';
import { cursor, flag, ids, type QueryParam } from './params.js';
import { list, listOf, v1 } from './route.js';
import { callsInOldForm } from './v1-answers.js';
import { Call } from './v2.js';

const optionalInstant = { kind: 'instant', required: false } as const;
const share = { kind: 'number', min: 0, max: 1 } as const;
const percent = { kind: 'number', min: 0, max: 100 } as const;
const seconds = { kind: 'number', min: 0, max: 1_000_000 } as const;

/** What calls can be sorted by. A minus sorts the other way: the newest, longest, highest first. */
export const CALL_SORTS = [
  'date',
  '-date',
  'duration',
  '-duration',
  'talkRatio',
  '-talkRatio',
  'score',
  '-score',
  'comments',
  '-comments',
  '-relevance',
] as const;

/** The filters of the call library; a call must pass all that are given. `metadata.<field>` can be given too. */
export const callFilters = {
  q: { kind: 'search' },
  callId: ids,
  callerId: ids,
  teamId: ids,
  teams_below: flag,
  from: optionalInstant,
  to: optionalInstant,
  direction: { kind: 'choice', of: ['INBOUND', 'OUTBOUND', 'SCREENSHARE'] },
  state: { kind: 'choice', of: ['PENDING', 'TRANSCRIBING', 'ANALYZING', 'COMPLETE', 'ERROR'] },
  topicId: ids,
  minTalkRatio: share,
  maxTalkRatio: share,
  minScore: percent,
  maxScore: percent,
  hasComments: { kind: 'choice', of: ['true', 'false'] },
  minDuration: seconds,
  maxDuration: seconds,
} as const satisfies Record<string, QueryParam>;

const nullableText = Type.Union([Type.String(), Type.Null()]);

/** A piece of a transcript with matches of a search. */
const CallMatch = Type.Object({
  startTime: Type.Number({ description: 'seconds: where the first word found begins' }),
  endTime: Type.Number({ description: 'seconds: where the last word found ends' }),
  speakerNumber: Type.Integer({ minimum: 0 }),
  speakerType: Type.Enum(['INTERNAL', 'EXTERNAL', 'UNKNOWN']),
  text: Type.String(),
  ranges: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]), {
    description: 'the matches in the text: [from, to) in UTF-16 units',
  }),
});

/** A call in the library: v2's fields without transcript and crmMatches, and more fields for lists. */
export const ListedCall = Type.Object(
  {
    ...Type.Omit(Call, ['transcript', 'crmMatches']).properties,
    externalId: nullableText,
    callerName: nullableText,
    teamId: nullableText,
    comments: Type.Integer({ minimum: 0, description: 'how many comments there are on the call, replies too' }),
    results: Type.Integer({ minimum: 0, description: 'how many scorecards have been submitted for the call' }),
    score: Type.Union([Type.Integer({ minimum: 0, maximum: 100 }), Type.Null()], {
      description: 'the mean percentage of its submitted scorecards, as a whole number; null without one',
    }),
    matches: Type.Optional(Type.Array(CallMatch, { maxItems: 5 })),
  },
  { title: 'ListedCall', additionalProperties: false },
);

/** The keys of a cursor: the sort, the last call's value or '' if it has none, its time and id. */
const ORDER_KEYS = [
  ['string', 'number', 'number', 'string'],
  ['string', 'string', 'number', 'string'],
] as const;
const PLACE_KEYS = ['number', 'string'] as const;
/**
 * The keys of a search's cursor: the first and last call of a stretch of calls ranked together, and the place in it up
 * to which calls have been shown.
 */
const FOUND_KEYS = [...PLACE_KEYS, ...PLACE_KEYS, 'number', 'string', ...PLACE_KEYS] as const;

const order = {
  sort: {
    kind: 'choice',
    of: CALL_SORTS,
    description:
      'The order: -date unless given, with q -relevance. A minus means the newest, longest or highest first.',
  },
} as const;

const CallCount = Type.Object(
  {
    count: Type.Integer({ minimum: 0, maximum: 10_000, description: 'how many calls were counted' }),
    isExact: Type.Boolean({ description: 'false if there are more, or could not be counted in time' }),
  },
  { title: 'CallCount' },
);

const MetadataField = Type.Object(
  {
    field: Type.String({ description: 'as in metadata.<field>' }),
    values: Type.Array(Type.String(), { maxItems: 20, description: 'its values, the most frequent first' }),
  },
  { title: 'MetadataField' },
);
export type MetadataField = Static<typeof MetadataField>;

/** The routes of the call library. */
export const libraryRoutes = {
  listCalls: {
    ...v1('GET', '/calls', 'read', 'rep', 'Calls, the newest first, or the best for a search, a page at a time', {
      query: { ...list, cursor: { ...cursor, keys: [...ORDER_KEYS, FOUND_KEYS] }, ...order, ...callFilters },
      answer: Type.Object(
        {
          ...listOf(ListedCall).properties,
          searchedTo: Type.Optional(
            Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
              description:
                'with q: calls since then have been searched; null if all have, or in an order by something else',
            }),
          ),
          callsInOldForm: Type.Optional(callsInOldForm),
        },
        { title: 'ListedCallList' },
      ),
    }),
    metadataQuery: 'any',
  },
  countCalls: {
    ...v1('GET', '/call_count', 'read', 'rep', 'How many calls the filters find, up to 10,000', {
      query: callFilters,
      answer: CallCount,
    }),
    metadataQuery: 'any',
  },
  exportCalls: {
    ...v1('GET', '/calls.csv', 'read', 'rep', 'All calls that the filters find, as a table', {
      query: { ...order, ...callFilters },
      answerType: 'text/csv',
    }),
    metadataQuery: 'any',
  },
  metadataFields: v1('GET', '/metadata_fields', 'read', 'rep', 'The metadata fields of the newest 1,000 calls', {
    answer: Type.Object({ items: Type.Array(MetadataField) }, { title: 'MetadataFields' }),
  }),
} as const;
