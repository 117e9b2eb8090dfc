import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { type Playlist, PlaylistInput, PlaylistPatch } from '../../contract/playlists.js';
import { atomic } from '../../db/atomic.js';
import type { Tx } from '../../db/database.js';
import type { TimedPage } from '../../db/filters.js';
import {
  findPlaylist,
  insertPlaylist,
  lockPlaylist,
  type PlaylistRow,
  type PlaylistViewer,
  removePlaylist,
  selectPlaylists,
  writePlaylist,
} from '../../db/playlists.js';
import { AppError } from '../../errors.js';
import { formatInstant } from '../../wire/instants.js';
import { type Actor, mayActFor, requireUser, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps, Deps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { requireUserId, requireUsers } from '../people/named-users.js';
import { requireTeams } from '../people/teams.js';
import { searchText } from './clips.js';
import { orderItems } from './item-order.js';

const checkInput = compileCheck(PlaylistInput);
const checkPatch = compileCheck(PlaylistPatch);

function show({ createdAt, ...row }: PlaylistRow): Playlist {
  const { id, title, note, ownerId, ...rest } = row;
  return { id, title, note, ownerId, createdAt: formatInstant(createdAt), ...rest };
}

/** Admins and programs see all playlists; other people their own, and those shared with them or their teams. */
function viewerOf(actor: Actor): PlaylistViewer {
  const user = userOf(actor);
  return { accountId: actor.accountId, userId: user === null || user.role === 'admin' ? null : user.id };
}

/** A page of the playlists that the actor sees, the newest first. */
export async function listPlaylists(
  { db }: DbDeps,
  actor: Actor,
  { ownerId, q }: { readonly ownerId: string | null; readonly q: string | null },
  page: TimedPage,
): Promise<Playlist[]> {
  return (await selectPlaylists(db, viewerOf(actor), { ownerId, q: searchText(q) }, page)).map(show);
}

/** One playlist; throws `not_found`, also where the actor does not see it. */
export async function readPlaylist({ db }: DbDeps, actor: Actor, id: string): Promise<Playlist> {
  return existing(await findPlaylist(db, viewerOf(actor), id));
}

/** Makes a playlist without items. */
export async function createPlaylist({ db, clock }: Deps, actor: Actor, body: unknown): Promise<Playlist> {
  const { title, note = null, sharedWithUserIds = [], sharedWithTeamIds = [], ...input } = checkInput(body);
  const owner = requireUser(actor, 'ownerId', input.ownerId);
  return atomic(db, async (tx) => {
    const ownerId = await requireUserId(tx, actor, 'ownerId', owner);
    const id = randomUUID();
    const shared = await requireShared(tx, actor, { sharedWithUserIds, sharedWithTeamIds });
    await insertPlaylist(tx, actor, { id, title, note, ownerId, createdAt: clock.now(), ...shared });
    const after = await readPlaylist({ db: tx }, actor, id);
    await recordChange(tx, actor, { kind: 'playlists', id, before: null, after });
    return after;
  });
}

/**
 * Changes one's own playlist, and admins anybody's: what it is called, with whom it is shared, and the order of its
 * items. Who sees a playlist sees no more of its clips and calls than before.
 */
export async function updatePlaylist(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Playlist> {
  const { itemIds, ...patch } = checkPatch(body);
  return atomic(db, async (tx) => {
    const before = await lockOwnPlaylist(tx, actor, id, ifMatch);
    const shared = await requireShared(tx, actor, patch, before);
    if (itemIds !== undefined) await orderItems(tx, actor, id, itemIds);
    await writePlaylist(tx, actor, { ...before, ...patch, ...shared });
    return recordPlaylist(tx, actor, before);
  });
}

/** Deletes a playlist; its clips and calls stay. */
export async function deletePlaylist(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const before = await lockOwnPlaylist(tx, actor, id, ifMatch);
    await removePlaylist(tx, actor, id);
    await recordChange(tx, actor, { kind: 'playlists', id, before, after: null });
  });
}

/** A playlist that the actor may change, locked until commit. */
export async function lockOwnPlaylist(tx: Tx, actor: Actor, id: string, ifMatch: string | null): Promise<Playlist> {
  const playlist = existing(await lockPlaylist(tx, viewerOf(actor), id));
  requireMatch(ifMatch, etagOf(playlist));
  if (!mayActFor(actor, playlist.ownerId)) {
    throw new AppError('forbidden', 'Only the person who made the playlist and admins may change it.');
  }
  return playlist;
}

/** Writes a change of a playlist into the audit. Returns the playlist as it is now. */
export async function recordPlaylist(tx: Tx, actor: Actor, before: Playlist): Promise<Playlist> {
  const after = await readPlaylist({ db: tx }, actor, before.id);
  await recordChange(tx, actor, { kind: 'playlists', id: before.id, before, after });
  return after;
}

type Shared = Pick<Playlist, 'sharedWithUserIds' | 'sharedWithTeamIds'>;

/** With whom a playlist is to be shared. Those who were deactivated since may stay. */
async function requireShared(
  tx: Tx,
  actor: Actor,
  given: Partial<Shared>,
  before: Shared = { sharedWithUserIds: [], sharedWithTeamIds: [] },
): Promise<Shared> {
  const { sharedWithUserIds: users = before.sharedWithUserIds, sharedWithTeamIds: teams = before.sharedWithTeamIds } =
    given;
  const isNew = (known: readonly string[]) => (id: string) => !known.includes(id);
  const kept = users.filter((id) => before.sharedWithUserIds.includes(id));
  const added = users.filter(isNew(before.sharedWithUserIds));
  await requireTeams(tx, actor, 'sharedWithTeamIds', teams.filter(isNew(before.sharedWithTeamIds)));
  return {
    sharedWithUserIds: [
      ...new Set([...kept, ...(await requireUsers(tx, actor, 'sharedWithUserIds', added, 'active'))]),
    ],
    sharedWithTeamIds: [...new Set(teams)],
  };
}

function existing(row: PlaylistRow | null): Playlist {
  if (row === null) throw new AppError('not_found', 'There is no such playlist.');
  return show(row);
}
