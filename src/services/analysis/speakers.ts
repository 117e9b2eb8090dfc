import { sql } from 'kysely';
import type { SpeakerType } from '../../analysis/words.js';
import { holderOf } from '../../db/addresses.js';
import type { Db, Scope, Tx } from '../../db/database.js';

export interface Speaker {
  /** Null where it is no user. */
  readonly userId: string | null;
  /** The user's present one, else as it was given. */
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly speakerType: SpeakerType;
  /** Whether a person said who it is. */
  readonly isCorrected: boolean;
}

/** A call, as far as its speakers go. */
export interface HeardCall {
  readonly callId: string;
  /** JSON. */
  readonly crmMatches: string;
}

interface SpeakerRow {
  readonly callId: string;
  readonly speakerNumber: number;
  readonly isCorrected: boolean;
  readonly correctedType: SpeakerType | null;
  readonly givenEmail: string | null;
  readonly givenFirstName: string | null;
  readonly givenLastName: string | null;
  readonly givenType: SpeakerType | null;
  /** Whether what the source gave is a user's. */
  readonly givenIsUser: boolean;
  readonly userId: string | null;
  readonly userEmail: string | null;
  readonly userFirstName: string | null;
  readonly userLastName: string | null;
}

/**
 * Who speaks in each of the calls, by speaker number: as a person corrected it, or else the user to whom the source's participant
 * is bound, or else as the source says. INTERNAL is a user of the account (also one who has left) or was given so; EXTERNAL
 * matches a CRM contact of the call by full name or was given so; else UNKNOWN.
 */
export async function resolveSpeakers(
  db: Db | Tx,
  scope: Scope,
  calls: readonly HeardCall[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, Speaker>>> {
  const ofCalls = sql`account_id = ${scope.accountId} and call_id = any(${calls.map(({ callId }) => callId)})`;
  // One that is still to be bound, by a job, is who it will be bound to.
  const holder = holderOf('email', sql`c.account_id`, sql`p.email`, sql`c.call_time`);
  const found = await sql<SpeakerRow>`
    select s."callId", s."speakerNumber", s."isCorrected", s."correctedType", s."givenEmail", s."givenFirstName",
      s."givenLastName", s."givenType", s."boundTo" is not null as "givenIsUser", u.user_id as "userId",
      u.email as "userEmail", coalesce(s."correctedFirstName", u.first_name) as "userFirstName",
      coalesce(s."correctedLastName", u.last_name) as "userLastName"
    from (select call_id as "callId", speaker_number as "speakerNumber", k.call_id is not null as "isCorrected",
        k.speaker_type as "correctedType", k.user_id as "correctedTo", k.first_name as "correctedFirstName",
        k.last_name as "correctedLastName", p.email as "givenEmail", p.first_name as "givenFirstName",
        p.last_name as "givenLastName", p.given_type as "givenType",
        coalesce(p.user_id, case when p.email is not null then ${holder} end) as "boundTo"
      from (select * from participants where ${ofCalls}) p
        full join (select * from speaker_corrections where ${ofCalls}) k using (call_id, speaker_number)
        join calls c using (call_id)
      where c.account_id = ${scope.accountId}) s
    left join users u on u.account_id = ${scope.accountId}
      and u.user_id = case when s."isCorrected" then s."correctedTo" else s."boundTo" end
    order by 1, 2`.execute(db);
  const speakers = new Map(calls.map(({ callId }) => [callId, new Map<number, Speaker>()]));
  const contacts = new Map(calls.map(({ callId, crmMatches }) => [callId, contactNames(crmMatches)]));
  for (const row of found.rows) {
    speakers.get(row.callId)!.set(row.speakerNumber, speakerOf(row, contacts.get(row.callId)!));
  }
  return speakers;
}

function speakerOf(row: SpeakerRow, contacts: ReadonlySet<string>): Speaker {
  const { userId, isCorrected } = row;
  // What the source says of somebody else is not said of whom a person has put in their place.
  const given = !isCorrected;
  const firstName = (given ? row.givenFirstName : null) ?? row.userFirstName;
  const lastName = (given ? row.givenLastName : null) ?? row.userLastName;
  const isGiven = given || !row.givenIsUser;
  const email = userId !== null ? row.userEmail : isGiven ? row.givenEmail : null;
  const names = { userId, email, firstName, lastName, isCorrected };
  if (userId !== null) return { ...names, speakerType: 'INTERNAL' };
  if (row.correctedType !== null) return { ...names, speakerType: row.correctedType };
  const isExternal = row.givenType === 'EXTERNAL' || contacts.has(fullName(firstName, lastName));
  return { ...names, speakerType: isExternal ? 'EXTERNAL' : (row.givenType ?? 'UNKNOWN') };
}

/** The types of the calls' speakers: by call, then by speaker number. */
export async function speakerTypes(
  db: Db | Tx,
  scope: Scope,
  calls: readonly HeardCall[],
): Promise<(callId: string) => (speaker: number) => SpeakerType> {
  const speakers = await resolveSpeakers(db, scope, calls);
  return (callId) => (speaker) => speakers.get(callId)?.get(speaker)?.speakerType ?? 'UNKNOWN';
}

function fullName(firstName: string | null, lastName: string | null): string {
  return `${firstName ?? ''} ${lastName ?? ''}`.trim().replace(/\s+/g, ' ').toLowerCase();
}

function contactNames(crmMatches: string): ReadonlySet<string> {
  const matches = JSON.parse(crmMatches) as { contacts: { name: string }[] }[];
  const names = matches.flatMap((match) => match.contacts.map((contact) => fullName(contact.name, null)));
  return new Set(names.filter((name) => name !== ''));
}
