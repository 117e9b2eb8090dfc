import { sql } from 'kysely';
import { toTimestamp } from '../wire/instants.js';
import type { Scope, Tx } from './database.js';
import type { ObservationValues } from './observations.js';
import type { Sight } from './visibility.js';

// Observations in batches, as the import of a file writes them.

/** A user whom a file names. */
export interface NamedPerson {
  /** The id that matched, which may be that of a user who was merged since. */
  readonly givenId: string;
  /** The e-mail address of the matched user, in lower case. */
  readonly email: string;
  /** The id of the user they are now. */
  readonly id: string;
  /** Whether they are in one of the sight's teams. */
  readonly managed: boolean;
}

/**
 * The users with these ids, or with these e-mail addresses in lower case. Several users may have the same address: the
 * one to use comes last, and active users come after deactivated ones.
 */
export async function selectNamedPeople(
  tx: Tx,
  scope: Scope,
  { ids, emails }: { readonly ids: readonly string[]; readonly emails: readonly string[] },
  sight: Sight,
): Promise<NamedPerson[]> {
  const managed = sight === 'all' ? sql`true` : sql`coalesce(s.team_id = any(${sight.teamIds}), false)`;
  const found = await sql<NamedPerson>`
    select u.user_id as "givenId", lower(u.email) as email, s.user_id as id, ${managed} as managed
    from users u join users s on s.account_id = u.account_id and s.user_id = coalesce(u.merged_into, u.user_id)
    where u.account_id = ${scope.accountId} and (u.user_id = any(${ids}) or lower(u.email) = any(${emails}))
    order by u.active, u.user_id desc`.execute(tx);
  return found.rows;
}

type Rows = readonly ObservationValues[];

/** The rows as a table named `given`. */
function unnested(rows: Rows) {
  return sql`unnest(${rows.map((row) => row.observationId)}::text[], ${rows.map((row) => row.kpiId)}::text[],
    ${rows.map((row) => toTimestamp(row.observedAt))}::timestamptz[], ${rows.map((row) => row.observerId)}::text[],
    ${rows.map((row) => row.observedId)}::text[], ${rows.map((row) => row.value)}::float8[])
    with ordinality as given (id, kpi_id, observed_at, observer_id, observed_id, value, place)`;
}

/**
 * Whether an observation that one of these rows would replace is still stored under the id of a user who is being
 * merged. The caller holds the people lock for the people that the rows name.
 */
export async function hasObservationsToReassign(tx: Tx, scope: Scope, rows: Rows): Promise<boolean> {
  const ids = [...new Set(rows.flatMap(({ observerId, observedId }) => [observerId, observedId]))];
  const left = await sql`with known as (select user_id as stored, coalesce(merged_into, user_id) as is_now from users
      where account_id = ${scope.accountId} and (user_id = any(${ids}) or merged_into = any(${ids})))
    select 1 from ${unnested(rows)} join known observer on observer.is_now = given.observer_id
      join known observed on observed.is_now = given.observed_id
      join kpi_observations o on o.account_id = ${scope.accountId} and o.kpi_id = given.kpi_id
        and o.observed_at = given.observed_at and o.observer_id = observer.stored and o.observed_id = observed.stored
    where observer.stored <> observer.is_now or observed.stored <> observed.is_now limit 1`.execute(tx);
  return left.rows.length > 0;
}

/** The stored observations with the same KPI, person, time and observer as these, locked until commit. */
export async function lockSameObservations(tx: Tx, scope: Scope, rows: Rows): Promise<ObservationValues[]> {
  const found = await sql<ObservationValues>`
    select o.observation_id as "observationId", o.observed_at as "observedAt", o.observer_id as "observerId",
      o.observed_id as "observedId", o.kpi_id as "kpiId", o.value
    from ${unnested(rows)} join kpi_observations o on o.account_id = ${scope.accountId} and o.kpi_id = given.kpi_id
      and o.observed_id = given.observed_id and o.observed_at = given.observed_at and o.observer_id = given.observer_id
    order by o.observation_id for no key update of o`.execute(tx);
  return found.rows;
}

/**
 * Adds observations, or updates the values of stored ones with the same KPI, person, time and observer. Returns those
 * that are new or whose value changed.
 */
export async function writeObservations(tx: Tx, scope: Scope, rows: Rows): Promise<ObservationValues[]> {
  const written = await sql<ObservationValues>`insert into kpi_observations as o
      (account_id, observation_id, kpi_id, observed_at, observer_id, observed_id, value)
    select ${scope.accountId}, id, kpi_id, observed_at, observer_id, observed_id, value
    from ${unnested(rows)} order by place
    on conflict (account_id, kpi_id, observed_id, observed_at, observer_id)
      do update set value = excluded.value where o.value <> excluded.value
    returning observation_id as "observationId", observed_at as "observedAt", observer_id as "observerId",
      observed_id as "observedId", kpi_id as "kpiId", value`.execute(tx);
  return written.rows;
}
