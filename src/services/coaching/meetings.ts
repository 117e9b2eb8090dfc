import { compileCheck } from '../../contract/check.js';
import { type Meeting, MeetingInput, MeetingPatch } from '../../contract/coaching.js';
import { takeNumber } from '../../db/account-numbers.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { writeReviews } from '../../db/meeting-reviews.js';
import {
  findMeeting,
  insertMeeting,
  type MeetingFilters,
  type MeetingRow,
  removeMeeting,
  selectMeetings,
  writeMeeting,
} from '../../db/meetings.js';
import { findPlan, lockPlans } from '../../db/plans.js';
import type { Sight } from '../../db/visibility.js';
import { AppError, invalid } from '../../errors.js';
import type { PlanRow } from '../../wire/coaching-json.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import { type Actor, requireAdmin, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import type { Deps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { instantField } from '../instant-field.js';
import { requireUserId } from '../people/named-users.js';
import { coachingSight, manages, numberInUse, requireCoach } from './coaching-access.js';
import { existing, lockChangeable, readSeenMeeting, stampMeeting, stampPlans, unknownPlan } from './meeting-changes.js';
import { checkQuestions, checkReviews, pickReviews } from './meeting-reviews.js';
import { toMeeting } from './meeting-views.js';

const checkInput = compileCheck(MeetingInput);
const checkPatch = compileCheck(MeetingPatch);

/** Meetings that the actor sees, by number. */
export async function listMeetings(
  { db }: Deps,
  actor: Actor,
  filters: MeetingFilters,
  page: { readonly after: number; readonly limit: number },
): Promise<Meeting[]> {
  const meetings = await selectMeetings(db, actor, await coachingSight(db, actor), filters, page);
  return meetings.map(toMeeting);
}

/** Throws not_found for a meeting that is not there or not seen. */
export async function readMeeting({ db }: Deps, actor: Actor, meetingId: string): Promise<Meeting> {
  return toMeeting(existing(await findMeeting(db, actor, meetingId, await coachingSight(db, actor))));
}

/**
 * Adds a meeting, under the account's next number unless history gives one. Its coach and its recipient are the plan's
 * unless they are given; without a plan, the coach is the actor.
 */
export async function createMeeting({ db, clock }: Deps, actor: Actor, body: unknown): Promise<Meeting> {
  const input = checkInput(body);
  const now = clock.now();
  const { scheduledAt, startedAt = null, endedAt = null, questions = [] } = checkFields(input, now);
  checkTimes(startedAt, endedAt);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  requireMaySetTimes(actor, input);
  return atomic(db, async (tx) => {
    const sight = await coachingSight(tx, actor);
    const planId = input.planId == null ? null : String(input.planId);
    const plan = planId === null ? null : await readSeenPlan(tx, actor, planId, sight);
    const coach = input.coachId ?? plan?.coachId ?? userOf(actor)?.id;
    if (coach === undefined) throw invalid('coachId', 'is missing', "a user's id, or the planId of a plan");
    const recipient = input.recipientId ?? plan?.recipientId;
    if (recipient === undefined) throw invalid('recipientId', 'is missing', "a user's id, or the planId of a plan");
    const coachId = await requireUserId(tx, actor, 'coachId', coach);
    const recipientId = await requireUserId(tx, actor, 'recipientId', recipient);
    if (plan?.recipientId !== recipient) requireRecipientOf(plan, recipientId);
    await requireCoach(tx, actor, sight, { coachId, recipientId }, 'makes a meeting with this recipient');
    await requireMayInvite(tx, actor, sight, recipientId, plan?.coachId ?? null);
    const reviews = await pickReviews(tx, actor, input.callReviews ?? [], skillsOf(plan));
    if (planId !== null && (await lockPlans(tx, actor, [planId])).length === 0) throw unknownPlan();
    const meetingId = await takeNumber(tx, actor, 'meeting', input.id);
    const times = { scheduledAt: scheduledAt!, startedAt, endedAt };
    const comments = input.comments ?? null;
    const meeting = { meetingId, planId, coachId, recipientId, ...times, questions, comments };
    if (!(await insertMeeting(tx, actor, meeting))) throw numberInUse('meeting', meetingId);
    await writeReviews(tx, actor, meetingId, reviews);
    const after = await readAfterChange(tx, actor, meetingId);
    await recordChange(tx, actor, {
      kind: 'meetings',
      id: meetingId,
      before: null,
      after,
      concerns: [coachId, recipientId],
    });
    await stampMeeting(tx, actor, now, meetingId, endedAt === null ? [] : [planId]);
    return after;
  });
}

/** Changes the given fields of a meeting. */
export async function updateMeeting(
  { db, clock }: Deps,
  actor: Actor,
  meetingId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Meeting> {
  const patch = checkPatch(body);
  const now = clock.now();
  const given = checkFields(patch, now);
  requireMaySetTimes(actor, patch);
  return atomic(db, async (tx) => {
    const sight = await coachingSight(tx, actor);
    const seen = await readSeenMeeting(tx, actor, meetingId, sight);
    const planId = patch.planId === undefined ? seen.planId : patch.planId === null ? null : String(patch.planId);
    if (planId !== null && planId !== seen.planId) await readSeenPlan(tx, actor, planId, sight);
    const reviews =
      patch.callReviews && (await pickReviews(tx, actor, patch.callReviews, skillsOf(await planOf(tx, actor, planId))));
    const stored = await lockChangeable(tx, actor, sight, seen, [planId], 'changes a meeting');
    const before = toMeeting(stored);
    requireMatch(ifMatch, etagOf(before));
    const startedAt = given.startedAt === undefined ? stored.startedAt : given.startedAt;
    const endedAt = given.endedAt === undefined ? stored.endedAt : given.endedAt;
    requireStaysEnded(stored, startedAt, endedAt);
    checkTimes(startedAt, endedAt);
    const coachId = (await requireUserId(tx, actor, 'coachId', patch.coachId)) ?? stored.coachId;
    const recipientId = (await requireUserId(tx, actor, 'recipientId', patch.recipientId)) ?? stored.recipientId;
    requireRecipientOf(await planOf(tx, actor, planId), recipientId);
    if (recipientId !== stored.recipientId) {
      await requireCoach(tx, actor, sight, { coachId, recipientId }, 'makes a meeting with this recipient');
    }
    await writeMeeting(tx, actor, {
      meetingId,
      planId,
      scheduledAt: given.scheduledAt ?? stored.scheduledAt,
      coachId,
      recipientId,
      startedAt,
      endedAt,
      questions: given.questions ?? stored.questions,
      comments: patch.comments === undefined ? stored.comments : patch.comments,
    });
    if (reviews) await writeReviews(tx, actor, meetingId, reviews);
    const after = await readAfterChange(tx, actor, meetingId);
    if (etagOf(after) === etagOf(before)) return before;
    await recordChange(tx, actor, {
      kind: 'meetings',
      id: meetingId,
      before,
      after,
      concerns: [stored.coachId, stored.recipientId, coachId, recipientId],
    });
    const [from, to] = [stored.endedAt === null ? null : stored.planId, endedAt === null ? null : planId];
    await stampMeeting(tx, actor, now, meetingId, from === to ? [] : [from, to]);
    return after;
  });
}

/** Cancels a meeting that has not started; an administrator deletes any. */
export async function deleteMeeting(
  { db, clock }: Deps,
  actor: Actor,
  meetingId: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const sight = await coachingSight(tx, actor);
    const seen = await readSeenMeeting(tx, actor, meetingId, sight);
    const stored = await lockChangeable(tx, actor, sight, seen, [], 'cancels a meeting');
    if (stored.startedAt !== null && !actor.rights.has('admin')) {
      throw new AppError('forbidden', 'Only an administrator deletes a meeting that has started.');
    }
    const before = toMeeting(stored);
    requireMatch(ifMatch, etagOf(before));
    await removeMeeting(tx, actor, meetingId);
    await recordChange(tx, actor, {
      kind: 'meetings',
      id: meetingId,
      before,
      after: null,
      concerns: [stored.coachId, stored.recipientId],
    });
    if (stored.endedAt !== null) await stampPlans(tx, actor, clock.now(), [stored.planId]);
  });
}

/** A meeting's times and questions as a request gives them, checked: undefined where a field was left out. */
function checkFields(input: MeetingPatch, now: Micros) {
  const heldTime = (field: 'startTime' | 'endTime') => {
    const text = input[field];
    return text == null ? text : instantField(field, text);
  };
  if (input.callReviews !== undefined) checkReviews(input.callReviews);
  const endedAt = heldTime('endTime');
  if (endedAt != null && endedAt > now) {
    const allowed = `a time up to now (${formatInstant(now)}), or null for a meeting to come`;
    throw invalid('endTime', 'is in the future', allowed);
  }
  return {
    scheduledAt: input.dateTime === undefined ? undefined : instantField('dateTime', input.dateTime),
    startedAt: heldTime('startTime'),
    endedAt,
    questions: input.questions === undefined ? undefined : checkQuestions(input.questions),
  };
}

/** Starting and ending a meeting set when it was held; times are given for history only, by administrators. */
function requireMaySetTimes(actor: Actor, input: MeetingPatch): void {
  for (const field of ['startTime', 'endTime'] as const) {
    if (input[field] !== undefined) requireAdmin(actor, field);
  }
}

function checkTimes(startedAt: Micros | null, endedAt: Micros | null): void {
  if (endedAt === null) return;
  if (startedAt === null) {
    throw invalid('endTime', 'is given for a meeting that has not started', 'null, or a time beside a startTime');
  }
  if (endedAt < startedAt) {
    throw invalid('endTime', 'is before the startTime', `a time from ${formatInstant(startedAt)} on, or null`);
  }
}

/** Keeps a meeting that has ended in its feed: no entry says that it was not held. */
function requireStaysEnded(stored: MeetingRow, startedAt: Micros | null, endedAt: Micros | null): void {
  if (stored.endedAt === null) return;
  for (const [field, time] of [
    ['startTime', startedAt],
    ['endTime', endedAt],
  ] as const) {
    if (time !== null) continue;
    const rule = `The meeting has ended, so its ${field} can be changed, but not cleared`;
    const problem = `${rule}; an administrator can delete the meeting.`;
    throw new AppError('conflict', problem, { field, allowed: 'a time' });
  }
}

/** The meeting as /api/v1 shows it, even where the change took it out of the actor's sight. */
async function readAfterChange(tx: Tx, scope: Scope, meetingId: string): Promise<Meeting> {
  return toMeeting(await readSeenMeeting(tx, scope, meetingId, 'all'));
}

/** A meeting's plan, whether the actor sees it or not. */
async function planOf(tx: Tx, scope: Scope, planId: string | null): Promise<PlanRow | null> {
  return planId === null ? null : findPlan(tx, scope, planId, 'all');
}

async function readSeenPlan(tx: Tx, scope: Scope, planId: string, sight: Sight): Promise<PlanRow> {
  const plan = await findPlan(tx, scope, planId, sight);
  if (plan === null) throw unknownPlan();
  return plan;
}

function skillsOf(plan: PlanRow | null): number[] {
  return plan?.skills.map(({ id }) => id) ?? [];
}

function requireRecipientOf(plan: PlanRow | null, recipientId: string): void {
  if (plan === null || plan.recipientId === recipientId) return;
  throw invalid('recipientId', "is not the plan's recipient", `${plan.recipientId}, or a planId of null`);
}

/** A rep who coaches makes meetings of the plans that name them as the coach, and no others. */
async function requireMayInvite(
  tx: Tx,
  actor: Actor,
  sight: Sight,
  recipientId: string,
  planCoachId: string | null,
): Promise<void> {
  const user = userOf(actor);
  if (user?.role !== 'rep' || user.id === planCoachId || (await manages(tx, actor, sight, recipientId))) return;
  throw new AppError('forbidden', 'A rep makes meetings of plans that name them as the coach only.');
}
