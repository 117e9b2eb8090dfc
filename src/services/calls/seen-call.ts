import type { Db, Tx } from '../../db/database.js';
import { findSeenCall, lockSeenCall, type SeenCall } from '../../db/seen-calls.js';
import { seesCall } from '../../db/visibility.js';
import { AppError } from '../../errors.js';
import type { Actor } from '../actor.js';

/** A call that the actor sees. Throws `not_found` if it does not exist or the actor does not see it. */
export async function readSeenCall(tx: Tx, actor: Actor, callId: string): Promise<SeenCall> {
  return existing(await findSeenCall(tx, actor, callId));
}

/**
 * As `readSeenCall`, with the call locked against deletion until commit. Lock order: the call, then what belongs to it,
 * as when a call is deleted.
 */
export async function holdSeenCall(tx: Tx, actor: Actor, callId: string): Promise<SeenCall> {
  return existing(await lockSeenCall(tx, actor, callId));
}

function existing(call: SeenCall | null): SeenCall {
  if (call === null) throw noSuchCall();
  return call;
}

/** Throws `not_found` if a call does not exist or the actor does not see it: the answer must not tell the two apart. */
export async function requireCall(db: Db | Tx, actor: Actor, callId: string): Promise<void> {
  if (!(await seesCall(db, actor, callId))) throw noSuchCall();
}

/** The error for a call that does not exist or that the actor does not see. */
export function noSuchCall(): AppError {
  return new AppError('not_found', 'There is no such call.');
}
