import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkFields, parseJson } from '../ingest/call-body.js';
import { etagOf } from '../services/etag.js';
import { jsonBytes } from './context.js';

/** A small JSON body, for its schema to check. */
export function jsonBody(request: FastifyRequest): unknown {
  const value = parseJson(jsonBytes(request, 'a JSON object'));
  checkFields(value);
  return value;
}

/** Answers something with the tag that a change of it may be conditional on. */
export function sendTagged(reply: FastifyReply, shown: object): FastifyReply {
  return reply.header('etag', etagOf(shown)).send(shown);
}
