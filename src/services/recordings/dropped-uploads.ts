import type { Db } from '../../db/database.js';
import { dropUploads, selectCallsWithUploads } from '../../db/recordings.js';
import { doomObjects } from '../objects/objects.js';

const BATCH = 100;

/**
 * Drops the files of complete calls as they were sent; what was made of them stays. Called where uploads are not to be
 * kept. It can be aborted between calls.
 */
export async function dropCompleteUploads(db: Db, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const calls = await selectCallsWithUploads(db, BATCH);
    for (const { accountId, callId } of calls) {
      if (signal.aborted) return;
      await db.transaction().execute(async (tx) => {
        const objectIds = await dropUploads(tx, { accountId }, callId);
        await doomObjects({ db: tx }, { accountId }, objectIds);
      });
    }
    if (calls.length < BATCH) return;
  }
}
