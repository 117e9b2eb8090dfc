import type { Config } from '../../config.js';
import { AppError } from '../../errors.js';
import type { Decoder } from './decoder.js';
import { openEmbedded } from './embedded.js';
import { openFfmpeg } from './ffmpeg.js';
import { createDecoder } from './recording-decoder.js';

/** What FFMPEG_PATH is to use the embedded engine where there is an ffmpeg as well. */
const EMBEDDED = 'embedded';

/**
 * Opens the decoder of the settings: `FFMPEG_PATH`, else the ffmpeg on PATH, else the embedded engine.
 * @throws AppError `invalid` if `FFMPEG_PATH` does not run, `unavailable` if there is no decoder at all.
 */
export async function openDecoder({ FFMPEG_PATH }: Pick<Config, 'FFMPEG_PATH'>): Promise<Decoder> {
  const engine = FFMPEG_PATH === EMBEDDED ? null : await openFfmpeg(FFMPEG_PATH ?? 'ffmpeg');
  if (engine === null && FFMPEG_PATH !== null && FFMPEG_PATH !== EMBEDDED) {
    throw new AppError(
      'invalid',
      `FFMPEG_PATH is "${FFMPEG_PATH}", which does not run; it takes the path of an ffmpeg.`,
    );
  }
  const found = engine ?? (await openEmbedded());
  if (found !== null) return createDecoder(found);
  throw new AppError(
    'unavailable',
    'Nothing here decodes recordings: there is no ffmpeg on PATH, and the embedded engine is not installed. Install ffmpeg.',
  );
}
