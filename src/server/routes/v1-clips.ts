import { v1Routes } from '../../contract/routes.js';
import {
  actorMayPlayClipOn,
  readClipContent,
  readClipPeaks,
  readPlayableClip,
} from '../../services/clips/clip-content.js';
import { createClip, deleteClip, listClips, readClip, updateClip } from '../../services/clips/clips.js';
import { pathId, type Register } from '../context.js';
import { pageOf, registerItems } from '../crud.js';
import { timedCursorBack } from '../list-cursor.js';
import { sendAudio } from '../send-audio.js';

/** Clips of calls: `/api/v1/clips`. */
export function registerV1Clips(register: Register): void {
  register(v1Routes.clips.list, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filter } = query;
    const found = await listClips(deps, caller, filter, { after: timedCursorBack(cursor), limit: limit + 1 });
    return pageOf(found, limit, ({ createdAt, id }) => [createdAt, id]);
  });
  registerItems(register, v1Routes.clips, {
    create: createClip,
    read: readClip,
    update: updateClip,
    remove: deleteClip,
  });
  register(v1Routes.clipContent, ({ deps, caller, request }) => readClipContent(deps, caller, pathId(request)));
  register(v1Routes.clipAudio, async ({ deps, caller, sessionId, request, reply }) => {
    const playable = await readPlayableClip(deps.db, caller, pathId(request));
    const mayPlayOn = () => actorMayPlayClipOn(deps, caller, sessionId, playable);
    return sendAudio(deps.store, request, reply, { ...playable, mayPlayOn });
  });
  register(v1Routes.clipPeaks, async ({ deps, caller, request, reply }) => {
    const { shown, tag } = await readClipPeaks(deps.db, caller, pathId(request));
    return reply.header('etag', tag).header('cache-control', 'private, no-cache').send(shown);
  });
}
