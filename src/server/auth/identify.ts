import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../clock.js';
import type { Role } from '../../contract/access.js';
import type { RouteContract } from '../../contract/route.js';
import type { Db } from '../../db/database.js';
import { AppError } from '../../errors.js';
import { type Actor, userOf } from '../../services/actor.js';
import { resume } from '../../services/people/sessions.js';
import { clientAddress } from '../client-address.js';
import { problem, sendProblem } from '../errors.js';
import { type Authenticate, type FailureSlowdown, type Limited, requireRight } from './auth.js';
import { sessionCookie } from './cookies.js';
import { requireOwnOrigin } from './origin.js';

/** The caller of a request. */
export interface Identity {
  readonly actor: Actor;
  /** The caller's credential for the rate limit; null for a user. */
  readonly limited: Limited | null;
  /** The session of the request; null for a program. */
  readonly sessionId: string | null;
}

/** What finding the caller needs. */
export interface IdentifyDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly authenticate: Authenticate;
  readonly slowdown: FailureSlowdown;
  readonly publicUrl: string | null;
}

/**
 * Finds the caller of a request by its credential, or else, if the route is for users, by its session. Null if the
 * request was answered with 401.
 * @throws AppError `forbidden` if the request comes from another site.
 */
export async function identify(
  deps: IdentifyDeps,
  route: RouteContract,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Identity | null> {
  const { authenticate, slowdown } = deps;
  const { authorization } = request.headers;
  if (authorization === undefined) return identifyPerson(deps, route, request, reply);
  const program = await authenticate(authorization);
  if (program === null) return challenge(slowdown, request, reply);
  slowdown.succeeded(() => clientAddress(request));
  return program;
}

/**
 * Finds the caller of a request for which there is no route, so that the answer can show the credential's rate limit.
 * Null for an unknown caller. After a wrong password it is delayed as a 401 would be, so that the time reveals nothing.
 */
export async function identifyUnrouted(
  { authenticate, slowdown }: IdentifyDeps,
  request: FastifyRequest,
): Promise<Identity | null> {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  const program = await authenticate(authorization);
  if (program === null) await slowedDown(slowdown, request);
  else slowdown.succeeded(() => clientAddress(request));
  return program;
}

async function identifyPerson(
  { db, clock, slowdown, publicUrl }: IdentifyDeps,
  route: RouteContract,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Identity | null> {
  const token = route.role === null ? null : sessionCookie(request);
  if (token !== null) {
    const session = await resume({ db, clock }, token);
    // Without a challenge: browsers would ask for a user and a password of their own.
    if (session === null) return refuse(reply, 'Your session has ended: log in again.');
    requireOwnOrigin(request, publicUrl);
    return { ...session, limited: null };
  }
  return route.audience === 'people' ? refuse(reply, 'Log in first.') : challenge(slowdown, request, reply);
}

async function challenge(slowdown: FailureSlowdown, request: FastifyRequest, reply: FastifyReply): Promise<null> {
  await slowedDown(slowdown, request);
  reply.header('www-authenticate', 'Basic realm="Debrief", charset="UTF-8"');
  return refuse(reply, 'Send a valid user id and password by HTTP Basic authentication.');
}

/** Counts a failure, and waits as long as its answer should. */
async function slowedDown(slowdown: FailureSlowdown, request: FastifyRequest): Promise<void> {
  const wait = slowdown.failed(clientAddress(request));
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref());
}

function refuse(reply: FastifyReply, detail: string): null {
  sendProblem(reply, problem(401, detail));
  return null;
}

/**
 * Requires that the route is for this caller.
 * @throws AppError `forbidden`, saying whom it is for.
 */
export function requireAccess({ actor, sessionId }: Identity, route: RouteContract): void {
  const user = userOf(actor);
  if (user === null || sessionId === null) {
    if (route.audience === 'people') {
      throw new AppError('forbidden', 'This is for people who have logged in: a credential has no session.');
    }
    requireRight(actor, route.right);
    return;
  }
  if (route.role !== null && rank[user.role] >= rank[route.role]) return;
  const least = route.role === 'manager' ? 'managers and administrators' : 'administrators';
  throw new AppError('forbidden', `This is for ${least}: you are a ${user.role}.`);
}

/** Higher roles may do what lower ones may. */
const rank: Record<Role, number> = { rep: 0, manager: 1, admin: 2 };
