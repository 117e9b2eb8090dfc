import { createHash, randomUUID } from 'node:crypto';
import { finished, type Readable, Transform } from 'node:stream';
import type { ObjectStore } from '../../adapters/storage/object-store.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { insertObject, markCallDoomed, markDoomed, touchObject } from '../../db/stored-objects.js';
import { AppError } from '../../errors.js';
import { passBuffer } from '../../passing-buffers.js';
import { enqueue } from '../../queue/jobs.js';

/** Dependencies of what stores objects. */
export interface StoreDeps {
  /** Not a transaction: the row of an object must be there before its bytes are. */
  readonly db: Db;
  readonly store: ObjectStore;
}

/** An object that is stored and belongs to nothing yet. `attachObject` gives it to a call; else it is swept. */
export interface NewObject {
  readonly objectId: string;
  readonly sizeBytes: number;
  readonly sha256: Buffer;
}

/** How often a writer says that it lives, in milliseconds. `sweepObjects` waits several times as long. */
const BEAT_MS = 60_000;

/** Under which key an object is stored. Both ids are UUIDs that we made. */
export function objectKey({ accountId }: Scope, objectId: string): string {
  return `${accountId}/${objectId}`;
}

/**
 * Stores bytes as a new object. Throws `too_large` for more than `maxBytes`, and the error in which `bytes` end; nothing
 * of them is kept then.
 */
export async function storeObject(
  { db, store }: StoreDeps,
  scope: Scope,
  bytes: Readable,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal?: AbortSignal },
): Promise<NewObject> {
  const objectId = randomUUID();
  await insertObject(db, scope, objectId);
  const beat = setInterval(() => touchObject(db, scope, objectId).catch(() => {}), BEAT_MS);
  try {
    const digest = createHash('sha256');
    let passed = 0;
    const measured = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        passed += chunk.length;
        if (passed > maxBytes) done(new AppError('too_large', `The file is larger than ${maxBytes} bytes.`));
        else {
          digest.update(chunk);
          passBuffer(chunk.length);
          done(null, chunk);
        }
      },
    });
    // Also where they break off without an error. Piping alone would wait for ever.
    finished(bytes, { writable: false }, (error) => error && measured.destroy(error));
    bytes.pipe(measured);
    const { sizeBytes } = await store.put(objectKey(scope, objectId), measured, signal);
    return { objectId, sizeBytes, sha256: digest.digest() };
  } catch (error) {
    // The rest is read and discarded: a client that only sends would never see why it is refused.
    bytes.resume();
    await doomObjects({ db }, scope, [objectId]).catch(() => {});
    throw error;
  } finally {
    clearInterval(beat);
  }
}

/** Has objects removed, in the transaction that no longer shows them, or at once. */
export async function doomObjects(
  { db }: { readonly db: Db | Tx },
  scope: Scope,
  objectIds: readonly string[],
): Promise<void> {
  if (objectIds.length > 0 && (await markDoomed(db, scope, objectIds))) {
    await enqueue(db as Tx, 'remove_objects', { accountId: scope.accountId });
  }
}

/** Has all objects of a call removed, in the transaction that erases it. */
export async function doomObjectsOfCall(tx: Tx, scope: Scope, callId: string): Promise<void> {
  if (await markCallDoomed(tx, scope, callId)) await enqueue(tx, 'remove_objects', { accountId: scope.accountId });
}
