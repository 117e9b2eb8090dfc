import { sql } from 'kysely';
import { analyzeCall as analyze, type CallAnalysis, type CallMatches, matchCall } from '../analysis/analyze.js';
import { decodeForm, type Form } from '../analysis/form.js';
import { accountMark, sectionTexts } from '../analysis/search-text.js';
import { compileTopics, type TopicSet } from '../analysis/topics.js';
import { simplifiedTranscript } from '../analysis/transcript.js';
import type { SpeakerType } from '../analysis/words.js';
import type { Clock } from '../clock.js';
import type { Transcript } from '../contract/v2.js';
import { writeSections, writeTopicHits } from '../db/call-search.js';
import { insertFragment, retireFragment, sameFragment } from '../db/fragments.js';
import type { Db, Scope, Tx } from '../db/schema.js';
import { stampCalls } from '../db/stamps.js';
import { enqueue } from '../jobs/kinds.js';
import { inflate, makeFragment } from '../wire/fragment.js';
import { listTopics } from './topics.js';

export interface AnalysisDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly topicSets: TopicSets;
}

interface AccountTopics {
  readonly version: number;
  readonly set: TopicSet;
  readonly canonicalId: number | null;
}

/** Each account's compiled topics, compiled again when they change. */
export interface TopicSets {
  of(db: Db, scope: Scope, version: number): Promise<AccountTopics>;
}

const MAX_CACHED = 100;

export function createTopicSets(): TopicSets {
  const cached = new Map<string, AccountTopics>();
  return {
    async of(db, scope, version) {
      const known = cached.get(scope.accountId);
      if (known?.version === version) return known;
      const topics = (await listTopics(db, scope)).filter((topic) => topic.active);
      const fresh = {
        version,
        set: compileTopics(topics),
        canonicalId: topics.find((topic) => topic.canonicalQuestions)?.id ?? null,
      };
      cached.delete(scope.accountId);
      cached.set(scope.accountId, fresh);
      if (cached.size > MAX_CACHED) cached.delete(cached.keys().next().value!);
      return fresh;
    },
  };
}

interface Versions {
  readonly topics: number;
  readonly people: number;
}

async function readVersions(db: Db | Tx, scope: Scope, lock: boolean): Promise<Versions> {
  const found = await sql<Versions>`select topics_version as topics, people_version as people from accounts
    where account_id = ${scope.accountId} ${lock ? sql`for share` : sql``}`.execute(db);
  return found.rows[0]!;
}

interface StoredCall {
  readonly callId: string;
  readonly state: string;
  readonly duration: number | null;
  readonly contentVersion: number;
  readonly stats: string | null;
  readonly questionCounts: string | null;
  readonly topicsFragmentId: number | null;
  readonly transcriptFragmentId: number | null;
  readonly sectionsFragmentId: number | null;
  readonly crmMatches: string;
}

async function readCall(db: Db | Tx, scope: Scope, callId: string, lock: boolean): Promise<StoredCall | undefined> {
  const found = await sql<StoredCall>`select call_id as "callId", state, duration, content_version as "contentVersion",
      stats, question_counts as "questionCounts", topics_fragment_id as "topicsFragmentId", crm_matches as "crmMatches",
      transcript_fragment_id as "transcriptFragmentId", sections_fragment_id as "sectionsFragmentId"
    from calls where account_id = ${scope.accountId} and call_id = ${callId}
    ${lock ? sql`for update` : sql``}`.execute(db);
  return found.rows[0];
}

interface StoredForm {
  readonly deflated: Buffer;
  readonly rawLength: number;
}

async function readForm(db: Db, scope: Scope, callId: string): Promise<StoredForm | undefined> {
  return db
    .selectFrom('analysis_forms')
    .select(['deflated', 'raw_length as rawLength'])
    .where('account_id', '=', scope.accountId)
    .where('call_id', '=', callId)
    .executeTakeFirst();
}

async function decode(stored: StoredForm): Promise<Form> {
  return decodeForm(await inflate(stored.deflated, stored.rawLength));
}

/** What a form gives, or why nothing can be made of it: that is the call's own fault and would be so again. */
async function fromForm<T>(stored: StoredForm, make: (form: Form) => T): Promise<T | Error> {
  try {
    return make(await decode(stored));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

interface Speaker {
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly speakerType: SpeakerType;
}

interface ParticipantRow {
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
 * Who speaks in a call. INTERNAL matched a user of the account by e-mail address (also one who has left) or was
 * given so; EXTERNAL matched a CRM contact of the call by full name or was given so; else UNKNOWN.
 */
export async function resolveSpeakers(
  db: Db,
  scope: Scope,
  callId: string,
  crmMatches: string,
): Promise<ReadonlyMap<number, Speaker>> {
  const found = await sql<ParticipantRow>`
    select p.speaker_number as "speakerNumber", p.email, p.first_name as "firstName", p.last_name as "lastName",
      p.given_type as "givenType", u.first_name as "userFirstName", u.last_name as "userLastName",
      u.user_id is not null as "isUser"
    from participants p
    left join lateral (
      select user_id, first_name, last_name from users
      where account_id = p.account_id and lower(email) = lower(p.email) order by active desc, user_id limit 1
    ) u on true
    where p.account_id = ${scope.accountId} and p.call_id = ${callId} order by p.speaker_number`.execute(db);
  const contacts = contactNames(crmMatches);
  return new Map(
    found.rows.map((row) => {
      const { email, givenType } = row;
      const firstName = row.firstName ?? row.userFirstName;
      const lastName = row.lastName ?? row.userLastName;
      const isContact = contacts.has(fullName(firstName, lastName));
      const speakerType: SpeakerType = row.isUser
        ? 'INTERNAL'
        : isContact || givenType === 'EXTERNAL'
          ? 'EXTERNAL'
          : (givenType ?? 'UNKNOWN');
      return [row.speakerNumber, { email, firstName, lastName, speakerType }];
    }),
  );
}

function fullName(firstName: string | null, lastName: string | null): string {
  return `${firstName ?? ''} ${lastName ?? ''}`.trim().replace(/\s+/g, ' ').toLowerCase();
}

function contactNames(crmMatches: string): ReadonlySet<string> {
  const matches = JSON.parse(crmMatches) as { contacts: { name: string }[] }[];
  const names = matches.flatMap((match) => match.contacts.map((contact) => fullName(contact.name, null)));
  return new Set(names.filter((name) => name !== ''));
}

/**
 * Makes a call's statistics, topic matches and question counts, and completes it. When content, people or topics
 * change meanwhile, it begins again with the new; a call whose entry would be the same is not stamped.
 * What cannot be analysed becomes an ERROR with its reason.
 */
export async function analyzeCall(deps: AnalysisDeps, scope: Scope, callId: string): Promise<void> {
  for (;;) {
    const versions = await readVersions(deps.db, scope, false);
    const call = await readCall(deps.db, scope, callId, false);
    const form = call && (await readForm(deps.db, scope, callId));
    // Deleted, or its transcript taken away, since the job was added.
    if (!call || !form) return;
    const speakers = await resolveSpeakers(deps.db, scope, callId, call.crmMatches);
    const topics = await deps.topicSets.of(deps.db, scope, versions.topics);
    const typeOf = (speaker: number) => speakers.get(speaker)?.speakerType ?? 'UNKNOWN';
    const settings = { topics: topics.set, canonicalTopicId: topics.canonicalId, typeOf };
    const analysis = await fromForm(form, (decoded) => ({
      ...analyze(decoded, call.duration, settings),
      sections: sectionsFor(scope, call, decoded),
    }));
    const done = await commit(deps, scope, call, versions, analysis);
    if (done) return;
  }
}

/** Answers false where the world moved on meanwhile. */
async function commit(
  deps: AnalysisDeps,
  scope: Scope,
  read: StoredCall,
  versions: Versions,
  analysis: (CallAnalysis & WithSections) | Error,
): Promise<boolean> {
  return deps.db.transaction().execute(async (tx) => {
    const current = await readVersions(tx, scope, true);
    const call = await readCall(tx, scope, read.callId, true);
    if (!call) return true;
    const moved =
      current.topics !== versions.topics ||
      current.people !== versions.people ||
      call.contentVersion !== read.contentVersion;
    if (moved) return false;
    if (analysis instanceof Error) {
      await updateCall(tx, scope, call.callId, failure(analysis));
      if (call.state !== 'ERROR') await stampCalls(tx, scope, [call.callId]);
      return true;
    }
    const { stats, ...matching } = analysis;
    const changes = await matchingChanges(deps, tx, scope, call, matching);
    const statsJson = JSON.stringify(stats);
    if (statsJson !== call.stats) changes.stats = statsJson;
    if (call.state !== 'COMPLETE') Object.assign(changes, { state: 'COMPLETE', error_reason: null });
    await updateCall(tx, scope, call.callId, {
      ...changes,
      ...(await indexedColumns(tx, scope, call, matching)),
      topics_version: versions.topics,
      people_version: versions.people,
    });
    if (Object.keys(changes).length > 0) await stampCalls(tx, scope, [call.callId]);
    return true;
  });
}

interface WithSections {
  /** The texts that the library searches; null where those of this transcript are stored. */
  readonly sections: readonly string[] | null;
}

function sectionsFor({ accountId }: Scope, call: StoredCall, form: Form): readonly string[] | null {
  return call.sectionsFragmentId === call.transcriptFragmentId ? null : sectionTexts(form, accountMark(accountId));
}

/** Stores the sections of a call that has none of this transcript; answers the columns that tell so. */
async function indexedColumns(tx: Tx, scope: Scope, call: StoredCall, { sections }: WithSections) {
  if (sections === null) return {};
  await writeSections(tx, scope, call.callId, sections);
  return { sections_fragment_id: call.transcriptFragmentId };
}

function failure(error: Error): Record<string, unknown> {
  return { state: 'ERROR', error_reason: error.message };
}

async function updateCall(tx: Tx, scope: Scope, callId: string, columns: Record<string, unknown>): Promise<void> {
  await tx
    .updateTable('calls')
    .set(columns)
    .where('account_id', '=', scope.accountId)
    .where('call_id', '=', callId)
    .execute();
}

/** The columns of a call that new matches change; none where its entry stays the same. */
async function matchingChanges(
  deps: AnalysisDeps,
  tx: Tx,
  scope: Scope,
  call: StoredCall,
  matching: CallMatches & WithSections,
): Promise<Record<string, unknown>> {
  const changes: Record<string, unknown> = {};
  const counts = JSON.stringify(matching.questionCounts);
  if (counts !== call.questionCounts) changes.question_counts = counts;
  const fragment = makeFragment(matching.topicMatches);
  const stored = call.topicsFragmentId;
  const same = stored !== null && (await sameFragment(tx, scope, stored, fragment));
  if (!same) {
    await retireFragment(tx, scope, stored, deps.clock.now() * 1000);
    changes.topics_fragment_id = await insertFragment(tx, scope, call.callId, fragment);
  }
  // A call that was analysed before there were hits has the same matches, and none of them.
  if (!same || matching.sections !== null) await writeTopicHits(tx, scope, call.callId, matching.topicHits);
  return changes;
}

/** Calls that one turn of re-matching reads and commits. */
const REMATCH_BATCH = 50;

/**
 * Matches the account's calls with its current topics, a batch a transaction, until none is left that was matched
 * with older ones. Goes on where it stopped: a call's own version says whether its turn has come.
 */
export async function rematchCalls(deps: AnalysisDeps, scope: Scope, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const versions = await readVersions(deps.db, scope, false);
    const topics = await deps.topicSets.of(deps.db, scope, versions.topics);
    const due = await deps.db
      .selectFrom('calls')
      .select('call_id')
      .where('account_id', '=', scope.accountId)
      .where('state', '=', 'COMPLETE')
      .where('topics_version', '<', versions.topics)
      .orderBy('topics_version')
      .orderBy('call_id')
      .limit(REMATCH_BATCH)
      .execute();
    if (due.length === 0) return;
    const matched: { call: StoredCall; matching: (CallMatches & WithSections) | Error }[] = [];
    for (const { call_id: callId } of due) {
      const call = await readCall(deps.db, scope, callId, false);
      const form = call && (await readForm(deps.db, scope, callId));
      if (!call || !form) continue;
      const speakers = await resolveSpeakers(deps.db, scope, callId, call.crmMatches);
      const typeOf = (speaker: number) => speakers.get(speaker)?.speakerType ?? 'UNKNOWN';
      const settings = { topics: topics.set, canonicalTopicId: topics.canonicalId, typeOf };
      const matching = await fromForm(form, (decoded) => ({
        ...matchCall(decoded, settings),
        sections: sectionsFor(scope, call, decoded),
      }));
      matched.push({ call, matching });
    }
    await deps.db.transaction().execute(async (tx) => {
      const current = await readVersions(tx, scope, true);
      if (current.topics !== versions.topics || current.people !== versions.people) return;
      const changed: string[] = [];
      for (const { call: read, matching } of matched) {
        const call = await readCall(tx, scope, read.callId, true);
        // A call that changed meanwhile has an analysis of its own coming.
        if (!call || call.contentVersion !== read.contentVersion || call.state !== 'COMPLETE') continue;
        const changes =
          matching instanceof Error ? failure(matching) : await matchingChanges(deps, tx, scope, call, matching);
        const indexed = matching instanceof Error ? {} : await indexedColumns(tx, scope, call, matching);
        await updateCall(tx, scope, call.callId, { ...changes, ...indexed, topics_version: versions.topics });
        if (Object.keys(changes).length > 0) changed.push(call.callId);
      }
      await stampCalls(tx, scope, changed);
    });
  }
}

/**
 * Sees to accounts with calls that were matched with older topics, or marked so by an upgrade that wants them looked at
 * again, and no job that would.
 */
export async function enqueueDueRematches(db: Db): Promise<void> {
  const due = await sql<{ accountId: string }>`select account_id as "accountId" from accounts a where exists (
    select from calls c where c.account_id = a.account_id and c.state = 'COMPLETE'
      and c.topics_version < a.topics_version)`.execute(db);
  for (const { accountId } of due.rows) await db.transaction().execute((tx) => enqueue(tx, 'rematch', { accountId }));
}

/** A call's simplified transcript; null where there is no such call. */
export async function simplifiedTranscriptOf(db: Db, scope: Scope, callId: string): Promise<Transcript | null> {
  const call = await readCall(db, scope, callId, false);
  if (!call) return null;
  const known = await resolveSpeakers(db, scope, callId, call.crmMatches);
  const form = await readForm(db, scope, callId);
  const transcript = form === undefined ? [] : simplifiedTranscript(await decode(form));
  const numbers = new Set([...known.keys(), ...transcript.map((row) => row.speakerNumber)]);
  const nobody: Speaker = { email: null, firstName: null, lastName: null, speakerType: 'UNKNOWN' };
  const speakers = [...numbers]
    .sort((a, b) => a - b)
    .map((speakerNumber) => {
      const { email, firstName, lastName, speakerType } = known.get(speakerNumber) ?? nobody;
      return { email, firstName, lastName, speakerNumber, speakerType };
    });
  return { speakers, transcript };
}
