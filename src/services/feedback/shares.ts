import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { type Share, type ShareAccess, ShareInput, type ShareLink, ShareLinkInput } from '../../contract/shares.js';
import { atomic } from '../../db/atomic.js';
import type { Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import type { TimedPage } from '../../db/filters.js';
import { selectAccesses } from '../../db/share-accesses.js';
import { callShares, removeShareLinks } from '../../db/share-links.js';
import {
  findShare,
  insertShare,
  lockShare,
  type ShareFilter,
  type ShareRow,
  selectShares,
  sharesFeed,
  writeRevocation,
} from '../../db/shares.js';
import { AppError, invalid } from '../../errors.js';
import { formatInstant } from '../../wire/instants.js';
import { type Actor, mayActFor, requireAdmin, requireUser } from '../actor.js';
import { recordChange } from '../audit.js';
import { holdSeenCall, readSeenCall } from '../calls/seen-call.js';
import type { DbDeps, Deps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { instantField } from '../instant-field.js';
import { requireUserId, requireUsers } from '../people/named-users.js';
import { linkEnd, makeLink } from './share-links.js';

const checkInput = compileCheck(ShareInput);
const checkLink = compileCheck(ShareLinkInput);

function show({ sharedAt, links, revokedAt, ...row }: ShareRow): Share {
  return {
    ...row,
    sharedAt: formatInstant(sharedAt),
    links: links.map(({ email, expiresAt }) => ({ email, expiresAt: formatInstant(expiresAt) })),
    revokedAt: formatInstant(revokedAt),
  };
}

/** A page of the shares of calls that the actor sees, and of their own, the oldest first. */
export async function listShares({ db }: DbDeps, actor: Actor, filter: ShareFilter, page: TimedPage): Promise<Share[]> {
  return (await selectShares(db, actor, filter, page)).map(show);
}

/** One share; throws `not_found`, also where the actor does not see it. */
export async function readShare({ db }: DbDeps, actor: Actor, id: string): Promise<Share> {
  return existing(await findShare(db, actor, id));
}

/** A link with its token, which is not stored: only the answer that makes it shows it. */
export interface NewLink extends Omit<ShareLink, 'url'> {
  readonly token: string;
}

/**
 * Shares a call: users of the account see it from now on, and each recipient outside gets a link. An administrator may
 * import history, with its id and its time: that makes no links, because nobody waits for them.
 */
export async function createShare(
  { db, clock }: Deps,
  actor: Actor,
  body: unknown,
): Promise<{ readonly share: Share; readonly links: readonly NewLink[] }> {
  const input = checkInput(body);
  const isHistory = input.sharedAt !== undefined;
  const now = clock.now();
  const sharedAt = input.sharedAt === undefined ? now : instantField('sharedAt', input.sharedAt);
  const expiresAt = linkEnd(input.expiresAt, now);
  for (const field of ['id', 'sharedAt'] as const) if (input[field] !== undefined) requireAdmin(actor, field);
  const sharer = requireUser(actor, 'sharedBy', input.sharedBy);
  const { id = randomUUID(), callId, message = null, audio = false } = input;
  const recipients = input.recipientUserIds ?? [];
  const recipientEmails = distinctEmails(input.recipientEmails ?? []);
  if (recipients.length + recipientEmails.length === 0) {
    throw invalid('recipientUserIds', 'is empty, and recipientEmails too', 'at least one recipient in one of them');
  }
  return atomic(db, async (tx) => {
    await holdSeenCall(tx, actor, callId);
    const sharedBy = await requireUserId(tx, actor, 'sharedBy', sharer);
    const named = await requireUsers(tx, actor, 'recipientUserIds', recipients, isHistory ? 'any' : 'active');
    const recipientUserIds = [...new Set(named)];
    const row = { id, callId, sharedBy, sharedAt, recipientUserIds, recipientEmails, message, audio };
    if (!(await insertShare(tx, actor, row))) {
      throw new AppError('conflict', `There is a share ${id} already.`, { field: 'id' });
    }
    const links: NewLink[] = [];
    for (const email of isHistory ? [] : recipientEmails) {
      const token = await makeLink(tx, actor, callShares, id, email, expiresAt);
      links.push({ email, expiresAt: formatInstant(expiresAt), token });
    }
    const share = await readShare({ db: tx }, actor, id);
    await recordChange(tx, actor, {
      kind: 'shares',
      id,
      callId,
      before: null,
      after: share,
      concerns: recipientUserIds,
    });
    await stampEntries(tx, actor, sharesFeed, [id]);
    return { share, links };
  });
}

/** Gives a recipient outside the account a new link; the one they had ends. */
export async function createShareLink({ db, clock }: Deps, actor: Actor, id: string, body: unknown): Promise<NewLink> {
  return atomic(db, async (tx) => {
    const before = await lockOwnShare(tx, actor, id);
    const input = checkLink(body);
    const expiresAt = linkEnd(input.expiresAt, clock.now());
    if (before.revokedAt !== null) throw new AppError('conflict', 'The share was revoked: share the call again.');
    // A person who no longer sees the call cannot let others see it.
    await readSeenCall(tx, actor, before.callId);
    const email = before.recipientEmails.find((each) => each.toLowerCase() === input.email.toLowerCase());
    if (email === undefined) {
      throw invalid('email', 'is not a recipient of this share', "one of the share's recipientEmails");
    }
    const token = await makeLink(tx, actor, callShares, id, email, expiresAt);
    const after = await readShare({ db: tx }, actor, id);
    await recordChange(tx, actor, { kind: 'shares', id, callId: before.callId, before, after });
    return { email, expiresAt: formatInstant(expiresAt), token };
  });
}

/**
 * Revokes a share: its recipients no longer see the call by it, and its links end. Its feed entry stays: that the call
 * was shared is history.
 */
export async function revokeShare(
  { db, clock }: Deps,
  actor: Actor,
  id: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const before = await lockOwnShare(tx, actor, id);
    requireMatch(ifMatch, etagOf(before));
    if (before.revokedAt !== null) return;
    await writeRevocation(tx, actor, id, clock.now());
    await removeShareLinks(tx, actor, callShares, id);
    const after = await readShare({ db: tx }, actor, id);
    await recordChange(tx, actor, {
      kind: 'shares',
      id,
      callId: before.callId,
      before,
      after,
      concerns: before.recipientUserIds,
    });
  });
}

/** Openings of the links of one's own share, the newest first: those before a row, or from the newest on. */
export async function listAccesses(
  { db }: DbDeps,
  actor: Actor,
  shareId: string,
  page: { readonly before: number | null; readonly limit: number },
): Promise<ShareAccess[]> {
  const share = await readShare({ db }, actor, shareId);
  requireOwnShare(actor, share);
  return selectAccesses(db, actor, callShares, share.id, page);
}

async function lockOwnShare(tx: Tx, actor: Actor, id: string): Promise<Share> {
  const share = existing(await lockShare(tx, actor, id));
  requireOwnShare(actor, share);
  return share;
}

/** Only the person who shared the call and admins see who opened it, and revoke the share. */
function requireOwnShare(actor: Actor, share: Share): void {
  if (!mayActFor(actor, share.sharedBy)) {
    throw new AppError('forbidden', 'This is only for the person who shared the call, and for admins.');
  }
}

function existing(row: ShareRow | null): Share {
  if (row === null) throw new AppError('not_found', 'There is no such share.');
  return show(row);
}

/** Each address once, in its first spelling. */
export function distinctEmails(emails: readonly string[]): string[] {
  const first = new Map<string, string>();
  for (const email of emails) if (!first.has(email.toLowerCase())) first.set(email.toLowerCase(), email);
  return [...first.values()];
}
