import type { Db, Tx } from '../../db/database.js';
import { isSeenUser } from '../../db/visibility.js';
import { AppError } from '../../errors.js';
import { type Actor, userOf } from '../actor.js';

/**
 * Requires that the actor may send recordings for a caller: a rep for themselves, a manager for those whose calls they
 * see, an admin and a program for everyone. Throws `forbidden`.
 */
export async function requireMayRecordFor(db: Db | Tx, actor: Actor, callerId: string | null): Promise<void> {
  const user = userOf(actor);
  if (user === null || user.role === 'admin' || user.id === callerId) return;
  if (user.role === 'manager' && callerId !== null && (await isSeenUser(db, actor, callerId))) return;
  const whose = user.role === 'manager' ? 'of people whose calls you see' : 'of your own calls';
  throw new AppError('forbidden', `You can send recordings ${whose}: the caller is none of them.`, {
    field: 'callerId',
  });
}

/** Requires that the actor may work on a call that they see: its caller, a manager or an admin. Throws `forbidden`. */
export function requireMayEdit(actor: Actor, callerId: string | null, what: string): void {
  const user = userOf(actor);
  if (user === null || user.role !== 'rep' || user.id === callerId) return;
  const who = "Only the call's caller, a manager who sees the call, or an administrator";
  throw new AppError('forbidden', `${who} may ${what}.`);
}
