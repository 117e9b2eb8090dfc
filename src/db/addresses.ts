import { type RawBuilder, sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Scope, Tx } from './database.js';

/** What users are found by beside their own ids: e-mail addresses, and ids in other systems such as dialers and CRMs. */
export type AddressKind = 'email' | 'system';

/** An address as the history of addresses keeps it. */
function addressKey(kind: AddressKind, given: RawBuilder<unknown>): RawBuilder<string> {
  return kind === 'email' ? sql`lower(${given})` : sql`${given}`;
}

/**
 * A subquery: the user whom an address given with a call names; null where nobody has ever had it. Whoever had it at the call's
 * time (of several the one who came by it last), or else who had it last before, or else who has it first (api-v2 §5).
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

/** The user whom an address of a call of this time names, by `holderOf`; null for nobody. */
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

/** Writes down which addresses a user has from now on, and which no more. Called behind `changePeople`. */
export async function recordAddresses(tx: Tx, scope: Scope, userId: string): Promise<void> {
  const theirs = sql`account_id = ${scope.accountId} and user_id = ${userId}`;
  const present = sql`(select 'email' as kind, lower(email) as address, active from users where ${theirs}
    union all select 'system', unnest(system_ids), active from users where ${theirs})`;
  await sql`update user_addresses a set held_until = clock_timestamp() where ${theirs} and held_until is null
    and not exists (select from ${present} p where p.active and p.kind = a.kind and p.address = a.address)`.execute(tx);
  // Given to one who is deactivated, an address is had for no time: it finds them where nobody else has had it.
  await sql`insert into user_addresses (account_id, user_id, kind, address, held_from, held_until)
    select ${scope.accountId}, ${userId}, p.kind, p.address, now.at, case when p.active then null else now.at end
    from ${present} p, (select clock_timestamp() as at) as now
    where not exists (select from user_addresses a where ${theirs} and a.kind = p.kind and a.address = p.address
      and (a.held_until is null or not p.active))`.execute(tx);
}
