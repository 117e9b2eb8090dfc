import { isInTeams } from '../../db/coaching-visibility.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { managedTeams, type Sight } from '../../db/visibility.js';
import { AppError } from '../../errors.js';
import type { Actor } from '../actor.js';
import { userOf } from '../actor.js';

// Who sees and who changes coaching. The account's callVisibility is about calls only.

/** Whose coaching an actor sees: everybody's, or their own and that of the teams that they manage. */
export async function coachingSight(db: Db | Tx, actor: Actor): Promise<Sight> {
  const user = userOf(actor);
  if (user === null || user.role === 'admin') return 'all';
  return { userId: user.id, teamIds: await managedTeams(db, actor, user.id) };
}

/** Whether a user is in a team that the actor manages; administrators and programs manage everybody. */
export async function manages(db: Db | Tx, scope: Scope, sight: Sight, userId: string): Promise<boolean> {
  return sight === 'all' || isInTeams(db, scope, userId, sight.teamIds);
}

/**
 * Lets only the coach, a manager of the recipient's team or of one above, an administrator or a program through.
 * `does` is what the others are refused, such as `changes a plan`.
 */
export async function requireCoach(
  db: Db | Tx,
  actor: Actor,
  sight: Sight,
  { coachId, recipientId }: { readonly coachId: string; readonly recipientId: string },
  does: string,
): Promise<void> {
  if (userOf(actor)?.id === coachId || (await manages(db, actor, sight, recipientId))) return;
  const who = "Only the coach, a manager of the recipient's team or of one above it, or an administrator";
  throw new AppError('forbidden', `${who} ${does}.`);
}

/** The refusal of a number that history gives to something new. */
export function numberInUse(noun: 'plan' | 'meeting' | 'KPI', id: string): AppError {
  return new AppError('conflict', `There is a ${noun} ${id} already.`, { field: 'id' });
}
