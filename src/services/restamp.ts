import { atomic } from '../db/atomic.js';
import type { Scope, Tx } from '../db/database.js';
import { feedsShowing, type ShownKind, selectEntriesShowing } from '../db/entries-showing.js';
import { stampEntries } from '../db/feed-table.js';
import { STAMP_BATCH } from '../db/stamps.js';
import { enqueue, type JobKinds } from '../queue/jobs.js';
import type { DbDeps } from './deps.js';

/**
 * Enqueues restamping of the entries that show any of these things. Called when something that entries show has
 * changed: the e-mail address or team of a user, the name of a team or a skill, the caller of a call, the answers of a
 * result, the time zone of the account, or anything of a meeting.
 */
export async function entriesChanged(tx: Tx, scope: Scope, kind: ShownKind, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  for (const { name } of feedsShowing(kind)) {
    const change = { accountId: scope.accountId, feed: name, what: kind, ids: [...ids], after: '' };
    await enqueue(tx, 'entries_changed', change);
  }
}

/** Restamps a batch of a feed's entries. The job for the next batch is committed with it. */
export async function restampEntries({ db }: DbDeps, change: JobKinds['entries_changed']): Promise<void> {
  const { accountId, what: kind, ids, after } = change;
  const feed = feedsShowing(kind).find(({ name }) => name === change.feed);
  if (feed === undefined) return;
  const scope: Scope = { accountId };
  await atomic(db, async (tx) => {
    const entries = await selectEntriesShowing(tx, scope, feed, { kind, ids }, { after, limit: STAMP_BATCH });
    if (entries.length === STAMP_BATCH) await enqueue(tx, 'entries_changed', { ...change, after: entries.at(-1)! });
    await stampEntries(tx, scope, feed, entries);
  });
}
