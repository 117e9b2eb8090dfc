import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();
const wanted = digest(process.env.AUTHORIZATION ?? '');

/** The check of a Basic `Authorization` header in every baseline: against one credential known to the process. */
export function isKnown(authorization: string | undefined): boolean {
  return timingSafeEqual(digest(authorization ?? ''), wanted);
}
