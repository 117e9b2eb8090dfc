import { Readable } from 'node:stream';
import { constants, createGzip, gzip, gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { gzipTag, tagIsListed } from '../services/etag.js';
import { gzipBy } from './accepted-codings.js';

/** Smaller answers would hardly get smaller. */
const MIN_BYTES = 1024;
/**
 * Answers up to this size are deflated on this thread, in 0.3 ms. Larger ones go to one of zlib's threads: the way
 * there and back costs as much.
 */
const INLINE_BYTES = 32 * 1024;
/**
 * A page of 1000 light calls (809 kB) takes 5.7 ms of CPU and becomes 190 kB; at zlib's default, level 6, it takes 14.1
 * ms and becomes 162 kB.
 */
const LEVEL = 1;

/** Media types that get smaller; all others are sent as they are. */
const TEXT = /^(text\/|application\/([\w.-]+\+)?json\b)/;
const LINES = /^application\/x-ndjson\b/;

/**
 * Sends every answer as gzip that is large enough and whose client accepts it, and answers 304 if the client has it
 * already. Pages of fragments bypass this hook (`send-page.ts`).
 */
export function encodeAnswers(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (payload === null || payload === undefined || payload === '' || reply.hasHeader('content-encoding')) {
      return done(null, payload);
    }
    const type = String(reply.getHeader('content-type') ?? '');
    if (payload instanceof Readable)
      return done(null, LINES.test(type) ? encodeLines(request, reply, payload) : payload);
    const whole = payload as string | Buffer;
    const coding = TEXT.test(type) ? gzipFor(request, reply) : 'no';
    const isGzip = coding === 'must' || (coding === 'may' && Buffer.byteLength(whole) >= MIN_BYTES);
    // Fastify's HEAD routes announce no length for a stream.
    if (!declareCoding(request, reply, isGzip)) return done(null, request.method === 'HEAD' ? Readable.from([]) : null);
    if (!isGzip) return done(null, payload);
    reply.removeHeader('content-length');
    if (Buffer.byteLength(whole) <= INLINE_BYTES) return done(null, gzipSync(whole, { level: LEVEL }));
    // A quarter of the size, so that few chunks pass between the threads.
    gzip(whole, { level: LEVEL, chunkSize: whole.length >> 2 }, done);
  });
}

/** What the client says about gzip. Caches are told that the answer depends on it. */
export function gzipFor(request: FastifyRequest, reply: FastifyReply) {
  const varies = reply.getHeader('vary');
  reply.header('vary', varies === undefined ? 'accept-encoding' : `${varies}, accept-encoding`);
  return gzipBy(request.headers['accept-encoding']);
}

/**
 * Declares the coding of an answer that is about to be sent, in its ETag too: two codings are two representations (RFC
 * 9110 §8.8.3.3). Returns whether the answer has a body: if the client has it already, it becomes a 304 without one.
 */
export function declareCoding(request: FastifyRequest, reply: FastifyReply, isGzip: boolean): boolean {
  if (isGzip) reply.header('content-encoding', 'gzip');
  const etag = reply.getHeader('etag');
  if (typeof etag !== 'string') return true;
  const tag = isGzip ? gzipTag(etag) : etag;
  reply.header('etag', tag);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || reply.statusCode !== 200 || !tagIsListed(request.headers['if-none-match'], tag)) return true;
  // In a 304 these would describe the answer that is not sent (RFC 9110 §15.4.5), so they are left out.
  for (const name of ['content-type', 'content-length', 'content-encoding']) reply.removeHeader(name);
  reply.code(304);
  return false;
}

/** Compresses lines that are sent as they become available; each is flushed. */
function encodeLines(request: FastifyRequest, reply: FastifyReply, lines: Readable): Readable {
  if (gzipFor(request, reply) === 'no') return lines;
  reply.header('content-encoding', 'gzip');
  const encoder = createGzip({ level: LEVEL, flush: constants.Z_SYNC_FLUSH });
  // A client that disconnects, or lines that break off, end the other stream too.
  return lines.on('error', (error) => encoder.destroy(error)).pipe(encoder.on('close', () => lines.destroy()));
}
