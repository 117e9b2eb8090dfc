import { sql } from 'kysely';
import type { Clock } from '../../clock.js';
import { compileCheck } from '../../contract/check.js';
import { PlanInput, PlanPatch } from '../../contract/coaching.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { isUser } from '../../db/named-users.js';
import { plansFeed, type StoredPlan, selectPlans } from '../../db/plans.js';
import { STAMP_BATCH } from '../../db/stamps.js';
import { AppError, invalid } from '../../errors.js';
import { formatInstant, type Micros, toTimestamp } from '../../wire/instants.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import { etagOf, requireMatch } from '../etag.js';
import { instantField } from '../instant-field.js';
import { requireUserId } from '../people/named-users.js';
import { coachingSight, newNumber, requireCoach, seesCoaching } from './coaching-access.js';
import { missedMeetings, nextChangeAt } from './plan-schedule.js';

const checkInput = compileCheck(PlanInput);
const checkPatch = compileCheck(PlanPatch);

export interface CoachingDeps {
  readonly db: Db;
  readonly clock: Clock;
}

/** A coaching plan, as /api/v1 shows it. */
export interface ManagedPlan {
  readonly id: number;
  readonly name: string;
  readonly objective: string;
  readonly coachId: string;
  readonly recipientId: string;
  readonly startDate: string;
  readonly cadenceDays: number;
  readonly plannedMeetings: number;
  /** Numbers of skills. */
  readonly skills: readonly number[];
  /** Null while the plan is open. */
  readonly completedAt: string | null;
  readonly completedMeetings: number;
  /** As of now. */
  readonly estimatedMissedMeetings: number;
}

function showPlan(plan: StoredPlan, now: Micros, timeZone: string): ManagedPlan {
  return {
    id: Number(plan.planId),
    name: plan.name,
    objective: plan.objective,
    coachId: plan.coachId,
    recipientId: plan.recipientId,
    startDate: formatInstant(plan.startAt),
    cadenceDays: plan.cadenceDays,
    plannedMeetings: plan.plannedMeetings,
    skills: plan.skills.map(({ id }) => id),
    completedAt: formatInstant(plan.completedAt),
    completedMeetings: plan.completedMeetings,
    estimatedMissedMeetings: missedMeetings(plan, now, timeZone),
  };
}

export interface CoachingFilters {
  readonly coachId: string | null;
  readonly recipientId: string | null;
}

/** Plans that this one sees, by number. */
export async function listPlans(
  { db, clock }: CoachingDeps,
  actor: Actor,
  { coachId, recipientId }: CoachingFilters,
  page: { readonly after: number; readonly limit: number },
): Promise<ManagedPlan[]> {
  const sight = await coachingSight(db, actor);
  const plans = await selectPlans(
    db,
    sql`where p.account_id = ${actor.accountId} and p.plan_id::bigint > ${page.after}
      and ${isUser(actor, 'p.coach_id', coachId)} and ${isUser(actor, 'p.recipient_id', recipientId)}
      and ${seesCoaching(sight, 'p', 'coach_id', 'recipient_id')}
      order by p.plan_id::bigint limit ${page.limit}`,
  );
  const now = clock.now();
  return plans.map((plan) => showPlan(plan, now, actor.timeZone));
}

export async function readPlan({ db, clock }: CoachingDeps, actor: Actor, planId: string): Promise<ManagedPlan> {
  const plan = await findPlan(db, actor, planId);
  if (plan === null) throw noSuchPlan();
  return showPlan(plan, clock.now(), actor.timeZone);
}

/** A plan that this one sees; null where there is none. */
export async function findPlan(db: Db | Tx, actor: Actor, planId: string): Promise<StoredPlan | null> {
  const sight = await coachingSight(db, actor);
  const [plan] = await selectPlans(
    db,
    sql`where p.account_id = ${actor.accountId} and p.plan_id = ${planId}
      and ${seesCoaching(sight, 'p', 'coach_id', 'recipient_id')}`,
  );
  return plan ?? null;
}

export async function createPlan({ db, clock }: CoachingDeps, actor: Actor, body: unknown): Promise<ManagedPlan> {
  const input = checkInput(body);
  const startAt = instantField('startDate', input.startDate);
  const completedAt = input.completedAt == null ? null : instantField('completedAt', input.completedAt);
  requireNotBefore(completedAt, startAt);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  return atomic(db, async (tx) => {
    const coachId = await requireUserId(tx, actor, 'coachId', input.coachId);
    const recipientId = await requireUserId(tx, actor, 'recipientId', input.recipientId);
    const sight = await coachingSight(tx, actor);
    await requireCoach(tx, actor, sight, { coachId, recipientId }, 'makes a plan for this recipient');
    const skills = await requireSkills(tx, actor, input.skills ?? []);
    const planId = await newNumber(tx, actor, 'plans', 'plan', input.id);
    await sql`insert into plans (account_id, plan_id, name, objective, coach_id, recipient_id, start_at, cadence_days,
        planned_meetings, completed_at)
      values (${actor.accountId}, ${planId}, ${input.name}, ${input.objective}, ${coachId}, ${recipientId},
        ${toTimestamp(startAt)}, ${input.cadenceDays}, ${input.plannedMeetings}, ${toTimestamp(completedAt)})`.execute(
      tx,
    );
    await writeSkills(tx, actor, planId, skills);
    const [plan] = await schedulePlans(tx, actor, [planId], clock.now(), actor.timeZone);
    const after = showPlan(plan!, clock.now(), actor.timeZone);
    await recordChange(tx, actor, { kind: 'plans', id: planId, before: null, after });
    await stampEntries(tx, actor, plansFeed, [planId]);
    return after;
  });
}

export async function updatePlan(
  { db, clock }: CoachingDeps,
  actor: Actor,
  planId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedPlan> {
  const patch = checkPatch(body);
  const given = {
    startAt: patch.startDate === undefined ? undefined : instantField('startDate', patch.startDate),
    completedAt: patch.completedAt == null ? patch.completedAt : instantField('completedAt', patch.completedAt),
  };
  return atomic(db, async (tx) => {
    const now = clock.now();
    const stored = await lockPlan(tx, actor, planId);
    const before = showPlan(stored, now, actor.timeZone);
    const sight = await coachingSight(tx, actor);
    await requireCoach(tx, actor, sight, stored, 'changes a plan');
    requireMatch(ifMatch, etagOf(before));
    const startAt = given.startAt ?? stored.startAt;
    const completedAt = given.completedAt === undefined ? stored.completedAt : given.completedAt;
    requireNotBefore(completedAt, startAt);
    const coachId = (await requireUserId(tx, actor, 'coachId', patch.coachId)) ?? stored.coachId;
    const recipientId = (await requireUserId(tx, actor, 'recipientId', patch.recipientId)) ?? stored.recipientId;
    if (recipientId !== stored.recipientId) {
      await requireCoach(tx, actor, sight, { coachId, recipientId }, 'makes a plan for this recipient');
      await requireNoMeetings(tx, actor, planId);
    }
    if (patch.skills !== undefined) {
      await writeSkills(tx, actor, planId, await requireSkills(tx, actor, patch.skills));
    }
    await sql`update plans set name = ${patch.name ?? stored.name}, objective = ${patch.objective ?? stored.objective},
        coach_id = ${coachId}, recipient_id = ${recipientId}, start_at = ${toTimestamp(startAt)},
        cadence_days = ${patch.cadenceDays ?? stored.cadenceDays},
        planned_meetings = ${patch.plannedMeetings ?? stored.plannedMeetings}, completed_at = ${toTimestamp(completedAt)}
      where account_id = ${actor.accountId} and plan_id = ${planId}`.execute(tx);
    const [plan] = await schedulePlans(tx, actor, [planId], now, actor.timeZone);
    const after = showPlan(plan!, now, actor.timeZone);
    if (etagOf(after) === etagOf(before)) return before;
    await recordChange(tx, actor, { kind: 'plans', id: planId, before, after });
    await stampEntries(tx, actor, plansFeed, [planId]);
    return after;
  });
}

/** Deletes a plan, and cancels its meetings that have not started. */
export async function deletePlan(
  { db, clock }: CoachingDeps,
  actor: Actor,
  planId: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const stored = await lockPlan(tx, actor, planId, 'delete');
    const before = showPlan(stored, clock.now(), actor.timeZone);
    await requireCoach(tx, actor, await coachingSight(tx, actor), stored, 'deletes a plan');
    requireMatch(ifMatch, etagOf(before));
    const meetings = await sql<{
      id: string;
      started: boolean;
    }>`select meeting_id as id, started_at is not null as started
      from meetings where account_id = ${actor.accountId} and plan_id = ${planId}
      order by meeting_id for update`.execute(tx);
    const held = meetings.rows.filter(({ started }) => started).length;
    if (held > 0) {
      const meetingsHeld = held === 1 ? 'a meeting that was held' : `${held} meetings that were held`;
      const problem = `The plan has ${meetingsHeld}, and is kept; set completedAt to close it.`;
      throw new AppError('conflict', problem);
    }
    for (const { id } of meetings.rows) {
      await recordChange(tx, actor, {
        kind: 'meetings',
        id,
        before: { id: Number(id), planId: before.id },
        after: null,
      });
    }
    await sql`delete from meetings where account_id = ${actor.accountId} and plan_id = ${planId}`.execute(tx);
    await sql`delete from plans where account_id = ${actor.accountId} and plan_id = ${planId}`.execute(tx);
    await recordChange(tx, actor, { kind: 'plans', id: planId, before, after: null });
  });
}

/**
 * Works out again when time alone changes plans next, for plans that are locked; answers them as they are. What is
 * counted is counted behind the locks, so that of two meetings that end at once the second counts both.
 */
export async function schedulePlans(
  tx: Tx,
  scope: Scope,
  planIds: readonly string[],
  now: Micros,
  timeZone: string,
): Promise<StoredPlan[]> {
  const plans = await selectPlans(
    tx,
    sql`where p.account_id = ${scope.accountId} and p.plan_id = any(${planIds}) order by p.plan_id`,
  );
  const next = plans.map((plan) => toTimestamp(nextChangeAt(plan, now, timeZone)));
  const ids = plans.map(({ planId }) => planId);
  await sql`update plans set next_change_at = scheduled.next_change_at
    from unnest(${ids}::text[], ${next}::timestamptz[]) as scheduled (plan_id, next_change_at)
    where plans.account_id = ${scope.accountId} and plans.plan_id = scheduled.plan_id`.execute(tx);
  return plans;
}

/** Locks plans, in order, before any of their meetings is; answers which there still are. */
export async function lockPlans(tx: Tx, scope: Scope, planIds: readonly string[]): Promise<readonly string[]> {
  const found = await sql<{ id: string }>`select plan_id as id from plans
    where account_id = ${scope.accountId} and plan_id = any(${planIds}) order by plan_id for no key update`.execute(tx);
  return found.rows.map(({ id }) => id);
}

/**
 * Restamps the plans whose estimatedMissedMeetings time alone has changed, of all accounts. Runs every minute; the figure
 * itself is worked out for each request.
 */
export async function restampDuePlans({ db, clock }: CoachingDeps, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const due = await sql<{ accountId: string; timeZone: string }>`
      select p.account_id as "accountId", a.time_zone as "timeZone" from plans p join accounts a using (account_id)
      where p.next_change_at <= ${toTimestamp(clock.now())}::timestamptz
      order by p.next_change_at limit 1`.execute(db);
    const scope = due.rows[0];
    if (!scope) return;
    await db.transaction().execute((tx) => restampBatch(tx, scope, scope.timeZone, clock.now()));
  }
}

async function restampBatch(tx: Tx, scope: Scope, timeZone: string, now: Micros): Promise<void> {
  const due = await sql<{ planId: string; changeAt: Micros }>`
    select plan_id as "planId", next_change_at as "changeAt" from plans
    where account_id = ${scope.accountId} and next_change_at <= ${toTimestamp(now)}::timestamptz
    order by plan_id limit ${STAMP_BATCH} for no key update`.execute(tx);
  const changeAt = new Map(due.rows.map((row) => [row.planId, row.changeAt]));
  const plans = await schedulePlans(tx, scope, [...changeAt.keys()], now, timeZone);
  const changed = plans.filter((plan) => {
    const before = missedMeetings(plan, changeAt.get(plan.planId)! - 1, timeZone);
    return missedMeetings(plan, now, timeZone) !== before;
  });
  await stampEntries(
    tx,
    scope,
    plansFeed,
    changed.map(({ planId }) => planId),
  );
}

/** On other clocks, plans' meetings are due at other times: the next minute works out when. */
export async function rescheduleAccount(tx: Tx, scope: Scope): Promise<void> {
  await sql`select 1 from plans where account_id = ${scope.accountId} order by plan_id for no key update`.execute(tx);
  await sql`update plans set next_change_at = clock_timestamp()
    where account_id = ${scope.accountId} and (completed_at is null or next_change_at is not null)`.execute(tx);
}

/** A plan that this one sees, locked until commit. */
async function lockPlan(tx: Tx, actor: Actor, planId: string, to: 'change' | 'delete' = 'change'): Promise<StoredPlan> {
  const strength = to === 'delete' ? sql`for update` : sql`for no key update`;
  await sql`select 1 from plans where account_id = ${actor.accountId} and plan_id = ${planId} ${strength}`.execute(tx);
  const plan = await findPlan(tx, actor, planId);
  if (plan === null) throw noSuchPlan();
  return plan;
}

function noSuchPlan(): AppError {
  return new AppError('not_found', 'There is no such plan.');
}

function requireNotBefore(completedAt: Micros | null, startAt: Micros): void {
  if (completedAt === null || completedAt >= startAt) return;
  throw invalid('completedAt', 'is before the startDate', `a time from ${formatInstant(startAt)} on, or null`);
}

async function requireNoMeetings(tx: Tx, scope: Scope, planId: string): Promise<void> {
  const found = await sql`select 1 from meetings
    where account_id = ${scope.accountId} and plan_id = ${planId} limit 1`.execute(tx);
  if (found.rows.length === 0) return;
  const problem = 'The plan has meetings with its recipient; another recipient takes a plan of their own.';
  throw new AppError('conflict', problem, { field: 'recipientId' });
}

/** The ids of skills, each once; refuses what is none. */
async function requireSkills(tx: Tx, scope: Scope, numbers: readonly number[]): Promise<string[]> {
  const found = await sql<{ id: string }>`select skill_id as id from skills
    where account_id = ${scope.accountId} and skill_id = any(${numbers.map(String)})`.execute(tx);
  const known = new Set(found.rows.map(({ id }) => id));
  for (const [index, number] of numbers.entries()) {
    if (!known.has(String(number))) {
      throw invalid(`skills[${index}]`, `${number} is no skill of this account`, "a skill's number");
    }
  }
  return [...new Set(numbers.map(String))];
}

async function writeSkills(tx: Tx, scope: Scope, planId: string, skillIds: readonly string[]): Promise<void> {
  await sql`delete from plan_skills where account_id = ${scope.accountId} and plan_id = ${planId}`.execute(tx);
  await sql`insert into plan_skills (account_id, plan_id, position, skill_id)
    select ${scope.accountId}, ${planId}, ordinality - 1, skill_id
    from unnest(${skillIds}::text[]) with ordinality as given (skill_id, ordinality)`.execute(tx);
}
