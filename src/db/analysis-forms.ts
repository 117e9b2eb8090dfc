import { sql } from 'kysely';
import type { Db, Scope, Tx } from './database.js';

/** A call's analysis form as stored. */
export interface StoredForm {
  readonly deflated: Buffer;
  /** Bytes of the form when inflated. */
  readonly rawLength: number;
}

/** A call's stored form; undefined if it has none. */
export async function readStoredForm(db: Db | Tx, scope: Scope, callId: string): Promise<StoredForm | undefined> {
  return db
    .selectFrom('analysis_forms')
    .select(['deflated', 'raw_length as rawLength'])
    .where('account_id', '=', scope.accountId)
    .where('call_id', '=', callId)
    .executeTakeFirst();
}

/**
 * A call's form, and its CRM matches as JSON: speakers are told apart by the contacts in them. Null if the call has no
 * form.
 */
export async function findFormWithContacts(
  db: Db | Tx,
  scope: Scope,
  callId: string,
): Promise<(StoredForm & { readonly crmMatches: string }) | null> {
  const found = await sql<StoredForm & { readonly crmMatches: string }>`
    select f.deflated, f.raw_length as "rawLength", c.crm_matches as "crmMatches" from analysis_forms f
    join calls c on c.account_id = f.account_id and c.call_id = f.call_id
    where f.account_id = ${scope.accountId} and f.call_id = ${callId}`.execute(db);
  return found.rows[0] ?? null;
}

/** Stores a call's form with its version, replacing any earlier form. */
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

/** Removes a call's form. */
export async function removeForm(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await sql`delete from analysis_forms where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
}

/**
 * How many of the account's calls have a form of an older version. Calls whose form could not be analysed are not
 * counted: no new version of theirs is coming. Uses the index analysis_forms_old.
 */
export async function countOldForms(db: Db | Tx, scope: Scope, version: number): Promise<number> {
  const counted = await sql<{ count: number }>`select count(*) as count
    from analysis_forms f join calls c on c.account_id = f.account_id and c.call_id = f.call_id
    where f.account_id = ${scope.accountId} and f.form_version < ${sql.lit(version)} and c.state <> 'ERROR'`.execute(
    db,
  );
  return counted.rows[0]!.count;
}
