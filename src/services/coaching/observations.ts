import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { type Observation, ObservationInput, ObservationPatch } from '../../contract/coaching.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { holdKpis } from '../../db/kpis.js';
import {
  findObservation,
  findSameObservation,
  insertObservation,
  lockObservation,
  type ObservationFilters,
  type ObservationValues,
  observationsFeed,
  removeObservation,
  selectObservations,
  writeObservation,
} from '../../db/observations.js';
import type { Sight } from '../../db/visibility.js';
import { AppError, invalid } from '../../errors.js';
import type { ObservationRow } from '../../wire/coaching-json.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import { type Actor, requireAdmin, requireUser, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { instantField } from '../instant-field.js';
import { requireUserId } from '../people/named-users.js';
import { coachingSight, manages } from './coaching-access.js';

const checkInput = compileCheck(ObservationInput);
const checkPatch = compileCheck(ObservationPatch);

/** An observation as /api/v1 shows it. */
export function toObservation(row: ObservationValues): Observation {
  return {
    id: row.observationId,
    observedAt: formatInstant(row.observedAt),
    observerId: row.observerId,
    observedId: row.observedId,
    kpiId: Number(row.kpiId),
    value: row.value,
  };
}

/** Observations that the actor sees, by time, after a place in that order: rows, which have the exact place. */
export async function listObservations(
  { db }: DbDeps,
  actor: Actor,
  filters: ObservationFilters,
  page: { readonly after: readonly [Micros, string] | null; readonly limit: number },
): Promise<ObservationRow[]> {
  return selectObservations(db, actor, await coachingSight(db, actor), filters, page);
}

/** Throws not_found for an observation that is not there or not seen. */
export async function readObservation({ db }: DbDeps, actor: Actor, id: string): Promise<Observation> {
  return toObservation(existing(await findObservation(db, actor, id, await coachingSight(db, actor))));
}

/** Adds an observation: the actor's own, unless a program or an administrator names the observer. */
export async function createObservation({ db }: DbDeps, actor: Actor, body: unknown): Promise<Observation> {
  const input = checkInput(body);
  const observedAt = instantField('observedAt', input.observedAt);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  const id = input.id ?? randomUUID();
  return atomic(db, async (tx) => {
    const observer = requireUser(actor, 'observerId', input.observerId);
    const observerId = await requireUserId(tx, actor, 'observerId', observer);
    const observedId = await requireUserId(tx, actor, 'observedId', input.observedId);
    await requireObserved(tx, actor, await coachingSight(tx, actor), observedId);
    const kpiId = await requireKpi(tx, actor, input.kpiId);
    if (input.id !== undefined) await requireUnused(tx, actor, input.id);
    const row = { observationId: id, observedAt, observerId, observedId, kpiId, value: input.value };
    await requireFirst(tx, actor, row);
    await insertObservation(tx, actor, row);
    const after = toObservation(row);
    await recordChange(tx, actor, { kind: 'observations', id, before: null, after });
    await stampEntries(tx, actor, observationsFeed, [id]);
    return after;
  });
}

/** Changes the given fields of an observation. */
export async function updateObservation(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Observation> {
  const patch = checkPatch(body);
  const observedAt = patch.observedAt === undefined ? undefined : instantField('observedAt', patch.observedAt);
  return atomic(db, async (tx) => {
    const sight = await coachingSight(tx, actor);
    const stored = await lockChangeable(tx, actor, id, sight, 'changes');
    const before = toObservation(stored);
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
    const after = toObservation(row);
    if (etagOf(after) === etagOf(before)) return before;
    await requireFirst(tx, actor, row);
    await writeObservation(tx, actor, row);
    await recordChange(tx, actor, { kind: 'observations', id, before, after });
    await stampEntries(tx, actor, observationsFeed, [id]);
    return after;
  });
}

/** Deletes an observation. */
export async function deleteObservation(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const stored = await lockChangeable(tx, actor, id, await coachingSight(tx, actor), 'deletes');
    const before = toObservation(stored);
    requireMatch(ifMatch, etagOf(before));
    await removeObservation(tx, actor, id);
    await recordChange(tx, actor, { kind: 'observations', id, before, after: null });
  });
}

/** Locks an observation that the actor may change: their own, or one of a person of their teams. */
async function lockChangeable(tx: Tx, actor: Actor, id: string, sight: Sight, does: string): Promise<ObservationRow> {
  const stored = existing(await lockObservation(tx, actor, id, sight));
  if (userOf(actor)?.id === stored.observerId || (await manages(tx, actor, sight, stored.observedId))) return stored;
  const who = "Only its observer, a manager of the observed one's team or of one above it, or an administrator";
  throw new AppError('forbidden', `${who} ${does} an observation.`);
}

function existing(row: ObservationRow | null): ObservationRow {
  if (row === null) throw new AppError('not_found', 'There is no such observation.');
  return row;
}

/** Lets managers observe only the people of their teams and of those below. */
async function requireObserved(tx: Tx, actor: Actor, sight: Sight, observedId: string): Promise<void> {
  if (await manages(tx, actor, sight, observedId)) return;
  const problem = 'observedId is not in a team that you manage; an administrator observes everybody.';
  throw new AppError('forbidden', problem, { field: 'observedId' });
}

async function requireKpi(tx: Tx, scope: Scope, kpiId: number): Promise<string> {
  const id = String(kpiId);
  if ((await holdKpis(tx, scope, [id])).has(id)) return id;
  throw invalid('kpiId', `${kpiId} is not a KPI of this account`, "a KPI's number");
}

async function requireUnused(tx: Tx, scope: Scope, id: string): Promise<void> {
  if ((await findObservation(tx, scope, id, 'all')) === null) return;
  throw new AppError('conflict', `There is an observation ${id} already.`, { field: 'id' });
}

/** Refuses a second observation of the same KPI, person, time and observer. */
async function requireFirst(tx: Tx, scope: Scope, row: ObservationValues): Promise<void> {
  const other = await findSameObservation(tx, scope, row);
  if (other === null) return;
  const problem = `The observation ${other} is of the same KPI, person, time and observer; change that one.`;
  throw new AppError('conflict', problem, { field: 'observedAt' });
}
