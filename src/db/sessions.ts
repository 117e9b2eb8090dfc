import { type RawBuilder, sql } from 'kysely';
import type { Role } from '../contract/access.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import { type Viewer, viewerColumns } from './visibility.js';

// Sessions of people, with what a request needs to know of whose they are.

const HOUR: Micros = 3_600_000_000;
const DAY = 24 * HOUR;
/** A session that nobody used for so long has ended. */
const IDLE = 14 * DAY;
/** And so has one that old, used or not. */
export const LONGEST = 90 * DAY;
/** How late a use may be written down: a session is written to this often at most. */
const NOTED_EVERY = HOUR;

export type LogInMethod = 'password' | 'link' | 'oidc';

/** Whose session it is, as their account and role are now. */
export interface SessionHolder extends Scope, Viewer {
  readonly sessionId: string;
  readonly timeZone: string;
}

const at = (time: Micros) => sql`${toTimestamp(time)}::timestamptz`;
const alive = (now: Micros) => sql`expires_at > ${at(now)} and last_seen_at > ${at(now - IDLE)}`;

/** A session in force, of an active user; null for any other token. Notes that it was used. */
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
  if (lastSeenAt <= now - NOTED_EVERY) {
    // By the row's own time, so that of requests that come at once one writes.
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

export async function insertSession(tx: Tx, scope: Scope, session: NewSession, now: Micros): Promise<void> {
  const { sessionId, userId, tokenDigest, method, userAgent } = session;
  await sql`insert into sessions (account_id, session_id, user_id, token_digest, method, user_agent, created_at,
      last_seen_at, expires_at)
    values (${scope.accountId}, ${sessionId}, ${userId}, ${tokenDigest}, ${method}, ${userAgent}, ${at(now)}, ${at(now)},
      ${at(now + LONGEST)})`.execute(tx);
}

export interface EndedSession extends Scope {
  readonly sessionId: string;
  readonly userId: string;
}

/** Ends the sessions of which this holds; answers those. */
export async function deleteSessions(tx: Tx, where: RawBuilder<unknown>): Promise<EndedSession[]> {
  const ended = await sql<EndedSession>`delete from sessions where ${where}
    returning account_id as "accountId", session_id as "sessionId", user_id as "userId"`.execute(tx);
  return ended.rows;
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

/** A user's sessions in force, the newest first. */
export async function sessionsOf(db: Db, scope: Scope, userId: string, now: Micros): Promise<SessionRow[]> {
  const found = await sql<SessionRow>`select session_id as id, method, user_agent as "userAgent",
      created_at as "createdAt", last_seen_at as "lastSeenAt", ${endsAt('sessions')} as "endsAt"
    from sessions where account_id = ${scope.accountId} and user_id = ${userId} and ${alive(now)}
    order by created_at desc, session_id`.execute(db);
  return found.rows;
}

function endsAt(alias: string): RawBuilder<Micros> {
  const seen = sql.ref(`${alias}.last_seen_at`);
  return sql`least(${sql.ref(`${alias}.expires_at`)}, ${seen} + ${IDLE / 1_000_000} * interval '1 second')`;
}

export interface WhoAmI {
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

export async function whoAmI(db: Db | Tx, scope: Scope, sessionId: string): Promise<WhoAmI | null> {
  const found = await sql<WhoAmI>`select u.user_id as "userId", u.email, u.first_name as "firstName",
      u.last_name as "lastName", u.role, u.team_id as "teamId", t.name as "teamName", a.account_id as "accountId",
      a.name as "accountName", a.time_zone as "timeZone", s.created_at as "createdAt", ${endsAt('s')} as "endsAt"
    from sessions s join users u on u.account_id = s.account_id and u.user_id = s.user_id
      join accounts a on a.account_id = s.account_id
      left join teams t on t.account_id = u.account_id and t.team_id = u.team_id
    where s.account_id = ${scope.accountId} and s.session_id = ${sessionId}`.execute(db);
  return found.rows[0] ?? null;
}

/** Removes what has ended: sessions, links, log-ins that were begun, failures that no longer count. */
export async function sweepSessions(db: Db, now: Micros): Promise<void> {
  await sql`delete from sessions where not (${alive(now)})`.execute(db);
  for (const table of ['password_links', 'oidc_attempts']) {
    await sql`delete from ${sql.table(table)} where expires_at <= ${at(now)}`.execute(db);
  }
  await sql`delete from log_in_failures where coalesce(failed_at[cardinality(failed_at)], '-infinity')
    <= ${at(now - HOUR)}`.execute(db);
}
