import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Decoder } from '../../adapters/media/decoder.js';
import { atomic } from '../../db/atomic.js';
import { lockCall } from '../../db/call-records.js';
import { type ClipSound, type CutSound, findClipSound, insertClipSound, writeClipSound } from '../../db/clip-sounds.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { attachObject } from '../../db/stored-objects.js';
import { AppError } from '../../errors.js';
import { enqueue } from '../../queue/jobs.js';
import { doomObjects, objectKey, type StoreDeps, storeObject } from '../objects/objects.js';
import { withWorkFolder } from '../recordings/work-folder.js';

// The sound of a clip for those who see no more of its call. Ranges of the call's own file would give away the rest, so
// a worker cuts a file of its own, when somebody first asks for it.

/** Dependencies of cutting clips. */
export interface ClipJobDeps extends StoreDeps {
  /** Throws `unavailable` if no decoder works on this machine. */
  readonly openDecoder: () => Promise<Decoder>;
}

/** Far above any clip. */
const MAX_CLIP_BYTES = 1024 ** 3;

/** Has a clip's sound cut, unless it is already, or the call has none. */
export async function askForSound(db: Db | Tx, scope: Scope, clipId: string): Promise<void> {
  await atomic(db, async (tx) => {
    const sound = await findClipSound(tx, scope, clipId);
    if (sound === null || sound.renditionId === null || sound.state !== null) return;
    if (await insertClipSound(tx, scope, clipId)) {
      await enqueue(tx, 'cut_clip', { accountId: scope.accountId, clipId });
    }
  });
}

/** What is known of a clip's sound, for people. */
export function soundState({ renditionId, state, cut }: ClipSound): 'none' | 'preparing' | 'ready' | 'failed' {
  if (renditionId === null || state === 'none') return 'none';
  if (state === 'failed') return 'failed';
  return cut === null ? 'preparing' : 'ready';
}

/** Cuts a clip's sound, if it is still waited for. It may run any number of times. */
export async function cutClip(
  deps: ClipJobDeps,
  { clipId, ...scope }: Scope & { readonly clipId: string },
  signal: AbortSignal,
): Promise<void> {
  const sound = await findClipSound(deps.db, scope, clipId);
  if (sound?.state !== 'waiting' || sound.renditionId === null) return;
  const { renditionId } = sound;
  await withWorkFolder(async (folder) => {
    const outcome = await cutSound(deps, scope, { ...sound, renditionId }, folder, signal);
    const isKept = await deps.db.transaction().execute(async (tx) => {
      // A call that is being erased is waited for: the object would be nobody's.
      if ((await lockCall(tx, scope, sound.callId)) === null) return false;
      const now = await findClipSound(tx, scope, clipId);
      if (now?.renditionId !== renditionId || !(await writeClipSound(tx, scope, clipId, outcome))) return false;
      if (typeof outcome === 'object') await attachObject(tx, scope, outcome, sound.callId);
      return true;
    });
    if (!isKept && typeof outcome === 'object') await doomObjects(deps, scope, [outcome.objectId]);
  });
}

async function cutSound(
  deps: ClipJobDeps,
  scope: Scope,
  { renditionId, startSeconds, endSeconds }: ClipSound & { readonly renditionId: string },
  folder: string,
  signal: AbortSignal,
): Promise<CutSound | 'none' | 'failed'> {
  const decoder = await deps.openDecoder();
  const path = join(folder, 'rendition.m4a');
  await deps.store.copyTo(objectKey(scope, renditionId), path, signal);
  const made = join(folder, 'cut');
  await mkdir(made);
  try {
    const cut = await decoder.cut({ path, startSeconds, endSeconds }, { folder: made, signal });
    if (cut === null) return 'none';
    const { objectId, sizeBytes } = await storeObject(deps, scope, createReadStream(cut.path), {
      maxBytes: MAX_CLIP_BYTES,
      signal,
    });
    return { ...cut, peaks: Buffer.from(cut.peaks), objectId, sizeBytes };
  } catch (error) {
    // A fault of the file: another try would end alike.
    if (error instanceof AppError && error.code === 'invalid') return 'failed';
    throw error;
  }
}
