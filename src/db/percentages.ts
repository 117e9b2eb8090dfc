import { sql } from 'kysely';
import type { Answered, Scheme } from '../rules/scoring.js';
import type { Scope, Tx } from './database.js';
import type { MarkTable } from './marked-accounts.js';

/** The accounts whose results may have a percentage computed by an older rule. `after` is the last result done. */
export const percentageRecounts: MarkTable<{ readonly after: string }> = {
  table: 'percentage_recounts',
  columns: { after: 'after' },
};

/** Locks the next results after an id, until commit. Returns their ids, in order. */
export async function lockResultsAfter(tx: Tx, scope: Scope, after: string, limit: number): Promise<string[]> {
  const found = await sql<{ id: string }>`select result_id as id from results
    where account_id = ${scope.accountId} and result_id > ${after}
    order by result_id limit ${limit} for no key update`.execute(tx);
  return found.rows.map(({ id }) => id);
}

/** A result's stored percentage, and the values that it is computed from. */
export interface StoredPercentage {
  readonly resultId: string;
  readonly scheme: Scheme;
  /** Whole percent. */
  readonly percentage: number | null;
  readonly answers: readonly Answered[];
}

type Row = Omit<StoredPercentage, 'answers'> & { readonly answersJson: string };

/** The stored percentages of some results, in no particular order. */
export async function selectPercentages(
  tx: Tx,
  scope: Scope,
  resultIds: readonly string[],
): Promise<StoredPercentage[]> {
  const found = await sql<Row>`select r.result_id as "resultId", s.scheme, r.percentage,
      (select coalesce(json_agg(json_build_object(
          'answer', a.answer, 'weight', q.weight, 'autoFail', q.auto_fail)), '[]')
        from result_answers a
          join scorecard_questions q on q.account_id = a.account_id and q.question_id = a.question_id
        where a.account_id = r.account_id and a.result_id = r.result_id and a.answer is not null) as "answersJson"
    from results r join scorecards s on s.account_id = r.account_id and s.scorecard_id = r.scorecard_id
    where r.account_id = ${scope.accountId} and r.result_id = any(${resultIds})`.execute(tx);
  return found.rows.map(({ answersJson, ...row }) => ({ ...row, answers: JSON.parse(answersJson) }));
}

/** Stores the percentages of some results. */
export async function writePercentages(
  tx: Tx,
  scope: Scope,
  results: readonly Pick<StoredPercentage, 'resultId' | 'percentage'>[],
): Promise<void> {
  const ids = results.map(({ resultId }) => resultId);
  const percentages = results.map(({ percentage }) => percentage);
  await sql`update results r set percentage = given.percentage
    from unnest(${ids}::text[], ${percentages}::smallint[]) as given (id, percentage)
    where r.account_id = ${scope.accountId} and r.result_id = given.id`.execute(tx);
}
