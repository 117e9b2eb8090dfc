import { INSTANT_TEXT } from '../contract/fields.js';
import { invalid } from '../errors.js';
import { type Micros, parseInstant } from '../wire/instants.js';

const EARLIEST: Micros = Date.UTC(1900, 0, 1) * 1000;
const LATEST: Micros = Date.UTC(2200, 0, 1) * 1000;

/** Whether it is one that is taken: from 1900 up to 2200. */
export function isTakenInstant(micros: Micros): boolean {
  return micros >= EARLIEST && micros < LATEST;
}

/** An instant in a body's field. */
export function givenInstant(field: string, text: string): Micros {
  const written = parseInstant(text);
  if (written?.precision === 'date') throw invalid(field, `"${text.slice(0, 40)}" has no time of day`, INSTANT_TEXT);
  if (written === null || !isTakenInstant(written.micros)) {
    throw invalid(field, `"${text.slice(0, 40)}" is no such time`, INSTANT_TEXT);
  }
  return written.micros;
}
