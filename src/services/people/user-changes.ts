import { type RawBuilder, sql } from 'kysely';
import { type AddressKind, holderOf } from '../../db/addresses.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { holdPeople } from '../../db/people.js';
import { STAMP_BATCH, stampCalls } from '../../db/stamps.js';
import { enqueue, enqueueAll, type JobKinds } from '../../queue/jobs.js';
import { entriesChanged } from '../restamp.js';

type UserChange = JobKinds['user_changed'];

/**
 * Carries a user's new address or ids to the calls: binds callers and speakers that nobody was found for before, restamps
 * the calls that show the user, and analyses those with new speakers. One batch a job: each commits together with the
 * job that goes on after it, so a change is neither lost nor does it hold a lock for long.
 */
export async function followUserChange(db: Db, change: UserChange): Promise<void> {
  const scope: Scope = { accountId: change.accountId };
  await db.transaction().execute(async (tx) => {
    await holdPeople(tx, scope);
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

/** All addresses that a user has had. What names one of them names them, or another who has had it, too: never nobody. */
function addressesOf({ accountId, userId }: UserChange, kind: AddressKind): RawBuilder<unknown> {
  return sql`array(select address from user_addresses
    where account_id = ${accountId} and user_id = ${userId} and kind = ${kind})`;
}

/** Each answers the ids of the calls of its next batch, in order. */
const steps: Record<UserChange['step'], (tx: Tx, scope: Scope, change: UserChange) => Promise<string[]>> = {
  async link(tx, scope, change) {
    const holder = (kind: AddressKind, given: RawBuilder<unknown>) =>
      holderOf(kind, sql`c.account_id`, given, sql`c.call_time`);
    const linked = await sql<{ call_id: string }>`
      with named as (
        select c.call_id, coalesce(${holder('email', sql`c.given_caller_email`)},
          ${holder('system', sql`c.given_caller_system_id`)}) as user_id
        from calls c where c.account_id = ${scope.accountId} and c.caller_id is null
          and (lower(c.given_caller_email) = any(${addressesOf(change, 'email')})
            or c.given_caller_system_id = any(${addressesOf(change, 'system')}))
        order by c.call_id limit ${STAMP_BATCH} for update of c)
      update calls set caller_id = named.user_id from named
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
    const holder = holderOf('email', sql`p.account_id`, sql`p.email`, sql`c.call_time`);
    const bound = await sql<{ call_id: string }>`
      with unbound as (
        select p.call_id, p.speaker_number, ${holder} as user_id
        from participants p join calls c on c.account_id = p.account_id and c.call_id = p.call_id
        where p.account_id = ${scope.accountId} and p.user_id is null
          and lower(p.email) = any(${addressesOf(change, 'email')})
        order by p.call_id, p.speaker_number limit ${STAMP_BATCH} for update of p)
      update participants p set user_id = unbound.user_id from unbound
      where p.account_id = ${scope.accountId} and p.call_id = unbound.call_id
        and p.speaker_number = unbound.speaker_number
      returning p.call_id`.execute(tx);
    return [...new Set(bound.rows.map((row) => row.call_id))].sort();
  },
};
