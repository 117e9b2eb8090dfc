import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.js';

/** Where browsers find us: as it is configured, or else where this request was sent to. */
export function baseUrlOf(request: FastifyRequest, publicUrl: string | null): string {
  return publicUrl ?? new URL(`${request.protocol}://${request.host}`).origin;
}

/**
 * Refuses what another site may have a browser send with our cookie, or to log it in as somebody else. What only reads is
 * let through: no other site sees the answer.
 */
export function requireOwnOrigin(request: FastifyRequest, publicUrl: string | null): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin, referer, 'sec-fetch-site': site } = request.headers;
  // Browsers alone say it, and no page can.
  if (site === 'same-origin') return;
  const from = originOf(origin ?? referer);
  if (from !== null && (from === publicUrl || from === originOf(`${request.protocol}://${request.host}`))) return;
  throw new AppError(
    'forbidden',
    'This was not sent from a page of this server: its Origin or Referer must be ours, or Sec-Fetch-Site same-origin.',
  );
}

function originOf(url: string | undefined): string | null {
  if (url === undefined || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return null;
  return new URL(url).origin;
}
