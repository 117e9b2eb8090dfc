import Type, { type Static } from 'typebox';
import { CALL_STATES } from '../rules/call-states.js';

// The objects of API v2, with the fields and order of api-v2 §4. `title` is their name in documents.

const nullable = <T extends Type.TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });
const instant = (description: string) => Type.String({ format: 'date-time', description });
const text = (description: string) => Type.String({ description });

/** A user. */
export const UserEntry = Type.Object(
  {
    userId: Type.String(),
    email: Type.String(),
    firstName: Type.String(),
    lastName: Type.String(),
    teamId: nullable(Type.String()),
    departmentId: nullable(Type.String(), "their own department, or their team's if they have none"),
    systemIds: Type.Array(Type.String(), { description: "the user's ids in dialers and CRMs" }),
  },
  { title: 'User' },
);
export type UserEntry = Static<typeof UserEntry>;

/** A team. */
export const TeamEntry = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    managerId: nullable(Type.String(), 'a user id'),
    departmentId: nullable(Type.String()),
  },
  { title: 'Team' },
);
export type TeamEntry = Static<typeof TeamEntry>;

/** A department. */
export const DepartmentEntry = Type.Object({ id: Type.String(), name: Type.String() }, { title: 'Department' });
export type DepartmentEntry = Static<typeof DepartmentEntry>;

/** A topic's definition. */
export const TopicDefinition = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    words: Type.Array(Type.String(), { description: 'words and phrases; each matches' }),
  },
  { title: 'TopicDefinition' },
);
export type TopicDefinition = Static<typeof TopicDefinition>;

const Word = Type.Object(
  {
    start: text('seconds since the start of the call'),
    end: text('seconds since the start of the call'),
    word: text('a word or phrase'),
    p: Type.Optional(text('the punctuation after the word')),
    v: Type.Integer({ minimum: 0, description: 'speaker number' }),
  },
  { title: 'Word' },
);

const CrmEntity = Type.Object(
  { crmId: Type.String(), name: Type.String() },
  { additionalProperties: false, title: 'CrmEntity' },
);

/** A call's match with records of a CRM. */
export const CrmMatch = Type.Object(
  {
    crmName: Type.String(),
    activityCrmId: nullable(Type.String()),
    account: nullable(CrmEntity),
    contacts: Type.Array(CrmEntity),
    engagement: nullable(CrmEntity),
  },
  { additionalProperties: false, title: 'CrmMatch' },
);
export type CrmMatch = Static<typeof CrmMatch>;

const QuestionAndAnswer = Type.Object(
  { question: Type.String(), answer: Type.String() },
  { additionalProperties: false, title: 'QuestionAndAnswer' },
);

/** A call's summary. */
export const CallSummary = Type.Object(
  {
    nextSteps: Type.Array(Type.String()),
    questionsAndAnswers: Type.Array(QuestionAndAnswer),
    summary: nullable(Type.String()),
  },
  { additionalProperties: false, title: 'CallSummary' },
);
export type CallSummary = Static<typeof CallSummary>;

const perSpeaker = (description: string) => Type.Record(Type.String(), Type.Number(), { description });

const TalkSpeed = Type.Object(
  {
    start: Type.Number({ description: 'seconds since the start of the call' }),
    end: Type.Number({ description: 'seconds since the start of the call' }),
    wordsPerMinute: perSpeaker('words a minute, by speaker number'),
  },
  { title: 'TalkSpeed' },
);

const CallStats = Type.Object(
  {
    internalTalkTime: Type.Number({ description: 'whole seconds that internal speakers spoke' }),
    externalTalkTime: Type.Number({ description: 'whole seconds that external speakers spoke' }),
    talkRatio: nullable(Type.Number(), 'internal ÷ all talk time; null if nobody spoke'),
    interchangesPerMinute: Type.Number({ description: 'changes of speaker a minute of the call' }),
    longestSegmentDurations: perSpeaker('seconds of the longest block without a break, by speaker number'),
    talkSpeeds: Type.Array(TalkSpeed, { description: 'sections of up to 300 seconds' }),
  },
  { title: 'CallStats' },
);

const Direction = Type.Enum(['INBOUND', 'OUTBOUND', 'SCREENSHARE']);
const CallState = Type.Enum([...CALL_STATES]);
const SpeakerTypeName = Type.Enum(['INTERNAL', 'EXTERNAL', 'UNKNOWN'], {
  description: 'INTERNAL: a user of the account; EXTERNAL: a CRM contact; UNKNOWN: neither',
});

/** A call. */
export const Call = Type.Object(
  {
    id: Type.String(),
    callerEmail: nullable(Type.String()),
    callerId: nullable(Type.String(), 'a user id'),
    callSummary: nullable(CallSummary),
    callTime: instant('start of the call'),
    duration: nullable(Type.Number(), 'seconds'),
    direction: Direction,
    state: CallState,
    transcript: Type.Optional(nullable(Type.Array(Word), 'words in order of start; null if there is none yet')),
    crmMatches: Type.Optional(Type.Array(CrmMatch)),
    stats: nullable(CallStats),
    originalPath: nullable(Type.String(), 'name or path of the recording'),
    metadata: Type.Record(Type.String(), Type.Unknown(), {
      description: 'custom fields; callCardTemplates has the rendered call-card templates by name, if asked for',
    }),
    modified: instant('stamp in the feed of calls'),
  },
  { title: 'Call' },
);

/** A deleted call. */
export const DeletedCall = Type.Object(
  {
    id: Type.String(),
    deletedAt: instant('when the call was deleted: stamp in the feed of deleted calls'),
    callerId: nullable(Type.String(), 'a user id'),
    callTime: instant('start of the call'),
  },
  { title: 'DeletedCall' },
);

const count = (description: string) => Type.Integer({ minimum: 0, description });
const seconds = Type.Number({ description: 'seconds since the start of the call' });

const PhraseMatch = Type.Object(
  {
    searchText: Type.Array(Type.String(), { description: "the topic's words and phrases that matched" }),
    matchingText: text('the text that matched'),
    matchStartTime: seconds,
    matchStartIndex: count("first word, counted from 0 in the block's text split on white space"),
    matchEndTime: seconds,
    matchEndIndex: count('last word, inclusive'),
  },
  { title: 'PhraseMatch' },
);

const TopicWithMatches = Type.Object(
  { topicId: text("the topic's number as text"), topicName: Type.String(), matches: Type.Array(PhraseMatch) },
  { title: 'TopicWithMatches' },
);

const TopicMatch = Type.Object(
  {
    startTime: seconds,
    endTime: seconds,
    text: Type.String(),
    speakerType: SpeakerTypeName,
    topicsWithMatches: Type.Array(TopicWithMatches),
  },
  { title: 'TopicMatch', description: 'A block of a transcript in which topics matched.' },
);

const QuestionCounts = Type.Object(
  {
    internalSpeakerQuestionCount: count('sentences of internal speakers with a canonical question'),
    externalSpeakerQuestionCount: count('sentences of external speakers with a canonical question'),
    unknownSpeakerQuestionCount: count('sentences of unknown speakers with a canonical question'),
  },
  { title: 'QuestionCounts' },
);

/** A call's topic matches and question counts. */
export const CallTopics = Type.Object(
  {
    callId: Type.String(),
    modified: instant('stamp of the call'),
    questionCounts: QuestionCounts,
    topicMatches: Type.Array(TopicMatch),
  },
  { title: 'CallTopics' },
);

const Speaker = Type.Object(
  {
    email: nullable(Type.String()),
    firstName: nullable(Type.String()),
    lastName: nullable(Type.String()),
    speakerNumber: Type.Integer(),
    speakerType: SpeakerTypeName,
  },
  { title: 'Speaker' },
);

const SpokenText = Type.Object(
  { endTime: seconds, speakerNumber: Type.Integer(), startTime: seconds, text: Type.String() },
  { title: 'SpokenText' },
);

/** A simplified transcript. */
export const Transcript = Type.Object(
  { speakers: Type.Array(Speaker), transcript: Type.Array(SpokenText) },
  { title: 'Transcript' },
);
export type Transcript = Static<typeof Transcript>;
