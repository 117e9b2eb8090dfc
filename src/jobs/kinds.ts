import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '../db/schema.js';

/** The kinds of background work, with what each is told. */
export interface JobKinds {
  /** Makes a call's statistics and topic matches, as its content, speakers and topics are by then. */
  analyze: { accountId: string; callId: string };
  /** Has the account's stored calls matched with its current topics: parts them among `rematch_part` jobs. */
  rematch: { accountId: string };
  /** Matches stored calls with this version of the topics, a batch a job: after one id, up to another or the end. */
  rematch_part: { accountId: string; topicsVersion: number; after: string; upTo: string | null };
  /** Carries a user's new address or ids to the calls that show or name them, a batch a job. */
  user_changed: {
    accountId: string;
    userId: string;
    /** Addresses that speakers may have matched before, or match now. */
    emails: string[];
    step: 'link' | 'restamp' | 'analyze';
    /** Where the step goes on: after this call's id. */
    after: string;
  };
  /** Restamps the entries of a feed that show something that has changed, a batch a job. */
  entries_changed: {
    accountId: string;
    feed: string;
    /** What changed, and the ids of those of its kind that did. */
    what: 'user' | 'team' | 'call' | 'skill' | 'result' | 'meeting' | 'account';
    ids: string[];
    /** Where it goes on: after this entry's id. */
    after: string;
  };
  /** Restamps coaching plans that time alone has changed, every minute. */
  restamp_plans: Record<string, never>;
  /** Removes replaced fragments and forgotten ends, unlocks what dead processes left locked, and sees to matching that is due. */
  sweep: Record<string, never>;
}
export type JobKind = keyof JobKinds;

/** Lower runs sooner: what a person waits for goes before work over the whole history. */
const priorities: Record<JobKind, number> = {
  analyze: 0,
  user_changed: 5,
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
  if (kind === 'rematch') return `rematch:${accountId}`;
  if (kind === 'rematch_part') {
    const part = payload as JobKinds['rematch_part'];
    // Each step its own: a job that a running one adds under its own key would leave that one behind as failed.
    return `${partKey(part)}${part.after}`;
  }
  return null;
}

/** What the keys of all parts of a re-matching begin with. */
function partsKey(accountId: string, topicsVersion: number): string {
  return `rematch:${accountId}:${topicsVersion}:`;
}

/** What the keys of all steps of one part begin with. */
function partKey({ accountId, topicsVersion, upTo }: JobKinds['rematch_part']): string {
  return `${partsKey(accountId, topicsVersion)}${JSON.stringify(upTo)}:`;
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

function addJob<K extends JobKind>(
  kind: K,
  payload: RawBuilder<unknown>,
  key: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`graphile_worker.add_job(${kind}, payload := ${payload}, job_key := ${key},
    max_attempts := 25, priority := ${priorities[kind]}::smallint)`;
}

/** Adds a job in the transaction that causes it, so that neither happens without the other. */
export async function enqueue<K extends JobKind>(tx: Tx, kind: K, payload: JobKinds[K]): Promise<void> {
  const key = keyOf(kind, payload);
  await sql`select ${addJob(kind, sql`${JSON.stringify(payload)}::json`, sql`${key}::text`)}`.execute(tx);
}

/** Adds an `analyze` job for each of the calls. */
export async function enqueueAnalyses(db: Db | Tx, accountId: string, callIds: readonly string[]): Promise<void> {
  const payload = sql`json_build_object('accountId', ${accountId}::text, 'callId', id)`;
  const key = sql`'analyze:' || ${accountId} || ':' || id`;
  await sql`select ${addJob('analyze', payload, key)} from unnest(${callIds}::text[]) as id`.execute(db);
}
