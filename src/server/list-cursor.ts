import { EARLIEST } from '../contract/instant-bounds.js';
import { MAX_CURSOR_LENGTH } from '../contract/params.js';
import type { TimedPage } from '../db/filters.js';
import { type Micros, parseInstant, toTimestamp } from '../wire/instants.js';

/**
 * Where a page of a list begins: the sort key of the last item of the previous page; in a search, also the calls that
 * it was ranked among.
 */
export type Cursor = readonly (string | number)[];

const MAX_KEYS = 8;

/** Writes a cursor as text for clients. */
export function writeCursor(keys: Cursor): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** Reads a cursor; null if we cannot have written it. */
export function readCursor(text: string): Cursor | null {
  if (text.length > MAX_CURSOR_LENGTH) return null;
  try {
    const keys: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const sound =
      Array.isArray(keys) &&
      keys.length > 0 &&
      keys.length <= MAX_KEYS &&
      keys.every(
        (key) => Number.isFinite(key) || (typeof key === 'string' && !key.includes('\0') && key.isWellFormed()),
      );
    return sound ? (keys as Cursor) : null;
  } catch {
    return null;
  }
}

/** The place in a list by number; the beginning for a cursor of another list. */
export function numberAfter(cursor: Cursor | null): number {
  const last = Number(cursor?.[0] ?? 0);
  return Number.isSafeInteger(last) ? last : 0;
}

/** Where a list by descending numbers goes on; null for the beginning, and for what no such list has handed out. */
export function numberBefore(cursor: Cursor | null): number | null {
  const last = Number(cursor?.[0] ?? Number.NaN);
  return Number.isSafeInteger(last) ? last : null;
}

/** Where a list by id goes on; the beginning where there is no cursor. */
export function idAfter(cursor: Cursor | null): string {
  return String(cursor?.[0] ?? '');
}

/** The place in a list by instants: the time and id of the last item; null for a cursor of another list. */
export function instantAfter(cursor: Cursor | null): readonly [Micros, string] | null {
  if (cursor === null) return null;
  const [micros, id] = cursor;
  // The limits of JavaScript's dates.
  const isInstant = Number.isSafeInteger(micros) && Math.abs(micros as number) < 8e15;
  return isInstant && typeof id === 'string' ? [micros as number, id] : null;
}

/** Where a list by time goes on: the time and id of the item before; the beginning for what no such list has handed out. */
export function timedCursor(cursor: Cursor | null): TimedPage['after'] {
  const [time, id] = cursor ?? [];
  const micros = typeof time === 'string' ? parseInstant(time)?.micros : undefined;
  // Not every earlier time is one to the database.
  if (micros === undefined || micros < EARLIEST || typeof id !== 'string') return { at: '-infinity', id: '' };
  return { at: toTimestamp(micros), id };
}

/** As `timedCursor`, for a list that goes back in time. */
export function timedCursorBack(cursor: Cursor | null): TimedPage['after'] {
  const place = timedCursor(cursor);
  return place.id === '' ? { at: 'infinity', id: '' } : place;
}
