import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { sql } from 'kysely';
import { type CallMatches, matchCall } from '../analysis/analyze.js';
import { atomic } from '../db/atomic.js';
import { writeSections, writeTopicHits } from '../db/call-search.js';
import type { CopyOut } from '../db/copy.js';
import { holdsJson } from '../db/fragments.js';
import {
  beginRematch,
  countDueCalls,
  type DueCall,
  finishRematch,
  lockUnchanged,
  readDueCalls,
  readForms,
  readRematch,
  replaceMatches,
  setMatched,
  splitDueCalls,
} from '../db/rematches.js';
import type { Db, Scope, Tx } from '../db/schema.js';
import { stampCalls } from '../db/stamps.js';
import { enqueue, enqueueAll, hasFollowing, hasRematchParts, type JobKinds } from '../jobs/kinds.js';
import { type Fragment, makeFragment } from '../wire/fragment.js';
import { formatInstant } from '../wire/instants.js';
import type { Actor } from './actor.js';
import {
  type AnalysisDeps,
  failure,
  fromForm,
  readVersions,
  sectionsFor,
  TOPICS_LEVEL,
  updateCall,
  type Versions,
  type WithSections,
} from './analysis.js';
import { recordChange } from './audit.js';
import { speakerTypes } from './speakers.js';

export interface RematchDeps extends AnalysisDeps {
  readonly copyOut: CopyOut;
}

/** Parts that an account's calls are matched in: so many jobs, and no more, can go on at once. */
const MOST_PARTS = 64;
/** Calls that one job matches and commits; few enough that a newly come call's analysis need not wait for long. */
const BATCH_CALLS = 50;
/** Bytes of analysis forms, inflated, that one job takes: about half a million words. */
const BATCH_BYTES = 6 * 1024 * 1024;

/** Parts the account's calls that were matched with older topics among jobs, which any number of workers share. */
export async function planRematch(db: Db, scope: Scope): Promise<void> {
  const { topics } = await readVersions(db, scope, false);
  await db.transaction().execute(async (tx) => {
    // Planned by a worker that died before it could say so: the parts are under way.
    if (await hasRematchParts(tx, scope.accountId, topics)) return;
    const { count, ranges } = await splitDueCalls(tx, scope, topics, { most: MOST_PARTS, least: BATCH_CALLS });
    await beginRematch(tx, scope, topics, count);
    const parts = ranges.map((range) => ({ accountId: scope.accountId, topicsVersion: topics, ...range }));
    await enqueueAll(tx, 'rematch_part', parts);
  });
  await finishRematch(db, scope, topics);
}

/**
 * Matches the next calls of a part, and commits them with the job that goes on after them: stopped anywhere, it goes on
 * from there, and between two batches new calls have their turn. Newer topics have parts of their own: it ends then.
 */
export async function rematchPart(
  deps: RematchDeps,
  part: JobKinds['rematch_part'],
  isRepeated: boolean,
): Promise<void> {
  const scope: Scope = { accountId: part.accountId };
  if (isRepeated && (await hasFollowing(deps.db, part))) return;
  for (;;) {
    const versions = await readVersions(deps.db, scope, false);
    if (versions.topics !== part.topicsVersion) return;
    const found = await readDueCalls(deps.db, scope, versions.topics, part, BATCH_CALLS);
    const calls = batchOf(found);
    const last = calls.at(-1);
    if (last === undefined) break;
    const matched = await matchAll(deps, scope, versions, calls);
    const isLast = found.length < BATCH_CALLS && calls.length === found.length;
    const done = await deps.db.transaction().execute(async (tx) => {
      const current = await readVersions(tx, scope, true);
      // Who speaks may have changed what was made; with newer topics, nothing of it is wanted.
      if (current.topics !== versions.topics || current.people !== versions.people) return false;
      if (!isLast) await enqueue(tx, 'rematch_part', { ...part, after: last.callId });
      await commitMatched(deps, tx, scope, versions.topics, matched);
      return true;
    });
    if (!done) continue;
    if (isLast) break;
    return;
  }
  await finishRematch(deps.db, scope, part.topicsVersion);
}

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
  /** What the topics come to now; null where the call has nothing to match, an error where nothing can be made of it. */
  readonly matching: (CallMatches & WithSections) | Error | null;
  /** The topic matches to store; null where those that are stored are the same. */
  readonly fragment: Fragment | null;
}

async function matchAll(
  deps: RematchDeps,
  scope: Scope,
  versions: Versions,
  calls: readonly DueCall[],
): Promise<Matched[]> {
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
    const matching = fromForm({ deflated, rawLength: call.formRawLength }, (form) => ({
      ...matchCall(form, settings),
      sections: sectionsFor(scope, call, form),
    }));
    const isNew = !(matching instanceof Error) && !(await isStored(deps.db, scope, call, matching.topicMatches));
    matched.push({ call, matching, fragment: isNew ? makeFragment(matching.topicMatches, TOPICS_LEVEL) : null });
    // The worker's other jobs go on between two calls.
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

/** Stores what was matched of the calls that are still as they were read, and stamps those whose entries change. */
async function commitMatched(
  deps: RematchDeps,
  tx: Tx,
  scope: Scope,
  version: number,
  matched: readonly Matched[],
): Promise<void> {
  // A call that changed meanwhile has an analysis of its own coming.
  const unchanged = await lockUnchanged(
    tx,
    scope,
    matched.map(({ call }) => call),
  );
  const rows = matched.filter(({ call }) => unchanged.has(call.callId));
  const fragments = await replaceMatches(
    tx,
    scope,
    rows.flatMap(({ call, matching, fragment }) => {
      if (matching === null || matching instanceof Error || fragment === null) return [];
      return { callId: call.callId, replaced: call.topicsFragmentId, fragment, hits: matching.topicHits };
    }),
    deps.clock.now() * 1000,
  );
  const columns: Parameters<typeof setMatched>[3][number][] = [];
  const changed: string[] = [];
  for (const { call, matching } of rows) {
    const { callId } = call;
    if (matching instanceof Error) {
      await updateCall(tx, scope, callId, failure(matching));
      changed.push(callId);
      continue;
    }
    const topicsFragmentId = fragments.get(callId) ?? null;
    const counts = matching && JSON.stringify(matching.questionCounts);
    const questionCounts = counts === call.questionCounts ? null : counts;
    const isIndexed = matching !== null && matching.sections !== null;
    if (isIndexed) {
      await writeSections(tx, scope, callId, matching.sections);
      // A call that was analysed before there were hits has the same matches, and none of them.
      if (topicsFragmentId === null) await writeTopicHits(tx, scope, callId, matching.topicHits);
    }
    const sectionsFragmentId = isIndexed ? call.transcriptFragmentId : null;
    columns.push({ callId, topicsFragmentId, questionCounts, sectionsFragmentId });
    if (topicsFragmentId !== null || questionCounts !== null) changed.push(callId);
  }
  await setMatched(tx, scope, version, columns);
  await stampCalls(tx, scope, changed);
}

/**
 * Sees to accounts with calls that were matched with older topics, or marked so by an upgrade that wants them looked at
 * again, and no job that would.
 */
export async function enqueueDueRematches(db: Db): Promise<void> {
  const due = await sql<{ accountId: string; version: number }>`
    select account_id as "accountId", topics_version as version from accounts a where exists (
      select from calls c where c.account_id = a.account_id and c.state = 'COMPLETE'
        and c.topics_version < a.topics_version)`.execute(db);
  for (const { accountId, version } of due.rows) {
    await db.transaction().execute(async (tx) => {
      if (!(await hasRematchParts(tx, accountId, version))) await enqueue(tx, 'rematch', { accountId });
    });
  }
}

/** How far matching the stored calls with the account's topics is. */
export interface RematchProgress {
  readonly state: 'idle' | 'running';
  readonly topicsVersion: number;
  readonly callsTotal: number;
  readonly callsDone: number;
  /** Since it began. */
  readonly callsPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** Told from what is stored: which calls are due, and since when. `now` is in milliseconds. */
export async function readRematchProgress(db: Db | Tx, scope: Scope, now: number): Promise<RematchProgress> {
  const { topicsVersion, begun } = await readRematch(db, scope);
  const due = await countDueCalls(db, scope, topicsVersion);
  // The job that parts the calls has not come yet, or nothing was ever matched again.
  if (begun?.topicsVersion !== topicsVersion) {
    const nothing = { callsPerSecond: null, secondsLeft: null, startedAt: null, finishedAt: null };
    return { state: due > 0 ? 'running' : 'idle', topicsVersion, callsTotal: due, callsDone: 0, ...nothing };
  }
  const { startedAt, finishedAt } = begun;
  const callsTotal = Math.max(begun.callsTotal, due);
  const callsDone = callsTotal - due;
  const seconds = ((finishedAt ?? now * 1000) - startedAt) / 1e6;
  const rate = callsDone > 0 && seconds > 0 ? callsDone / seconds : null;
  return {
    state: finishedAt === null ? 'running' : 'idle',
    ...{ topicsVersion, callsTotal, callsDone },
    callsPerSecond: rate === null ? null : Math.round(rate * 10) / 10,
    secondsLeft: finishedAt === null && rate !== null ? Math.ceil(due / rate) : null,
    startedAt: formatInstant(startedAt),
    finishedAt: finishedAt === null ? null : formatInstant(finishedAt),
  };
}

/** Has all stored calls matched again, as a change of topics does. Only calls whose entries change move in the feed. */
export async function startRematch(db: Db, actor: Actor, now: number): Promise<RematchProgress> {
  return atomic(db, async (tx) => {
    const { accountId } = actor;
    const { topicsVersion } = await tx
      .updateTable('accounts')
      .set((eb) => ({ topics_version: eb('topics_version', '+', 1) }))
      .where('account_id', '=', accountId)
      .returning('topics_version as topicsVersion')
      .executeTakeFirstOrThrow();
    await enqueue(tx, 'rematch', { accountId });
    const [before, after] = [{ topicsVersion: topicsVersion - 1 }, { topicsVersion }];
    await recordChange(tx, actor, { kind: 'topics', id: 'rematch', before, after });
    return readRematchProgress(tx, actor, now);
  });
}
