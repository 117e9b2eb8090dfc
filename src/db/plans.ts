import { type RawBuilder, sql } from 'kysely';
import type { PlanRow } from '../wire/coaching-json.js';
import { toTimestamp } from '../wire/instants.js';
import { seesCoaching } from './coaching-visibility.js';
import type { Db, Scope, Tx } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';
import { isUser } from './named-users.js';
import type { Sight } from './visibility.js';

/** The feed of coaching plans (api-v2 §4). */
export const plansFeed = feedTable({ name: 'plans', table: 'plans', id: 'plan_id', times: ['start_at'] });

/** The values of a plan, without its skills. */
export type PlanValues = Omit<PlanRow, 'completedMeetings' | 'skills' | 'modified'>;

/** Filters of a list of plans; null means any value. */
export interface PlanFilters {
  readonly coachId: string | null;
  readonly recipientId: string | null;
}

type Row = Omit<PlanRow, 'skills'> & { readonly skillsJson: string };

/** Reads plans (as `p`). `rest` is the SQL after the joins: condition, order and limit. */
async function readPlans(db: Db | Tx, rest: RawBuilder<unknown>): Promise<PlanRow[]> {
  const found = await sql<Row>`select p.plan_id as "planId", p.name, p.objective, p.start_at as "startAt",
      p.coach_id as "coachId", p.recipient_id as "recipientId", p.cadence_days as "cadenceDays",
      p.planned_meetings as "plannedMeetings", p.completed_at as "completedAt", p.stamp as modified,
      (select count(*) from meetings m where m.account_id = p.account_id and m.plan_id = p.plan_id
        and m.ended_at is not null) as "completedMeetings",
      (select coalesce(json_agg(json_build_object('id', k.skill_id::bigint, 'name', k.name) order by ps.position), '[]')
        from plan_skills ps join skills k on k.account_id = ps.account_id and k.skill_id = ps.skill_id
        where ps.account_id = p.account_id and ps.plan_id = p.plan_id) as "skillsJson"
    from plans p ${rest}`.execute(db);
  return found.rows.map(({ skillsJson, ...plan }) => ({ ...plan, skills: JSON.parse(skillsJson) }));
}

const seen = (sight: Sight) => seesCoaching(sight, 'p', 'coach_id', 'recipient_id');

/** Plans within a sight with numbers after the given one, by number; null filters match any value. */
export function selectPlans(
  db: Db | Tx,
  scope: Scope,
  sight: Sight,
  { coachId, recipientId }: PlanFilters,
  page: { readonly after: number; readonly limit: number },
): Promise<PlanRow[]> {
  return readPlans(
    db,
    sql`where p.account_id = ${scope.accountId} and p.plan_id::bigint > ${page.after}
      and ${isUser(scope, 'p.coach_id', coachId)} and ${isUser(scope, 'p.recipient_id', recipientId)}
      and ${seen(sight)} order by p.plan_id::bigint limit ${page.limit}`,
  );
}

/** The plans with these ids, in the order of their own ids. */
export function selectPlansById(tx: Tx, scope: Scope, planIds: readonly string[]): Promise<PlanRow[]> {
  return readPlans(tx, sql`where p.account_id = ${scope.accountId} and p.plan_id = any(${planIds}) order by p.plan_id`);
}

/** A page of the feed of plans: those strictly after a position, in feed order. */
export function plansAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<PlanRow[]> {
  return readPlans(db, pageAfter(plansFeed, 'p', scope, after, limit));
}

/** The plan; null if there is no such plan within the sight. */
export async function findPlan(db: Db | Tx, scope: Scope, planId: string, sight: Sight): Promise<PlanRow | null> {
  const [plan] = await readPlans(
    db,
    sql`where p.account_id = ${scope.accountId} and p.plan_id = ${planId} and ${seen(sight)}`,
  );
  return plan ?? null;
}

/**
 * The plan, locked until commit; null if there is no such plan within the sight. It is read by a second statement,
 * after the lock, so that the count of its meetings includes changes by transactions that held the lock before.
 */
export async function lockPlan(
  tx: Tx,
  scope: Scope,
  planId: string,
  sight: Sight,
  to: 'change' | 'delete',
): Promise<PlanRow | null> {
  const strength = to === 'delete' ? sql`for update` : sql`for no key update`;
  await sql`select 1 from plans where account_id = ${scope.accountId} and plan_id = ${planId} ${strength}`.execute(tx);
  return findPlan(tx, scope, planId, sight);
}

/** Locks plans, in order, until commit. Returns the ids of those that exist. */
export async function lockPlans(tx: Tx, scope: Scope, planIds: readonly string[]): Promise<readonly string[]> {
  const found = await sql<{ id: string }>`select plan_id as id from plans
    where account_id = ${scope.accountId} and plan_id = any(${planIds}) order by plan_id for no key update`.execute(tx);
  return found.rows.map(({ id }) => id);
}

/** Locks all plans of the account, in order, until commit. */
export async function lockAllPlans(tx: Tx, scope: Scope): Promise<void> {
  await sql`select 1 from plans where account_id = ${scope.accountId} order by plan_id for no key update`.execute(tx);
}

/** Adds a plan without skills; false if the number is in use. */
export async function insertPlan(tx: Tx, scope: Scope, plan: PlanValues): Promise<boolean> {
  const inserted = await tx
    .insertInto('plans')
    .values({ account_id: scope.accountId, plan_id: plan.planId, ...columnsOf(plan) })
    .onConflict((conflict) => conflict.columns(['account_id', 'plan_id']).doNothing())
    .returning('plan_id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Stores a plan's new values. */
export async function writePlan(tx: Tx, scope: Scope, plan: PlanValues): Promise<void> {
  await tx
    .updateTable('plans')
    .set(columnsOf(plan))
    .where('account_id', '=', scope.accountId)
    .where('plan_id', '=', plan.planId)
    .execute();
}

const columnsOf = (plan: PlanValues) => ({
  name: plan.name,
  objective: plan.objective,
  coach_id: plan.coachId,
  recipient_id: plan.recipientId,
  start_at: toTimestamp(plan.startAt),
  cadence_days: plan.cadenceDays,
  planned_meetings: plan.plannedMeetings,
  completed_at: toTimestamp(plan.completedAt),
});

/** Deletes a plan that has no meetings. */
export async function removePlan(tx: Tx, scope: Scope, planId: string): Promise<void> {
  await tx.deleteFrom('plans').where('account_id', '=', scope.accountId).where('plan_id', '=', planId).execute();
}

/**
 * Queries of the ids of the entries that show any of some skills, or the account's time zone (in the offset of times).
 */
export const plansShowing = {
  skill: (scope: Scope, ids: readonly string[]) =>
    sql`select plan_id as id from plan_skills where account_id = ${scope.accountId} and skill_id = any(${ids})`,
  account: (scope: Scope) => sql`select plan_id as id from plans where account_id = ${scope.accountId}`,
};
