import type { Peaks } from '../../contract/playing.js';
import { isCredentialInForce } from '../../db/credentials.js';
import type { Db, Scope } from '../../db/database.js';
import { findRendition, isPlayed } from '../../db/renditions.js';
import { isSessionAlive } from '../../db/sessions.js';
import { findShareLink } from '../../db/share-links.js';
import { readSight, seesCall } from '../../db/visibility.js';
import { AppError } from '../../errors.js';
import type { Actor } from '../actor.js';
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

/** The sound of a call that the caller of this function knows to be seen. Throws `not_found` if it has none. */
export async function readPlayable(db: Db, scope: Scope, callId: string): Promise<Playable> {
  const { objectId, sizeBytes } = await existing(db, scope, callId);
  return { callId, objectId, key: objectKey(scope, objectId), tag: `"${objectId}"`, sizeBytes };
}

/** The waveform of a call, as `readPlayable` for its sound, with its ETag. */
export async function readPeaks(
  db: Db,
  scope: Scope,
  callId: string,
): Promise<{ readonly shown: Peaks; readonly tag: string }> {
  const { objectId, durationSeconds, channels, silentChannels, peaks } = await existing(db, scope, callId);
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

async function existing(db: Db, scope: Scope, callId: string) {
  const rendition = await findRendition(db, scope, callId);
  if (rendition === null) throw new AppError('not_found', 'This call has no sound that can be played, or not yet.');
  return rendition;
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

/** Whether an actor may still hear what is being played: they are still let in, and the call is there and seen. */
export async function actorMayPlayOn(
  { db, clock }: Deps & { readonly db: Db },
  actor: Actor,
  sessionId: string | null,
  { callId, objectId }: Playable,
): Promise<boolean> {
  const { by } = actor;
  if (by.kind === 'credential' && !(await isCredentialInForce(db, actor, by.id))) return false;
  if (sessionId !== null && !(await isSessionAlive(db, actor, sessionId, clock.now()))) return false;
  const sight = by.kind === 'user' ? await readSight(db, actor, by.id) : actor.sight;
  if (sight === null || !(await seesCall(db, { accountId: actor.accountId, sight }, callId))) return false;
  return isPlayed(db, actor, callId, objectId);
}
