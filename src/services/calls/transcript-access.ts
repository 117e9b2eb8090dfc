import type { CallRecord } from '../../db/call-records.js';
import { AppError } from '../../errors.js';
import { type Actor, userOf } from '../actor.js';

/** Throws `forbidden` unless the actor may change the transcript of a call that they see. */
export function requireMayEdit(actor: Actor, { callerId }: Pick<CallRecord, 'callerId'>): void {
  const user = userOf(actor);
  if (user === null || user.role !== 'rep' || user.id === callerId) return;
  throw new AppError(
    'forbidden',
    "Only the call's caller, a manager who sees the call, or an administrator may change its transcript.",
  );
}
