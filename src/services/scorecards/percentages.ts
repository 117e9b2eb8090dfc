import { sql } from 'kysely';
import type { Db, Scope, Tx } from '../../db/database.js';
import { type Answered, overall, type Scheme } from '../../rules/scoring.js';

/** Results that one transaction counts again. */
const BATCH = 1000;

/**
 * Counts the percentages again that were stored by an older rule, of the accounts that an upgrade marked: a batch a
 * transaction, so it goes on from there when it was stopped. No entry of API v2 shows them, so none is stamped.
 */
export async function recountPercentages(db: Db, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await db.transaction().execute(recountBatch)));
}

/** Whether something was left to do. An account that another worker is at is left to it. */
async function recountBatch(tx: Tx): Promise<boolean> {
  const due = await sql<Scope & { readonly after: string }>`select account_id as "accountId", after
    from percentage_recounts order by account_id limit 1 for update skip locked`.execute(tx);
  const account = due.rows[0];
  if (account === undefined) return false;
  const last = await recountAfter(tx, account, account.after);
  if (last === null) await sql`delete from percentage_recounts where account_id = ${account.accountId}`.execute(tx);
  else await sql`update percentage_recounts set after = ${last} where account_id = ${account.accountId}`.execute(tx);
  return true;
}

interface Filled {
  readonly id: string;
  readonly scheme: Scheme;
  readonly percentage: number | null;
  /** JSON of `Answered[]`. */
  readonly answers: string;
}

/** Counts the next results after an id; answers the last one's, or null at the end. */
async function recountAfter(tx: Tx, scope: Scope, after: string): Promise<string | null> {
  // Whoever changes answers has locked their result: what is read after this lock stays until commit.
  const locked = await sql<{ readonly id: string }>`select result_id as id from results
    where account_id = ${scope.accountId} and result_id > ${after}
    order by result_id limit ${BATCH} for no key update`.execute(tx);
  const ids = locked.rows.map(({ id }) => id);
  const filled = await sql<Filled>`select r.result_id as id, s.scheme, r.percentage,
      (select coalesce(json_agg(json_build_object('answer', a.answer, 'weight', q.weight, 'autoFail', q.auto_fail)), '[]')
        from result_answers a join scorecard_questions q on q.account_id = a.account_id and q.question_id = a.question_id
        where a.account_id = r.account_id and a.result_id = r.result_id and a.answer is not null) as answers
    from results r join scorecards s on s.account_id = r.account_id and s.scorecard_id = r.scorecard_id
    where r.account_id = ${scope.accountId} and r.result_id = any(${ids})`.execute(tx);
  const counted = filled.rows.map(({ id, scheme, percentage: before, answers }) => {
    const { percentage } = overall(scheme, JSON.parse(answers) as Answered[]);
    return { id, before, percentage };
  });
  const changed = counted.filter(({ before, percentage }) => before !== percentage);
  await sql`update results r set percentage = given.percentage
    from unnest(${changed.map(({ id }) => id)}::text[], ${changed.map(({ percentage }) => percentage)}::smallint[])
      as given (id, percentage)
    where r.account_id = ${scope.accountId} and r.result_id = given.id`.execute(tx);
  return ids.length < BATCH ? null : ids.at(-1)!;
}
