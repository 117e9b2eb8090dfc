import { sql } from 'kysely';
import { compileCheck } from '../../contract/check.js';
import { KpiInput, KpiPatch } from '../../contract/coaching.js';
import { atomic } from '../../db/atomic.js';
import type { Scope } from '../../db/database.js';
import { AppError } from '../../errors.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { newNumber } from './coaching-access.js';

const checkInput = compileCheck(KpiInput);
const checkPatch = compileCheck(KpiPatch);

export interface ManagedKpi {
  readonly id: number;
  readonly description: string;
  readonly frequency: string;
  readonly target: number;
}

const columns = sql`kpi_id::bigint as id, description, frequency, target`;

/** KPI definitions after a number, by number. */
export async function listKpis(
  { db }: DbDeps,
  scope: Scope,
  page: { readonly after: number; readonly limit: number },
): Promise<ManagedKpi[]> {
  const found = await sql<ManagedKpi>`select ${columns} from kpis where account_id = ${scope.accountId}
    and kpi_id::bigint > ${page.after} order by kpi_id::bigint limit ${page.limit}`.execute(db);
  return found.rows;
}

export async function readKpi({ db }: DbDeps, scope: Scope, kpiId: string): Promise<ManagedKpi> {
  const found = await sql<ManagedKpi>`select ${columns} from kpis
    where account_id = ${scope.accountId} and kpi_id = ${kpiId}`.execute(db);
  const kpi = found.rows[0];
  if (!kpi) throw new AppError('not_found', 'There is no such KPI.');
  return kpi;
}

export async function createKpi({ db }: DbDeps, actor: Actor, body: unknown): Promise<ManagedKpi> {
  const { id: given, description, frequency, target } = checkInput(body);
  if (given !== undefined) requireAdmin(actor, 'id');
  return atomic(db, async (tx) => {
    const id = await newNumber(tx, actor, 'kpis', 'kpi', given);
    await sql`insert into kpis (account_id, kpi_id, description, frequency, target)
      values (${actor.accountId}, ${id}, ${description}, ${frequency}, ${target})`.execute(tx);
    const after = await readKpi({ db: tx }, actor, id);
    await recordChange(tx, actor, { kind: 'kpis', id, before: null, after });
    return after;
  });
}

export async function updateKpi(
  { db }: DbDeps,
  actor: Actor,
  kpiId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedKpi> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    await sql`select 1 from kpis
      where account_id = ${actor.accountId} and kpi_id = ${kpiId} for no key update`.execute(tx);
    const before = await readKpi({ db: tx }, actor, kpiId);
    requireMatch(ifMatch, etagOf(before));
    const { description, frequency, target } = { ...before, ...patch };
    await sql`update kpis set description = ${description}, frequency = ${frequency}, target = ${target}
      where account_id = ${actor.accountId} and kpi_id = ${kpiId}`.execute(tx);
    const after = await readKpi({ db: tx }, actor, kpiId);
    await recordChange(tx, actor, { kind: 'kpis', id: kpiId, before, after });
    return after;
  });
}

/** Deletes a KPI that nothing was observed of. */
export async function deleteKpi(
  { db }: DbDeps,
  actor: Actor,
  kpiId: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    await sql`select 1 from kpis where account_id = ${actor.accountId} and kpi_id = ${kpiId} for update`.execute(tx);
    const before = await readKpi({ db: tx }, actor, kpiId);
    requireMatch(ifMatch, etagOf(before));
    const observed = await sql`select 1 from kpi_observations
      where account_id = ${actor.accountId} and kpi_id = ${kpiId} limit 1`.execute(tx);
    if (observed.rows.length > 0) {
      throw new AppError('conflict', 'The KPI has observations, and is kept with them.');
    }
    await sql`delete from kpis where account_id = ${actor.accountId} and kpi_id = ${kpiId}`.execute(tx);
    await recordChange(tx, actor, { kind: 'kpis', id: kpiId, before, after: null });
  });
}
