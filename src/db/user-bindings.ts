import { type RawBuilder, sql } from 'kysely';
import { type AddressKind, addressesOf, holderOf } from './addresses.js';
import type { Scope, Tx } from './database.js';
import { STAMP_BATCH } from './stamps.js';

// Binds callers and speakers whose address named nobody to a user who has the address since. An address that a user has
// had names them, or another user who has had it too, but never nobody.

/**
 * Binds callers whose source named an address of this user, for at most 1000 calls, and locks those calls until commit.
 * Returns their ids, in order.
 */
export async function bindCallers(tx: Tx, scope: Scope, userId: string): Promise<string[]> {
  const holder = (kind: AddressKind, given: RawBuilder<unknown>) =>
    holderOf(kind, sql`c.account_id`, given, sql`c.call_time`);
  const bound = await sql<{ callId: string }>`
    with named as (
      select c.call_id, coalesce(${holder('email', sql`c.given_caller_email`)},
        ${holder('system', sql`c.given_caller_system_id`)}) as user_id
      from calls c where c.account_id = ${scope.accountId} and c.caller_id is null
        and (lower(c.given_caller_email) = any(${addressesOf(scope, userId, 'email')})
          or c.given_caller_system_id = any(${addressesOf(scope, userId, 'system')}))
      order by c.call_id limit ${STAMP_BATCH} for update of c)
    update calls set caller_id = named.user_id from named
    where calls.account_id = ${scope.accountId} and calls.call_id = named.call_id
    returning calls.call_id as "callId"`.execute(tx);
  return bound.rows.map(({ callId }) => callId).sort();
}

/**
 * Binds speakers whose source named an e-mail address of this user, at most 1000, and locks them until commit. Returns
 * the ids of their calls, in order.
 */
export async function bindSpeakers(tx: Tx, scope: Scope, userId: string): Promise<string[]> {
  const holder = holderOf('email', sql`p.account_id`, sql`p.email`, sql`c.call_time`);
  const bound = await sql<{ callId: string }>`
    with unbound as (
      select p.call_id, p.speaker_number, ${holder} as user_id
      from participants p join calls c on c.account_id = p.account_id and c.call_id = p.call_id
      where p.account_id = ${scope.accountId} and p.user_id is null
        and lower(p.email) = any(${addressesOf(scope, userId, 'email')})
      order by p.call_id, p.speaker_number limit ${STAMP_BATCH} for update of p)
    update participants p set user_id = unbound.user_id from unbound
    where p.account_id = ${scope.accountId} and p.call_id = unbound.call_id
      and p.speaker_number = unbound.speaker_number
    returning p.call_id as "callId"`.execute(tx);
  return [...new Set(bound.rows.map(({ callId }) => callId))].sort();
}

/** The ids, after the given one, of calls whose caller is this user: at most 1000, in order. */
export async function selectCallsOfCaller(tx: Tx, scope: Scope, userId: string, after: string): Promise<string[]> {
  const found = await sql<{ callId: string }>`select call_id as "callId" from calls
    where account_id = ${scope.accountId} and caller_id = ${userId} and call_id > ${after}
    order by call_id limit ${STAMP_BATCH}`.execute(tx);
  return found.rows.map(({ callId }) => callId);
}
