import { type RawBuilder, sql } from 'kysely';
import type { ObservationRow } from '../wire/coaching-json.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import { seesCoaching } from './coaching-visibility.js';
import type { Db, Scope, Tx } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';
import { idsOf, isUser } from './named-users.js';
import type { Sight } from './visibility.js';

/** The feed `/kpis` of API v2 (api-v2 §4), whose entries are observations. */
export const observationsFeed = feedTable({
  name: 'kpis',
  table: 'kpi_observations',
  id: 'observation_id',
  times: ['observed_at'],
});

/** The stored values of an observation, without its stamp. */
export type ObservationValues = Omit<ObservationRow, 'modified'>;

/** Filters of a list of observations; null means any value. */
export interface ObservationFilters {
  readonly kpiId: string | null;
  readonly observedId: string | null;
}

/** Reads observations (as `o`). `rest` is the SQL after the joins: condition, order, limit and lock. */
async function readObservations(db: Db | Tx, rest: RawBuilder<unknown>): Promise<ObservationRow[]> {
  const found = await sql<ObservationRow>`select o.observation_id as "observationId", o.observed_at as "observedAt",
      o.observer_id as "observerId", o.observed_id as "observedId", o.kpi_id as "kpiId", o.value, o.stamp as modified
    from kpi_observations o ${rest}`.execute(db);
  return found.rows;
}

const seen = (sight: Sight) => seesCoaching(sight, 'o', 'observer_id', 'observed_id');

/** Observations within a sight after a place in the order of time and id; null filters match any value. */
export function selectObservations(
  db: Db | Tx,
  scope: Scope,
  sight: Sight,
  { kpiId, observedId }: ObservationFilters,
  { after, limit }: { readonly after: readonly [Micros, string] | null; readonly limit: number },
): Promise<ObservationRow[]> {
  const isAfter =
    after && sql`and (o.observed_at, o.observation_id) > (${toTimestamp(after[0])}::timestamptz, ${after[1]})`;
  return readObservations(
    db,
    sql`where o.account_id = ${scope.accountId} and ${seen(sight)}
      ${isAfter ?? sql``}
      ${kpiId === null ? sql`` : sql`and o.kpi_id = ${kpiId}`}
      and ${isUser(scope, 'o.observed_id', observedId)}
      order by o.observed_at, o.observation_id limit ${limit}`,
  );
}

/** A page of the feed of KPI observations: those strictly after a position, in feed order. */
export function observationsAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<ObservationRow[]> {
  return readObservations(db, pageAfter(observationsFeed, 'o', scope, after, limit));
}

const one = (scope: Scope, id: string, sight: Sight) =>
  sql`where o.account_id = ${scope.accountId} and o.observation_id = ${id} and ${seen(sight)}`;

/** The observation; null if there is no such observation within the sight. */
export async function findObservation(
  db: Db | Tx,
  scope: Scope,
  id: string,
  sight: Sight,
): Promise<ObservationRow | null> {
  const [row] = await readObservations(db, one(scope, id, sight));
  return row ?? null;
}

/** The observation, locked until commit; null if there is no such observation within the sight. */
export async function lockObservation(tx: Tx, scope: Scope, id: string, sight: Sight): Promise<ObservationRow | null> {
  const [row] = await readObservations(tx, sql`${one(scope, id, sight)} for no key update`);
  return row ?? null;
}

/** The id of another observation of the same KPI, person, time and observer; null if there is none. */
export async function findSameObservation(tx: Tx, scope: Scope, row: ObservationValues): Promise<string | null> {
  const found = await sql<{ id: string }>`select observation_id as id from kpi_observations
    where account_id = ${scope.accountId} and kpi_id = ${row.kpiId} and observed_id in ${idsOf(scope, row.observedId)}
      and observed_at = ${toTimestamp(row.observedAt)} and observer_id in ${idsOf(scope, row.observerId)}
      and observation_id <> ${row.observationId}`.execute(tx);
  return found.rows[0]?.id ?? null;
}

/** Whether a KPI has observations. */
export async function hasObservations(tx: Tx, scope: Scope, kpiId: string): Promise<boolean> {
  const found = await sql`select 1 from kpi_observations
    where account_id = ${scope.accountId} and kpi_id = ${kpiId} limit 1`.execute(tx);
  return found.rows.length > 0;
}

/** Adds an observation. */
export async function insertObservation(tx: Tx, scope: Scope, row: ObservationValues): Promise<void> {
  await tx
    .insertInto('kpi_observations')
    .values({ account_id: scope.accountId, observation_id: row.observationId, ...columnsOf(row) })
    .execute();
}

/** Stores an observation's new values. */
export async function writeObservation(tx: Tx, scope: Scope, row: ObservationValues): Promise<void> {
  await tx
    .updateTable('kpi_observations')
    .set(columnsOf(row))
    .where('account_id', '=', scope.accountId)
    .where('observation_id', '=', row.observationId)
    .execute();
}

const columnsOf = (row: ObservationValues) => ({
  kpi_id: row.kpiId,
  observed_at: toTimestamp(row.observedAt),
  observer_id: row.observerId,
  observed_id: row.observedId,
  value: row.value,
});

/** Deletes an observation. */
export async function removeObservation(tx: Tx, scope: Scope, id: string): Promise<void> {
  await tx
    .deleteFrom('kpi_observations')
    .where('account_id', '=', scope.accountId)
    .where('observation_id', '=', id)
    .execute();
}
