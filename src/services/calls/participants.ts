import { sql } from 'kysely';
import { holderOf } from '../../db/addresses.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { usersNamed } from '../../db/named-users.js';
import { invalid } from '../../errors.js';
import { type Micros, toTimestamp } from '../../wire/instants.js';
import type { GivenParticipant } from './call-input.js';

/** A call's participants as its source gave them, by speaker number. */
export async function readParticipants(db: Db | Tx, scope: Scope, callId: string): Promise<GivenParticipant[]> {
  const stored = await sql<GivenParticipant>`select speaker_number as "speakerNumber", email,
    first_name as "firstName", last_name as "lastName", given_type as type,
    case when user_given then user_id end as "userId" from participants
    where account_id = ${scope.accountId} and call_id = ${callId} order by speaker_number`.execute(db);
  return stored.rows;
}

/** The same, with whom their ids name; refuses ids of no user. */
export async function namedParticipants(
  tx: Tx,
  scope: Scope,
  participants: readonly GivenParticipant[],
): Promise<readonly GivenParticipant[]> {
  const ids = participants.flatMap(({ userId }) => userId ?? []);
  if (ids.length === 0) return participants;
  const named = await usersNamed(tx, scope, ids);
  return participants.map((participant) => {
    const { speakerNumber, userId } = participant;
    if (userId === null) return participant;
    const user = named.get(userId);
    if (user) return { ...participant, userId: user.id };
    const problem = `have a userId of speaker ${speakerNumber} that names no user of this account`;
    throw invalid('participants', problem, "users' ids");
  });
}

/**
 * Takes these in place of the call's participants. Each is bound to a user: the one whom it names by id, or the one to whom
 * its address was bound in this call before, or the one whom its address names now (`holderOf`). Behind `holdPeople`.
 */
export async function writeParticipants(
  tx: Tx,
  scope: Scope,
  call: { readonly callId: string; readonly callTime: Micros },
  participants: readonly GivenParticipant[],
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

/** Whom addresses are bound to, in the order of the participants; null for those of nobody. */
async function boundUsers(
  tx: Tx,
  scope: Scope,
  { callId, callTime }: { readonly callId: string; readonly callTime: Micros },
  participants: readonly GivenParticipant[],
): Promise<(string | null)[]> {
  if (participants.every(({ email }) => email === null)) return participants.map(() => null);
  const at = sql`${toTimestamp(callTime)}::timestamptz`;
  const found = await sql<{ userId: string | null }>`select coalesce(
      (select p.user_id from participants p where p.account_id = ${scope.accountId} and p.call_id = ${callId}
        and lower(p.email) = lower(given.email) and p.user_id is not null
        order by p.speaker_number = given.number desc, p.speaker_number limit 1),
      ${holderOf('email', sql`${scope.accountId}`, sql`given.email`, at)}) as "userId"
    from unnest(${participants.map(({ speakerNumber }) => speakerNumber)}::integer[],
      ${participants.map(({ email }) => email)}::text[]) with ordinality as given (number, email, place)
    order by place`.execute(tx);
  return found.rows.map(({ userId }) => userId);
}
