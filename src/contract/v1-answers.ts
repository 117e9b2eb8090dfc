import Type, { type Static } from 'typebox';
import { DAY_HOURS_TEXT } from './day-hours.js';
import { closed, nullable, optional } from './fields.js';
import { Problem } from './problem.js';
import { CallInput, CallPatch, Participant } from './v1.js';
import { Call } from './v2.js';

// The answers of /api/v1. Its bodies are in v1.ts.

const text = Type.String();
const nullableText = Type.Union([text, Type.Null()]);
const active = Type.Boolean({ description: 'false once it was removed; calls and history still refer to it' });

/** A user in /api/v1. */
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
    mergedInto: nullable(text, 'the id of the user they were merged into: references to them now mean that user'),
  },
  { title: 'User' },
);
export type User = Static<typeof User>;

/** A team in /api/v1. */
export const Team = Type.Object(
  {
    id: text,
    name: text,
    managerId: nullableText,
    departmentId: nullableText,
    parentTeamId: nullable(text, "the team above: its manager also sees this team's calls"),
    active,
  },
  { title: 'Team' },
);
export type Team = Static<typeof Team>;

/** A department in /api/v1. */
export const Department = Type.Object({ id: text, name: text, active }, { title: 'Department' });
export type Department = Static<typeof Department>;

/** A topic in /api/v1. */
export const Topic = Type.Object(
  {
    id: Type.Integer(),
    name: text,
    words: Type.Array(text, { description: 'words and phrases; pric* matches all words that begin with pric' }),
    wordForms: Type.Boolean({ description: 'whether a word matches in all its English forms: price, prices, priced' }),
    canonicalQuestions: Type.Boolean({ description: "whether this topic's matches are counted as questions" }),
    active,
  },
  { title: 'Topic' },
);
export type Topic = Static<typeof Topic>;

/** A field of the answers that calls in an old analysis form affect. */
export const callsInOldForm = Type.Integer({
  minimum: 0,
  description: 'calls stored by an older version and not upgraded yet: searches find them as that version did',
});

/** The progress of matching the stored calls again. */
export const Rematch = Type.Object(
  {
    state: Type.Enum(['idle', 'running']),
    topicsVersion: Type.Integer({ description: 'counts the changes of topics' }),
    callsTotal: Type.Integer({ description: 'calls to be matched when it began' }),
    callsDone: Type.Integer({ description: 'calls matched so far' }),
    callsInOldForm,
    callsPerSecond: nullable(Type.Number(), 'since it began; null until a call is done'),
    secondsLeft: nullable(Type.Integer(), 'at that rate; null while it is unknown, and once nothing is left'),
    startedAt: nullable(Type.String({ format: 'date-time' }), 'null while it waits for a worker'),
    finishedAt: nullable(Type.String({ format: 'date-time' }), 'null until it is done'),
  },
  { title: 'Rematch', description: 'Progress of matching the stored calls with the current topics.' },
);
export type Rematch = Static<typeof Rematch>;

/** A call-card template in /api/v1. */
export const Template = Type.Object(
  { id: text, name: text, template: Type.String({ description: 'its source, in Liquid' }), active },
  { title: 'Template' },
);
export type Template = Static<typeof Template>;

/** A preview of a template. */
export const RenderedTemplate = Type.Object(
  {
    rendered: Type.String({ description: 'what the call card would show' }),
    error: nullable(text, 'why `rendered` is an error text; null if it is not'),
  },
  { title: 'RenderedTemplate' },
);

const rate = Type.Number({ description: 'requests a second' });

/** The account and its settings. */
export const Account = Type.Object(
  {
    accountId: text,
    name: text,
    timeZone: Type.String({ description: 'an IANA time zone' }),
    language: Type.String({
      description: 'the main language of the calls: with en, a search finds the English forms of a word',
    }),
    callVisibility: Type.Enum(['everyone', 'team', 'own'], {
      description: 'whose calls people see besides their own and those shared with them',
    }),
    recordings: Type.Object(
      {
        ours: nullable(
          Type.Enum(['left', 'right']),
          "the channel of the account's own side in recordings of two channels; null if it differs",
        ),
        names: Type.Array(text, { description: 'names and terms that recognition should expect' }),
      },
      { description: 'how recordings are recognized' },
    ),
    rate: Type.Object(
      {
        day: rate,
        night: rate,
        hours: Type.String({ description: DAY_HOURS_TEXT }),
        timeZone: Type.String({ description: 'the time zone of the hours' }),
      },
      { description: 'the limit on API v2' },
    ),
    createdAt: Type.String({ format: 'date-time' }),
  },
  { title: 'Account' },
);
export type Account = Static<typeof Account>;

const shown = (description: string) => Type.Union([Type.Record(text, Type.Unknown()), Type.Null()], { description });

/** An entry of the audit log. */
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
    before: shown('how it was before; null if it did not exist, or its call was erased'),
    after: shown('how it was after; null if it was deleted, or its call was erased'),
  },
  { title: 'Change' },
);
export type Change = Static<typeof Change>;

const state = Call.properties.state;

/** What was stored of a sent call. */
export const CallReceipt = Type.Object({ id: text, state }, { title: 'GivenCall' });

/** The result of a line of an import. */
export const ImportLine = Type.Union(
  [
    Type.Object({
      line: Type.Integer({ minimum: 1 }),
      id: text,
      state,
      created: Type.Boolean({ description: 'false if the call existed already' }),
    }),
    Type.Object({ line: Type.Integer({ minimum: 1 }), error: Problem }),
  ],
  { title: 'ImportLine', description: 'The result of a line, in the order of the lines.' },
);

const { transcript, crmMatches, stats, originalPath, metadata, modified, ...first } = Call.properties;

/** A participant of a call as shown: every field is present. */
const CallParticipant = Type.Required(Participant, { title: 'ShownParticipant' });
export type CallParticipant = Static<typeof CallParticipant>;

/** A call with v2's fields, and with ours. */
export const CallDetails = Type.Object(
  {
    ...first,
    transcript: Type.Required(Type.Object({ transcript })).properties.transcript,
    crmMatches: Type.Required(Type.Object({ crmMatches })).properties.crmMatches,
    stats,
    originalPath,
    metadata,
    modified,
    externalId: nullableText,
    errorReason: nullable(text, 'why its state is ERROR'),
    participants: Type.Array(CallParticipant),
  },
  { title: 'Call' },
);
export type CallDetails = Static<typeof CallDetails>;

/** A speaker of a call, in /api/v1. */
export const CallSpeaker = Type.Object(
  {
    speakerNumber: Type.Integer({ minimum: 0, description: 'as in the words' }),
    userId: nullable(text, 'null if the speaker is not a user'),
    email: nullable(text, "the user's current address, else the one that the source gave"),
    firstName: nullableText,
    lastName: nullableText,
    speakerType: Type.Enum(['INTERNAL', 'EXTERNAL', 'UNKNOWN']),
    isCorrected: Type.Boolean({
      description: 'whether a user corrected it: what the source sends later does not change it',
    }),
  },
  { title: 'CallSpeaker' },
);
export type CallSpeaker = Static<typeof CallSpeaker>;

const time = Type.Union([Type.String(), Type.Number()], {
  description: 'seconds since the start of the call; a string keeps its digits exactly',
});
const SentWord = Type.Object(
  {
    start: time,
    end: time,
    word: Type.String({ minLength: 1, maxLength: 1_000 }),
    p: optional(nullable(Type.String({ maxLength: 20 }), 'the punctuation after the word')),
    v: Type.Integer({ minimum: 0, maximum: 65_535, description: 'speaker number' }),
  },
  { ...closed, title: 'SentWord' },
);
const sentTranscript = {
  transcript: optional(
    nullable(Type.Array(SentWord, { maxItems: 200_000 }), 'its words; null clears them; if left out, they stay'),
  ),
};

/** A call as sent, with its words. */
export const CallSent = Type.Object({ ...CallInput.properties, ...sentTranscript }, { ...closed, title: 'CallInput' });
/** Changes of a call as sent, with its words. */
export const CallPatchSent = Type.Object(
  { ...CallPatch.properties, ...sentTranscript },
  { ...closed, title: 'CallPatch' },
);
