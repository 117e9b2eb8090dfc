import { type RawBuilder, sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Scope, Tx } from './database.js';

// The history of users' addresses: which user had which address, from when until when.

/** An e-mail address, or an id in another system, such as a dialer or a CRM. */
export type AddressKind = 'email' | 'system';

/** An address as the history stores it. */
function addressKey(kind: AddressKind, given: RawBuilder<unknown>): RawBuilder<string> {
  return kind === 'email' ? sql`lower(${given})` : sql`${given}`;
}

/**
 * A subquery: the id of the user whom an address of a call names; null if nobody has ever had the address. The address
 * names the user who had it at the time of the call; of several, the one who got it last. If nobody had it then, it
 * names the last user to have had it before, or else the first to get it afterwards (api-v2 §5).
 */
export function holderOf(
  kind: AddressKind,
  account: RawBuilder<unknown>,
  given: RawBuilder<unknown>,
  callTime: RawBuilder<unknown>,
): RawBuilder<string | null> {
  return sql`(select held.user_id from user_addresses held
    where held.account_id = ${account} and held.kind = ${kind} and held.address = ${addressKey(kind, given)}
    order by case when held.held_from > ${callTime} then 2 when held.held_until <= ${callTime} then 1 else 0 end,
      case when held.held_from > ${callTime} then held.held_from end,
      case when held.held_until <= ${callTime} then held.held_until end desc,
      held.held_from desc, held.user_id
    limit 1)`;
}

/** The id of the user whom an address of a call of this time names, by `holderOf`; null if it names nobody. */
export async function findHolder(
  tx: Tx,
  scope: Scope,
  kind: AddressKind,
  address: string,
  callTime: Micros,
): Promise<string | null> {
  const at = sql`${toTimestamp(callTime)}::timestamptz`;
  const found = await sql<{ userId: string | null }>`
    select ${holderOf(kind, sql`${scope.accountId}`, sql`${address}::text`, at)} as "userId"`.execute(tx);
  return found.rows[0]!.userId;
}

/** A subquery: all addresses of a kind that a user has or had, as an array. */
export function addressesOf({ accountId }: Scope, userId: string, kind: AddressKind): RawBuilder<string[]> {
  return sql`array(select address from user_addresses
    where account_id = ${accountId} and user_id = ${userId} and kind = ${kind})`;
}

/**
 * Updates a user's history to match their row: new addresses are held from now on, former ones until now. The caller
 * holds the people lock (`lockPeople`).
 */
export async function recordAddresses(tx: Tx, scope: Scope, userId: string): Promise<void> {
  const theirs = sql`account_id = ${scope.accountId} and user_id = ${userId}`;
  const present = sql`(select 'email' as kind, lower(email) as address, active from users where ${theirs}
    union all select 'system', unnest(system_ids), active from users where ${theirs})`;
  await sql`update user_addresses a set held_until = clock_timestamp() where ${theirs} and held_until is null
    and not exists (select from ${present} p where p.active and p.kind = a.kind and p.address = a.address)`.execute(tx);
  // A deactivated user holds a new address for no time: it names them only if nobody else has had it.
  await sql`insert into user_addresses (account_id, user_id, kind, address, held_from, held_until)
    select ${scope.accountId}, ${userId}, p.kind, p.address, now.at, case when p.active then null else now.at end
    from ${present} p, (select clock_timestamp() as at) as now
    where not exists (select from user_addresses a where ${theirs} and a.kind = p.kind and a.address = p.address
      and (a.held_until is null or not p.active))`.execute(tx);
}

/** Moves a user's history to another user. The caller holds the people lock (`lockPeople`). */
export async function reassignAddresses(tx: Tx, scope: Scope, from: string, into: string): Promise<void> {
  await sql`update user_addresses set user_id = ${into}
    where account_id = ${scope.accountId} and user_id = ${from}`.execute(tx);
}
