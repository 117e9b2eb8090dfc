import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CopyOut } from '../db/connection/copy.js';
import type { Scope } from '../db/database.js';
import { fragmentBytes } from '../db/fragments.js';
import { passBuffer } from '../passing-buffers.js';
import {
  deflateText,
  fragmentsOf,
  gzipLength,
  gzipPage,
  type PageBuilder,
  plainLength,
  plainPage,
} from '../wire/page.js';
import { declareCoding, gzipFor } from './encode-answer.js';
import { logOf } from './request-log.js';

/** Sends an answer assembled from stored fragments. Its length is known before its first byte is read. */
export async function sendPage(
  copyOut: CopyOut,
  scope: Scope,
  request: FastifyRequest,
  reply: FastifyReply,
  page: PageBuilder,
): Promise<FastifyReply> {
  const parts = page.parts();
  const refs = fragmentsOf(parts);
  reply.type('application/json; charset=utf-8');
  if (refs.length === 0) return reply.send(Buffer.concat(parts as Buffer[]));
  const gzip = gzipFor(request, reply) !== 'no';
  // For a HEAD, Fastify sets the length of what it is given, but not of a stream.
  if (!declareCoding(request, reply, gzip)) return reply.send(Readable.from([]));
  const gzipParts = gzip ? await deflateText(parts) : null;
  reply.header('content-length', gzipParts ? gzipLength(gzipParts) : plainLength(parts));
  if (request.method === 'HEAD') return reply.send(Readable.from([]));
  const bytes = fragmentBytes(copyOut, scope, refs);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, reply.getHeaders() as Record<string, string>);
  try {
    await writePieces(raw, gzipParts ? gzipPage(gzipParts, bytes) : passed(plainPage(parts, bytes)));
  } catch (error) {
    logOf(request).error({ err: error }, 'an answer broke off');
    raw.destroy();
  }
  return reply;
}

/** The pieces of an answer whose memory nothing uses again: it is freed after each of them is written. */
async function* passed(groups: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<readonly Uint8Array[]> {
  for await (const pieces of groups) {
    yield pieces;
    for (const piece of pieces) passBuffer(piece.length);
  }
}

/**
 * How long one answer may occupy the event loop, in milliseconds: the kernel accepts writes at once, while others wait.
 */
const TURN_MS = 5;

/** Writes as fast as the client reads, a group of pieces at a time. Ends if the client has disconnected. */
async function writePieces(raw: ServerResponse, groups: AsyncIterable<readonly Uint8Array[]>): Promise<void> {
  let turn = performance.now();
  for await (const pieces of groups) {
    await written(raw, pieces);
    if (raw.destroyed) return;
    if (performance.now() - turn < TURN_MS) continue;
    await setImmediate();
    turn = performance.now();
  }
  raw.end();
}

/** Writes in one system call. Waits until the kernel has accepted everything, or the client has disconnected. */
function written(raw: ServerResponse, pieces: readonly Uint8Array[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      raw.off('close', done);
      resolve();
    };
    raw.on('close', done);
    raw.cork();
    for (const piece of pieces.slice(0, -1)) raw.write(piece);
    raw.write(pieces.at(-1)!, done);
    raw.uncork();
    if (raw.destroyed) done();
  });
}
