import { sql } from 'kysely';
import { holderOf } from './addresses.js';
import type { Scope, Tx } from './database.js';
import type { MarkTable } from './marked-accounts.js';

/** Where the binding of an account continues: after this call and, for speakers, after this speaker of it. */
export interface BindingPlace {
  readonly step: 'callers' | 'speakers';
  readonly afterCall: string;
  readonly afterSpeaker: number;
}

/** The accounts with calls from before callers and speakers were bound to users. */
export const speakerBindings: MarkTable<BindingPlace> = {
  table: 'speaker_bindings',
  columns: { step: 'step', afterCall: 'after_call', afterSpeaker: 'after_speaker' },
};

/** A call whose source named its caller by an address. */
export interface GivenCallerRow {
  readonly callId: string;
  readonly callerId: string | null;
  /** The user who had the address at the time of the call; null if nobody ever did. */
  readonly holderId: string | null;
}

/**
 * Locks the next calls after an id whose source named the caller by an address, until commit. Returns them in order.
 */
export async function lockGivenCallers(
  tx: Tx,
  scope: Scope,
  afterCall: string,
  limit: number,
): Promise<GivenCallerRow[]> {
  const email = holderOf('email', sql`c.account_id`, sql`c.given_caller_email`, sql`c.call_time`);
  const system = holderOf('system', sql`c.account_id`, sql`c.given_caller_system_id`, sql`c.call_time`);
  const found = await sql<GivenCallerRow>`
    select c.call_id as "callId", c.caller_id as "callerId", coalesce(${email}, ${system}) as "holderId" from calls c
    where c.account_id = ${scope.accountId} and c.call_id > ${afterCall}
      and (c.given_caller_email is not null or c.given_caller_system_id is not null)
    order by c.call_id limit ${limit} for no key update of c`.execute(tx);
  return found.rows;
}

/** Stores the holders of the addresses as the callers. */
export async function writeCallers(
  tx: Tx,
  scope: Scope,
  calls: readonly Pick<GivenCallerRow, 'callId' | 'holderId'>[],
): Promise<void> {
  await sql`update calls c set caller_id = held.user_id
    from unnest(${calls.map(({ callId }) => callId)}::text[], ${calls.map(({ holderId }) => holderId)}::text[])
      as held (call_id, user_id)
    where c.account_id = ${scope.accountId} and c.call_id = held.call_id`.execute(tx);
}

/** A speaker with an e-mail address who is not bound to a user. */
export interface UnboundSpeakerRow {
  readonly callId: string;
  readonly speakerNumber: number;
  /** The user who had the address at the time of the call; null if nobody ever did. */
  readonly holderId: string | null;
  /** Whether any user has the address now. */
  readonly isUser: boolean;
}

/** Locks the next unbound speakers after a place, until commit. Returns them by call and number. */
export async function lockUnboundSpeakers(
  tx: Tx,
  scope: Scope,
  { afterCall, afterSpeaker }: BindingPlace,
  limit: number,
): Promise<UnboundSpeakerRow[]> {
  const holder = holderOf('email', sql`p.account_id`, sql`p.email`, sql`c.call_time`);
  const found = await sql<UnboundSpeakerRow>`
    select p.call_id as "callId", p.speaker_number as "speakerNumber", ${holder} as "holderId",
      exists (select from users u where u.account_id = p.account_id and lower(u.email) = lower(p.email)) as "isUser"
    from participants p join calls c on c.account_id = p.account_id and c.call_id = p.call_id
    where p.account_id = ${scope.accountId} and p.user_id is null and p.email is not null
      and (p.call_id, p.speaker_number) > (${afterCall}, ${afterSpeaker})
    order by p.call_id, p.speaker_number limit ${limit} for no key update of p`.execute(tx);
  return found.rows;
}

/** Binds speakers to the holders of their addresses. */
export async function writeBindings(
  tx: Tx,
  scope: Scope,
  speakers: readonly Omit<UnboundSpeakerRow, 'isUser'>[],
): Promise<void> {
  const callIds = speakers.map(({ callId }) => callId);
  const numbers = speakers.map(({ speakerNumber }) => speakerNumber);
  const userIds = speakers.map(({ holderId }) => holderId);
  await sql`update participants p set user_id = held.user_id
    from unnest(${callIds}::text[], ${numbers}::integer[], ${userIds}::text[])
      as held (call_id, speaker_number, user_id)
    where p.account_id = ${scope.accountId} and p.call_id = held.call_id
      and p.speaker_number = held.speaker_number`.execute(tx);
}
