import { finished, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { AppError } from '../errors.js';

type Done = (error: Error | null, payload?: RequestPayload) => void;

/**
 * Has a body that came by gzip read as what it holds. Whatever a route takes of a body, its limit too, is about that;
 * any other content coding is refused.
 */
export function inflateBody(request: FastifyRequest, reply: FastifyReply, payload: RequestPayload, done: Done): void {
  const coding = request.headers['content-encoding']?.trim() ?? '';
  if (coding === '' || /^identity$/i.test(coding)) done(null, payload);
  else if (/^(x-)?gzip$/i.test(coding)) done(null, inflated(payload, request.routeOptions.bodyLimit!));
  else {
    // What would be taken (RFC 9110 §12.5.3).
    reply.header('accept-encoding', 'gzip');
    const name = coding.length > 60 ? `${coding.slice(0, 60)}…` : coding;
    done(new AppError('unsupported_media_type', `The Content-Encoding "${name}" is not taken; send gzip, or none.`));
  }
}

/** What a body by gzip holds, up to `limit` bytes. As it comes: only what is asked for is inflated. */
function inflated(body: Readable, limit: number): RequestPayload {
  const sent = { bytes: 0 };
  const stream = Readable.from(inflate(body, limit, sent), { objectMode: false });
  // Fastify compares it with the Content-Length.
  return Object.defineProperty(stream, 'receivedEncodedLength', { get: () => sent.bytes });
}

async function* inflate(body: Readable, limit: number, sent: { bytes: number }): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  body.on('data', (chunk: Buffer) => {
    sent.bytes += chunk.length;
  });
  // A client that goes away ends it: a pipe alone would wait for ever.
  finished(body, { writable: false }, (error) => error && gunzip.destroy(error));
  let bytes = 0;
  try {
    for await (const chunk of body.pipe(gunzip)) {
      bytes += chunk.length;
      if (bytes > limit) throw new AppError('too_large', `The body is larger than ${limit} bytes when it is inflated.`);
      yield chunk;
    }
    // zlib ignores what comes after the end.
    if (gunzip.bytesWritten < sent.bytes) throw notGzip();
  } catch (error) {
    throw /^Z_/.test((error as NodeJS.ErrnoException).code ?? '') ? notGzip() : error;
  } finally {
    // What else the client sends is read, so that it gets its answer, and dropped.
    body.unpipe(gunzip);
    body.resume();
  }
}

const notGzip = () =>
  new AppError('invalid', 'The body is not valid gzip, as its Content-Encoding says, or ends early.');
