import { type RawBuilder, sql } from 'kysely';
import { renameMentions } from '../rules/mentions.js';
import type { Scope, Tx } from './database.js';
import { type FeedTable, stampEntries } from './feed-table.js';
import { feedbackFeed } from './feedback.js';
import { meetingsFeed } from './meetings.js';
import { observationsFeed } from './observations.js';
import { plansFeed } from './plans.js';
import { scoresFeed } from './scores.js';
import { sharesFeed } from './shares.js';
import { STAMP_BATCH, stampCalls, stampDeletedCalls } from './stamps.js';

// Which rows name users, and how the rows of a merged user are reassigned to the user they were merged into.

/** A merge of two users: the rows of `from` become rows of `into`. */
export interface Merge extends Scope {
  readonly from: string;
  readonly into: string;
}

/** A table whose rows name users. */
export interface NamingTable {
  readonly table: string;
  /** The column of the row's id; for rows of speakers, that of the call's id. */
  readonly key: string;
  /** Whether the rows are speakers: their key also has `speaker_number`. */
  readonly isOfSpeakers?: boolean;
  /** Columns that hold a user's id. */
  readonly ids: readonly string[];
  /** Columns that hold arrays of users' ids. */
  readonly lists?: readonly string[];
  /** A column of HTML in which mentions carry users' ids. */
  readonly html?: string;
  /** Stamps the rows that a feed shows. */
  readonly stamp?: (tx: Tx, scope: Scope, ids: readonly string[]) => Promise<void>;
  /** The condition for rows that a feed shows; all rows unless given. */
  readonly isShown?: RawBuilder<boolean>;
}

const stampIn = (feed: FeedTable) => (tx: Tx, scope: Scope, ids: readonly string[]) =>
  stampEntries(tx, scope, feed, ids);

/** The tables, in the order in which they are reassigned: calls before the entries that show their callers. */
export const namingTables: readonly NamingTable[] = [
  { table: 'calls', key: 'call_id', ids: ['caller_id'], stamp: stampCalls },
  { table: 'deleted_calls', key: 'call_id', ids: ['caller_id'], stamp: stampDeletedCalls },
  { table: 'participants', key: 'call_id', isOfSpeakers: true, ids: ['user_id'] },
  { table: 'speaker_corrections', key: 'call_id', isOfSpeakers: true, ids: ['user_id'] },
  {
    table: 'kpi_observations',
    key: 'observation_id',
    ids: ['observer_id', 'observed_id'],
    stamp: stampIn(observationsFeed),
  },
  { table: 'results', key: 'result_id', ids: ['reviewer_id'], stamp: stampIn(scoresFeed), isShown: sql`in_feed` },
  // Not stamped: scores do not show who ended a dispute.
  { table: 'results', key: 'result_id', ids: ['resolved_by'] },
  {
    table: 'feedback',
    key: 'feedback_id',
    ids: ['feedback_by'],
    lists: ['mentions'],
    html: 'text',
    stamp: stampIn(feedbackFeed),
    isShown: sql`not deleted`,
  },
  {
    table: 'shares',
    key: 'share_id',
    ids: ['shared_by'],
    lists: ['recipient_user_ids'],
    stamp: stampIn(sharesFeed),
  },
  { table: 'clips', key: 'clip_id', ids: ['created_by'] },
  { table: 'clip_shares', key: 'share_id', ids: ['shared_by'], lists: ['recipient_user_ids'] },
  { table: 'playlists', key: 'playlist_id', ids: ['owner_id'], lists: ['shared_user_ids'] },
  { table: 'views', key: 'view_id', ids: ['owner_id'] },
  { table: 'plans', key: 'plan_id', ids: ['coach_id', 'recipient_id'], stamp: stampIn(plansFeed) },
  {
    table: 'meetings',
    key: 'meeting_id',
    ids: ['coach_id', 'recipient_id'],
    stamp: stampIn(meetingsFeed),
    isShown: sql`ended_at is not null`,
  },
];

/** A row's key. `speaker` is 0 for rows that are not speakers. */
export interface RowKey {
  readonly id: string;
  readonly speaker: number;
}

/** A row that was reassigned. */
export interface ReassignedRow extends RowKey {
  readonly isShown: boolean;
}

/**
 * Reassigns the next rows of a table, at most 1000, after a key or from the beginning, and locks them until commit.
 * Returns them in the order of their keys.
 */
export async function reassignRows(
  tx: Tx,
  merge: Merge,
  naming: NamingTable,
  after: RowKey | null,
): Promise<ReassignedRow[]> {
  const { ids, lists = [], html } = naming;
  const { accountId, from, into } = merge;
  const table = sql.table(naming.table);
  const columns = (naming.isOfSpeakers ? [naming.key, 'speaker_number'] : [naming.key]).map((name) => sql.ref(name));
  const key = sql.join(columns);
  const speaker = columns[1] ?? sql`0`;
  const names = [
    ...ids.map((column) => sql`${sql.ref(column)} = ${from}`),
    ...lists.map((column) => sql`${from} = any(${sql.ref(column)})`),
  ];
  const place = after && sql.join(naming.isOfSpeakers ? [after.id, after.speaker] : [after.id]);
  const locked = await sql<ReassignedRow>`select ${columns[0]!} as id, ${speaker} as speaker,
      ${naming.isShown ?? sql`true`} as "isShown"
    from ${table} where account_id = ${accountId} and (${sql.join(names, sql` or `)})
      ${place === null ? sql`` : sql`and (${key}) > (${place})`}
    order by ${key} limit ${STAMP_BATCH} for no key update`.execute(tx);
  const rows = locked.rows;
  if (rows.length === 0) return [];
  const sets = [
    ...ids.map(
      (column) =>
        sql`${sql.ref(column)} = case when ${sql.ref(column)} = ${from} then ${into} else ${sql.ref(column)} end`,
    ),
    ...lists.map(
      (column) => sql`${sql.ref(column)} = case when ${into} = any(${sql.ref(column)})
      then array_remove(${sql.ref(column)}, ${from}) else array_replace(${sql.ref(column)}, ${from}, ${into}) end`,
    ),
  ];
  const keys = [sql`${rows.map(({ id }) => id)}::text[]`, sql`${rows.map((row) => row.speaker)}::integer[]`];
  await sql`update ${table} set ${sql.join(sets)} where account_id = ${accountId}
    and (${key}) in (select * from unnest(${sql.join(keys.slice(0, columns.length))}))`.execute(tx);
  if (html !== undefined) await reassignMentions(tx, merge, naming, html, rows);
  return rows;
}

/** Replaces the user's id in the marks of mentions. */
async function reassignMentions(
  tx: Tx,
  { accountId, from, into }: Merge,
  naming: NamingTable,
  column: string,
  rows: readonly RowKey[],
): Promise<void> {
  const [table, key, html] = [sql.table(naming.table), sql.ref(naming.key), sql.ref(column)];
  const found = await sql<{ id: string; html: string }>`select ${key} as id, ${html} as html from ${table}
    where account_id = ${accountId} and ${key} = any(${rows.map(({ id }) => id)})
      and strpos(${html}, '<span data-user-id=') > 0`.execute(tx);
  const renamed = found.rows.map((row) => renameMentions(row.html, new Map([[from, into]])));
  await sql`update ${table} named set ${html} = renamed.html
    from unnest(${found.rows.map(({ id }) => id)}::text[], ${renamed}::text[]) as renamed (id, html)
    where named.account_id = ${accountId} and named.${key} = renamed.id`.execute(tx);
}

/**
 * Half a batch of stamps, because a row of the merged user may also change the other user's row of the same call and
 * day: both are stamped.
 */
const LISTEN_BATCH = STAMP_BATCH / 2;

/**
 * Reassigns the next listens after an id, at most 500, and locks them until commit. If the other user has a listen of
 * the same call and day, the time of the merged user's listen is added to it, and the merged user's listen stays with a
 * time of 0. The time goes to `merged_ms`, because heartbeats recompute `played_ms` from the other user's own playback
 * sessions. Returns the ids of all listens that changed, in order, and the last reassigned one; null if none was left.
 * The caller holds `lockListener` of the other user.
 */
export async function reassignListens(
  tx: Tx,
  { accountId, from, into }: Merge,
  after: string,
): Promise<{ readonly changed: readonly string[]; readonly last: string } | null> {
  const next = sql`select listen_id from listens where account_id = ${accountId} and listener = ${from}
    and listen_id > ${after} order by listen_id limit ${LISTEN_BATCH}`;
  // Both users' listens in one order, by id, as `stampEntries` locks them.
  const locked = await sql<{ id: string; isMerged: boolean }>`
    with merged as materialized (select l.* from listens l
      where l.account_id = ${accountId} and l.listen_id in (${next}))
    select l.listen_id as id, l.listener = ${from} as "isMerged" from listens l
    where l.account_id = ${accountId} and (l.listen_id in (select listen_id from merged)
      or l.listener = ${into} and not l.emptied and exists (select from merged m
        where not m.emptied and m.call_id = l.call_id and m.date = l.date))
    order by l.listen_id for no key update of l`.execute(tx);
  const merged = locked.rows.filter(({ isMerged }) => isMerged).map(({ id }) => id);
  const last = merged.at(-1);
  if (last === undefined) return null;
  await sql`update listens l set merged_ms = l.merged_ms + m.played_ms + m.imported_ms + m.merged_ms
    from listens m where m.account_id = ${accountId} and m.listen_id = any(${merged}) and not m.emptied
      and l.account_id = ${accountId} and l.listener = ${into} and not l.emptied
      and l.call_id = m.call_id and l.date = m.date`.execute(tx);
  await sql`update listens m set listener = ${into}, played_ms = 0, imported_ms = 0,
      emptied = m.emptied or added.is,
      merged_ms = case when added.is then 0 else m.played_ms + m.imported_ms + m.merged_ms end
    from (select t.listen_id, exists (select from listens l where l.account_id = t.account_id and l.listener = ${into}
        and not l.emptied and l.call_id = t.call_id and l.date = t.date) as is
      from listens t where t.account_id = ${accountId} and t.listen_id = any(${merged})) as added
    where m.account_id = ${accountId} and m.listen_id = added.listen_id`.execute(tx);
  return { changed: locked.rows.map(({ id }) => id), last };
}

/**
 * Tables whose rows of a merged user are removed, since the other user has no use for them: the playback is already
 * counted, the requests are already answered, and the other user reads an inbox of their own.
 */
export const droppedTables = [
  { table: 'listen_sessions', column: 'listener', value: (userId: string) => userId },
  { table: 'idempotency_keys', column: 'sender', value: (userId: string) => `user:${userId}` },
  { table: 'inbox_reads', column: 'user_id', value: (userId: string) => userId },
  { table: 'inbox_marks', column: 'user_id', value: (userId: string) => userId },
] as const;

/** Removes at most 1000 rows of the merged user. Returns whether there were any. */
export async function removeRows(
  tx: Tx,
  { accountId, from }: Merge,
  { table, column, value }: (typeof droppedTables)[number],
): Promise<boolean> {
  const gone = await sql`delete from ${sql.table(table)} where ctid = any(array(select ctid from ${sql.table(table)}
    where account_id = ${accountId} and ${sql.ref(column)} = ${value(from)} limit ${STAMP_BATCH})) returning 1`.execute(
    tx,
  );
  return gone.rows.length > 0;
}
