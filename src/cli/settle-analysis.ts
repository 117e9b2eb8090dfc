import { countAnalyzing } from '../db/calls.js';
import type { Scope } from '../db/database.js';
import { countWorkers } from '../queue/worker-recovery.js';
import type { CommandContext } from './command.js';
import type { OpenDatabase } from './open-database.js';
import { createProgress } from './progress.js';

/** Analyses the imported calls in this process if no worker is running. */
export async function settleAnalysis(
  { log }: CommandContext,
  { pool, db, connection }: OpenDatabase,
  scope: Scope,
): Promise<void> {
  if ((await countWorkers(pool)) > 0) return;
  // 0 if existing calls changed: they stay COMPLETE while they are analysed again.
  const total = await countAnalyzing(db, scope);
  const progress = createProgress('Analysing');
  const timer = setInterval(async () => total > 0 && progress.at(1 - (await countAnalyzing(db, scope)) / total), 500);
  try {
    const { workOff } = await import('../worker/worker.js');
    await workOff({ db, pool, connection, log });
  } finally {
    clearInterval(timer);
    progress.end();
  }
}
