import { AppError } from '../errors.js';
import { readTime } from './cue-text.js';

/** The timing line of a cue, and the text under it. */
export interface CueBlock {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

const TIMING = /^\s*([\d:.,]+)\s*-->\s*([\d:.,]+)(?:\s.*)?$/;

/** The times of a timing line: the end goes up to white space, and settings may follow. Null for any other line. */
export function readTiming(line: string): { readonly start: number; readonly end: number } | null {
  const [, from = '', to = ''] = TIMING.exec(line) ?? [];
  const [start, end] = [readTime(from), readTime(to)];
  return start === null || end === null ? null : { start, end };
}

/** Many times what the longest call needs. */
const MAX_LINES = 4_000_000;

/** The lines of a text, whichever way they end. @throws AppError `too_large` before they fill the memory. */
export function linesOf(text: string): string[] {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) count++;
  if (count > MAX_LINES) throw new AppError('too_large', `The transcript has more than ${MAX_LINES} line ends.`);
  return text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
}
