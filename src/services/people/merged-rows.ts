import type { Db, Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { listensFeed, lockListener } from '../../db/listens.js';
import {
  droppedTables,
  type Merge,
  type NamingTable,
  namingTables,
  type RowKey,
  reassignListens,
  reassignRows,
  removeRows,
} from '../../db/merged-rows.js';
import { holdPeople } from '../../db/people.js';
import { findUser } from '../../db/users.js';
import { entriesChanged } from '../restamp.js';

/**
 * Reassigns all rows of a merged user to the user they were merged into, and stamps them: at most 1000 rows a
 * transaction. After it was stopped, another run does the rest: nothing new names a merged user. Throws the reason of
 * `signal` where it is aborted.
 */
export async function reassignMergedRows(db: Db, scope: Scope, userId: string, signal: AbortSignal): Promise<void> {
  async function inBatches(reassign: (tx: Tx, merge: Merge) => Promise<boolean>): Promise<void> {
    let goesOn = true;
    while (goesOn) {
      signal.throwIfAborted();
      goesOn = await db.transaction().execute(async (tx) => {
        await holdPeople(tx, scope);
        const into = (await findUser(tx, scope, userId))?.mergedInto ?? null;
        return into !== null && reassign(tx, { accountId: scope.accountId, from: userId, into });
      });
    }
  }
  for (const naming of namingTables) {
    let after: RowKey | null = null;
    await inBatches(async (tx, merge) => {
      after = await reassignAndStamp(tx, merge, naming, after);
      return after !== null;
    });
  }
  let lastListen: string | null = '';
  await inBatches(async (tx, merge) => {
    lastListen = await reassignAndStampListens(tx, merge, lastListen ?? '');
    return lastListen !== null;
  });
  for (const dropped of droppedTables) await inBatches((tx, merge) => removeRows(tx, merge, dropped));
}

/** Answers the last row's key; null where no row was left. */
async function reassignAndStamp(
  tx: Tx,
  merge: Merge,
  naming: NamingTable,
  after: RowKey | null,
): Promise<RowKey | null> {
  const rows = await reassignRows(tx, merge, naming, after);
  if (naming.table === 'calls') {
    const callIds = rows.map(({ id }) => id);
    await entriesChanged(tx, merge, 'call', callIds);
  }
  const shown = rows.filter(({ isShown }) => isShown).map(({ id }) => id);
  await naming.stamp?.(tx, merge, shown);
  return rows.at(-1) ?? null;
}

/** Answers the last listen's id; null where none was left. */
async function reassignAndStampListens(tx: Tx, merge: Merge, after: string): Promise<string | null> {
  await lockListener(tx, merge, merge.into);
  const reassigned = await reassignListens(tx, merge, after);
  if (reassigned === null) return null;
  await stampEntries(tx, merge, listensFeed, reassigned.changed);
  return reassigned.last;
}
