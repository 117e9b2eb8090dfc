import { MAX_ID_LENGTH } from '../../contract/fields.js';
import { BOUNDS_TEXT, isWithinBounds } from '../../contract/instant-bounds.js';
import { AppError, invalid } from '../../errors.js';
import { type CsvRecord, readCsv, type Separator, separatorOf } from '../../ingest/csv.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import { type DateOrder, parseWrittenTime } from '../../wire/written-times.js';
import { fromWallTime } from '../../wire/zoned.js';

// A CSV file of KPI observations, as spreadsheets leave it: what its columns are, and what each line says.

const COLUMNS = ['observedAt', 'observerId', 'observerEmail', 'observedId', 'observedEmail', 'kpiId', 'value'] as const;
type Column = (typeof COLUMNS)[number];
const COLUMNS_TAKEN =
  'observedAt, observerId or observerEmail, observedId or observedEmail, kpiId and value, separated by commas or semicolons';

/** A refusal of one line. */
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
    // Leaves a byte order mark out.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AppError('invalid', 'The file is not valid UTF-8; it takes CSV in UTF-8');
  }
}

/** How a file's times without an offset, and its dates with slashes, are to be read. */
export interface FileReading {
  readonly timeZone: string;
  readonly dates: DateOrder | null;
}

export interface ObservationFile {
  /** The lines below the header, without those in which there is nothing. */
  readonly records: Generator<CsvRecord>;
  /** What a line says; throws a Refusal where that is nothing of use. */
  readLine(record: CsvRecord): GivenLine;
}

/** Opens a file in UTF-8, whose header names an observer unless a person sends it, who is the observer then. */
export function openObservations(bytes: Uint8Array, reading: FileReading, isOwn: boolean): ObservationFile {
  const text = decode(bytes);
  const separator = separatorOf(text);
  const records = filledRecords(readCsv(text, separator));
  const columns = readHeader(records.next().value, isOwn);
  return { records, readLine: (record) => readLine(record, columns, separator, reading) };
}

/** Spreadsheets leave rows of nothing but separators. */
function* filledRecords(records: Generator<CsvRecord>): Generator<CsvRecord, undefined> {
  for (const record of records) {
    if (record.problem !== null || record.fields.some((field) => field.trim() !== '')) yield record;
  }
}

/** Without the empty ones that a spreadsheet leaves behind the last. */
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
    if (both.length === 0 && (who === 'observed' || !isOwn)) {
      throw invalid(`${who}Id`, 'is missing', `a column of that name: ${COLUMNS_TAKEN}`);
    }
  }
  return columns;
}

export interface GivenPerson {
  readonly column: Column;
  /** An id, or an address in lower case. */
  readonly text: string;
}

export interface GivenLine {
  readonly line: number;
  readonly observedAt: Micros;
  /** Null for the one who sends the file. */
  readonly observer: GivenPerson | null;
  readonly observed: GivenPerson;
  readonly kpiId: string;
  readonly value: number;
}

function readLine(
  { line, fields, problem }: CsvRecord,
  columns: Columns,
  separator: Separator,
  reading: FileReading,
): GivenLine {
  if (problem !== null) {
    throw new Refusal(
      null,
      `the line ${problem}`,
      'fields with separators, quotes or line ends in quotes, quotes doubled',
    );
  }
  const count = Math.max(withoutEmptyEnd(fields).length, Math.min(fields.length, columns.size));
  if (count !== columns.size) {
    throw new Refusal(null, `the line has ${count} fields`, `${columns.size} fields, as the header has`);
  }
  const text = (column: Column) => fields[columns.get(column)!]!.trim();
  return {
    line,
    observedAt: readTime(text('observedAt'), reading),
    observer: readPersonOf('observer', columns, text),
    observed: readPersonOf('observed', columns, text)!,
    kpiId: readKpiId(text('kpiId')),
    value: readValue(text('value'), separator),
  };
}

const TIMES_TAKEN = `a time such as 2026-03-01T14:30:00Z, ${BOUNDS_TEXT}; without an offset, it is the account's zone's: \
2026-03-01 14:30, 1.3.2026 14:30, or 2026-03-01 for its beginning`;
const ORDERS_TAKEN =
  'dates=MDY or dates=DMY with the import (--dates of the command), or a date such as 2026-03-01 or 1.3.2026';

function readTime(text: string, { timeZone, dates }: FileReading): Micros {
  const written = parseWrittenTime(text, dates);
  if (written === null) throw noTime(text, dates);
  const micros = written.kind === 'instant' ? written.micros : fromWallTime(written.micros, timeZone);
  if (!isWithinBounds(micros)) throw noTime(text, dates);
  return micros;
}

/** Which of a date's numbers is the month is for the sender to say: both are told, and none is guessed. */
function noTime(text: string, dates: DateOrder | null): Refusal {
  const readings = (['MDY', 'DMY'] as const).flatMap((order) => {
    const read = parseWrittenTime(text, order);
    return read === null ? [] : [`${formatInstant(read.micros).slice(0, 'YYYY-MM-DD'.length)} by ${order}`];
  });
  if (dates !== null || readings.length === 0 || parseWrittenTime(text, null) !== null) {
    return new Refusal('observedAt', `${shown(text)} is no such time`, TIMES_TAKEN);
  }
  const only = readings.length === 1 ? ' alone' : '';
  return new Refusal('observedAt', `${shown(text)} is ${readings.join(' or ')}${only}`, ORDERS_TAKEN);
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

export function noPerson({ column, text }: GivenPerson): Refusal {
  return new Refusal(column, `${shown(text)} names no user of this account`, PEOPLE_TAKEN[column]!);
}

function readKpiId(text: string): string {
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new Refusal('kpiId', `${shown(text)} is no number of a KPI`, "a KPI's number");
  return text;
}

const MOST = 1e12;

function readValue(text: string, separator: Separator): number {
  // Where a comma may separate, it is no decimal sign.
  const decimal = separator === ';' ? text.replace(',', '.') : text;
  const value = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/.test(decimal) ? Number(decimal) : Number.NaN;
  if (!(Math.abs(value) <= MOST)) {
    const allowed = `a number such as 18.56${separator === ';' ? ' or 18,56' : ''}, from ${-MOST} to ${MOST}`;
    throw new Refusal('value', `${shown(text)} is no such number`, allowed);
  }
  return value === 0 ? 0 : value;
}

function shown(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}
