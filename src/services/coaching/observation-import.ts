import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { observationsFeed } from '../../db/kpis.js';
import { holdPeople } from '../../db/people.js';
import { STAMP_BATCH } from '../../db/stamps.js';
import { AppError } from '../../errors.js';
import type { CsvRecord } from '../../ingest/csv.js';
import type { ObservationRow } from '../../wire/coaching-json.js';
import { toTimestamp } from '../../wire/instants.js';
import type { DateOrder } from '../../wire/written-times.js';
import { type Actor, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { coachingSight } from './coaching-access.js';
import { type GivenLine, type GivenPerson, noPerson, openObservations, Refusal } from './observation-file.js';
import { showObservation } from './observations.js';

/** Of an import, as a whole. */
export interface ImportedObservations {
  /** Lines whose observation is in: new, with another value than before, or as it was. */
  readonly accepted: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refusedLines: number;
  /** The first of them. */
  readonly refused: readonly RefusedLine[];
}

interface RefusedLine {
  /** From 1, the header's line. */
  readonly line: number;
  /** Null where it is not one column's. */
  readonly column: string | null;
  readonly problem: string;
  readonly allowed: string;
}

/** Refused lines that are listed; beyond, they are only counted. */
const MAX_LISTED = 1_000;

/**
 * Takes in observations as CSV in UTF-8, with a header. An observation is known by its KPI, person, time and observer: one
 * that is there already takes the value of the line, so a file that is sent again changes nothing, and a corrected one only
 * what was corrected. Lines go in by batches, each in a transaction of its own; bad ones are left out and told. `dates` says
 * what comes first in dates with slashes; without it, they are refused.
 */
export async function importObservations(
  { db }: DbDeps,
  actor: Actor,
  bytes: Uint8Array,
  dates: DateOrder | null = null,
): Promise<ImportedObservations> {
  const file = openObservations(bytes, { timeZone: actor.timeZone, dates }, userOf(actor) !== null);
  const summary = { created: 0, changed: 0, unchanged: 0 };
  const refused: RefusedLine[] = [];
  let refusedLines = 0;
  const refuse = (line: number, { column, problem, allowed }: Refusal) => {
    refusedLines += 1;
    if (refused.length < MAX_LISTED) refused.push({ line, column, problem, allowed });
  };
  for (const batch of batches(file.records)) {
    const given: GivenLine[] = [];
    for (const record of batch) keepRefusal(record.line, refuse, () => given.push(file.readLine(record)));
    const done = await atomic(db, (tx) => giveBatch(tx, actor, given, refuse));
    for (const outcome of ['created', 'changed', 'unchanged'] as const) summary[outcome] += done[outcome];
  }
  const accepted = summary.created + summary.changed + summary.unchanged;
  // Of a batch, lines that read badly come before those that name nobody.
  return { accepted, ...summary, refusedLines, refused: refused.sort((a, b) => a.line - b.line) };
}

function keepRefusal(line: number, refuse: (line: number, refusal: Refusal) => void, run: () => void): void {
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

interface Known {
  /** By id, or by address in lower case: the active one, else another that has it. */
  readonly people: ReadonlyMap<string, { readonly id: string; readonly managed: boolean }>;
  readonly kpiIds: ReadonlySet<string>;
}

async function giveBatch(
  tx: Tx,
  actor: Actor,
  lines: readonly GivenLine[],
  refuse: (line: number, refusal: Refusal) => void,
): Promise<Record<'created' | 'changed' | 'unchanged', number>> {
  const known = await readKnown(tx, actor, lines);
  const accepted = new Map<string, Omit<ObservationRow, 'modified'>>();
  let taken = 0;
  for (const given of lines) {
    keepRefusal(given.line, refuse, () => {
      const row = resolveLine(given, actor, known);
      // Of two lines about the same, the later one counts.
      accepted.set(JSON.stringify([row.kpiId, row.observedId, row.observedAt, row.observerId]), row);
      taken += 1;
    });
  }
  // In one order, so that two files at once never wait for each other crosswise.
  const rows = [...accepted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await requireHandedOn(tx, actor, rows);
  const before = await lockStored(tx, actor, rows);
  const written = await writeRows(tx, actor, rows);
  for (const after of written) {
    const previous = before.get(after.id) ?? null;
    await recordChange(tx, actor, { kind: 'observations', id: after.id, before: previous, after });
  }
  await stampEntries(
    tx,
    actor,
    observationsFeed,
    written.map(({ id }) => id),
  );
  const created = written.filter(({ id }) => !before.has(id)).length;
  const changed = written.length - created;
  return { created, changed, unchanged: taken - written.length };
}

async function readKnown(tx: Tx, actor: Actor, lines: readonly GivenLine[]): Promise<Known> {
  const named = lines.flatMap(({ observer, observed }) => (observer === null ? [observed] : [observer, observed]));
  const by = (end: 'Id' | 'Email') => [
    ...new Set(named.filter(({ column }) => column.endsWith(end)).map(({ text }) => text)),
  ];
  const sight = await coachingSight(tx, actor);
  const managed = sight === 'all' ? sql`true` : sql`coalesce(s.team_id = any(${[...sight.teamIds]}), false)`;
  const self = userOf(actor)?.id ?? null;
  await holdPeople(tx, actor);
  // One who was merged is who they are now.
  const people = await sql<{ given: string; id: string; email: string; managed: boolean }>`
    select u.user_id as given, s.user_id as id, lower(u.email) as email, ${managed} as managed
    from users u join users s on s.account_id = u.account_id and s.user_id = coalesce(u.merged_into, u.user_id)
    where u.account_id = ${actor.accountId}
      and (u.user_id = any(${by('Id')}) or lower(u.email) = any(${by('Email')}) or u.user_id = ${self})
    order by u.active, u.user_id desc`.execute(tx);
  const kpis = await sql<{ id: string }>`select kpi_id as id from kpis
    where account_id = ${actor.accountId} and kpi_id = any(${[...new Set(lines.map(({ kpiId }) => kpiId))]})
    order by kpi_id for key share`.execute(tx);
  return {
    people: new Map(
      people.rows.flatMap(({ given, email, ...person }) => [
        [`Email:${email}`, person] as const,
        [`Id:${given}`, person] as const,
      ]),
    ),
    kpiIds: new Set(kpis.rows.map(({ id }) => id)),
  };
}

function resolveLine(given: GivenLine, actor: Actor, { people, kpiIds }: Known): Omit<ObservationRow, 'modified'> {
  const personOf = (person: GivenPerson) => {
    const found = people.get(`${person.column.endsWith('Email') ? 'Email' : 'Id'}:${person.text}`);
    if (!found) throw noPerson(person);
    return found;
  };
  const self = userOf(actor);
  const ownId = self && people.get(`Id:${self.id}`)!.id;
  const observerId = given.observer === null ? ownId! : personOf(given.observer).id;
  if (ownId !== null && observerId !== ownId && !actor.rights.has('admin')) {
    throw new Refusal(
      given.observer!.column,
      'is somebody else',
      'yourself; an administrator sends what others observed',
    );
  }
  const observed = personOf(given.observed);
  if (!observed.managed) {
    const allowed = 'somebody of your teams; an administrator observes everybody';
    throw new Refusal(given.observed.column, 'is of no team that you manage', allowed);
  }
  if (!kpiIds.has(given.kpiId)) {
    throw new Refusal('kpiId', `${given.kpiId} is no KPI of this account`, "a KPI's number");
  }
  const { observedAt, kpiId, value } = given;
  return { observationId: randomUUID(), observedAt, observerId, observedId: observed.id, kpiId, value };
}

type Rows = readonly Omit<ObservationRow, 'modified'>[];

function unnested(rows: Rows) {
  return sql`unnest(${rows.map((row) => row.observationId)}::text[], ${rows.map((row) => row.kpiId)}::text[],
    ${rows.map((row) => toTimestamp(row.observedAt))}::timestamptz[], ${rows.map((row) => row.observerId)}::text[],
    ${rows.map((row) => row.observedId)}::text[], ${rows.map((row) => row.value)}::float8[])
    with ordinality as given (id, kpi_id, observed_at, observer_id, observed_id, value, place)`;
}

/** Refuses rows as long as what they would replace stands under the id of a user who is being merged. */
async function requireHandedOn(tx: Tx, scope: Scope, rows: Rows): Promise<void> {
  const ids = [...new Set(rows.flatMap(({ observerId, observedId }) => [observerId, observedId]))];
  const left = await sql`with known as (select user_id as stands, coalesce(merged_into, user_id) as is_now from users
      where account_id = ${scope.accountId} and (user_id = any(${ids}) or merged_into = any(${ids})))
    select 1 from ${unnested(rows)} join known observer on observer.is_now = given.observer_id
      join known observed on observed.is_now = given.observed_id
      join kpi_observations o on o.account_id = ${scope.accountId} and o.kpi_id = given.kpi_id
        and o.observed_at = given.observed_at and o.observer_id = observer.stands and o.observed_id = observed.stands
    where observer.stands <> observer.is_now or observed.stands <> observed.is_now limit 1`.execute(tx);
  if (left.rows.length === 0) return;
  throw new AppError('unavailable', 'Users of this file are just being merged: send it again in a minute.');
}

/** What is there already of these, as it is shown; locked until commit. */
async function lockStored(tx: Tx, scope: Scope, rows: Rows): Promise<ReadonlyMap<string, object>> {
  const found = await sql<Omit<ObservationRow, 'modified'>>`
    select o.observation_id as "observationId", o.observed_at as "observedAt", o.observer_id as "observerId",
      o.observed_id as "observedId", o.kpi_id as "kpiId", o.value
    from ${unnested(rows)} join kpi_observations o on o.account_id = ${scope.accountId} and o.kpi_id = given.kpi_id
      and o.observed_id = given.observed_id and o.observed_at = given.observed_at and o.observer_id = given.observer_id
    order by o.observation_id for no key update of o`.execute(tx);
  return new Map(found.rows.map((row) => [row.observationId, showObservation(row)]));
}

/** Writes observations; answers those that are new or have another value now. */
async function writeRows(tx: Tx, scope: Scope, rows: Rows) {
  const written = await sql<Omit<ObservationRow, 'modified'>>`insert into kpi_observations as o
      (account_id, observation_id, kpi_id, observed_at, observer_id, observed_id, value)
    select ${scope.accountId}, id, kpi_id, observed_at, observer_id, observed_id, value from ${unnested(rows)} order by place
    on conflict (account_id, kpi_id, observed_id, observed_at, observer_id)
      do update set value = excluded.value where o.value <> excluded.value
    returning observation_id as "observationId", observed_at as "observedAt", observer_id as "observerId",
      observed_id as "observedId", kpi_id as "kpiId", value`.execute(tx);
  return written.rows.map(showObservation);
}
