import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { v1Routes } from '../../contract/routes.js';
import { AppError } from '../../errors.js';
import { MAX_CALL_BYTES } from '../../ingest/call-body.js';
import {
  addRecording,
  checkRecording,
  MAX_RECORDING_BYTES,
  requireMayAdd,
  type SentAddition,
  type SentRecording,
  takeRecording,
} from '../../services/recordings/intake.js';
import { readRecording } from '../../services/recordings/recorded-call.js';
import { readProcessing, retryProcessing } from '../../services/recordings/retries.js';
import { pathId, type Register, type RouteContext } from '../context.js';
import { readForm } from '../multipart.js';
import type { Query } from '../query.js';

// The body is streamed to the store: no limit of the server's own applies.
const options = { bodyLimit: Number.MAX_SAFE_INTEGER };

/** Recordings, and how far their processing is: `/api/v1/recordings` and below `/api/v1/calls`. */
export function registerV1Recordings(register: Register): void {
  register(v1Routes.createRecording, createRecording, options);
  register(
    v1Routes.addRecording,
    async ({ deps, caller, query, request, reply }) => {
      const callId = pathId(request);
      await requireMayAdd(deps, caller, callId);
      const { file, fileName } = await sentFile(request);
      const sent = sentAddition(query);
      const added = await addRecording(deps, caller, callId, { ...sent, fileName: sent.fileName ?? fileName }, file);
      return reply.code(added.created ? 201 : 200).send({ id: added.id, state: added.state });
    },
    options,
  );
  register(v1Routes.readRecording, async ({ deps, caller, request }) => readRecording(deps, caller, pathId(request)));
  register(v1Routes.readProcessing, async ({ deps, caller, request }) => readProcessing(deps, caller, pathId(request)));
  register(v1Routes.retryProcessing, async ({ deps, caller, request }) =>
    retryProcessing(deps, caller, pathId(request)),
  );
}

async function createRecording({ deps, caller, query, request, reply }: RouteContext<typeof v1Routes.createRecording>) {
  const form = await sentFile(request);
  const { body: named, leg } = sentCall(query);
  const body = form.call === null ? named : await deps.reader.read(form.call);
  const checked = await checkRecording(deps, caller, {
    body: { ...body, fields: { ...body.fields, ...named.fields } },
    leg: { ...leg, fileName: leg.fileName ?? form.fileName },
  });
  const { id, state, created } = await takeRecording(deps, caller, checked, form.file);
  return reply.code(created ? 201 : 200).send({ id, state });
}

/** A new call and its file, by the parameters of a request or an upload. */
export function sentCall(query: Query<typeof v1Routes.createRecording>): SentRecording {
  const { ours, transcribe, fileName, ...call } = query;
  const fields = Object.fromEntries(Object.entries(call).filter(([, value]) => value !== null));
  return { body: { fields, transcript: undefined }, leg: { ours, transcribe, fileName } };
}

/** A file for a call that is there, by the parameters of a request or an upload. */
export function sentAddition(query: Query<typeof v1Routes.addRecording>): SentAddition {
  const { leg, startSeconds, ...others } = query;
  return { ...others, leg: wholeLeg(leg), startSeconds: startSeconds ?? 0 };
}

/** The file of a request, not read yet: the body itself, or a part of a form. */
async function sentFile(request: FastifyRequest) {
  const { body } = request;
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > MAX_RECORDING_BYTES + MAX_CALL_BYTES) {
    throw new AppError('too_large', `The file is larger than ${MAX_RECORDING_BYTES} bytes.`);
  }
  if (!(body instanceof Readable)) {
    throw new AppError(
      'unsupported_media_type',
      'Send the file as the body, as application/octet-stream or audio/…, or as a multipart form.',
    );
  }
  if (/^multipart\/form-data/i.test(request.headers['content-type'] ?? '')) {
    return readForm(request, body, MAX_CALL_BYTES);
  }
  return { call: null, file: body, fileName: null };
}

function wholeLeg(leg: number | null): number {
  if (leg === null) return 1;
  if (Number.isInteger(leg)) return leg;
  throw new AppError('invalid', 'leg is not a whole number; it takes a whole number from 1 to 8', { field: 'leg' });
}
