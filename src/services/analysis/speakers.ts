import type { Form } from '../../analysis/form.js';
import { readForm } from '../../analysis/form-upgrade.js';
import { simplifiedTranscript } from '../../analysis/transcript.js';
import type { SpeakerType } from '../../analysis/words.js';
import type { CallSpeaker } from '../../contract/v1-answers.js';
import type { Transcript } from '../../contract/v2.js';
import { readStoredForm } from '../../db/analysis-forms.js';
import { findCallRecord } from '../../db/call-records.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { type SpeakerRow, selectSpeakers } from '../../db/speakers.js';
import { inflate } from '../../wire/fragment.js';

/** The identity of a speaker. */
type Speaker = Omit<CallSpeaker, 'speakerNumber'>;

/** The data of a call that its speakers are resolved from. */
interface HeardCall {
  readonly callId: string;
  /** JSON. */
  readonly crmMatches: string;
}

/**
 * Who speaks in each of the calls, by speaker number: as a person corrected it, or else the user to whom the source's
 * participant is bound, or else as the source says. A speaker is INTERNAL if they are a user of the account (even one
 * who has left) or the source says so. They are EXTERNAL if their full name matches a CRM contact of the call or the
 * source says so. Otherwise they are UNKNOWN.
 */
async function resolveSpeakers(
  db: Db | Tx,
  scope: Scope,
  calls: readonly HeardCall[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, Speaker>>> {
  const rows = await selectSpeakers(
    db,
    scope,
    calls.map(({ callId }) => callId),
  );
  const speakers = new Map(calls.map(({ callId }) => [callId, new Map<number, Speaker>()]));
  const contacts = new Map(calls.map(({ callId, crmMatches }) => [callId, contactNames(crmMatches)]));
  for (const row of rows) {
    speakers.get(row.callId)!.set(row.speakerNumber, speakerOf(row, contacts.get(row.callId)!));
  }
  return speakers;
}

function speakerOf(row: SpeakerRow, contacts: ReadonlySet<string>): Speaker {
  const { userId, isCorrected } = row;
  // The source's data does not apply to the person by whom a correction replaced the speaker.
  const given = !isCorrected;
  const firstName = (given ? row.sentFirstName : null) ?? row.userFirstName;
  const lastName = (given ? row.sentLastName : null) ?? row.userLastName;
  const isGiven = given || !row.isSentUser;
  const email = userId !== null ? row.userEmail : isGiven ? row.sentEmail : null;
  const names = { userId, email, firstName, lastName, isCorrected };
  if (userId !== null) return { ...names, speakerType: 'INTERNAL' };
  if (row.correctedType !== null) return { ...names, speakerType: row.correctedType };
  const isExternal = row.sentType === 'EXTERNAL' || contacts.has(fullName(firstName, lastName));
  return { ...names, speakerType: isExternal ? 'EXTERNAL' : (row.sentType ?? 'UNKNOWN') };
}

/** The types of the calls' speakers, by call and then by speaker number. */
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

/** A speaker about whom nothing is known. */
export const NOBODY: Speaker = {
  userId: null,
  email: null,
  firstName: null,
  lastName: null,
  speakerType: 'UNKNOWN',
  isCorrected: false,
};

/**
 * Who speaks in a call, by speaker number: the participants that were sent and the speakers heard in the transcript.
 * Null if there is no such call.
 */
export async function speakersOf(db: Db | Tx, scope: Scope, callId: string): Promise<CallSpeaker[] | null> {
  return (await readHeard(db, scope, callId))?.speakers ?? null;
}

/** A call's simplified transcript (api-v2 §4); null if there is no such call. */
export async function simplifiedTranscriptOf(db: Db, scope: Scope, callId: string): Promise<Transcript | null> {
  const heard = await readHeard(db, scope, callId);
  if (heard === null) return null;
  const speakers = heard.speakers.map(({ email, firstName, lastName, speakerNumber, speakerType }) => {
    return { email, firstName, lastName, speakerNumber, speakerType };
  });
  return { speakers, transcript: heard.form === null ? [] : simplifiedTranscript(heard.form) };
}

/**
 * Who speaks in a call, by speaker number, and what is said; null if there is no such call.
 * @throws RangeError or TypeError if what is stored of the transcript is damaged.
 */
export async function readHeard(
  db: Db | Tx,
  scope: Scope,
  callId: string,
): Promise<{ readonly speakers: CallSpeaker[]; readonly form: Form | null } | null> {
  const call = await findCallRecord(db, scope, callId);
  if (!call) return null;
  const known = (await resolveSpeakers(db, scope, [call])).get(callId)!;
  const stored = await readStoredForm(db, scope, callId);
  const form = stored === undefined ? null : readForm(await inflate(stored.deflated, stored.rawLength));
  const numbers = new Set([...known.keys(), ...(form?.blockSpeaker ?? [])]);
  const speakers = [...numbers]
    .sort((a, b) => a - b)
    .map((speakerNumber) => ({ speakerNumber, ...(known.get(speakerNumber) ?? NOBODY) }));
  return { speakers, form };
}
