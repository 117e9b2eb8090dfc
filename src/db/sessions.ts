import { type RawBuilder, sql } from 'kysely';
import type { Role } from '../contract/access.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import { sweepLogInFailures } from './log-in-failures.js';
import { sweepOidcAttempts } from './oidc-attempts.js';
import { sweepPasswordLinks } from './password-links.js';
import { type Viewer, viewerColumns } from './visibility.js';

// Sessions of people who logged in, and what a request needs to know of the user.

const HOUR: Micros = 3_600_000_000;
const DAY = 24 * HOUR;
/** A session that was not used for so long has ended. */
const MAX_IDLE = 14 * DAY;
/** A session this old has ended. */
export const MAX_SESSION_AGE = 90 * DAY;
/** The last use of a session is stored this often at most. */
const USE_STORED_EVERY = HOUR;

export type LogInMethod = 'password' | 'link' | 'oidc';

/** The user of a session, with their account and role as they are now. */
export interface SessionHolder extends Scope, Viewer {
  readonly sessionId: string;
  readonly timeZone: string;
}

const at = (time: Micros) => sql`${toTimestamp(time)}::timestamptz`;
const alive = (now: Micros) => sql`expires_at > ${at(now)} and last_seen_at > ${at(now - MAX_IDLE)}`;

/**
 * The user of the session of this token; null where it ended, or the user is deactivated. Stores when it was used.
 */
export async function resumeSession(db: Db, tokenDigest: Buffer, now: Micros): Promise<SessionHolder | null> {
  const found = await sql<SessionHolder & { lastSeenAt: Micros }>`
    select s.account_id as "accountId", s.session_id as "sessionId", a.time_zone as "timeZone",
      s.last_seen_at as "lastSeenAt", ${viewerColumns('u', 'a')}
    from sessions s join users u on u.account_id = s.account_id and u.user_id = s.user_id
      join accounts a on a.account_id = s.account_id
    where s.token_digest = ${tokenDigest} and u.active and ${alive(now)}`.execute(db);
  const row = found.rows[0];
  if (row === undefined) return null;
  const { lastSeenAt, ...holder } = row;
  if (lastSeenAt <= now - USE_STORED_EVERY) {
    // Compares the row's own time: of requests at once, one writes.
    await sql`update sessions set last_seen_at = ${at(now)} where account_id = ${row.accountId}
      and session_id = ${row.sessionId} and last_seen_at = ${at(lastSeenAt)}`.execute(db);
  }
  return holder;
}

export interface NewSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly tokenDigest: Buffer;
  readonly method: LogInMethod;
  readonly userAgent: string | null;
}

/** Stores a session that starts now. */
export async function insertSession(tx: Tx, scope: Scope, session: NewSession, now: Micros): Promise<void> {
  const { sessionId, userId, tokenDigest, method, userAgent } = session;
  await sql`insert into sessions (account_id, session_id, user_id, token_digest, method, user_agent, created_at,
      last_seen_at, expires_at)
    values (${scope.accountId}, ${sessionId}, ${userId}, ${tokenDigest}, ${method}, ${userAgent}, ${at(now)},
      ${at(now)}, ${at(now + MAX_SESSION_AGE)})`.execute(tx);
}

/** A session that was removed, with the account and the user it was of. */
export interface RemovedSession extends Scope {
  readonly sessionId: string;
  readonly userId: string;
}

/** Removes the session of a token, of whatever account; answers it. */
export function removeSessionByToken(tx: Tx, tokenDigest: Buffer): Promise<RemovedSession[]> {
  return removeWhere(tx, sql`token_digest = ${tokenDigest}`);
}

/** Removes one session of a user; answers it, or nothing where they have none such. */
export function removeSession(tx: Tx, scope: Scope, userId: string, sessionId: string): Promise<RemovedSession[]> {
  return removeWhere(tx, sql`account_id = ${scope.accountId} and user_id = ${userId} and session_id = ${sessionId}`);
}

/** Removes all sessions of a user; answers them. */
export function removeSessionsOf(tx: Tx, scope: Scope, userId: string): Promise<RemovedSession[]> {
  return removeWhere(tx, sql`account_id = ${scope.accountId} and user_id = ${userId}`);
}

async function removeWhere(tx: Tx, where: RawBuilder<unknown>): Promise<RemovedSession[]> {
  const removed = await sql<RemovedSession>`delete from sessions where ${where}
    returning account_id as "accountId", session_id as "sessionId", user_id as "userId"`.execute(tx);
  return removed.rows;
}

export interface SessionRow {
  readonly id: string;
  readonly method: LogInMethod;
  readonly userAgent: string | null;
  readonly createdAt: Micros;
  readonly lastSeenAt: Micros;
  /** When it ends unless it is used again. */
  readonly endsAt: Micros;
}

/** A user's sessions that have not ended, the newest first. */
export async function selectSessions(db: Db, scope: Scope, userId: string, now: Micros): Promise<SessionRow[]> {
  const found = await sql<SessionRow>`select session_id as id, method, user_agent as "userAgent",
      created_at as "createdAt", last_seen_at as "lastSeenAt", ${endsAt('sessions')} as "endsAt"
    from sessions where account_id = ${scope.accountId} and user_id = ${userId} and ${alive(now)}
    order by created_at desc, session_id`.execute(db);
  return found.rows;
}

function endsAt(alias: string): RawBuilder<Micros> {
  const seen = sql.ref(`${alias}.last_seen_at`);
  return sql`least(${sql.ref(`${alias}.expires_at`)}, ${seen} + ${MAX_IDLE / 1_000_000} * interval '1 second')`;
}

/** A session with its user and account. */
export interface SessionWithUser {
  readonly userId: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: Role;
  readonly teamId: string | null;
  readonly teamName: string | null;
  readonly accountId: string;
  readonly accountName: string;
  readonly timeZone: string;
  readonly createdAt: Micros;
  readonly endsAt: Micros;
}

/** Null where the account has no such session. */
export async function findSession(db: Db | Tx, scope: Scope, sessionId: string): Promise<SessionWithUser | null> {
  const found = await sql<SessionWithUser>`select u.user_id as "userId", u.email, u.first_name as "firstName",
      u.last_name as "lastName", u.role, u.team_id as "teamId", t.name as "teamName", a.account_id as "accountId",
      a.name as "accountName", a.time_zone as "timeZone", s.created_at as "createdAt", ${endsAt('s')} as "endsAt"
    from sessions s join users u on u.account_id = s.account_id and u.user_id = s.user_id
      join accounts a on a.account_id = s.account_id
      left join teams t on t.account_id = u.account_id and t.team_id = u.team_id
    where s.account_id = ${scope.accountId} and s.session_id = ${sessionId}`.execute(db);
  return found.rows[0] ?? null;
}

/** Removes what has ended: sessions, password links, log-ins with a provider, and failures that no longer count. */
export async function sweepSessions(db: Db, now: Micros): Promise<void> {
  await sql`delete from sessions where not (${alive(now)})`.execute(db);
  await sweepPasswordLinks(db, now);
  await sweepOidcAttempts(db, now);
  await sweepLogInFailures(db, now);
}
