import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { TemplateInput, TemplatePatch, TemplatePreview } from '../../contract/v1.js';
import type { Template } from '../../contract/v1-answers.js';
import { lockAccount } from '../../db/accounts.js';
import { atomic } from '../../db/atomic.js';
import {
  findTemplate,
  insertTemplate,
  selectOtherActive,
  selectTemplates,
  writeTemplate,
} from '../../db/call-card-templates.js';
import { findCall } from '../../db/calls.js';
import type { Scope, Tx } from '../../db/database.js';
import { AppError, invalid } from '../../errors.js';
import type { TemplateRenderer } from '../../templates/renderer.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { cardText, cardVariables } from './call-cards.js';
import { noSuchCall, requireCall } from './seen-call.js';

const checkInput = compileCheck(TemplateInput);
const checkPatch = compileCheck(TemplatePatch);
const checkPreview = compileCheck(TemplatePreview);

/** The maximum number of active templates in an account: each is rendered for every call of a page. */
const MAX_ACTIVE = 20;

interface TemplateDeps extends DbDeps {
  readonly templates: TemplateRenderer;
}

/** The account's templates, inactive ones included, by id. */
export function listTemplates(
  { db }: DbDeps,
  scope: Scope,
  page: { readonly after: string; readonly limit: number },
): Promise<Template[]> {
  return selectTemplates(db, scope, page);
}

/** One template. Throws `not_found` if the account has no such template. */
export async function readTemplate({ db }: DbDeps, scope: Scope, templateId: string): Promise<Template> {
  const template = await findTemplate(db, scope, templateId);
  if (template === null) throw new AppError('not_found', 'There is no such template.');
  return template;
}

/**
 * Adds a template. Throws `invalid` if it is not valid Liquid, `forbidden` if only an admin may choose its id, and
 * `conflict` if its id or name is taken or there are too many active templates.
 */
export async function createTemplate({ db, templates }: TemplateDeps, actor: Actor, body: unknown): Promise<Template> {
  const input = checkInput(body);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  await requireSound(templates, input.template);
  const { id = randomUUID(), name, template, active = true } = input;
  return atomic(db, async (tx) => {
    await lockAccount(tx, actor);
    if ((await findTemplate(tx, actor, id)) !== null) {
      throw new AppError('conflict', `Template ${id} already exists.`, { field: 'id' });
    }
    const after = { id, name, template, active };
    if (active) await requireRoom(tx, actor, after);
    await insertTemplate(tx, actor, after);
    await recordChange(tx, actor, { kind: 'templates', id, before: null, after });
    return after;
  });
}

/**
 * Changes a template. Throws `not_found`, `invalid` if it is not valid Liquid, `conflict` if its name is taken or there
 * are too many active templates, and `precondition_failed` for another ETag.
 */
export async function updateTemplate(
  { db, templates }: TemplateDeps,
  actor: Actor,
  templateId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Template> {
  const patch = checkPatch(body);
  if (patch.template !== undefined) await requireSound(templates, patch.template);
  return atomic(db, async (tx) => {
    await lockAccount(tx, actor);
    const before = await readTemplate({ db: tx }, actor, templateId);
    requireMatch(ifMatch, etagOf(before));
    const after = { ...before, ...patch };
    if (after.active) await requireRoom(tx, actor, after);
    await writeTemplate(tx, actor, after);
    await recordChange(tx, actor, { kind: 'templates', id: templateId, before, after });
    return after;
  });
}

/**
 * What a template would show for a call; `error` holds the reason if that is an error text. Throws `not_found`, and
 * `invalid` if it is not valid Liquid.
 */
export async function previewTemplate(
  { db, templates }: TemplateDeps,
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

async function requireRoom(tx: Tx, scope: Scope, { id, name }: Template): Promise<void> {
  const others = await selectOtherActive(tx, scope, id);
  const namesake = others.find((other) => other.name === name);
  if (namesake) {
    throw new AppError('conflict', `The active template ${namesake.id} has this name.`, { field: 'name' });
  }
  if (others.length >= MAX_ACTIVE) {
    throw new AppError('conflict', `There are ${MAX_ACTIVE} active templates already: deactivate one.`, {
      field: 'active',
    });
  }
}
