import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ObjectStore } from '../adapters/storage/object-store.js';
import { isV2, type RouteContract } from '../contract/route.js';
import { allRoutes } from '../contract/routes.js';
import type { CopyOut } from '../db/connection/copy.js';
import type { TurnTaker } from '../db/rate-turns.js';
import { AppError } from '../errors.js';
import type { CallReader } from '../ingest/reader.js';
import type { Actor } from '../services/actor.js';
import type { Deps } from '../services/deps.js';
import type { TemplateRenderer } from '../templates/renderer.js';
import { type IdentifyDeps, type Identity, identify, requireAccess } from './auth/identify.js';
import { problem, sendProblem } from './errors.js';
import { inflateBody } from './inflate-body.js';
import { couldBeId, type Query, readQuery, type SentParameter } from './query.js';
import type { RateHours } from './rate-limit/rate-hours.js';
import type { RateLimiter } from './rate-limit/rate-limit.js';

/** What every route may use. */
export interface ServerDeps extends Deps {
  readonly copyOut: CopyOut;
  readonly reader: CallReader;
  readonly templates: TemplateRenderer;
  readonly store: ObjectStore;
  /** The folder of this machine in which uploads are until they are whole. */
  readonly uploadsDir: string;
  /** Whether a speech engine is configured. */
  readonly hasEngine: boolean;
  /** Aborted when the server is told to stop: long work ends at its next step. */
  readonly stopping: AbortSignal;
  readonly limiter: RateLimiter;
  /** Called with how long each request waited for its turn under the rate limit. */
  readonly observeQueueSeconds: (seconds: number) => void;
}

/** What a handler of a route gets. */
export interface RouteContext<R extends RouteContract> {
  readonly route: R;
  readonly deps: ServerDeps;
  readonly caller: Actor;
  /** The session of a user; null for a program. */
  readonly sessionId: string | null;
  readonly query: Query<R>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Answers a request; throws an AppError to refuse it. */
export type Handler<R extends RouteContract> = (context: RouteContext<R>) => Promise<unknown>;

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller, once known. */
    identity: Identity | null;
  }
}

/** Options of a route. */
export interface RouteOptions {
  /** The most bytes of a body, inflated. */
  readonly bodyLimit?: number;
}

/** Registers a route. */
export type Register = ReturnType<typeof createRegistrar>;

/**
 * Makes the function that registers routes of the contract. Before a handler runs, the caller is known and the query is
 * parsed.
 */
export function createRegistrar(app: FastifyInstance, deps: ServerDeps, identifyDeps: IdentifyDeps) {
  app.decorateRequest('identity', null);
  // Errors also show the limit. It uses a callback, because an answer must be sent when `send` returns: otherwise
  // Fastify would read the body of a request that is answered already.
  app.addHook('onSend', (request, reply, payload, done) => {
    if (isV2(request.url) && !reply.hasHeader('ratelimit')) {
      reply.headers(deps.limiter.headers(request.identity?.limited ?? null));
    }
    done(null, payload);
  });
  /** Admits a caller that the route is for, when its turn has come. */
  async function admit(route: RouteContract, identity: Identity, request: FastifyRequest, reply: FastifyReply) {
    request.identity = identity;
    requireAccess(identity, route);
    const caller = isV2(route.path) ? identity.limited : null;
    if (caller === null) return;
    if (caller.rateHours !== null) return awaitTurn(deps, caller, caller.rateHours, request, reply);
    // Set here too, because pages of fragments bypass the hook above.
    reply.headers(deps.limiter.headers(caller));
  }
  return function register<R extends RouteContract>(route: R, handler: Handler<R>, options: RouteOptions = {}): void {
    app.route({
      method: route.method,
      url: route.path,
      ...(options.bodyLimit !== undefined && { bodyLimit: options.bodyLimit }),
      // Before the body is read, so that no unknown caller can send one.
      onRequest: async (request, reply) => {
        const identity = await identify(identifyDeps, route, request, reply);
        if (identity !== null) await admit(route, identity, request, reply);
      },
      ...(route.method !== 'GET' && { preParsing: inflateBody }),
      handler: (request, reply) => {
        const { actor: caller, sessionId } = request.identity!;
        const query = readQuery(route, sentQuery(request), caller.timeZone);
        return handler({ route, deps, caller, sessionId, query, request, reply });
      },
    });
  };
}

/** nginx's status for it: no client reads the answer, but the log has a line. */
const HUNG_UP = 499;

/** Waits for the request's turn. If there is none, answers the request. */
async function awaitTurn(
  { limiter, observeQueueSeconds }: ServerDeps,
  taker: TurnTaker,
  hours: RateHours,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { socket } = request.raw;
  const gone = new AbortController();
  const hangUp = () => gone.abort();
  if (socket.destroyed) hangUp();
  // Pipelined requests wait on the same socket, each with a listener.
  if (socket.listenerCount('close') >= socket.getMaxListeners()) socket.setMaxListeners(0);
  socket.once('close', hangUp);
  const outcome = await limiter.turn(taker, hours, gone.signal).finally(() => socket.off('close', hangUp));
  if (outcome.kind === 'hung up') {
    sendProblem(reply, problem(HUNG_UP, 'The client hung up.'));
    return;
  }
  reply.headers(outcome.headers);
  if (outcome.kind === 'go') {
    observeQueueSeconds(outcome.waitedMs / 1000);
    return;
  }
  const { retryAfterSeconds } = outcome;
  reply.header('retry-after', retryAfterSeconds);
  const detail = `Too many requests of this credential are waiting: this one would wait a minute or longer. Try again in ${retryAfterSeconds} s.`;
  sendProblem(reply, problem(504, detail));
}

/**
 * The id in the path.
 * @throws AppError `not_found` for an id that cannot exist.
 */
export function pathId(request: FastifyRequest): string {
  const { id } = request.params as { id: string };
  if (!couldBeId(id)) throw new AppError('not_found', 'There is no such id.');
  return id;
}

/** The If-Match header: the ETag of the thing as the caller read it; null if missing. */
export function ifMatchOf(request: FastifyRequest): string | null {
  return request.headers['if-match'] ?? null;
}

/** The query as `parseQuery` parsed it. */
export function sentQuery(request: FastifyRequest): readonly SentParameter[] {
  return request.query as SentParameter[];
}

/**
 * The bytes of a JSON body; `takes` says what they should hold.
 * @throws AppError `unsupported_media_type` or `invalid` if there are none.
 */
export function jsonBytes(request: FastifyRequest, takes: string): Buffer {
  const { body } = request;
  if (body instanceof Readable) throw new AppError('unsupported_media_type', 'Send the body as application/json.');
  if (!Buffer.isBuffer(body) || body.length === 0)
    throw new AppError('invalid', `The body is empty; it takes ${takes}`);
  return body;
}

/** Answers paths without a handler: with 405 if the path has other methods, else with 404. */
export function handleUnrouted(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = decodeURI(request.url.split(/[?#]/, 1)[0]!);
  const methods = allRoutes.filter((route) => pathMatches(route.path, path)).map((route) => route.method);
  if (methods.length === 0) return sendProblem(reply, problem(404, 'There is nothing at this path.'));
  const allow = [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].join(', ');
  return sendProblem(reply.header('allow', allow), problem(405, `This path takes ${allow}.`));
}

function pathMatches(pattern: string, path: string): boolean {
  const want = pattern.split('/');
  const have = path.split('/');
  return (
    want.length === have.length && want.every((part, i) => (part.startsWith(':') ? have[i] !== '' : part === have[i]))
  );
}
