import type { FastifyRequest } from 'fastify';
import { v1Routes } from '../../contract/routes.js';
import { insertOidcAttempt, takeOidcAttempt } from '../../db/oidc-attempts.js';
import { AppError } from '../../errors.js';
import { requireAccount } from '../../services/accounts/accounts.js';
import { logInByEmail } from '../../services/people/log-in.js';
import { digestOf, newToken } from '../../services/tokens.js';
import { clearOidcCookie, oidcCookie, setOidcCookie, setSessionCookie } from '../auth/cookies.js';
import type { LogInOptions } from '../auth/log-in-options.js';
import { createOidcProvider } from '../auth/oidc.js';
import { baseUrlOf } from '../auth/origin.js';
import type { RegisterPublic } from '../auth/public-routes.js';
import { tellFailedLogIn } from '../log-in-page.js';
import { contextOf } from './v1-sessions.js';

/** How long a person may take to log in at the provider, in seconds. */
const ATTEMPT_SECONDS = 10 * 60;

/** Logging in with an OpenID provider (OpenID Connect Core §3.1): `/api/v1/session/oidc`. */
export function registerV1Oidc(registerPublic: RegisterPublic, { oidc, publicUrl }: LogInOptions): void {
  const provider = oidc === null ? null : createOidcProvider(oidc);
  const redirectUri = (request: FastifyRequest) => `${baseUrlOf(request, publicUrl)}${v1Routes.endOidc.path}`;

  registerPublic(v1Routes.beginOidc, async ({ deps, query, request, reply }) => {
    if (provider === null || oidc === null) throw notConfigured();
    const returnTo = query.returnTo ?? '/';
    try {
      await requireAccount(deps, oidc.accountId).catch((error) => {
        throw error instanceof AppError
          ? new AppError('unavailable', 'OIDC_ACCOUNT names no account of this server.')
          : error;
      });
      const { url, checks } = await provider.begin(redirectUri(request));
      const { token, digest } = newToken();
      const expiresAt = deps.clock.now() + ATTEMPT_SECONDS * 1_000_000;
      await insertOidcAttempt(deps.db, oidc, digest, { ...checks, returnTo }, expiresAt);
      setOidcCookie(request, reply, { state: checks.state, token, seconds: ATTEMPT_SECONDS });
      return reply.redirect(url);
    } catch (error) {
      return tellFailedLogIn(error, request, reply, returnTo);
    }
  });

  registerPublic(v1Routes.endOidc, async ({ deps, query, request, reply }) => {
    if (provider === null || oidc === null) throw notConfigured();
    const context = contextOf(deps, request);
    // Our states consist of letters, digits, - and _; the database refuses some other characters.
    const state = /^[\w-]+$/.exec(query.state ?? '')?.[0] ?? '';
    const token = oidcCookie(request, state);
    const begun = token === null ? null : { state, tokenDigest: digestOf(token), now: context.now };
    const attempt = begun === null ? null : await takeOidcAttempt(deps.db, oidc, begun);
    try {
      if (attempt === null) {
        throw new AppError(
          'forbidden',
          'This log-in was not started in this browser, has ended, or took too long: start again.',
        );
      }
      clearOidcCookie(request, reply, state);
      // The redirect URI of the grant is this URL without its query. It must be the one with which the log-in was
      // started.
      const email = await provider.end(new URL(`${redirectUri(request)}${searchOf(request)}`), attempt);
      const { token: session } = await logInByEmail(deps, oidc, email, context);
      setSessionCookie(request, reply, session);
      return reply.header('referrer-policy', 'no-referrer').redirect(attempt.returnTo);
    } catch (error) {
      return tellFailedLogIn(error, request, reply, attempt?.returnTo ?? null);
    }
  });
}

function notConfigured(): AppError {
  return new AppError('not_found', 'No OpenID provider is configured here.');
}

function searchOf(request: FastifyRequest): string {
  const at = request.url.indexOf('?');
  return at < 0 ? '' : request.url.slice(at);
}
