import type { FastifyRequest } from 'fastify';
import { AppError, invalid } from '../../errors.js';

/** Where the client found us, for links; '' for an HTTP/1.0 client that names no host, whose links are relative. */
export function originOf({ host, protocol }: FastifyRequest): string {
  return host === '' ? '' : new URL(`${protocol}://${host}`).origin;
}

/** Where browsers find us: as it is configured, or else where this request was sent to. For links that others follow. */
export function baseUrlOf(request: FastifyRequest, publicUrl: string | null): string {
  const baseUrl = publicUrl ?? originOf(request);
  if (baseUrl === '') throw invalid('Host', 'is missing', 'the host and port that the request was sent to');
  return baseUrl;
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
  const from = sentFrom(origin ?? referer);
  if (from !== null && (from === publicUrl || from === originOf(request))) return;
  throw new AppError(
    'forbidden',
    'This was not sent from a page of this server: its Origin or Referer must be ours, or Sec-Fetch-Site same-origin.',
  );
}

function sentFrom(url: string | undefined): string | null {
  if (url === undefined || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return null;
  return new URL(url).origin;
}
