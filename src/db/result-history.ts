import { sql } from 'kysely';
import type { Result } from '../contract/scorecards.js';
import type { Micros } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import type { Tables } from './schema.js';

type Columns = Tables['result_history'];

/** A change of a submitted result. */
export interface ResultChange {
  readonly byKind: Columns['by_kind'];
  /** Null for a command. */
  readonly byId: string | null;
  readonly move: Columns['move'];
  /** The result before the change. */
  readonly before: Result;
}

interface ResultChangeRow extends ResultChange {
  readonly at: Micros;
}

/** The latest changes of a result, newest first. */
export async function selectResultHistory(
  db: Db | Tx,
  scope: Scope,
  resultId: string,
  limit: number,
): Promise<ResultChangeRow[]> {
  const found = await sql<Omit<ResultChangeRow, 'before'> & { readonly before: string }>`
    select at, by_kind as "byKind", by_id as "byId", move, before from result_history
    where account_id = ${scope.accountId} and result_id = ${resultId}
    order by entry_id desc limit ${limit}`.execute(db);
  return found.rows.map((row) => ({ ...row, before: JSON.parse(row.before) }));
}

/** Adds a change that is made now. */
export async function insertResultChange(tx: Tx, scope: Scope, change: ResultChange): Promise<void> {
  const { byKind, byId, move, before } = change;
  await sql`insert into result_history (account_id, result_id, by_kind, by_id, move, before)
    values (${scope.accountId}, ${before.id}, ${byKind}, ${byId}, ${move}, ${JSON.stringify(before)})`.execute(tx);
}
