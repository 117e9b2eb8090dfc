import { v1Routes } from '../../contract/routes.js';
import { addPlaylistItems, listPlaylistItems } from '../../services/clips/playlist-items.js';
import {
  createPlaylist,
  deletePlaylist,
  listPlaylists,
  readPlaylist,
  updatePlaylist,
} from '../../services/clips/playlists.js';
import { jsonBody } from '../bodies.js';
import { pathId, type Register } from '../context.js';
import { pageOf, registerItems } from '../crud.js';
import { answerOnce } from '../idempotency.js';
import { timedCursorBack } from '../list-cursor.js';

/** Playlists of clips and calls: `/api/v1/playlists`. */
export function registerV1Playlists(register: Register): void {
  register(v1Routes.playlists.list, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filter } = query;
    const found = await listPlaylists(deps, caller, filter, { after: timedCursorBack(cursor), limit: limit + 1 });
    return pageOf(found, limit, ({ createdAt, id }) => [createdAt, id]);
  });
  registerItems(register, v1Routes.playlists, {
    create: createPlaylist,
    read: readPlaylist,
    update: updatePlaylist,
    remove: deletePlaylist,
  });
  register(v1Routes.playlistItems, ({ deps, caller, request }) => listPlaylistItems(deps, caller, pathId(request)));
  register(v1Routes.addPlaylistItems, (context) => {
    const { caller, request } = context;
    const [id, body] = [pathId(request), jsonBody(request)];
    return answerOnce(context, async (deps) => ({ status: 201, body: await addPlaylistItems(deps, caller, id, body) }));
  });
}
