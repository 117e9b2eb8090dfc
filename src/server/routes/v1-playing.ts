import { v1Routes } from '../../contract/routes.js';
import { requireCall } from '../../services/calls/seen-call.js';
import { actorMayPlayOn, readPeaks, readPlayable } from '../../services/recordings/playing.js';
import { pathId, type Register } from '../context.js';
import { sendAudio } from '../send-audio.js';

/** What is heard of a call: `/api/v1/calls/{id}/audio` and `/peaks`. */
export function registerV1Playing(register: Register): void {
  register(v1Routes.callAudio, async ({ deps, caller, sessionId, request, reply }) => {
    const playable = await readPlayable(deps.db, caller, pathId(request));
    const mayPlayOn = () => actorMayPlayOn(deps, caller, sessionId, playable);
    return sendAudio(deps.store, request, reply, { ...playable, mayPlayOn });
  });
  register(v1Routes.callPeaks, async ({ deps, caller, request, reply }) => {
    const callId = pathId(request);
    await requireCall(deps.db, caller, callId);
    const { shown, tag } = await readPeaks(deps.db, caller, callId);
    return reply.header('etag', tag).header('cache-control', 'private, no-cache').send(shown);
  });
}
