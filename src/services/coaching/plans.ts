import { compileCheck } from '../../contract/check.js';
import { type Plan, PlanInput, PlanPatch } from '../../contract/coaching.js';
import { takeNumber } from '../../db/account-numbers.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { hasMeetings, lockMeetingsOfPlan, removeMeetingsOfPlan } from '../../db/meetings.js';
import { writePlanSkills } from '../../db/plan-skills.js';
import {
  findPlan,
  insertPlan,
  lockPlan,
  type PlanFilters,
  plansFeed,
  removePlan,
  selectPlans,
  writePlan,
} from '../../db/plans.js';
import { selectKnownSkills } from '../../db/skills.js';
import { AppError, invalid } from '../../errors.js';
import type { PlanRow } from '../../wire/coaching-json.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import type { Deps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { instantField } from '../instant-field.js';
import { requireUserId } from '../people/named-users.js';
import { coachingSight, numberInUse, requireCoach } from './coaching-access.js';
import { schedulePlans } from './due-plans.js';
import { toMeeting } from './meeting-views.js';
import { missedMeetings } from './plan-schedule.js';

const checkInput = compileCheck(PlanInput);
const checkPatch = compileCheck(PlanPatch);

/** A plan as /api/v1 shows it at a time. */
function toPlan(row: PlanRow, now: Micros, timeZone: string): Plan {
  return {
    id: Number(row.planId),
    name: row.name,
    objective: row.objective,
    coachId: row.coachId,
    recipientId: row.recipientId,
    startDate: formatInstant(row.startAt),
    cadenceDays: row.cadenceDays,
    plannedMeetings: row.plannedMeetings,
    skills: row.skills.map(({ id }) => id),
    completedAt: formatInstant(row.completedAt),
    completedMeetings: row.completedMeetings,
    estimatedMissedMeetings: missedMeetings(row, now, timeZone),
  };
}

/** Plans that the actor sees, by number. */
export async function listPlans(
  { db, clock }: Deps,
  actor: Actor,
  filters: PlanFilters,
  page: { readonly after: number; readonly limit: number },
): Promise<Plan[]> {
  const plans = await selectPlans(db, actor, await coachingSight(db, actor), filters, page);
  const now = clock.now();
  return plans.map((plan) => toPlan(plan, now, actor.timeZone));
}

/** Throws not_found for a plan that is not there or not seen. */
export async function readPlan({ db, clock }: Deps, actor: Actor, planId: string): Promise<Plan> {
  const plan = existing(await findPlan(db, actor, planId, await coachingSight(db, actor)));
  return toPlan(plan, clock.now(), actor.timeZone);
}

/** Adds a plan, under the account's next number unless history gives one. */
export async function createPlan({ db, clock }: Deps, actor: Actor, body: unknown): Promise<Plan> {
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
    const skillIds = await requireSkills(tx, actor, input.skills ?? []);
    const planId = await takeNumber(tx, actor, 'plan', input.id);
    const { name, objective, cadenceDays, plannedMeetings } = input;
    const times = { startAt, completedAt, cadenceDays, plannedMeetings };
    if (!(await insertPlan(tx, actor, { planId, name, objective, coachId, recipientId, ...times }))) {
      throw numberInUse('plan', planId);
    }
    await writePlanSkills(tx, actor, planId, skillIds);
    const [plan] = await schedulePlans(tx, actor, [planId], clock.now(), actor.timeZone);
    const after = toPlan(plan!, clock.now(), actor.timeZone);
    await recordChange(tx, actor, { kind: 'plans', id: planId, before: null, after });
    await stampEntries(tx, actor, plansFeed, [planId]);
    return after;
  });
}

/** Changes the given fields of a plan; another recipient is a conflict once it has meetings. */
export async function updatePlan(
  { db, clock }: Deps,
  actor: Actor,
  planId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Plan> {
  const patch = checkPatch(body);
  const given = {
    startAt: patch.startDate === undefined ? undefined : instantField('startDate', patch.startDate),
    completedAt: patch.completedAt == null ? patch.completedAt : instantField('completedAt', patch.completedAt),
  };
  return atomic(db, async (tx) => {
    const now = clock.now();
    const sight = await coachingSight(tx, actor);
    const stored = existing(await lockPlan(tx, actor, planId, sight, 'change'));
    const before = toPlan(stored, now, actor.timeZone);
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
      await writePlanSkills(tx, actor, planId, await requireSkills(tx, actor, patch.skills));
    }
    await writePlan(tx, actor, {
      planId,
      name: patch.name ?? stored.name,
      objective: patch.objective ?? stored.objective,
      coachId,
      recipientId,
      startAt,
      cadenceDays: patch.cadenceDays ?? stored.cadenceDays,
      plannedMeetings: patch.plannedMeetings ?? stored.plannedMeetings,
      completedAt,
    });
    const [plan] = await schedulePlans(tx, actor, [planId], now, actor.timeZone);
    const after = toPlan(plan!, now, actor.timeZone);
    if (etagOf(after) === etagOf(before)) return before;
    await recordChange(tx, actor, { kind: 'plans', id: planId, before, after });
    await stampEntries(tx, actor, plansFeed, [planId]);
    return after;
  });
}

/** Deletes a plan, and cancels its meetings; a meeting that has started is a conflict. */
export async function deletePlan(
  { db, clock }: Deps,
  actor: Actor,
  planId: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const sight = await coachingSight(tx, actor);
    const stored = existing(await lockPlan(tx, actor, planId, sight, 'delete'));
    const before = toPlan(stored, clock.now(), actor.timeZone);
    await requireCoach(tx, actor, sight, stored, 'deletes a plan');
    requireMatch(ifMatch, etagOf(before));
    const meetings = await lockMeetingsOfPlan(tx, actor, planId);
    const held = meetings.filter(({ startedAt }) => startedAt !== null).length;
    if (held > 0) {
      const meetingsHeld = held === 1 ? 'a meeting that was held' : `${held} meetings that were held`;
      const problem = `The plan has ${meetingsHeld}, and is kept; set completedAt to close it.`;
      throw new AppError('conflict', problem);
    }
    for (const meeting of meetings) {
      const { meetingId: id, coachId, recipientId } = meeting;
      const concerns = [coachId, recipientId];
      await recordChange(tx, actor, { kind: 'meetings', id, before: toMeeting(meeting), after: null, concerns });
    }
    await removeMeetingsOfPlan(tx, actor, planId);
    await removePlan(tx, actor, planId);
    await recordChange(tx, actor, { kind: 'plans', id: planId, before, after: null });
  });
}

function existing(plan: PlanRow | null): PlanRow {
  if (plan === null) throw new AppError('not_found', 'There is no such plan.');
  return plan;
}

function requireNotBefore(completedAt: Micros | null, startAt: Micros): void {
  if (completedAt === null || completedAt >= startAt) return;
  throw invalid('completedAt', 'is before the startDate', `a time from ${formatInstant(startAt)} on, or null`);
}

async function requireNoMeetings(tx: Tx, scope: Scope, planId: string): Promise<void> {
  if (!(await hasMeetings(tx, scope, planId))) return;
  const problem = 'The plan has meetings with its recipient; another recipient takes a plan of their own.';
  throw new AppError('conflict', problem, { field: 'recipientId' });
}

/** The ids of skills, each once; throws invalid for a number that is not a skill's. */
async function requireSkills(tx: Tx, scope: Scope, numbers: readonly number[]): Promise<string[]> {
  const ids = numbers.map(String);
  const known = await selectKnownSkills(tx, scope, ids);
  const unknown = ids.findIndex((id) => !known.has(id));
  if (unknown !== -1) {
    throw invalid(`skills[${unknown}]`, `${ids[unknown]} is not a skill of this account`, "a skill's number");
  }
  return [...new Set(ids)];
}
