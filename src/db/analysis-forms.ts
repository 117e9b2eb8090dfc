import { sql } from 'kysely';
import type { Db, Scope, Tx } from './database.js';

/** A call's analysis form as it is stored. */
export interface StoredForm {
  readonly deflated: Buffer;
  /** Its bytes, inflated. */
  readonly rawLength: number;
}

export async function readStoredForm(db: Db | Tx, scope: Scope, callId: string): Promise<StoredForm | undefined> {
  return db
    .selectFrom('analysis_forms')
    .select(['deflated', 'raw_length as rawLength'])
    .where('account_id', '=', scope.accountId)
    .where('call_id', '=', callId)
    .executeTakeFirst();
}

/** Writes a call's form, of this version, in place of the one it has. */
export async function writeForm(
  tx: Tx,
  scope: Scope,
  callId: string,
  version: number,
  form: StoredForm,
): Promise<void> {
  const columns = { raw_length: form.rawLength, deflated: form.deflated, form_version: version };
  await tx
    .insertInto('analysis_forms')
    .values({ account_id: scope.accountId, call_id: callId, ...columns })
    .onConflict((conflict) => conflict.columns(['account_id', 'call_id']).doUpdateSet(columns))
    .execute();
}

/**
 * How many of the account's calls have a form of an older version. One of which nothing could be made is not waited for.
 * Served by the index analysis_forms_old.
 */
export async function countOldForms(db: Db | Tx, scope: Scope, version: number): Promise<number> {
  const counted = await sql<{ count: number }>`select count(*) as count
    from analysis_forms f join calls c on c.account_id = f.account_id and c.call_id = f.call_id
    where f.account_id = ${scope.accountId} and f.form_version < ${sql.lit(version)} and c.state <> 'ERROR'`.execute(
    db,
  );
  return counted.rows[0]!.count;
}
