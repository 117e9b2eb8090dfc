import { type RawBuilder, sql } from 'kysely';
import type { Db, Scope, Tx } from '../db/database.js';
import type { FeedTable } from '../db/feed-table.js';
import { stampEntries } from '../db/feed-table.js';
import { listensFeed, listensShowing } from '../db/listens.js';
import { meetingsFeed, meetingsShowing } from '../db/meetings.js';
import { plansFeed, plansShowing } from '../db/plans.js';
import { scoresFeed, scoresShowing } from '../db/scores.js';
import { STAMP_BATCH } from '../db/stamps.js';
import { enqueue, type JobKinds } from '../queue/jobs.js';

type EntriesChange = JobKinds['entries_changed'];
type Shown = EntriesChange['what'];

/** A query of the ids (as `id`, in any order) of the entries in a feed that show any of these things. */
type EntriesShowing = (scope: Scope, ids: readonly string[]) => RawBuilder<unknown>;

interface ShowingFeed {
  readonly feed: FeedTable;
  /** By what its entries show, and may change: a feed that shows nothing of teams leaves them out. */
  readonly showing: Partial<Record<Shown, EntriesShowing>>;
}

/** The feeds whose entries show other things. */
const showingFeeds: readonly ShowingFeed[] = [
  { feed: scoresFeed, showing: scoresShowing },
  { feed: listensFeed, showing: listensShowing },
  { feed: plansFeed, showing: plansShowing },
  { feed: meetingsFeed, showing: meetingsShowing },
];

/**
 * What entries show of these things has changed: those entries are restamped in the background. For a user that is an
 * e-mail address or a team, for a team its name, for a call its caller, for a skill its name, for a result its
 * answers, for the account its time zone; a meeting is itself.
 */
export async function entriesChanged(tx: Tx, scope: Scope, what: Shown, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  for (const { feed, showing } of showingFeeds) {
    if (!showing[what]) continue;
    const change = { accountId: scope.accountId, feed: feed.name, what, ids: [...ids], after: '' };
    await enqueue(tx, 'entries_changed', change);
  }
}

/** Restamps a batch; commits together with the job that goes on after it. */
export async function restampEntries(db: Db, change: EntriesChange): Promise<void> {
  const scope: Scope = { accountId: change.accountId };
  const shows = showingFeeds.find(({ feed }) => feed.name === change.feed);
  const showing = shows?.showing[change.what];
  if (!shows || !showing) return;
  await db.transaction().execute(async (tx) => {
    const found = await sql<{ id: string }>`select distinct id from (${showing(scope, change.ids)}) as entries
      where id > ${change.after} order by id limit ${STAMP_BATCH}`.execute(tx);
    const ids = found.rows.map(({ id }) => id);
    if (ids.length === STAMP_BATCH) await enqueue(tx, 'entries_changed', { ...change, after: ids.at(-1)! });
    await stampEntries(tx, scope, shows.feed, ids);
  });
}

/**
 * Locks the entries that go with a call, in the order in which batches lock theirs, so that erasing the call and
 * restamping never wait for each other crosswise.
 */
export async function lockEntriesOfCall(tx: Tx, scope: Scope, callId: string): Promise<void> {
  for (const { feed, showing } of showingFeeds) {
    if (!showing.call) continue;
    const id = sql.ref(feed.id);
    await sql`select 1 from ${sql.table(feed.table)} where account_id = ${scope.accountId}
      and ${id} in (${showing.call(scope, [callId])}) order by ${id} for update`.execute(tx);
  }
}
