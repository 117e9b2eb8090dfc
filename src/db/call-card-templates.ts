import { sql } from 'kysely';
import type { Template } from '../contract/v1-answers.js';
import type { Db, Scope, Tx } from './database.js';

const columns = sql`template_id as id, name, source as template, active`;

/** The account's templates with ids after the given one, inactive ones included, by id. */
export async function selectTemplates(
  db: Db | Tx,
  scope: Scope,
  page: { readonly after: string; readonly limit: number },
): Promise<Template[]> {
  const found = await sql<Template>`select ${columns} from call_card_templates
    where account_id = ${scope.accountId} and template_id > ${page.after}
    order by template_id limit ${page.limit}`.execute(db);
  return found.rows;
}

/** The template; null if the account has no such template. */
export async function findTemplate(db: Db | Tx, scope: Scope, templateId: string): Promise<Template | null> {
  const found = await sql<Template>`select ${columns} from call_card_templates
    where account_id = ${scope.accountId} and template_id = ${templateId}`.execute(db);
  return found.rows[0] ?? null;
}

/** The account's active templates, by name. */
export async function selectActiveTemplates(
  db: Db | Tx,
  scope: Scope,
): Promise<readonly Pick<Template, 'name' | 'template'>[]> {
  const found = await sql<Pick<Template, 'name' | 'template'>>`select name, source as template from call_card_templates
    where account_id = ${scope.accountId} and active order by name collate "C"`.execute(db);
  return found.rows;
}

/** The account's active templates other than this one. */
export async function selectOtherActive(
  tx: Tx,
  scope: Scope,
  templateId: string,
): Promise<Pick<Template, 'id' | 'name'>[]> {
  return tx
    .selectFrom('call_card_templates')
    .select(['template_id as id', 'name'])
    .where('account_id', '=', scope.accountId)
    .where('active', '=', true)
    .where('template_id', '<>', templateId)
    .execute();
}

/** Adds a template. */
export async function insertTemplate(tx: Tx, scope: Scope, { id, name, template, active }: Template): Promise<void> {
  await tx
    .insertInto('call_card_templates')
    .values({ account_id: scope.accountId, template_id: id, name, source: template, active })
    .execute();
}

/** Stores a template's new values. */
export async function writeTemplate(tx: Tx, scope: Scope, { id, name, template, active }: Template): Promise<void> {
  await tx
    .updateTable('call_card_templates')
    .set({ name, source: template, active })
    .where('account_id', '=', scope.accountId)
    .where('template_id', '=', id)
    .execute();
}
