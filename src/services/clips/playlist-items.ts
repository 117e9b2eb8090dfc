import { compileCheck } from '../../contract/check.js';
import {
  MAX_ITEMS,
  type Playlist,
  PlaylistAddition,
  type PlaylistItem,
  type PlaylistItems,
} from '../../contract/playlists.js';
import { atomic } from '../../db/atomic.js';
import {
  insertItems,
  lockSeenCalls,
  lockSeenClips,
  type PlaylistItemRow,
  selectSeenItems,
} from '../../db/playlist-items.js';
import { writePlaylist } from '../../db/playlists.js';
import { AppError, invalid } from '../../errors.js';
import { formatInstant } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import type { DbDeps } from '../deps.js';
import { lockOwnPlaylist, readPlaylist, recordPlaylist } from './playlists.js';

const checkAddition = compileCheck(PlaylistAddition);

/** The items of a playlist that the actor sees, and how many others it has. Throws `not_found`. */
export async function listPlaylistItems({ db }: DbDeps, actor: Actor, id: string): Promise<PlaylistItems> {
  const { itemCount } = await readPlaylist({ db }, actor, id);
  const items = (await selectSeenItems(db, actor, id)).map(show);
  return { items, hidden: Math.max(0, itemCount - items.length) };
}

function show({ callTime, ...row }: PlaylistItemRow): PlaylistItem {
  return { ...row, callTime: formatInstant(callTime) };
}

/** Adds clips and calls that the actor sees to the end of a playlist. What it has already stays where it is. */
export async function addPlaylistItems({ db }: DbDeps, actor: Actor, id: string, body: unknown): Promise<Playlist> {
  const { clipIds = [], callIds = [] } = checkAddition(body);
  return atomic(db, async (tx) => {
    // Calls before the playlist, as when a call is deleted.
    const clips = await lockSeenClips(tx, actor, clipIds);
    const calls = await lockSeenCalls(tx, actor, callIds);
    const before = await lockOwnPlaylist(tx, actor, id, null);
    // Not before: a playlist that is not there, or not theirs to change, is told first.
    if (clipIds.length + callIds.length === 0) {
      throw invalid('clipIds', 'is empty, and callIds too', 'at least one id in one of them');
    }
    requireAll('clipIds', clipIds, clips, 'clip');
    requireAll('callIds', callIds, calls, 'call');
    const added = await insertItems(tx, actor, id, { clipIds, callIds });
    if (added === 0) return before;
    if (before.itemCount + added > MAX_ITEMS) {
      throw new AppError('conflict', `A playlist has at most ${MAX_ITEMS} clips and calls.`);
    }
    await writePlaylist(tx, actor, before);
    return recordPlaylist(tx, actor, before);
  });
}

function requireAll(field: string, ids: readonly string[], seen: ReadonlySet<string>, noun: string): void {
  const unknown = ids.findIndex((id) => !seen.has(id));
  if (unknown >= 0)
    throw invalid(`${field}[${unknown}]`, `names no ${noun} that you see`, `ids of ${noun}s that you see`);
}
