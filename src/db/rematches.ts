import { sql } from 'kysely';
import type { Fragment } from '../wire/fragment.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import { type CallPlace, place } from './call-order.js';
import { type CopyOut, literal } from './connection/copy.js';
import type { Db, Scope, Tx } from './database.js';

// Re-matching: calls are matched again with the account's changed topics, many at a time.

/** The condition that a call (`c`) is due for matching. Uses the index calls_by_topics_version. */
const isDue = (scope: Scope, version: number) =>
  sql`c.account_id = ${scope.accountId} and c.state = 'COMPLETE' and c.topics_version < ${version}`;

/**
 * Consecutive calls in the order of time, newest first: those after `after`, or from the newest on for null, up to and
 * including `to`.
 */
export interface CallRange {
  readonly after: CallPlace | null;
  readonly to: CallPlace;
}

/**
 * Takes the next due calls, the newest that no other worker has taken; null if none are left. The `rematches` row stays
 * locked until the transaction ends, so that no two workers take the same calls.
 */
export async function takeDueCalls(tx: Tx, scope: Scope, version: number, most: number): Promise<CallRange | null> {
  const found = await sql<{ callTime: Micros | null; callId: string | null }>`select taken_time as "callTime",
      taken_id as "callId" from rematches where account_id = ${scope.accountId} and topics_version = ${version}
    for update`.execute(tx);
  const taken = found.rows[0];
  if (!taken) return null;
  const { callTime, callId } = taken;
  const after = callTime === null || callId === null ? null : { callTime, callId };
  const next = await sql<CallPlace>`select call_time as "callTime", call_id as "callId" from (
      select c.call_time, c.call_id from calls c where ${isDue(scope, version)} and ${olderThan(after)}
      order by c.call_time desc, c.call_id desc limit ${most}) as due
    order by call_time, call_id limit 1`.execute(tx);
  const to = next.rows[0];
  if (!to) return null;
  await sql`update rematches set taken_time = ${toTimestamp(to.callTime)}::timestamptz, taken_id = ${to.callId}
    where account_id = ${scope.accountId}`.execute(tx);
  return { after, to };
}

const olderThan = (after: CallPlace | null) =>
  after === null ? sql`true` : sql`(c.call_time, c.call_id) < ${place(after)}`;

/** The accounts that have calls matched with older topics. */
export async function selectAccountsWithDueCalls(db: Db | Tx): Promise<readonly Scope[]> {
  const found = await sql<Scope>`select account_id as "accountId" from accounts a where exists (
      select from calls c where c.account_id = a.account_id and c.state = 'COMPLETE'
        and c.topics_version < a.topics_version)`.execute(db);
  return found.rows;
}

/** How many calls are due for matching with this version of the topics. */
export async function countDueCalls(db: Db | Tx, scope: Scope, version: number): Promise<number> {
  const counted = await sql<{ count: number }>`select count(*) as count from calls c
    where ${isDue(scope, version)}`.execute(db);
  return counted.rows[0]!.count;
}

/** A due call, with the fields that matching needs. */
export interface DueCall extends CallPlace {
  /** Seconds, as sent by the source. */
  readonly duration: number | null;
  readonly contentVersion: number;
  readonly stats: string | null;
  readonly questionCounts: string | null;
  readonly topicsFragmentId: number | null;
  /** Bytes of the stored topic matches, inflated; null if there are none. */
  readonly topicsRawLength: number | null;
  readonly topicsCrc32: number | null;
  readonly transcriptFragmentId: number | null;
  readonly sectionsFragmentId: number | null;
  readonly crmMatches: string;
  /** Bytes of the analysis form, inflated; null if the call has no form and therefore nothing to match. */
  readonly formRawLength: number | null;
}

/** The first due calls of a range, newest first. */
export async function readDueCalls(
  db: Db | Tx,
  scope: Scope,
  version: number,
  range: CallRange,
  limit: number,
): Promise<DueCall[]> {
  const found = await sql<DueCall>`select c.call_id as "callId", c.call_time as "callTime", c.duration,
      c.content_version as "contentVersion", c.stats, c.question_counts as "questionCounts", c.topics_fragment_id as "topicsFragmentId",
      f.raw_length as "topicsRawLength", f.crc32 as "topicsCrc32", c.transcript_fragment_id as "transcriptFragmentId",
      c.sections_fragment_id as "sectionsFragmentId", c.crm_matches as "crmMatches", a.raw_length as "formRawLength"
    from calls c
    left join analysis_forms a on a.account_id = c.account_id and a.call_id = c.call_id
    left join fragments f on f.account_id = c.account_id and f.fragment_id = c.topics_fragment_id
    where ${isDue(scope, version)} and ${olderThan(range.after)} and (c.call_time, c.call_id) >= ${place(range.to)}
    order by c.call_time desc, c.call_id desc limit ${limit}`.execute(db);
  return found.rows;
}

/** Deflated analysis forms by call. They are valid until released. */
export async function readForms(
  copyOut: CopyOut,
  scope: Scope,
  callIds: readonly string[],
): Promise<{ readonly forms: ReadonlyMap<string, Buffer>; release(): void }> {
  const ids = callIds.map(literal).join(',');
  const { rows, release } = await copyOut(`select call_id, deflated from analysis_forms
    where account_id = ${literal(scope.accountId)} and call_id in (${ids})`);
  return { forms: new Map(rows.map(([callId, deflated]) => [callId!.toString(), deflated!])), release };
}

/**
 * Locks calls and returns those that are unchanged since they were read and still due: no other worker has analysed
 * them meanwhile.
 */
export async function lockUnchanged(
  tx: Tx,
  scope: Scope,
  version: number,
  calls: readonly DueCall[],
): Promise<Set<string>> {
  const ids = calls.map(({ callId }) => callId);
  const locked = await sql<Pick<DueCall, 'callId' | 'contentVersion' | 'topicsFragmentId'> & { isDue: boolean }>`
    select c.call_id as "callId", c.content_version as "contentVersion", c.topics_fragment_id as "topicsFragmentId",
      ${isDue(scope, version)} as "isDue"
    from calls c where c.account_id = ${scope.accountId} and c.call_id = any(${ids})
    order by c.call_id for no key update`.execute(tx);
  const now = new Map(locked.rows.map((row) => [row.callId, row]));
  const same = calls.filter(({ callId, contentVersion, topicsFragmentId }) => {
    const call = now.get(callId);
    return call?.isDue && call.contentVersion === contentVersion && call.topicsFragmentId === topicsFragmentId;
  });
  return new Set(same.map(({ callId }) => callId));
}

/** The new topic matches of a call. */
export interface NewMatches {
  readonly callId: string;
  readonly replaced: number | null;
  readonly fragment: Fragment;
  /** The number of matches of each topic, by the topic's number. */
  readonly hits: ReadonlyMap<number, number>;
}

/** Replaces the topic matches and hits of calls. Returns the ids of the new fragments by call. */
export async function replaceMatches(
  tx: Tx,
  scope: Scope,
  changed: readonly NewMatches[],
  now: Micros,
): Promise<Map<string, number>> {
  if (changed.length === 0) return new Map();
  const inserted = await tx
    .insertInto('fragments')
    .values(
      changed.map(({ callId, fragment }) => ({
        account_id: scope.accountId,
        call_id: callId,
        raw_length: fragment.rawLength,
        crc32: fragment.crc32,
        deflated: fragment.deflated,
      })),
    )
    .returning(['call_id', 'fragment_id'])
    .execute();
  const replaced = changed.flatMap((call) => call.replaced ?? []);
  await sql`update fragments set replaced_at = ${toTimestamp(now)}
    where account_id = ${scope.accountId} and fragment_id = any(${replaced})`.execute(tx);
  await replaceHits(tx, scope, changed);
  return new Map(inserted.map((row) => [row.call_id, row.fragment_id]));
}

async function replaceHits(tx: Tx, scope: Scope, calls: readonly NewMatches[]): Promise<void> {
  await sql`delete from call_topic_hits
    where account_id = ${scope.accountId} and call_id = any(${calls.map(({ callId }) => callId)})`.execute(tx);
  const hits = calls.flatMap(({ callId, hits }) =>
    Array.from(hits, ([topicId, count]) => ({ callId, topicId, count })),
  );
  await sql`insert into call_topic_hits (account_id, topic_id, call_id, matches)
    select ${scope.accountId}, topic_id, call_id, matches
    from unnest(${hits.map(({ callId }) => callId)}::text[], ${hits.map(({ topicId }) => topicId)}::bigint[],
      ${hits.map(({ count }) => count)}::int[]) as hits (call_id, topic_id, matches)`.execute(tx);
}

/** The columns of a call after matching; null leaves a column as it is. */
export interface MatchedColumns {
  readonly callId: string;
  readonly topicsFragmentId: number | null;
  readonly stats: string | null;
  readonly questionCounts: string | null;
  readonly sectionsFragmentId: number | null;
}

/** Stores that calls were matched with a version of the topics, and the results. */
export async function setMatched(
  tx: Tx,
  scope: Scope,
  version: number,
  calls: readonly MatchedColumns[],
): Promise<void> {
  await sql`update calls c set topics_version = ${version},
      topics_fragment_id = coalesce(m.topics, c.topics_fragment_id),
      stats = coalesce(m.stats, c.stats), question_counts = coalesce(m.questions, c.question_counts),
      sections_fragment_id = coalesce(m.sections, c.sections_fragment_id)
    from unnest(${calls.map(({ callId }) => callId)}::text[], ${calls.map((c) => c.topicsFragmentId)}::bigint[],
      ${calls.map((c) => c.stats)}::json[], ${calls.map((c) => c.questionCounts)}::json[],
      ${calls.map((c) => c.sectionsFragmentId)}::bigint[])
      as m (call_id, topics, stats, questions, sections)
    where c.account_id = ${scope.accountId} and c.call_id = m.call_id`.execute(tx);
}

/** The progress of re-matching as stored. */
export interface StoredRematch {
  /** The current version of the account's topics. */
  readonly topicsVersion: number;
  /** The latest re-matching; null if there never was one. */
  readonly begun: {
    readonly topicsVersion: number;
    readonly callsTotal: number;
    readonly startedAt: Micros;
    readonly finishedAt: Micros | null;
  } | null;
}

/** The progress of the account's re-matching as stored. */
export async function readRematch(db: Db | Tx, scope: Scope): Promise<StoredRematch> {
  const found = await sql<{
    current: number;
    topicsVersion: number | null;
    callsTotal: number;
    startedAt: Micros;
    finishedAt: Micros | null;
  }>`select a.topics_version as current, r.topics_version as "topicsVersion", r.calls_total as "callsTotal",
      r.started_at as "startedAt", r.finished_at as "finishedAt"
    from accounts a left join rematches r using (account_id) where account_id = ${scope.accountId}`.execute(db);
  const { current, topicsVersion, callsTotal, startedAt, finishedAt } = found.rows[0]!;
  const begun = topicsVersion === null ? null : { topicsVersion, callsTotal, startedAt, finishedAt };
  return { topicsVersion: current, begun };
}

/**
 * Stores that re-matching has started, with no calls taken yet. If a re-matching with the same topics is unfinished,
 * that one continues with the calls that are left.
 */
export async function beginRematch(tx: Tx, scope: Scope, version: number, due: number): Promise<void> {
  await sql`insert into rematches as r (account_id, topics_version, calls_total, started_at)
    values (${scope.accountId}, ${version}, ${due}, clock_timestamp())
    on conflict (account_id) do update set topics_version = excluded.topics_version,
      calls_total = excluded.calls_total, started_at = excluded.started_at, finished_at = null
    where r.topics_version <> excluded.topics_version or r.finished_at is not null`.execute(tx);
  await sql`update rematches set taken_time = null, taken_id = null
    where account_id = ${scope.accountId}`.execute(tx);
}

/**
 * Stores that re-matching is done, if no call is due any more. Called outside of transactions, after the last batch of
 * a part is committed: of two parts that end at the same time, at least the later one sees that all calls are done.
 */
export async function finishRematch(db: Db, scope: Scope, version: number): Promise<void> {
  await sql`update rematches r set finished_at = clock_timestamp()
    where account_id = ${scope.accountId} and topics_version = ${version} and finished_at is null
      and not exists (select from calls c where ${isDue(scope, version)})`.execute(db);
}
