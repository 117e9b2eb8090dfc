import { randomUUID } from 'node:crypto';
import type { Right, Role } from '../../contract/access.js';
import type { ListedSession, Session } from '../../contract/sessions.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import {
  findSession,
  insertSession,
  type LogInMethod,
  type RemovedSession,
  removeSession,
  removeSessionByToken,
  removeSessionsOf,
  resumeSession,
  type SessionHolder,
  selectSessions,
} from '../../db/sessions.js';
import { sightOf } from '../../db/visibility.js';
import { AppError } from '../../errors.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import { type Actor, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps, Deps } from '../deps.js';
import { digestOf, newToken } from '../tokens.js';
import { readUser } from './users.js';

const rights: Record<Role, ReadonlySet<Right>> = {
  rep: new Set(['read', 'write']),
  manager: new Set(['read', 'write']),
  admin: new Set(['read', 'write', 'admin', 'delete']),
};

/** A user, with the rights of their role. */
function personActor(holder: Omit<SessionHolder, 'sessionId'>): Actor {
  const { accountId, userId, role, timeZone } = holder;
  return { accountId, timeZone, by: { kind: 'user', id: userId, role }, rights: rights[role], sight: sightOf(holder) };
}

/** A user who logs in or sets their password: an actor for these changes alone, who sees few calls. */
export function selfActor({ accountId }: Scope, userId: string, role: Role): Actor {
  return personActor({ accountId, userId, role, timeZone: 'UTC', callVisibility: 'own', teamIds: [] });
}

/** The user and the session of a token; null where the session has ended, or there never was one. */
export async function resume(
  { db, clock }: Deps,
  token: string,
): Promise<{ readonly actor: Actor; readonly sessionId: string } | null> {
  const holder = await resumeSession(db, digestOf(token), clock.now());
  return holder === null ? null : { actor: personActor(holder), sessionId: holder.sessionId };
}

/** When somebody logs in, and with which browser. */
export interface LogInContext {
  readonly now: Micros;
  readonly userAgent: string | null;
  /** The token of the session that the browser had before, which ends. */
  readonly formerToken: string | null;
}

/** A session that has just started, with the token for the browser's cookie. */
export interface StartedSession {
  readonly token: string;
  readonly session: Session;
}

/**
 * Starts a session of a user whose row is locked. The token is new, so that nobody can know it from before the
 * log-in.
 */
export async function startSession(
  tx: Tx,
  actor: Actor,
  method: LogInMethod,
  { now, userAgent, formerToken }: LogInContext,
): Promise<StartedSession> {
  const { id: userId } = userOf(actor)!;
  if (formerToken !== null) {
    await recordEnded(tx, actor, await removeSessionByToken(tx, digestOf(formerToken)));
  }
  const { token, digest } = newToken();
  const sessionId = randomUUID();
  const shownAgent = userAgent?.slice(0, 300) ?? null;
  await insertSession(tx, actor, { sessionId, userId, tokenDigest: digest, method, userAgent: shownAgent }, now);
  await recordChange(tx, actor, { kind: 'sessions', id: sessionId, before: null, after: { userId, method } });
  return { token, session: await readSession({ db: tx }, actor, sessionId) };
}

/** Throws `not_found` where the account has no such session. */
export async function readSession({ db }: DbDeps, scope: Scope, sessionId: string): Promise<Session> {
  const found = await findSession(db, scope, sessionId);
  if (found === null) throw noSuchSession();
  const { userId, email, firstName, lastName, role, teamId, teamName } = found;
  const { accountId, accountName, accountTimeZone, ownTimeZone } = found;
  const team = teamId === null || teamName === null ? null : { id: teamId, name: teamName };
  return {
    id: sessionId,
    user: { id: userId, email, firstName, lastName, role, team, timeZone: ownTimeZone },
    account: { id: accountId, name: accountName, timeZone: accountTimeZone },
    timeZone: ownTimeZone ?? accountTimeZone,
    createdAt: formatInstant(found.createdAt),
    expiresAt: formatInstant(found.endsAt),
  };
}

/** The actor's own sessions, the newest first; `sessionId` is the current one. */
export async function listSessions({ db, clock }: Deps, actor: Actor, sessionId: string): Promise<ListedSession[]> {
  const rows = await selectSessions(db, actor, userOf(actor)!.id, clock.now());
  return rows.map(({ id, method, userAgent, createdAt, lastSeenAt, endsAt }) => ({
    id,
    method,
    userAgent,
    createdAt: formatInstant(createdAt),
    lastSeenAt: formatInstant(lastSeenAt),
    expiresAt: formatInstant(endsAt),
    current: id === sessionId,
  }));
}

/** Ends one of the actor's own sessions. Throws `not_found` where they have none such. */
export async function endOwnSession({ db }: DbDeps, actor: Actor, sessionId: string): Promise<void> {
  const ended = await atomic(db, async (tx) => {
    const removed = await removeSession(tx, actor, userOf(actor)!.id, sessionId);
    await recordEnded(tx, actor, removed);
    return removed;
  });
  if (ended.length === 0) throw noSuchSession();
}

/** Ends all sessions of a user. Throws `not_found` where the account has no such user. */
export async function endUserSessions({ db }: DbDeps, actor: Actor, userId: string): Promise<void> {
  await atomic(db, async (tx) => {
    await readUser({ db: tx }, actor, userId);
    await recordEnded(tx, actor, await removeSessionsOf(tx, actor, userId));
  });
}

/** Each in its own account: the browser may have been logged in to another one before. */
async function recordEnded(tx: Tx, actor: Actor, ended: readonly RemovedSession[]): Promise<void> {
  for (const { accountId, sessionId, userId } of ended) {
    const by = accountId === actor.accountId ? actor : selfActor({ accountId }, userId, 'rep');
    await recordChange(tx, by, { kind: 'sessions', id: sessionId, before: { userId }, after: null });
  }
}

function noSuchSession(): AppError {
  return new AppError('not_found', 'There is no such session.');
}
