import { finished, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { AppError } from '../errors.js';

type Done = (error: Error | null, payload?: RequestPayload) => void;

/**
 * Inflates a body that was sent as gzip. All that a route says about a body, including its limit, is about the inflated
 * one. Any other content coding is refused.
 */
export function inflateBody(request: FastifyRequest, reply: FastifyReply, payload: RequestPayload, done: Done): void {
  const coding = request.headers['content-encoding']?.trim() ?? '';
  if (coding === '' || /^identity$/i.test(coding)) done(null, payload);
  else if (/^(x-)?gzip$/i.test(coding)) done(null, inflated(payload, request.routeOptions.bodyLimit!));
  else {
    // The coding that would be accepted (RFC 9110 §12.5.3).
    reply.header('accept-encoding', 'gzip');
    const name = coding.length > 60 ? `${coding.slice(0, 60)}…` : coding;
    done(new AppError('unsupported_media_type', `The Content-Encoding "${name}" is not taken; send gzip, or none.`));
  }
}

/** The inflated body, up to `limit` bytes. It is inflated only as far as it is read. */
function inflated(body: Readable, limit: number): RequestPayload {
  const sent = { bytes: 0 };
  const stream = Readable.from(inflate(body, limit, sent), { objectMode: false });
  // Fastify compares this with the Content-Length.
  return Object.defineProperty(stream, 'receivedEncodedLength', { get: () => sent.bytes });
}

async function* inflate(body: Readable, limit: number, sent: { bytes: number }): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  body.on('data', (chunk: Buffer) => {
    sent.bytes += chunk.length;
  });
  // A client that disconnects ends it: a pipe alone would wait forever.
  finished(body, { writable: false }, (error) => error && gunzip.destroy(error));
  let bytes = 0;
  try {
    for await (const chunk of body.pipe(gunzip)) {
      bytes += chunk.length;
      if (bytes > limit) throw new AppError('too_large', `The body is larger than ${limit} bytes when it is inflated.`);
      yield chunk;
    }
    // zlib ignores bytes after the end.
    if (gunzip.bytesWritten < sent.bytes) throw notGzip();
  } catch (error) {
    throw /^Z_/.test((error as NodeJS.ErrnoException).code ?? '') ? notGzip() : error;
  } finally {
    // The rest of the request is read and discarded, so that the client gets its answer.
    body.unpipe(gunzip);
    body.resume();
  }
}

const notGzip = () =>
  new AppError('invalid', 'The body is not valid gzip, as its Content-Encoding says, or ends early.');
