import { sql } from 'kysely';
import type { Role } from '../contract/access.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';

/** Why a link was made: an administrator invites a user, or a user has forgotten their password. */
export type LinkPurpose = 'invite' | 'reset';

/** A link by which a user sets their password. Of its token only the digest is stored. */
export interface NewPasswordLink {
  readonly linkId: string;
  readonly userId: string;
  readonly purpose: LinkPurpose;
  readonly tokenDigest: Buffer;
  /** The user's e-mail address. If it changes, the link is void. */
  readonly email: string;
  readonly createdAt: Micros;
  readonly expiresAt: Micros;
}

/** Stores a link. */
export async function insertPasswordLink(tx: Tx, scope: Scope, link: NewPasswordLink): Promise<void> {
  const { linkId, userId, purpose, tokenDigest, email, createdAt, expiresAt } = link;
  await sql`insert into password_links
      (account_id, link_id, user_id, purpose, token_digest, email, created_at, expires_at)
    values (${scope.accountId}, ${linkId}, ${userId}, ${purpose}, ${tokenDigest}, ${email},
      ${toTimestamp(createdAt)}::timestamptz, ${toTimestamp(expiresAt)}::timestamptz)`.execute(tx);
}

/** Whether a user has a link for resetting their password that was made after a time. */
export async function hasResetLink(tx: Tx, scope: Scope, userId: string, madeAfter: Micros): Promise<boolean> {
  const found = await sql`select 1 from password_links where account_id = ${scope.accountId} and user_id = ${userId}
    and purpose = 'reset' and created_at > ${toTimestamp(madeAfter)}::timestamptz`.execute(tx);
  return found.rows.length > 0;
}

/** A link in force, with the current data of its user. */
export interface PasswordLinkRow extends Scope {
  readonly userId: string;
  readonly role: Role;
  readonly email: string;
  readonly purpose: LinkPurpose;
}

/**
 * The link with this token. Null if it was used, replaced or has expired, or if its user was deactivated or has another
 * address now.
 */
export async function findPasswordLink(db: Db | Tx, tokenDigest: Buffer, now: Micros): Promise<PasswordLinkRow | null> {
  const found = await sql<PasswordLinkRow>`select l.account_id as "accountId", l.user_id as "userId", u.role, u.email,
      l.purpose
    from password_links l join users u on u.account_id = l.account_id and u.user_id = l.user_id
    where l.token_digest = ${tokenDigest} and l.expires_at > ${toTimestamp(now)}::timestamptz
      and u.active and lower(u.email) = lower(l.email)`.execute(db);
  return found.rows[0] ?? null;
}

/** Removes a user's links of a purpose, or all of them for null. */
export async function removePasswordLinks(
  tx: Tx,
  scope: Scope,
  userId: string,
  purpose: LinkPurpose | null,
): Promise<void> {
  await sql`delete from password_links where account_id = ${scope.accountId} and user_id = ${userId}
    ${purpose === null ? sql`` : sql`and purpose = ${purpose}`}`.execute(tx);
}

/** Removes expired links. */
export async function sweepPasswordLinks(db: Db, now: Micros): Promise<void> {
  await sql`delete from password_links where expires_at <= ${toTimestamp(now)}::timestamptz`.execute(db);
}
