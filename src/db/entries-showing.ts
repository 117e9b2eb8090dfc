import { type RawBuilder, sql } from 'kysely';
import type { Scope, Tx } from './database.js';
import type { FeedTable } from './feed-table.js';
import { listensFeed, listensShowing } from './listens.js';
import { meetingsFeed, meetingsShowing } from './meetings.js';
import { plansFeed, plansShowing } from './plans.js';
import { scoresFeed, scoresShowing } from './scores.js';

// Which entries of feeds show other things, such as a user's e-mail address. Changing the thing changes the entry.

/** Things that entries may show. `account` stands for its time zone, and `meeting` for the meeting's own entry. */
export type ShownKind = 'user' | 'team' | 'call' | 'skill' | 'result' | 'meeting' | 'account';

/** A query of the ids (as `id`, in any order) of a feed's entries that show any of these things. */
type EntriesShowing = (scope: Scope, ids: readonly string[]) => RawBuilder<unknown>;

interface ShowingFeed {
  readonly feed: FeedTable;
  /** Kinds that the feed's entries do not show, or that never change, are left out. */
  readonly showing: Partial<Record<ShownKind, EntriesShowing>>;
}

const showingFeeds: readonly ShowingFeed[] = [
  { feed: scoresFeed, showing: scoresShowing },
  { feed: listensFeed, showing: listensShowing },
  { feed: plansFeed, showing: plansShowing },
  { feed: meetingsFeed, showing: meetingsShowing },
];

/** The feeds whose entries show things of a kind. */
export function feedsShowing(kind: ShownKind): FeedTable[] {
  return showingFeeds.filter(({ showing }) => showing[kind]).map(({ feed }) => feed);
}

/** Ids of a feed's entries that show any of these things: at most `limit` after a given id, in order. */
export async function selectEntriesShowing(
  tx: Tx,
  scope: Scope,
  feed: FeedTable,
  shown: { readonly kind: ShownKind; readonly ids: readonly string[] },
  page: { readonly after: string; readonly limit: number },
): Promise<string[]> {
  const showing = showingFeeds.find((each) => each.feed === feed)?.showing[shown.kind];
  if (!showing) return [];
  const found = await sql<{ id: string }>`select distinct id from (${showing(scope, shown.ids)}) as entries
    where id > ${page.after} order by id limit ${page.limit}`.execute(tx);
  return found.rows.map(({ id }) => id);
}

/**
 * Locks the entries that show a call until commit. The order is that in which restamping locks its batches, so that
 * erasing the call and restamping never deadlock.
 */
export async function lockEntriesOfCall(tx: Tx, scope: Scope, callId: string): Promise<void> {
  for (const { feed, showing } of showingFeeds) {
    if (!showing.call) continue;
    const id = sql.ref(feed.id);
    await sql`select 1 from ${sql.table(feed.table)} where account_id = ${scope.accountId}
      and ${id} in (${showing.call(scope, [callId])}) order by ${id} for update`.execute(tx);
  }
}
