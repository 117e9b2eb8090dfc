import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../clock.js';
import { invalid } from '../errors.js';
import { countWorkers } from '../queue/worker-recovery.js';
import { requireAccount } from '../services/accounts/accounts.js';
import { commandActor } from '../services/actor.js';
import { accountFlag } from './accounts.js';
import type { Command } from './command.js';
import { openWorkerParts } from './worker-parts.js';

const POLL_MS = 1_000;

/** `debrief topics rematch`. */
export const topicsRematch: Command = {
  name: 'topics rematch',
  summary:
    'Show the progress of matching the stored calls with changed topics until it is done; prints the last state.',
  flags: {
    account: accountFlag,
    again: { value: 'yes|no', help: 'first start matching all of them again, even if the topics are the same (no)' },
  },
  examples: ['topics rematch --account ID', 'topics rematch --account ID --again yes'],
  async run({ args, config, database, log, say }) {
    const { account, again = 'no' } = args.values;
    if (again !== 'yes' && again !== 'no') throw invalid('--again', `is "${again}"`, 'yes, no');
    const { db, pool, connection } = await database();
    const actor = commandActor({ accountId: account! });
    await requireAccount({ db }, actor.accountId);
    const { enqueueDueRematch, readRematchProgress, startRematch } = await import('../services/analysis/rematch.js');
    if (again === 'yes') await startRematch({ db, clock: systemClock }, actor);
    // Work that an upgrade requires may not be among the jobs yet.
    else await enqueueDueRematch(db, actor);
    const read = () => readRematchProgress({ db, clock: systemClock }, actor);
    let progress = await read();
    if (progress.state === 'running' && (await countWorkers(pool)) === 0) {
      say('No worker is running: matching the calls in this process.');
      const { workOff } = await import('../worker/worker.js');
      const parts = await openWorkerParts(config);
      await workOff({ db, pool, connection, log, ...parts });
      await parts.store.close();
      progress = await read();
    }
    while (progress.state === 'running') {
      const { callsDone, callsTotal, callsPerSecond, secondsLeft } = progress;
      const rate = callsPerSecond === null ? '' : `, ${callsPerSecond} per second`;
      say(`${callsDone} of ${callsTotal} calls${rate}${secondsLeft === null ? '' : `, ${secondsLeft} s left`}`);
      await wait(POLL_MS);
      progress = await read();
    }
    return progress;
  },
};
