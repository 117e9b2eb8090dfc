import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { AppError } from '../../errors.js';
import type { ObjectStore } from './object-store.js';

/**
 * Stores, reads and removes a small object.
 * @throws AppError `unavailable`
 */
export async function checkRoundTrip(store: ObjectStore): Promise<void> {
  const key = `check/${randomUUID()}`;
  const bytes = Buffer.from(key);
  await store.put(key, Readable.from([bytes]));
  const found = await buffer(await store.read(key));
  await store.remove(key);
  if (!found.equals(bytes)) throw new AppError('unavailable', 'The storage returned other bytes than it was given.');
}
