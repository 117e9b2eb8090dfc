import { compileCheck } from '../../contract/check.js';
import { type Kpi, KpiInput, KpiPatch } from '../../contract/coaching.js';
import { takeNumber } from '../../db/account-numbers.js';
import { atomic } from '../../db/atomic.js';
import type { Scope } from '../../db/database.js';
import { findKpi, insertKpi, lockKpi, removeKpi, selectKpis, writeKpi } from '../../db/kpis.js';
import { hasObservations } from '../../db/observations.js';
import { AppError } from '../../errors.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { numberInUse } from './coaching-access.js';

const checkInput = compileCheck(KpiInput);
const checkPatch = compileCheck(KpiPatch);

/** KPI definitions after a number, by number. */
export function listKpis(
  { db }: DbDeps,
  scope: Scope,
  page: { readonly after: number; readonly limit: number },
): Promise<Kpi[]> {
  return selectKpis(db, scope, page);
}

/** Throws not_found where the account has no such KPI. */
export async function readKpi({ db }: DbDeps, scope: Scope, kpiId: string): Promise<Kpi> {
  return existing(await findKpi(db, scope, kpiId));
}

/** Adds a KPI definition, under the account's next number unless history gives one. */
export async function createKpi({ db }: DbDeps, actor: Actor, body: unknown): Promise<Kpi> {
  const { id: given, ...values } = checkInput(body);
  if (given !== undefined) requireAdmin(actor, 'id');
  return atomic(db, async (tx) => {
    const id = await takeNumber(tx, actor, 'kpi', given);
    const after = await insertKpi(tx, actor, id, values);
    if (after === null) throw numberInUse('KPI', id);
    await recordChange(tx, actor, { kind: 'kpis', id, before: null, after });
    return after;
  });
}

/** Changes the given fields of a KPI definition. */
export async function updateKpi(
  { db }: DbDeps,
  actor: Actor,
  kpiId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Kpi> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    const before = existing(await lockKpi(tx, actor, kpiId, 'change'));
    requireMatch(ifMatch, etagOf(before));
    const after = await writeKpi(tx, actor, kpiId, { ...before, ...patch });
    await recordChange(tx, actor, { kind: 'kpis', id: kpiId, before, after });
    return after;
  });
}

/** Deletes a KPI definition; one with observations is a conflict. */
export async function deleteKpi(
  { db }: DbDeps,
  actor: Actor,
  kpiId: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const before = existing(await lockKpi(tx, actor, kpiId, 'delete'));
    requireMatch(ifMatch, etagOf(before));
    if (await hasObservations(tx, actor, kpiId)) {
      throw new AppError('conflict', 'The KPI has observations, and is kept with them.');
    }
    await removeKpi(tx, actor, kpiId);
    await recordChange(tx, actor, { kind: 'kpis', id: kpiId, before, after: null });
  });
}

function existing(kpi: Kpi | null): Kpi {
  if (kpi === null) throw new AppError('not_found', 'There is no such KPI.');
  return kpi;
}
