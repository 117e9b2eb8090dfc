import type { Peaks } from '../../contract/playing.js';
import { isCredentialInForce } from '../../db/credentials.js';
import type { Db, Scope } from '../../db/database.js';
import { findRendition, findSeenSound, isPlayed, type Rendition } from '../../db/renditions.js';
import { isSessionAlive } from '../../db/sessions.js';
import { findShareLink } from '../../db/share-links.js';
import { type CallViewer, readSight, type Sight, seesCall } from '../../db/visibility.js';
import { AppError } from '../../errors.js';
import type { Actor } from '../actor.js';
import { noSuchCall } from '../calls/seen-call.js';
import type { Deps } from '../deps.js';
import { objectKey } from '../objects/objects.js';
import { digestOf } from '../tokens.js';

/** The sound of a call, as it is stored. */
export interface Playable {
  readonly callId: string;
  readonly objectId: string;
  readonly key: string;
  /** Its ETag. */
  readonly tag: string;
  readonly sizeBytes: number;
}

/** The sound of a call. Throws `not_found` if the viewer does not see the call, or it has no sound. */
export async function readPlayable(db: Db, viewer: CallViewer, callId: string): Promise<Playable> {
  const sound = await findSeenSound(db, viewer, callId);
  if (sound === null) throw noSuchCall();
  const { objectId, sizeBytes } = sound;
  if (objectId === null || sizeBytes === null) throw noSound();
  return { callId, objectId, key: objectKey(viewer, objectId), tag: `"${objectId}"`, sizeBytes };
}

/**
 * The waveform of a call that the caller of this function knows to be seen, with its ETag. Throws `not_found` if it has
 * none.
 */
export async function readPeaks(
  db: Db,
  scope: Scope,
  callId: string,
): Promise<{ readonly shown: Peaks; readonly tag: string }> {
  const rendition = await findRendition(db, scope, callId);
  if (rendition === null) throw noSound();
  return peaksOf(rendition);
}

/** The waveform of something that is played, with its ETag. */
export function peaksOf({
  objectId,
  durationSeconds,
  channels,
  silentChannels,
  peaks,
}: Pick<Rendition, 'objectId' | 'durationSeconds' | 'channels' | 'silentChannels' | 'peaks'>): {
  readonly shown: Peaks;
  readonly tag: string;
} {
  const perChannel = peaks.length / channels;
  const ofChannel = (_: unknown, channel: number) => [
    ...peaks.subarray(channel * perChannel, (channel + 1) * perChannel),
  ];
  const shown = {
    durationSeconds,
    channels,
    silentChannels: [...silentChannels],
    peaks: Array.from({ length: channels }, ofChannel),
  };
  return { shown, tag: `"${objectId}"` };
}

function noSound(): AppError {
  return new AppError('not_found', 'This call has no sound that can be played, or not yet.');
}

/** The scope and the call of a link that lets people hear its call; null for any other. */
export async function findAudioLink({ db, clock }: Deps & { readonly db: Db }, token: string) {
  const link = await findShareLink(db, digestOf(token), clock.now());
  return link?.audio ? link : null;
}

/** Whether a link still lets people hear what is being played. */
export async function linkMayPlayOn(
  deps: Deps & { readonly db: Db },
  token: string,
  { callId, objectId }: Playable,
): Promise<boolean> {
  const link = await findAudioLink(deps, token);
  return link !== null && isPlayed(deps.db, link, callId, objectId);
}

/** Which calls an actor sees who is being sent something; null once they are no longer let in. */
export async function sightOfListener(
  { db, clock }: Deps & { readonly db: Db },
  actor: Actor,
  sessionId: string | null,
): Promise<Sight | null> {
  const { by } = actor;
  if (by.kind === 'credential' && !(await isCredentialInForce(db, actor, by.id))) return null;
  if (sessionId !== null && !(await isSessionAlive(db, actor, sessionId, clock.now()))) return null;
  return by.kind === 'user' ? readSight(db, actor, by.id) : actor.sight;
}

/** Whether an actor may still hear what is being played: they are still let in, and the call is there and seen. */
export async function actorMayPlayOn(
  deps: Deps & { readonly db: Db },
  actor: Actor,
  sessionId: string | null,
  { callId, objectId }: Playable,
): Promise<boolean> {
  const sight = await sightOfListener(deps, actor, sessionId);
  if (sight === null || !(await seesCall(deps.db, { accountId: actor.accountId, sight }, callId))) return false;
  return isPlayed(deps.db, actor, callId, objectId);
}
