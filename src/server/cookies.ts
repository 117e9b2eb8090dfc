import type { FastifyReply, FastifyRequest } from 'fastify';
import { LONGEST } from '../db/sessions.js';

// The cookies that browsers keep for us: the session's, and that of a log-in by OpenID Connect under way.

const SESSION = 'debrief_session';
const OIDC = 'debrief_oidc';
/** Longer than any of ours. */
const MAX_LENGTH = 200;

/** By https a cookie has a name that no other host and no plain page can set (RFC 6265bis §4.1.3). */
function nameOf(name: string, request: FastifyRequest): string {
  return request.protocol === 'https' ? `__Host-${name}` : name;
}

function readCookie(request: FastifyRequest, name: string): string | null {
  const wanted = `${nameOf(name, request)}=`;
  const found = (request.headers.cookie ?? '').split(';').find((each) => each.trimStart().startsWith(wanted));
  const value = found?.trim().slice(wanted.length) ?? '';
  return value === '' || value.length > MAX_LENGTH ? null : value;
}

function setCookie(request: FastifyRequest, reply: FastifyReply, name: string, value: string, seconds: number): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
  reply.header('set-cookie', `${nameOf(name, request)}=${value}; ${attributes}`);
}

/** The token of the browser's session; null where it sends none. */
export function sessionCookie(request: FastifyRequest): string | null {
  return readCookie(request, SESSION);
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  setCookie(request, reply, SESSION, token, LONGEST / 1_000_000);
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(request, reply, SESSION, '', 0);
}

export function oidcCookie(request: FastifyRequest): string | null {
  return readCookie(request, OIDC);
}

export function setOidcCookie(request: FastifyRequest, reply: FastifyReply, token: string, seconds: number): void {
  setCookie(request, reply, OIDC, token, seconds);
}

export function clearOidcCookie(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(request, reply, OIDC, '', 0);
}
