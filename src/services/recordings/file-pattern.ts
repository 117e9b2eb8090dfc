import { invalid } from '../../errors.js';
import { formatInstant } from '../../wire/instants.js';
import { parseWrittenTime } from '../../wire/written-times.js';
import { fromWallTime } from '../../wire/zoned.js';

/** What a file's name says of its call: fields of `CallInput`. */
interface NamedCall {
  readonly externalId?: string;
  readonly callerId?: string;
  readonly callerEmail?: string;
  readonly callerSystemId?: string;
  readonly direction?: string;
  /** An ISO 8601 date-time. */
  readonly callTime?: string;
}

/** Reads file names; null for a name that does not fit. Throws `invalid` for a date or time that does not exist. */
export type NameReader = (name: string) => NamedCall | null;

const FIELDS = ['externalId', 'callerId', 'callerEmail', 'callerSystemId', 'direction', 'date', 'time', '*'] as const;
type Field = (typeof FIELDS)[number];

/** The forms of dates and times in names: file systems have no colons. */
const FORMS: Partial<Record<Field, string>> = {
  // 2026-03-01, 20260301, and with a time of day: 2026-03-01T14-30-00, 20260301_143000, 20260301143000.
  date: '\\d{4}[-_.]?\\d{2}[-_.]?\\d{2}(?:[T _-]?\\d{2}[-_.:]?\\d{2}(?:[-_.:]?\\d{2})?Z?)?',
  time: '\\d{2}[-_.:]?\\d{2}(?:[-_.:]?\\d{2})?Z?',
  direction: 'inbound|outbound|screenshare|in|out',
};
const DIRECTIONS: Readonly<Record<string, string>> = { IN: 'INBOUND', OUT: 'OUTBOUND' };

/**
 * Makes a reader of file names from a pattern such as `{callerSystemId}_{date}_{externalId}.wav`. A pattern without a
 * point fits names with any ending. Times without a Z are of the time zone. Throws `invalid` for a pattern with an
 * unknown field, one twice, or none.
 */
export function createNameReader(pattern: string, timeZone: string): NameReader {
  const fields: Field[] = [];
  const takes = `text with some of ${FIELDS.map((field) => `{${field}}`).join(', ')}`;
  const source = pattern.replaceAll(/\{([^{}]*)\}|[^{}]+|[{}]/g, (piece, name?: string) => {
    if (name === undefined) {
      if (piece === '{' || piece === '}') throw invalid('--pattern', 'has a brace without its other half', takes);
      return piece.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
    }
    const field = FIELDS.find((each) => each === name);
    if (field === undefined) throw invalid('--pattern', `has {${name}}`, takes);
    if (field !== '*' && fields.includes(field)) throw invalid('--pattern', `has {${name}} twice`, takes);
    fields.push(field);
    return `(${FORMS[field] ?? '.+?'})`;
  });
  if (!fields.some((field) => field !== '*')) throw invalid('--pattern', `"${pattern}" names nothing`, takes);
  const fits = new RegExp(`^${source}${pattern.includes('.') ? '' : '(?:\\.[^.]*)?'}$`, 'i');
  return (name) => {
    const found = fits.exec(name);
    if (found === null) return null;
    const values = new Map(fields.map((field, index) => [field, found[index + 1]!]));
    return namedCall(name, values, timeZone);
  };
}

function namedCall(name: string, values: ReadonlyMap<Field, string>, timeZone: string): NamedCall {
  const call: Record<string, string> = {};
  for (const [field, value] of values) {
    if (field === 'direction') call.direction = DIRECTIONS[value.toUpperCase()] ?? value.toUpperCase();
    else if (field !== 'date' && field !== 'time' && field !== '*') call[field] = value;
  }
  const date = values.get('date');
  if (date !== undefined) call.callTime = timeOf(name, date, values.get('time'), timeZone);
  return call;
}

const noTime = (name: string) =>
  invalid(name, 'names no time that exists', 'a date such as 2026-03-01 or 20260301, and a time such as 14-30-00');

function timeOf(name: string, date: string, time: string | undefined, timeZone: string): string {
  const digits = `${date}${time ?? ''}`.replaceAll(/\D/g, '');
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/.exec(digits) ?? [];
  const written = parseWrittenTime(`${year}-${month}-${day}T${hour}:${minute}:${second}`, null);
  if (written === null) throw noTime(name);
  const isUtc = /z$/i.test(time ?? date);
  return formatInstant(isUtc ? written.micros : fromWallTime(written.micros, timeZone));
}
