import { sql } from 'kysely';
import type { PlaylistItem } from '../contract/playlists.js';
import type { Micros } from '../wire/instants.js';
import { callerName, seenClip } from './clips.js';
import type { Db, Scope, Tx } from './database.js';
import { callLength } from './seen-calls.js';
import { type CallViewer, visible } from './visibility.js';

/** A clip or call in a playlist, for somebody who sees it. */
export interface PlaylistItemRow extends Omit<PlaylistItem, 'callTime'> {
  readonly callTime: Micros;
}

// An item `i` with its clip `k`, if it is one, and its call `c`.
const source = sql`playlist_items i left join clips k on k.account_id = i.account_id and k.clip_id = i.clip_id
  join calls c on c.account_id = i.account_id and c.call_id = coalesce(k.call_id, i.call_id)
  left join users u on u.account_id = c.account_id and u.user_id = c.caller_id`;

function seen(viewer: CallViewer) {
  return sql`case when i.clip_id is null then ${visible(viewer.sight, 'c')} else ${seenClip(viewer)} end`;
}

/** The items of a playlist that the viewer sees, in their order. */
export async function selectSeenItems(db: Db | Tx, viewer: CallViewer, playlistId: string): Promise<PlaylistItemRow[]> {
  const found = await sql<PlaylistItemRow>`select i.item_id as id, i.clip_id as "clipId", c.call_id as "callId",
      k.title, k.note, coalesce(k.start_seconds, 0) as "startSeconds",
      coalesce(k.end_seconds, ${callLength('c')}) as "endSeconds", c.call_time as "callTime",
      ${callerName} as "callerName", ${visible(viewer.sight, 'c')} as "wholeCall"
    from ${source}
    where i.account_id = ${viewer.accountId} and i.playlist_id = ${playlistId} and ${seen(viewer)}
    order by i.place, i.item_id`.execute(db);
  return found.rows;
}

/** The ids of all items of a playlist, in their order. */
export async function selectItemIds(tx: Tx, { accountId }: Scope, playlistId: string): Promise<string[]> {
  const found = await sql<{ id: string }>`select item_id as id from playlist_items
    where account_id = ${accountId} and playlist_id = ${playlistId} order by place, item_id`.execute(tx);
  return found.rows.map(({ id }) => id);
}

/** Gives a playlist these of its items, in this order; the others go. */
export async function writeItems(
  tx: Tx,
  { accountId }: Scope,
  playlistId: string,
  ids: readonly string[],
): Promise<void> {
  await sql`delete from playlist_items
    where account_id = ${accountId} and playlist_id = ${playlistId} and not item_id = any(${[...ids]}::uuid[])`.execute(
    tx,
  );
  await sql`update playlist_items i set place = given.place
    from unnest(${[...ids]}::uuid[]) with ordinality as given (id, place)
    where i.account_id = ${accountId} and i.playlist_id = ${playlistId} and i.item_id = given.id
      and i.place <> given.place`.execute(tx);
}

/** Which of these clips the viewer sees, with their calls locked against deletion until commit. */
export async function lockSeenClips(tx: Tx, viewer: CallViewer, ids: readonly string[]): Promise<Set<string>> {
  const found = await sql<{ id: string }>`select k.clip_id as id
    from clips k join calls c on c.account_id = k.account_id and c.call_id = k.call_id
    where k.account_id = ${viewer.accountId} and k.clip_id = any(${[...ids]}) and ${seenClip(viewer)}
    order by c.call_id, k.clip_id for key share of c, k`.execute(tx);
  return new Set(found.rows.map(({ id }) => id));
}

/** Which of these calls the viewer sees, locked against deletion until commit. */
export async function lockSeenCalls(tx: Tx, viewer: CallViewer, ids: readonly string[]): Promise<Set<string>> {
  const found = await sql<{ id: string }>`select c.call_id as id from calls c
    where c.account_id = ${viewer.accountId} and c.call_id = any(${[...ids]}) and ${visible(viewer.sight, 'c')}
    order by c.call_id for key share of c`.execute(tx);
  return new Set(found.rows.map(({ id }) => id));
}

/** Adds clips, and then calls, to the end of a playlist; those that it has already stay where they are. */
export async function insertItems(
  tx: Tx,
  { accountId }: Scope,
  playlistId: string,
  { clipIds, callIds }: { readonly clipIds: readonly string[]; readonly callIds: readonly string[] },
): Promise<number> {
  const added = await sql`insert into playlist_items (account_id, item_id, playlist_id, place, clip_id, call_id)
    select ${accountId}, gen_random_uuid(), ${playlistId}, last.place + given.number, given.clip_id, given.call_id
    from (select coalesce(max(place), 0) as place from playlist_items
        where account_id = ${accountId} and playlist_id = ${playlistId}) as last
      cross join (select number, clip_id, null as call_id
          from unnest(${[...clipIds]}::text[]) with ordinality as clip (clip_id, number)
        union all select number + ${clipIds.length}, null, call_id
          from unnest(${[...callIds]}::text[]) with ordinality as call (call_id, number)) as given
    order by given.number on conflict do nothing returning 1`.execute(tx);
  return added.rows.length;
}
