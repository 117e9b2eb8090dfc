import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { type Clip, ClipInput, ClipPatch, MAX_CLIP_SECONDS, MIN_CLIP_SECONDS } from '../../contract/clips.js';
import { atomic } from '../../db/atomic.js';
import { removeClipSound } from '../../db/clip-sounds.js';
import {
  type ClipFilter,
  type ClipRow,
  findClip,
  insertClip,
  lockClip,
  removeClip,
  selectClips,
  writeClip,
} from '../../db/clips.js';
import type { Tx } from '../../db/database.js';
import type { TimedPage } from '../../db/filters.js';
import type { SeenCall } from '../../db/seen-calls.js';
import { AppError, invalid } from '../../errors.js';
import { formatInstant } from '../../wire/instants.js';
import { type Actor, mayActFor, requireUser, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import { holdSeenCall } from '../calls/seen-call.js';
import type { DbDeps, Deps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { doomObjects } from '../objects/objects.js';
import { requireUserId } from '../people/named-users.js';

const checkInput = compileCheck(ClipInput);
const checkPatch = compileCheck(ClipPatch);

function show({ createdAt, callTime, ...row }: ClipRow): Clip {
  const { wholeCall, callerName, ...clip } = row;
  return {
    ...clip,
    createdAt: formatInstant(createdAt),
    callTime: formatInstant(callTime),
    callerName,
    wholeCall,
  };
}

/** A page of the clips that the actor sees, the newest first. */
export async function listClips({ db }: DbDeps, actor: Actor, filter: ClipFilter, page: TimedPage): Promise<Clip[]> {
  if (filter.sharedWith !== null && !mayActFor(actor, filter.sharedWith)) {
    throw new AppError('forbidden', 'sharedWith takes your own id, unless you are an admin.', { field: 'sharedWith' });
  }
  return (await selectClips(db, actor, { ...filter, q: searchText(filter.q) }, page)).map(show);
}

/** A text to look for. Throws `invalid` for one that nothing can hold. */
export function searchText(q: string | null): string | null {
  if (q?.includes('\0')) throw invalid('q', 'has a character that no text holds', 'text without NUL characters');
  return q;
}

/** One clip; throws `not_found`, also where the actor does not see it. */
export async function readClip({ db }: DbDeps, actor: Actor, id: string): Promise<Clip> {
  return existing(await findClip(db, actor, id));
}

/** Makes a clip of a call that the actor sees. */
export async function createClip({ db, clock }: Deps, actor: Actor, body: unknown): Promise<Clip> {
  const { callId, startSeconds, endSeconds, title, note = null, ...input } = checkInput(body);
  const creator = requireUser(actor, 'createdBy', input.createdBy);
  return atomic(db, async (tx) => {
    requireRange(await holdSeenCall(tx, actor, callId), startSeconds, endSeconds);
    const createdBy = await requireUserId(tx, actor, 'createdBy', creator);
    const id = randomUUID();
    const createdAt = clock.now();
    await insertClip(tx, actor, { id, callId, title, note, startSeconds, endSeconds, createdBy, createdAt });
    const after = await readClip({ db: tx }, actor, id);
    await recordChange(tx, actor, { kind: 'clips', id, callId, before: null, after });
    return after;
  });
}

/** Changes the title or note of one's own clip, and admins anybody's. */
export async function updateClip(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Clip> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    const before = await requireClip(tx, actor, id, ifMatch);
    if (!mayActFor(actor, before.createdBy)) {
      throw new AppError('forbidden', 'Only the person who made the clip and admins may change it.');
    }
    const after: Clip = { ...before, ...patch };
    await writeClip(tx, actor, after);
    await recordChange(tx, actor, { kind: 'clips', id, callId: before.callId, before, after });
    return after;
  });
}

/** Deletes a clip, with its shares and links, and its places in playlists. Managers who see the call may do so too. */
export async function deleteClip(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const before = await requireClip(tx, actor, id, ifMatch);
    const isManager = userOf(actor)?.role === 'manager' && before.wholeCall;
    if (!isManager && !mayActFor(actor, before.createdBy)) {
      throw new AppError(
        'forbidden',
        'Only the person who made the clip, managers who see its call, and admins may delete it.',
      );
    }
    const objectId = await removeClipSound(tx, actor, id);
    if (objectId !== null) await doomObjects({ db: tx }, actor, [objectId]);
    await removeClip(tx, actor, id);
    await recordChange(tx, actor, { kind: 'clips', id, callId: before.callId, before, after: null });
  });
}

async function requireClip(tx: Tx, actor: Actor, id: string, ifMatch: string | null): Promise<Clip> {
  const clip = existing(await lockClip(tx, actor, id));
  requireMatch(ifMatch, etagOf(clip));
  return clip;
}

function requireRange({ lengthSeconds }: SeenCall, startSeconds: number, endSeconds: number): void {
  const length = endSeconds - startSeconds;
  if (length < MIN_CLIP_SECONDS || length > MAX_CLIP_SECONDS) {
    const allowed = `seconds from ${MIN_CLIP_SECONDS} to ${MAX_CLIP_SECONDS} after startSeconds`;
    throw invalid('endSeconds', `${endSeconds} makes a clip that is too short or too long`, allowed);
  }
  if (lengthSeconds !== null && endSeconds > lengthSeconds) {
    const within = `seconds up to the call's length of ${lengthSeconds}`;
    throw invalid('endSeconds', `${endSeconds} is after the call's end`, within);
  }
}

function existing(row: ClipRow | null): Clip {
  if (row === null) throw noSuchClip();
  return show(row);
}

/** The error for a clip that does not exist or that the actor does not see. */
export function noSuchClip(): AppError {
  return new AppError('not_found', 'There is no such clip.');
}
