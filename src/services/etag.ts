import { createHash } from 'node:crypto';
import { AppError } from '../errors.js';

/** A tag for how something is shown: whoever shows it again as it was has the same one (RFC 9110 §8.8.3). */
export function etagOf(shown: object): string {
  return `"${createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 22)}"`;
}

/**
 * Refuses a change that was made looking at something else. Called with the thing locked, so that of two changes
 * made looking at the same only one is taken.
 */
export function requireMatch(ifMatch: string | null, etag: string): void {
  if (ifMatch === null || ifMatch.trim() === '*') return;
  if (ifMatch.split(',').some((tag) => tag.trim() === etag)) return;
  throw new AppError('precondition_failed', 'It was changed meanwhile: read it again, and send its ETag as If-Match.');
}
