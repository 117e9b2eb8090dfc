import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, invalid } from '../errors.js';
import { MAX_RECORDING_BYTES } from '../services/recordings/intake.js';
import { showUpload, type UploadHere, type UploadMetadata, uploadEnd } from '../services/recordings/uploads.js';

// The headers of tus 1.0: https://tus.io/protocols/resumable-upload.

const VERSION = '1.0.0';

/** What the server can do, for a client that asks. */
export const CAPABILITIES = {
  'tus-resumable': VERSION,
  'tus-version': VERSION,
  'tus-extension': 'creation,expiration,termination',
  'tus-max-size': String(MAX_RECORDING_BYTES),
};

/**
 * Answers by tus 1.0.
 * @throws AppError `precondition_failed` if the client speaks another version.
 */
export function speakTus(request: FastifyRequest, reply: FastifyReply): void {
  const wanted = request.headers['tus-resumable'];
  reply.headers({ 'tus-resumable': VERSION, 'cache-control': 'no-store' });
  if (wanted === undefined || wanted === VERSION) return;
  reply.header('tus-version', VERSION);
  throw new AppError('precondition_failed', `Tus-Resumable is "${wanted}"; this server speaks ${VERSION}.`);
}

/** The headers of where an upload is. */
export function uploadHeaders(upload: UploadHere): Record<string, string | number> {
  const { size, offset, callId } = showUpload(upload);
  return {
    'upload-length': size,
    'upload-offset': offset,
    ...(callId === null
      ? { 'upload-expires': new Date(uploadEnd(upload) / 1000).toUTCString() }
      : { 'debrief-call-id': callId }),
  };
}

/**
 * A whole number in a header.
 * @throws AppError `invalid` naming it.
 */
export function wholeHeader(request: FastifyRequest, name: string): number {
  const value = request.headers[name.toLowerCase()];
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  const problem = value === undefined ? 'is missing' : `is "${value}"`;
  throw invalid(name, problem, 'a whole number of bytes');
}

/** What clients send of a file by themselves, as the names that we have for it; null for what is not needed. */
const THEIR_NAMES: Readonly<Record<string, string | null>> = {
  filename: 'fileName',
  name: 'fileName',
  filetype: null,
  type: null,
  relativePath: null,
};

/**
 * The pairs in `Upload-Metadata`, by our names; of two for one name the first.
 * @throws AppError `invalid` naming the header.
 */
export function readMetadata(request: FastifyRequest): UploadMetadata {
  const header = request.headers['upload-metadata'];
  if (header === undefined || header === '') return [];
  const takes = 'pairs of a name and a value in base64, separated by commas: callTime MjAy…,direction SU5C…';
  const found = new Map<string, string>();
  for (const pair of String(header).split(',')) {
    const [, sent = '', encoded = ''] = /^ *([!-+\--~]+)(?: ([A-Za-z0-9+/_-]*={0,2}))? *$/.exec(pair) ?? [];
    if (sent === '') throw invalid('Upload-Metadata', `has "${pair.slice(0, 60)}"`, takes);
    const name = Object.hasOwn(THEIR_NAMES, sent) ? THEIR_NAMES[sent]! : sent;
    const value = decoded(encoded);
    if (value === null) throw invalid('Upload-Metadata', `has a ${sent} that is not UTF-8 in base64`, takes);
    if (name !== null && value !== '' && !found.has(name)) found.set(name, value);
  }
  return [...found];
}

function decoded(base64: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    return null;
  }
}
