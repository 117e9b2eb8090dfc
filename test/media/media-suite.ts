import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { DecodedRecording, Decoder } from '#debrief/adapters/media/decoder.js';
import { PROGRAMS, type Recording } from './formats.js';

/** Whether everything is tested, as `npm run test:media` does; else what takes some seconds. */
export const isWhole = process.env.DEBRIEF_MEDIA === 'whole';

/** Each engine, and the settings that choose it. */
export const ENGINES = [
  ['ffmpeg', { FFMPEG_PATH: 'ffmpeg' }],
  ['the embedded engine', { FFMPEG_PATH: 'embedded' }],
] as const;

/** Folders for a suite, removed after it. Fails in one line if a program that makes recordings is missing. */
export function useFolders(): { fresh(): string } {
  const root = mkdtempSync(join(tmpdir(), 'debrief-media-'));
  let count = 0;
  beforeAll(() => {
    const missing = PROGRAMS.filter((program) => spawnSync('which', [program]).status !== 0);
    if (missing.length > 0) throw new Error(`Tests of recordings need ${missing.join(', ')}; .ci/run installs them.`);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return {
    fresh() {
      const folder = join(root, String(++count));
      mkdirSync(folder);
      return folder;
    },
  };
}

/** Decodes a recording into a folder. */
export function decodeInto(
  decoder: Decoder,
  folder: string,
  { legs }: Pick<Recording, 'legs'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<DecodedRecording> {
  return decoder.decode({ legs, folder, signal, onProgress: () => {} });
}
