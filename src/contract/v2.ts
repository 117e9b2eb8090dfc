import Type, { type Static } from 'typebox';

// The objects of API v2, with the fields and order of api-v2 §4.

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const instant = (description: string) => Type.String({ format: 'date-time', description });

export const User = Type.Object({
  userId: Type.String(),
  email: Type.String(),
  firstName: Type.String(),
  lastName: Type.String(),
  teamId: nullable(Type.String()),
  departmentId: nullable(Type.String()),
  systemIds: Type.Array(Type.String(), { description: "the user's ids in dialers and CRMs" }),
});
export type User = Static<typeof User>;

export const Team = Type.Object({
  id: Type.String(),
  name: Type.String(),
  managerId: nullable(Type.String()),
  departmentId: nullable(Type.String()),
});
export type Team = Static<typeof Team>;

export const Department = Type.Object({ id: Type.String(), name: Type.String() });
export type Department = Static<typeof Department>;

export const TopicDefinition = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  words: Type.Array(Type.String()),
});
export type TopicDefinition = Static<typeof TopicDefinition>;

const Word = Type.Object({
  start: Type.String({ description: 'seconds since the start of the call' }),
  end: Type.String({ description: 'seconds since the start of the call' }),
  word: Type.String(),
  p: Type.Optional(Type.String({ description: 'punctuation that follows' })),
  v: Type.Integer({ minimum: 0, description: 'speaker number' }),
});

const CrmEntity = Type.Object({ crmId: Type.String(), name: Type.String() }, { additionalProperties: false });

export const CrmMatch = Type.Object(
  {
    crmName: Type.String(),
    activityCrmId: nullable(Type.String()),
    account: nullable(CrmEntity),
    contacts: Type.Array(CrmEntity),
    engagement: nullable(CrmEntity),
  },
  { additionalProperties: false },
);
export type CrmMatch = Static<typeof CrmMatch>;

export const CallSummary = Type.Object(
  {
    nextSteps: Type.Array(Type.String()),
    questionsAndAnswers: Type.Array(
      Type.Object({ question: Type.String(), answer: Type.String() }, { additionalProperties: false }),
    ),
    summary: nullable(Type.String()),
  },
  { additionalProperties: false },
);
export type CallSummary = Static<typeof CallSummary>;

const perSpeaker = (description: string) => Type.Record(Type.String(), Type.Number(), { description });

const CallStats = Type.Object({
  internalTalkTime: Type.Number({ description: 'whole seconds' }),
  externalTalkTime: Type.Number({ description: 'whole seconds' }),
  talkRatio: nullable(Type.Number()),
  interchangesPerMinute: Type.Number(),
  longestSegmentDurations: perSpeaker('seconds, by speaker number'),
  talkSpeeds: Type.Array(
    Type.Object({
      start: Type.Number({ description: 'seconds' }),
      end: Type.Number({ description: 'seconds' }),
      wordsPerMinute: perSpeaker('words a minute, by speaker number'),
    }),
  ),
});

export const Direction = Type.Enum(['INBOUND', 'OUTBOUND', 'SCREENSHARE']);
const CallState = Type.Enum(['PENDING', 'TRANSCRIBING', 'ANALYZING', 'COMPLETE', 'ERROR']);
const SpeakerTypeName = Type.Enum(['INTERNAL', 'EXTERNAL', 'UNKNOWN']);

export const Call = Type.Object({
  id: Type.String(),
  callerEmail: nullable(Type.String()),
  callerId: nullable(Type.String()),
  callSummary: nullable(CallSummary),
  callTime: instant('start of the call'),
  duration: nullable(Type.Number({ description: 'seconds' })),
  direction: Direction,
  state: CallState,
  transcript: Type.Optional(nullable(Type.Array(Word))),
  crmMatches: Type.Optional(Type.Array(CrmMatch)),
  stats: nullable(CallStats),
  originalPath: nullable(Type.String()),
  metadata: Type.Record(Type.String(), Type.Unknown()),
  modified: instant('stamp in the feed of calls'),
});

export const DeletedCall = Type.Object({
  id: Type.String(),
  deletedAt: instant('when the call was deleted: stamp in the feed of deleted calls'),
  callerId: nullable(Type.String()),
  callTime: instant('start of the call'),
});

const TopicMatch = Type.Object({
  startTime: Type.Number(),
  endTime: Type.Number(),
  text: Type.String(),
  speakerType: SpeakerTypeName,
  topicsWithMatches: Type.Array(
    Type.Object({
      topicId: Type.String(),
      topicName: Type.String(),
      matches: Type.Array(
        Type.Object({
          searchText: Type.Array(Type.String()),
          matchingText: Type.String(),
          matchStartTime: Type.Number(),
          matchStartIndex: Type.Integer({ minimum: 0 }),
          matchEndTime: Type.Number(),
          matchEndIndex: Type.Integer({ minimum: 0 }),
        }),
      ),
    }),
  ),
});

const count = Type.Integer({ minimum: 0 });

export const CallTopics = Type.Object({
  callId: Type.String(),
  modified: instant('stamp of the call'),
  questionCounts: Type.Object({
    internalSpeakerQuestionCount: count,
    externalSpeakerQuestionCount: count,
    unknownSpeakerQuestionCount: count,
  }),
  topicMatches: Type.Array(TopicMatch),
});

export const Transcript = Type.Object({
  speakers: Type.Array(
    Type.Object({
      email: nullable(Type.String()),
      firstName: nullable(Type.String()),
      lastName: nullable(Type.String()),
      speakerNumber: Type.Integer(),
      speakerType: SpeakerTypeName,
    }),
  ),
  transcript: Type.Array(
    Type.Object({
      endTime: Type.Number(),
      speakerNumber: Type.Integer(),
      startTime: Type.Number(),
      text: Type.String(),
    }),
  ),
});
export type Transcript = Static<typeof Transcript>;
