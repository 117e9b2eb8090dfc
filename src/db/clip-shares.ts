import { sql } from 'kysely';
import type { ClipShare } from '../contract/clip-shares.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import { filtered, type TimedPage } from './filters.js';
import { type CallViewer, visible } from './visibility.js';

/** A stored share of a clip with its links. */
export interface ClipShareRow extends Omit<ClipShare, 'sharedAt' | 'revokedAt' | 'links'> {
  readonly sharedAt: Micros;
  /** Null while the share is in force. */
  readonly revokedAt: Micros | null;
  /** The links of recipients outside the account, by address. Expired ones are kept until they are replaced. */
  readonly links: readonly { readonly email: string; readonly expiresAt: Micros }[];
}

type FlatRow = Omit<ClipShareRow, 'links'> & { readonly emails: readonly string[]; readonly ends: readonly Micros[] };

const columns = sql`s.share_id as id, s.clip_id as "clipId", k.call_id as "callId", s.shared_by as "sharedBy",
  s.shared_at as "sharedAt", s.recipient_user_ids as "recipientUserIds", s.recipient_team_ids as "recipientTeamIds",
  s.recipient_emails as "recipientEmails", s.message, s.audio, s.revoked_at as "revokedAt", links.emails, links.ends`;
// The times are microseconds: the driver would read an array of timestamps as `Date`s, which have only milliseconds.
const source = sql`clip_shares s join clips k on k.account_id = s.account_id and k.clip_id = s.clip_id
  join calls c on c.account_id = k.account_id and c.call_id = k.call_id
  cross join lateral (select coalesce(array_agg(l.email order by l.email collate "C"), '{}') as emails,
    coalesce(array_agg((extract(epoch from l.expires_at) * 1000000)::float8 order by l.email collate "C"), '{}') as ends
    from clip_share_links l where l.account_id = s.account_id and l.share_id = s.share_id) as links`;

/** The condition that the viewer sees a share: it is of a clip of a call that they see, or they made it. */
function seen({ sight }: CallViewer) {
  return sight === 'all' ? sql`true` : sql`(${visible(sight, 'c')} or s.shared_by = ${sight.userId})`;
}

function toShare({ emails, ends, ...row }: FlatRow): ClipShareRow {
  return { ...row, links: emails.map((email, index) => ({ email, expiresAt: ends[index]! })) };
}

/** A page of the shares of clips that the viewer sees, oldest first; of one clip where it is given. */
export async function selectClipShares(
  db: Db | Tx,
  viewer: CallViewer,
  { clipId }: { readonly clipId: string | null },
  { after, limit }: TimedPage,
): Promise<ClipShareRow[]> {
  const found = await sql<FlatRow>`select ${columns} from ${source}
    where s.account_id = ${viewer.accountId} and ${seen(viewer)} and ${filtered({ 's.clip_id': clipId })}
      and (s.shared_at, s.share_id) > (${after.at}::timestamptz, ${after.id})
    order by s.shared_at, s.share_id limit ${limit}`.execute(db);
  return found.rows.map(toShare);
}

/** The share; null if it does not exist or the viewer does not see it. */
export async function findClipShare(db: Db | Tx, viewer: CallViewer, id: string): Promise<ClipShareRow | null> {
  const found = await sql<FlatRow>`select ${columns} from ${source}
    where s.account_id = ${viewer.accountId} and s.share_id = ${id} and ${seen(viewer)}`.execute(db);
  return found.rows[0] === undefined ? null : toShare(found.rows[0]);
}

/** As `findClipShare`, with the row locked until commit. */
export async function lockClipShare(tx: Tx, viewer: CallViewer, id: string): Promise<ClipShareRow | null> {
  await sql`select 1 from clip_shares
    where account_id = ${viewer.accountId} and share_id = ${id} for no key update`.execute(tx);
  return findClipShare(tx, viewer, id);
}

/** A share to be stored. */
export type NewClipShare = Omit<ClipShareRow, 'callId' | 'links' | 'revokedAt'>;

/** Adds a share. */
export async function insertClipShare(tx: Tx, scope: Scope, row: NewClipShare): Promise<void> {
  await sql`insert into clip_shares (account_id, share_id, clip_id, shared_by, shared_at, recipient_user_ids,
      recipient_team_ids, recipient_emails, message, audio)
    values (${scope.accountId}, ${row.id}, ${row.clipId}, ${row.sharedBy}, ${toTimestamp(row.sharedAt)},
      ${row.recipientUserIds}, ${row.recipientTeamIds}, ${row.recipientEmails}, ${row.message},
      ${row.audio})`.execute(tx);
}

/** Revokes a share. */
export async function writeClipRevocation(tx: Tx, scope: Scope, id: string, revokedAt: Micros): Promise<void> {
  await sql`update clip_shares set revoked_at = ${toTimestamp(revokedAt)}
    where account_id = ${scope.accountId} and share_id = ${id}`.execute(tx);
}

/** The people whom a share lets see its clip now: those it names, and who is in its teams or manages them. */
export async function selectClipRecipients(
  tx: Tx,
  { accountId }: Scope,
  { recipientUserIds, recipientTeamIds }: Pick<ClipShare, 'recipientUserIds' | 'recipientTeamIds'>,
): Promise<string[]> {
  const teams = sql`${[...recipientTeamIds]}::text[]`;
  const found = await sql<{ id: string }>`select unnest(${[...recipientUserIds]}::text[]) as id
    union select user_id from users where account_id = ${accountId} and team_id = any(${teams})
    union select manager_id from teams where account_id = ${accountId} and team_id = any(${teams})
      and manager_id is not null`.execute(tx);
  return found.rows.map(({ id }) => id);
}
