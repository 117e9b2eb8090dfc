import { type RawBuilder, sql } from 'kysely';
import type { Db, Scope, Tx } from '../../db/database.js';
import { type FeedTable, stampEntries } from '../../db/feed-table.js';
import { feedbackFeed } from '../../db/feedback.js';
import { listensFeed, lockListener } from '../../db/listens.js';
import { meetingsFeed } from '../../db/meetings.js';
import { observationsFeed } from '../../db/observations.js';
import { holdPeople } from '../../db/people.js';
import { plansFeed } from '../../db/plans.js';
import { scoresFeed } from '../../db/scores.js';
import { sharesFeed } from '../../db/shares.js';
import { STAMP_BATCH, stampCalls, stampDeletedCalls } from '../../db/stamps.js';
import { renameMentions } from '../../rules/mentions.js';
import { entriesChanged } from '../restamp.js';

/** Whose rows become whose. */
interface Merge extends Scope {
  readonly from: string;
  readonly into: string;
}

/** Rows that name users: which columns do, by an id or by several, and what has to be done with the rows that change. */
interface NamingTable {
  readonly table: string;
  readonly key: readonly string[];
  readonly ids: readonly string[];
  /** Columns of arrays of ids. */
  readonly lists?: readonly string[];
  /** Stamps what clients are shown of rows, by the first column of the key. Called last. */
  readonly stamp?: (tx: Tx, scope: Scope, ids: readonly string[]) => Promise<void>;
  /** Which rows show clients something; all unless given. */
  readonly shown?: RawBuilder<unknown>;
  /** What else of rows, by the first column of the key, names users. */
  readonly also?: (tx: Tx, merge: Merge, ids: readonly string[]) => Promise<void>;
}

const stampsIn = (feed: FeedTable) => (tx: Tx, scope: Scope, ids: readonly string[]) =>
  stampEntries(tx, scope, feed, ids);

/** In the order in which they are handed on: calls come before what shows their callers. */
export const namingTables: readonly NamingTable[] = [
  {
    ...{ table: 'calls', key: ['call_id'], ids: ['caller_id'], stamp: stampCalls },
    also: (tx, merge, ids) => entriesChanged(tx, merge, 'call', ids),
  },
  { table: 'deleted_calls', key: ['call_id'], ids: ['caller_id'], stamp: stampDeletedCalls },
  { table: 'participants', key: ['call_id', 'speaker_number'], ids: ['user_id'] },
  { table: 'speaker_corrections', key: ['call_id', 'speaker_number'], ids: ['user_id'] },
  {
    table: 'kpi_observations',
    key: ['observation_id'],
    ids: ['observer_id', 'observed_id'],
    stamp: stampsIn(observationsFeed),
  },
  {
    ...{ table: 'results', key: ['result_id'], ids: ['reviewer_id'], stamp: stampsIn(scoresFeed) },
    shown: sql`in_feed`,
  },
  // Scores do not show who ended a dispute.
  { table: 'results', key: ['result_id'], ids: ['resolved_by'] },
  {
    ...{
      table: 'feedback',
      key: ['feedback_id'],
      ids: ['feedback_by'],
      lists: ['mentions'],
      stamp: stampsIn(feedbackFeed),
    },
    ...{ shown: sql`not deleted`, also: renameInTexts },
  },
  {
    ...{ table: 'shares', key: ['share_id'], ids: ['shared_by'], lists: ['recipient_user_ids'] },
    stamp: stampsIn(sharesFeed),
  },
  { table: 'plans', key: ['plan_id'], ids: ['coach_id', 'recipient_id'], stamp: stampsIn(plansFeed) },
  {
    ...{ table: 'meetings', key: ['meeting_id'], ids: ['coach_id', 'recipient_id'], stamp: stampsIn(meetingsFeed) },
    shown: sql`ended_at is not null`,
  },
];

/** Rows of a user that are of no use to the other: what is played is counted, and what was answered is old. */
export const droppedTables = [
  { table: 'listen_sessions', column: 'listener', value: (userId: string) => userId },
  { table: 'idempotency_keys', column: 'sender', value: (userId: string) => `user:${userId}` },
] as const;

/**
 * Hands everything that names a merged user on to who they are now, at most 1000 rows a transaction, restamped. It goes on from
 * what is left when it was stopped: nothing new names a merged user. Throws where it is told to stop before its end.
 */
export async function handOn(db: Db, scope: Scope, userId: string, signal: AbortSignal): Promise<void> {
  const steps: Step[] = [
    ...namingTables.map(
      (naming): Step =>
        (tx, merge, after) =>
          handOnRows(tx, merge, naming, after),
    ),
    handOnListens,
    ...droppedTables.map(
      (dropped): Step =>
        (tx, merge) =>
          dropRows(tx, merge, dropped),
    ),
  ];
  for (const step of steps) {
    let after: Place = null;
    do {
      signal.throwIfAborted();
      after = await db.transaction().execute(async (tx): Promise<Place> => {
        const into = await holdMerged(tx, scope, userId);
        return into === null ? null : step(tx, { ...scope, from: userId, into }, after);
      });
    } while (after !== null);
  }
}

/** The key of the last row that was handed on; null at the end. */
type Place = readonly unknown[] | null;
type Step = (tx: Tx, merge: Merge, after: Place) => Promise<Place>;

/** Who a merged user is: it stays so until commit. */
async function holdMerged(tx: Tx, scope: Scope, userId: string): Promise<string | null> {
  await holdPeople(tx, scope);
  const found = await sql<{ into: string | null }>`select merged_into as into from users
    where account_id = ${scope.accountId} and user_id = ${userId}`.execute(tx);
  return found.rows[0]?.into ?? null;
}

async function handOnRows(tx: Tx, merge: Merge, naming: NamingTable, after: Place): Promise<Place> {
  const { table, ids, lists = [], shown = sql`true` } = naming;
  const { accountId, from, into } = merge;
  const key = sql.join(naming.key.map((column) => sql.ref(column)));
  const names = sql.join(
    [
      ...ids.map((column) => sql`${sql.ref(column)} = ${from}`),
      ...lists.map((column) => sql`${from} = any(${sql.ref(column)})`),
    ],
    sql` or `,
  );
  const found = await sql<Record<string, unknown> & { shown: boolean }>`select ${key}, ${shown} as shown
    from ${sql.table(table)} where account_id = ${accountId} and (${names})
      ${after === null ? sql`` : sql`and (${key}) > (${sql.join(after)})`}
    order by ${key} limit ${STAMP_BATCH} for no key update`.execute(tx);
  const last = found.rows.at(-1);
  if (last === undefined) return null;
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
  const [first, ...others] = naming.key;
  const given = [first!, ...others].map((column) => found.rows.map((row) => row[column]));
  // All keys are texts but the numbers of speakers.
  const arrays = given.map((values, index) => (index === 0 ? sql`${values}::text[]` : sql`${values}::integer[]`));
  await sql`update ${sql.table(table)} set ${sql.join(sets)} where account_id = ${accountId}
    and (${key}) in (select * from unnest(${sql.join(arrays)}))`.execute(tx);
  await naming.also?.(tx, merge, given[0] as string[]);
  await naming.stamp?.(
    tx,
    merge,
    found.rows.filter((row) => row.shown).map((row) => row[first!] as string),
  );
  return naming.key.map((column) => last[column]);
}

/** A mention has its mark in the text, too. */
async function renameInTexts(tx: Tx, { accountId, from, into }: Merge, ids: readonly string[]): Promise<void> {
  const found = await sql<{ id: string; text: string }>`select feedback_id as id, text from feedback
    where account_id = ${accountId} and feedback_id = any(${ids}) and strpos(text, '<span data-user-id=') > 0`.execute(
    tx,
  );
  const renamed = found.rows.map(({ id, text }) => ({ id, text: renameMentions(text, new Map([[from, into]])) }));
  await sql`update feedback f set text = renamed.text
    from unnest(${renamed.map(({ id }) => id)}::text[], ${renamed.map(({ text }) => text)}::text[]) as renamed (id, text)
    where f.account_id = ${accountId} and f.feedback_id = renamed.id`.execute(tx);
}

/** Two entries a batch's row may change, the merged user's and the other's of the same call and day. */
const LISTEN_BATCH = STAMP_BATCH / 2;

/**
 * Listens of the same call and day are added up in the other's entry; the merged user's stays, with nothing. What was played is kept
 * apart from what heartbeats count: they would count it again without the merged user's sessions.
 */
async function handOnListens(tx: Tx, { accountId, from, into, ...rest }: Merge, after: Place): Promise<Place> {
  const scope: Scope = { accountId, ...rest };
  await lockListener(tx, scope, into);
  const mine = sql`select listen_id from listens where account_id = ${accountId} and listener = ${from}
    and listen_id > ${after?.[0] ?? ''} order by listen_id limit ${LISTEN_BATCH}`;
  // All in one order, as whoever stamps them locks them.
  const locked = await sql<{ id: string; isTheirs: boolean }>`
    with mine as materialized (select l.* from listens l where l.account_id = ${accountId} and l.listen_id in (${mine}))
    select l.listen_id as id, l.listener = ${from} as "isTheirs" from listens l
    where l.account_id = ${accountId} and (l.listen_id in (select listen_id from mine)
      or l.listener = ${into} and not l.emptied and exists (select from mine m
        where not m.emptied and m.call_id = l.call_id and m.date = l.date))
    order by l.listen_id for no key update of l`.execute(tx);
  const ids = locked.rows.map(({ id }) => id);
  const theirs = locked.rows.filter(({ isTheirs }) => isTheirs).map(({ id }) => id);
  const last = theirs.at(-1);
  if (last === undefined) return null;
  await sql`update listens l set merged_ms = l.merged_ms + m.played_ms + m.imported_ms + m.merged_ms
    from listens m where m.account_id = ${accountId} and m.listen_id = any(${theirs}) and not m.emptied
      and l.account_id = ${accountId} and l.listener = ${into} and not l.emptied
      and l.call_id = m.call_id and l.date = m.date`.execute(tx);
  await sql`update listens m set listener = ${into}, played_ms = 0, imported_ms = 0,
      emptied = m.emptied or added.is, merged_ms = case when added.is then 0 else m.played_ms + m.imported_ms + m.merged_ms end
    from (select t.listen_id, exists (select from listens l where l.account_id = t.account_id and l.listener = ${into}
        and not l.emptied and l.call_id = t.call_id and l.date = t.date) as is
      from listens t where t.account_id = ${accountId} and t.listen_id = any(${theirs})) as added
    where m.account_id = ${accountId} and m.listen_id = added.listen_id`.execute(tx);
  await stampEntries(tx, scope, listensFeed, ids);
  return [last];
}

async function dropRows(
  tx: Tx,
  { accountId, from }: Merge,
  { table, column, value }: (typeof droppedTables)[number],
): Promise<Place> {
  const gone = await sql`delete from ${sql.table(table)} where ctid = any(array(select ctid from ${sql.table(table)}
    where account_id = ${accountId} and ${sql.ref(column)} = ${value(from)} limit ${STAMP_BATCH})) returning 1`.execute(
    tx,
  );
  return gone.rows.length === 0 ? null : [];
}
