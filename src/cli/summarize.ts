import { setTimeout as wait } from 'node:timers/promises';
import { atomic } from '../db/atomic.js';
import { countUnsummarized, selectUnsummarized } from '../db/call-summaries.js';
import { countStates } from '../db/processing-steps.js';
import { invalid } from '../errors.js';
import { countWorkers } from '../queue/worker-recovery.js';
import { requireAccount } from '../services/accounts/accounts.js';
import { commandActor } from '../services/actor.js';
import { accountFlag } from './accounts.js';
import type { Command } from './command.js';
import { createProgress } from './progress.js';
import { openWorkerParts } from './worker-parts.js';

/** Calls asked for at once: few, so that summaries of new calls need not wait long behind them. */
const BATCH = 50;
const POLL_MS = 250;

/** `debrief summarize`. */
export const summarize: Command = {
  name: 'summarize',
  summary: 'Summarise the stored calls that have no summary; prints {"summarized", "skipped", "failed"}.',
  flags: {
    account: accountFlag,
    since: { value: 'DATE', help: 'only calls of this day or later, such as 2026-01-31 (UTC)' },
    again: { value: 'yes|no', help: 'also those that Debrief summarised already, as after a change of SUMMARY (no)' },
  },
  examples: ['summarize --account ID', 'summarize --account ID --since 2026-01-01 --again yes'],
  async run({ args, config, database, log }) {
    const { account, since = null, again = 'no' } = args.values;
    if (again !== 'yes' && again !== 'no') throw invalid('--again', `is "${again}"`, 'yes, no');
    if (since !== null && !isDay(since)) throw invalid('--since', `is "${since}"`, 'a day such as 2026-01-31');
    const parts = await openWorkerParts(config);
    if (parts.summarizer === null) throw invalid('SUMMARY', 'is "none"', 'extractive or openai for this command');
    const { db, pool, connection } = await database();
    const actor = commandActor({ accountId: account! });
    await requireAccount({ db }, actor.accountId);
    const { askForSummaries } = await import('../services/analysis/summaries.js');
    const query = { since: since && `${since}T00:00:00Z`, again: again === 'yes', after: '' };
    const total = await countUnsummarized(db, actor, query);
    const progress = createProgress('Summarising');
    const answer = { summarized: 0, skipped: 0, failed: 0 };
    try {
      for (let done = 0; ; ) {
        const callIds = await selectUnsummarized(db, actor, query, BATCH);
        if (callIds.length === 0) return answer;
        await atomic(db, (tx) => askForSummaries(tx, actor, callIds));
        for (;;) {
          if ((await countWorkers(pool)) === 0) {
            const { workOff } = await import('../worker/worker.js');
            await workOff({ db, pool, connection, log, ...parts });
          }
          const states = await countStates(db, actor, callIds, 'summarize');
          const open = (states.get('waiting') ?? 0) + (states.get('running') ?? 0);
          progress.at((done + callIds.length - open) / total);
          if (open === 0) {
            answer.summarized += states.get('done') ?? 0;
            answer.skipped += states.get('skipped') ?? 0;
            answer.failed += states.get('failed') ?? 0;
            break;
          }
          await wait(POLL_MS);
        }
        done += callIds.length;
        query.after = callIds.at(-1)!;
      }
    } finally {
      progress.end();
      await parts.store.close();
    }
  },
};

function isDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)
  );
}
