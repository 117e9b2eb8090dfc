import { sql } from 'kysely';
import type { Db, Tx } from '../db/database.js';
import type { ShownKind } from '../db/entries-showing.js';
import type { CallRange } from '../db/rematches.js';

/** The kinds of background work, with what each is told. */
export interface JobKinds {
  /** Makes a call's statistics and topic matches, as its content, speakers and topics are by then. */
  analyze: { accountId: string; callId: string };
  /** Has the account's stored calls matched with its current topics, by as many `rematch_part` jobs as can go on at once. */
  rematch: { accountId: string };
  /**
   * Matches a range of stored calls with this version of the topics, a batch a job. Jobs of one part follow each other, each
   * with calls that no other has.
   */
  rematch_part: { accountId: string; topicsVersion: number; part: number } & CallRange;
  /** Carries a user's new address or ids to the calls that show or name them, a batch a job. */
  user_changed: {
    accountId: string;
    userId: string;
    /** Their addresses before and since, or the only one. */
    emails: string[];
    step: 'link' | 'restamp' | 'analyze';
    /** Where the step goes on: after this call's id. */
    after: string;
  };
  /** Reassigns the rows that name a merged user, until none does. */
  merge_user: { accountId: string; userId: string };
  /** Restamps the entries of a feed that show something that has changed, a batch a job. */
  entries_changed: {
    accountId: string;
    feed: string;
    /** What changed, and the ids of those of its kind that did. */
    what: ShownKind;
    ids: string[];
    /** Where it goes on: after this entry's id. */
    after: string;
  };
  /** Restamps coaching plans that time alone has changed, every minute. */
  restamp_plans: Record<string, never>;
  /**
   * Removes replaced fragments and forgotten ends, unlocks what dead processes left locked, and sees to what an upgrade left
   * to the background: matching that is due, percentages, and bindings of speakers.
   */
  sweep: Record<string, never>;
}
export type JobKind = keyof JobKinds;

/** Lower runs sooner: what a person waits for goes before work over the whole history. */
const priorities: Record<JobKind, number> = {
  analyze: 0,
  user_changed: 5,
  merge_user: 5,
  entries_changed: 5,
  restamp_plans: 5,
  rematch: 10,
  rematch_part: 10,
  sweep: 20,
};

/** Jobs of one key never wait twice: a later one replaces the one that has not begun. */
function keyOf<K extends JobKind>(kind: K, payload: JobKinds[K]): string | null {
  const { accountId, callId } = payload as Partial<JobKinds['analyze']>;
  if (kind === 'analyze') return `analyze:${accountId}:${callId}`;
  if (kind === 'merge_user') return `merge:${accountId}:${(payload as JobKinds['merge_user']).userId}`;
  if (kind === 'rematch') return `rematch:${accountId}`;
  if (kind === 'rematch_part') {
    const part = payload as JobKinds['rematch_part'];
    // Each step its own: a job that a running one adds under its own key would leave that one behind as failed.
    return `${partKey(part)}${JSON.stringify(part.after)}`;
  }
  return null;
}

/** What the keys of all parts of a re-matching begin with. */
function partsKey(accountId: string, topicsVersion: number): string {
  return `rematch:${accountId}:${topicsVersion}:`;
}

/** What the keys of all steps of one part begin with. */
function partKey({ accountId, topicsVersion, part }: JobKinds['rematch_part']): string {
  return `${partsKey(accountId, topicsVersion)}${part}:`;
}

/** Whether a later step of the part waits or runs: this one was committed, though its worker died before it could say so. */
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

/** Adds jobs of one kind, each as `enqueue` does. */
export async function enqueueAll<K extends JobKind>(tx: Tx, kind: K, payloads: readonly JobKinds[K][]): Promise<void> {
  let left = payloads;
  // The queue drops a job, and answers nothing, where a worker takes the waiting one of its key in the midst of adding.
  // What that worker does may have begun before this transaction: the job is added again, beside the one that runs.
  while (left.length > 0) {
    const dropped = await sql<{ place: number }>`select given.place
      from unnest(${left.map((payload) => JSON.stringify(payload))}::json[],
        ${left.map((payload) => keyOf(kind, payload))}::text[]) with ordinality as given (payload, key, place)
      cross join lateral graphile_worker.add_job(${kind}, payload := given.payload, job_key := given.key,
        max_attempts := 25, priority := ${priorities[kind]}::smallint) as job
      where job.id is null`.execute(tx);
    left = dropped.rows.map(({ place }) => left[place - 1]!);
  }
}
