import { Readable } from 'node:stream';
import { insertClipSound, writeClipSound } from '#debrief/db/clip-sounds.js';
import { writeRendition } from '#debrief/db/renditions.js';
import { attachObject } from '#debrief/db/stored-objects.js';
import { storeObject } from '#debrief/services/objects/objects.js';
import type { TestService } from './service.js';

/** Gives a call sound, of these bytes, as if they had been decoded from a recording. Returns its object. */
export async function giveSound(
  { db, store }: TestService,
  scope: { readonly accountId: string },
  callId: string,
  bytes: Buffer,
  durationSeconds = 10,
): Promise<string> {
  const object = await storeObject({ db, store }, scope, Readable.from([bytes]), { maxBytes: 2 ** 31 });
  await db.transaction().execute(async (tx) => {
    await attachObject(tx, scope, object, callId);
    await writeRendition(tx, scope, callId, {
      mediaVersion: 1,
      objectId: object.objectId,
      sizeBytes: object.sizeBytes,
      durationSeconds,
      sampleRate: 8000,
      channels: 2,
      silentChannels: [1],
      peaks: Buffer.concat([Buffer.alloc(2000, 7), Buffer.alloc(2000)]),
      sources: '[]',
      notes: [],
      decoder: 'none',
    });
  });
  return object.objectId;
}

/** Gives a clip sound, of these bytes, as if it had been cut from that of its call. */
export async function giveClipSound(
  { db, store }: TestService,
  scope: { readonly accountId: string },
  { id, callId }: { readonly id: string; readonly callId: string },
  bytes: Buffer,
): Promise<void> {
  const object = await storeObject({ db, store }, scope, Readable.from([bytes]), { maxBytes: 2 ** 31 });
  await db.transaction().execute(async (tx) => {
    await attachObject(tx, scope, object, callId);
    await insertClipSound(tx, scope, id);
    const shape = { durationSeconds: 2, channels: 1, silentChannels: [], peaks: Buffer.alloc(2000, 7) };
    await writeClipSound(tx, scope, id, { ...object, ...shape });
  });
}
