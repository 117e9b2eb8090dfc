import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ObjectStore } from '../adapters/storage/object-store.js';
import { passBuffer } from '../passing-buffers.js';
import { tagIsListed } from '../services/etag.js';
import type { Playable } from '../services/recordings/playing.js';
import { readRange } from './byte-range.js';
import { problem, sendProblem } from './errors.js';

/**
 * How often it is asked whether a listener may still hear what is being sent, in milliseconds. Whoever ended that may
 * have done so by another process.
 */
const ASK_MS = 2_000;

/** Something to play, and how to know that its listener still may. */
export interface Playing extends Pick<Playable, 'key' | 'tag' | 'sizeBytes'> {
  readonly mayPlayOn: () => Promise<boolean>;
}

/**
 * Sends sound, whole or the range that was asked for, as fast as its listener takes it. The connection is cut once they
 * may no longer hear it. An object never changes, so its id is its ETag.
 */
export async function sendAudio(
  store: ObjectStore,
  request: FastifyRequest,
  reply: FastifyReply,
  { key, tag, sizeBytes, mayPlayOn }: Playing,
): Promise<FastifyReply> {
  const { headers, method } = request;
  reply.header('etag', tag).header('accept-ranges', 'bytes').header('x-content-type-options', 'nosniff');
  // It may be kept, but not played again without asking: the call may be deleted.
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache');
  if (tagIsListed(headers['if-none-match'], tag)) return reply.code(304).send();
  // A HEAD has no range (RFC 9110 §14.2). A part of another version is of no use to whoever names one.
  const isForThis = method === 'GET' && [undefined, tag].includes(headers['if-range'] as string | undefined);
  const range = isForThis ? readRange(headers.range, sizeBytes) : null;
  if (range === 'none') {
    reply.header('content-range', `bytes */${sizeBytes}`).removeHeader('etag');
    return sendProblem(reply, problem(416, `The recording has ${sizeBytes} bytes, and none of those in Range.`));
  }
  reply.type('audio/mp4');
  if (method === 'HEAD') return reply.header('content-length', sizeBytes).send(Readable.from([]));
  const bytes = await store.read(key, range ?? undefined);
  if (range === null) reply.header('content-length', sizeBytes);
  else {
    const { start, end } = range;
    reply.code(206).header('content-range', `bytes ${start}-${end}/${sizeBytes}`);
    reply.header('content-length', end - start + 1);
  }
  cutWhenOver(reply, mayPlayOn);
  // Paused, so that listening does not start it before it has somewhere to go.
  return reply.send(bytes.pause().on('data', (piece: Buffer) => passBuffer(piece.length)));
}

function cutWhenOver({ raw }: FastifyReply, mayPlayOn: () => Promise<boolean>): void {
  let timer: NodeJS.Timeout;
  const ask = () => {
    timer = setTimeout(async () => {
      // Where that cannot be found out, the player asks again by itself.
      const may = await mayPlayOn().catch(() => false);
      if (raw.destroyed || raw.writableFinished) return;
      if (may) ask();
      else raw.destroy();
    }, ASK_MS).unref();
  };
  ask();
  raw.once('close', () => clearTimeout(timer));
}
