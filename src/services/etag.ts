import { createHash } from 'node:crypto';
import { AppError } from '../errors.js';

/** A tag for how something is shown: whoever shows it again as it was has the same one (RFC 9110 §8.8.3). */
export function etagOf(shown: object): string {
  return `"${createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 22)}"`;
}

const GZIP_ENDING = '-gzip"';

/** The tag of the same, sent by gzip. */
export function gzipTag(etag: string): string {
  return `${etag.slice(0, -1)}${GZIP_ENDING}`;
}

const listed = (header: string) => header.match(/(W\/)?"[^"]*"/g) ?? [];

/** Whether an `If-None-Match` has this tag, or any; weak ones are compared as strong ones (RFC 9110 §13.1.2). */
export function tagIsListed(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || listed(header).some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * Refuses a change that was made looking at something else. Called with the thing locked, so that of two changes
 * made looking at the same only one is taken. Who looked at it by gzip looked at the same thing.
 */
export function requireMatch(ifMatch: string | null, etag: string): void {
  if (ifMatch === null || ifMatch.trim() === '*') return;
  if (listed(ifMatch).some((tag) => tag === etag || tag === gzipTag(etag))) return;
  throw new AppError('precondition_failed', 'It was changed meanwhile: read it again, and send its ETag as If-Match.');
}
