import { sql } from 'kysely';
import { seenClip } from './clips.js';
import type { Db, Scope, Tx } from './database.js';
import type { CallViewer } from './visibility.js';

// The sound of clips: the range alone, cut from what is played of the call. A new recording removes it.

/** What was cut. Null where the recording has no sound in the clip's range. */
export interface CutSound {
  readonly objectId: string;
  readonly sizeBytes: number;
  readonly durationSeconds: number;
  readonly channels: number;
  /** Zero-based. */
  readonly silentChannels: readonly number[];
  /** 2,000 bytes a channel. */
  readonly peaks: Buffer;
}

/** A clip's sound, and what it is to be cut from. */
export interface ClipSound {
  readonly callId: string;
  /** Seconds of the call. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Of the call's rendition; null if it has none. */
  readonly renditionId: string | null;
  /** Null if nobody has asked for it. */
  readonly state: 'waiting' | 'done' | 'none' | 'failed' | null;
  /** Null unless it is done. */
  readonly cut: CutSound | null;
}

type FlatRow = Omit<ClipSound, 'cut'> & { readonly [K in keyof CutSound]: CutSound[K] | null };

const source = sql`clips k join calls c on c.account_id = k.account_id and c.call_id = k.call_id
  left join renditions r on r.account_id = k.account_id and r.call_id = k.call_id
  left join clip_sounds s on s.account_id = k.account_id and s.clip_id = k.clip_id`;
const columns = sql`k.call_id as "callId", k.start_seconds as "startSeconds", k.end_seconds as "endSeconds",
  r.object_id as "renditionId", s.state, s.object_id as "objectId", s.size_bytes as "sizeBytes",
  s.duration_seconds as "durationSeconds", s.channels, s.silent_channels as "silentChannels", s.peaks`;

function toSound({ callId, startSeconds, endSeconds, renditionId, state, ...cut }: FlatRow): ClipSound {
  const isCut = renditionId !== null && cut.objectId !== null;
  return { callId, startSeconds, endSeconds, renditionId, state, cut: isCut ? (cut as CutSound) : null };
}

/** The sound of a clip; null if there is no such clip. */
export async function findClipSound(db: Db | Tx, { accountId }: Scope, clipId: string): Promise<ClipSound | null> {
  const found = await sql<FlatRow>`select ${columns} from ${source}
    where k.account_id = ${accountId} and k.clip_id = ${clipId}`.execute(db);
  return found.rows[0] === undefined ? null : toSound(found.rows[0]);
}

/** As `findClipSound`; null also if the viewer does not see the clip. */
export async function findSeenClipSound(db: Db, viewer: CallViewer, clipId: string): Promise<ClipSound | null> {
  const found = await sql<FlatRow>`select ${columns} from ${source}
    where k.account_id = ${viewer.accountId} and k.clip_id = ${clipId} and ${seenClip(viewer)}`.execute(db);
  return found.rows[0] === undefined ? null : toSound(found.rows[0]);
}

/** Notes that a clip's sound is asked for. Returns whether it was not before. */
export async function insertClipSound(tx: Tx, { accountId }: Scope, clipId: string): Promise<boolean> {
  const made =
    await sql`insert into clip_sounds (account_id, clip_id, state) values (${accountId}, ${clipId}, 'waiting')
    on conflict do nothing returning 1`.execute(tx);
  return made.rows.length > 0;
}

/** Stores what was cut, or that nothing could be, if it is still waited for. Returns whether it was. */
export async function writeClipSound(
  tx: Tx | Db,
  { accountId }: Scope,
  clipId: string,
  outcome: CutSound | 'none' | 'failed',
): Promise<boolean> {
  const isCut = typeof outcome === 'object';
  const cut = isCut ? outcome : null;
  const written =
    await sql`update clip_sounds set state = ${isCut ? 'done' : outcome}, object_id = ${cut?.objectId ?? null},
      size_bytes = ${cut?.sizeBytes ?? null}, duration_seconds = ${cut?.durationSeconds ?? null}, channels = ${cut?.channels ?? null},
      silent_channels = ${cut && [...cut.silentChannels]}, peaks = ${cut?.peaks ?? null}
    where account_id = ${accountId} and clip_id = ${clipId} and state = 'waiting' returning 1`.execute(tx);
  return written.rows.length > 0;
}

/** Removes the sound of a clip. Returns its object; null if it has none. */
export async function removeClipSound(tx: Tx, { accountId }: Scope, clipId: string): Promise<string | null> {
  const gone = await sql<{ objectId: string | null }>`delete from clip_sounds
    where account_id = ${accountId} and clip_id = ${clipId} returning object_id as "objectId"`.execute(tx);
  return gone.rows[0]?.objectId ?? null;
}

/** Removes the sounds of a call's clips, which it no longer has. Returns their objects. */
export async function removeClipSounds(tx: Tx, { accountId }: Scope, callId: string): Promise<string[]> {
  const gone = await sql<{ objectId: string | null }>`delete from clip_sounds
    where account_id = ${accountId} and clip_id in (select clip_id from clips
      where account_id = ${accountId} and call_id = ${callId}) returning object_id as "objectId"`.execute(tx);
  return gone.rows.flatMap(({ objectId }) => objectId ?? []);
}
