import { sql } from 'kysely';
import type { Share, ShareEntry } from '../contract/shares.js';
import { formatInstant, type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';
import { filtered, type TimedPage } from './filters.js';
import { isUser } from './named-users.js';
import { type CallViewer, visible } from './visibility.js';

/** The feed of shares (api-v2 §4). It includes revoked ones: that a call was shared is history. */
export const sharesFeed = feedTable({ name: 'shares', table: 'shares', id: 'share_id', times: ['shared_at'] });

/** An entry of the feed, with what its position is remembered by. */
export interface ShareFeedRow {
  readonly id: string;
  readonly stamp: Micros;
  readonly sharedAt: Micros;
  readonly entry: ShareEntry;
}

type EntryRow = Omit<ShareEntry, 'sharedAt' | 'modified'> & { readonly sharedAt: Micros; readonly modified: Micros };

/** A page of the feed of shares. */
export async function sharesAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<ShareFeedRow[]> {
  const page = await sql<EntryRow>`select s.shared_at as "sharedAt", s.call_id as "callId", s.shared_by as "sharedBy",
      s.recipient_user_ids as "recipientUserIds", s.recipient_emails as "recipientEmails", s.share_id as id,
      s.stamp as modified
    from shares s ${pageAfter(sharesFeed, 's', scope, after, limit)}`.execute(db);
  return page.rows.map((row) => ({
    id: row.id,
    stamp: row.modified,
    sharedAt: row.sharedAt,
    entry: { ...row, sharedAt: formatInstant(row.sharedAt), modified: formatInstant(row.modified) },
  }));
}

/** A stored share with its links. */
export interface ShareRow extends Omit<Share, 'sharedAt' | 'revokedAt' | 'links'> {
  readonly sharedAt: Micros;
  /** Null while the share is in force. */
  readonly revokedAt: Micros | null;
  /** The links of recipients outside the account, by address. Expired ones are kept until they are replaced. */
  readonly links: readonly { readonly email: string; readonly expiresAt: Micros }[];
}

type FlatRow = Omit<ShareRow, 'links'> & { readonly emails: readonly string[]; readonly ends: readonly Micros[] };

const columns = sql`s.share_id as id, s.call_id as "callId", s.shared_by as "sharedBy", s.shared_at as "sharedAt",
  s.recipient_user_ids as "recipientUserIds", s.recipient_emails as "recipientEmails", s.message,
  s.audio, s.revoked_at as "revokedAt", links.emails, links.ends`;
// The times are microseconds: the driver would read an array of timestamps as `Date`s, which have only milliseconds.
const source = sql`shares s join calls c on c.account_id = s.account_id and c.call_id = s.call_id
  cross join lateral (select coalesce(array_agg(l.email order by l.email collate "C"), '{}') as emails,
    coalesce(array_agg((extract(epoch from l.expires_at) * 1000000)::float8 order by l.email collate "C"), '{}') as ends
    from share_links l where l.account_id = s.account_id and l.share_id = s.share_id) as links`;

/** The condition that the viewer sees a share: it is of a call that they see, or they made it. */
function seen({ sight }: CallViewer) {
  return sight === 'all' ? sql`true` : sql`(${visible(sight, 'c')} or s.shared_by = ${sight.userId})`;
}

function toShare({ emails, ends, ...row }: FlatRow): ShareRow {
  return { ...row, links: emails.map((email, index) => ({ email, expiresAt: ends[index]! })) };
}

/** Filters of a list; null means any value. */
export interface ShareFilter {
  readonly callId: string | null;
  readonly sharedBy: string | null;
}

/** A page of the shares that the viewer sees, oldest first. */
export async function selectShares(
  db: Db | Tx,
  viewer: CallViewer,
  { callId, sharedBy }: ShareFilter,
  { after, limit }: TimedPage,
): Promise<ShareRow[]> {
  const found = await sql<FlatRow>`select ${columns} from ${source}
    where s.account_id = ${viewer.accountId} and ${seen(viewer)} and ${filtered({ 's.call_id': callId })}
      and ${isUser(viewer, 's.shared_by', sharedBy)}
      and (s.shared_at, s.share_id) > (${after.at}::timestamptz, ${after.id})
    order by s.shared_at, s.share_id limit ${limit}`.execute(db);
  return found.rows.map(toShare);
}

/** The share; null if it does not exist or the viewer does not see it. */
export async function findShare(db: Db | Tx, viewer: CallViewer, id: string): Promise<ShareRow | null> {
  const found = await sql<FlatRow>`select ${columns} from ${source}
    where s.account_id = ${viewer.accountId} and s.share_id = ${id} and ${seen(viewer)}`.execute(db);
  return found.rows[0] === undefined ? null : toShare(found.rows[0]);
}

/** As `findShare`, with the row locked until commit. */
export async function lockShare(tx: Tx, viewer: CallViewer, id: string): Promise<ShareRow | null> {
  await sql`select 1 from shares
    where account_id = ${viewer.accountId} and share_id = ${id} for no key update`.execute(tx);
  return findShare(tx, viewer, id);
}

/** Adds a share. False if the id is taken. */
export async function insertShare(tx: Tx, scope: Scope, row: Omit<ShareRow, 'links' | 'revokedAt'>): Promise<boolean> {
  const made = await sql`insert into shares (account_id, share_id, call_id, shared_by, shared_at, recipient_user_ids,
      recipient_emails, message, audio)
    values (${scope.accountId}, ${row.id}, ${row.callId}, ${row.sharedBy}, ${toTimestamp(row.sharedAt)},
      ${row.recipientUserIds}, ${row.recipientEmails}, ${row.message}, ${row.audio})
    on conflict (account_id, share_id) do nothing returning 1`.execute(tx);
  return made.rows.length > 0;
}

/** Revokes a share. */
export async function writeRevocation(tx: Tx, scope: Scope, id: string, revokedAt: Micros): Promise<void> {
  await sql`update shares set revoked_at = ${toTimestamp(revokedAt)}
    where account_id = ${scope.accountId} and share_id = ${id}`.execute(tx);
}
