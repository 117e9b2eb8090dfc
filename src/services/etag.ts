import { createHash } from 'node:crypto';
import { AppError } from '../errors.js';
import type { Micros } from '../wire/instants.js';

/** The entity tag of a thing as /api/v1 shows it: equal JSON has equal tags (RFC 9110 §8.8.3). */
export function etagOf(shown: object): string {
  return `"${createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 22)}"`;
}

const GZIP_ENDING = '-gzip"';

/** The tag of the same thing sent with gzip. */
export function gzipTag(etag: string): string {
  return `${etag.slice(0, -1)}${GZIP_ENDING}`;
}

const listed = (header: string) => header.match(/(W\/)?"[^"]*"/g) ?? [];

/** Whether an `If-None-Match` has this tag or `*`. Weak tags match strong ones (RFC 9110 §13.1.2). */
export function tagIsListed(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || listed(header).some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * Throws `precondition_failed` if `If-Match` lists neither the thing's tag nor its gzip tag (RFC 9110 §13.1.1). Called
 * with the thing locked, so that of two changes with the same tag the second is refused.
 */
export function requireMatch(ifMatch: string | null, etag: string): void {
  if (ifMatch === null || ifMatch.trim() === '*') return;
  if (listed(ifMatch).some((tag) => tag === etag || tag === gzipTag(etag))) return;
  throw new AppError('precondition_failed', 'It was changed meanwhile: read it again, and send its ETag as If-Match.');
}

/** The ETag of a call: every change of what it shows moves its stamp. */
export function callTag(stamp: Micros): string {
  return `"${stamp}"`;
}
