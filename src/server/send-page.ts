import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CopyOut } from '../db/copy.js';
import { fragmentBytes } from '../db/fragments.js';
import type { Scope } from '../db/schema.js';
import { fragmentsOf, gzipLength, gzipPage, type PageBuilder, plainLength, plainPage } from '../wire/page.js';

/** Sends an answer assembled from stored fragments; its length is known before its first byte is read. */
export function sendPage(
  copyOut: CopyOut,
  scope: Scope,
  request: FastifyRequest,
  reply: FastifyReply,
  page: PageBuilder,
): FastifyReply {
  const parts = page.parts();
  const refs = fragmentsOf(parts);
  const gzip = refs.length > 0 && takesGzip(request.headers['accept-encoding']);
  reply.type('application/json; charset=utf-8').header('vary', 'accept-encoding');
  reply.header('content-length', gzip ? gzipLength(parts) : plainLength(parts));
  if (gzip) reply.header('content-encoding', 'gzip');
  // Fastify sets the length of what it is given on a HEAD, but leaves a stream's alone.
  if (request.method === 'HEAD') return reply.send(Readable.from([]));
  if (refs.length === 0) return reply.send(Buffer.concat(parts as Buffer[]));
  const bytes = fragmentBytes(copyOut, scope, refs);
  const body = gzip ? gzipPage(parts, bytes) : plainPage(parts, bytes);
  return reply.send(Readable.from(body, { objectMode: false }));
}

/** Whether gzip is wanted at least as much as no coding at all (RFC 9110 §12.5.3). */
function takesGzip(header: string | string[] | undefined): boolean {
  const weights = new Map<string, number>();
  for (const item of String(header ?? '')
    .toLowerCase()
    .split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(2)) || 0);
  }
  const gzip = weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0;
  return gzip > 0 && gzip >= (weights.get('identity') ?? 0);
}
