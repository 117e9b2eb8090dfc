import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkFields, parseJson } from '../ingest/call-body.js';
import { etagOf } from '../services/etag.js';
import { jsonBytes } from './context.js';

/**
 * The parsed JSON of a small body, to be checked by its schema.
 * @throws AppError `invalid` or `unsupported_media_type`.
 */
export function jsonBody(request: FastifyRequest): unknown {
  const value = parseJson(jsonBytes(request, 'a JSON object'));
  checkFields(value);
  return value;
}

/** Answers a thing with its ETag, which a change may name in If-Match. */
export function sendTagged(reply: FastifyReply, shown: object): FastifyReply {
  return reply.header('etag', etagOf(shown)).send(shown);
}
