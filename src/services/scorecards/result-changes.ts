import type { Result } from '../../contract/scorecards.js';
import type { Tx } from '../../db/database.js';
import { insertResultChange, type ResultChange } from '../../db/result-history.js';
import { AppError } from '../../errors.js';
import { nextState, type ResultMove, type ResultState, refusalOf } from '../../rules/result-states.js';
import { type Actor, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import { readResult } from './result-views.js';

// The steps that updates and moves of results share.

/** The state after a move; throws `conflict` where the move is not allowed. */
export function stateAfter(before: ResultState, move: ResultMove): ResultState {
  const after = nextState(before, move);
  if (after === null) throw new AppError('conflict', refusalOf(before, move));
  return after;
}

/** Throws `forbidden` to a rep who is not the reviewer. `what` completes "can …". */
export function requireReviewerOrManager(actor: Actor, { reviewerId }: Pick<Result, 'reviewerId'>, what: string): void {
  const user = userOf(actor);
  if (user === null || user.id === reviewerId || user.role !== 'rep') return;
  throw new AppError('forbidden', `Only its reviewer, a manager who sees the call, or an administrator can ${what}.`);
}

/** Keeps a submitted result as it was before a change. */
export async function keepHistory(tx: Tx, actor: Actor, move: ResultChange['move'], before: Result): Promise<void> {
  const byId = actor.by.kind === 'command' ? null : actor.by.id;
  await insertResultChange(tx, actor, { byKind: actor.by.kind, byId, move, before });
}

/** Records in the audit what a change did; answers the result after it. */
export async function recordResult(tx: Tx, actor: Actor, before: Result): Promise<Result> {
  const after = await readResult({ db: tx }, actor, before.id);
  await recordChange(tx, actor, { kind: 'results', id: before.id, callId: before.callId, before, after });
  return after;
}
