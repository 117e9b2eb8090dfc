import Type, { type Static } from 'typebox';
import { DAY_HOURS_PATTERN, DAY_HOURS_TEXT } from './day-hours.js';
import {
  closed,
  Email,
  ID_PATTERN,
  Id,
  Instant,
  line,
  MAX_ID_LENGTH,
  NullableId,
  named,
  nullable,
  nullableEmail,
  optional,
  TimeZone,
} from './fields.js';
import { CallSummary, CrmMatch } from './v2.js';

// The bodies of our own API, /api/v1, with v2's field names.

const name = optional(nullable(line(200), 'text of 1 to 200 characters, or null'));

/** A participant of a call, as the source names them. */
export const Participant = Type.Object(
  {
    speakerNumber: Type.Integer({ minimum: 0, maximum: 65_535, description: 'a whole number from 0 to 65535' }),
    email: optional(nullableEmail),
    firstName: name,
    lastName: name,
    type: optional(nullable(Type.Enum(['INTERNAL', 'EXTERNAL', 'UNKNOWN']), 'INTERNAL, EXTERNAL, UNKNOWN or null')),
    userId: optional(nullable(Id, "a user's id, or null")),
  },
  named('Participant'),
);
export type Participant = Static<typeof Participant>;

/** Corrects who a speaker is: a user, or someone of a type with a name. `reset` returns to what the source says. */
export const SpeakerPatch = Type.Object(
  {
    userId: optional(
      Type.String({ minLength: 1, maxLength: MAX_ID_LENGTH, pattern: ID_PATTERN, description: "a user's id" }),
    ),
    type: optional(Type.Enum(['INTERNAL', 'EXTERNAL', 'UNKNOWN'], { description: 'INTERNAL, EXTERNAL or UNKNOWN' })),
    firstName: name,
    lastName: name,
    reset: optional(Type.Literal(true, { description: 'true' })),
  },
  named('SpeakerPatch'),
);
export type SpeakerPatch = Static<typeof SpeakerPatch>;

const callFields = {
  externalId: optional(NullableId),
  callerId: optional(NullableId),
  callerEmail: optional(nullableEmail),
  callerSystemId: optional(NullableId),
  callTime: optional(Instant),
  duration: optional(
    nullable(Type.Number({ minimum: 0, maximum: 1_000_000 }), 'seconds, a number from 0 to 1000000, or null'),
  ),
  direction: optional(
    Type.Enum(['INBOUND', 'OUTBOUND', 'SCREENSHARE'], { description: 'INBOUND, OUTBOUND or SCREENSHARE' }),
  ),
  originalPath: optional(nullable(line(4_000), 'text of 1 to 4000 characters, or null')),
  metadata: optional(
    nullable(
      Type.Record(Type.String(), Type.Unknown()),
      'an object of custom fields (without id and callCardTemplates, which are reserved), or null',
    ),
  ),
  crmMatches: optional(
    nullable(
      Type.Array(CrmMatch, { maxItems: 1_000 }),
      'an array of {crmName, activityCrmId, account, contacts, engagement}, or null',
    ),
  ),
  callSummary: optional(nullable(CallSummary, 'an object {nextSteps, questionsAndAnswers, summary}, or null')),
  participants: optional(
    nullable(
      Type.Array(Participant, { maxItems: 1_000 }),
      'an array of {speakerNumber, email, firstName, lastName, type, userId}, or null',
    ),
  ),
};

/**
 * A call as sent, without its transcript, which is checked word by word where it is parsed. A field left out stays as
 * it is; null clears it.
 */
export const CallInput = Type.Object({ id: optional(Id), ...callFields }, named('CallInput'));
export type CallInput = Static<typeof CallInput>;

/** Changes of a call, without its transcript. */
export const CallPatch = Type.Object(callFields, named('CallPatch'));

const userFields = {
  email: Email,
  firstName: line(200),
  lastName: line(200),
  teamId: optional(NullableId),
  departmentId: optional(NullableId),
  systemIds: optional(Type.Array(Id, { maxItems: 100, description: 'an array of up to 100 ids' })),
  role: optional(Type.Enum(['admin', 'manager', 'rep'], { description: 'admin, manager or rep' })),
};
const active = { active: optional(Type.Boolean({ description: 'true or false' })) };
const newId = { id: optional(Id) };

/** A new user. */
export const UserInput = Type.Object({ ...newId, ...userFields }, named('UserInput'));
export type UserInput = Static<typeof UserInput>;
/** Changes of a user. */
export const UserPatch = Type.Partial(Type.Object({ ...userFields, ...active }, closed), named('UserPatch'));
export type UserPatch = Static<typeof UserPatch>;

/** Merges a user into another. */
export const UserMerge = Type.Object(
  {
    into: Type.String({
      minLength: 1,
      maxLength: MAX_ID_LENGTH,
      pattern: ID_PATTERN,
      description: 'the id of the user to merge into',
    }),
  },
  named('UserMerge'),
);

const teamFields = {
  name: line(200),
  managerId: optional(NullableId),
  departmentId: optional(NullableId),
  parentTeamId: optional(NullableId),
};
/** A new team. */
export const TeamInput = Type.Object({ ...newId, ...teamFields }, named('TeamInput'));
export type TeamInput = Static<typeof TeamInput>;
/** Changes of a team. */
export const TeamPatch = Type.Partial(Type.Object({ ...teamFields, ...active }, closed), named('TeamPatch'));
export type TeamPatch = Static<typeof TeamPatch>;

/** A new department. */
export const DepartmentInput = Type.Object({ ...newId, name: line(200) }, named('DepartmentInput'));
export type DepartmentInput = Static<typeof DepartmentInput>;
/** Changes of a department. */
export const DepartmentPatch = Type.Partial(
  Type.Object({ name: line(200), ...active }, closed),
  named('DepartmentPatch'),
);
export type DepartmentPatch = Static<typeof DepartmentPatch>;

const topicFields = {
  name: line(200),
  words: Type.Array(line(200), {
    maxItems: 10_000,
    description:
      'an array of up to 10000 words and phrases, in which * may end a word of at least three letters or digits',
  }),
  wordForms: optional(Type.Boolean({ description: 'true or false' })),
};
/** A new topic. */
export const TopicInput = Type.Object(topicFields, named('TopicInput'));
export type TopicInput = Static<typeof TopicInput>;
/** Changes of a topic. */
export const TopicPatch = Type.Partial(Type.Object({ ...topicFields, ...active }, closed), named('TopicPatch'));
export type TopicPatch = Static<typeof TopicPatch>;

const MAX_TEMPLATE_LENGTH = 20_000;
const source = Type.String({
  minLength: 1,
  maxLength: MAX_TEMPLATE_LENGTH,
  description: `a Liquid template of 1 to ${MAX_TEMPLATE_LENGTH} characters`,
});
const templateFields = { name: line(200), template: source, ...active };
/** A new call-card template. */
export const TemplateInput = Type.Object({ ...newId, ...templateFields }, named('TemplateInput'));
export type TemplateInput = Static<typeof TemplateInput>;
/** Changes of a call-card template. */
export const TemplatePatch = Type.Partial(Type.Object(templateFields, closed), named('TemplatePatch'));
export type TemplatePatch = Static<typeof TemplatePatch>;

/** Renders a template for a call without saving it. */
export const TemplatePreview = Type.Object(
  {
    template: source,
    callId: Type.String({ minLength: 1, maxLength: MAX_ID_LENGTH, pattern: ID_PATTERN, description: "a call's id" }),
  },
  named('TemplatePreview'),
);
export type TemplatePreview = Static<typeof TemplatePreview>;

const perSecond = Type.Number({
  minimum: 0.1,
  maximum: 1000,
  description: 'requests a second, a number from 0.1 to 1000',
});
/** The pattern of a language: its code in ISO 639. */
export const LANGUAGE = '^[a-z]{2,3}$';

/** Changes of the account. A field left out stays. */
export const AccountPatch = Type.Object(
  {
    name: optional(line(200)),
    timeZone: optional(TimeZone),
    language: optional(
      Type.String({ pattern: LANGUAGE, description: 'the code of a language, such as en, de or fra' }),
    ),
    callVisibility: optional(Type.Enum(['everyone', 'team', 'own'], { description: 'everyone, team or own' })),
    recordings: optional(
      Type.Object(
        {
          ours: optional(nullable(Type.Enum(['left', 'right']), 'left, right or null')),
          names: optional(
            Type.Array(line(100), { maxItems: 500, description: 'an array of up to 500 names and terms' }),
          ),
        },
        { ...closed, description: 'an object {ours, names}' },
      ),
    ),
    rate: optional(
      Type.Object(
        {
          day: perSecond,
          night: perSecond,
          hours: optional(
            Type.String({
              pattern: DAY_HOURS_PATTERN,
              description: DAY_HOURS_TEXT,
            }),
          ),
          timeZone: optional(TimeZone),
        },
        { ...closed, description: 'an object {day, night, hours, timeZone}' },
      ),
    ),
  },
  named('AccountPatch'),
);
