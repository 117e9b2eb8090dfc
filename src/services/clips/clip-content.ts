import type { ClipContent } from '../../contract/clips.js';
import type { TranscriptWord } from '../../contract/transcripts.js';
import { findCallRecord } from '../../db/call-records.js';
import { type ClipSound, type CutSound, findClipSound, findSeenClipSound } from '../../db/clip-sounds.js';
import type { Db, Scope } from '../../db/database.js';
import { readFragment } from '../../db/fragments.js';
import { AppError } from '../../errors.js';
import { inflate } from '../../wire/fragment.js';
import type { Actor } from '../actor.js';
import { speakersOf } from '../analysis/speakers.js';
import { objectKey } from '../objects/objects.js';
import { peaksOf, sightOfListener } from '../recordings/playing.js';
import { askForSound, soundState } from './clip-sounds.js';
import { noSuchClip } from './clips.js';

/** A range of a call. */
export interface CallRange {
  readonly callId: string;
  /** Seconds of the call. */
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/**
 * What is said and heard in a clip that the actor sees. Its sound is cut from now on, if it is not yet. Throws
 * `not_found`.
 */
export async function readClipContent({ db }: { readonly db: Db }, actor: Actor, id: string): Promise<ClipContent> {
  const sound = await findSeenClipSound(db, actor, id);
  if (sound === null) throw noSuchClip();
  return { ...(await readSaid(db, actor, sound)), sound: await readState(db, actor, id, sound) };
}

/** What is known of a clip's sound, which is cut from now on if it is not yet. */
export async function readState(db: Db, scope: Scope, id: string, sound: ClipSound): Promise<ClipContent['sound']> {
  if (sound.state === null) await askForSound(db, scope, id);
  return soundState(sound);
}

/** The words that begin within a range of a call, and the names of those who speak them. */
export async function readSaid(
  db: Db,
  scope: Scope,
  { callId, startSeconds, endSeconds }: CallRange,
): Promise<Pick<ClipContent, 'speakers' | 'words'>> {
  const fragmentId = (await findCallRecord(db, scope, callId))?.transcriptFragmentId ?? null;
  const stored = fragmentId === null ? null : await readFragment(db, scope, fragmentId);
  if (stored === null) return { speakers: [], words: [] };
  const all = JSON.parse((await inflate(stored.deflated, stored.rawLength)).toString()) as TranscriptWord[];
  const words = all.filter(({ start }) => Number(start) >= startSeconds && Number(start) < endSeconds);
  const speaking = new Set(words.map(({ v }) => v));
  const speakers = ((await speakersOf(db, scope, callId)) ?? [])
    .filter(({ speakerNumber }) => speaking.has(speakerNumber))
    .map(({ speakerNumber, firstName, lastName }) => {
      return { speakerNumber, name: `${firstName ?? ''} ${lastName ?? ''}`.trim() || null };
    });
  return { speakers, words };
}

/** The sound of a clip, as it is stored. */
export interface PlayableClip {
  readonly clipId: string;
  readonly objectId: string;
  readonly key: string;
  /** Its ETag. */
  readonly tag: string;
  readonly sizeBytes: number;
}

/** The sound of a clip that the actor sees. Throws `not_found`, and `unavailable` while it is being cut. */
export async function readPlayableClip(db: Db, actor: Actor, id: string): Promise<PlayableClip> {
  const sound = await findSeenClipSound(db, actor, id);
  if (sound === null) throw noSuchClip();
  return playableOf(actor, id, await requireCut(db, actor, id, sound));
}

/** The waveform of a clip that the actor sees, with its ETag. Throws as `readPlayableClip` does. */
export async function readClipPeaks(db: Db, actor: Actor, id: string) {
  const sound = await findSeenClipSound(db, actor, id);
  if (sound === null) throw noSuchClip();
  return peaksOf(await requireCut(db, actor, id, sound));
}

/** What was cut of a clip. Throws `not_found` where there is nothing to hear, `unavailable` while it is being cut. */
export async function requireCut(db: Db, scope: Scope, id: string, sound: ClipSound): Promise<CutSound> {
  const state = await readState(db, scope, id, sound);
  if (sound.cut !== null) return sound.cut;
  if (state === 'preparing') {
    throw new AppError('unavailable', 'The sound of this clip is being prepared. Try again in some seconds.', {
      retryAfterSeconds: 2,
    });
  }
  throw new AppError('not_found', 'This clip has no sound that can be played.');
}

/** The sound of a clip that was cut. */
export function playableOf(scope: Scope, clipId: string, { objectId, sizeBytes }: CutSound): PlayableClip {
  return { clipId, objectId, sizeBytes, key: objectKey(scope, objectId), tag: `"${objectId}"` };
}

/** Whether a clip's sound is still what is being played. */
export async function isClipPlayed(db: Db, scope: Scope, { clipId, objectId }: PlayableClip): Promise<boolean> {
  return (await findClipSound(db, scope, clipId))?.cut?.objectId === objectId;
}

/** Whether an actor may still hear what is being played: they are still let in, and the clip is there and seen. */
export async function actorMayPlayClipOn(
  deps: Parameters<typeof sightOfListener>[0],
  actor: Actor,
  sessionId: string | null,
  { clipId, objectId }: PlayableClip,
): Promise<boolean> {
  const sight = await sightOfListener(deps, actor, sessionId);
  if (sight === null) return false;
  const sound = await findSeenClipSound(deps.db, { accountId: actor.accountId, sight }, clipId);
  return sound?.cut?.objectId === objectId;
}
