import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../db/database.js';
import { visible } from '../../db/visibility.js';
import type { Actor } from '../actor.js';
import { noSuchCall } from './calls.js';

/** A call that something is said about. */
export interface SeenCall {
  readonly lengthSeconds: number | null;
}

/**
 * Up to where moments of a call are named, in whole seconds, a begun one included: the source's duration or the last word's
 * end, whichever is later; null where neither is known.
 */
export function callLength(call: string): RawBuilder<number | null> {
  return sql`ceil(greatest(${sql.ref(`${call}.duration`)}, ${sql.ref(`${call}.words_end`)}))`;
}

/** A call that this one sees; refuses one that is not there or not seen. */
export function readSeenCall(tx: Tx, actor: Actor, callId: string): Promise<SeenCall> {
  return findSeenCall(tx, actor, callId, sql``);
}

/** As `readSeenCall`, and it is not erased before commit. Called before anything of the call is locked, as erasing it does. */
export function holdSeenCall(tx: Tx, actor: Actor, callId: string): Promise<SeenCall> {
  return findSeenCall(tx, actor, callId, sql`for key share of c`);
}

async function findSeenCall(tx: Tx, actor: Actor, callId: string, lock: RawBuilder<unknown>): Promise<SeenCall> {
  const found = await sql<SeenCall>`select ${callLength('c')} as "lengthSeconds" from calls c
    where c.account_id = ${actor.accountId} and c.call_id = ${callId} and ${visible(actor.sight, 'c')} ${lock}`.execute(
    tx,
  );
  const call = found.rows[0];
  if (!call) throw noSuchCall();
  return call;
}
