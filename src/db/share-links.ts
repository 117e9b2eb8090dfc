import { type RawBuilder, sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

// Links by which people outside the account open what was shared. Of a link's token only the digest is stored.

/** The tables of a kind of shares: shares of calls, or of clips. */
export interface ShareTables {
  readonly links: 'share_links' | 'clip_share_links';
  readonly accesses: 'share_accesses' | 'clip_share_accesses';
}

/** The tables of shares of calls. */
export const callShares: ShareTables = { links: 'share_links', accesses: 'share_accesses' };
/** The tables of shares of clips. */
export const clipShares: ShareTables = { links: 'clip_share_links', accesses: 'clip_share_accesses' };

/** Adds a recipient's link, replacing their earlier one. */
export async function writeShareLink(
  tx: Tx,
  scope: Scope,
  { links }: ShareTables,
  link: { readonly shareId: string; readonly email: string; readonly digest: Buffer; readonly expiresAt: Micros },
): Promise<void> {
  const { shareId, email, digest } = link;
  const expiresAt = toTimestamp(link.expiresAt);
  await sql`insert into ${sql.table(links)} (account_id, share_id, email, token_hash, expires_at)
    values (${scope.accountId}, ${shareId}, ${email}, ${digest}, ${expiresAt})
    on conflict (account_id, share_id, email) do update set token_hash = ${digest}, expires_at = ${expiresAt}`.execute(
    tx,
  );
}

/** Removes all links of a share. */
export async function removeShareLinks(tx: Tx, scope: Scope, { links }: ShareTables, shareId: string): Promise<void> {
  await sql`delete from ${sql.table(links)}
    where account_id = ${scope.accountId} and share_id = ${shareId}`.execute(tx);
}

/** A link in force to a call: its recipient, and the call that it shows. */
export interface ShareLinkRow extends Scope {
  readonly shareId: string;
  readonly email: string;
  readonly callId: string;
  /** The message of the person who shared the call. */
  readonly message: string | null;
  /** Whether it also lets people hear the call. */
  readonly audio: boolean;
}

/**
 * The link in force with this token, in any account. Null if it is unknown, replaced, revoked or expired. Its share is
 * locked until commit: erasing the call waits, and then also erases what was stored of this opening.
 */
export function lockShareLink(tx: Tx, digest: Buffer, now: Micros): Promise<ShareLinkRow | null> {
  return selectLink(tx, digest, now, sql`for key share of s`);
}

/** As `lockShareLink`, without a lock. */
export function findShareLink(db: Db, digest: Buffer, now: Micros): Promise<ShareLinkRow | null> {
  return selectLink(db, digest, now, sql``);
}

/** A link in force to a clip: its recipient, and the clip that it shows. */
export interface ClipLinkRow extends Omit<ShareLinkRow, 'callId'> {
  readonly clipId: string;
}

/** As `lockShareLink`, for a link to a clip. */
export function lockClipLink(tx: Tx, digest: Buffer, now: Micros): Promise<ClipLinkRow | null> {
  return selectClipLink(tx, digest, now, sql`for key share of s`);
}

/** As `lockClipLink`, without a lock. */
export function findClipLink(db: Db, digest: Buffer, now: Micros): Promise<ClipLinkRow | null> {
  return selectClipLink(db, digest, now, sql``);
}

async function selectClipLink(db: Db | Tx, digest: Buffer, now: Micros, lock: RawBuilder<unknown>) {
  const found = await sql<ClipLinkRow>`select l.account_id as "accountId", s.clip_id as "clipId", s.message, s.audio,
      l.share_id as "shareId", l.email
    from clip_share_links l join clip_shares s on s.account_id = l.account_id and s.share_id = l.share_id
    where l.token_hash = ${digest} and l.expires_at > ${toTimestamp(now)}::timestamptz ${lock}`.execute(db);
  return found.rows[0] ?? null;
}

async function selectLink(db: Db | Tx, digest: Buffer, now: Micros, lock: RawBuilder<unknown>) {
  const found = await sql<ShareLinkRow>`select l.account_id as "accountId", s.call_id as "callId", s.message, s.audio,
      l.share_id as "shareId", l.email
    from share_links l join shares s on s.account_id = l.account_id and s.share_id = l.share_id
    where l.token_hash = ${digest} and l.expires_at > ${toTimestamp(now)}::timestamptz ${lock}`.execute(db);
  return found.rows[0] ?? null;
}
