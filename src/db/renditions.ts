import { sql } from 'kysely';
import type { Db, Scope, Tx } from './database.js';
import { type CallViewer, visible } from './visibility.js';

/** What was decoded from a call's recording. */
export interface Rendition {
  /** Of the recording that it was made from. */
  readonly mediaVersion: number;
  readonly objectId: string;
  readonly sizeBytes: number;
  readonly durationSeconds: number;
  /** In Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Zero-based. */
  readonly silentChannels: readonly number[];
  /** 2,000 bytes a channel. */
  readonly peaks: Buffer;
  /** JSON: what each file was found to be. */
  readonly sources: string;
  readonly notes: readonly string[];
  readonly decoder: string;
}

/** A call's rendition; null if it has none. */
export async function findRendition(db: Db | Tx, scope: Scope, callId: string): Promise<Rendition | null> {
  const found = await sql<Rendition>`select media_version as "mediaVersion", object_id as "objectId",
      size_bytes as "sizeBytes", duration_seconds as "durationSeconds", sample_rate as "sampleRate", channels,
      silent_channels as "silentChannels", peaks, sources, notes, decoder
    from renditions where account_id = ${scope.accountId} and call_id = ${callId}`.execute(db);
  return found.rows[0] ?? null;
}

/** Where a call's sound is; nulls if it has none. */
interface SeenSound {
  readonly objectId: string | null;
  readonly sizeBytes: number | null;
}

/**
 * Where the sound of a call is that the viewer sees; null if the call does not exist or they do not see it. A player asks
 * for part after part: this reads nothing else.
 */
export async function findSeenSound(db: Db, viewer: CallViewer, callId: string): Promise<SeenSound | null> {
  const found = await sql<SeenSound>`select r.object_id as "objectId", r.size_bytes as "sizeBytes"
    from calls c left join renditions r on r.account_id = c.account_id and r.call_id = c.call_id
    where c.account_id = ${viewer.accountId} and c.call_id = ${callId} and ${visible(viewer.sight, 'c')}`.execute(db);
  return found.rows[0] ?? null;
}

/** Stores a call's rendition, in place of the one that was there. */
export async function writeRendition(tx: Tx, scope: Scope, callId: string, made: Rendition): Promise<void> {
  const row = {
    media_version: made.mediaVersion,
    object_id: made.objectId,
    size_bytes: made.sizeBytes,
    duration_seconds: made.durationSeconds,
    sample_rate: made.sampleRate,
    channels: made.channels,
    silent_channels: [...made.silentChannels],
    peaks: made.peaks,
    sources: made.sources,
    notes: [...made.notes],
    decoder: made.decoder,
  };
  await tx
    .insertInto('renditions')
    .values({ account_id: scope.accountId, call_id: callId, ...row })
    .onConflict((conflict) => conflict.columns(['account_id', 'call_id']).doUpdateSet(row))
    .execute();
}

/** Whether this object is what is played of a call now. */
export async function isPlayed(db: Db, scope: Scope, callId: string, objectId: string): Promise<boolean> {
  const found = await sql`select 1 from renditions
    where account_id = ${scope.accountId} and call_id = ${callId} and object_id = ${objectId}`.execute(db);
  return found.rows.length > 0;
}
