import type { FastifyRequest } from 'fastify';
import { AppError, invalid } from '../../errors.js';

/**
 * Our origin as the client sees it, for links. It is '' for an HTTP/1.0 client that names no host; its links are
 * relative.
 */
export function originOf({ host, protocol }: FastifyRequest): string {
  return host === '' ? '' : new URL(`${protocol}://${host}`).origin;
}

/**
 * The base URL of links for other people: as configured, or else the origin that this request was sent to.
 * @throws AppError `invalid` if neither is known.
 */
export function baseUrlOf(request: FastifyRequest, publicUrl: string | null): string {
  const baseUrl = publicUrl ?? originOf(request);
  if (baseUrl === '') throw invalid('Host', 'is missing', 'the host and port that the request was sent to');
  return baseUrl;
}

/**
 * Refuses requests that another site makes a browser send with our cookie, or to log it in as someone else. Reading is
 * allowed: no other site sees the answer.
 * @throws AppError `forbidden` for such a request.
 */
export function requireOwnOrigin(request: FastifyRequest, publicUrl: string | null): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin, referer, 'sec-fetch-site': site } = request.headers;
  // Only browsers send this header, and pages cannot set it.
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
