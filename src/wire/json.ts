import { formatInstant, type Micros } from './instants.js';

/** JSON text of a string or null. */
export function jsonString(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
}

/** JSON text of an instant: see `formatInstant`. */
export function jsonInstant(micros: Micros): string {
  return `"${formatInstant(micros)}"`;
}

/** A JSON array of items that are JSON text already. */
export function jsonArray(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}
