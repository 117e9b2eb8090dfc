import { formatInstant, type Micros } from './instants.js';

/** JSON text of a value that may be missing. */
export function jsonString(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
}

export function jsonInstant(micros: Micros): string {
  return `"${formatInstant(micros)}"`;
}

/** An array of ready JSON texts. */
export function jsonArray(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}
