import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import type pg from 'pg';
import { withinNetworks } from '../addresses.js';
import { isV2 } from '../contract/route.js';
import { createCredentialFinder } from '../db/credentials.js';
import { ping } from '../db/database.js';
import { invalid } from '../errors.js';
import { createAuthenticator, createFailureSlowdown } from './auth/auth.js';
import type { DemoLinks } from './auth/demo-links.js';
import { identifyUnrouted } from './auth/identify.js';
import { type LogInOptions, NO_LOG_IN_OPTIONS } from './auth/log-in-options.js';
import { createPublicRegistrar } from './auth/public-routes.js';
import type { SetupToken } from './auth/setup-token.js';
import { createRegistrar, handleUnrouted, type ServerDeps } from './context.js';
import { encodeAnswers } from './encode-answer.js';
import { answerClientError, handleError, problem, sendProblem } from './errors.js';
import { createEventStreams } from './event-streams.js';
import { createMetrics, measureQueue, measureRequests, type PoolCounts } from './metrics.js';
import { registerDocs } from './openapi/docs-page.js';
import { parseQuery } from './query.js';
import { createRateLimiter, systemTurnTime, type TurnTime } from './rate-limit/rate-limit.js';
import { logRequest } from './request-log.js';
import { registerShared } from './routes/share-links.js';
import { registerSharedClips } from './routes/shared-clips.js';
import { registerV1Account } from './routes/v1-account.js';
import { registerV1Calls } from './routes/v1-calls.js';
import { registerV1ClipShares } from './routes/v1-clip-shares.js';
import { registerV1Clips } from './routes/v1-clips.js';
import { registerV1Coaching } from './routes/v1-coaching.js';
import { registerV1Events } from './routes/v1-events.js';
import { registerV1Feedback } from './routes/v1-feedback.js';
import { registerV1Inbox } from './routes/v1-inbox.js';
import { registerV1Library } from './routes/v1-library.js';
import { registerV1Listens } from './routes/v1-listens.js';
import { registerV1Oidc } from './routes/v1-oidc.js';
import { registerV1Playing } from './routes/v1-playing.js';
import { registerV1Playlists } from './routes/v1-playlists.js';
import { registerV1Recordings } from './routes/v1-recordings.js';
import { registerV1Scorecards } from './routes/v1-scorecards.js';
import { registerV1Sessions } from './routes/v1-sessions.js';
import { registerV1Settings } from './routes/v1-settings.js';
import { registerV1Setup } from './routes/v1-setup.js';
import { registerV1Shares } from './routes/v1-shares.js';
import { registerV1Templates } from './routes/v1-templates.js';
import { registerV1Transcripts } from './routes/v1-transcripts.js';
import { registerV1Uploads } from './routes/v1-uploads.js';
import { registerV1Views } from './routes/v1-views.js';
import { registerV2 } from './routes/v2.js';
import { registerV2Coaching } from './routes/v2-coaching.js';
import { registerV2Feedback } from './routes/v2-feedback.js';
import { registerV2Scores } from './routes/v2-scores.js';
import { registerWebPages } from './web-pages.js';

/** Ids have up to 200 characters, each up to nine in a path (%F0%9F%98 …). */
const MAX_PARAM_LENGTH = 2_000;
/**
 * A socket without traffic for this long, in milliseconds, is closed: a client that stopped reading holds nothing
 * forever.
 */
const IDLE_MS = 120_000;

/** Options of the app. */
export interface AppOptions {
  /** The proxies whose forwarded headers are trusted; none unless given. */
  readonly trustProxy?: readonly string[] | null;
  /** The database's connections, for the metrics. */
  readonly pool?: PoolCounts;
  /** The time that waiting under the rate limit goes by; tests set their own. */
  readonly turnTime?: TurnTime;
  /** The settings of a connection of its own, by which it hears of changes; it looks for them unless given. */
  readonly connection?: pg.ClientConfig;
  /** The ways to log in besides a password. */
  readonly logIn?: LogInOptions;
  /** What the first account is made with; without it, nobody can make it here. */
  readonly setup?: SetupToken;
  /** The links of the demo that runs here. */
  readonly demoLinks?: DemoLinks;
  /** How long a socket may be without traffic before it is closed, in milliseconds. */
  readonly idleMs?: number;
}

/** A path of API v2 may end in a slash. A path of /api/v1 may not: a path that lost its id would become a list. */
const SLASH_AT_END = /^(\/api\/ev\/2\/[^?#]*[^/?#])\/(?=[?#]|$)/;

/** Makes the HTTP server. It does not listen yet. */
export function buildApp(
  given: Omit<ServerDeps, 'stopping' | 'limiter' | 'observeQueueSeconds'>,
  log: FastifyBaseLogger,
  options: AppOptions = {},
): FastifyInstance {
  const stop = new AbortController();
  const metrics = createMetrics(given.db, options.pool ?? null);
  const { db, clock } = given;
  const limiter = createRateLimiter({ db, clock, time: options.turnTime ?? systemTurnTime });
  const deps: ServerDeps = { ...given, stopping: stop.signal, limiter, observeQueueSeconds: measureQueue(metrics) };
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    ...(options.trustProxy && { trustProxy: withinNetworks(options.trustProxy) }),
    connectionTimeout: options.idleMs ?? IDLE_MS,
    http: { highWaterMark: 256 * 1024 },
    bodyLimit: 1024 * 1024,
    routerOptions: {
      maxParamLength: MAX_PARAM_LENGTH,
      // Typed as an object, but passed on as it is. contract/params.ts says why we parse it ourselves.
      querystringParser: parseQuery as unknown as (text: string) => Record<string, unknown>,
    },
    rewriteUrl: ({ url = '' }) => {
      // It names the whole server (RFC 9112 §3.2.4), which the router takes for `/`.
      if (url === '*') return '/*';
      // Testing for a slash is faster than the pattern, and most paths have none.
      return /\/(?:$|[?#])/.test(url) ? url.replace(SLASH_AT_END, '$1') : url;
    },
    // Not taken from the client: two requests must never share an id.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    // One line per request is enough. It is written below, with what we choose to show.
    logController: new LogController({ disableRequestLogging: true }),
    // No logger per request either: see request-log.ts.
    childLoggerFactory: (logger) => logger,
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      handleError(error, request, reply.header('x-request-id', request.id));
    },
    clientErrorHandler: answerClientError,
  });
  const { logIn = NO_LOG_IN_OPTIONS, setup = null, demoLinks = null } = options;
  const identifyDeps = {
    db,
    clock,
    publicUrl: logIn.publicUrl,
    authenticate: createAuthenticator(createCredentialFinder(db)),
    slowdown: createFailureSlowdown(clock),
  };
  async function answerUnrouted(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    request.identity = await identifyUnrouted(identifyDeps, request);
    handleUnrouted(request, reply);
  }
  // Browsers open connections before they need them. Node takes one without a request for busy, and would wait for it.
  const unused = new Set<Socket>();
  app.server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.addHook('preClose', async () => {
    stop.abort();
    for (const socket of unused) socket.destroy();
  });
  const streams = createEventStreams(given, options.connection ?? null, (error) =>
    log.warn({ err: error }, 'changes cannot be read; trying again'),
  );
  app.addHook('preClose', () => streams.close());
  const measure = measureRequests(metrics);
  // The host of the last request: nearly all name the same one.
  let soundHost = '';
  app.addHook('onRequest', (request, reply, done) => {
    unused.delete(request.raw.socket);
    // Unlike onResponse, this also happens when the client disconnects early.
    reply.raw.once('close', () => {
      measure(request, reply);
      logRequest(request, reply);
    });
    reply.header('x-request-id', request.id);
    // Before the body is read: faults of the path or method are reported before faults of the body.
    if (request.is404) {
      if (isV2(request.url)) answerUnrouted(request, reply).catch(done);
      else handleUnrouted(request, reply);
      return;
    }
    const { host } = request;
    if (host !== soundHost && host !== '') {
      if (!URL.canParse(`http://${host}`)) {
        throw invalid('Host', 'names no host', 'the host and port that the request was sent to');
      }
      soundHost = host;
    }
    // A proxy may pass on what its client sent, and links are built from it.
    if (request.protocol !== 'http' && request.protocol !== 'https') {
      throw invalid('X-Forwarded-Proto', 'is neither http nor https', 'http or https');
    }
    done();
  });

  encodeAnswers(app);

  // We parse bodies ourselves: calls in threads, others with the schema that documents them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // Files are told by their content. A route that takes none refuses what is not JSON.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

  app.setErrorHandler(handleError);
  app.setNotFoundHandler(handleUnrouted);

  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    try {
      await ping(deps.db);
      return { status: 'ready' };
    } catch {
      return sendProblem(reply, problem(503, 'The database cannot be reached.'));
    }
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));

  registerDocs(app);

  const register = createRegistrar(app, deps, identifyDeps);
  const registerPublic = createPublicRegistrar(app, deps, logIn.publicUrl);
  registerV2(register);
  registerV2Coaching(register);
  registerV2Scores(register);
  registerV1Account(register);
  registerV1Calls(register);
  registerV1Coaching(register);
  registerV1Playing(register);
  registerV1Recordings(register);
  registerV1Transcripts(register);
  registerV1Uploads(app, register);
  registerV1Scorecards(register);
  registerV1Library(register);
  registerV1Views(register);
  registerV1Settings(register);
  registerV1Templates(register);
  registerV1Sessions({ app, clock, register, registerPublic, setup }, logIn);
  registerV1Setup(registerPublic, { clock, setup, demoLinks });
  registerV1Oidc(registerPublic, logIn);
  registerV2Feedback(register);
  registerV1Feedback(register);
  registerV1Shares(register, logIn.publicUrl);
  registerV1Listens(register);
  registerV1Clips(register);
  registerV1ClipShares(register, logIn.publicUrl);
  registerV1Playlists(register);
  registerV1Inbox(register);
  registerV1Events(register, streams);
  registerShared(app, deps);
  registerSharedClips(app, deps);
  registerWebPages(app);
  return app;
}
