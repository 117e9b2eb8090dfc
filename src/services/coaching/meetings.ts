import { sql } from 'kysely';
import { compileCheck } from '../../contract/check.js';
import { MeetingInput, MeetingMove, MeetingPatch } from '../../contract/coaching.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { type MeetingRow, meetingsFeed, selectMeetings } from '../../db/meetings.js';
import { isUser } from '../../db/named-users.js';
import { plansFeed, selectPlans } from '../../db/plans.js';
import type { Sight } from '../../db/visibility.js';
import { AppError, invalid } from '../../errors.js';
import { POSSIBLE_SCORE, skillScores } from '../../rules/skill-scores.js';
import type { MeetingQuestion } from '../../wire/coaching-json.js';
import { formatInstant, type Micros, toTimestamp } from '../../wire/instants.js';
import { type Actor, requireAdmin, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import { etagOf, requireMatch } from '../etag.js';
import { instantField } from '../instant-field.js';
import { requireUserId } from '../people/named-users.js';
import { coachingSight, manages, newNumber, requireCoach, seesCoaching } from './coaching-access.js';
import { checkQuestions, checkReviews, pickReviews, writeReviews } from './meeting-reviews.js';
import { type CoachingDeps, type CoachingFilters, findPlan, lockPlans, schedulePlans } from './plans.js';

const checkInput = compileCheck(MeetingInput);
const checkPatch = compileCheck(MeetingPatch);
const checkMove = compileCheck(MeetingMove);

/** A coaching meeting, as /api/v1 shows it. */
export interface ManagedMeeting {
  readonly id: number;
  readonly planId: number | null;
  readonly dateTime: string;
  readonly coachId: string;
  readonly recipientId: string;
  readonly startTime: string | null;
  readonly endTime: string | null;
  /** Whole percent, by the skill's name. */
  readonly scores: Readonly<Record<string, number>>;
  readonly callReviews: readonly {
    readonly callId: string;
    readonly questions: readonly {
      readonly resultId: string;
      readonly questionId: string;
      readonly question: string;
      readonly possibleScore: number;
      readonly actualScore: number;
      readonly reviewWeight: null;
    }[];
  }[];
  readonly questions: readonly MeetingQuestion[];
  readonly comments: string | null;
}

function showMeeting(row: MeetingRow): ManagedMeeting {
  return {
    id: Number(row.meetingId),
    planId: row.planId === null ? null : Number(row.planId),
    dateTime: formatInstant(row.scheduledAt),
    coachId: row.coachId,
    recipientId: row.recipientId,
    startTime: formatInstant(row.startedAt),
    endTime: formatInstant(row.endedAt),
    scores: Object.fromEntries(skillScores(row.callReviews)),
    callReviews: row.callReviews.map(({ callId, questions }) => ({
      callId,
      questions: questions.map(({ resultId, questionId, question, rawAnswer }) => ({
        ...{ resultId, questionId, question },
        ...{ possibleScore: POSSIBLE_SCORE, actualScore: rawAnswer, reviewWeight: null },
      })),
    })),
    questions: row.questions,
    comments: row.comments,
  };
}

/** As it is written down: what was reviewed, but nothing of what the reviewed calls' results say. */
function auditView(meeting: ManagedMeeting | null): object | null {
  if (meeting === null) return null;
  const { scores, callReviews, ...others } = meeting;
  const picked = callReviews.map(({ callId, questions }) => ({
    callId,
    questions: questions.map(({ resultId, questionId }) => ({ resultId, questionId })),
  }));
  return { ...others, callReviews: picked };
}

export interface MeetingFilters extends CoachingFilters {
  readonly planId: string | null;
}

/** Meetings that this one sees, by number. */
export async function listMeetings(
  { db }: CoachingDeps,
  actor: Actor,
  { planId, coachId, recipientId }: MeetingFilters,
  page: { readonly after: number; readonly limit: number },
): Promise<ManagedMeeting[]> {
  const sight = await coachingSight(db, actor);
  const meetings = await selectMeetings(
    db,
    actor,
    sql`where m.account_id = ${actor.accountId} and m.meeting_id::bigint > ${page.after}
      ${planId === null ? sql`` : sql`and m.plan_id = ${planId}`}
      and ${isUser(actor, 'm.coach_id', coachId)} and ${isUser(actor, 'm.recipient_id', recipientId)}
      and ${seesCoaching(sight, 'm', 'coach_id', 'recipient_id')}
      order by m.meeting_id::bigint limit ${page.limit}`,
  );
  return meetings.map(showMeeting);
}

export async function readMeeting({ db }: CoachingDeps, actor: Actor, meetingId: string): Promise<ManagedMeeting> {
  return showMeeting(await findMeeting(db, actor, meetingId));
}

/** A meeting that this one sees: 404 for one that is not there or not seen. */
async function findMeeting(db: Db | Tx, actor: Actor, meetingId: string): Promise<MeetingRow> {
  const sight = await coachingSight(db, actor);
  const [meeting] = await selectMeetings(
    db,
    actor,
    sql`where m.account_id = ${actor.accountId} and m.meeting_id = ${meetingId}
      and ${seesCoaching(sight, 'm', 'coach_id', 'recipient_id')}`,
  );
  if (!meeting) throw new AppError('not_found', 'There is no such meeting.');
  return meeting;
}

/** What a request says of a meeting, checked: undefined where a field was left out. */
function checkFields(input: MeetingPatch, now: Micros) {
  const instant = (field: 'dateTime' | 'startTime' | 'endTime') => {
    const text = input[field];
    return text == null ? text : instantField(field, text);
  };
  if (input.callReviews !== undefined) checkReviews(input.callReviews);
  const endedAt = instant('endTime');
  if (endedAt != null && endedAt > now) {
    throw invalid(
      'endTime',
      'is in the future',
      `a time up to now (${formatInstant(now)}), or null for a meeting to come`,
    );
  }
  return {
    scheduledAt: instant('dateTime') as Micros | undefined,
    startedAt: instant('startTime'),
    endedAt,
    questions: input.questions === undefined ? undefined : checkQuestions(input.questions),
  };
}

/** When a meeting is held is known from its being started and ended; other times are history. */
function requireMayTime(actor: Actor, input: MeetingPatch): void {
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

/** Who was told of a meeting by the feed is never told that it was not held. */
function requireStaysEnded(stored: HeldTimes, startedAt: Micros | null, endedAt: Micros | null): void {
  if (stored.endedAt === null) return;
  for (const [field, time] of [
    ['startTime', startedAt],
    ['endTime', endedAt],
  ] as const) {
    if (time !== null) continue;
    const problem = `The meeting has ended, so its ${field} can be changed, but not cleared; an administrator can delete the meeting.`;
    throw new AppError('conflict', problem, { field, allowed: 'a time' });
  }
}

export async function createMeeting({ db, clock }: CoachingDeps, actor: Actor, body: unknown): Promise<ManagedMeeting> {
  const input = checkInput(body);
  const now = clock.now();
  const given = checkFields(input, now);
  const [startedAt, endedAt] = [given.startedAt ?? null, given.endedAt ?? null];
  checkTimes(startedAt, endedAt);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  requireMayTime(actor, input);
  return atomic(db, async (tx) => {
    const planId = input.planId == null ? null : String(input.planId);
    const plan = planId === null ? null : await findPlan(tx, actor, planId);
    if (planId !== null && plan === null) throw noPlan();
    const coach = input.coachId ?? plan?.coachId ?? userOf(actor)?.id;
    if (coach === undefined) throw invalid('coachId', 'is missing', "a user's id, or the planId of a plan");
    const recipient = input.recipientId ?? plan?.recipientId;
    if (recipient === undefined) throw invalid('recipientId', 'is missing', "a user's id, or the planId of a plan");
    const coachId = await requireUserId(tx, actor, 'coachId', coach);
    const recipientId = await requireUserId(tx, actor, 'recipientId', recipient);
    if (plan?.recipientId !== recipient) requireRecipientOf(plan, recipientId);
    const sight = await coachingSight(tx, actor);
    await requireCoach(tx, actor, sight, { coachId, recipientId }, 'makes a meeting with this recipient');
    await requireMayInvite(tx, actor, sight, recipientId, plan?.coachId ?? null);
    const skills = plan?.skills.map(({ id }) => id) ?? [];
    const reviews = await pickReviews(tx, actor, input.callReviews ?? [], skills);
    if (planId !== null && (await lockPlans(tx, actor, [planId])).length === 0) throw noPlan();
    const meetingId = await newNumber(tx, actor, 'meetings', 'meeting', input.id);
    await sql`insert into meetings (account_id, meeting_id, plan_id, scheduled_at, coach_id, recipient_id, started_at,
        ended_at, questions, comments)
      values (${actor.accountId}, ${meetingId}, ${planId}, ${toTimestamp(given.scheduledAt!)}, ${coachId}, ${recipientId},
        ${toTimestamp(startedAt)}, ${toTimestamp(endedAt)}, ${JSON.stringify(given.questions ?? [])},
        ${input.comments ?? null})`.execute(tx);
    await writeReviews(tx, actor, meetingId, reviews);
    const after = await rereadMeeting(tx, actor, meetingId);
    await recordChange(tx, actor, { kind: 'meetings', id: meetingId, before: null, after: auditView(after) });
    await stampMeeting({ tx, actor, now }, meetingId, endedAt === null ? [] : [planId]);
    return after;
  });
}

export async function updateMeeting(
  { db, clock }: CoachingDeps,
  actor: Actor,
  meetingId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedMeeting> {
  const patch = checkPatch(body);
  const now = clock.now();
  const given = checkFields(patch, now);
  requireMayTime(actor, patch);
  return atomic(db, async (tx) => {
    const seen = await findMeeting(tx, actor, meetingId);
    const planId = patch.planId === undefined ? seen.planId : patch.planId === null ? null : String(patch.planId);
    if (planId !== null && planId !== seen.planId && (await findPlan(tx, actor, planId)) === null) throw noPlan();
    const reviews =
      patch.callReviews && (await pickReviews(tx, actor, patch.callReviews, await skillsOf(tx, actor, planId)));
    const { stored, before, sight } = await lockMeeting(tx, actor, seen, [planId], 'changes a meeting');
    requireMatch(ifMatch, etagOf(before));
    const startedAt = given.startedAt === undefined ? stored.startedAt : given.startedAt;
    const endedAt = given.endedAt === undefined ? stored.endedAt : given.endedAt;
    requireStaysEnded(stored, startedAt, endedAt);
    checkTimes(startedAt, endedAt);
    const coachId = (await requireUserId(tx, actor, 'coachId', patch.coachId)) ?? stored.coachId;
    const recipientId = (await requireUserId(tx, actor, 'recipientId', patch.recipientId)) ?? stored.recipientId;
    requireRecipientOf(await planById(tx, actor, planId), recipientId);
    if (recipientId !== stored.recipientId) {
      await requireCoach(tx, actor, sight, { coachId, recipientId }, 'makes a meeting with this recipient');
    }
    const questions = given.questions ?? stored.questions;
    const comments = patch.comments === undefined ? stored.comments : patch.comments;
    await sql`update meetings set plan_id = ${planId}, scheduled_at = ${toTimestamp(given.scheduledAt ?? stored.scheduledAt)},
        coach_id = ${coachId}, recipient_id = ${recipientId}, started_at = ${toTimestamp(startedAt)},
        ended_at = ${toTimestamp(endedAt)}, questions = ${JSON.stringify(questions)}, comments = ${comments}
      where account_id = ${actor.accountId} and meeting_id = ${meetingId}`.execute(tx);
    if (reviews) await writeReviews(tx, actor, meetingId, reviews);
    const after = await rereadMeeting(tx, actor, meetingId);
    if (etagOf(after) === etagOf(before)) return before;
    await recordChange(tx, actor, {
      ...{ kind: 'meetings', id: meetingId, before: auditView(before), after: auditView(after) },
    });
    const counted = [stored.endedAt === null ? null : stored.planId, endedAt === null ? null : planId];
    const [from, to] = counted;
    await stampMeeting({ tx, actor, now }, meetingId, from === to ? [] : counted);
    return after;
  });
}

export async function startMeeting(
  deps: CoachingDeps,
  actor: Actor,
  meetingId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedMeeting> {
  checkMove(body);
  return moveMeeting(deps, actor, meetingId, ifMatch, 'starts a meeting', ({ startedAt }, now) => {
    if (startedAt !== null) {
      throw new AppError('conflict', `The meeting started at ${formatInstant(startedAt)}; it starts once.`);
    }
    return { startedAt: now, endedAt: null };
  });
}

export async function endMeeting(
  deps: CoachingDeps,
  actor: Actor,
  meetingId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedMeeting> {
  checkMove(body);
  return moveMeeting(deps, actor, meetingId, ifMatch, 'ends a meeting', ({ startedAt, endedAt }, now) => {
    if (startedAt === null) throw new AppError('conflict', 'The meeting has not started; it ends after its start.');
    if (endedAt !== null) {
      throw new AppError('conflict', `The meeting ended at ${formatInstant(endedAt)}; it ends once.`);
    }
    if (now < startedAt) {
      const problem = `The meeting starts at ${formatInstant(startedAt)}; it ends after its start.`;
      throw new AppError('conflict', problem);
    }
    return { startedAt, endedAt: now };
  });
}

type HeldTimes = Pick<MeetingRow, 'startedAt' | 'endedAt'>;

async function moveMeeting(
  { db, clock }: CoachingDeps,
  actor: Actor,
  meetingId: string,
  ifMatch: string | null,
  does: string,
  move: (times: HeldTimes, now: Micros) => HeldTimes,
): Promise<ManagedMeeting> {
  return atomic(db, async (tx) => {
    const seen = await findMeeting(tx, actor, meetingId);
    const { stored, before } = await lockMeeting(tx, actor, seen, [], does);
    requireMatch(ifMatch, etagOf(before));
    const now = clock.now();
    const { startedAt, endedAt } = move(stored, now);
    await sql`update meetings set started_at = ${toTimestamp(startedAt)}, ended_at = ${toTimestamp(endedAt)}
      where account_id = ${actor.accountId} and meeting_id = ${meetingId}`.execute(tx);
    const after = await rereadMeeting(tx, actor, meetingId);
    await recordChange(tx, actor, {
      ...{ kind: 'meetings', id: meetingId, before: auditView(before), after: auditView(after) },
    });
    await stampMeeting({ tx, actor, now }, meetingId, endedAt === null ? [] : [stored.planId]);
    return after;
  });
}

/** Cancels a meeting that has not started; an administrator deletes any. */
export async function deleteMeeting(
  { db, clock }: CoachingDeps,
  actor: Actor,
  meetingId: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const seen = await findMeeting(tx, actor, meetingId);
    const { stored, before } = await lockMeeting(tx, actor, seen, [], 'cancels a meeting');
    if (stored.startedAt !== null && !actor.rights.has('admin')) {
      throw new AppError('forbidden', 'Only an administrator deletes a meeting that has started.');
    }
    requireMatch(ifMatch, etagOf(before));
    await sql`delete from meetings where account_id = ${actor.accountId} and meeting_id = ${meetingId}`.execute(tx);
    await recordChange(tx, actor, { kind: 'meetings', id: meetingId, before: auditView(before), after: null });
    if (stored.endedAt !== null) await stampPlans({ tx, actor, now: clock.now() }, [stored.planId]);
  });
}

/**
 * Locks a meeting that this one may change, after its plan and those given: all who lock both do it in this order.
 * A meeting that was moved to another plan since it was seen would turn the order around.
 */
async function lockMeeting(
  tx: Tx,
  actor: Actor,
  seen: MeetingRow,
  planIds: readonly (string | null)[],
  does: string,
): Promise<{ readonly stored: MeetingRow; readonly before: ManagedMeeting; readonly sight: Sight }> {
  const { meetingId } = seen;
  const wanted = [...new Set([seen.planId, ...planIds])].filter((id) => id !== null);
  const locked = await lockPlans(tx, actor, wanted);
  await sql`select 1 from meetings
    where account_id = ${actor.accountId} and meeting_id = ${meetingId} for no key update`.execute(tx);
  const stored = await findMeeting(tx, actor, meetingId);
  if (stored.planId !== seen.planId) {
    throw new AppError('unavailable', 'The meeting has just been moved to another plan; send this again.');
  }
  if (locked.length < wanted.length) throw noPlan();
  const sight = await coachingSight(tx, actor);
  await requireCoach(tx, actor, sight, stored, does);
  return { stored, before: showMeeting(stored), sight };
}

/** A meeting after a change, which may have taken it out of the sight of the one who made it. */
async function rereadMeeting(tx: Tx, scope: Scope, meetingId: string): Promise<ManagedMeeting> {
  const [meeting] = await selectMeetings(
    tx,
    scope,
    sql`where m.account_id = ${scope.accountId} and m.meeting_id = ${meetingId}`,
  );
  return showMeeting(meeting!);
}

interface Stamping {
  readonly tx: Tx;
  readonly actor: Actor;
  readonly now: Micros;
}

/** Stamps a meeting that has ended, and before it the plans whose completed meetings it changes. */
async function stampMeeting(stamping: Stamping, meetingId: string, planIds: readonly (string | null)[]): Promise<void> {
  await stampPlans(stamping, planIds);
  await stampEntries(stamping.tx, stamping.actor, meetingsFeed, [meetingId]);
}

async function stampPlans({ tx, actor, now }: Stamping, planIds: readonly (string | null)[]): Promise<void> {
  const ids = [...new Set(planIds)].filter((id) => id !== null);
  if (ids.length === 0) return;
  await schedulePlans(tx, actor, ids, now, actor.timeZone);
  await stampEntries(tx, actor, plansFeed, ids);
}

/** A meeting's plan, whether the one who acts sees it or not. */
async function planById(tx: Tx, scope: Scope, planId: string | null) {
  if (planId === null) return null;
  const [plan] = await selectPlans(tx, sql`where p.account_id = ${scope.accountId} and p.plan_id = ${planId}`);
  return plan ?? null;
}

async function skillsOf(tx: Tx, scope: Scope, planId: string | null): Promise<readonly number[]> {
  return (await planById(tx, scope, planId))?.skills.map(({ id }) => id) ?? [];
}

function noPlan(): AppError {
  return invalid('planId', 'names no plan that there is', "a plan's number, or null");
}

function requireRecipientOf(plan: { readonly recipientId: string } | null, recipientId: string): void {
  if (plan === null || plan.recipientId === recipientId) return;
  throw invalid('recipientId', "is not the plan's recipient", `${plan.recipientId}, or a planId of null`);
}

/** A rep who coaches holds the meetings of the plans that name them as coach, and makes no others. */
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
