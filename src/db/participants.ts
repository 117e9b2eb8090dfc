import { sql } from 'kysely';
import type { CallParticipant } from '../contract/v1-answers.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import { holderOf } from './addresses.js';
import type { Db, Scope, Tx } from './database.js';

/** A call's participants as its source sent them, by speaker number. `userId` is null if the source named no user. */
export async function selectParticipants(db: Db | Tx, scope: Scope, callId: string): Promise<CallParticipant[]> {
  const stored = await sql<CallParticipant>`select speaker_number as "speakerNumber", email,
    first_name as "firstName", last_name as "lastName", given_type as type,
    case when user_given then user_id end as "userId" from participants
    where account_id = ${scope.accountId} and call_id = ${callId} order by speaker_number`.execute(db);
  return stored.rows;
}

/**
 * Replaces a call's participants. Each is bound to a user: the one named by id, or else the one to whom the address was
 * already bound in this call, or else the one whom the address names now (`holderOf`). The caller holds the people lock
 * (`holdPeople`).
 */
export async function writeParticipants(
  tx: Tx,
  scope: Scope,
  call: { readonly callId: string; readonly callTime: Micros },
  participants: readonly CallParticipant[],
): Promise<void> {
  const { accountId } = scope;
  const bound = await boundUsers(tx, scope, call, participants);
  await tx.deleteFrom('participants').where('account_id', '=', accountId).where('call_id', '=', call.callId).execute();
  if (participants.length === 0) return;
  const rows = participants.map((participant, index) => ({
    account_id: accountId,
    call_id: call.callId,
    speaker_number: participant.speakerNumber,
    email: participant.email,
    first_name: participant.firstName,
    last_name: participant.lastName,
    given_type: participant.type,
    user_id: participant.userId ?? bound[index]!,
    user_given: participant.userId !== null,
  }));
  await tx.insertInto('participants').values(rows).execute();
}

/** The users to whom addresses are bound, in the order of the participants; null for an address that names nobody. */
async function boundUsers(
  tx: Tx,
  scope: Scope,
  { callId, callTime }: { readonly callId: string; readonly callTime: Micros },
  participants: readonly CallParticipant[],
): Promise<(string | null)[]> {
  if (participants.every(({ email }) => email === null)) return participants.map(() => null);
  const at = sql`${toTimestamp(callTime)}::timestamptz`;
  const found = await sql<{ userId: string | null }>`select coalesce(
      (select p.user_id from participants p where p.account_id = ${scope.accountId} and p.call_id = ${callId}
        and lower(p.email) = lower(sent.email) and p.user_id is not null
        order by p.speaker_number = sent.number desc, p.speaker_number limit 1),
      ${holderOf('email', sql`${scope.accountId}`, sql`sent.email`, at)}) as "userId"
    from unnest(${participants.map(({ speakerNumber }) => speakerNumber)}::integer[],
      ${participants.map(({ email }) => email)}::text[]) with ordinality as sent (number, email, place)
    order by place`.execute(tx);
  return found.rows.map(({ userId }) => userId);
}
