import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDiskStore } from '#debrief/adapters/storage/disk.js';
import { systemClock } from '#debrief/clock.js';
import { writeRendition } from '#debrief/db/renditions.js';
import { attachObject } from '#debrief/db/stored-objects.js';
import { readCallBody } from '#debrief/ingest/call-body.js';
import { commandActor } from '#debrief/services/actor.js';
import { createFeedback } from '#debrief/services/feedback/feedback.js';
import { storeObject } from '#debrief/services/objects/objects.js';
import type { WorkerOptions } from '#debrief/worker/worker.js';
import { seeded, vocabulary } from './calls.js';
import type { Site } from './site.js';
import { storeCalls } from './stored-calls.js';

// A call of three hours: words, sound, comments and highlights, as the product itself stores them.

export const LONG_CALL_ID = 'long-call';
/** How often words come, in seconds: 30,000 in three hours. */
export const WORD_SECONDS = 0.36;
/** A word that is said once, after nine tenths of the call. */
export const FAR_WORD = 'quetzalcoatl';
const MOMENTS = 30;
/** Peaks of each channel. */
const PEAKS = 2000;

interface LongWord {
  readonly start: string;
  readonly end: string;
  readonly word: string;
  readonly p?: string;
  readonly v: number;
}

/** Two people take turns of some twenty words. The library's absent phrase is not in them. */
function longWords(count: number): LongWord[] {
  const next = seeded(17);
  const known = vocabulary(seeded(3));
  let speaker = 0;
  let last = '';
  const draw = () => {
    const drawn = known[Math.floor(known.length * next() ** 3)]!;
    last = last === known[0] && drawn === known[1] ? known[2]! : drawn;
    return last;
  };
  return Array.from({ length: count }, (_, i) => {
    if (next() < 0.05) speaker = 1 - speaker;
    const isFar = i === Math.floor(count * 0.9);
    return {
      start: (i * WORD_SECONDS).toFixed(2),
      end: (i * WORD_SECONDS + 0.3).toFixed(2),
      word: isFar ? FAR_WORD : draw(),
      ...(next() < 0.12 && { p: next() < 0.6 ? '.' : ',' }),
      v: speaker,
    };
  });
}

/** Stores the call, which `callerId` made, with comments of theirs, and has it analysed. */
export async function storeLongCall(site: Site, count: number, callerId: string): Promise<void> {
  const words = longWords(count);
  const sent = {
    id: LONG_CALL_ID,
    callerId,
    callTime: '2026-09-01T10:00:00Z',
    direction: 'OUTBOUND',
    duration: count * WORD_SECONDS,
    participants: [{ speakerNumber: 1, firstName: 'Ann', lastName: 'Customer', type: 'EXTERNAL' }],
    transcript: words,
  };
  const { db } = await storeCalls(site, [{ body: readCallBody(Buffer.from(JSON.stringify(sent))) }], 1);
  const actor = commandActor(site);
  for (let n = 0; n < MOMENTS; n++) {
    const startTime = Math.floor((n / MOMENTS) * sent.duration);
    await createFeedback({ db, clock: systemClock }, actor, {
      callId: LONG_CALL_ID,
      feedbackBy: callerId,
      text: `What is said at ${startTime} seconds`,
      startTime,
      ...(n % 3 === 0 && { endTime: startTime + 5 }),
    });
  }
  await giveSound(site, db, words);
}

/** Gives the call its sound, as if it had been decoded from a recording: noise, encoded as a rendition is. */
async function giveSound(site: Site, db: WorkerOptions['db'], words: readonly LongWord[]): Promise<void> {
  const seconds = words.length * WORD_SECONDS;
  const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-'));
  const path = join(folder, 'sound.m4a');
  // Noise fills the bit rate as speech does; a tone would not.
  const source = ['-f', 'lavfi', '-i', `anoisesrc=color=pink:sample_rate=8000:duration=${seconds}`, '-ac', '2'];
  const encoder = ['-c:a', 'aac', '-aac_coder', 'fast', '-b:a', '48000', '-movflags', '+faststart', '-f', 'ipod'];
  await promisify(execFile)('ffmpeg', ['-v', 'error', ...source, ...encoder, path]);
  const store = createDiskStore(join(site.dataDir, 'recordings'), systemClock);
  const object = await storeObject({ db, store }, site, createReadStream(path), { maxBytes: 2 ** 31 });
  await rm(folder, { recursive: true });
  await db.transaction().execute(async (tx) => {
    await attachObject(tx, site, object, LONG_CALL_ID);
    await writeRendition(tx, site, LONG_CALL_ID, {
      mediaVersion: 1,
      objectId: object.objectId,
      sizeBytes: object.sizeBytes,
      durationSeconds: seconds,
      sampleRate: 8000,
      channels: 2,
      silentChannels: [],
      peaks: peaksOf(words),
      sources: '[]',
      notes: [],
      decoder: 'none',
    });
  });
}

/** The waveform: each speaker is loud on a channel of their own. */
function peaksOf(words: readonly LongWord[]): Buffer {
  const next = seeded(5);
  const channel = (speaker: number) =>
    Buffer.from(
      Array.from({ length: PEAKS }, (_, i) => {
        const { v } = words[Math.floor((i / PEAKS) * words.length)]!;
        return v === speaker ? 80 + Math.floor(next() * 150) : 2;
      }),
    );
  return Buffer.concat([channel(0), channel(1)]);
}
