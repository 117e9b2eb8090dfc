import { sql } from 'kysely';
import type { CallSpeaker } from '../contract/v1-answers.js';
import { holderOf } from './addresses.js';
import type { Db, Scope, Tx } from './database.js';
import type { Viewer } from './library.js';
import { visible } from './visibility.js';

type SpeakerType = CallSpeaker['speakerType'];

/** The stored data of a speaker: what the source sent, the user to whom it is bound, and how a person corrected it. */
export interface SpeakerRow {
  readonly callId: string;
  readonly speakerNumber: number;
  readonly isCorrected: boolean;
  readonly correctedType: SpeakerType | null;
  readonly sentEmail: string | null;
  readonly sentFirstName: string | null;
  readonly sentLastName: string | null;
  readonly sentType: SpeakerType | null;
  /** Whether the source's data names a user. */
  readonly isSentUser: boolean;
  /** The user who is speaking; null if it is not a user. */
  readonly userId: string | null;
  readonly userEmail: string | null;
  readonly userFirstName: string | null;
  readonly userLastName: string | null;
}

/** The speakers of calls, by call and number: those that a source sent and those that a person corrected. */
export async function selectSpeakers(
  db: Db | Tx,
  scope: Scope,
  callIds: readonly string[],
): Promise<readonly SpeakerRow[]> {
  const ofCalls = sql`account_id = ${scope.accountId} and call_id = any(${callIds})`;
  // A participant whom a job has yet to bind is already shown as bound.
  const holder = holderOf('email', sql`c.account_id`, sql`p.email`, sql`c.call_time`);
  const found = await sql<SpeakerRow>`
    select s."callId", s."speakerNumber", s."isCorrected", s."correctedType", s."sentEmail", s."sentFirstName",
      s."sentLastName", s."sentType", s."boundTo" is not null as "isSentUser", u.user_id as "userId",
      u.email as "userEmail", coalesce(s."correctedFirstName", u.first_name) as "userFirstName",
      coalesce(s."correctedLastName", u.last_name) as "userLastName"
    from (select call_id as "callId", speaker_number as "speakerNumber", k.call_id is not null as "isCorrected",
        k.speaker_type as "correctedType", k.user_id as "correctedTo", k.first_name as "correctedFirstName",
        k.last_name as "correctedLastName", p.email as "sentEmail", p.first_name as "sentFirstName",
        p.last_name as "sentLastName", p.given_type as "sentType",
        coalesce(p.user_id, case when p.email is not null then ${holder} end) as "boundTo"
      from (select * from participants where ${ofCalls}) p
        full join (select * from speaker_corrections where ${ofCalls}) k using (call_id, speaker_number)
        join calls c using (call_id)
      where c.account_id = ${scope.accountId}) s
    left join users u on u.account_id = ${scope.accountId}
      and u.user_id = case when s."isCorrected" then s."correctedTo" else s."boundTo" end
    order by 1, 2`.execute(db);
  return found.rows;
}

/** A person's correction of a speaker: a user, or a person of a type. */
export interface SpeakerCorrection {
  readonly userId: string | null;
  readonly type: SpeakerType | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

/** Replaces the correction of a speaker; null removes it. */
export async function writeCorrection(
  tx: Tx,
  scope: Scope,
  { callId, speakerNumber }: { readonly callId: string; readonly speakerNumber: number },
  correction: SpeakerCorrection | null,
): Promise<void> {
  await sql`delete from speaker_corrections where account_id = ${scope.accountId} and call_id = ${callId}
    and speaker_number = ${speakerNumber}`.execute(tx);
  if (correction === null) return;
  const { userId, type, firstName, lastName } = correction;
  await sql`insert into speaker_corrections (account_id, call_id, speaker_number, user_id, speaker_type, first_name,
      last_name)
    values (${scope.accountId}, ${callId}, ${speakerNumber}, ${userId}, ${type}, ${firstName}, ${lastName})`.execute(
    tx,
  );
}

/** The caller of a call that the viewer sees, with the call locked until commit; null if there is no such call. */
export async function lockCallOfSpeaker(
  tx: Tx,
  viewer: Viewer,
  callId: string,
): Promise<{ readonly callerId: string | null } | null> {
  const found = await sql<{ callerId: string | null }>`select c.caller_id as "callerId" from calls c
    where c.account_id = ${viewer.accountId} and c.call_id = ${callId} and ${visible(viewer.sight, 'c')}
    for no key update of c`.execute(tx);
  return found.rows[0] ?? null;
}
