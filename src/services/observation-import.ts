import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { INSTANT_TEXT, MAX_ID_LENGTH } from '../contract/fields.js';
import { atomic } from '../db/atomic.js';
import { stampEntries } from '../db/feed-table.js';
import { observationsFeed } from '../db/kpis.js';
import type { Db, Scope, Tx } from '../db/schema.js';
import { STAMP_BATCH } from '../db/stamps.js';
import { AppError, invalid } from '../errors.js';
import { type CsvRecord, readCsv } from '../ingest/csv.js';
import type { ObservationRow } from '../wire/coaching-json.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import { type Actor, userOf } from './actor.js';
import { recordChange } from './audit.js';
import { coachingSight } from './coaching.js';
import { givenInstant } from './given-instant.js';
import { showObservation } from './observations.js';

const COLUMNS = ['observedAt', 'observerId', 'observerEmail', 'observedId', 'observedEmail', 'kpiId', 'value'] as const;
type Column = (typeof COLUMNS)[number];
const COLUMNS_TAKEN =
  'observedAt, observerId or observerEmail, observedId or observedEmail, kpiId and value, separated by commas';

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

/** A refusal of one line. */
class Refusal extends Error {
  constructor(
    readonly column: Column | null,
    readonly problem: string,
    readonly allowed: string,
  ) {
    super(problem);
  }
}

/**
 * Takes in observations as CSV in UTF-8, with a header. An observation is known by its KPI, person, time and observer: one
 * that is there already takes the value of the line, so a file that is sent again changes nothing, and a corrected one only
 * what was corrected. Lines go in by batches, each in a transaction of its own; bad ones are left out and told.
 */
export async function importObservations(db: Db, actor: Actor, bytes: Uint8Array): Promise<ImportedObservations> {
  const records = readCsv(decode(bytes));
  const columns = readHeader(records.next().value, actor);
  const summary = { created: 0, changed: 0, unchanged: 0 };
  const refused: RefusedLine[] = [];
  let refusedLines = 0;
  const refuse = (line: number, { column, problem, allowed }: Refusal) => {
    refusedLines += 1;
    if (refused.length < MAX_LISTED) refused.push({ line, column, problem, allowed });
  };
  for (const batch of batches(records)) {
    const given: GivenLine[] = [];
    for (const record of batch) keepRefusal(record.line, refuse, () => given.push(readLine(record, columns)));
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

function decode(bytes: Uint8Array): string {
  try {
    // Leaves a byte order mark out.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AppError('invalid', 'The file is not valid UTF-8; it takes CSV in UTF-8');
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

type Columns = ReadonlyMap<Column, number>;

/** Where each column is. */
function readHeader(header: CsvRecord | undefined, actor: Actor): Columns {
  if (header === undefined) throw new AppError('invalid', `The file is empty; it takes a header of ${COLUMNS_TAKEN}`);
  if (header.problem !== null) throw new AppError('invalid', `The header ${header.problem}; it takes ${COLUMNS_TAKEN}`);
  const names = header.fields.map((field) => field.trim());
  if (names.length === 1 && /[;\t|]/.test(names[0]!)) {
    const separator = names[0]!.includes(';') ? 'semicolons' : names[0]!.includes('\t') ? 'tabs' : 'bars';
    throw new AppError('invalid', `The columns are separated by ${separator}; it takes ${COLUMNS_TAKEN}`);
  }
  const columns = new Map<Column, number>();
  for (const [index, name] of names.entries()) {
    const column = COLUMNS.find((each) => each === name);
    if (!column) throw invalid(name.slice(0, 100) || `column ${index + 1}`, 'is no column', COLUMNS_TAKEN);
    if (columns.has(column)) throw invalid(column, 'is there twice', 'each column once');
    columns.set(column, index);
  }
  for (const column of ['observedAt', 'kpiId', 'value'] as const) {
    if (!columns.has(column)) throw invalid(column, 'is missing', `a column of that name: ${COLUMNS_TAKEN}`);
  }
  for (const who of ['observer', 'observed'] as const) {
    const both = ([`${who}Id`, `${who}Email`] as const).filter((column) => columns.has(column));
    if (both.length > 1) throw invalid(both[1]!, `is there beside ${both[0]}`, 'one of the two');
    if (both.length === 0 && (who === 'observed' || userOf(actor) === null)) {
      throw invalid(`${who}Id`, 'is missing', `a column of that name: ${COLUMNS_TAKEN}`);
    }
  }
  return columns;
}

interface GivenPerson {
  readonly column: Column;
  /** An id, or an address in lower case. */
  readonly text: string;
}

interface GivenLine {
  readonly line: number;
  readonly observedAt: Micros;
  /** Null for the one who sends the file. */
  readonly observer: GivenPerson | null;
  readonly observed: GivenPerson;
  readonly kpiId: string;
  readonly value: number;
}

function readLine({ line, fields, problem }: CsvRecord, columns: Columns): GivenLine {
  if (problem !== null) {
    throw new Refusal(null, `the line ${problem}`, 'fields with commas, quotes or line ends in quotes, quotes doubled');
  }
  if (fields.length !== columns.size) {
    throw new Refusal(null, `the line has ${fields.length} fields`, `${columns.size} fields, as the header has`);
  }
  const text = (column: Column) => fields[columns.get(column)!]!.trim();
  return {
    line,
    observedAt: readTime(text('observedAt')),
    observer: readPersonOf('observer', columns, text),
    observed: readPersonOf('observed', columns, text)!,
    kpiId: readKpiId(text('kpiId')),
    value: readValue(text('value')),
  };
}

function readTime(text: string): Micros {
  try {
    return givenInstant('observedAt', text);
  } catch {
    const problem = /^\d{4}-\d\d-\d\d$/.test(text) ? 'has no time of day' : 'is no such time';
    throw new Refusal('observedAt', `${shown(text)} ${problem}`, INSTANT_TEXT);
  }
}

function readPersonOf(
  who: 'observer' | 'observed',
  columns: Columns,
  text: (column: Column) => string,
): GivenPerson | null {
  const column = ([`${who}Id`, `${who}Email`] as const).find((each) => columns.has(each));
  if (column === undefined) return null;
  const sent = text(column);
  if (sent === '') throw new Refusal(column, 'is empty', PEOPLE_TAKEN[column]);
  // What no user can have is not looked for: the database takes no NUL.
  if (sent.includes('\0') || sent.length > 2 * MAX_ID_LENGTH) throw noPerson({ column, text: sent });
  return { column, text: column.endsWith('Email') ? sent.toLowerCase() : sent };
}

const PEOPLE_TAKEN: Partial<Record<Column, string>> & Record<`obser${'ver' | 'ved'}${'Id' | 'Email'}`, string> = {
  observerId: "a user's id",
  observedId: "a user's id",
  observerEmail: "a user's e-mail address",
  observedEmail: "a user's e-mail address",
};

function noPerson({ column, text }: GivenPerson): Refusal {
  return new Refusal(column, `${shown(text)} names no user of this account`, PEOPLE_TAKEN[column]!);
}

function readKpiId(text: string): string {
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new Refusal('kpiId', `${shown(text)} is no number of a KPI`, "a KPI's number");
  return text;
}

const MOST = 1e12;

function readValue(text: string): number {
  const value = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(Math.abs(value) <= MOST)) {
    const allowed = `a number such as 18.56, from ${-MOST} to ${MOST}`;
    throw new Refusal('value', `${shown(text)} is no such number`, allowed);
  }
  return value === 0 ? 0 : value;
}

function shown(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
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
  const managed = sight === 'all' ? sql`true` : sql`coalesce(team_id = any(${[...sight.teamIds]}), false)`;
  const self = userOf(actor)?.id ?? null;
  const people = await sql<{ id: string; email: string; managed: boolean }>`
    select user_id as id, lower(email) as email, ${managed} as managed from users
    where account_id = ${actor.accountId}
      and (user_id = any(${by('Id')}) or lower(email) = any(${by('Email')}) or user_id = ${self})
    order by active, user_id desc`.execute(tx);
  const kpis = await sql<{ id: string }>`select kpi_id as id from kpis
    where account_id = ${actor.accountId} and kpi_id = any(${[...new Set(lines.map(({ kpiId }) => kpiId))]})
    order by kpi_id for key share`.execute(tx);
  return {
    people: new Map(
      people.rows.flatMap(({ email, ...person }) => [
        [`Email:${email}`, person] as const,
        [`Id:${person.id}`, person] as const,
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
  const observerId = given.observer === null ? self!.id : personOf(given.observer).id;
  if (self !== null && observerId !== self.id && !actor.rights.has('admin')) {
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
