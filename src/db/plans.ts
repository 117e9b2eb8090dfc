import { type RawBuilder, sql } from 'kysely';
import type { PlanRow } from '../wire/coaching-json.js';
import type { Micros } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';

export const plansFeed = feedTable({ name: 'plans', table: 'plans', id: 'plan_id', times: ['start_at'] });

export interface StoredPlan extends PlanRow {
  readonly cadenceDays: number;
  readonly completedAt: Micros | null;
}

type Row = Omit<StoredPlan, 'skills'> & { readonly skillsJson: string };

/** The plans (as `p`) that a condition, an order and a limit leave. */
export async function selectPlans(db: Db | Tx, which: RawBuilder<unknown>): Promise<StoredPlan[]> {
  const found = await sql<Row>`select p.plan_id as "planId", p.name, p.objective, p.start_at as "startAt",
      p.coach_id as "coachId", p.recipient_id as "recipientId", p.cadence_days as "cadenceDays",
      p.planned_meetings as "plannedMeetings", p.completed_at as "completedAt", p.stamp as modified,
      (select count(*) from meetings m where m.account_id = p.account_id and m.plan_id = p.plan_id
        and m.ended_at is not null) as "completedMeetings",
      (select coalesce(json_agg(json_build_object('id', k.skill_id::bigint, 'name', k.name) order by ps.position), '[]')
        from plan_skills ps join skills k on k.account_id = ps.account_id and k.skill_id = ps.skill_id
        where ps.account_id = p.account_id and ps.plan_id = p.plan_id) as "skillsJson"
    from plans p ${which}`.execute(db);
  return found.rows.map(({ skillsJson, ...plan }) => ({ ...plan, skills: JSON.parse(skillsJson) }));
}

/** A page of the feed of plans: those strictly after a position, in feed order. */
export async function plansAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<StoredPlan[]> {
  return selectPlans(db, pageAfter(plansFeed, 'p', scope, after, limit));
}

/** The ids of the entries that show any of some skills, or the account itself: the offset of its time zone. */
export const plansShowing = {
  skill: (scope: Scope, ids: readonly string[]) =>
    sql`select plan_id as id from plan_skills where account_id = ${scope.accountId} and skill_id = any(${ids})`,
  account: (scope: Scope) => sql`select plan_id as id from plans where account_id = ${scope.accountId}`,
};
