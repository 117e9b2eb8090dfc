import Type, { type Static } from 'typebox';
import { closed, nullable, optional } from './fields.js';
import { Problem } from './problem.js';
import { CallInput, CallPatch, Participant } from './v1.js';
import { Call } from './v2.js';

// What /api/v1 answers. Its bodies are in v1.ts.

const text = Type.String();
const nullableText = Type.Union([text, Type.Null()]);
const active = Type.Boolean({ description: 'false once it was removed: calls and history go on referring to it' });

export const User = Type.Object(
  {
    id: text,
    email: text,
    firstName: text,
    lastName: text,
    teamId: nullableText,
    departmentId: nullableText,
    systemIds: Type.Array(text, { description: "the user's ids in dialers and CRMs" }),
    role: Type.Enum(['admin', 'manager', 'rep']),
    active,
    mergedInto: nullable(text, 'the id of the user whom they were merged into: whatever names them names that one'),
  },
  { title: 'User' },
);
export type User = Static<typeof User>;

export const Team = Type.Object(
  {
    id: text,
    name: text,
    managerId: nullableText,
    departmentId: nullableText,
    parentTeamId: nullable(text, "the team above: its manager sees this one's calls, too"),
    active,
  },
  { title: 'Team' },
);
export type Team = Static<typeof Team>;

export const Department = Type.Object({ id: text, name: text, active }, { title: 'Department' });
export type Department = Static<typeof Department>;

export const Topic = Type.Object(
  {
    id: Type.Integer(),
    name: text,
    words: Type.Array(text, { description: 'words and phrases; pric* is all that begins with pric' }),
    wordForms: Type.Boolean({ description: 'whether a word matches in all its English forms: price, prices, priced' }),
    canonicalQuestions: Type.Boolean({ description: 'whether question counts go by this topic' }),
    active,
  },
  { title: 'Topic' },
);
export type Topic = Static<typeof Topic>;

/** In answers that calls which are still to be written anew have a part in. */
export const callsInOldForm = Type.Integer({
  minimum: 0,
  description: 'calls of an older version that are still to be written anew: a search finds them as that version did',
});

export const Rematch = Type.Object(
  {
    state: Type.Enum(['idle', 'running']),
    topicsVersion: Type.Integer({ description: 'counts the changes of topics' }),
    callsTotal: Type.Integer({ description: 'calls that were to be matched when it began' }),
    callsDone: Type.Integer({ description: 'those of them that are' }),
    callsInOldForm,
    callsPerSecond: nullable(Type.Number(), 'since it began; null until a call is done'),
    secondsLeft: nullable(Type.Integer(), 'at that rate; null while it is not known, and once nothing is left'),
    startedAt: nullable(Type.String({ format: 'date-time' }), 'null while it waits for a worker'),
    finishedAt: nullable(Type.String({ format: 'date-time' }), 'null until it is done'),
  },
  { title: 'Rematch', description: 'How far matching the stored calls with the topics as they are now is.' },
);
export type Rematch = Static<typeof Rematch>;

export const Template = Type.Object(
  { id: text, name: text, template: Type.String({ description: 'its source, in Liquid' }), active },
  { title: 'Template' },
);
export type Template = Static<typeof Template>;

export const RenderedTemplate = Type.Object(
  {
    rendered: Type.String({ description: 'what the call card would show' }),
    error: nullable(text, 'why that is an error text; null where it is not'),
  },
  { title: 'RenderedTemplate' },
);

const rate = Type.Number({ description: 'requests a second' });

export const Account = Type.Object(
  {
    accountId: text,
    name: text,
    timeZone: Type.String({ description: 'an IANA time zone' }),
    language: Type.String({
      description: 'what the calls are mostly in: with en, a search finds the English forms of a word',
    }),
    callVisibility: Type.Enum(['everyone', 'team', 'own'], {
      description: 'whose calls people see besides their own and those shared with them',
    }),
    rate: Type.Object(
      {
        day: rate,
        night: rate,
        hours: Type.String({ description: 'when day begins and ends, such as 06:00-21:00' }),
        timeZone: Type.String({ description: 'whose clock the hours are on' }),
      },
      { description: 'the limit on API v2' },
    ),
    createdAt: Type.String({ format: 'date-time' }),
  },
  { title: 'Account' },
);
export type Account = Static<typeof Account>;

const shown = (description: string) => Type.Union([Type.Record(text, Type.Unknown()), Type.Null()], { description });

export const Change = Type.Object(
  {
    id: Type.Integer(),
    at: Type.String({ format: 'date-time' }),
    by: Type.Object({
      kind: Type.Enum(['user', 'credential', 'command']),
      id: nullable(text, 'null for a command at the server'),
    }),
    action: Type.Enum(['create', 'update', 'delete']),
    kind: Type.String({ description: 'a noun of /api/v1, such as topics' }),
    thingId: text,
    before: shown('how it was; null where it was not there, or its call was erased'),
    after: shown('how it is since; null where it is no more, or its call was erased'),
  },
  { title: 'Change' },
);
export type Change = Static<typeof Change>;

const state = Call.properties.state;

export const CallReceipt = Type.Object({ id: text, state }, { title: 'GivenCall' });

export const ImportLine = Type.Union(
  [
    Type.Object({
      line: Type.Integer({ minimum: 1 }),
      id: text,
      state,
      created: Type.Boolean({ description: 'false where the call was there already' }),
    }),
    Type.Object({ line: Type.Integer({ minimum: 1 }), error: Problem }),
  ],
  { title: 'ImportLine', description: 'What became of a line, in order.' },
);

const { transcript, crmMatches, stats, originalPath, metadata, modified, ...first } = Call.properties;

const CallParticipant = Type.Required(Participant, { title: 'ShownParticipant' });
export type CallParticipant = Static<typeof CallParticipant>;

/** A call as v2 has it, and what only we have of it. */
export const CallDetails = Type.Object(
  {
    ...first,
    transcript: Type.Required(Type.Object({ transcript })).properties.transcript,
    crmMatches: Type.Required(Type.Object({ crmMatches })).properties.crmMatches,
    ...{ stats, originalPath, metadata, modified },
    externalId: nullableText,
    errorReason: nullable(text, 'why its state is ERROR'),
    participants: Type.Array(CallParticipant),
  },
  { title: 'Call' },
);
export type CallDetails = Static<typeof CallDetails>;

export const CallSpeaker = Type.Object(
  {
    speakerNumber: Type.Integer({ minimum: 0, description: 'as in the words' }),
    userId: nullable(text, 'null where it is no user'),
    email: nullable(text, "the user's present one, else as the source gave it"),
    firstName: nullableText,
    lastName: nullableText,
    speakerType: Type.Enum(['INTERNAL', 'EXTERNAL', 'UNKNOWN']),
    isCorrected: Type.Boolean({ description: 'whether a person said who it is: that outlasts what the source sends' }),
  },
  { title: 'CallSpeaker' },
);
export type CallSpeaker = Static<typeof CallSpeaker>;

const time = Type.Union([Type.String(), Type.Number()], {
  description: 'seconds since the start of the call; text is kept digit for digit',
});
const SentWord = Type.Object(
  {
    start: time,
    end: time,
    word: Type.String({ minLength: 1, maxLength: 1_000 }),
    p: optional(nullable(Type.String({ maxLength: 20 }), 'punctuation that follows')),
    v: Type.Integer({ minimum: 0, maximum: 65_535, description: 'speaker number' }),
  },
  { ...closed, title: 'SentWord' },
);
const sentTranscript = {
  transcript: optional(
    nullable(Type.Array(SentWord, { maxItems: 200_000 }), 'its words; null clears them, and left out they stay'),
  ),
};

/** A call as it is sent, with its words. */
export const CallSent = Type.Object({ ...CallInput.properties, ...sentTranscript }, { ...closed, title: 'CallInput' });
export const CallPatchSent = Type.Object(
  { ...CallPatch.properties, ...sentTranscript },
  { ...closed, title: 'CallPatch' },
);
