import { crc32 } from 'node:zlib';
import { sql } from 'kysely';
import type { Db, Tx } from '../db/database.js';
import type { ShownKind } from '../db/entries-showing.js';
import type { CallRange } from '../db/rematches.js';

/** The kinds of background jobs, with their payloads. */
export interface JobKinds {
  /** Computes a call's statistics and topic matches, from its content, speakers and topics at that time. */
  analyze: { accountId: string; callId: string };
  /** Summarises a call, if its summary is asked for; `attempt` counts from the second try. */
  summarize: { accountId: string; callId: string; attempt?: number };
  /**
   * Starts matching the account's stored calls with its current topics, with as many `rematch_part` jobs as may run at
   * once.
   */
  rematch: { accountId: string };
  /**
   * Matches a range of stored calls with this version of the topics, one batch per job. The jobs of a part run one
   * after another, and no two jobs share a call.
   */
  rematch_part: { accountId: string; topicsVersion: number; part: number } & CallRange;
  /** Carries a user's new address or ids to the calls that show or name the user, one batch per job. */
  user_changed: {
    accountId: string;
    userId: string;
    /** The addresses before and after, or the only one. */
    emails: string[];
    step: 'link' | 'restamp' | 'analyze';
    /** The call id after which the step continues. */
    after: string;
  };
  /** Reassigns the rows that name a merged user, until none does. */
  merge_user: { accountId: string; userId: string };
  /** Restamps the entries of a feed that show a changed thing, one batch per job. */
  entries_changed: {
    accountId: string;
    feed: string;
    /** What changed, and the ids of those of its kind that did. */
    what: ShownKind;
    ids: string[];
    /** The entry id after which it continues. */
    after: string;
  };
  /** Decodes and recognizes a call's recording, as far as that is still to be done. */
  process_recording: { accountId: string; callId: string };
  /** Cuts the sound of a clip, if it is still waited for. */
  cut_clip: { accountId: string; clipId: string };
  /** Removes the account's doomed objects from the store. */
  remove_objects: { accountId: string };
  /** Finds objects that killed writers left, that no row knows, or whose removal gave up, every day. */
  sweep_objects: Record<string, never>;
  /** Restamps coaching plans that only the passing of time has changed, every minute. */
  restamp_plans: Record<string, never>;
  /**
   * Removes replaced fragments and old feed ends, unlocks jobs of dead processes, and does the background work that an
   * upgrade left: due matching, percentages, speaker bindings.
   */
  sweep: Record<string, never>;
}
/** The name of a kind of job. */
export type JobKind = keyof JobKinds;

/** Lower runs first: work that a user waits for comes before work over the whole history. */
const priorities: Record<JobKind, number> = {
  analyze: 0,
  cut_clip: 1,
  summarize: 3,
  user_changed: 5,
  merge_user: 5,
  entries_changed: 5,
  process_recording: 5,
  remove_objects: 5,
  restamp_plans: 5,
  rematch: 10,
  rematch_part: 10,
  sweep: 20,
  sweep_objects: 20,
};

/** The flag of jobs that take a core for minutes. A worker runs one of them at a time. */
export const LONG = 'long';
const long: ReadonlySet<JobKind> = new Set(['process_recording']);

/** A job's key. Two jobs of one key never wait at once: a later one replaces the one that has not begun. */
function keyOf<K extends JobKind>(kind: K, payload: JobKinds[K]): string | null {
  const { accountId, callId } = payload as Partial<JobKinds['analyze']>;
  if (kind === 'analyze') return `analyze:${accountId}:${callId}`;
  if (kind === 'process_recording') return `recording:${accountId}:${callId}`;
  if (kind === 'cut_clip') return `clip:${accountId}:${(payload as JobKinds['cut_clip']).clipId}`;
  if (kind === 'remove_objects') return `remove:${accountId}`;
  // A later try has its own key: a job added under the key of a running one would leave that one behind as failed.
  if (kind === 'summarize') {
    return `summarize:${accountId}:${callId}:${(payload as JobKinds['summarize']).attempt ?? 1}`;
  }
  if (kind === 'merge_user') return `merge:${accountId}:${(payload as JobKinds['merge_user']).userId}`;
  if (kind === 'rematch') return `rematch:${accountId}`;
  if (kind === 'rematch_part') {
    const part = payload as JobKinds['rematch_part'];
    // Each step has its own key: a job added under the key of a running one would leave that one behind as failed.
    return `${partKey(part)}${JSON.stringify(part.after)}`;
  }
  return null;
}

/** The beginning of the keys of all parts of a re-matching. */
function partsKey(accountId: string, topicsVersion: number): string {
  return `rematch:${accountId}:${topicsVersion}:`;
}

/** The beginning of the keys of all steps of one part. */
function partKey({ accountId, topicsVersion, part }: JobKinds['rematch_part']): string {
  return `${partsKey(accountId, topicsVersion)}${part}:`;
}

/**
 * Whether a later step of the part waits or runs. This step was then committed, although its worker died before it
 * could report it.
 */
export async function hasFollowing(db: Db, part: JobKinds['rematch_part']): Promise<boolean> {
  const found = await sql`select 1 from graphile_worker.jobs where starts_with(key, ${partKey(part)})
    and key <> ${keyOf('rematch_part', part)} and attempts < max_attempts limit 1`.execute(db);
  return found.rows.length > 0;
}

/** Whether parts of matching the account's calls with these topics wait or run. */
export async function hasRematchParts(tx: Tx, accountId: string, topicsVersion: number): Promise<boolean> {
  const found = await sql`select 1 from graphile_worker.jobs
    where starts_with(key, ${partsKey(accountId, topicsVersion)}) and attempts < max_attempts limit 1`.execute(tx);
  return found.rows.length > 0;
}

/** Adds a job in the transaction that causes it, so that neither happens without the other. */
export async function enqueue<K extends JobKind>(tx: Tx, kind: K, payload: JobKinds[K]): Promise<void> {
  await enqueueAll(tx, kind, [payload]);
}

/**
 * Summaries may wait minutes for a model. No more than this many run at once, so that a worker always has room for the
 * analysis of new calls.
 */
const SUMMARY_LANES = 2;

/** The queue in which jobs run one after another; null for those that may all run at once. */
function laneOf<K extends JobKind>(kind: K, payload: JobKinds[K]): string | null {
  if (kind !== 'summarize') return null;
  return `summaries:${crc32((payload as JobKinds['summarize']).callId) % SUMMARY_LANES}`;
}

/** Adds jobs of one kind, each as `enqueue` does; they run in so many seconds. */
export async function enqueueAll<K extends JobKind>(
  tx: Tx,
  kind: K,
  payloads: readonly JobKinds[K][],
  inSeconds = 0,
): Promise<void> {
  let left = payloads;
  // The queue drops a job, without an error, if a worker takes the waiting job of the same key while this one is being
  // added. That worker may have begun before this transaction, so the job is added again, beside the running one.
  while (left.length > 0) {
    const dropped = await sql<{ place: number }>`select given.place
      from unnest(${left.map((payload) => JSON.stringify(payload))}::json[],
        ${left.map((payload) => keyOf(kind, payload))}::text[], ${left.map((payload) => laneOf(kind, payload))}::text[])
        with ordinality as given (payload, key, lane, place)
      cross join lateral graphile_worker.add_job(${kind}, payload := given.payload, job_key := given.key,
        queue_name := given.lane, run_at := now() + make_interval(secs => ${inSeconds}::double precision),
        max_attempts := 25, priority := ${priorities[kind]}::smallint,
        flags := ${long.has(kind) ? [LONG] : null}::text[]) as job
      where job.id is null`.execute(tx);
    left = dropped.rows.map(({ place }) => left[place - 1]!);
  }
}
