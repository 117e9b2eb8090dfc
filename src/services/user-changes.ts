import { sql } from 'kysely';
import type { Db, Scope, Tx } from '../db/schema.js';
import { STAMP_BATCH, stampCalls } from '../db/stamps.js';
import { enqueue, enqueueAll, type JobKinds } from '../jobs/kinds.js';
import { entriesChanged } from './restamp.js';

type UserChange = JobKinds['user_changed'];

/**
 * Carries a user's new address or ids to the calls: links those that named this caller before there was one,
 * restamps those that show the user, and analyses those whose speakers may match now. One batch a job: each
 * commits together with the job that goes on after it, so a change is neither lost nor does it hold a lock for long.
 */
export async function followUserChange(db: Db, change: UserChange): Promise<void> {
  const scope: Scope = { accountId: change.accountId };
  await db.transaction().execute(async (tx) => {
    const calls = await steps[change.step](tx, scope, change);
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

/** Each answers the ids of its next batch, in order. */
const steps: Record<UserChange['step'], (tx: Tx, scope: Scope, change: UserChange) => Promise<string[]>> = {
  async link(tx, scope, change) {
    const linked = await sql<{ call_id: string }>`
      with named as (
        select c.call_id from calls c join users u on u.account_id = c.account_id and u.user_id = ${change.userId}
        where c.account_id = ${scope.accountId} and c.caller_id is null and u.active
          and (lower(c.given_caller_email) = lower(u.email) or c.given_caller_system_id = any(u.system_ids))
        order by c.call_id limit ${STAMP_BATCH} for update of c)
      update calls set caller_id = ${change.userId} from named
      where calls.account_id = ${scope.accountId} and calls.call_id = named.call_id
      returning calls.call_id`.execute(tx);
    return linked.rows.map((row) => row.call_id).sort();
  },
  async restamp(tx, scope, change) {
    // A new user's calls were stamped when they were linked; only an address that was shown before is news.
    if (change.emails.length < 2) return [];
    const found = await sql<{ call_id: string }>`select call_id from calls
      where account_id = ${scope.accountId} and caller_id = ${change.userId} and call_id > ${change.after}
      order by call_id limit ${STAMP_BATCH}`.execute(tx);
    return found.rows.map((row) => row.call_id);
  },
  async analyze(tx, scope, change) {
    const emails = change.emails.map((email) => email.toLowerCase());
    const found = await sql<{ call_id: string }>`select distinct call_id from participants
      where account_id = ${scope.accountId} and lower(email) = any(${emails}) and call_id > ${change.after}
      order by call_id limit ${STAMP_BATCH}`.execute(tx);
    return found.rows.map((row) => row.call_id);
  },
};
