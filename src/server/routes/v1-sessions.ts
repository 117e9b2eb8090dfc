import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../clock.js';
import { compileCheck } from '../../contract/check.js';
import { v1Routes } from '../../contract/routes.js';
import { ResetRequest } from '../../contract/sessions.js';
import { hasAccounts } from '../../db/accounts.js';
import { AppError } from '../../errors.js';
import { changePassword, logIn } from '../../services/people/log-in.js';
import { inviteUser, mailResets, setPasswordByLink } from '../../services/people/password-links.js';
import { changeProfile } from '../../services/people/profile.js';
import {
  endOwnSession,
  endUserSessions,
  type LogInContext,
  listSessions,
  readSession,
  type StartedSession,
} from '../../services/people/sessions.js';
import { createFailureSlowdown, type FailureSlowdown } from '../auth/auth.js';
import { clearSessionCookie, sessionCookie, setSessionCookie } from '../auth/cookies.js';
import type { LogInOptions } from '../auth/log-in-options.js';
import { baseUrlOf } from '../auth/origin.js';
import type { RegisterPublic } from '../auth/public-routes.js';
import { maySetUp, type SetupToken } from '../auth/setup-token.js';
import { jsonBody } from '../bodies.js';
import { clientAddress } from '../client-address.js';
import { pathId, type Register, type ServerDeps } from '../context.js';
import { logOf } from '../request-log.js';

const checkReset = compileCheck(ResetRequest);
/**
 * The maximum number of reset mails sent at the same time. A further request gets the same answer, but no mail is sent.
 */
const MOST_MAILINGS = 20;

interface SessionRouters {
  readonly app: FastifyInstance;
  readonly clock: Clock;
  readonly register: Register;
  readonly registerPublic: RegisterPublic;
  /** Null where no account is to be made. */
  readonly setup: SetupToken | null;
}

/** Logging in and out, sessions, and passwords: `/api/v1/session`, `/sessions`, `/password`, `/users/:id/invite`. */
export function registerV1Sessions(
  { app, clock, register, registerPublic, setup }: SessionRouters,
  { publicUrl, mailer, oidc }: LogInOptions,
): void {
  // The provider sends the browser back to `publicUrl`. The log-in must start there too, or its cookie belongs to
  // another site.
  const logInUrl = `${publicUrl ?? ''}${v1Routes.beginOidc.path}`;
  const openIdConnect = oidc === null ? null : { logInUrl };
  const mail = mailer !== null && publicUrl !== null;
  registerPublic(v1Routes.logInMethods, async ({ deps, request }) => ({
    password: true,
    mail,
    openIdConnect,
    setup: (await hasAccounts(deps.db)) ? null : { allowed: maySetUp(setup, request) },
  }));
  registerLogIn(registerPublic, createFailureSlowdown(clock));
  registerOwnSessions(register);

  register(v1Routes.endUserSessions, async ({ deps, caller, request, reply }) => {
    await endUserSessions(deps, caller, pathId(request));
    return reply.code(204).send();
  });
  // Not `once`: it would store the link.
  register(v1Routes.invite, async ({ deps, caller, request, reply }) => {
    const context = { baseUrl: baseUrlOf(request, publicUrl), now: deps.clock.now(), mailer };
    const link = await inviteUser(deps, caller, pathId(request), jsonBody(request), context);
    return reply.code(201).header('cache-control', 'no-store').send(link);
  });

  const mailing = new Set<Promise<void>>();
  app.addHook('onClose', async () => {
    await Promise.all(mailing);
  });
  registerPublic(v1Routes.resetPassword, async ({ deps, request, reply }) => {
    const { email } = checkReset(jsonBody(request));
    // Not the base of the request's own URL: anyone could have a link to their own server mailed to a user.
    if (mailer !== null && publicUrl !== null && mailing.size < MOST_MAILINGS) {
      const context = { baseUrl: publicUrl, now: deps.clock.now(), mailer };
      // Not awaited: the time of the answer would reveal whether the user exists.
      const sent = mailResets(deps, email, context).catch((error) =>
        logOf(request).error({ err: error }, 'a mail was not sent'),
      );
      mailing.add(sent);
      sent.finally(() => mailing.delete(sent));
    }
    return reply.code(202).send();
  });
}

function registerLogIn(registerPublic: RegisterPublic, slowdown: FailureSlowdown): void {
  registerPublic(v1Routes.logIn, async ({ deps, request, reply }) => {
    try {
      const started = await logIn(deps, jsonBody(request), contextOf(deps, request));
      slowdown.succeeded(() => clientAddress(request));
      return welcome(request, reply, started);
    } catch (error) {
      if (error instanceof AppError && error.code === 'unauthorized') {
        const wait = slowdown.failed(clientAddress(request));
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref());
      }
      throw error;
    }
  });
  registerPublic(v1Routes.setPassword, async ({ deps, request, reply }) =>
    welcome(request, reply, await setPasswordByLink(deps, jsonBody(request), contextOf(deps, request))),
  );
}

function registerOwnSessions(register: Register): void {
  register(v1Routes.readSession, async ({ deps, caller, sessionId, reply }) =>
    reply.header('cache-control', 'no-store').send(await readSession(deps, caller, sessionId!)),
  );
  register(v1Routes.changeProfile, async ({ deps, caller, sessionId, request, reply }) =>
    reply.header('cache-control', 'no-store').send(await changeProfile(deps, caller, sessionId!, jsonBody(request))),
  );
  register(v1Routes.logOut, async ({ deps, caller, sessionId, request, reply }) => {
    await endOwnSession(deps, caller, sessionId!);
    clearSessionCookie(request, reply);
    return reply.code(204).send();
  });
  register(v1Routes.listSessions, async ({ deps, caller, sessionId }) => ({
    items: await listSessions(deps, caller, sessionId!),
    next: null,
  }));
  register(v1Routes.endSession, async ({ deps, caller, request, reply }) => {
    await endOwnSession(deps, caller, pathId(request));
    return reply.code(204).send();
  });
  register(v1Routes.changePassword, async ({ deps, caller, request, reply }) => {
    const started = await changePassword(deps, caller, jsonBody(request), contextOf(deps, request));
    setSessionCookie(request, reply, started.token);
    return started.session;
  });
}

/** The time of a log-in request, and the browser that sent it. */
export function contextOf({ clock }: ServerDeps, request: FastifyRequest): LogInContext {
  return {
    now: clock.now(),
    userAgent: request.headers['user-agent'] ?? null,
    formerToken: sessionCookie(request),
  };
}

/** Answers with the session that has started, and gives the browser its cookie. */
export function welcome(
  request: FastifyRequest,
  reply: FastifyReply,
  { token, session }: StartedSession,
): FastifyReply {
  setSessionCookie(request, reply, token);
  return reply.code(201).send(session);
}
