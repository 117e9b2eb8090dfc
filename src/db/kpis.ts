import { sql } from 'kysely';
import type { Kpi } from '../contract/coaching.js';
import type { Db, Scope, Tx } from './database.js';

const columns = sql`kpi_id::bigint as id, description, frequency, target`;

type KpiValues = Omit<Kpi, 'id'>;

/** The account's KPI definitions with numbers after the given one, by number. */
export async function selectKpis(
  db: Db | Tx,
  scope: Scope,
  page: { readonly after: number; readonly limit: number },
): Promise<Kpi[]> {
  const found = await sql<Kpi>`select ${columns} from kpis where account_id = ${scope.accountId}
    and kpi_id::bigint > ${page.after} order by kpi_id::bigint limit ${page.limit}`.execute(db);
  return found.rows;
}

/** The KPI definition; null if the account has no such KPI. */
export async function findKpi(db: Db | Tx, scope: Scope, kpiId: string): Promise<Kpi | null> {
  const found = await sql<Kpi>`select ${columns} from kpis
    where account_id = ${scope.accountId} and kpi_id = ${kpiId}`.execute(db);
  return found.rows[0] ?? null;
}

/** The KPI definition, locked until commit; null if the account has no such KPI. */
export async function lockKpi(tx: Tx, scope: Scope, kpiId: string, to: 'change' | 'delete'): Promise<Kpi | null> {
  const strength = to === 'delete' ? sql`for update` : sql`for no key update`;
  const found = await sql<Kpi>`select ${columns} from kpis
    where account_id = ${scope.accountId} and kpi_id = ${kpiId} ${strength}`.execute(tx);
  return found.rows[0] ?? null;
}

/** Which of these KPIs the account has. They cannot be deleted before commit. */
export async function holdKpis(tx: Tx, scope: Scope, kpiIds: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await sql<{ id: string }>`select kpi_id as id from kpis
    where account_id = ${scope.accountId} and kpi_id = any(${kpiIds}) order by kpi_id for key share`.execute(tx);
  return new Set(found.rows.map(({ id }) => id));
}

/** Adds a KPI definition and returns it; null if the number is in use. */
export async function insertKpi(tx: Tx, scope: Scope, kpiId: string, values: KpiValues): Promise<Kpi | null> {
  const { description, frequency, target } = values;
  const inserted = await sql<Kpi>`insert into kpis (account_id, kpi_id, description, frequency, target)
    values (${scope.accountId}, ${kpiId}, ${description}, ${frequency}, ${target})
    on conflict (account_id, kpi_id) do nothing returning ${columns}`.execute(tx);
  return inserted.rows[0] ?? null;
}

/** Stores a KPI definition's new values and returns it. */
export async function writeKpi(tx: Tx, scope: Scope, kpiId: string, values: KpiValues): Promise<Kpi> {
  const { description, frequency, target } = values;
  const written = await sql<Kpi>`update kpis
    set description = ${description}, frequency = ${frequency}, target = ${target}
    where account_id = ${scope.accountId} and kpi_id = ${kpiId} returning ${columns}`.execute(tx);
  return written.rows[0]!;
}

/** Deletes a KPI definition that has no observations. */
export async function removeKpi(tx: Tx, scope: Scope, kpiId: string): Promise<void> {
  await tx.deleteFrom('kpis').where('account_id', '=', scope.accountId).where('kpi_id', '=', kpiId).execute();
}
