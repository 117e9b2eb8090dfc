import type { Db, Scope, Tx } from '../../db/database.js';
import { holdPeople, raisePeopleVersion } from '../../db/people.js';
import { stampCalls } from '../../db/stamps.js';
import { bindCallers, bindSpeakers, selectCallsOfCaller } from '../../db/user-bindings.js';
import { enqueue, enqueueAll, type JobKinds } from '../../queue/jobs.js';
import { entriesChanged } from '../restamp.js';

type UserChange = JobKinds['user_changed'];

/**
 * Has calls follow a change of a user's addresses in the background. `emails`: the address before and since, or the
 * only one.
 */
export async function enqueueUserChange(
  tx: Tx,
  scope: Scope,
  userId: string,
  emails: readonly string[],
): Promise<void> {
  await raisePeopleVersion(tx, scope);
  await enqueue(tx, 'user_changed', {
    accountId: scope.accountId,
    userId,
    emails: [...emails],
    step: 'link',
    after: '',
  });
}

/**
 * Carries a user's new addresses to the calls: binds callers and speakers whose address named nobody before, restamps
 * the calls that show the user, and analyses those with new speakers. One batch a job, which commits together with
 * the job that continues it: no change is lost, and no lock is held for long.
 */
export async function followUserChange(db: Db, change: UserChange): Promise<void> {
  const scope: Scope = { accountId: change.accountId };
  await db.transaction().execute(async (tx) => {
    await holdPeople(tx, scope);
    const calls = await callsOfStep(tx, scope, change);
    const last = calls.at(-1);
    const following = last === undefined ? nextStep[change.step] : change.step;
    if (following !== null) await enqueue(tx, 'user_changed', { ...change, step: following, after: last ?? '' });
    if (change.step === 'link') await entriesChanged(tx, scope, 'call', calls);
    if (change.step !== 'analyze') return stampCalls(tx, scope, calls);
    const analyses = calls.map((callId) => ({ ...scope, callId }));
    await enqueueAll(tx, 'analyze', analyses);
  });
}

const nextStep = { link: 'restamp', restamp: 'analyze', analyze: null } as const;

/** The ids of the calls of a step's next batch, in order. */
async function callsOfStep(tx: Tx, scope: Scope, { step, userId, emails, after }: UserChange): Promise<string[]> {
  if (step === 'link') return bindCallers(tx, scope, userId);
  if (step === 'analyze') return bindSpeakers(tx, scope, userId);
  // Calls that a new user's address binds are stamped by `link`: only a changed address has to be shown anew.
  return emails.length < 2 ? [] : selectCallsOfCaller(tx, scope, userId, after);
}
