import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { compileCheck } from '../../contract/check.js';
import { ObservationInput, ObservationPatch } from '../../contract/coaching.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { observationsFeed, selectObservations } from '../../db/kpis.js';
import { idsOf, isUser } from '../../db/named-users.js';
import type { Sight } from '../../db/visibility.js';
import { AppError, invalid } from '../../errors.js';
import type { ObservationRow } from '../../wire/coaching-json.js';
import { formatInstant, type Micros, toTimestamp } from '../../wire/instants.js';
import { type Actor, requireAdmin, requireUser, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { instantField } from '../instant-field.js';
import { requireUserId } from '../people/named-users.js';
import { coachingSight, manages, seesCoaching } from './coaching-access.js';

const checkInput = compileCheck(ObservationInput);
const checkPatch = compileCheck(ObservationPatch);

/** A KPI observation, as /api/v1 shows it. */
export interface ManagedObservation {
  readonly id: string;
  readonly observedAt: string;
  readonly observerId: string;
  readonly observedId: string;
  readonly kpiId: number;
  readonly value: number;
}

export function showObservation(row: Omit<ObservationRow, 'modified'>): ManagedObservation {
  return {
    id: row.observationId,
    observedAt: formatInstant(row.observedAt),
    observerId: row.observerId,
    observedId: row.observedId,
    kpiId: Number(row.kpiId),
    value: row.value,
  };
}

export interface ObservationFilters {
  readonly kpiId: string | null;
  readonly observedId: string | null;
}

/** Observations that this one sees, by time, after a place in that order. */
export async function listObservations(
  { db }: DbDeps,
  actor: Actor,
  { kpiId, observedId }: ObservationFilters,
  page: { readonly after: readonly [Micros, string] | null; readonly limit: number },
): Promise<ObservationRow[]> {
  const { after } = page;
  return selectObservations(
    db,
    sql`where o.account_id = ${actor.accountId} and ${await seen(db, actor)}
      ${after === null ? sql`` : sql`and (o.observed_at, o.observation_id) > (${toTimestamp(after[0])}::timestamptz, ${after[1]})`}
      ${kpiId === null ? sql`` : sql`and o.kpi_id = ${kpiId}`}
      and ${isUser(actor, 'o.observed_id', observedId)}
      order by o.observed_at, o.observation_id limit ${page.limit}`,
  );
}

async function seen(db: Db | Tx, actor: Actor) {
  return seesCoaching(await coachingSight(db, actor), 'o', 'observer_id', 'observed_id');
}

/** An observation that this one sees: 404 for one that is not there or not seen. */
async function findObservation(db: Db | Tx, actor: Actor, id: string): Promise<ObservationRow> {
  const [row] = await selectObservations(
    db,
    sql`where o.account_id = ${actor.accountId} and o.observation_id = ${id} and ${await seen(db, actor)}`,
  );
  if (!row) throw new AppError('not_found', 'There is no such observation.');
  return row;
}

export async function readObservation({ db }: DbDeps, actor: Actor, id: string): Promise<ManagedObservation> {
  return showObservation(await findObservation(db, actor, id));
}

export async function createObservation({ db }: DbDeps, actor: Actor, body: unknown): Promise<ManagedObservation> {
  const input = checkInput(body);
  const observedAt = instantField('observedAt', input.observedAt);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  const id = input.id ?? randomUUID();
  return atomic(db, async (tx) => {
    const { value } = input;
    const observer = requireUser(actor, 'observerId', input.observerId);
    const observerId = await requireUserId(tx, actor, 'observerId', observer);
    const observedId = await requireUserId(tx, actor, 'observedId', input.observedId);
    await requireObserved(tx, actor, await coachingSight(tx, actor), observedId);
    const kpiId = await requireKpi(tx, actor, input.kpiId);
    if (input.id !== undefined) await requireUnused(tx, actor, input.id);
    const row = { observationId: id, observedAt, observerId, observedId, kpiId, value };
    await requireFirst(tx, actor, row);
    await sql`insert into kpi_observations
        (account_id, observation_id, kpi_id, observed_at, observer_id, observed_id, value)
      values (${actor.accountId}, ${id}, ${kpiId}, ${toTimestamp(observedAt)}, ${observerId}, ${observedId}, ${value})`.execute(
      tx,
    );
    const after = showObservation(row);
    await recordChange(tx, actor, { kind: 'observations', id, before: null, after });
    await stampEntries(tx, actor, observationsFeed, [id]);
    return after;
  });
}

export async function updateObservation(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedObservation> {
  const patch = checkPatch(body);
  const observedAt = patch.observedAt === undefined ? undefined : instantField('observedAt', patch.observedAt);
  return atomic(db, async (tx) => {
    const { stored, before, sight } = await lockObservation(tx, actor, id, 'changes');
    requireMatch(ifMatch, etagOf(before));
    const observerId = await requireUserId(tx, actor, 'observerId', patch.observerId);
    if (observerId !== undefined && observerId !== stored.observerId) requireUser(actor, 'observerId', observerId);
    const observedId = await requireUserId(tx, actor, 'observedId', patch.observedId);
    const row = {
      observationId: id,
      observedAt: observedAt ?? stored.observedAt,
      observerId: observerId ?? stored.observerId,
      observedId: observedId ?? stored.observedId,
      kpiId: patch.kpiId === undefined ? stored.kpiId : await requireKpi(tx, actor, patch.kpiId),
      value: patch.value ?? stored.value,
    };
    if (row.observedId !== stored.observedId) await requireObserved(tx, actor, sight, row.observedId);
    const after = showObservation(row);
    if (etagOf(after) === etagOf(before)) return before;
    await requireFirst(tx, actor, row);
    await sql`update kpi_observations set kpi_id = ${row.kpiId}, observed_at = ${toTimestamp(row.observedAt)},
        observer_id = ${row.observerId}, observed_id = ${row.observedId}, value = ${row.value}
      where account_id = ${actor.accountId} and observation_id = ${id}`.execute(tx);
    await recordChange(tx, actor, { kind: 'observations', id, before, after });
    await stampEntries(tx, actor, observationsFeed, [id]);
    return after;
  });
}

export async function deleteObservation(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  ifMatch: string | null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const { before } = await lockObservation(tx, actor, id, 'deletes');
    requireMatch(ifMatch, etagOf(before));
    await sql`delete from kpi_observations
      where account_id = ${actor.accountId} and observation_id = ${id}`.execute(tx);
    await recordChange(tx, actor, { kind: 'observations', id, before, after: null });
  });
}

/** An observation that this one may change: their own, or one of their teams' people. Locked until commit. */
async function lockObservation(
  tx: Tx,
  actor: Actor,
  id: string,
  does: string,
): Promise<{ readonly stored: ObservationRow; readonly before: ManagedObservation; readonly sight: Sight }> {
  await sql`select 1 from kpi_observations
    where account_id = ${actor.accountId} and observation_id = ${id} for no key update`.execute(tx);
  const stored = await findObservation(tx, actor, id);
  const sight = await coachingSight(tx, actor);
  if (userOf(actor)?.id !== stored.observerId && !(await manages(tx, actor, sight, stored.observedId))) {
    const who = "Only its observer, a manager of the observed one's team or of one above it, or an administrator";
    throw new AppError('forbidden', `${who} ${does} an observation.`);
  }
  return { stored, before: showObservation(stored), sight };
}

/** Lets managers observe the people of their teams and of those below only. */
async function requireObserved(tx: Tx, actor: Actor, sight: Sight, observedId: string): Promise<void> {
  if (await manages(tx, actor, sight, observedId)) return;
  throw new AppError('forbidden', NOT_THEIRS, { field: 'observedId' });
}

const NOT_THEIRS = 'observedId is of no team that you manage; an administrator observes everybody.';

async function requireKpi(tx: Tx, scope: Scope, kpiId: number): Promise<string> {
  const id = String(kpiId);
  const found = await sql`select 1 from kpis
    where account_id = ${scope.accountId} and kpi_id = ${id} for key share`.execute(tx);
  if (found.rows.length === 0) throw invalid('kpiId', `${kpiId} is no KPI of this account`, "a KPI's number");
  return id;
}

async function requireUnused(tx: Tx, scope: Scope, id: string): Promise<void> {
  const found = await sql`select 1 from kpi_observations
    where account_id = ${scope.accountId} and observation_id = ${id}`.execute(tx);
  if (found.rows.length > 0) {
    throw new AppError('conflict', `There is an observation ${id} already.`, { field: 'id' });
  }
}

/** Refuses what another observation says already: the same observer, KPI, person and time. */
async function requireFirst(tx: Tx, scope: Scope, row: Omit<ObservationRow, 'modified' | 'value'>): Promise<void> {
  const found = await sql<{ id: string }>`select observation_id as id from kpi_observations
    where account_id = ${scope.accountId} and kpi_id = ${row.kpiId} and observed_id in ${idsOf(scope, row.observedId)}
      and observed_at = ${toTimestamp(row.observedAt)} and observer_id in ${idsOf(scope, row.observerId)}
      and observation_id <> ${row.observationId}`.execute(tx);
  const other = found.rows[0];
  if (!other) return;
  const problem = `The observation ${other.id} is of the same KPI, person, time and observer; change that one.`;
  throw new AppError('conflict', problem, { field: 'observedAt' });
}
