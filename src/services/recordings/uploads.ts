import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Upload } from '../../contract/uploads.js';
import type { Db } from '../../db/database.js';
import {
  claimUpload,
  deleteOldUploads,
  deleteUpload,
  findUpload,
  insertUpload,
  releaseUpload,
  selectNeedless,
  touchUpload,
  type UploadRow,
  writeUploadDone,
} from '../../db/uploads.js';
import { AppError } from '../../errors.js';
import type { Micros } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import type { Deps } from '../deps.js';
import {
  createUploadFile,
  readUpload,
  removeUploadFile,
  uploadedBytes,
  uploadsHere,
  writeUpload,
} from './upload-files.js';

/** Dependencies of uploads. */
export interface UploadDeps extends Deps {
  readonly db: Db;
  /** The folder of this machine in which they are until they are whole. */
  readonly uploadsDir: string;
}

/** An upload, with how many of its bytes are here. */
export interface UploadHere extends UploadRow {
  readonly offset: number;
}

/** What was sent about an upload: pairs of a name and a value. */
export type UploadMetadata = readonly (readonly [string, string])[];

/** An upload goes when it has not been touched for so long, in microseconds. */
const MAX_AGE: Micros = 24 * 3600 * 1_000_000;
/** How often a process that stores an upload says so, in milliseconds; and after how many silent seconds it is dead. */
const BEAT_MS = 20_000;
const SILENT_SECONDS = 90;

const sender = ({ by }: Actor): string => (by.kind === 'command' ? 'command' : `${by.kind}:${by.id}`);

/** Begins an upload, of which nothing has been sent. */
export async function beginUpload(
  deps: UploadDeps,
  actor: Actor,
  sizeBytes: number,
  metadata: UploadMetadata,
): Promise<UploadHere> {
  const uploadId = randomUUID();
  // The row comes first: a file without one is removed.
  await insertUpload(deps.db, actor, { uploadId, sizeBytes, metadata, sentBy: sender(actor) });
  await createUploadFile(deps.uploadsDir, uploadId);
  return readUploadHere(deps, actor, uploadId);
}

/** An upload of the actor. Throws `not_found`, also if another machine has it. */
export async function readUploadHere(
  { db, uploadsDir }: UploadDeps,
  actor: Actor,
  uploadId: string,
): Promise<UploadHere> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uploadId);
  const row = isId ? await findUpload(db, actor, sender(actor), uploadId) : null;
  if (row === null) throw new AppError('not_found', 'There is no such upload, or no longer.');
  if (row.callId !== null) return { ...row, offset: row.sizeBytes };
  const offset = await uploadedBytes(uploadsDir, uploadId);
  if (offset !== null) return { ...row, offset };
  throw new AppError('not_found', 'This machine has nothing of this upload: all its requests must go to the same one.');
}

/** When an upload goes, unless it is continued before. */
export function uploadEnd({ touchedAt }: UploadRow): Micros {
  return touchedAt + MAX_AGE;
}

/** An upload as it is shown. */
export function showUpload({ uploadId, sizeBytes, offset, callId, storing }: UploadHere): Upload {
  const state = callId !== null ? 'stored' : storing ? 'storing' : 'uploading';
  return { id: uploadId, size: sizeBytes, offset, callId, state };
}

/** The requests that are sending each upload. */
const sending = new Map<string, { readonly stop: () => void; readonly ended: Promise<void> }>();

/**
 * Ends the request that is sending an upload, and waits until what it sent is kept: a client that asks again has lost its
 * connection, which may not show here for minutes.
 */
export async function takeOver(uploadId: string): Promise<void> {
  const before = sending.get(uploadId);
  before?.stop();
  await before?.ended;
}

/**
 * Takes the next bytes of an upload. Throws `conflict` if `offset` is not where it is, `too_large`, and `invalid` if the
 * bytes break off; those that came are kept.
 */
export async function continueUpload(
  deps: UploadDeps,
  actor: Actor,
  uploadId: string,
  offset: number,
  bytes: Readable,
): Promise<UploadHere> {
  await takeOver(uploadId);
  const { sizeBytes, ...upload } = await readUploadHere(deps, actor, uploadId);
  if (offset !== upload.offset) {
    throw new AppError('conflict', `Upload-Offset is ${offset}, but ${upload.offset} bytes are here: continue there.`);
  }
  if (upload.callId !== null) return { ...upload, sizeBytes };
  const place = { offset, sizeBytes };
  const writing = touchUpload(deps.db, actor, uploadId).then(() =>
    writeUpload(deps.uploadsDir, uploadId, place, bytes),
  );
  const run = { stop: () => bytes.destroy(new Error('continued by another request')), ended: writing.catch(() => {}) };
  sending.set(uploadId, run);
  // The error is seen where the bytes are read; without a listener it would end the process.
  bytes.on('error', () => {});
  try {
    await writing;
  } catch (error) {
    if (error instanceof AppError) throw error;
    const todo = 'What came of it is kept: ask for the offset, and continue there.';
    throw new AppError('invalid', `The body broke off (${(error as Error).message}). ${todo}`);
  } finally {
    if (sending.get(uploadId) === run) sending.delete(uploadId);
  }
  return readUploadHere(deps, actor, uploadId);
}

/** The uploads that this process is putting into the store. */
const storing = new Map<string, Promise<string>>();

/**
 * Puts a whole upload into the store by `take`, which returns the id of its call, unless that is done. An upload that is
 * refused is removed. Throws what `take` throws, and `locked` if another process is doing it.
 */
export function finishUpload(
  deps: UploadDeps,
  actor: Actor,
  upload: UploadHere,
  take: (metadata: UploadMetadata, bytes: () => Readable) => Promise<string>,
): Promise<string> {
  const { uploadId, callId } = upload;
  if (callId !== null) return Promise.resolve(callId);
  const underWay = storing.get(uploadId);
  if (underWay !== undefined) return underWay;
  const finishing = finish(deps, actor, upload, take).finally(() => storing.delete(uploadId));
  storing.set(uploadId, finishing);
  return finishing;
}

async function finish(
  { db, uploadsDir }: UploadDeps,
  actor: Actor,
  { uploadId, metadata }: UploadHere,
  take: (metadata: UploadMetadata, bytes: () => Readable) => Promise<string>,
): Promise<string> {
  if (!(await claimUpload(db, actor, uploadId, SILENT_SECONDS))) {
    throw new AppError('locked', 'The upload is being stored: ask again.', { retryAfterSeconds: 5 });
  }
  const beat = setInterval(() => touchUpload(db, actor, uploadId).catch(() => {}), BEAT_MS);
  try {
    const callId = await take(metadata!, () => readUpload(uploadsDir, uploadId));
    await writeUploadDone(db, actor, uploadId, callId);
    await removeUploadFile(uploadsDir, uploadId);
    return callId;
  } catch (error) {
    if (isFinal(error)) await endUpload({ db, uploadsDir }, actor, uploadId);
    else await releaseUpload(db, actor, uploadId).catch(() => {});
    throw error;
  } finally {
    clearInterval(beat);
  }
}

/** Whether trying again would end the same way. */
function isFinal(error: unknown): error is AppError {
  return error instanceof AppError && !['unavailable', 'busy', 'locked'].includes(error.code);
}

/** Ends an upload: nothing of it is kept. A call that it has become stays. */
export async function endUpload(
  { db, uploadsDir }: Pick<UploadDeps, 'db' | 'uploadsDir'>,
  actor: Actor,
  uploadId: string,
): Promise<void> {
  await deleteUpload(db, actor, uploadId);
  await removeUploadFile(uploadsDir, uploadId);
}

/** Removes uploads that were left a day ago, and files of this machine that no upload needs. */
export async function sweepUploads({ db, clock, uploadsDir }: UploadDeps): Promise<void> {
  await deleteOldUploads(db, clock.now() - MAX_AGE);
  const needless = await selectNeedless(db, await uploadsHere(uploadsDir));
  for (const uploadId of needless) await removeUploadFile(uploadsDir, uploadId);
}
