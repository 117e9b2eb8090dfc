import { requireAccount } from '../services/accounts/accounts.js';
import { commandActor } from '../services/actor.js';
import type { Command } from './command.js';
import { hasEngine } from './worker-parts.js';

/** `debrief recordings retry`. */
export const recordingsRetry: Command = {
  name: 'recordings retry',
  summary: 'Try the failed steps of recordings again, of one call or of all; prints {"retried"}.',
  flags: {
    account: { value: 'ID', help: "the account's id", required: true },
    call: { value: 'ID', help: 'only this call' },
  },
  examples: ['recordings retry --account ID', 'recordings retry --account ID --call ID'],
  async run({ args, config, database }) {
    const { account, call } = args.values;
    const { db } = await database();
    const actor = commandActor({ accountId: account! });
    await requireAccount({ db }, actor.accountId);
    const { retryFailedCalls, retryProcessing } = await import('../services/recordings/retries.js');
    const deps = { db, hasEngine: hasEngine(config) };
    return call === undefined ? { retried: await retryFailedCalls(deps, actor) } : retryProcessing(deps, actor, call);
  },
};
