import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { compileCheck } from '../../contract/check.js';
import { TemplateInput, TemplatePatch, TemplatePreview } from '../../contract/v1.js';
import { lockAccount } from '../../db/accounts.js';
import { atomic } from '../../db/atomic.js';
import { findCall } from '../../db/calls.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { AppError, invalid } from '../../errors.js';
import type { TemplateRenderer } from '../../templates/renderer.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import { etagOf, requireMatch } from '../etag.js';
import { cardText, cardVariables } from './call-cards.js';
import { noSuchCall, requireCall } from './calls.js';

const checkInput = compileCheck(TemplateInput);
const checkPatch = compileCheck(TemplatePatch);
const checkPreview = compileCheck(TemplatePreview);

/** Active ones an account may have: each renders for every call of a page. */
const MAX_ACTIVE = 20;

export interface ManagedTemplate {
  readonly id: string;
  readonly name: string;
  /** Its source, in Liquid. */
  readonly template: string;
  readonly active: boolean;
}

interface Deps {
  readonly db: Db;
  readonly templates: TemplateRenderer;
}

const columns = sql`template_id as id, name, source as template, active`;

/** All templates of the account, inactive ones too, by id. */
export async function listTemplates(db: Db | Tx, scope: Scope): Promise<ManagedTemplate[]> {
  const found = await sql<ManagedTemplate>`select ${columns} from call_card_templates
    where account_id = ${scope.accountId} order by template_id`.execute(db);
  return found.rows;
}

export async function readTemplate(db: Db | Tx, scope: Scope, templateId: string): Promise<ManagedTemplate> {
  const found = await sql<ManagedTemplate>`select ${columns} from call_card_templates
    where account_id = ${scope.accountId} and template_id = ${templateId}`.execute(db);
  const template = found.rows[0];
  if (!template) throw new AppError('not_found', 'There is no such template.');
  return template;
}

export async function createTemplate({ db, templates }: Deps, actor: Actor, body: unknown): Promise<ManagedTemplate> {
  const input = checkInput(body);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  await requireSound(templates, input.template);
  const id = input.id ?? randomUUID();
  return atomic(db, async (tx) => {
    await lockAccount(tx, actor);
    const used = await sql`select 1 from call_card_templates
      where account_id = ${actor.accountId} and template_id = ${id}`.execute(tx);
    if (used.rows.length > 0) throw new AppError('conflict', `There is a template ${id} already.`, { field: 'id' });
    const active = input.active ?? true;
    if (active) await requireRoom(tx, actor, input.name, id);
    await tx
      .insertInto('call_card_templates')
      .values({ account_id: actor.accountId, template_id: id, name: input.name, source: input.template, active })
      .execute();
    const after = await readTemplate(tx, actor, id);
    await recordChange(tx, actor, { kind: 'templates', id, before: null, after });
    return after;
  });
}

export async function updateTemplate(
  { db, templates }: Deps,
  actor: Actor,
  templateId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedTemplate> {
  const patch = checkPatch(body);
  if (patch.template !== undefined) await requireSound(templates, patch.template);
  return atomic(db, async (tx) => {
    await lockAccount(tx, actor);
    const before = await readTemplate(tx, actor, templateId);
    requireMatch(ifMatch, etagOf(before));
    const name = patch.name ?? before.name;
    const active = patch.active ?? before.active;
    if (active) await requireRoom(tx, actor, name, templateId);
    await tx
      .updateTable('call_card_templates')
      .set({ name, source: patch.template ?? before.template, active })
      .where('account_id', '=', actor.accountId)
      .where('template_id', '=', templateId)
      .execute();
    const after = await readTemplate(tx, actor, templateId);
    await recordChange(tx, actor, { kind: 'templates', id: templateId, before, after });
    return after;
  });
}

/** What a template would show of a call: `error` says why where that is its error text. */
export async function previewTemplate(
  { db, templates }: Deps,
  actor: Actor,
  body: unknown,
): Promise<{ rendered: string; error: string | null }> {
  const { template, callId } = checkPreview(body);
  await requireCall(db, actor, callId);
  const call = await findCall(db, actor, callId, { transcripts: false, crmMatches: false, cards: 'always' });
  if (call?.card == null) throw noSuchCall();
  const variablesJson = cardVariables(call, call.card);
  const [made] = await templates.render({ sources: [template], variablesJson, timeZone: actor.timeZone });
  const { rendering } = made!;
  return { rendered: cardText(rendering), error: 'error' in rendering ? rendering.error : null };
}

async function requireSound(templates: TemplateRenderer, source: string): Promise<void> {
  const problem = await templates.problemOf(source);
  if (problem !== null) throw invalid('template', `is not valid Liquid: ${problem}`, 'a Liquid template');
}

async function requireRoom(tx: Tx, scope: Scope, name: string, templateId: string): Promise<void> {
  const others = await sql<{ id: string; name: string }>`select template_id as id, name from call_card_templates
    where account_id = ${scope.accountId} and active and template_id <> ${templateId}`.execute(tx);
  const namesake = others.rows.find((other) => other.name === name);
  if (namesake) {
    throw new AppError('conflict', `The active template ${namesake.id} has this name.`, { field: 'name' });
  }
  if (others.rows.length >= MAX_ACTIVE) {
    throw new AppError('conflict', `There are ${MAX_ACTIVE} active templates already: deactivate one.`, {
      field: 'active',
    });
  }
}
