import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MAX_SESSION_AGE } from '../../db/sessions.js';

// The cookies that we set in browsers: the session's, and one for each OpenID Connect log-in under way.

const SESSION = 'debrief_session';
const OIDC = 'debrief_oidc_';
/**
 * The most log-ins under way in one browser: a page that begins one after another must not exceed the limit of request
 * headers.
 */
const MAX_ATTEMPTS = 10;
/** Longer than any of our values. */
const MAX_LENGTH = 200;

/**
 * The name of a cookie. Over https it has a prefix that no other host and no page over http can set (RFC 6265bis
 * §4.1.3).
 */
function nameOf(name: string, request: FastifyRequest): string {
  return request.protocol === 'https' ? `__Host-${name}` : name;
}

/** The request's cookies by their full names. Browsers send the oldest first (RFC 6265 §5.4). */
function cookiesOf(request: FastifyRequest): [name: string, value: string][] {
  return (request.headers.cookie ?? '').split(';').map((each) => {
    const [name = '', ...value] = each.trim().split('=');
    return [name, value.join('=')];
  });
}

function readCookie(request: FastifyRequest, name: string): string | null {
  const wanted = nameOf(name, request);
  const value = cookiesOf(request).find(([each]) => each === wanted)?.[1] ?? '';
  return value === '' || value.length > MAX_LENGTH ? null : value;
}

function setCookie(request: FastifyRequest, reply: FastifyReply, name: string, value: string, seconds: number): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
  reply.header('set-cookie', `${nameOf(name, request)}=${value}; ${attributes}`);
}

/** The token of the browser's session; null if it sends none. */
export function sessionCookie(request: FastifyRequest): string | null {
  return readCookie(request, SESSION);
}

/** Sets the cookie of a session. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  setCookie(request, reply, SESSION, token, MAX_SESSION_AGE / 1_000_000);
}

/** Removes the cookie of a session. */
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(request, reply, SESSION, '', 0);
}

/**
 * The name of the cookie of a log-in under way. It depends on `state`, so that two log-ins begun at the same time keep
 * both.
 */
function oidcName(state: string): string {
  return `${OIDC}${createHash('sha256').update(state).digest('base64url').slice(0, 12)}`;
}

/** The token of the log-in with this `state`; null if it was not begun in this browser. */
export function oidcCookie(request: FastifyRequest, state: string): string | null {
  return readCookie(request, oidcName(state));
}

/** Binds a log-in to this browser. If there are too many, the oldest are given up. */
export function setOidcCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { state, token, seconds }: { readonly state: string; readonly token: string; readonly seconds: number },
): void {
  const prefix = nameOf(OIDC, request);
  const known = cookiesOf(request).filter(([name]) => name.startsWith(prefix));
  for (const [name] of known.slice(0, Math.max(known.length + 1 - MAX_ATTEMPTS, 0))) {
    setCookie(request, reply, `${OIDC}${name.slice(prefix.length)}`, '', 0);
  }
  setCookie(request, reply, oidcName(state), token, seconds);
}

/** Removes the cookie of a log-in. */
export function clearOidcCookie(request: FastifyRequest, reply: FastifyReply, state: string): void {
  setCookie(request, reply, oidcName(state), '', 0);
}
