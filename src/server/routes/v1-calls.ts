import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v1Routes } from '../../contract/routes.js';
import { findCallRecord } from '../../db/call-records.js';
import { findCall } from '../../db/calls.js';
import { AppError } from '../../errors.js';
import { type CallBody, MAX_CALL_BYTES } from '../../ingest/call-body.js';
import { splitLines } from '../../ingest/lines.js';
import { extrasOf } from '../../services/calls/call-audit.js';
import { renderCards } from '../../services/calls/call-cards.js';
import { deleteCall } from '../../services/calls/call-erasure.js';
import { readSummary, requestSummary } from '../../services/calls/call-summaries.js';
import { callTopicsJson } from '../../services/calls/call-topics.js';
import { type UpsertResult, updateCall, upsertCall } from '../../services/calls/calls.js';
import { noSuchCall, requireCall } from '../../services/calls/seen-call.js';
import { correctSpeaker, listSpeakers, readSpeaker } from '../../services/calls/speaker-corrections.js';
import { callTag } from '../../services/etag.js';
import { writeCall } from '../../wire/call-json.js';
import { PageBuilder } from '../../wire/page.js';
import { jsonBody, sendTagged } from '../bodies.js';
import { ifMatchOf, jsonBytes, pathId, type Register, type RouteContext, type ServerDeps } from '../context.js';
import { problemOf } from '../errors.js';
import { answerOnce } from '../idempotency.js';
import { logOf } from '../request-log.js';
import { sendPage } from '../send-page.js';

const options = { bodyLimit: MAX_CALL_BYTES };

/** Creating, reading, changing and importing calls: `/api/v1/calls`. */
export function registerV1Calls(register: Register): void {
  register(
    v1Routes.createCall,
    async (context) => {
      const body = await readBody(context.deps, context.request);
      return answerOnce(context, async (deps) => {
        const { id, state, created } = await upsertCall(deps, context.caller, body);
        return { status: created ? 201 : 200, body: { id, state } };
      });
    },
    options,
  );
  register(
    v1Routes.updateCall,
    async ({ deps, caller, request, reply }) => {
      const body = await readBody(deps, request);
      const { id, state, etag } = await updateCall(deps, caller, pathId(request), body, ifMatchOf(request));
      return reply.header('etag', etag).send({ id, state });
    },
    options,
  );
  register(v1Routes.readCall, sendCall);
  register(v1Routes.deleteCall, async ({ deps, caller, request, reply }) => {
    await deleteCall(deps, caller, pathId(request), ifMatchOf(request));
    return reply.code(204).send();
  });
  // No limit for the body: each of its lines has the limit of a call.
  register(v1Routes.importCalls, importCalls, { bodyLimit: Number.MAX_SAFE_INTEGER });
  register(v1Routes.readSummary, ({ deps, caller, request }) => readSummary(deps, caller, pathId(request)));
  register(v1Routes.requestSummary, ({ deps, caller, request }) => requestSummary(deps, caller, pathId(request)));
  register(v1Routes.callTopicMatches, async ({ deps, caller, request, reply }) =>
    reply.type('application/json; charset=utf-8').send(await callTopicsJson(deps, caller, pathId(request))),
  );
  register(v1Routes.callCards, sendCards);
  register(v1Routes.listSpeakers, async ({ deps, caller, request }) => ({
    items: await listSpeakers(deps, caller, pathId(request)),
  }));
  register(v1Routes.readSpeaker, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, await readSpeaker(deps, caller, pathId(request), sentNumber(request))),
  );
  register(v1Routes.correctSpeaker, async ({ deps, caller, request, reply }) => {
    const [number, body] = [sentNumber(request), jsonBody(request)];
    return sendTagged(reply, await correctSpeaker(deps, caller, pathId(request), number, body, ifMatchOf(request)));
  });
}

/** The speaker number as sent: text that is not a number names no speaker. */
function sentNumber(request: FastifyRequest): string {
  return (request.params as { number: string }).number;
}

async function readBody(deps: ServerDeps, request: FastifyRequest): Promise<CallBody> {
  return deps.reader.read(jsonBytes(request, 'one call as JSON'));
}

async function sendCall({ deps, caller, request, reply }: RouteContext<typeof v1Routes.readCall>) {
  const callId = pathId(request);
  await requireCall(deps.db, caller, callId);
  const row = await findCall(deps.db, caller, callId);
  const record = await findCallRecord(deps.db, caller, callId);
  if (row === null || record === null) throw noSuchCall();
  const extras = await extrasOf(deps.db, caller, record);
  reply.header('etag', callTag(row.modified));
  const page = new PageBuilder();
  writeCall(page, row, {
    transcript: true,
    crmMatches: true,
    templatesJson: null,
    moreJson: `,${JSON.stringify(extras).slice(1, -1)}`,
  });
  return sendPage(deps.copyOut, caller, request, reply, page);
}

async function sendCards({ deps, caller, request, reply }: RouteContext<typeof v1Routes.callCards>) {
  const callId = pathId(request);
  await requireCall(deps.db, caller, callId);
  const row = await findCall(deps.db, caller, callId, { transcripts: false, crmMatches: false, cards: 'any' });
  if (row === null) throw noSuchCall();
  const [json] = await renderCards(deps, caller, [row], () => reply.raw.destroyed);
  const cards: Record<string, string> = JSON.parse(json!);
  return { items: Object.entries(cards).map(([name, text]) => ({ name, text })) };
}

/**
 * Imports NDJSON. Returns one line per line, in order: {line, id, state, created} or {line, error}. Only one line is
 * held at a time, and reading pauses while the client does not read the answer. When the server is told to stop, it
 * finishes the current line and says in a last line from which line to continue.
 */
async function importCalls({ deps, caller, request, reply }: RouteContext<typeof v1Routes.importCalls>) {
  const { body } = request;
  if (!(body instanceof Readable) || !/ndjson/i.test(request.headers['content-type'] ?? '')) {
    throw new AppError('unsupported_media_type', 'Send the calls as application/x-ndjson, one per line.');
  }
  const bytes: Readable = body;

  async function* results(): AsyncGenerator<string> {
    let line = 0;
    try {
      for await (const text of untilStopped(splitLines(bytes, MAX_CALL_BYTES), deps.stopping)) {
        if (text === STOPPED) {
          endConnection(request, reply);
          yield answer(line + 1, new AppError('unavailable', STOPPING));
          return;
        }
        line += 1;
        if (text === null)
          yield answer(line, new AppError('too_large', `The line is longer than ${MAX_CALL_BYTES} bytes.`));
        else if (text.length > 0) yield answer(line, await importLine(text));
      }
    } catch (error) {
      logOf(request).warn({ err: error, line }, 'import ended early');
      yield answer(
        line + 1,
        new AppError('invalid', 'The body ended early or is not valid gzip; what came before is kept.'),
      );
    }
  }

  async function importLine(text: Buffer): Promise<UpsertResult | Error> {
    try {
      return await upsertCall(deps, caller, await deps.reader.read(text));
    } catch (error) {
      if (problemOf(error).status >= 500) logOf(request).error({ err: error }, 'import of a line failed');
      return error as Error;
    }
  }

  return reply.type('application/x-ndjson').send(Readable.from(results(), { objectMode: false }));
}

const STOPPED = Symbol('stopped');
const STOPPING = 'The server is stopping: send this line and those after it again. What came before is kept.';

/** Yields the values; on abort, yields STOPPED instead of waiting for the next. */
async function* untilStopped<T>(values: AsyncGenerator<T>, signal: AbortSignal): AsyncGenerator<T | typeof STOPPED> {
  let onAbort = () => {};
  const stopped = new Promise<typeof STOPPED>((resolve) => {
    onAbort = () => resolve(STOPPED);
    signal.addEventListener('abort', onAbort);
  });
  try {
    while (!signal.aborted) {
      const next = values.next();
      const result = await Promise.race([next, stopped]);
      if (result === STOPPED) {
        // Not `return`ed: that would close the connection before the answer is sent.
        next.catch(() => {});
        break;
      }
      if (result.done) return;
      yield result.value;
    }
    yield STOPPED;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** How long a client may continue to send after the end of its answer, in milliseconds. */
const LINGER_MS = 1_000;

/** Closes the connection after the answer although the request is not complete. What still arrives is discarded. */
function endConnection({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.raw.once('finish', () => {
    raw.resume();
    // If closed at once, unread input would reset the connection and the client could lose the answer (RFC 9112 §9.6).
    setTimeout(() => raw.socket.destroy(), LINGER_MS).unref();
  });
}

function answer(line: number, result: UpsertResult | Error): string {
  const { id, state, created } = result as UpsertResult;
  return `${JSON.stringify(result instanceof Error ? { line, error: problemOf(result) } : { line, id, state, created })}\n`;
}
