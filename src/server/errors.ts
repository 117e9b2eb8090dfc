import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../contract/problem.js';
import { AppError, type ErrorCode } from '../errors.js';
import { logOf } from './request-log.js';

const statuses: Record<ErrorCode, number> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  precondition_failed: 412,
  key_reused: 422,
  too_large: 413,
  unsupported_media_type: 415,
  too_many: 429,
  busy: 503,
  locked: 423,
  unavailable: 503,
};

type Context = Pick<Problem, 'parameter' | 'allowed' | 'conflicts'>;

/** A problem document (RFC 9457). */
export function problem(status: number, detail: string, context: Context = {}): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...context };
}

/** The problem document for any error. Unknown errors show nothing about themselves. */
export function problemOf(error: unknown): Problem {
  if (error instanceof AppError) {
    return problem(statuses[error.code], error.message, {
      ...(error.field !== undefined && { parameter: error.field }),
      ...(error.allowed !== undefined && { allowed: error.allowed }),
      ...(error.conflicts !== undefined && {
        conflicts: error.conflicts.map(({ kind, ids }) => ({ kind, ids: [...ids] })),
      }),
    });
  }
  const { code, statusCode, message } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return problem(413, 'The body is larger than this endpoint takes.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return problem(
      415,
      'The Content-Type is not taken here; send application/json, or to an import application/x-ndjson or text/csv.',
    );
  }
  if (code === 'FST_ERR_BAD_URL') return problem(400, 'The path is not percent-encoded UTF-8.');
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return problem(414, 'The path has a part that is longer than any id.');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return problem(statusCode, message ?? '');
  // Two writers used the same unique value at once, and this one came second.
  if (code === '23505')
    return problem(409, 'Another request has just taken an id, e-mail address or externalId of this one.');
  return problem(500, 'Internal error');
}

/** Answers a problem document. */
export function sendProblem(reply: FastifyReply, body: Problem): FastifyReply {
  return reply.code(body.status).type('application/problem+json').send(JSON.stringify(body));
}

/** Answers any error, and logs it if it is ours. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const body = problemOf(error);
  if (body.status >= 500) logOf(request).error({ err: error }, 'request failed');
  if (error instanceof AppError && error.retryAfterSeconds !== undefined) {
    reply.header('retry-after', error.retryAfterSeconds);
  }
  return sendProblem(reply, body);
}

const parserProblems: Record<string, Problem> = {
  HPE_HEADER_OVERFLOW: problem(431, `The URL and the headers are larger than ${maxHeaderSize} bytes together.`),
  ERR_HTTP_REQUEST_TIMEOUT: problem(408, 'The request took too long to come.'),
};

/** How long a refused connection is still read from, in milliseconds. */
const LINGER_MS = 1_000;

/** Answers what Node's parser refuses, for which there is no request object, and closes the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const refused = parserProblems[error.code ?? ''] ?? problem(400, 'This is not a valid HTTP request.');
  const body = JSON.stringify(refused);
  socket.end(
    `HTTP/1.1 ${refused.status} ${refused.title}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // If the socket were closed at once, unread input would reset the connection and discard the answer (RFC 9112 §9.6).
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
