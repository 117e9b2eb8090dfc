import { compileCheck } from '../../contract/check.js';
import { CallInput, CallPatch, type Participant } from '../../contract/v1.js';
import type { CallParticipant } from '../../contract/v1-answers.js';
import { invalid } from '../../errors.js';
import type { Micros } from '../../wire/instants.js';
import { instantField } from '../instant-field.js';

/** The transcript is not checked here: it is checked word by word when it is read. */
const checkInput = compileCheck(CallInput, ['transcript']);
const checkPatch = compileCheck(CallPatch, ['transcript']);

const MAX_METADATA = 256 * 1024;
const RESERVED = ['id', 'callCardTemplates'];
const CALLER_FIELDS = ['callerId', 'callerEmail', 'callerSystemId'] as const;

/** How a source identifies the caller; null clears the caller. */
export type SentCaller = { readonly by: (typeof CALLER_FIELDS)[number]; readonly value: string } | null;

/** The checked fields of a call in a request; undefined if a field was left out. */
export interface SentCall {
  readonly id: string | undefined;
  readonly externalId: string | null | undefined;
  readonly caller: SentCaller | undefined;
  readonly callTime: Micros | undefined;
  /** Seconds. */
  readonly duration: number | null | undefined;
  readonly direction: CallInput['direction'];
  readonly originalPath: string | null | undefined;
  /** Null means an empty object. */
  readonly metadata: Readonly<Record<string, unknown>> | null | undefined;
  readonly crmMatchesJson: string | undefined;
  readonly callSummaryJson: string | null | undefined;
  /** In order of speaker number. */
  readonly participants: readonly CallParticipant[] | undefined;
}

/** Checks the sent fields of a call, except the transcript. Throws `invalid` with the field's name. */
export function checkCall(fields: Record<string, unknown>, patch: boolean): SentCall {
  const input: CallInput = patch ? checkPatch(fields) : checkInput(fields);
  return {
    id: input.id,
    externalId: input.externalId,
    caller: sentCaller(input),
    callTime: input.callTime === undefined ? undefined : instantField('callTime', input.callTime),
    duration: input.duration,
    direction: input.direction,
    originalPath: input.originalPath,
    metadata: checkMetadata(input.metadata),
    crmMatchesJson: input.crmMatches === undefined ? undefined : crmMatchesJson(input.crmMatches),
    callSummaryJson: input.callSummary === undefined ? undefined : callSummaryJson(input.callSummary),
    participants: input.participants === undefined ? undefined : checkParticipants(input.participants ?? []),
  };
}

function sentCaller(input: CallInput): SentCaller | undefined {
  const sent = CALLER_FIELDS.filter((field) => input[field] !== undefined);
  if (sent.length === 0) return undefined;
  const named = sent.filter((field) => input[field] !== null);
  if (named.length > 1) {
    throw invalid(
      named[1]!,
      `cannot be sent together with ${named[0]}`,
      'one of callerId, callerEmail and callerSystemId',
    );
  }
  const by = named[0];
  return by === undefined ? null : { by, value: input[by]! };
}

function checkMetadata(metadata: CallInput['metadata']): SentCall['metadata'] {
  if (!metadata) return metadata;
  for (const name of RESERVED) {
    if (name in metadata) throw invalid(`metadata.${name}`, 'is reserved', 'any other field name');
  }
  if (JSON.stringify(metadata).length > MAX_METADATA) {
    throw invalid('metadata', 'is too large', `up to ${MAX_METADATA} characters of JSON`);
  }
  return metadata;
}

/** Fields in the order of the reference, whatever order they were sent in. */
function crmMatchesJson(matches: CallInput['crmMatches']): string {
  const entity = (sent: { crmId: string; name: string } | null) => sent && { crmId: sent.crmId, name: sent.name };
  return JSON.stringify(
    (matches ?? []).map((match) => ({
      crmName: match.crmName,
      activityCrmId: match.activityCrmId,
      account: entity(match.account),
      contacts: match.contacts.map(entity),
      engagement: entity(match.engagement),
    })),
  );
}

function callSummaryJson(summary: CallInput['callSummary']): string | null {
  if (!summary) return null;
  return JSON.stringify({
    nextSteps: summary.nextSteps,
    questionsAndAnswers: summary.questionsAndAnswers.map(({ question, answer }) => ({ question, answer })),
    summary: summary.summary,
  });
}

function checkParticipants(sent: readonly Participant[]): readonly CallParticipant[] {
  const seen = new Set<number>();
  for (const [index, { speakerNumber }] of sent.entries()) {
    if (seen.has(speakerNumber)) {
      throw invalid(`participants[${index}].speakerNumber`, `${speakerNumber} is given twice`, 'each number once');
    }
    seen.add(speakerNumber);
  }
  return sent
    .map((participant) => ({
      speakerNumber: participant.speakerNumber,
      email: participant.email ?? null,
      firstName: participant.firstName ?? null,
      lastName: participant.lastName ?? null,
      type: participant.type ?? null,
      userId: participant.userId ?? null,
    }))
    .sort((a, b) => a.speakerNumber - b.speakerNumber);
}
