import { MAX_ID_LENGTH } from '../../contract/fields.js';
import { BOUNDS_TEXT, isWithinBounds } from '../../contract/instant-bounds.js';
import { AppError, invalid } from '../../errors.js';
import { type CsvRecord, readCsv, type Separator, separatorOf } from '../../ingest/csv.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import { type DateOrder, parseWrittenTime } from '../../wire/written-times.js';
import { fromWallTime } from '../../wire/zoned.js';

// Reads a CSV file of KPI observations, as spreadsheets write it: the header, then line by line.

const PERSON_COLUMNS = ['observerId', 'observerEmail', 'observedId', 'observedEmail'] as const;
const COLUMNS = ['observedAt', ...PERSON_COLUMNS, 'kpiId', 'value'] as const;
type Column = (typeof COLUMNS)[number];
type PersonColumn = (typeof PERSON_COLUMNS)[number];
const COLUMNS_TAKEN = `observedAt, observerId or observerEmail, observedId or observedEmail, kpiId and value, \
separated by commas or semicolons`;

/** A refusal of one line: of a column, or of the line as a whole where that is null. */
export class Refusal extends Error {
  constructor(
    readonly column: Column | null,
    readonly problem: string,
    readonly allowed: string,
  ) {
    super(problem);
  }
}

function decode(bytes: Uint8Array): string {
  try {
    // The decoder drops a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AppError('invalid', 'The file is not valid UTF-8; it takes CSV in UTF-8');
  }
}

/** How a file's dates and times are read. */
export interface FileOptions {
  /** Of times without an offset. */
  readonly timeZone: string;
  /** What comes first in dates with slashes; null refuses them. */
  readonly dates: DateOrder | null;
}

export interface ObservationFile {
  /** The lines below the header, without empty ones. */
  readonly records: Generator<CsvRecord>;
  /** Reads a line; throws a Refusal for a bad one. */
  readLine(record: CsvRecord): ObservationLine;
}

/**
 * Opens a CSV file in UTF-8. Its header must name a column of the observer, unless `isOwn`: then a person sends the
 * file, who is the observer where it names none. Throws invalid for a file that is not UTF-8, or has a bad header.
 */
export function openObservations(bytes: Uint8Array, options: FileOptions, isOwn: boolean): ObservationFile {
  const text = decode(bytes);
  const separator = separatorOf(text);
  const records = filledRecords(readCsv(text, separator));
  const columns = readHeader(records.next().value, isOwn);
  return { records, readLine: (record) => readLine(record, columns, separator, options) };
}

/** Leaves out rows of nothing but separators, which spreadsheets write. */
function* filledRecords(records: Generator<CsvRecord>): Generator<CsvRecord, undefined> {
  for (const record of records) {
    if (record.problem !== null || record.fields.some((field) => field.trim() !== '')) yield record;
  }
}

/** Fields without the empty ones at the end, which spreadsheets write. */
function withoutEmptyEnd(fields: readonly string[]): readonly string[] {
  return fields.slice(0, fields.findLastIndex((field) => field.trim() !== '') + 1);
}

type Columns = ReadonlyMap<Column, number>;

/** Where each column is. */
function readHeader(header: CsvRecord | undefined, isOwn: boolean): Columns {
  if (header === undefined) throw new AppError('invalid', `The file is empty; it takes a header of ${COLUMNS_TAKEN}`);
  if (header.problem !== null) throw new AppError('invalid', `The header ${header.problem}; it takes ${COLUMNS_TAKEN}`);
  const names = withoutEmptyEnd(header.fields).map((field) => field.trim());
  if (names.length === 1 && /[\t|]/.test(names[0]!)) {
    const separator = names[0]!.includes('\t') ? 'tabs' : 'bars';
    throw new AppError('invalid', `The columns are separated by ${separator}; it takes ${COLUMNS_TAKEN}`);
  }
  const columns = new Map<Column, number>();
  for (const [index, name] of names.entries()) {
    const column = COLUMNS.find((each) => each === name);
    if (!column) throw invalid(name.slice(0, 100) || `column ${index + 1}`, 'is an unknown column', COLUMNS_TAKEN);
    if (columns.has(column)) throw invalid(column, 'is given twice', 'each column once');
    columns.set(column, index);
  }
  for (const column of ['observedAt', 'kpiId', 'value'] as const) {
    if (!columns.has(column)) throw invalid(column, 'is missing', `a column of that name: ${COLUMNS_TAKEN}`);
  }
  for (const who of ['observer', 'observed'] as const) {
    const both = ([`${who}Id`, `${who}Email`] as const).filter((column) => columns.has(column));
    if (both.length > 1) throw invalid(both[1]!, `is given beside ${both[0]}`, 'one of the two');
    if (both.length === 0 && (who === 'observed' || !isOwn)) {
      throw invalid(`${who}Id`, 'is missing', `a column of that name: ${COLUMNS_TAKEN}`);
    }
  }
  return columns;
}

/** A person as a line names them. */
export interface PersonRef {
  readonly column: PersonColumn;
  readonly by: 'id' | 'email';
  /** An id, or an e-mail address in lower case. */
  readonly text: string;
}

/** What a line says. */
export interface ObservationLine {
  readonly line: number;
  readonly observedAt: Micros;
  /** Null where the observer is the sender. */
  readonly observer: PersonRef | null;
  readonly observed: PersonRef;
  readonly kpiId: string;
  readonly value: number;
}

function readLine(
  { line, fields, problem }: CsvRecord,
  columns: Columns,
  separator: Separator,
  options: FileOptions,
): ObservationLine {
  if (problem !== null) {
    const allowed = 'fields with separators, quotes or line ends in quotes, quotes doubled';
    throw new Refusal(null, `the line ${problem}`, allowed);
  }
  const count = Math.max(withoutEmptyEnd(fields).length, Math.min(fields.length, columns.size));
  if (count !== columns.size) {
    throw new Refusal(null, `the line has ${count} fields`, `${columns.size} fields, as the header has`);
  }
  const text = (column: Column) => fields[columns.get(column)!]!.trim();
  return {
    line,
    observedAt: readTime(text('observedAt'), options),
    observer: readPerson('observer', columns, text),
    observed: readPerson('observed', columns, text)!,
    kpiId: readKpiId(text('kpiId')),
    value: readValue(text('value'), separator),
  };
}

const TIMES_TAKEN = `a time such as 2026-03-01T14:30:00Z, ${BOUNDS_TEXT}; without an offset, it is in the \
account's zone: 2026-03-01 14:30, 1.3.2026 14:30, or 2026-03-01 for its beginning`;
const ORDERS_TAKEN =
  'dates=MDY or dates=DMY with the import (--dates of the command), or a date such as 2026-03-01 or 1.3.2026';

function readTime(text: string, { timeZone, dates }: FileOptions): Micros {
  const written = parseWrittenTime(text, dates);
  if (written === null) throw badTime(text, dates);
  const micros = written.kind === 'instant' ? written.micros : fromWallTime(written.micros, timeZone);
  if (!isWithinBounds(micros)) throw badTime(text, dates);
  return micros;
}

/** The order of a date with slashes is not guessed: the refusal shows both readings, and the sender chooses. */
function badTime(text: string, dates: DateOrder | null): Refusal {
  const readings = (['MDY', 'DMY'] as const).flatMap((order) => {
    const read = parseWrittenTime(text, order);
    return read === null ? [] : [`${formatInstant(read.micros).slice(0, 'YYYY-MM-DD'.length)} by ${order}`];
  });
  if (dates !== null || readings.length === 0 || parseWrittenTime(text, null) !== null) {
    return new Refusal('observedAt', `${quoted(text)} is not a valid time`, TIMES_TAKEN);
  }
  const only = readings.length === 1 ? ' alone' : '';
  return new Refusal('observedAt', `${quoted(text)} is ${readings.join(' or ')}${only}`, ORDERS_TAKEN);
}

/** Null where the file has no column of the person. */
function readPerson(
  who: 'observer' | 'observed',
  columns: Columns,
  text: (column: Column) => string,
): PersonRef | null {
  const column = ([`${who}Id`, `${who}Email`] as const).find((each) => columns.has(each));
  if (column === undefined) return null;
  const by = column === `${who}Id` ? 'id' : 'email';
  const person = { column, by, text: by === 'email' ? text(column).toLowerCase() : text(column) } as const;
  if (person.text === '') throw new Refusal(column, 'is empty', personTaken(person));
  // No user has such an id or address, and the database takes no NUL.
  if (person.text.includes('\0') || person.text.length > 2 * MAX_ID_LENGTH) throw unknownPerson(person);
  return person;
}

const personTaken = ({ by }: PersonRef) => (by === 'email' ? "a user's e-mail address" : "a user's id");

/** The refusal of an id or an address that no user of the account has. */
export function unknownPerson(person: PersonRef): Refusal {
  return new Refusal(person.column, `${quoted(person.text)} names no user of this account`, personTaken(person));
}

function readKpiId(text: string): string {
  if (/^[1-9]\d{0,14}$/.test(text)) return text;
  throw new Refusal('kpiId', `${quoted(text)} is not a KPI's number`, "a KPI's number");
}

const MOST = 1e12;

function readValue(text: string, separator: Separator): number {
  // A comma is a decimal sign only where it does not separate columns.
  const decimal = separator === ';' ? text.replace(',', '.') : text;
  const value = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/.test(decimal) ? Number(decimal) : Number.NaN;
  if (!(Math.abs(value) <= MOST)) {
    const allowed = `a number such as 18.56${separator === ';' ? ' or 18,56' : ''}, from ${-MOST} to ${MOST}`;
    throw new Refusal('value', `${quoted(text)} is not a valid number`, allowed);
  }
  // Not -0.
  return value === 0 ? 0 : value;
}

/** In quotes, cut to 60 characters. */
function quoted(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}
