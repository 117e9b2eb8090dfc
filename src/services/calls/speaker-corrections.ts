import { compileCheck } from '../../contract/check.js';
import { SpeakerPatch } from '../../contract/v1.js';
import type { CallSpeaker } from '../../contract/v1-answers.js';
import { atomic } from '../../db/atomic.js';
import { raiseContentVersion } from '../../db/call-records.js';
import type { Scope, Tx } from '../../db/database.js';
import { usersNamed } from '../../db/named-users.js';
import { holdPeople } from '../../db/people.js';
import { lockCallOfSpeaker, type SpeakerCorrection, writeCorrection } from '../../db/speakers.js';
import { AppError, invalid } from '../../errors.js';
import { enqueue } from '../../queue/jobs.js';
import { type Actor, userOf } from '../actor.js';
import { NOBODY, speakersOf } from '../analysis/speakers.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { noSuchCall, requireCall } from './seen-call.js';

const checkPatch = compileCheck(SpeakerPatch);

/** Who speaks in a call that the actor sees, by speaker number. Throws `not_found`. */
export async function listSpeakers({ db }: DbDeps, actor: Actor, callId: string): Promise<readonly CallSpeaker[]> {
  await requireCall(db, actor, callId);
  return (await speakersOf(db, actor, callId)) ?? noCall();
}

/** One speaker of a call. `number` is the speaker number as sent. Throws `not_found`. */
export async function readSpeaker({ db }: DbDeps, actor: Actor, callId: string, number: string): Promise<CallSpeaker> {
  return speakerOf(await listSpeakers({ db }, actor, callId), number);
}

/**
 * Stores a person's correction of a speaker (a user, or a person of a type), or removes it. The correction overrides
 * what the source sends later. If the speaker's type changes, the call is analysed again. Throws `not_found`,
 * `forbidden`, `invalid`, and `precondition_failed` for another ETag.
 */
export async function correctSpeaker(
  { db }: DbDeps,
  actor: Actor,
  callId: string,
  number: string,
  body: unknown,
  ifMatch: string | null,
): Promise<CallSpeaker> {
  return atomic(db, async (tx) => {
    await holdPeople(tx, actor);
    // Locked, so that no analysis of the call's former state comes in between.
    const { callerId } = (await lockCallOfSpeaker(tx, actor, callId)) ?? noCall();
    requireMayCorrect(actor, callerId);
    const before = speakerOf((await speakersOf(tx, actor, callId)) ?? noCall(), number);
    const correction = correctionOf(checkPatch(body));
    requireMatch(ifMatch, etagOf(before));
    const { speakerNumber } = before;
    if (correction?.userId != null) await requirePresent(tx, actor, correction.userId);
    await writeCorrection(tx, actor, { callId, speakerNumber }, correction);
    const speakers = await speakersOf(tx, actor, callId);
    // A speaker known only from the correction is unknown without it.
    const after = speakers?.find((each) => each.speakerNumber === speakerNumber) ?? { speakerNumber, ...NOBODY };
    if (after.speakerType !== before.speakerType) await analyzeAgain(tx, actor, callId);
    await recordChange(tx, actor, { kind: 'speakers', id: `${callId}/${speakerNumber}`, callId, before, after });
    return after;
  });
}

const SHAPES = 'one of {userId}, {type, firstName, lastName} and {reset: true}';

/** The correction in a body; null removes the correction. */
function correctionOf({ userId, type, firstName, lastName, reset }: SpeakerPatch): SpeakerCorrection | null {
  const names = firstName !== undefined || lastName !== undefined;
  const shapes = [userId !== undefined, type !== undefined || names, reset !== undefined].filter(Boolean).length;
  if (shapes > 1) throw new AppError('invalid', `The body has fields that exclude each other; it takes ${SHAPES}`);
  if (shapes === 0) throw new AppError('invalid', `The body is empty; it takes ${SHAPES}`);
  if (reset) return null;
  if (userId === undefined && type === undefined) {
    throw invalid('type', 'is missing: a name needs a type', 'INTERNAL, EXTERNAL or UNKNOWN');
  }
  const named = { firstName: firstName ?? null, lastName: lastName ?? null };
  return { userId: userId ?? null, type: type ?? null, ...named };
}

function noCall(): never {
  throw noSuchCall();
}

function requireMayCorrect(actor: Actor, callerId: string | null): void {
  const user = userOf(actor);
  if (user === null || user.role !== 'rep' || user.id === callerId) return;
  throw new AppError(
    'forbidden',
    "Only the call's caller, a manager who sees the call, or an administrator may correct a speaker.",
  );
}

function speakerOf(speakers: readonly CallSpeaker[], number: string): CallSpeaker {
  const found = speakers.find(({ speakerNumber }) => String(speakerNumber) === number);
  if (found) return found;
  throw noSuchSpeaker(number, speakers);
}

const MOST_LISTED = 20;

function noSuchSpeaker(number: string, speakers: readonly CallSpeaker[]): AppError {
  const numbers = speakers.slice(0, MOST_LISTED).map(({ speakerNumber }) => speakerNumber);
  const known = numbers.length === 0 ? 'none' : numbers.join(', ');
  const more = speakers.length > MOST_LISTED ? ' and others' : '';
  return new AppError('not_found', `The call has no speaker ${number.slice(0, 20)}; it has ${known}${more}.`);
}

/** Throws `invalid` unless the id names an active user who was not merged. */
async function requirePresent(tx: Tx, scope: Scope, userId: string): Promise<void> {
  const user = (await usersNamed(tx, scope, [userId])).get(userId);
  if (!user) throw invalid('userId', 'names no user of this account', "an active user's id");
  if (user.id !== userId) throw invalid('userId', `was merged into ${user.id}`, 'the id of that user');
  if (!user.active) throw invalid('userId', 'names a deactivated user', "an active user's id");
}

/** Enqueues a new analysis: statistics and matches depend on the types of speakers. */
async function analyzeAgain(tx: Tx, { accountId }: Scope, callId: string): Promise<void> {
  await raiseContentVersion(tx, { accountId }, callId);
  await enqueue(tx, 'analyze', { accountId, callId });
}
