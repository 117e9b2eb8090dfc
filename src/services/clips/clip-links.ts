import type { SharedClip } from '../../contract/clip-shares.js';
import type { ClipContent } from '../../contract/clips.js';
import { atomic } from '../../db/atomic.js';
import { findClipSound } from '../../db/clip-sounds.js';
import { findClip } from '../../db/clips.js';
import type { Db } from '../../db/database.js';
import { type ClipLinkRow, clipShares, findClipLink, lockClipLink } from '../../db/share-links.js';
import { formatInstant } from '../../wire/instants.js';
import type { Deps } from '../deps.js';
import { type Opener, recordOpening } from '../feedback/share-links.js';
import { peaksOf } from '../recordings/playing.js';
import { digestOf } from '../tokens.js';
import { isClipPlayed, type PlayableClip, playableOf, readSaid, readState, requireCut } from './clip-content.js';

// Links by which people outside the account see and hear one clip, and nothing else of its call.

/** Dependencies of what a link shows. */
export interface ClipLinkDeps extends Deps {
  readonly db: Db;
}

/**
 * The clip that a link shows; where there is an `opener`, records that they opened it. Null for a link that is unknown,
 * revoked, replaced or expired, or whose clip was deleted.
 */
export async function openClipLink(
  { db, clock }: ClipLinkDeps,
  token: string,
  opener: Opener | null,
): Promise<SharedClip | null> {
  const now = clock.now();
  const opened = await atomic(db, async (tx) => {
    const link = await lockClipLink(tx, digestOf(token), now);
    if (link !== null && opener !== null) await recordOpening(tx, clipShares, link, opener, now);
    return link;
  });
  return opened === null ? null : readSharedClip(db, opened);
}

async function readSharedClip(db: Db, link: ClipLinkRow): Promise<SharedClip | null> {
  const clip = await findClip(db, { accountId: link.accountId, sight: 'all' }, link.clipId);
  if (clip === null) return null;
  const { title, note, startSeconds, endSeconds, callTime, callerName } = clip;
  const about = { title, note, startSeconds, endSeconds, callTime: formatInstant(callTime), callerName };
  const { message } = link;
  return { ...about, message, ...(await readSaid(db, link, clip)), sound: await heard(db, link) };
}

async function heard(db: Db, { audio, clipId, accountId }: ClipLinkRow): Promise<ClipContent['sound']> {
  const sound = audio ? await findClipSound(db, { accountId }, clipId) : null;
  return sound === null ? 'none' : readState(db, { accountId }, clipId, sound);
}

/** The link, if it lets people hear its clip; null for any other. */
export async function findClipAudioLink({ db, clock }: ClipLinkDeps, token: string): Promise<ClipLinkRow | null> {
  const link = await findClipLink(db, digestOf(token), clock.now());
  return link?.audio ? link : null;
}

/** The sound behind a link. Throws `not_found` where there is none, and `unavailable` while it is being cut. */
export async function readLinkedSound({ db }: ClipLinkDeps, link: ClipLinkRow) {
  const { clipId, accountId } = link;
  const sound = await findClipSound(db, { accountId }, clipId);
  const cut = sound && (await requireCut(db, { accountId }, clipId, sound));
  return cut && { playable: playableOf(link, clipId, cut), peaks: peaksOf(cut).shown };
}

/** Whether a link still lets people hear what is being played. */
export async function clipLinkMayPlayOn(deps: ClipLinkDeps, token: string, playing: PlayableClip): Promise<boolean> {
  const link = await findClipAudioLink(deps, token);
  return link !== null && isClipPlayed(deps.db, link, playing);
}
