import { type RawBuilder, sql } from 'kysely';
import type { ObservationRow } from '../wire/coaching-json.js';
import type { Db, Scope, Tx } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';

/** The feed `/kpis` is one of observations. */
export const observationsFeed = feedTable({
  name: 'kpis',
  table: 'kpi_observations',
  id: 'observation_id',
  times: ['observed_at'],
});

/** The observations (as `o`) that a condition, an order and a limit leave. */
export async function selectObservations(db: Db | Tx, which: RawBuilder<unknown>): Promise<ObservationRow[]> {
  const found = await sql<ObservationRow>`select o.observation_id as "observationId", o.observed_at as "observedAt",
      o.observer_id as "observerId", o.observed_id as "observedId", o.kpi_id as "kpiId", o.value, o.stamp as modified
    from kpi_observations o ${which}`.execute(db);
  return found.rows;
}

/** A page of the feed of KPI observations: those strictly after a position, in feed order. */
export async function observationsAfter(
  db: Db,
  scope: Scope,
  after: Position,
  limit: number,
): Promise<ObservationRow[]> {
  return selectObservations(db, pageAfter(observationsFeed, 'o', scope, after, limit));
}
