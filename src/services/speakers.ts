import { sql } from 'kysely';
import type { SpeakerType } from '../analysis/words.js';
import type { Db, Scope } from '../db/schema.js';

export interface Speaker {
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly speakerType: SpeakerType;
}

/** A call, as far as its speakers go. */
export interface HeardCall {
  readonly callId: string;
  /** JSON. */
  readonly crmMatches: string;
}

interface ParticipantRow {
  readonly callId: string;
  readonly speakerNumber: number;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly givenType: SpeakerType | null;
  readonly userFirstName: string | null;
  readonly userLastName: string | null;
  readonly isUser: boolean;
}

/**
 * Who speaks in each of the calls, by speaker number. INTERNAL matched a user of the account by e-mail address (also one
 * who has left) or was given so; EXTERNAL matched a CRM contact of the call by full name or was given so; else UNKNOWN.
 */
export async function resolveSpeakers(
  db: Db,
  scope: Scope,
  calls: readonly HeardCall[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, Speaker>>> {
  const found = await sql<ParticipantRow>`
    select p.call_id as "callId", p.speaker_number as "speakerNumber", p.email, p.first_name as "firstName",
      p.last_name as "lastName", p.given_type as "givenType", u.first_name as "userFirstName",
      u.last_name as "userLastName", u.user_id is not null as "isUser"
    from participants p
    left join lateral (
      select user_id, first_name, last_name from users
      where account_id = p.account_id and lower(email) = lower(p.email) order by active desc, user_id limit 1
    ) u on true
    where p.account_id = ${scope.accountId} and p.call_id = any(${calls.map(({ callId }) => callId)})
    order by p.call_id, p.speaker_number`.execute(db);
  const speakers = new Map(calls.map(({ callId }) => [callId, new Map<number, Speaker>()]));
  const contacts = new Map(calls.map(({ callId, crmMatches }) => [callId, contactNames(crmMatches)]));
  for (const row of found.rows) {
    const { callId, email, givenType } = row;
    const firstName = row.firstName ?? row.userFirstName;
    const lastName = row.lastName ?? row.userLastName;
    const isContact = contacts.get(callId)!.has(fullName(firstName, lastName));
    const speakerType: SpeakerType = row.isUser
      ? 'INTERNAL'
      : isContact || givenType === 'EXTERNAL'
        ? 'EXTERNAL'
        : (givenType ?? 'UNKNOWN');
    speakers.get(callId)!.set(row.speakerNumber, { email, firstName, lastName, speakerType });
  }
  return speakers;
}

/** The types of the calls' speakers: by call, then by speaker number. */
export async function speakerTypes(
  db: Db,
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
