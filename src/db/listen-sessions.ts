import { sql } from 'kysely';
import type { Piece, Session } from '../rules/listening.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

// Playback sessions, with the stretches of a call that each has played.

/** Identifies a session: its listener, its call and its name. */
export interface SessionKey {
  readonly listener: string;
  readonly callId: string;
  readonly session: string;
}

/** What a session has played so far; empty if there is no such session. */
export async function selectPieces(
  tx: Tx,
  scope: Scope,
  { listener, callId, session }: SessionKey,
): Promise<readonly Piece[]> {
  const found = await sql<{ pieces: string }>`select pieces from listen_sessions
    where account_id = ${scope.accountId} and listener = ${listener} and call_id = ${callId}
      and session = ${session}`.execute(tx);
  return found.rows[0] ? JSON.parse(found.rows[0].pieces) : [];
}

/** Stores what a session has played, from `start` up to `end`, both in milliseconds since the Unix epoch. */
export async function writePieces(
  tx: Tx,
  scope: Scope,
  { listener, callId, session }: SessionKey,
  pieces: readonly Piece[],
  [start, end]: readonly [start: number, end: number],
): Promise<void> {
  await sql`insert into listen_sessions (account_id, listener, call_id, session, pieces, first_at, last_at)
    values (${scope.accountId}, ${listener}, ${callId}, ${session}, ${JSON.stringify(pieces)},
      ${toTimestamp(start * 1000)}, ${toTimestamp(end * 1000)})
    on conflict (account_id, listener, call_id, session)
      do update set pieces = excluded.pieces, first_at = excluded.first_at, last_at = excluded.last_at`.execute(tx);
}

/**
 * A listener's sessions that played between two moments, both in milliseconds since the Unix epoch. Their calls are
 * locked against erasure until commit.
 */
export async function lockSessionsBetween(
  tx: Tx,
  scope: Scope,
  listener: string,
  start: number,
  end: number,
): Promise<Session[]> {
  const found = await sql<Omit<Session, 'pieces'> & { readonly pieces: string }>`
    select s.call_id as "callId", s.session as name, s.pieces
    from listen_sessions s join calls c on c.account_id = s.account_id and c.call_id = s.call_id
    where s.account_id = ${scope.accountId} and s.listener = ${listener}
      and s.last_at > ${toTimestamp(start * 1000)}::timestamptz and s.first_at < ${toTimestamp(end * 1000)}::timestamptz
    order by s.call_id for key share of c`.execute(tx);
  return found.rows.map((row) => ({ ...row, pieces: JSON.parse(row.pieces) }));
}

/**
 * Ten days, in microseconds: heartbeats are accepted up to a week late, and each is counted together with all sessions
 * of its day.
 */
const KEPT_FOR: Micros = 10 * 24 * 3600 * 1_000_000;

/** Removes playback sessions that no heartbeat can change any more. The time that they counted stays. */
export async function sweepListenSessions(db: Db, now: Micros): Promise<void> {
  await sql`delete from listen_sessions where last_at < ${toTimestamp(now - KEPT_FOR)}::timestamptz`.execute(db);
}
