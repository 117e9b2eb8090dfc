import Type from 'typebox';
import { cursor, flag, ids, type QueryParam } from './params.js';
import { list, listOf, v1 } from './route.js';
import { callsInOldForm } from './v1-answers.js';
import { Call } from './v2.js';

const optionalInstant = { kind: 'instant', required: false } as const;
const share = { kind: 'number', min: 0, max: 1 } as const;
const percent = { kind: 'number', min: 0, max: 100 } as const;
const seconds = { kind: 'number', min: 0, max: 1_000_000 } as const;

/** The filters of the call library; a call must pass all that are given. `metadata.<field>` can be given too. */
const callFilters = {
  q: { kind: 'search' },
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
    matches: Type.Optional(Type.Array(CallMatch, { maxItems: 5 })),
  },
  { title: 'ListedCall', additionalProperties: false },
);

/** The keys of a cursor: the last call's. */
const NEWEST_KEYS = ['number', 'string'] as const;
/**
 * The keys of a search's cursor: the first and last call of a stretch of calls ranked together, and the place in it up
 * to which calls have been shown.
 */
const FOUND_KEYS = [...NEWEST_KEYS, ...NEWEST_KEYS, 'number', 'string', ...NEWEST_KEYS] as const;

/** The routes of the call library. */
export const libraryRoutes = {
  listCalls: {
    ...v1('GET', '/calls', 'read', 'rep', 'Calls, the newest first, or the best for a search, a page at a time', {
      query: { ...list, cursor: { ...cursor, keys: [NEWEST_KEYS, FOUND_KEYS] }, ...callFilters },
      answer: Type.Object(
        { ...listOf(ListedCall).properties, callsInOldForm: Type.Optional(callsInOldForm) },
        { title: 'ListedCallList' },
      ),
    }),
    metadataQuery: 'any',
  },
} as const;
