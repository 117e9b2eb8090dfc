import { randomUUID } from 'node:crypto';
import type { ImportedObservations } from '../../contract/coaching.js';
import { atomic } from '../../db/atomic.js';
import type { Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { holdKpis } from '../../db/kpis.js';
import {
  hasObservationsToReassign,
  lockSameObservations,
  type NamedPerson,
  selectNamedPeople,
  writeObservations,
} from '../../db/observation-import.js';
import { type ObservationValues, observationsFeed } from '../../db/observations.js';
import { holdPeople } from '../../db/people.js';
import { STAMP_BATCH } from '../../db/stamps.js';
import { AppError } from '../../errors.js';
import type { CsvRecord } from '../../ingest/csv.js';
import type { DateOrder } from '../../wire/written-times.js';
import { type Actor, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { coachingSight } from './coaching-access.js';
import { type ObservationLine, openObservations, type PersonRef, Refusal, unknownPerson } from './observation-file.js';
import { toObservation } from './observations.js';

/** How many refused lines are listed; more are only counted. */
const MAX_LISTED = 1_000;

type RefuseLine = (line: number, refusal: Refusal) => void;

/**
 * Imports observations from CSV in UTF-8 with a header. An observation is identified by its KPI, person, time and
 * observer: a stored one takes the line's value. So a file that is sent again changes nothing, and a corrected one only
 * what was corrected. Lines are stored in batches of a transaction each; bad ones are left out and reported. `dates`
 * says what comes first in dates with slashes; null refuses them. Throws invalid for a file or a header that cannot be
 * read, and unavailable while users of the file are being merged.
 */
export async function importObservations(
  { db }: DbDeps,
  actor: Actor,
  bytes: Uint8Array,
  dates: DateOrder | null = null,
): Promise<ImportedObservations> {
  const file = openObservations(bytes, { timeZone: actor.timeZone, dates }, userOf(actor) !== null);
  const summary = { created: 0, changed: 0, unchanged: 0 };
  const refused: ImportedObservations['refused'] = [];
  let refusedLines = 0;
  const refuse: RefuseLine = (line, { column, problem, allowed }) => {
    refusedLines += 1;
    if (refused.length < MAX_LISTED) refused.push({ line, column, problem, allowed });
  };
  for (const batch of batches(file.records)) {
    const lines: ObservationLine[] = [];
    for (const record of batch) keepRefusal(record.line, refuse, () => lines.push(file.readLine(record)));
    const done = await atomic(db, (tx) => importBatch(tx, actor, lines, refuse));
    for (const outcome of ['created', 'changed', 'unchanged'] as const) summary[outcome] += done[outcome];
  }
  const accepted = summary.created + summary.changed + summary.unchanged;
  // In each batch, lines that cannot be read were refused before those that name an unknown person or KPI.
  return { accepted, ...summary, refusedLines, refused: refused.sort((a, b) => a.line - b.line) };
}

function keepRefusal(line: number, refuse: RefuseLine, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuse(line, error);
  }
}

function* batches(records: Generator<CsvRecord>): Generator<CsvRecord[]> {
  let batch: CsvRecord[] = [];
  for (const record of records) {
    batch.push(record);
    if (batch.length < STAMP_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function importBatch(
  tx: Tx,
  actor: Actor,
  lines: readonly ObservationLine[],
  refuse: RefuseLine,
): Promise<Pick<ImportedObservations, 'created' | 'changed' | 'unchanged'>> {
  const known = await readKnown(tx, actor, lines);
  const byIdentity = new Map<string, ObservationValues>();
  let taken = 0;
  for (const line of lines) {
    keepRefusal(line.line, refuse, () => {
      const row = resolveLine(line, actor, known);
      // Of two lines about the same observation, the later one counts.
      byIdentity.set(JSON.stringify([row.kpiId, row.observedId, row.observedAt, row.observerId]), row);
      taken += 1;
    });
  }
  // Sorted, so that two imports at once lock the same rows in the same order.
  const rows = [...byIdentity].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  if (await hasObservationsToReassign(tx, actor, rows)) {
    throw new AppError('unavailable', 'Users of this file are just being merged: send it again in a minute.');
  }
  const stored = await lockSameObservations(tx, actor, rows);
  const before = new Map(stored.map((row) => [row.observationId, toObservation(row)]));
  const written = (await writeObservations(tx, actor, rows)).map(toObservation);
  for (const after of written) {
    const { id } = after;
    await recordChange(tx, actor, { kind: 'observations', id, before: before.get(id) ?? null, after });
  }
  const ids = written.map(({ id }) => id);
  await stampEntries(tx, actor, observationsFeed, ids);
  const created = ids.filter((id) => !before.has(id)).length;
  return { created, changed: ids.length - created, unchanged: taken - ids.length };
}

/** What lines name, as far as the account has it. */
interface Known {
  /** By `id:` and an id, or `email:` and an address in lower case. */
  readonly people: ReadonlyMap<string, NamedPerson>;
  readonly kpiIds: ReadonlySet<string>;
}

async function readKnown(tx: Tx, actor: Actor, lines: readonly ObservationLine[]): Promise<Known> {
  const named = lines.flatMap(({ observer, observed }) => (observer === null ? [observed] : [observer, observed]));
  const textsBy = (by: PersonRef['by']) => new Set(named.filter((person) => person.by === by).map(({ text }) => text));
  const [ids, emails] = [textsBy('id'), textsBy('email')];
  const self = userOf(actor);
  if (self !== null) ids.add(self.id);
  const sight = await coachingSight(tx, actor);
  await holdPeople(tx, actor);
  const people = await selectNamedPeople(tx, actor, { ids: [...ids], emails: [...emails] }, sight);
  return {
    people: new Map(
      people.flatMap((person) => [
        [`email:${person.email}`, person] as const,
        [`id:${person.givenId}`, person] as const,
      ]),
    ),
    kpiIds: await holdKpis(tx, actor, [...new Set(lines.map(({ kpiId }) => kpiId))]),
  };
}

/** The observation that a line says, under a new id; throws a Refusal for one that the actor may not import. */
function resolveLine(line: ObservationLine, actor: Actor, { people, kpiIds }: Known): ObservationValues {
  const personOf = (ref: PersonRef) => {
    const person = people.get(`${ref.by}:${ref.text}`);
    if (!person) throw unknownPerson(ref);
    return person;
  };
  const self = userOf(actor);
  const ownId = self && people.get(`id:${self.id}`)!.id;
  const observerId = line.observer === null ? ownId! : personOf(line.observer).id;
  if (ownId !== null && observerId !== ownId && !actor.rights.has('admin')) {
    const allowed = 'your own id or address; an administrator imports what others observed';
    throw new Refusal(line.observer!.column, 'must be yourself', allowed);
  }
  const observed = personOf(line.observed);
  if (!observed.managed) {
    const allowed = 'a person of your teams; an administrator observes everybody';
    throw new Refusal(line.observed.column, 'is not in a team that you manage', allowed);
  }
  if (!kpiIds.has(line.kpiId)) {
    throw new Refusal('kpiId', `${line.kpiId} is not a KPI of this account`, "a KPI's number");
  }
  const { observedAt, kpiId, value } = line;
  return { observationId: randomUUID(), observedAt, observerId, observedId: observed.id, kpiId, value };
}
