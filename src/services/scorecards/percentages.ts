import type { Db, Scope, Tx } from '../../db/database.js';
import { forEachMarkedAccount } from '../../db/marked-accounts.js';
import { lockResultsAfter, percentageRecounts, selectPercentages, writePercentages } from '../../db/percentages.js';
import { overall } from '../../rules/scoring.js';

/** Results that one transaction recomputes. */
const BATCH = 1000;

/**
 * Recomputes the percentages that an older rule computed, in the accounts that an upgrade marked. It can be aborted
 * between batches and goes on from there. Nothing is stamped, because no entry of API v2 shows a result's percentage.
 */
export function recomputePercentages(db: Db, signal: AbortSignal): Promise<void> {
  return forEachMarkedAccount(db, percentageRecounts, signal, recomputeBatch);
}

async function recomputeBatch(
  tx: Tx,
  scope: Scope,
  { after }: { readonly after: string },
): Promise<{ readonly after: string } | null> {
  // Whoever changes answers locks their result first: the answers read below stay as they are until commit.
  const ids = await lockResultsAfter(tx, scope, after, BATCH);
  const stored = await selectPercentages(tx, scope, ids);
  const changed = stored.flatMap(({ resultId, scheme, percentage: before, answers }) => {
    const { percentage } = overall(scheme, answers);
    return percentage === before ? [] : [{ resultId, percentage }];
  });
  await writePercentages(tx, scope, changed);
  return ids.length < BATCH ? null : { after: ids.at(-1)! };
}
