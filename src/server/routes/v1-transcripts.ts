import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { v1Routes } from '../../contract/routes.js';
import { AppError } from '../../errors.js';
import { MAX_CALL_BYTES } from '../../ingest/call-body.js';
import { importTranscript } from '../../services/calls/transcript-files.js';
import { showTranscript, type TranscriptFormat } from '../../services/calls/transcript-view.js';
import { pathId, type Register } from '../context.js';

const TYPES: Readonly<Record<TranscriptFormat, string>> = {
  json: 'application/json; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
  srt: 'application/x-subrip; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  vcon: 'application/vcon',
};

/** Transcripts in and out as files, and edited: `/api/v1/calls/{id}/transcript`. */
export function registerV1Transcripts(register: Register): void {
  register(
    v1Routes.importTranscript,
    async ({ deps, caller, request }) => importTranscript(deps, caller, pathId(request), await fileBytes(request)),
    { bodyLimit: MAX_CALL_BYTES },
  );
  register(v1Routes.readTranscript, async ({ deps, caller, request, reply, query }) => {
    const format = query.format ?? 'json';
    const { bytes, etag } = await showTranscript(deps, caller, pathId(request), format);
    return reply.header('etag', etag).type(TYPES[format]).send(bytes);
  });
}

/** The bytes of a file, whatever it is sent as: its content tells what it is. */
async function fileBytes({ body }: FastifyRequest): Promise<Buffer> {
  if (Buffer.isBuffer(body)) return body;
  if (!(body instanceof Readable)) throw new AppError('invalid', 'The body is empty; it takes a transcript file');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // A body that is too large is read to its end, but not kept, so that the refusal reaches its sender.
    if (length <= MAX_CALL_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (length > MAX_CALL_BYTES) throw new AppError('too_large', `The file is larger than ${MAX_CALL_BYTES} bytes.`);
  return Buffer.concat(chunks);
}
