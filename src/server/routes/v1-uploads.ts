import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { v1Routes } from '../../contract/routes.js';
import { UPLOAD_PART } from '../../contract/uploads.js';
import { AppError } from '../../errors.js';
import type { Actor } from '../../services/actor.js';
import {
  addRecording,
  checkRecording,
  MAX_RECORDING_BYTES,
  requireMayAdd,
  takeRecording,
} from '../../services/recordings/intake.js';
import {
  beginUpload,
  continueUpload,
  endUpload,
  finishUpload,
  readUploadHere,
  showUpload,
  takeOver,
  type UploadHere,
  type UploadMetadata,
} from '../../services/recordings/uploads.js';
import { pathId, type Register, type ServerDeps } from '../context.js';
import { readQuery } from '../query.js';
import { logOf } from '../request-log.js';
import { CAPABILITIES, readMetadata, speakTus, uploadHeaders, wholeHeader } from '../upload-headers.js';
import { sentAddition, sentCall } from './v1-recordings.js';

const options = { bodyLimit: Number.MAX_SAFE_INTEGER };

/** Uploads of recordings that survive a lost connection: `/api/v1/uploads`, by tus. */
export function registerV1Uploads(app: FastifyInstance, register: Register): void {
  for (const { path } of [v1Routes.beginUpload, v1Routes.readUpload]) {
    app.options(path, (_request, reply) => reply.code(204).headers(CAPABILITIES).send());
  }
  register(v1Routes.beginUpload, async ({ deps, caller, request, reply }) => {
    speakTus(request, reply);
    const sizeBytes = wholeHeader(request, 'Upload-Length');
    if (sizeBytes > MAX_RECORDING_BYTES) {
      throw new AppError('too_large', `Upload-Length is ${sizeBytes}; a recording has at most ${MAX_RECORDING_BYTES}.`);
    }
    const metadata = readMetadata(request);
    await prepare(deps, caller, metadata);
    const begun = await beginUpload(deps, caller, sizeBytes, metadata);
    const upload = await finishIfWhole(deps, caller, request, begun);
    reply.code(201).header('location', `/api/v1/uploads/${upload.uploadId}`).headers(uploadHeaders(upload));
    return showUpload(upload);
  });
  register(v1Routes.readUpload, async ({ deps, caller, request, reply }) => {
    speakTus(request, reply);
    const uploadId = pathId(request);
    // A client asks before it resumes: what it sent before is lost, or here.
    if (request.method === 'HEAD') await takeOver(uploadId);
    const found = await readUploadHere(deps, caller, uploadId);
    // To HEAD, whole means done. It is not if a process was killed between the last byte and the call.
    const upload = request.method === 'HEAD' ? await finishIfWhole(deps, caller, request, found) : found;
    reply.headers(uploadHeaders(upload));
    return showUpload(upload);
  });
  register(
    v1Routes.continueUpload,
    async ({ deps, caller, request, reply }) => {
      speakTus(request, reply);
      const { body } = request;
      // An upload that is not there is told before what is wrong with its part.
      const { uploadId } = await readUploadHere(deps, caller, pathId(request));
      const offset = wholeHeader(request, 'Upload-Offset');
      if (!(body instanceof Readable) || request.headers['content-type'] !== UPLOAD_PART) {
        throw new AppError('unsupported_media_type', `Send the bytes as ${UPLOAD_PART}.`);
      }
      const continued = await continueUpload(deps, caller, uploadId, offset, body);
      return reply
        .code(204)
        .headers(uploadHeaders(await finishIfWhole(deps, caller, request, continued)))
        .send();
    },
    options,
  );
  register(v1Routes.endUpload, async ({ deps, caller, request, reply }) => {
    speakTus(request, reply);
    const { uploadId } = await readUploadHere(deps, caller, pathId(request));
    await takeOver(uploadId);
    await endUpload(deps, caller, uploadId);
    return reply.code(204).send();
  });
}

/** Puts an upload whose bytes are all here into the store, and returns it with its call. */
async function finishIfWhole(
  deps: ServerDeps,
  caller: Actor,
  request: FastifyRequest,
  upload: UploadHere,
): Promise<UploadHere> {
  if (upload.offset < upload.sizeBytes) return upload;
  try {
    const callId = await finishUpload(deps, caller, upload, async (metadata, bytes) =>
      (await prepare(deps, caller, metadata))(bytes()),
    );
    return { ...upload, callId, storing: false };
  } catch (error) {
    if (error instanceof AppError) throw inTus(error);
    logOf(request).error({ err: error }, 'an upload cannot be stored');
    throw new AppError('locked', 'The upload cannot be stored now: try again.');
  }
}

/** Clients of tus take 409 for a wrong offset, and begin again after 503: they try again after 423, and give up after 400. */
function inTus(error: AppError): AppError {
  const code = error.code === 'conflict' ? 'invalid' : error.code === 'unavailable' ? 'locked' : error.code;
  if (code === error.code) return error;
  return new AppError(code, error.message, error.field === undefined ? {} : { field: error.field });
}

/**
 * Checks what can be known before the file is there. Returns what takes the file, and returns the id of its call. Throws
 * `invalid`, `forbidden` or `not_found`, naming the field.
 */
async function prepare(deps: ServerDeps, caller: Actor, metadata: UploadMetadata) {
  const sent = metadata.map(([name, value]) => ({ name, value }));
  const callId = sent.find(({ name }) => name === 'callId')?.value;
  if (callId === undefined) {
    const query = readQuery(v1Routes.createRecording, sent, caller.timeZone);
    const checked = await checkRecording(deps, caller, sentCall(query));
    return async (bytes: Readable) => (await takeRecording(deps, caller, checked, bytes)).id;
  }
  const others = sent.filter(({ name }) => name !== 'callId');
  const addition = sentAddition(readQuery(v1Routes.addRecording, others, caller.timeZone));
  await requireMayAdd(deps, caller, callId);
  return async (bytes: Readable) => (await addRecording(deps, caller, callId, addition, bytes)).id;
}
