import { sql } from 'kysely';
import type { Micros } from '../wire/instants.js';
import type { Db, Scope } from './database.js';

// When each request goes under the rate limit (api-v2 §3). There is one row per credential, shared by all processes.

/** A rate in requests per second, and the time from which it applies. */
export interface RatePiece {
  readonly from: Micros;
  readonly rate: number;
}

/** The credential that sends the requests. */
export interface TurnTaker extends Scope {
  readonly credentialId: string;
}

/** A request's turn among the requests of its credential. */
export interface Turn {
  /** Up to when the credential's allowance was used before this turn; `usedAfter` is the same after it. */
  readonly usedBefore: Micros;
  readonly usedAfter: Micros;
  /** When the request goes, by the same clock as `now`. */
  readonly goesAt: Micros;
}

/** The turns taken. */
export interface Turns {
  readonly now: Micros;
  /** In order; fewer than requested if the others would wait too long. */
  readonly given: readonly Turn[];
  /** How long the first of the others would wait, in microseconds; null if there are none. */
  readonly refusedWait: Micros | null;
  /** The time up to which the credential's allowance is used. */
  readonly usedUntil: Micros;
}

/** A request for turns. */
export interface TurnRequest {
  readonly count: number;
  /** The rates around the present, in chronological order. */
  readonly pieces: readonly RatePiece[];
  /** Requests that would wait this long or longer get no turn, in microseconds. */
  readonly maxWait: Micros;
  /** The current time in tests that set it; null means the database's clock. */
  readonly drivenNow: Micros | null;
}

interface TurnRow extends Turn {
  readonly granted: boolean;
  readonly now: Micros;
}

/** Takes the next turns of a credential, by one statement and therefore in its own transaction. */
export async function takeTurns(db: Db, taker: TurnTaker, request: TurnRequest): Promise<Turns> {
  const { count, pieces, maxWait, drivenNow } = request;
  const starts = pieces.map((piece) => piece.from);
  const rates = pieces.map((piece) => piece.rate);
  const { rows } = await sql<TurnRow>`select granted, now_micros as now, used_before as "usedBefore",
      used_after as "usedAfter", goes_at as "goesAt"
    from take_turns(${taker.accountId}, ${taker.credentialId}, ${count}::integer, ${starts}::bigint[],
      ${rates}::double precision[], ${maxWait}::bigint, ${drivenNow}::bigint)`.execute(db);
  const last = rows.at(-1)!;
  return {
    now: last.now,
    given: rows.filter((row) => row.granted),
    refusedWait: last.granted ? null : last.goesAt - last.now,
    usedUntil: last.granted ? last.usedAfter : last.usedBefore,
  };
}

/** Gives back the newest turns of a credential. False if another process has taken turns after them. */
export async function giveBackTurns(
  db: Db,
  taker: TurnTaker,
  turns: { readonly first: Turn; readonly last: Turn },
): Promise<boolean> {
  const given = await db
    .updateTable('rate_turns')
    .set({ used_until_micros: turns.first.usedBefore })
    .where('account_id', '=', taker.accountId)
    .where('credential_id', '=', taker.credentialId)
    .where('used_until_micros', '=', turns.last.usedAfter)
    .returning('used_until_micros')
    .executeTakeFirst();
  return given !== undefined;
}
