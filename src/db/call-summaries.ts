import { sql } from 'kysely';
import type { Micros } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

/** A summary that Debrief made of a call. */
export interface StoredSummary {
  /** What made it, for people to read: `extractive`, `openai gpt-4o-mini`. */
  readonly engine: string;
  /** Of the content that it was made from. */
  readonly contentVersion: number;
  /** JSON: the summary with the seconds of each item. */
  readonly cited: string;
  readonly madeAt: Micros;
}

/** The summary that Debrief made of a call; null if there is none, as where the source sent one. */
export async function findSummary(db: Db | Tx, scope: Scope, callId: string): Promise<StoredSummary | null> {
  const found = await sql<StoredSummary>`select engine, content_version as "contentVersion", cited, made_at as "madeAt"
    from call_summaries where account_id = ${scope.accountId} and call_id = ${callId}`.execute(db);
  return found.rows[0] ?? null;
}

/** Stores a summary that Debrief made, in place of an earlier one. */
export async function writeSummary(
  tx: Tx,
  scope: Scope,
  callId: string,
  { engine, contentVersion, cited }: Omit<StoredSummary, 'madeAt'>,
): Promise<void> {
  await sql`insert into call_summaries (account_id, call_id, engine, content_version, cited)
    values (${scope.accountId}, ${callId}, ${engine}, ${contentVersion}, ${cited}::json)
    on conflict (account_id, call_id) do update set engine = excluded.engine,
      content_version = excluded.content_version, cited = excluded.cited, made_at = now()`.execute(tx);
}

/** Forgets that Debrief made a call's summary, with its moments. */
export async function removeSummary(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await sql`delete from call_summaries where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
}

/** Which stored calls are to be summarised. */
export interface SummaryQuery {
  /** Calls of this time or later; null for all. */
  readonly since: string | null;
  /** Whether calls whose summary Debrief made from their current content are among them. */
  readonly again: boolean;
  /** The call id after which it continues. */
  readonly after: string;
}

function due(scope: Scope, { since, again, after }: SummaryQuery) {
  const isStale = again ? sql`s.call_id is not null` : sql`s.content_version <> c.content_version`;
  return sql`from calls c left join call_summaries s on s.account_id = c.account_id and s.call_id = c.call_id
    where c.account_id = ${scope.accountId} and c.state = 'COMPLETE' and c.call_id > ${after}
      and c.transcript_fragment_id is not null and (c.call_summary is null or ${isStale})
      and (${since}::timestamptz is null or c.call_time >= ${since}::timestamptz)`;
}

/** The next calls to be summarised, by id: none whose source sent a summary. */
export async function selectUnsummarized(
  db: Db | Tx,
  scope: Scope,
  query: SummaryQuery,
  limit: number,
): Promise<string[]> {
  const found = await sql<{ callId: string }>`select c.call_id as "callId" ${due(scope, query)}
    order by c.call_id limit ${limit}`.execute(db);
  return found.rows.map(({ callId }) => callId);
}

/** How many calls are to be summarised. */
export async function countUnsummarized(db: Db | Tx, scope: Scope, query: SummaryQuery): Promise<number> {
  const counted = await sql<{ count: number }>`select count(*) as count ${due(scope, query)}`.execute(db);
  return counted.rows[0]!.count;
}
