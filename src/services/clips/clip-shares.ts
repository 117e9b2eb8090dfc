import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { type ClipShare, ClipShareInput } from '../../contract/clip-shares.js';
import { type ShareAccess, ShareLinkInput } from '../../contract/shares.js';
import { atomic } from '../../db/atomic.js';
import {
  type ClipShareRow,
  findClipShare,
  insertClipShare,
  lockClipShare,
  selectClipRecipients,
  selectClipShares,
  writeClipRevocation,
} from '../../db/clip-shares.js';
import { findCallOfClip, findClip } from '../../db/clips.js';
import type { Tx } from '../../db/database.js';
import type { TimedPage } from '../../db/filters.js';
import { findSeenCall, lockSeenCall } from '../../db/seen-calls.js';
import { selectAccesses } from '../../db/share-accesses.js';
import { clipShares, removeShareLinks } from '../../db/share-links.js';
import { AppError, invalid } from '../../errors.js';
import { formatInstant } from '../../wire/instants.js';
import { type Actor, mayActFor, requireUser } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps, Deps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { linkEnd, makeLink } from '../feedback/share-links.js';
import { distinctEmails, type NewLink } from '../feedback/shares.js';
import { requireUserId, requireUsers } from '../people/named-users.js';
import { requireTeams } from '../people/teams.js';
import { askForSound } from './clip-sounds.js';
import { noSuchClip } from './clips.js';

// Shares of clips follow the rules of shares of calls, but nobody sees a call by them: only the clip.

const checkInput = compileCheck(ClipShareInput);
const checkLink = compileCheck(ShareLinkInput);

function show({ sharedAt, links, revokedAt, ...row }: ClipShareRow): ClipShare {
  return {
    ...row,
    sharedAt: formatInstant(sharedAt),
    links: links.map(({ email, expiresAt }) => ({ email, expiresAt: formatInstant(expiresAt) })),
    revokedAt: formatInstant(revokedAt),
  };
}

/** A page of the shares of clips of calls that the actor sees, and of their own, the oldest first. */
export async function listClipShares(
  { db }: DbDeps,
  actor: Actor,
  filter: { readonly clipId: string | null },
  page: TimedPage,
): Promise<ClipShare[]> {
  return (await selectClipShares(db, actor, filter, page)).map(show);
}

/** One share of a clip; throws `not_found`, also where the actor does not see it. */
export async function readClipShare({ db }: DbDeps, actor: Actor, id: string): Promise<ClipShare> {
  return existing(await findClipShare(db, actor, id));
}

/**
 * Shares a clip: users of the account and teams see it from now on, and each recipient outside gets a link. Only for
 * those who see its whole call, who could share that. Its sound is cut at once: recipients hear no other.
 */
export async function createClipShare(
  { db, clock }: Deps,
  actor: Actor,
  body: unknown,
): Promise<{ readonly share: ClipShare; readonly links: readonly NewLink[] }> {
  const input = checkInput(body);
  const now = clock.now();
  const expiresAt = linkEnd(input.expiresAt, now);
  const sharer = requireUser(actor, 'sharedBy', input.sharedBy);
  const { clipId, message = null, audio = false } = input;
  const { recipientUserIds: people = [], recipientTeamIds: teams = [] } = input;
  const recipientEmails = distinctEmails(input.recipientEmails ?? []);
  if (people.length + teams.length + recipientEmails.length === 0) {
    const empty = 'is empty, and recipientTeamIds and recipientEmails too';
    throw invalid('recipientUserIds', empty, 'at least one recipient in one of them');
  }
  return atomic(db, async (tx) => {
    await holdSharedClip(tx, actor, clipId);
    const sharedBy = await requireUserId(tx, actor, 'sharedBy', sharer);
    const recipientUserIds = [...new Set(await requireUsers(tx, actor, 'recipientUserIds', people, 'active'))];
    const recipientTeamIds = [...new Set(await requireTeams(tx, actor, 'recipientTeamIds', teams))];
    const id = randomUUID();
    const recipients = { recipientUserIds, recipientTeamIds, recipientEmails };
    await insertClipShare(tx, actor, { id, clipId, sharedBy, sharedAt: now, ...recipients, message, audio });
    const links: NewLink[] = [];
    for (const email of recipientEmails) {
      const token = await makeLink(tx, actor, clipShares, id, email, expiresAt);
      links.push({ email, expiresAt: formatInstant(expiresAt), token });
    }
    await askForSound(tx, actor, clipId);
    const share = await readClipShare({ db: tx }, actor, id);
    await recordShare(tx, actor, null, share);
    return { share, links };
  });
}

/** Locks the call of a clip that the actor may share against deletion until commit. */
async function holdSharedClip(tx: Tx, actor: Actor, clipId: string): Promise<void> {
  const callId = await findCallOfClip(tx, actor, clipId);
  const isCallSeen = callId !== null && (await lockSeenCall(tx, actor, callId)) !== null;
  const clip = await findClip(tx, actor, clipId);
  if (clip === null) throw noSuchClip();
  if (!isCallSeen) throw notYours();
}

function notYours(): AppError {
  return new AppError('forbidden', 'Only people who see the whole call may share a clip of it.');
}

/** Gives a recipient outside the account a new link; the one they had ends. */
export async function createClipShareLink(
  { db, clock }: Deps,
  actor: Actor,
  id: string,
  body: unknown,
): Promise<NewLink> {
  return atomic(db, async (tx) => {
    const before = await lockOwnShare(tx, actor, id);
    const input = checkLink(body);
    const expiresAt = linkEnd(input.expiresAt, clock.now());
    if (before.revokedAt !== null) throw new AppError('conflict', 'The share was revoked: share the clip again.');
    // A person who no longer sees the call cannot let others hear of it.
    if ((await findSeenCall(tx, actor, before.callId)) === null) throw notYours();
    const email = before.recipientEmails.find((each) => each.toLowerCase() === input.email.toLowerCase());
    if (email === undefined) {
      throw invalid('email', 'is not a recipient of this share', "one of the share's recipientEmails");
    }
    const token = await makeLink(tx, actor, clipShares, id, email, expiresAt);
    const after = await readClipShare({ db: tx }, actor, id);
    await recordChange(tx, actor, { kind: 'clip-shares', id, callId: before.callId, before, after });
    return { email, expiresAt: formatInstant(expiresAt), token };
  });
}

/** Revokes a share of a clip: its recipients no longer see the clip by it, and its links end. */
export async function revokeClipShare(
  { db, clock }: Deps,
  actor: Actor,
  id: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const before = await lockOwnShare(tx, actor, id);
    requireMatch(ifMatch, etagOf(before));
    if (before.revokedAt !== null) return;
    await writeClipRevocation(tx, actor, id, clock.now());
    await removeShareLinks(tx, actor, clipShares, id);
    await recordShare(tx, actor, before, await readClipShare({ db: tx }, actor, id));
  });
}

/** Records a share that begins or ends, which changes its recipients' inboxes. */
async function recordShare(tx: Tx, actor: Actor, before: ClipShare | null, after: ClipShare): Promise<void> {
  const concerns = await selectClipRecipients(tx, actor, after);
  await recordChange(tx, actor, { kind: 'clip-shares', id: after.id, callId: after.callId, before, after, concerns });
}

/** Openings of the links of one's own share, the newest first: those before a row, or from the newest on. */
export async function listClipAccesses(
  { db }: DbDeps,
  actor: Actor,
  shareId: string,
  page: { readonly before: number | null; readonly limit: number },
): Promise<ShareAccess[]> {
  const share = await readClipShare({ db }, actor, shareId);
  requireOwnShare(actor, share);
  return selectAccesses(db, actor, clipShares, share.id, page);
}

async function lockOwnShare(tx: Tx, actor: Actor, id: string): Promise<ClipShare> {
  const share = existing(await lockClipShare(tx, actor, id));
  requireOwnShare(actor, share);
  return share;
}

/** Only the person who shared the clip and admins see who opened it, and revoke the share. */
function requireOwnShare(actor: Actor, share: ClipShare): void {
  if (!mayActFor(actor, share.sharedBy)) {
    throw new AppError('forbidden', 'This is only for the person who shared the clip, and for admins.');
  }
}

function existing(row: ClipShareRow | null): ClipShare {
  if (row === null) throw new AppError('not_found', 'There is no such share.');
  return show(row);
}
