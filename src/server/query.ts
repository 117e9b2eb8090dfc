import { parseSearch, type SearchQuery } from '../analysis/search-query.js';
import { MAX_ID_LENGTH } from '../contract/fields.js';
import { EARLIEST, LATEST } from '../contract/instant-bounds.js';
import { allowedText, MAX_IDS, MAX_PATH_LENGTH, type QueryParam } from '../contract/params.js';
import { type RouteContract, refusesUnknown } from '../contract/route.js';
import { invalid } from '../errors.js';
import { earlierMidnight, parseInstant, type WrittenInstant } from '../wire/instants.js';
import { type Cursor, readCursor } from './list-cursor.js';
import { METADATA } from './metadata-filter.js';

/** A `since`, with the text that was sent. */
export interface SentInstant extends WrittenInstant {
  readonly text: string;
}

type Value<P extends QueryParam> = P extends { kind: 'instant'; required: true }
  ? SentInstant
  : P extends { kind: 'instant' }
    ? SentInstant | null
    : OtherValue<P>;

type OtherValue<P extends QueryParam> = P extends { kind: 'limit' }
  ? number
  : P extends { kind: 'choice'; of: readonly (infer Choice)[] }
    ? Choice | null
    : P extends { kind: 'lastId' | 'id' | 'path' | 'text' }
      ? string | null
      : P extends { kind: 'ids' }
        ? readonly string[] | null
        : P extends { kind: 'search' }
          ? SearchQuery | null
          : P extends { kind: 'cursor' }
            ? Cursor | null
            : P extends { kind: 'boolean' }
              ? boolean
              : number | null;

/** The parsed query of a route. */
export type Query<R extends RouteContract> = { readonly [K in keyof R['query']]: Value<R['query'][K]> };

/** A query parameter as sent, decoded. A part is null if its percent-encoding is broken or not UTF-8. */
export interface SentParameter {
  readonly name: string | null;
  readonly value: string | null;
}

/**
 * The parameters of a query string, in order. Broken encoding is marked, not read literally, which would be a different
 * text.
 */
export function parseQuery(text: string): SentParameter[] {
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      const name = equals < 0 ? part : part.slice(0, equals);
      return { name: decode(name), value: equals < 0 ? '' : decode(part.slice(equals + 1)) };
    });
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** Reads a route's query parameters. One that is given twice, empty (but for last_id) or malformed is refused. */
export function readQuery<R extends RouteContract>(
  route: R,
  sent: readonly SentParameter[],
  timeZone: string,
): Query<R> {
  if (refusesUnknown(route)) refuseUnknown(route, sent);
  const values: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(route.query)) {
    const given = sent.filter((parameter) => parameter.name === name).map((parameter) => parameter.value);
    const text = single(name, param, given);
    values[name] = text === undefined ? absent(name, param) : read(name, param, text, timeZone);
  }
  return values as Query<R>;
}

/** Refuses unknown parameters: a misspelt filter would select more than intended. */
function refuseUnknown({ query, metadataQuery }: RouteContract, sent: readonly SentParameter[]): void {
  const known = [...Object.keys(query), ...(metadataQuery ? [`${METADATA}<field>`] : [])];
  const takes = known.length > 0 ? known.join(', ') : 'no parameters';
  for (const { name } of sent) {
    if (name === null) throw invalid('query', 'has a name that is not percent-encoded UTF-8', takes);
    if (Object.hasOwn(query, name)) continue;
    if (metadataQuery && name.startsWith(METADATA) && name !== METADATA) continue;
    throw invalid(shown(name) || 'query', 'is not a parameter of this route', takes);
  }
}

function single(name: string, param: QueryParam, values: readonly (string | null)[]): string | undefined {
  if (values.length > 1) throw invalid(name, 'is given more than once', allowedText(param));
  const value = values[0];
  if (value === undefined) return undefined;
  if (value === null) throw invalid(name, 'is not percent-encoded UTF-8', allowedText(param));
  if (value === '') {
    if (param.kind === 'lastId' || param.kind === 'text') return undefined;
    throw invalid(name, 'is empty', allowedText(param));
  }
  return value;
}

function absent(name: string, param: QueryParam): unknown {
  switch (param.kind) {
    case 'instant':
      if (param.required) throw invalid(name, 'is missing', allowedText(param));
      return null;
    case 'limit':
      return param.default;
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function read(name: string, param: QueryParam, text: string, timeZone: string): unknown {
  const refuse = (problem = `"${shown(text)}" is not understood`) => invalid(name, problem, allowedText(param));
  switch (param.kind) {
    case 'instant': {
      const written = parseInstant(text);
      if (written === null) throw refuse();
      const micros = written.precision === 'date' ? earlierMidnight(written.micros, timeZone) : written.micros;
      // No stamp or callTime lies outside, so the bounds ask for the same entries.
      return { micros: Math.min(Math.max(micros, EARLIEST), LATEST), precision: written.precision, text };
    }
    case 'limit': {
      if (!/^\d{1,9}$/.test(text)) throw refuse();
      if (Number(text) > param.max) throw refuse(`${text} is over the maximum of ${param.max}`);
      return Number(text);
    }
    case 'cursor': {
      const cursor = readCursor(text);
      if (cursor === null) throw refuse();
      const { keys } = param;
      const fits =
        !keys || keys.some((of) => cursor.length === of.length && cursor.every((key, i) => typeof key === of[i]));
      if (!fits) throw refuse();
      return cursor;
    }
    case 'ids': {
      const ids = text.split(',');
      if (ids.length > MAX_IDS || !ids.every((id) => id !== '' && couldBeId(id))) throw refuse();
      return ids;
    }
    case 'choice':
      if (!param.of.includes(text)) throw refuse();
      return text;
    case 'number': {
      const number = /^\d{1,7}(\.\d{1,20})?$/.test(text) ? Number(text) : -1;
      if (number < param.min || number > param.max) throw refuse();
      return number;
    }
    case 'search': {
      const query = parseSearch(text);
      if ('fault' in query) throw refuse(`${query.fault} at character ${query.at}`);
      return query;
    }
    case 'path':
      if (!isLocalPath(text)) throw refuse();
      return text;
    case 'text':
      return text;
    case 'lastId':
    case 'id':
      if (!couldBeId(text)) throw refuse();
      return text;
    case 'boolean':
      // Python clients send True.
      if (!/^(?:true|false|1|0)$/i.test(text)) throw refuse();
      return text === '1' || text.toLowerCase() === 'true';
    case 'seconds': {
      const seconds = /^\d{1,7}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
      if (seconds <= 0 || seconds > 1_000_000) throw refuse();
      return seconds;
    }
    case 'count': {
      const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
      if (count < 1 || count > 1_000_000) throw refuse();
      return count;
    }
  }
}

/** Whether it is a path of this server. Anything that a browser would take for another host is not. */
function isLocalPath(text: string): boolean {
  return text.length <= MAX_PATH_LENGTH && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) && !text.includes('\\');
}

/**
 * Whether an id may be this text. The length is counted in characters, as the schema of ids does, not in UTF-16 units.
 */
export function couldBeId(text: string): boolean {
  if (text.includes('\0') || !text.isWellFormed()) return false;
  return text.length <= MAX_ID_LENGTH || (text.length <= 2 * MAX_ID_LENGTH && [...text].length <= MAX_ID_LENGTH);
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
