import { sql } from 'kysely';
import type { Playlist } from '../contract/playlists.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import { inTeams } from './clips.js';
import type { Db, Scope, Tx } from './database.js';
import { foundIn, type TimedPage } from './filters.js';
import { isUser } from './named-users.js';

/** A stored playlist. */
export interface PlaylistRow extends Omit<Playlist, 'createdAt'> {
  readonly createdAt: Micros;
}

/** Whoever looks at playlists: a person sees their own and those shared with them; null stands for all. */
export interface PlaylistViewer extends Scope {
  readonly userId: string | null;
}

const columns = sql`p.playlist_id as id, p.title, p.note, p.owner_id as "ownerId", p.created_at as "createdAt",
  p.shared_user_ids as "sharedWithUserIds", p.shared_team_ids as "sharedWithTeamIds", p.revision,
  (select count(*)::integer from playlist_items i
    where i.account_id = p.account_id and i.playlist_id = p.playlist_id) as "itemCount"`;

function seen({ userId }: PlaylistViewer) {
  if (userId === null) return sql`true`;
  return sql`(p.owner_id = ${userId} or ${userId} = any(p.shared_user_ids)
    or ${inTeams(sql`p.account_id`, sql`p.shared_team_ids`, userId)})`;
}

/** A page of the playlists that the viewer sees, the newest first. */
export async function selectPlaylists(
  db: Db | Tx,
  viewer: PlaylistViewer,
  { ownerId, q }: { readonly ownerId: string | null; readonly q: string | null },
  { after, limit }: TimedPage,
): Promise<PlaylistRow[]> {
  const found = await sql<PlaylistRow>`select ${columns} from playlists p
    where p.account_id = ${viewer.accountId} and ${seen(viewer)} and ${isUser(viewer, 'p.owner_id', ownerId)}
      and ${foundIn(q, ['p.title', 'p.note'])}
      and (p.created_at, p.playlist_id) < (${after.at}::timestamptz, ${after.id})
    order by p.created_at desc, p.playlist_id desc limit ${limit}`.execute(db);
  return found.rows;
}

/** The playlist; null if it does not exist or the viewer does not see it. */
export async function findPlaylist(db: Db | Tx, viewer: PlaylistViewer, id: string): Promise<PlaylistRow | null> {
  const found = await sql<PlaylistRow>`select ${columns} from playlists p
    where p.account_id = ${viewer.accountId} and p.playlist_id = ${id} and ${seen(viewer)}`.execute(db);
  return found.rows[0] ?? null;
}

/** As `findPlaylist`, with the row locked until commit. The calls of its items may be locked before it, not after it. */
export async function lockPlaylist(tx: Tx, viewer: PlaylistViewer, id: string): Promise<PlaylistRow | null> {
  await sql`select 1 from playlists
    where account_id = ${viewer.accountId} and playlist_id = ${id} for no key update`.execute(tx);
  return findPlaylist(tx, viewer, id);
}

/** Adds a playlist without items. */
export async function insertPlaylist(
  tx: Tx,
  { accountId }: Scope,
  row: Omit<PlaylistRow, 'itemCount' | 'revision'>,
): Promise<void> {
  await sql`insert into playlists (account_id, playlist_id, title, note, owner_id, created_at, shared_user_ids,
      shared_team_ids)
    values (${accountId}, ${row.id}, ${row.title}, ${row.note}, ${row.ownerId}, ${toTimestamp(row.createdAt)},
      ${row.sharedWithUserIds}, ${row.sharedWithTeamIds})`.execute(tx);
}

/** Changes a playlist, and counts the change. */
export async function writePlaylist(
  tx: Tx,
  { accountId }: Scope,
  row: Pick<PlaylistRow, 'id' | 'title' | 'note' | 'sharedWithUserIds' | 'sharedWithTeamIds'>,
): Promise<void> {
  await sql`update playlists set title = ${row.title}, note = ${row.note}, shared_user_ids = ${row.sharedWithUserIds},
      shared_team_ids = ${row.sharedWithTeamIds}, revision = revision + 1
    where account_id = ${accountId} and playlist_id = ${row.id}`.execute(tx);
}

/** Removes a playlist with its items. */
export async function removePlaylist(tx: Tx, { accountId }: Scope, id: string): Promise<void> {
  await sql`delete from playlists where account_id = ${accountId} and playlist_id = ${id}`.execute(tx);
}
