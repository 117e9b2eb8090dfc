import { type RawBuilder, sql } from 'kysely';
import type { Scope, Tx } from './database.js';
import { idsOf } from './named-users.js';

/** Why two users cannot be merged: both have the same row, or one would coach themselves. */
export type MergeConflictKind = 'results' | 'observations' | 'plans' | 'meetings';

/** The ids of the conflicting rows of each kind, by id; empty if the users can be merged. */
export async function selectMergeConflicts(
  tx: Tx,
  scope: Scope,
  kind: MergeConflictKind,
  userId: string,
  into: string,
): Promise<string[][]> {
  // Rows of users who were merged into one of the two may still wait to be reassigned.
  const either = { from: idsOf(scope, userId), into: idsOf(scope, into) };
  const found = await sql<{ ids: string[] }>`${queries[kind](scope, either)}`.execute(tx);
  return found.rows.map(({ ids }) => ids);
}

/** Subqueries of the ids of the two users. */
interface Either {
  readonly from: RawBuilder<unknown>;
  readonly into: RawBuilder<unknown>;
}

const queries: Record<MergeConflictKind, (scope: Scope, either: Either) => RawBuilder<unknown>> = {
  results: ({ accountId }, { from, into }) => sql`select array_agg(result_id order by result_id) as ids from results
    where account_id = ${accountId} and (reviewer_id in ${from} or reviewer_id in ${into})
    group by call_id, scorecard_id having count(*) > 1 order by 1`,
  observations: ({ accountId }, { from, into }) => {
    const isEither = (column: string) => sql`(${sql.ref(column)} in ${from} or ${sql.ref(column)} in ${into})`;
    // The two users become equal: both are replaced by null.
    const who = (column: string) => sql`case when not ${isEither(column)} then ${sql.ref(column)} end`;
    return sql`select array_agg(observation_id order by observation_id) as ids from kpi_observations
      where account_id = ${accountId} and (${isEither('observer_id')} or ${isEither('observed_id')})
      group by kpi_id, observed_at, ${who('observer_id')}, ${who('observed_id')} having count(*) > 1 order by 1`;
  },
  plans: (scope, either) => coachingEachOther('plans', 'plan_id', scope, either),
  meetings: (scope, either) => coachingEachOther('meetings', 'meeting_id', scope, either),
};

function coachingEachOther(
  table: 'plans' | 'meetings',
  id: 'plan_id' | 'meeting_id',
  { accountId }: Scope,
  { from, into }: Either,
): RawBuilder<unknown> {
  return sql`select array[${sql.ref(id)}] as ids from ${sql.table(table)}
    where account_id = ${accountId} and (coach_id in ${from} and recipient_id in ${into}
      or coach_id in ${into} and recipient_id in ${from}) order by ${sql.ref(id)}::bigint`;
}
