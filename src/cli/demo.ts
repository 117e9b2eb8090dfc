import { sql } from 'kysely';
import { systemClock } from '../clock.js';
import type { Db } from '../db/schema.js';
import { createCredential } from '../services/accounts.js';
import type { Command } from './command.js';
import { startService, toldToEnd } from './serve.js';

const CALLS = 300;
const READY_WITHIN_MS = 60_000;

export const demo: Command = {
  name: 'demo',
  summary: 'Run with a demo company of generated calls, and print how to ask for them.',
  defaults: { DATA_DIR: './data-demo', LOG_LEVEL: 'warn' },
  async run({ config, log, say }) {
    const ending = toldToEnd();
    let accountId = '';
    let database: Db | undefined;
    const service = await startService(config, log, say, async ({ db }) => {
      const { demoAccount } = await import('./demo-company.js');
      accountId = await demoAccount(db, systemClock.now(), CALLS);
      database = db;
    });
    const { username, password } = await createCredential(
      database!,
      { accountId },
      { scopes: ['read', 'write', 'delete'], rate: null },
    );
    say('Analysing the calls …');
    await analysed(database!, accountId);
    say(`
Debrief runs at     ${service.url}
API user id         ${username}
API password        ${password}

Try it:
  curl -u '${username}:${password}' '${service.url}/api/ev/2/calls?since=2020-01-01T00:00Z&limit=2'

Ctrl-C ends it; the company stays in ${config.DATABASE_URL === null ? config.DATA_DIR : 'your database'}.`);
    await ending;
    await service.stop();
    return undefined;
  },
};

/** Waits for the worker, so that what is printed works; goes on without it after a while. */
async function analysed(db: Db, accountId: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const found =
      await sql`select 1 from calls where account_id = ${accountId} and state = 'ANALYZING' limit 1`.execute(db);
    if (found.rows.length === 0 || Date.now() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
