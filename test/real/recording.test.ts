import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDecoder } from '#debrief/adapters/media/open-decoder.js';
import { decodeInto, ENGINES, useFolders } from '../media/media-suite.js';

const folders = useFolders();

test('a real telephone recording is as long on either engine, and to the millisecond what its file states', async () => {
  const path = join(process.env.DEBRIEF_REAL_DATA ?? '', 'recordings', 'auto-insurance-8khz-mono.wav');
  if (!existsSync(path)) throw new Error(`DEBRIEF_REAL_DATA names no folder with ${path}`);
  for (const [, config] of ENGINES) {
    const decoder = await openDecoder(config);
    const decoded = await decodeInto(decoder, folders.fresh(), { legs: [{ path, startSeconds: 0 }] });
    expect(decoded, decoder.name).toMatchObject({ channels: 1, sampleRate: 8000, silentChannels: [], notes: [] });
    expect(decoded.durationSeconds).toBeCloseTo(decoded.sources[0]!.statedSeconds!, 3);
  }
});
