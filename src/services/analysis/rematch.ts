import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { type CallMatches, matchCall } from '../../analysis/analyze.js';
import { FORM_VERSION } from '../../analysis/form.js';
import { type CallStats, callStats } from '../../analysis/stats.js';
import type { Rematch } from '../../contract/v1-answers.js';
import { countOldForms, writeForm } from '../../db/analysis-forms.js';
import { type AnalysisVersions, lockVersions, readVersions } from '../../db/analysis-versions.js';
import { atomic } from '../../db/atomic.js';
import { writeCall } from '../../db/call-records.js';
import { writeSections, writeTopicHits } from '../../db/call-search.js';
import type { CopyOut } from '../../db/connection/copy.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { holdsJson } from '../../db/fragments.js';
import {
  beginRematch,
  countDueCalls,
  type DueCall,
  finishRematch,
  lockUnchanged,
  type MatchedColumns,
  readDueCalls,
  readForms,
  readRematch,
  replaceMatches,
  selectAccountsWithDueCalls,
  setMatched,
  takeDueCalls,
} from '../../db/rematches.js';
import { stampCalls } from '../../db/stamps.js';
import { raiseTopicsVersion } from '../../db/topics.js';
import { enqueue, enqueueAll, hasFollowing, hasRematchParts, type JobKinds } from '../../queue/jobs.js';
import { type Fragment, makeFragment } from '../../wire/fragment.js';
import { formatInstant } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import type { Deps } from '../deps.js';
import {
  type AnalysisDeps,
  type FromForm,
  failure,
  fromForm,
  isIndexed,
  sectionsOf,
  TOPICS_LEVEL,
  type WithSections,
} from './analyze-call.js';
import { speakerTypes } from './speakers.js';

/** Dependencies of re-matching. */
export interface RematchDeps extends AnalysisDeps {
  readonly copyOut: CopyOut;
}

/** The maximum number of jobs that match an account's calls at the same time. */
const MOST_PARTS = 64;
/** Calls that one job matches and commits: few enough that the analysis of a newly arrived call need not wait long. */
const BATCH_CALLS = 50;
/** Bytes of analysis forms, inflated, that one job reads: about half a million words. */
const BATCH_BYTES = 6 * 1024 * 1024;

/** Starts matching the account's calls that were matched with older topics. Any number of workers share the jobs. */
export async function planRematch(db: Db, scope: Scope): Promise<void> {
  const { topics } = await readVersions(db, scope);
  await db.transaction().execute(async (tx) => {
    // A worker that died before it could record it has already planned the parts.
    if (await hasRematchParts(tx, scope.accountId, topics)) return;
    await beginRematch(tx, scope, topics, await countDueCalls(tx, scope, topics));
    const parts: JobKinds['rematch_part'][] = [];
    for (let part = 0; part < MOST_PARTS; part++) {
      const range = await takeDueCalls(tx, scope, topics, BATCH_CALLS);
      if (range === null) break;
      parts.push({ accountId: scope.accountId, topicsVersion: topics, part, ...range });
    }
    await enqueueAll(tx, 'rematch_part', parts);
  });
  await finishRematch(db, scope, topics);
}

/**
 * Matches a range of calls. Commits them together with the job that continues after them with the newest calls not yet
 * taken: if stopped anywhere, it continues from there, and new calls get their turn between two batches. Ends when the
 * topics have changed again: newer topics have their own parts.
 */
export async function rematchPart(
  deps: RematchDeps,
  part: JobKinds['rematch_part'],
  isRepeated: boolean,
): Promise<void> {
  const scope: Scope = { accountId: part.accountId };
  if (isRepeated && (await hasFollowing(deps.db, part))) return;
  for (;;) {
    const versions = await readVersions(deps.db, scope);
    if (versions.topics !== part.topicsVersion) return;
    const found = await readDueCalls(deps.db, scope, versions.topics, part, BATCH_CALLS);
    const calls = batchOf(found);
    const matched = await matchAll(deps, scope, versions, calls);
    const rest = calls.length < found.length ? { after: placeOf(calls.at(-1)!), to: part.to } : null;
    const next = await deps.db.transaction().execute(async (tx) => {
      const current = await lockVersions(tx, scope);
      // People may have changed who speaks; if the topics are newer, the results are useless.
      if (current.topics !== versions.topics || current.people !== versions.people) return 'again';
      const changed = await storeMatched(deps, tx, scope, versions, matched);
      // Done late, because other workers wait for the row that it locks.
      const range = rest ?? (await takeDueCalls(tx, scope, versions.topics, BATCH_CALLS));
      if (range) await enqueue(tx, 'rematch_part', { ...part, ...range });
      await stampCalls(tx, scope, changed);
      return range;
    });
    if (next === 'again') continue;
    if (next === null) await finishRematch(deps.db, scope, part.topicsVersion);
    return;
  }
}

const placeOf = ({ callTime, callId }: DueCall) => ({ callTime, callId });

function batchOf(calls: readonly DueCall[]): readonly DueCall[] {
  let bytes = 0;
  const end = calls.findIndex(({ formRawLength }) => {
    const full = bytes > BATCH_BYTES;
    bytes += formRawLength ?? 0;
    return full;
  });
  return end < 0 ? calls : calls.slice(0, end);
}

interface Matched {
  readonly call: DueCall;
  /**
   * The new matches, and also the statistics if the form was renewed. Null if the call has nothing to match; an error
   * if it cannot be analysed.
   */
  readonly matching: FromForm<CallMatches & WithSections & { readonly stats: CallStats | null }> | Error | null;
  /** The topic matches to store; null if the stored ones are the same. */
  readonly fragment: Fragment | null;
}

async function matchAll(
  deps: RematchDeps,
  scope: Scope,
  versions: AnalysisVersions,
  calls: readonly DueCall[],
): Promise<Matched[]> {
  if (calls.length === 0) return [];
  const topics = await deps.topicSets.of(deps.db, scope, versions.topics);
  const ids = calls.map(({ callId }) => callId);
  const [{ forms, release }, typeOf] = await Promise.all([
    readForms(deps.copyOut, scope, ids),
    speakerTypes(deps.db, scope, calls),
  ]);
  const matched: Matched[] = [];
  for (const call of calls) {
    const deflated = forms.get(call.callId);
    if (deflated === undefined || call.formRawLength === null) {
      matched.push({ call, matching: null, fragment: null });
      continue;
    }
    const settings = { topics: topics.set, canonicalTopicId: topics.canonicalId, typeOf: typeOf(call.callId) };
    const matching = fromForm({ deflated, rawLength: call.formRawLength }, (form, isRenewed) => ({
      ...matchCall(form, settings),
      stats: isRenewed ? callStats(form, call.duration, settings.typeOf) : null,
      sections: isRenewed || !isIndexed(call) ? sectionsOf(scope, form) : null,
    }));
    const json = matching instanceof Error ? null : matching.made.topicMatches;
    const isNew = json !== null && !(await isStored(deps.db, scope, call, json));
    matched.push({ call, matching, fragment: isNew ? makeFragment(json, TOPICS_LEVEL) : null });
    // Lets the worker's other jobs run between two calls.
    await setImmediate();
  }
  release();
  return matched;
}

async function isStored(db: Db, scope: Scope, call: DueCall, json: Uint8Array): Promise<boolean> {
  const { topicsFragmentId, topicsRawLength, topicsCrc32 } = call;
  if (topicsFragmentId === null || topicsRawLength !== json.length || topicsCrc32 !== crc32(json)) return false;
  return holdsJson(db, scope, topicsFragmentId, json);
}

/** Stores the matches of the calls that are unchanged since they were read. Returns those whose entries change. */
async function storeMatched(
  deps: RematchDeps,
  tx: Tx,
  scope: Scope,
  versions: AnalysisVersions,
  matched: readonly Matched[],
): Promise<string[]> {
  // A call that changed meanwhile gets its own analysis.
  const unchanged = await lockUnchanged(
    tx,
    scope,
    versions.topics,
    matched.map(({ call }) => call),
  );
  const rows = matched.filter(({ call }) => unchanged.has(call.callId));
  const fragments = await replaceMatches(
    tx,
    scope,
    rows.flatMap(({ call, matching, fragment }) => {
      if (matching === null || matching instanceof Error || fragment === null) return [];
      return { callId: call.callId, replaced: call.topicsFragmentId, fragment, hits: matching.made.topicHits };
    }),
    deps.clock.now(),
  );
  const columns: MatchedColumns[] = [];
  const changed: string[] = [];
  for (const { call, matching } of rows) {
    const { callId } = call;
    if (matching instanceof Error) {
      await writeCall(tx, scope, callId, failure({ state: 'COMPLETE' }, matching));
      changed.push(callId);
      continue;
    }
    const topicsFragmentId = fragments.get(callId) ?? null;
    const { made, renewed } = matching ?? { made: null, renewed: null };
    const stats = unlessSame(made?.stats, call.stats);
    const questionCounts = unlessSame(made?.questionCounts, call.questionCounts);
    const sections = made?.sections ?? null;
    if (renewed) await writeForm(tx, scope, callId, FORM_VERSION, renewed);
    if (made && sections) {
      await writeSections(tx, scope, callId, sections);
      // A call analysed before hits were stored has the same matches, but no hits yet.
      if (topicsFragmentId === null) await writeTopicHits(tx, scope, callId, made.topicHits);
    }
    const sectionsFragmentId = sections && call.transcriptFragmentId;
    columns.push({ callId, topicsFragmentId, stats, questionCounts, sectionsFragmentId });
    if (topicsFragmentId !== null || stats !== null || questionCounts !== null) changed.push(callId);
  }
  await setMatched(tx, scope, versions.topics, columns);
  return changed;
}

/** The JSON of a value; null if there is none, or if the stored JSON is the same. */
function unlessSame(made: object | null | undefined, stored: string | null): string | null {
  const json = made ? JSON.stringify(made) : null;
  return json === stored ? null : json;
}

/**
 * Enqueues re-matching for accounts with calls that were matched with older topics, or that an upgrade marked to be
 * checked again, if no job for it exists.
 */
export async function enqueueDueRematches(db: Db): Promise<void> {
  for (const scope of await selectAccountsWithDueCalls(db)) await enqueueDueRematch(db, scope);
}

/** As `enqueueDueRematches`, for one account. */
export async function enqueueDueRematch(db: Db, scope: Scope): Promise<void> {
  const { topics } = await readVersions(db, scope);
  if ((await countDueCalls(db, scope, topics)) === 0) return;
  await db.transaction().execute(async (tx) => {
    if (!(await hasRematchParts(tx, scope.accountId, topics))) await enqueue(tx, 'rematch', scope);
  });
}

/** The progress of re-matching. It is computed from the calls still due and the account's `rematches` row. */
export async function readRematchProgress({ db, clock }: Deps, scope: Scope): Promise<Rematch> {
  const { topicsVersion, begun } = await readRematch(db, scope);
  const due = await countDueCalls(db, scope, topicsVersion);
  const callsInOldForm = await countOldForms(db, scope, FORM_VERSION);
  // The job that divides the calls into parts has not run yet, or nothing was ever matched again.
  if (begun?.topicsVersion !== topicsVersion) {
    const nothing = { callsPerSecond: null, secondsLeft: null, startedAt: null, finishedAt: null };
    const state = due > 0 ? 'running' : 'idle';
    return { state, topicsVersion, callsTotal: due, callsDone: 0, callsInOldForm, ...nothing };
  }
  const { startedAt, finishedAt } = begun;
  const callsTotal = Math.max(begun.callsTotal, due);
  const callsDone = callsTotal - due;
  const seconds = ((finishedAt ?? clock.now()) - startedAt) / 1e6;
  const rate = callsDone > 0 && seconds > 0 ? callsDone / seconds : null;
  return {
    state: finishedAt === null ? 'running' : 'idle',
    topicsVersion,
    callsTotal,
    callsDone,
    callsInOldForm,
    callsPerSecond: rate === null ? null : Math.round(rate * 10) / 10,
    secondsLeft: finishedAt === null && rate !== null ? Math.ceil(due / rate) : null,
    startedAt: formatInstant(startedAt),
    finishedAt: formatInstant(finishedAt),
  };
}

/**
 * Starts matching all stored calls again, as a change of topics does. Only calls whose entries change move in the feed.
 */
export async function startRematch({ db, clock }: Deps, actor: Actor): Promise<Rematch> {
  return atomic(db, async (tx) => {
    const { accountId } = actor;
    const topicsVersion = await raiseTopicsVersion(tx, actor);
    await enqueue(tx, 'rematch', { accountId });
    const [before, after] = [{ topicsVersion: topicsVersion - 1 }, { topicsVersion }];
    await recordChange(tx, actor, { kind: 'topics', id: 'rematch', before, after });
    return readRematchProgress({ db: tx, clock }, actor);
  });
}
