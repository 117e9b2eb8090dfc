import { invalid } from '../errors.js';

/** A value in a JSON document, and where it is, for errors. */
export interface JsonValue {
  readonly value: unknown;
  readonly path: string;
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A field of an object, by the first of these names that it has; its value is undefined if it has none, or no fields. */
export function field(parent: JsonValue, ...names: readonly string[]): JsonValue {
  const fields = isObject(parent.value) ? parent.value : {};
  const name = names.find((each) => Object.hasOwn(fields, each) && fields[each] !== null) ?? names[0]!;
  const path = parent.path === '' ? name : `${parent.path}.${name}`;
  return { value: Object.hasOwn(fields, name) ? fields[name] : undefined, path };
}

/** Whether an object has this field, with a value. */
export function has(parent: JsonValue, name: string): boolean {
  return isObject(parent.value) && Object.hasOwn(parent.value, name) && parent.value[name] != null;
}

/** The items of an array; none if there is no value. @throws AppError `invalid` for anything else. */
export function items(list: JsonValue): JsonValue[] {
  if (list.value === undefined || list.value === null) return [];
  if (!Array.isArray(list.value)) throw invalid(list.path, 'is not an array', 'an array');
  return list.value.map((value, i) => ({ value, path: `${list.path}[${i}]` }));
}

/** The fields of an object, by name; none if it is none. */
export function entries(of: JsonValue): [string, JsonValue][] {
  return isObject(of.value)
    ? Object.entries(of.value).map(([name, value]) => [name, { value, path: `${of.path}.${name}` }])
    : [];
}

/** Text, or a number as text; null if there is no value. @throws AppError `invalid` for anything else. */
export function textOf({ value, path }: JsonValue): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw invalid(path, 'is not text', 'text');
}

const DURATION = /^\s*(-?\d+(?:\.\d+)?(?:e-?\d+)?)s?\s*$/i;

/**
 * A time in seconds: a number, digits in text ("1.4"), a duration ("1.400s") or `{seconds, nanos}`. Null if there is no
 * value. @throws AppError `invalid` for anything else.
 */
export function secondsOf(time: JsonValue): number | null {
  const { value, path } = time;
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && DURATION.test(value)) return Number(DURATION.exec(value)![1]);
  if (isObject(value) && (has(time, 'seconds') || has(time, 'nanos') || Object.keys(value).length === 0)) {
    return (secondsOf(field(time, 'seconds')) ?? 0) + (secondsOf(field(time, 'nanos')) ?? 0) / 1e9;
  }
  throw invalid(path, 'is not a time', 'seconds, such as 1.4, "1.4", "1.400s" or {"seconds": 1, "nanos": 400000000}');
}

/** A time in milliseconds, in seconds; null if there is no value. */
export function fromMilliseconds(time: JsonValue): number | null {
  const milliseconds = secondsOf(time);
  return milliseconds === null ? null : milliseconds / 1000;
}
