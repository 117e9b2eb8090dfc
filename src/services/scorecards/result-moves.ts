import { compileCheck } from '../../contract/check.js';
import { Acknowledgement, Dispute, Resolution, type Result } from '../../contract/scorecards.js';
import { atomic } from '../../db/atomic.js';
import type { Tx } from '../../db/database.js';
import { usersNamed } from '../../db/named-users.js';
import type { ResultChange } from '../../db/result-history.js';
import { type ResultRow, writeAcknowledgement, writeDispute, writeResolution } from '../../db/results.js';
import { AppError, invalid } from '../../errors.js';
import type { ResultState } from '../../rules/result-states.js';
import { type Actor, requireUser } from '../actor.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { requireUserId } from '../people/named-users.js';
import { keepHistory, recordResult, requireReviewerOrManager, stateAfter } from './result-changes.js';
import { lockSeenResult, resultOf } from './result-views.js';

const checkAcknowledgement = compileCheck(Acknowledgement);
const checkDispute = compileCheck(Dispute);
const checkResolution = compileCheck(Resolution);

/** Acknowledges a submitted result, as the call's caller. Throws `conflict` where its state does not allow it. */
export async function acknowledgeResult(
  { db }: DbDeps,
  actor: Actor,
  resultId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Result> {
  return atomic(db, async (tx) => {
    const row = await lockSeenResult(tx, actor, resultId);
    const { acknowledgedBy } = checkAcknowledgement(body);
    await requireCaller(tx, actor, row, 'acknowledgedBy', acknowledgedBy, 'acknowledge');
    return moveResult(tx, actor, row, ifMatch, 'acknowledge', (state) =>
      writeAcknowledgement(tx, actor, resultId, state),
    );
  });
}

/** Disputes a submitted result, as the call's caller. Throws `conflict` where its state does not allow it. */
export async function disputeResult(
  { db }: DbDeps,
  actor: Actor,
  resultId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Result> {
  return atomic(db, async (tx) => {
    const row = await lockSeenResult(tx, actor, resultId);
    const { reason, disputedBy } = checkDispute(body);
    await requireCaller(tx, actor, row, 'disputedBy', disputedBy, 'dispute');
    return moveResult(tx, actor, row, ifMatch, 'dispute', (state) => writeDispute(tx, actor, resultId, state, reason));
  });
}

/** Ends a dispute: the result is SUBMITTED again, with the resolution. Its reviewer or a manager does. */
export async function resolveResult(
  { db }: DbDeps,
  actor: Actor,
  resultId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Result> {
  return atomic(db, async (tx) => {
    const row = await lockSeenResult(tx, actor, resultId);
    const { resolution, resolvedBy: given } = checkResolution(body);
    const resolvedBy = await requireUserId(tx, actor, 'resolvedBy', requireUser(actor, 'resolvedBy', given));
    requireReviewerOrManager(actor, row, 'resolve its dispute');
    return moveResult(tx, actor, row, ifMatch, 'resolve', (state) =>
      writeResolution(tx, actor, resultId, state, { resolvedBy, resolution }),
    );
  });
}

/** Throws where whoever does it is not the call's caller: `invalid` for one whom a field names, else `forbidden`. */
async function requireCaller(
  tx: Tx,
  actor: Actor,
  { callerId }: ResultRow,
  field: string,
  given: string | undefined,
  verb: string,
): Promise<void> {
  const userId = requireUser(actor, field, given);
  if (callerId !== null) {
    // Both are compared as who they are now: either may have been merged.
    const named = await usersNamed(tx, actor, [userId, callerId]);
    if (named.get(userId)?.id === named.get(callerId)!.id) return;
  }
  if (given !== undefined) throw invalid(field, "is not the call's caller", "the id of the call's caller");
  throw new AppError('forbidden', `Only the call's caller can ${verb} it.`);
}

/** Moves a submitted result to its next state, which `write` stores with what the move adds. */
async function moveResult(
  tx: Tx,
  actor: Actor,
  row: ResultRow,
  ifMatch: string | null,
  move: ResultChange['move'],
  write: (state: ResultState) => Promise<void>,
): Promise<Result> {
  const before = resultOf(row);
  requireMatch(ifMatch, etagOf(before));
  await write(stateAfter(before.state, move));
  await keepHistory(tx, actor, move, before);
  return recordResult(tx, actor, before);
}
