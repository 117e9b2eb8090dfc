import { sql } from 'kysely';
import type { Micros } from '../wire/instants.js';
import type { Db, Scope } from './database.js';

// Whose turn is when, under the rate limit (api-v2 §3): a row a credential, which all processes share.

/** A rate, in requests a second, and since when it is in force. */
export interface RatePiece {
  readonly from: Micros;
  readonly rate: number;
}

/** Whose requests they are. */
export interface TurnTaker extends Scope {
  readonly credentialId: string;
}

/** A request's place in the order of its credential. */
export interface Turn {
  /** The allowance that it takes. */
  readonly usedBefore: Micros;
  readonly usedAfter: Micros;
  /** When the request goes, by the clock that `now` is of. */
  readonly goesAt: Micros;
}

export interface Turns {
  readonly now: Micros;
  /** In order; fewer than were asked for where the others would wait too long. */
  readonly given: readonly Turn[];
  /** How long the first of those others would wait; null where there are none. */
  readonly refusedWait: Micros | null;
  /** Up to when the credential's allowance is used up now. */
  readonly usedUntil: Micros;
}

export interface TurnRequest {
  readonly count: number;
  /** The rates around the present, in order of time. */
  readonly pieces: readonly RatePiece[];
  /** Who would wait this long or longer takes no place. */
  readonly maxWait: Micros;
  /** The time where a test drives it; null takes the database's. */
  readonly drivenNow: Micros | null;
}

interface TurnRow extends Turn {
  readonly granted: boolean;
  readonly now: Micros;
}

/** Takes the next places of a credential, in one statement and so in one transaction of its own. */
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

/** Gives back the newest places of a credential, unless another process has taken one after them. */
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
