import { countAnalyzing } from '../db/calls.js';
import type { Scope } from '../db/database.js';
import { countWorkers } from '../queue/worker-recovery.js';
import type { CommandContext } from './command.js';
import type { OpenDatabase } from './open-database.js';
import { createProgress } from './progress.js';
import { openWorkerParts } from './worker-parts.js';

/** Does the due jobs in this process if no worker is running, so that what was imported is finished when it ends. */
export async function settleJobs({ config, log }: CommandContext, opened: OpenDatabase, scope: Scope): Promise<void> {
  const { pool, db, connection } = opened;
  if ((await countWorkers(pool)) > 0) return;
  // 0 if existing calls changed: they stay COMPLETE while they are analysed again.
  const total = await countAnalyzing(db, scope);
  const progress = createProgress('Analysing');
  const timer = setInterval(async () => total > 0 && progress.at(1 - (await countAnalyzing(db, scope)) / total), 500);
  const parts = await openWorkerParts(config);
  try {
    const { workOff } = await import('../worker/worker.js');
    await workOff({ db, pool, connection, log, ...parts });
  } finally {
    clearInterval(timer);
    progress.end();
    await parts.store.close();
  }
}
