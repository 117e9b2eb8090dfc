import { type RawBuilder, sql } from 'kysely';
import type { Role } from '../contract/access.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import { sweepLogInFailures } from './log-in-failures.js';
import { sweepOidcAttempts } from './oidc-attempts.js';
import { sweepPasswordLinks } from './password-links.js';
import { type Viewer, viewerColumns } from './visibility.js';

// Sessions of people who logged in, with the data of the user that requests need.

const HOUR: Micros = 3_600_000_000;
const DAY = 24 * HOUR;
/** A session ends when it was unused for this long, in microseconds. */
const MAX_IDLE = 14 * DAY;
/** A session ends at this age, in microseconds. */
export const MAX_SESSION_AGE = 90 * DAY;
/** The time of last use is stored at most this often. */
const USE_STORED_EVERY = HOUR;

/** How a session was started. */
export type LogInMethod = 'password' | 'link' | 'oidc';

/** The user of a session, with their current account and role. */
export interface SessionHolder extends Scope, Viewer {
  readonly sessionId: string;
  readonly timeZone: string;
}

const at = (time: Micros) => sql`${toTimestamp(time)}::timestamptz`;
const alive = (now: Micros) => sql`expires_at > ${at(now)} and last_seen_at > ${at(now - MAX_IDLE)}`;

/**
 * The user of the session with this token. Null if the session has ended or the user is deactivated. Stores the time of
 * use.
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
    // Compares with the time in the row: of concurrent requests, only one writes.
    await sql`update sessions set last_seen_at = ${at(now)} where account_id = ${row.accountId}
      and session_id = ${row.sessionId} and last_seen_at = ${at(lastSeenAt)}`.execute(db);
  }
  return holder;
}

/** The holders of these sessions; those of sessions that have ended, and of deactivated users, are missing. */
export async function selectHolders(
  db: Db,
  sessions: readonly (Scope & { readonly sessionId: string })[],
  now: Micros,
): Promise<SessionHolder[]> {
  const found = await sql<SessionHolder>`select s.account_id as "accountId", s.session_id as "sessionId",
      a.time_zone as "timeZone", ${viewerColumns('u', 'a')}
    from unnest(${sessions.map(({ accountId }) => accountId)}::text[], ${sessions.map(({ sessionId }) => sessionId)}::text[])
        as asked (account_id, session_id)
      join sessions s on s.account_id = asked.account_id and s.session_id = asked.session_id
      join users u on u.account_id = s.account_id and u.user_id = s.user_id
      join accounts a on a.account_id = s.account_id
    where u.active and ${alive(now)}`.execute(db);
  return found.rows;
}

/** Whether a session has not ended. */
export async function isSessionAlive(db: Db, scope: Scope, sessionId: string, now: Micros): Promise<boolean> {
  const found = await sql`select 1 from sessions
    where account_id = ${scope.accountId} and session_id = ${sessionId} and ${alive(now)}`.execute(db);
  return found.rows.length > 0;
}

/** A session to be stored. Of its token only the digest is. */
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

/** A removed session, with its account and user. */
export interface RemovedSession extends Scope {
  readonly sessionId: string;
  readonly userId: string;
}

/** Removes the session with this token, in any account. Returns it; empty if there is none. */
export function removeSessionByToken(tx: Tx, tokenDigest: Buffer): Promise<RemovedSession[]> {
  return removeWhere(tx, sql`token_digest = ${tokenDigest}`);
}

/** Removes one session of a user. Returns it; empty if the user has no such session. */
export function removeSession(tx: Tx, scope: Scope, userId: string, sessionId: string): Promise<RemovedSession[]> {
  return removeWhere(tx, sql`account_id = ${scope.accountId} and user_id = ${userId} and session_id = ${sessionId}`);
}

/** Removes all sessions of a user. Returns them. */
export function removeSessionsOf(tx: Tx, scope: Scope, userId: string): Promise<RemovedSession[]> {
  return removeWhere(tx, sql`account_id = ${scope.accountId} and user_id = ${userId}`);
}

async function removeWhere(tx: Tx, where: RawBuilder<unknown>): Promise<RemovedSession[]> {
  const removed = await sql<RemovedSession>`delete from sessions where ${where}
    returning account_id as "accountId", session_id as "sessionId", user_id as "userId"`.execute(tx);
  return removed.rows;
}

/** A session as a user's list shows it. */
export interface SessionRow {
  readonly id: string;
  readonly method: LogInMethod;
  readonly userAgent: string | null;
  readonly createdAt: Micros;
  readonly lastSeenAt: Micros;
  /** When it ends if it is not used again. */
  readonly endsAt: Micros;
}

/** A user's sessions that have not ended, newest first. */
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
  readonly accountTimeZone: string;
  /** The user's own; null if they have none. */
  readonly ownTimeZone: string | null;
  readonly createdAt: Micros;
  readonly endsAt: Micros;
}

/** The session with its user and account; null if the account has no such session. */
export async function findSession(db: Db | Tx, scope: Scope, sessionId: string): Promise<SessionWithUser | null> {
  const found = await sql<SessionWithUser>`select u.user_id as "userId", u.email, u.first_name as "firstName",
      u.last_name as "lastName", u.role, u.team_id as "teamId", t.name as "teamName", a.account_id as "accountId",
      a.name as "accountName", a.time_zone as "accountTimeZone", u.time_zone as "ownTimeZone", s.created_at as "createdAt", ${endsAt('s')} as "endsAt"
    from sessions s join users u on u.account_id = s.account_id and u.user_id = s.user_id
      join accounts a on a.account_id = s.account_id
      left join teams t on t.account_id = u.account_id and t.team_id = u.team_id
    where s.account_id = ${scope.accountId} and s.session_id = ${sessionId}`.execute(db);
  return found.rows[0] ?? null;
}

/**
 * Removes sessions, password links and OpenID Connect log-ins that have ended or expired, and log-in failures that no
 * longer count.
 */
export async function sweepSessions(db: Db, now: Micros): Promise<void> {
  await sql`delete from sessions where not (${alive(now)})`.execute(db);
  await sweepPasswordLinks(db, now);
  await sweepOidcAttempts(db, now);
  await sweepLogInFailures(db, now);
}
