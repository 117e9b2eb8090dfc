import { sql } from 'kysely';
import { analyzeCall as analyze, type CallAnalysis, type CallMatches } from '../../analysis/analyze.js';
import { decodeForm, FORM_VERSION, type Form } from '../../analysis/form.js';
import { isOldForm, readForm, upgradeForm } from '../../analysis/form-upgrade.js';
import { accountMark, sectionTexts } from '../../analysis/search-text.js';
import { compileTopics, type TopicSet } from '../../analysis/topics.js';
import { simplifiedTranscript } from '../../analysis/transcript.js';
import type { Clock } from '../../clock.js';
import type { Transcript } from '../../contract/v2.js';
import { readStoredForm, type StoredForm, writeForm } from '../../db/analysis-forms.js';
import { writeSections, writeTopicHits } from '../../db/call-search.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { holdsJson, insertFragment, retireFragment } from '../../db/fragments.js';
import { stampCalls } from '../../db/stamps.js';
import { selectTopics } from '../../db/topics.js';
import { inflate, inflateNow, makeFragment } from '../../wire/fragment.js';
import { resolveSpeakers, type Speaker, speakerTypes } from './speakers.js';

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
      const topics = (await selectTopics(db, scope)).filter((topic) => topic.active);
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

export interface Versions {
  readonly topics: number;
  readonly people: number;
}

/** What the account's analyses go by; locked, it stays so until the transaction ends. */
export async function readVersions(db: Db | Tx, scope: Scope, lock: boolean): Promise<Versions> {
  const found = await sql<Versions>`select topics_version as topics, people_version as people from accounts
    where account_id = ${scope.accountId} ${lock ? sql`for share` : sql``}`.execute(db);
  return found.rows[0]!;
}

/**
 * How hard topic matches are deflated: all of an account's are written anew when topics change, so that time counts for
 * more than the fifth that 6 would save of their size.
 */
export const TOPICS_LEVEL = 1;

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

/** What is made of a call's form, and the form anew where the one that is stored is of an older version. */
export interface FromForm<T> {
  readonly made: T;
  readonly renewed: StoredForm | null;
}

/** What a form gives, or why nothing can be made of it: that is the call's own fault and would be so again. */
export function fromForm<T>(
  { deflated, rawLength }: StoredForm,
  make: (form: Form, isRenewed: boolean) => T,
): FromForm<T> | Error {
  try {
    const stored = inflateNow(deflated, rawLength);
    const newer = isOldForm(stored) ? upgradeForm(stored) : null;
    const made = make(decodeForm(newer ?? stored), newer !== null);
    return { made, renewed: newer && makeFragment(newer) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
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
    const form = call && (await readStoredForm(deps.db, scope, callId));
    // Deleted, or its transcript taken away, since the job was added.
    if (!call || !form) return;
    const typeOf = await speakerTypes(deps.db, scope, [call]);
    const topics = await deps.topicSets.of(deps.db, scope, versions.topics);
    const settings = { topics: topics.set, canonicalTopicId: topics.canonicalId, typeOf: typeOf(callId) };
    const analysis = fromForm(form, (decoded, isRenewed) => ({
      ...analyze(decoded, call.duration, settings),
      sections: isRenewed || !isIndexed(call) ? sectionsOf(scope, decoded) : null,
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
  analysis: FromForm<CallAnalysis & WithSections> | Error,
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
    const { stats, ...matching } = analysis.made;
    const changes = await matchingChanges(deps, tx, scope, call, matching);
    const statsJson = JSON.stringify(stats);
    if (statsJson !== call.stats) changes.stats = statsJson;
    if (call.state !== 'COMPLETE') Object.assign(changes, { state: 'COMPLETE', error_reason: null });
    if (analysis.renewed) await writeForm(tx, scope, call.callId, FORM_VERSION, analysis.renewed);
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

export interface WithSections {
  /** The texts that the library searches; null where those of this transcript are stored. */
  readonly sections: readonly string[] | null;
}

/** Whether the stored sections of a call are of the transcript that it has. */
export function isIndexed(call: Pick<StoredCall, 'sectionsFragmentId' | 'transcriptFragmentId'>): boolean {
  return call.sectionsFragmentId === call.transcriptFragmentId;
}

export function sectionsOf({ accountId }: Scope, form: Form): readonly string[] {
  return sectionTexts(form, accountMark(accountId));
}

/** Stores the sections of a call that has none of this transcript; answers the columns that tell so. */
async function indexedColumns(tx: Tx, scope: Scope, call: StoredCall, { sections }: WithSections) {
  if (sections === null) return {};
  await writeSections(tx, scope, call.callId, sections);
  return { sections_fragment_id: call.transcriptFragmentId };
}

export function failure(error: Error): Record<string, unknown> {
  return { state: 'ERROR', error_reason: error.message };
}

export async function updateCall(
  tx: Tx,
  scope: Scope,
  callId: string,
  columns: Record<string, unknown>,
): Promise<void> {
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
  const json = matching.topicMatches;
  const stored = call.topicsFragmentId;
  const same = stored !== null && (await holdsJson(tx, scope, stored, json));
  if (!same) {
    await retireFragment(tx, scope, stored, deps.clock.now());
    changes.topics_fragment_id = await insertFragment(tx, scope, call.callId, makeFragment(json, TOPICS_LEVEL));
  }
  // A call that was analysed before there were hits has the same matches, and none of them.
  if (!same || matching.sections !== null) await writeTopicHits(tx, scope, call.callId, matching.topicHits);
  return changes;
}

/** A speaker of a call. */
export interface HeardSpeaker extends Speaker {
  /** As in the words. */
  readonly speakerNumber: number;
}

/** A speaker of whom nothing is known. */
export const NOBODY: Speaker = {
  ...{ userId: null, email: null, firstName: null, lastName: null, speakerType: 'UNKNOWN', isCorrected: false },
};

/** Who speaks in a call, by number: who is given and who is heard. Null where there is no such call. */
export async function speakersOf(db: Db | Tx, scope: Scope, callId: string): Promise<HeardSpeaker[] | null> {
  return (await readHeard(db, scope, callId))?.speakers ?? null;
}

/** A call's simplified transcript; null where there is no such call. */
export async function simplifiedTranscriptOf(db: Db, scope: Scope, callId: string): Promise<Transcript | null> {
  const heard = await readHeard(db, scope, callId);
  if (heard === null) return null;
  const speakers = heard.speakers.map(({ email, firstName, lastName, speakerNumber, speakerType }) => ({
    ...{ email, firstName, lastName, speakerNumber, speakerType },
  }));
  return { speakers, transcript: heard.form === null ? [] : simplifiedTranscript(heard.form) };
}

async function readHeard(
  db: Db | Tx,
  scope: Scope,
  callId: string,
): Promise<{ readonly speakers: HeardSpeaker[]; readonly form: Form | null } | null> {
  const call = await readCall(db, scope, callId, false);
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
