import { compileCheck } from '../../contract/check.js';
import { Setup } from '../../contract/setup.js';
import { hasAccounts, lockAccounts } from '../../db/accounts.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Tx } from '../../db/database.js';
import { AppError } from '../../errors.js';
import { commandActor } from '../actor.js';
import type { DbDeps } from '../deps.js';
import { checkNewPassword, hashNewPassword, storePassword } from '../people/passwords.js';
import { type LogInContext, type StartedSession, selfActor, startSession } from '../people/sessions.js';
import { createUser } from '../people/users.js';
import { checkTimeZone } from '../time-zones.js';
import { createAccount } from './accounts.js';

/** Reads the body of the first run. Throws `invalid`. */
export const checkSetup = compileCheck(Setup);

/** Throws `conflict` where there is an account. */
export async function requireNoAccount(db: Db | Tx): Promise<void> {
  if (await hasAccounts(db)) throw new AppError('conflict', 'Debrief is set up already: log in.');
}

/**
 * Makes the first account with its first administrator, and logs them in. Throws `conflict` where there is an account:
 * of several at once, one makes it.
 */
export async function createFirstAccount(
  { db }: DbDeps,
  { account, admin }: Pick<Setup, 'account' | 'admin'>,
  context: LogInContext,
): Promise<StartedSession> {
  const { password, ...person } = admin;
  checkTimeZone('account.timeZone', account.timeZone);
  checkNewPassword(password, person.email);
  const hashed = await hashNewPassword(password);
  return atomic(db, async (tx) => {
    await lockAccounts(tx);
    await requireNoAccount(tx);
    const scope = { accountId: await createAccount({ db: tx }, account) };
    const { id } = await createUser({ db: tx }, commandActor(scope), { ...person, role: 'admin' });
    const self = selfActor(scope, id, 'admin');
    await storePassword(tx, self, id, hashed, { by: 'setup', now: context.now });
    return startSession(tx, self, 'link', context);
  });
}
