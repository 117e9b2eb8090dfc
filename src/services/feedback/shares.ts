import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Clock } from '../../clock.js';
import { compileCheck } from '../../contract/check.js';
import { ShareInput, ShareLinkInput } from '../../contract/shares.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { filtered } from '../../db/filters.js';
import { isUser } from '../../db/named-users.js';
import { sharesFeed } from '../../db/shares.js';
import { visible } from '../../db/visibility.js';
import { AppError, invalid } from '../../errors.js';
import { formatInstant, type Micros, toTimestamp } from '../../wire/instants.js';
import { type Actor, mayActFor, requireAdmin, requireUser, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import { holdSeenCall, readSeenCall } from '../calls/seen-call.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { givenInstant } from '../given-instant.js';
import { requireUserId, requireUsers } from '../people/named-users.js';
import { linkEnd, makeLink } from './share-links.js';

const checkInput = compileCheck(ShareInput);
const checkLink = compileCheck(ShareLinkInput);

/** An outsider's link as it can be shown: its token is known to nobody but who has it. */
interface ShownLink {
  readonly email: string;
  readonly expiresAt: string;
}

/** A share, as /api/v1 shows it. */
export interface GivenShare {
  readonly id: string;
  readonly callId: string;
  readonly sharedBy: string;
  readonly sharedAt: string;
  readonly recipientUserIds: readonly string[];
  readonly recipientEmails: readonly string[];
  readonly message: string | null;
  /** Those in force, expired ones included. */
  readonly links: readonly ShownLink[];
  /** Null while it is in force. */
  readonly revokedAt: string | null;
}

export interface ShareDeps {
  readonly db: Db;
  readonly clock: Clock;
}

interface Row extends Omit<GivenShare, 'sharedAt' | 'revokedAt' | 'links'> {
  readonly sharedAt: Micros;
  readonly revokedAt: Micros | null;
  readonly emails: readonly string[];
  readonly ends: readonly string[];
}

const UTC_TEXT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';
const columns = sql`s.share_id as id, s.call_id as "callId", s.shared_by as "sharedBy", s.shared_at as "sharedAt",
  s.recipient_user_ids as "recipientUserIds", s.recipient_emails as "recipientEmails", s.message,
  s.revoked_at as "revokedAt", links.emails, links.ends`;
const source = sql`shares s join calls c on c.account_id = s.account_id and c.call_id = s.call_id
  cross join lateral (select coalesce(array_agg(l.email order by l.email collate "C"), '{}') as emails,
    coalesce(array_agg(to_char(l.expires_at, ${UTC_TEXT}) order by l.email collate "C"), '{}') as ends
    from share_links l where l.account_id = s.account_id and l.share_id = s.share_id) as links`;

/** Who sees the call sees whom it was shared with; who shared it goes on seeing that. */
function seen(actor: Actor) {
  const self = userOf(actor);
  return self === null ? sql`true` : sql`(${visible(actor.sight, 'c')} or s.shared_by = ${self.id})`;
}

function show({ emails, ends, sharedAt, revokedAt, ...row }: Row): GivenShare {
  return {
    ...row,
    sharedAt: formatInstant(sharedAt),
    links: emails.map((email, index) => ({ email, expiresAt: formatInstant(givenInstant('expiresAt', ends[index]!)) })),
    revokedAt: formatInstant(revokedAt),
  };
}

/** Shares of the calls that somebody sees, and their own, the oldest first. */
export async function listShares(
  { db }: DbDeps,
  actor: Actor,
  filter: { readonly callId: string | null; readonly sharedBy: string | null },
  page: { readonly after: { readonly at: string; readonly id: string }; readonly limit: number },
): Promise<GivenShare[]> {
  const given = filtered({ 's.call_id': filter.callId });
  const found = await sql<Row>`select ${columns} from ${source}
    where s.account_id = ${actor.accountId} and ${seen(actor)} and ${given} and ${isUser(actor, 's.shared_by', filter.sharedBy)}
      and (s.shared_at, s.share_id) > (${page.after.at}::timestamptz, ${page.after.id})
    order by s.shared_at, s.share_id limit ${page.limit}`.execute(db);
  return found.rows.map(show);
}

export async function readShare({ db }: DbDeps, actor: Actor, id: string): Promise<GivenShare> {
  const found = await sql<Row>`select ${columns} from ${source}
    where s.account_id = ${actor.accountId} and s.share_id = ${id} and ${seen(actor)}`.execute(db);
  const row = found.rows[0];
  if (!row) throw new AppError('not_found', 'There is no such share.');
  return show(row);
}

/** What a link leads by, which is told only now. */
export interface MadeLink extends ShownLink {
  readonly token: string;
}

/**
 * Shares a call: users of the account see it from now on, and each outsider has a link. History that is brought in, with a
 * `sharedAt` of its own, makes no links: nobody is waiting for them.
 */
export async function createShare(
  { db, clock }: ShareDeps,
  actor: Actor,
  body: unknown,
): Promise<{ readonly share: GivenShare; readonly links: readonly MadeLink[] }> {
  const input = checkInput(body);
  const isHistory = input.sharedAt !== undefined;
  const now = clock.now();
  const sharedAt = input.sharedAt === undefined ? now : givenInstant('sharedAt', input.sharedAt);
  const expiresAt = linkEnd(input.expiresAt, now);
  for (const field of ['id', 'sharedAt'] as const) if (input[field] !== undefined) requireAdmin(actor, field);
  const sharer = requireUser(actor, 'sharedBy', input.sharedBy);
  const id = input.id ?? randomUUID();
  const recipients = input.recipientUserIds ?? [];
  const emails = distinctEmails(input.recipientEmails ?? []);
  if (recipients.length + emails.length === 0) {
    throw invalid('recipientUserIds', 'is empty, and recipientEmails too', 'at least one recipient in one of them');
  }
  return atomic(db, async (tx) => {
    await holdSeenCall(tx, actor, input.callId);
    const sharedBy = await requireUserId(tx, actor, 'sharedBy', sharer);
    const userIds = new Set(
      await requireUsers(tx, actor, 'recipientUserIds', recipients, isHistory ? 'any' : 'active'),
    );
    const made = await sql`insert into shares (account_id, share_id, call_id, shared_by, shared_at, recipient_user_ids,
        recipient_emails, message)
      values (${actor.accountId}, ${id}, ${input.callId}, ${sharedBy}, ${toTimestamp(sharedAt)}, ${[...userIds]}, ${emails},
        ${input.message ?? null})
      on conflict (account_id, share_id) do nothing returning 1`.execute(tx);
    if (made.rows.length === 0) throw new AppError('conflict', `There is a share ${id} already.`, { field: 'id' });
    const links: MadeLink[] = [];
    for (const email of isHistory ? [] : emails) {
      const token = await makeLink(tx, actor, id, email, expiresAt);
      links.push({ email, expiresAt: formatInstant(expiresAt), token });
    }
    const share = await readShare({ db: tx }, actor, id);
    await recordChange(tx, actor, { kind: 'shares', id, callId: input.callId, before: null, after: share });
    await stampEntries(tx, actor, sharesFeed, [id]);
    return { share, links };
  });
}

/** Gives an outsider of a share a new link; the one they had ends. */
export async function createShareLink(
  { db, clock }: ShareDeps,
  actor: Actor,
  id: string,
  body: unknown,
): Promise<MadeLink> {
  return atomic(db, async (tx) => {
    const before = await lockOwnShare(tx, actor, id);
    const input = checkLink(body);
    const expiresAt = linkEnd(input.expiresAt, clock.now());
    if (before.revokedAt !== null) throw new AppError('conflict', 'The share was revoked: share the call again.');
    // Who does not see the call any more lets nobody else see it.
    await readSeenCall(tx, actor, before.callId);
    const email = before.recipientEmails.find((each) => each.toLowerCase() === input.email.toLowerCase());
    if (email === undefined) {
      throw invalid('email', 'is no recipient of this share', "one of the share's recipientEmails");
    }
    const token = await makeLink(tx, actor, id, email, expiresAt);
    const after = await readShare({ db: tx }, actor, id);
    await recordChange(tx, actor, { kind: 'shares', id, callId: before.callId, before, after });
    return { email, expiresAt: formatInstant(expiresAt), token };
  });
}

/** Ends a share: its recipients no longer see the call by it, and its links lead nowhere. That it was shared stays in the feed. */
export async function revokeShare(
  { db, clock }: ShareDeps,
  actor: Actor,
  id: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const before = await lockOwnShare(tx, actor, id);
    requireMatch(ifMatch, etagOf(before));
    if (before.revokedAt !== null) return;
    await sql`update shares set revoked_at = ${toTimestamp(clock.now())}
      where account_id = ${actor.accountId} and share_id = ${id}`.execute(tx);
    await sql`delete from share_links where account_id = ${actor.accountId} and share_id = ${id}`.execute(tx);
    const after = await readShare({ db: tx }, actor, id);
    await recordChange(tx, actor, { kind: 'shares', id, callId: before.callId, before, after });
  });
}

/** Refuses who did not share it: only they and admins see who opened it, and end it. */
export function requireOwnShare(actor: Actor, share: GivenShare): void {
  if (!mayActFor(actor, share.sharedBy)) {
    throw new AppError('forbidden', 'This is only for who shared the call, and for admins.');
  }
}

async function lockOwnShare(tx: Tx, actor: Actor, id: string): Promise<GivenShare> {
  await sql`select 1 from shares where account_id = ${actor.accountId} and share_id = ${id} for no key update`.execute(
    tx,
  );
  const share = await readShare({ db: tx }, actor, id);
  requireOwnShare(actor, share);
  return share;
}

/** The first spelling of each. */
function distinctEmails(emails: readonly string[]): string[] {
  const first = new Map<string, string>();
  for (const email of emails) if (!first.has(email.toLowerCase())) first.set(email.toLowerCase(), email);
  return [...first.values()];
}
