import { sql } from 'kysely';
import { holderOf } from '../../db/addresses.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { holdPeople } from '../../db/people.js';
import { STAMP_BATCH, stampCalls } from '../../db/stamps.js';
import { enqueueAll } from '../../queue/jobs.js';
import { entriesChanged } from '../restamp.js';

/** Where an account's binding goes on: behind this call and, at its speakers, behind this one of it. */
interface Place {
  readonly step: 'callers' | 'speakers';
  readonly afterCall: string;
  readonly afterSpeaker: number;
}

/**
 * Binds the callers and speakers of calls that were stored before there were bindings, of the accounts that an upgrade marked: to
 * whoever had the address at the call's time. A batch a transaction, so it goes on from there when it was stopped.
 */
export async function bindStoredCalls(db: Db, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await db.transaction().execute(bindBatch)));
}

/** Whether something was left to do. An account that another worker is at is left to it. */
async function bindBatch(tx: Tx): Promise<boolean> {
  const due = await sql<Scope & Place>`select account_id as "accountId", step, after_call as "afterCall",
      after_speaker as "afterSpeaker"
    from speaker_bindings order by account_id limit 1 for update skip locked`.execute(tx);
  const account = due.rows[0];
  if (account === undefined) return false;
  await holdPeople(tx, account);
  const next = await steps[account.step](tx, account, account);
  const theirs = sql`account_id = ${account.accountId}`;
  if (next === null) await sql`delete from speaker_bindings where ${theirs}`.execute(tx);
  else {
    await sql`update speaker_bindings set step = ${next.step}, after_call = ${next.afterCall},
      after_speaker = ${next.afterSpeaker} where ${theirs}`.execute(tx);
  }
  return true;
}

/** Each binds its next batch, and answers where to go on; null at the end. */
const steps: Record<Place['step'], (tx: Tx, scope: Scope, place: Place) => Promise<Place | null>> = {
  async callers(tx, scope, { afterCall }) {
    const email = holderOf('email', sql`c.account_id`, sql`c.given_caller_email`, sql`c.call_time`);
    const system = holderOf('system', sql`c.account_id`, sql`c.given_caller_system_id`, sql`c.call_time`);
    const found = await sql<{ callId: string; callerId: string | null; holder: string | null }>`
      select c.call_id as "callId", c.caller_id as "callerId", coalesce(${email}, ${system}) as holder from calls c
      where c.account_id = ${scope.accountId} and c.call_id > ${afterCall}
        and (c.given_caller_email is not null or c.given_caller_system_id is not null)
      order by c.call_id limit ${STAMP_BATCH} for no key update of c`.execute(tx);
    const others = found.rows.filter(({ callerId, holder }) => holder !== null && holder !== callerId);
    const callIds = others.map(({ callId }) => callId);
    await sql`update calls c set caller_id = held.user_id
      from unnest(${callIds}::text[], ${others.map(({ holder }) => holder)}::text[]) as held (call_id, user_id)
      where c.account_id = ${scope.accountId} and c.call_id = held.call_id`.execute(tx);
    await entriesChanged(tx, scope, 'call', callIds);
    await stampCalls(tx, scope, callIds);
    const last = found.rows.length < STAMP_BATCH ? undefined : found.rows.at(-1);
    if (last === undefined) return { step: 'speakers', afterCall: '', afterSpeaker: -1 };
    return { step: 'callers', afterCall: last.callId, afterSpeaker: -1 };
  },
  async speakers(tx, scope, { afterCall, afterSpeaker }) {
    const holder = holderOf('email', sql`p.account_id`, sql`p.email`, sql`c.call_time`);
    // Before there were bindings, whoever had the address at the moment of the analysis was taken for the speaker.
    const found = await sql<{ callId: string; speakerNumber: number; holder: string | null; wasUser: boolean }>`
      select p.call_id as "callId", p.speaker_number as "speakerNumber", ${holder} as holder,
        exists (select from users u where u.account_id = p.account_id and lower(u.email) = lower(p.email)) as "wasUser"
      from participants p join calls c on c.account_id = p.account_id and c.call_id = p.call_id
      where p.account_id = ${scope.accountId} and p.user_id is null and p.email is not null
        and (p.call_id, p.speaker_number) > (${afterCall}, ${afterSpeaker})
      order by p.call_id, p.speaker_number limit ${STAMP_BATCH} for no key update of p`.execute(tx);
    const bound = found.rows.filter((row) => row.holder !== null);
    await sql`update participants p set user_id = held.user_id
      from unnest(${bound.map(({ callId }) => callId)}::text[], ${bound.map(({ speakerNumber }) => speakerNumber)}::integer[],
        ${bound.map((row) => row.holder)}::text[]) as held (call_id, speaker_number, user_id)
      where p.account_id = ${scope.accountId} and p.call_id = held.call_id
        and p.speaker_number = held.speaker_number`.execute(tx);
    const callIds = new Set(bound.filter(({ wasUser }) => !wasUser).map(({ callId }) => callId));
    await enqueueAll(
      tx,
      'analyze',
      [...callIds].map((callId) => ({ accountId: scope.accountId, callId })),
    );
    const last = found.rows.length < STAMP_BATCH ? undefined : found.rows.at(-1);
    return last === undefined ? null : { step: 'speakers', afterCall: last.callId, afterSpeaker: last.speakerNumber };
  },
};
