import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Right, Role } from '../../contract/access.js';
import type { ListedSession, Session } from '../../contract/sessions.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import {
  deleteSessions,
  type EndedSession,
  insertSession,
  type LogInMethod,
  resumeSession,
  type SessionHolder,
  sessionsOf,
  whoAmI,
} from '../../db/sessions.js';
import { sightOf } from '../../db/visibility.js';
import { AppError } from '../../errors.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import { type Actor, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { readPerson } from './people.js';

/** 256 random bits. With that much entropy a fast digest keeps them. */
export function newToken(): { readonly token: string; readonly digest: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, digest: digestOf(token) };
}

export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

const rights: Record<Role, ReadonlySet<Right>> = {
  rep: new Set(['read', 'write']),
  manager: new Set(['read', 'write']),
  admin: new Set(['read', 'write', 'admin', 'delete']),
};

/** A person, as they may act now. */
function personActor(holder: Omit<SessionHolder, 'sessionId'>): Actor {
  const { accountId, userId, role, timeZone } = holder;
  return { accountId, timeZone, by: { kind: 'user', id: userId, role }, rights: rights[role], sight: sightOf(holder) };
}

/** A person at the moment that they prove who they are: they do nothing yet but what this needs. */
export function selfActor({ accountId }: Scope, userId: string, role: Role): Actor {
  return personActor({ accountId, userId, role, timeZone: 'UTC', callVisibility: 'own', teamIds: [] });
}

/** Who comes with this token, and their session; null where it has ended or never was. */
export async function resume(
  db: Db,
  token: string,
  now: Micros,
): Promise<{ readonly actor: Actor; readonly sessionId: string } | null> {
  const holder = await resumeSession(db, digestOf(token), now);
  return holder === null ? null : { actor: personActor(holder), sessionId: holder.sessionId };
}

/** How somebody logs in, and what they bring. */
export interface LogInContext {
  readonly now: Micros;
  readonly userAgent: string | null;
  /** The token of the session that the browser had before: it ends. */
  readonly formerToken: string | null;
}

export interface StartedSession {
  readonly token: string;
  readonly session: Session;
}

/** A new session, with a token that nobody has had before. The user's row is locked. */
export async function startSession(
  tx: Tx,
  actor: Actor,
  method: LogInMethod,
  { now, userAgent, formerToken }: LogInContext,
): Promise<StartedSession> {
  const { id: userId } = userOf(actor)!;
  if (formerToken !== null) await endWhere(tx, actor, sql`token_digest = ${digestOf(formerToken)}`);
  const { token, digest } = newToken();
  const sessionId = randomUUID();
  const shownAgent = userAgent?.slice(0, 300) ?? null;
  await insertSession(tx, actor, { sessionId, userId, tokenDigest: digest, method, userAgent: shownAgent }, now);
  await recordChange(tx, actor, { kind: 'sessions', id: sessionId, before: null, after: { userId, method } });
  return { token, session: await readSession(tx, actor, sessionId) };
}

export async function readSession(db: Db | Tx, scope: Scope, sessionId: string): Promise<Session> {
  const found = await whoAmI(db, scope, sessionId);
  if (found === null) throw noSuchSession();
  const { userId, email, firstName, lastName, role, teamId, teamName, accountId, accountName, timeZone } = found;
  const team = teamId === null || teamName === null ? null : { id: teamId, name: teamName };
  return {
    id: sessionId,
    user: { id: userId, email, firstName, lastName, role, team },
    account: { id: accountId, name: accountName, timeZone },
    createdAt: formatInstant(found.createdAt),
    expiresAt: formatInstant(found.endsAt),
  };
}

/** One's own sessions; `sessionId` is the one that asks. */
export async function listSessions(
  { db }: DbDeps,
  actor: Actor,
  sessionId: string,
  now: Micros,
): Promise<ListedSession[]> {
  const rows = await sessionsOf(db, actor, userOf(actor)!.id, now);
  return rows.map(({ id, method, userAgent, createdAt, lastSeenAt, endsAt }) => ({
    ...{ id, method, userAgent, createdAt: formatInstant(createdAt), lastSeenAt: formatInstant(lastSeenAt) },
    ...{ expiresAt: formatInstant(endsAt), current: id === sessionId },
  }));
}

/** Ends one of one's own sessions; anybody else's is not there. */
export async function endOwnSession({ db }: DbDeps, actor: Actor, sessionId: string): Promise<void> {
  const mine = sql`account_id = ${actor.accountId} and user_id = ${userOf(actor)!.id} and session_id = ${sessionId}`;
  const ended = await atomic(db, (tx) => endWhere(tx, actor, mine));
  if (ended.length === 0) throw noSuchSession();
}

/** Ends all sessions of a user. */
export async function endUserSessions({ db }: DbDeps, actor: Actor, userId: string): Promise<void> {
  await atomic(db, async (tx) => {
    await readPerson(tx, actor, 'users', userId);
    await endWhere(tx, actor, sql`account_id = ${actor.accountId} and user_id = ${userId}`);
  });
}

/** Ends sessions, and writes down each in its own account: a browser may have been logged in to another one before. */
async function endWhere(tx: Tx, actor: Actor, where: ReturnType<typeof sql>): Promise<EndedSession[]> {
  const ended = await deleteSessions(tx, where);
  for (const { accountId, sessionId, userId } of ended) {
    const by = accountId === actor.accountId ? actor : selfActor({ accountId }, userId, 'rep');
    await recordChange(tx, by, { kind: 'sessions', id: sessionId, before: { userId }, after: null });
  }
  return ended;
}

function noSuchSession(): AppError {
  return new AppError('not_found', 'There is no such session.');
}
