import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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
import { chain } from './auth/maybe-promise.js';
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
  /** Aborted when the server is told to end: what could go on for long ends at its next step. */
  readonly stopping: AbortSignal;
  readonly limiter: RateLimiter;
  /** Told how long each request waited for its turn under the rate limit. */
  readonly observeQueueSeconds: (seconds: number) => void;
}

export interface RouteContext<R extends RouteContract> {
  readonly route: R;
  readonly deps: ServerDeps;
  readonly caller: Actor;
  /** The session that a person came with; null for a program. */
  readonly sessionId: string | null;
  readonly query: Query<R>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export type Handler<R extends RouteContract> = (context: RouteContext<R>) => Promise<unknown>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who makes it, from when that is known. */
    identity: Identity | null;
  }
}

export interface RouteOptions {
  /** In bytes, of what the body holds. */
  readonly bodyLimit?: number;
}

export type Register = ReturnType<typeof createRegistrar>;

/** Registers routes of the contract: who asks is known, and the query is read, before a handler runs. */
export function createRegistrar(app: FastifyInstance, deps: ServerDeps, identifyDeps: IdentifyDeps) {
  app.decorateRequest('identity', null);
  // A refusal tells of the limit too. By a callback: an answer must be out when `send` returns, or Fastify goes on to
  // read the body of a request that was answered.
  app.addHook('onSend', (request, reply, payload, done) => {
    if (isV2(request.url) && !reply.hasHeader('ratelimit')) {
      reply.headers(deps.limiter.headers(request.identity?.limited ?? null));
    }
    done(null, payload);
  });
  /** Lets in whom the route is for, when it is their turn. */
  function admit(route: RouteContract, identity: Identity, request: FastifyRequest, reply: FastifyReply) {
    request.identity = identity;
    requireAccess(identity, route);
    const caller = isV2(route.path) ? identity.limited : null;
    if (caller === null) return;
    if (caller.rateHours !== null) return awaitTurn(deps, caller, caller.rateHours, request, reply);
    // Not left to the hook above: a page of fragments is written past it.
    reply.headers(deps.limiter.headers(caller));
  }
  return function register<R extends RouteContract>(route: R, handler: Handler<R>, options: RouteOptions = {}): void {
    app.route({
      method: route.method,
      url: route.path,
      ...(options.bodyLimit !== undefined && { bodyLimit: options.bodyLimit }),
      // Before the body is read, so that nobody unknown can send one.
      onRequest: (request, reply, done) => {
        const admitted = chain(identify(identifyDeps, route, request, reply), (identity) =>
          identity === null ? undefined : admit(route, identity, request, reply),
        );
        if (admitted instanceof Promise) admitted.then(() => done(), done);
        else done();
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

/** nginx's status for it: nobody reads the answer, but the log has a line. */
const HUNG_UP = 499;

/** Waits for the request's turn; answers it where there is none. */
async function awaitTurn(
  { limiter, observeQueueSeconds }: ServerDeps,
  taker: TurnTaker,
  hours: RateHours,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const { socket } = request.raw;
  const gone = new AbortController();
  const hangUp = () => gone.abort();
  if (socket.destroyed) hangUp();
  // Pipelined requests wait on one socket, each with a listener.
  if (socket.listenerCount('close') >= socket.getMaxListeners()) socket.setMaxListeners(0);
  socket.once('close', hangUp);
  const outcome = await limiter.turn(taker, hours, gone.signal).finally(() => socket.off('close', hangUp));
  if (outcome.kind === 'hung up') return sendProblem(reply, problem(HUNG_UP, 'The client hung up.'));
  reply.headers(outcome.headers);
  if (outcome.kind === 'go') {
    observeQueueSeconds(outcome.waitedMs / 1000);
    return undefined;
  }
  const { retryAfterSeconds } = outcome;
  reply.header('retry-after', retryAfterSeconds);
  const detail = `So many requests of this credential wait that this one would for a minute or longer; there is a place in ${retryAfterSeconds} s.`;
  return sendProblem(reply, problem(504, detail));
}

/** A path parameter as an id; one that no store could hold is an unknown one. */
export function pathId(request: FastifyRequest): string {
  const { id } = request.params as { id: string };
  if (!couldBeId(id)) throw new AppError('not_found', 'There is no such id.');
  return id;
}

/** What the sender looked at when they made the change, where they say so. */
export function ifMatchOf(request: FastifyRequest): string | null {
  return request.headers['if-match'] ?? null;
}

/** The query as `parseQuery` read it. */
export function sentQuery(request: FastifyRequest): readonly SentParameter[] {
  return request.query as SentParameter[];
}

/** The bytes of a JSON body; `takes` says what they should hold. */
export function jsonBytes(request: FastifyRequest, takes: string): Buffer {
  const { body } = request;
  if (body instanceof Readable) throw new AppError('unsupported_media_type', 'Send the body as application/json.');
  if (!Buffer.isBuffer(body) || body.length === 0)
    throw new AppError('invalid', `The body is empty; it takes ${takes}`);
  return body;
}

/** Answers for paths without a handler: 405 where another method has one. */
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
