import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { AppError, invalid } from '../errors.js';

interface Described {
  readonly description?: string;
  /** A secret: no error shows it. */
  readonly writeOnly?: boolean;
  readonly properties?: Record<string, Described>;
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
}

/**
 * Compiles a check of parsed JSON bodies against a schema. `readApart`: fields of the whole body that are checked
 * elsewhere.
 * @returns a function that returns the body, typed. It throws an AppError `invalid` that names the first bad field and
 * what it takes: the description of the nearest schema that has one.
 */
export function compileCheck<T extends TSchema>(
  schema: T,
  readApart: readonly string[] = [],
): (value: unknown) => Static<T> {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return value as Static<T>;
    const errors = validator.Errors(value);
    const names = (keyword: string, key: string) => {
      const found = errors.find((error) => error.keyword === keyword);
      return found && { path: found.instancePath, names: (found.params as Record<string, string[]>)[key] ?? [] };
    };
    const unknown = names('additionalProperties', 'additionalProperties');
    if (unknown?.names[0] !== undefined) {
      const own = Object.keys(schemaAt(schema, unknown.path)?.properties ?? {});
      const known = unknown.path === '' ? [...own, ...readApart] : own;
      const allowed = known.length === 0 ? 'an object without fields' : known.join(', ');
      throw invalid(fieldPath(unknown.path, unknown.names[0]), 'is not known', allowed);
    }
    const absent = names('required', 'requiredProperties');
    if (absent?.names[0] !== undefined) {
      const path = `${absent.path}/${absent.names[0]}`;
      throw invalid(fieldPath(path), 'is missing', describe(schema, path) ?? 'a value');
    }
    const first = errors[0]!;
    if (first.instancePath === '') throw new AppError('invalid', `The body ${first.message}`);
    throw invalid(
      fieldPath(first.instancePath),
      `has a wrong value${shownAt(schema, value, first.instancePath)}`,
      describe(schema, first.instancePath) ?? first.message.replace(/^must be /, ''),
    );
  };
}

/** The names in a JSON pointer (RFC 6901). */
function partsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The most characters of a refused text that an error shows; more would hide what is wrong. */
const MAX_SHOWN = 60;

/** The refused value, cut short; nothing of a secret, and only the kind of a large value. */
function shownAt(schema: TSchema, body: unknown, pointer: string): string {
  let at: Described | undefined = schema as Described;
  let value = body;
  for (const part of partsOf(pointer)) {
    at = at && step(at, part);
    if (at?.writeOnly) return '';
    value = (value as Record<string, unknown>)[part];
  }
  if (Array.isArray(value)) return `, a list of ${value.length}`;
  if (value !== null && typeof value === 'object') return ', an object';
  if (typeof value !== 'string' || value.length <= MAX_SHOWN) return `, ${JSON.stringify(value)}`;
  return `, ${JSON.stringify(value.slice(0, MAX_SHOWN).toWellFormed())}…`;
}

/**
 * A JSON pointer in the usual notation: `/a/0/b` is `a[0].b`. `unknown` is a name that the sender made up; it is cut
 * short and otherwise shown as sent.
 */
function fieldPath(pointer: string, ...unknown: string[]): string {
  return partsOf(pointer)
    .concat(unknown.map((name) => name.slice(0, 100)))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');
}

function step(schema: Described, part: string): Described | undefined {
  if (/^\d+$/.test(part) && schema.items) return schema.items;
  const property = schema.properties?.[part];
  if (property) return property;
  for (const option of schema.anyOf ?? []) {
    const found = step(option, part);
    if (found) return found;
  }
  return undefined;
}

function schemaAt(schema: TSchema, pointer: string): Described | undefined {
  let at: Described | undefined = schema as Described;
  for (const part of pointer.split('/').slice(1)) at = at && step(at, part);
  return at?.anyOf?.find((option) => option.properties) ?? at;
}

function objectText({ properties }: Described): string | undefined {
  return properties && `an object {${Object.keys(properties).join(', ')}}`;
}

/** What the innermost schema with a description takes, on the way to the value. */
function describe(schema: TSchema, pointer: string): string | undefined {
  let at: Described | undefined = schema as Described;
  let description: string | undefined;
  for (const part of pointer.split('/').slice(1)) {
    at = at && step(at, part);
    if (at === undefined) return description;
    // The description of a list says nothing about the objects in it.
    description = at.description ?? objectText(at) ?? description;
  }
  return description;
}
