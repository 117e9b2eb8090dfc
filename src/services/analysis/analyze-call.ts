import { analyzeCall as analyze, type CallAnalysis, type CallMatches } from '../../analysis/analyze.js';
import { decodeForm, FORM_VERSION, type Form } from '../../analysis/form.js';
import { isOldForm, upgradeForm } from '../../analysis/form-upgrade.js';
import { accountMark, sectionTexts } from '../../analysis/search-text.js';
import { compileTopics, type TopicSet } from '../../analysis/topics.js';
import type { Clock } from '../../clock.js';
import { readStoredForm, type StoredForm, writeForm } from '../../db/analysis-forms.js';
import { type AnalysisVersions, lockVersions, readVersions } from '../../db/analysis-versions.js';
import { type CallChanges, type CallRecord, findCallRecord, lockCall, writeCall } from '../../db/call-records.js';
import { writeSections, writeTopicHits } from '../../db/call-search.js';
import { findSummary } from '../../db/call-summaries.js';
import { logChange } from '../../db/change-log.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { holdsJson, insertFragment, retireFragment } from '../../db/fragments.js';
import { stampCalls } from '../../db/stamps.js';
import { selectTopics } from '../../db/topics.js';
import { nextCallState } from '../../rules/call-states.js';
import { inflateNow, makeFragment } from '../../wire/fragment.js';
import { speakerTypes } from './speakers.js';
import { askForSummaries } from './summaries.js';

/** Dependencies of analyses. */
export interface AnalysisDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly topicSets: TopicSets;
}

/** Dependencies of analysing a call that is new or has changed. */
export interface CallAnalysisDeps extends AnalysisDeps {
  /** Whether such calls are summarised. */
  readonly summarizes: boolean;
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

/** Makes an empty cache of compiled topics. */
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

/**
 * The zlib level of topic matches. All topic matches of an account are written again when its topics change, so speed
 * matters more than the fifth of their size that level 6 would save.
 */
export const TOPICS_LEVEL = 1;

/** What was made from a call's form, and the renewed form if the stored one has an older version. */
export interface FromForm<T> {
  readonly made: T;
  readonly renewed: StoredForm | null;
}

/**
 * Makes something from a form. Returns an error if that fails: the fault is in the call itself, so that trying again
 * would fail too.
 */
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
 * Makes a call's statistics, topic matches and question counts, and sets its state to COMPLETE. If content, people or
 * topics change meanwhile, it starts again. A call whose entry would stay the same is not stamped. A call that cannot
 * be analysed becomes an ERROR with the reason.
 */
export async function analyzeCall(deps: CallAnalysisDeps, scope: Scope, callId: string): Promise<void> {
  for (;;) {
    const versions = await readVersions(deps.db, scope);
    const call = await findCallRecord(deps.db, scope, callId);
    const form = call && (await readStoredForm(deps.db, scope, callId));
    // The call was deleted, or its transcript removed, since the job was added.
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

/** Returns false if the call, the people or the topics changed meanwhile. */
async function commit(
  deps: CallAnalysisDeps,
  scope: Scope,
  read: CallRecord,
  versions: AnalysisVersions,
  analysis: FromForm<CallAnalysis & WithSections> | Error,
): Promise<boolean> {
  return deps.db.transaction().execute(async (tx) => {
    const current = await lockVersions(tx, scope);
    const call = await lockCall(tx, scope, read.callId);
    if (!call) return true;
    const moved =
      current.topics !== versions.topics ||
      current.people !== versions.people ||
      call.contentVersion !== read.contentVersion;
    if (moved) return false;
    if (analysis instanceof Error) {
      const { callId } = call;
      await writeCall(tx, scope, callId, failure(call, analysis));
      await logChange(tx, scope, { kind: 'failure', thingId: callId, callId, userIds: [] }, false);
      if (call.state !== 'ERROR') await stampCalls(tx, scope, [callId]);
      return true;
    }
    const { stats, ...matching } = analysis.made;
    const changes = await matchingChanges(deps, tx, scope, call, matching);
    const statsJson = JSON.stringify(stats);
    if (statsJson !== call.stats) changes.stats = statsJson;
    const state = nextCallState(call.state, 'analyze')!;
    if (state !== call.state) Object.assign(changes, { state, errorReason: null });
    if (analysis.renewed) await writeForm(tx, scope, call.callId, FORM_VERSION, analysis.renewed);
    await writeCall(tx, scope, call.callId, {
      ...changes,
      ...(await indexedColumns(tx, scope, call, matching)),
      topicsVersion: versions.topics,
      peopleVersion: versions.people,
    });
    if (deps.summarizes && (await needsSummary(tx, scope, call))) await askForSummaries(tx, scope, [call.callId]);
    if (Object.keys(changes).length > 0) await stampCalls(tx, scope, [call.callId]);
    return true;
  });
}

/**
 * Whether a call that was analysed is to be summarised: it is new, or the summary that Debrief made is of other content.
 * Stored calls that never had one are summarised on request only, so that an upgrade changes none of them.
 */
async function needsSummary(tx: Tx, scope: Scope, call: CallRecord): Promise<boolean> {
  if (call.callSummary === null) return call.state !== 'COMPLETE';
  const made = await findSummary(tx, scope, call.callId);
  return made !== null && made.contentVersion !== call.contentVersion;
}

/** Includes the texts of a call's sections. */
export interface WithSections {
  /** The texts that the library searches; null if those of this transcript are already stored. */
  readonly sections: readonly string[] | null;
}

/** Whether the stored sections of a call belong to its current transcript. */
export function isIndexed(call: Pick<CallRecord, 'sectionsFragmentId' | 'transcriptFragmentId'>): boolean {
  return call.sectionsFragmentId === call.transcriptFragmentId;
}

/** The texts of a call's sections, as the library searches them. */
export function sectionsOf({ accountId }: Scope, form: Form): readonly string[] {
  return sectionTexts(form, accountMark(accountId));
}

/** Stores the sections of a call that has none of this transcript. Returns the columns that record it. */
async function indexedColumns(tx: Tx, scope: Scope, call: CallRecord, { sections }: WithSections) {
  if (sections === null) return {};
  await writeSections(tx, scope, call.callId, sections);
  return { sectionsFragmentId: call.transcriptFragmentId };
}

/** The changes of a call whose transcript cannot be analysed. */
export function failure({ state }: Pick<CallRecord, 'state'>, error: Error): CallChanges {
  return { state: nextCallState(state, 'fail')!, errorReason: error.message };
}

/** The columns of a call that new matches change; empty if its entry stays the same. */
async function matchingChanges(
  deps: AnalysisDeps,
  tx: Tx,
  scope: Scope,
  call: CallRecord,
  matching: CallMatches & WithSections,
): Promise<CallChanges> {
  const changes: CallChanges = {};
  const counts = JSON.stringify(matching.questionCounts);
  if (counts !== call.questionCounts) changes.questionCounts = counts;
  const json = matching.topicMatches;
  const stored = call.topicsFragmentId;
  const same = stored !== null && (await holdsJson(tx, scope, stored, json));
  if (!same) {
    await retireFragment(tx, scope, stored, deps.clock.now());
    changes.topicsFragmentId = await insertFragment(tx, scope, call.callId, makeFragment(json, TOPICS_LEVEL));
  }
  // A call analysed before hits were stored has the same matches, but no hits yet.
  if (!same || matching.sections !== null) await writeTopicHits(tx, scope, call.callId, matching.topicHits);
  return changes;
}
